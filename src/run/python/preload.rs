//! Modules that are imported in the server, so that the examples to come find them imported.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use pyo3::{exceptions::PyRuntimeError, prelude::*};
use serde::Serialize;

use super::{SESSION, described, json_of, to_python};

/// Standard modules that do something when they are imported, or remember what differs from example to example.
const NOT_PRELOADED: [&str; 24] = [
    "__future__",
    "__hello__",
    "__main__",
    "__phello__",
    "antigravity",
    "cgitb",
    "crypt",
    "curses",
    "ensurepip",
    "faulthandler",
    "idlelib",
    "lib2to3",
    "multiprocessing",
    "nis",
    "pty",
    "readline",
    "rlcompleter",
    "spwd",
    "test",
    "this",
    "tkinter",
    "turtle",
    "turtledemo",
    "venv",
];

/// Names of modules that were looked at: the standard ones were imported for examples then, if they could be.
static ATTEMPTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Imports standard modules, so that the examples to come find them imported. What can't be imported, isn't of the standard
/// library, or would do more than being there, is left out. Whether any was there to import.
pub fn preload(names: &[String]) -> bool {
    let mut attempted = ATTEMPTED.lock().unwrap_or_else(PoisonError::into_inner);
    let names: Vec<&String> = names.iter().filter(|name| attempted.insert((*name).clone())).collect();
    if names.is_empty() {
        return false;
    }
    // Nothing here can matter to an example: what isn't imported now it imports itself.
    let imported = Python::attach(|py| -> PyResult<bool> {
        let standard = py.import("sys")?.getattr("stdlib_module_names")?;
        let loaded = py.import("sys")?.getattr("modules")?;
        let Some(session) = SESSION.get() else { return Ok(false) };
        let mut wanted = Vec::new();
        for name in names {
            let top = name.split('.').next().unwrap_or(name);
            let is_fit = !NOT_PRELOADED.contains(&top) && !top.starts_with('_') && standard.contains(top)? && !loaded.contains(name)?;
            if is_fit {
                wanted.push(name);
            }
        }
        if wanted.is_empty() {
            return Ok(false);
        }
        let imports = session.bind(py).getattr("imports")?;
        imports.call_method0("begin")?;
        for name in wanted {
            let _ = import_silent(py, name);
        }
        session.bind(py).getattr("forking")?.call_method0("settle")?;
        imports.call_method0("end")?;
        Ok(true)
    });
    imported.unwrap_or(true)
}

/// Where modules of packages may come from that nobody chose to have imported before the examples.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Places {
    /// The working folder, where the links in it count; the interpreter's own environment always does.
    pub folder: Option<PathBuf>,
    /// Where they lead.
    pub links: BTreeMap<PathBuf, PathBuf>,
    /// What doesn't count, wherever it is.
    pub changed: Vec<PathBuf>,
}

/// Imports modules of packages, so that the examples to come find them imported. `told` is called behind each: with `None` where all is well; with
/// nothing where there is no such module; else with why it isn't fit for that, as a part of a sentence. What it did then is done. Where `told`
/// returns false, the rest is left out. `places` limits what nobody chose. A trial is made in a process that ends thereafter, or goes on by
/// [`keep_trial`].
pub fn preload_packages(
    names: &[String],
    places: Option<&Places>,
    is_trial: bool,
    mut told: impl FnMut(Option<String>) -> bool,
) -> Result<(), String> {
    Python::attach(|py| {
        let mut import = || -> PyResult<()> {
            let Some(session) = SESSION.get() else { return Err(PyRuntimeError::new_err("the interpreter was not started")) };
            let session = session.bind(py);
            let places = to_python(py, &json_of(&places)?)?;
            for outcome in session.getattr("preload")?.call1((session, names, places, is_trial))?.try_iter()? {
                if !told(outcome?.extract()?) {
                    break;
                }
            }
            Ok(())
        };
        import().map_err(|error| described(py, &error))
    })
}

/// Has this process, in which a trial was made and all was well, go on as if it had been none; whether that can be.
pub fn keep_trial() -> Result<bool, String> {
    Python::attach(|py| {
        let Some(session) = SESSION.get() else { return Ok(false) };
        let keep = || session.bind(py).call_method0("keep_trial")?.extract();
        keep().map_err(|error: PyErr| described(py, &error))
    })
}

/// Imports a module unless that makes it warn: examples must see the warning themselves.
fn import_silent(py: Python<'_>, name: &str) -> PyResult<()> {
    let warnings = py.import("warnings")?;
    let caught = warnings.call_method0("catch_warnings")?;
    caught.call_method0("__enter__")?;
    let imported = warnings.call_method1("simplefilter", ("error",)).and_then(|_| py.import(name).map(drop));
    caught.call_method1("__exit__", (py.None(), py.None(), py.None()))?;
    imported
}
