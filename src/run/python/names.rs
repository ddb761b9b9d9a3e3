//! Names of the harness's that are looked up for each example.

use std::sync::OnceLock;

use pyo3::{Py, Python, types::PyString};

static NAMES: OnceLock<Names> = OnceLock::new();

/// The names. They are made once, as the interpreter knows an attribute that it has looked up before by
/// the very object that is its name.
pub struct Names {
    pub forking: Py<PyString>,
    pub before: Py<PyString>,
    pub after: Py<PyString>,
    pub next: Py<PyString>,
    pub prelude: Py<PyString>,
    pub namespace: Py<PyString>,
    pub done: Py<PyString>,
    pub failed: Py<PyString>,
    pub follow: Py<PyString>,
    pub leaves: Py<PyString>,
    pub copied: Py<PyString>,
    pub ended: Py<PyString>,
    pub finish: Py<PyString>,
}

impl Names {
    fn new(py: Python<'_>) -> Names {
        let name = |text| PyString::intern(py, text).unbind();
        Names {
            forking: name("forking"),
            before: name("before"),
            after: name("after"),
            next: name("next"),
            prelude: name("prelude"),
            namespace: name("namespace"),
            done: name("done"),
            failed: name("failed"),
            follow: name("follow"),
            leaves: name("leaves_all"),
            copied: name("copied"),
            ended: name("ended"),
            finish: name("finish"),
        }
    }

    /// The names, made at the first call.
    pub fn of<'py>(py: Python<'py>) -> &'static Names {
        NAMES.get_or_init(|| Names::new(py))
    }
}
