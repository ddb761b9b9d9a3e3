//! The harness in the server's interpreter: loaded there, and rehearsed before there are many examples.

use std::path::Path;

use pyo3::{
    exceptions::PyRuntimeError,
    ffi,
    prelude::*,
    types::{IntoPyDict, PyBytes, PyList, PyModule, PyString, PyType},
};

use super::heap;

/// The first of the harness's modules. The last of them keeps from examples what is imported from there on.
const FIRST: [(&str, &str); 4] = [
    ("verify_environment", include_str!("../harness/environment.py")),
    ("verify_effects", include_str!("../harness/effects.py")),
    ("verify_filters", include_str!("../harness/filters.py")),
    ("verify_imports", include_str!("../harness/imports.py")),
];

/// The others, in the order in which they need each other.
const HARNESS: [(&str, &str); 15] = [
    ("verify_forking", include_str!("../harness/forking.py")),
    ("verify_seeing", include_str!("../harness/seeing.py")),
    ("verify_raised", include_str!("../harness/raised.py")),
    ("verify_evaluation", include_str!("../harness/evaluation.py")),
    ("verify_namespaces", include_str!("../harness/namespaces.py")),
    ("verify_probes", include_str!("../harness/probes.py")),
    ("verify_instrumentation", include_str!("../harness/instrumentation.py")),
    ("verify_steps", include_str!("../harness/steps.py")),
    ("verify_loop", include_str!("../harness/loop.py")),
    ("verify_activity", include_str!("../harness/activity.py")),
    ("verify_surroundings", include_str!("../harness/surroundings.py")),
    ("verify_shapes", include_str!("../harness/shapes.py")),
    ("verify_preload", include_str!("../harness/preload.py")),
    ("verify_rehearsal", include_str!("../harness/rehearsal.py")),
    ("verify_harness", include_str!("../harness.py")),
];

/// Parts of the harness that few examples need. Only their processes load them.
const LATE: [(&str, &str); 2] = [("clock", include_str!("../harness/clock.py")), ("trial", include_str!("../harness/trial.py"))];

/// What the harness imports, in the main. It's imported before, so that the harness's own objects lie together.
const NEEDED: [&str; 8] = ["ast", "functools", "json.encoder", "linecache", "tokenize", "traceback", "unicodedata", "warnings"];

/// Name and source of all that is compiled of the harness, in the order in which [`load`] takes it.
pub fn sources() -> impl Iterator<Item = (&'static str, &'static str)> {
    FIRST.into_iter().chain(HARNESS).chain(LATE)
}

/// Loads the harness's modules and gives its class `Session`. They leave no trace in `sys.modules`. `compiled` is what [`super::super::compiled`]
/// has kept, where there is something; what isn't of this interpreter is compiled anew.
pub fn load(py: Python<'_>, compiled: Option<&[u8]>) -> PyResult<Py<PyAny>> {
    let modules = py.import("sys")?.getattr("modules")?;
    let kept = compiled.and_then(|bytes| unpacked(py, bytes).ok().flatten());
    let codes = match kept {
        Some(codes) => codes,
        None => sources().map(|source| compile(py, source)).collect::<PyResult<Vec<_>>>()?,
    };
    let session = load_modules(py, &modules, codes);
    for (name, _) in FIRST.into_iter().chain(HARNESS) {
        let _ = modules.del_item(name); // not there if an earlier one failed
    }
    session
}

/// The marshalled code of a module.
fn compile<'py>(py: Python<'py>, (name, source): (&str, &str)) -> PyResult<Bound<'py, PyAny>> {
    let code = py.import("builtins")?.call_method1("compile", (source, format!("<{name}>"), "exec", 0, true))?;
    // What compiling leaves lies between the code objects: they are made anew.
    py.import("marshal")?.call_method1("dumps", (code,))
}

/// The marshalled codes in what was kept: behind the number that tells which interpreters can read them, a marshalled list. `None` where it's of another
/// interpreter, or not whole.
fn unpacked<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
    let magic: Vec<u8> = py.import("_frozen_importlib_external")?.getattr("MAGIC_NUMBER")?.extract()?;
    let Some(list) = bytes.strip_prefix(&*magic) else { return Ok(None) };
    let codes = py.import("marshal")?.call_method1("loads", (PyBytes::new(py, list),))?;
    let codes: Vec<_> = codes.cast_into::<PyList>()?.into_iter().collect();
    Ok((codes.len() == sources().count()).then_some(codes))
}

fn load_modules<'py>(py: Python<'py>, modules: &Bound<'py, PyAny>, codes: Vec<Bound<'py, PyAny>>) -> PyResult<Py<PyAny>> {
    let builtins = py.import("builtins")?;
    let marshal = py.import("marshal")?;
    let mut codes = codes.into_iter();
    let mut next = || codes.next().ok_or_else(|| PyRuntimeError::new_err("a part of the harness is missing"));
    let run = |name: &str, code: Bound<'_, PyAny>| {
        let module = PyModule::new(py, name)?;
        // The example may replace builtins: these are the harness's own.
        module.dict().set_item("__builtins__", builtins.dict().copy()?)?;
        modules.set_item(name, &module)?;
        builtins.call_method1("eval", (marshal.call_method1("loads", (code,))?, module.dict()))?;
        PyResult::Ok(module)
    };
    for (name, _) in FIRST {
        run(name, next()?)?;
    }
    for name in NEEDED {
        let _ = py.import(name); // the module that needs it tells what is wrong
    }
    heap::fill_holes(py);
    let harness = HARNESS.iter().map(|(name, _)| run(name, next()?)).collect::<PyResult<Vec<_>>>()?;
    let last = harness.last().ok_or_else(|| PyRuntimeError::new_err("there is no harness"))?;
    let session = last.getattr("Session")?;
    // Few examples need them: they are unmarshalled there.
    let late = LATE.iter().map(|(name, _)| Ok((*name, next()?))).collect::<PyResult<Vec<_>>>()?;
    session.setattr("late", late.into_py_dict(py)?)?;
    // The class takes it for no method of its own: a builtin function isn't bound.
    session.setattr("type_modified", wrap_pyfunction!(type_modified, last)?)?;
    Ok(session.unbind())
}

/// Has the harness run once more as an example has it run, and arranges the memory, so that children copy less of it. `called`: what they call of a
/// session from here.
pub fn settle<const COUNT: usize>(session: &Bound<'_, PyAny>, folder: &Path, called: [&Py<PyString>; COUNT]) -> PyResult<()> {
    let py = session.py();
    // SAFETY: this thread is attached. Else each child would let go of old entries, one by one, and for each write to the page of a name.
    unsafe { ffi::PyType_ClearCache() };
    session.call_method1("rehearse", (session, folder.as_os_str()))?;
    for name in called {
        let _ = session.getattr(name); // what an object of it has by itself, it can't tell
    }
    heap::fill_holes(py);
    Ok(())
}

/// Tells the interpreter that the dictionary of a type has changed, by another way than its own.
#[pyfunction]
fn type_modified(changed: &Bound<'_, PyType>) {
    // SAFETY: this thread is attached, and the pointer is that of a type that is alive.
    unsafe { ffi::PyType_Modified(changed.as_type_ptr()) }
}
