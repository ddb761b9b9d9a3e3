//! The embedded CPython: started once per server, forked per example. The only file that names pyo3.
//!
//! What an example does is noted by the harness (`harness.py` and the files beside it), which is Python itself. It's loaded into
//! modules that no example can import, with builtins of its own. Its code objects are evaluated from here, so that an example
//! finds no frame below its own, as in a script.

mod family;
mod harness;
mod heap;
mod names;
mod preload;

use std::{
    ffi::{CStr, c_char, c_int, c_void},
    fs, io,
    os::{
        fd::RawFd,
        unix::ffi::{OsStrExt, OsStringExt},
    },
    path::{Path, PathBuf},
    sync::OnceLock,
};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use pyo3::{
    exceptions::PyRuntimeError,
    ffi,
    prelude::*,
    types::{PyBool, PyBytes, PyDict, PyList, PyModule, PyString},
};
use serde_json::Value;

use super::protocol::{Job, Mode};
use family::Family;
use names::Names;
pub use preload::{Places, keep_trial, preload, preload_packages};

/// The server of the web that an example may ask.
const WEB: &str = include_str!("harness/web.py");
/// Status of an example's process in which the harness itself failed; the notes then end in a line that isn't JSON.
const HARNESS_FAILED: i32 = 70;

/// The harness's class `Session`, once [`start`] has loaded it.
static SESSION: OnceLock<Py<PyAny>> = OnceLock::new();
/// What the interpreter is to be, beyond what its environment variables say (`PYTHONHOME`, `PYTHONHASHSEED`, …).
#[derive(Debug, Clone, Default)]
pub struct StartOptions {
    /// `sys.executable`: what examples start when they start a Python.
    pub executable: Option<PathBuf>,
    /// A virtual environment, where there is one.
    pub environment: Option<VirtualEnvironment>,
    /// The harness as it was compiled by this interpreter before, where it was.
    pub compiled: Option<Vec<u8>>,
}

/// A virtual environment: an interpreter's modules with others put before them or in their place.
#[derive(Debug, Clone)]
pub struct VirtualEnvironment {
    /// Its folder (`sys.prefix`).
    pub prefix: PathBuf,
    /// Its folder of installed modules.
    pub site_packages: PathBuf,
    /// The interpreter's own installed modules stay importable.
    pub system_site_packages: bool,
}

/// An interpreter that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// `3.13.0`.
    pub version: String,
    /// `sys.base_prefix`.
    pub prefix: String,
    /// A free-threaded build.
    pub free_threaded: bool,
}

/// Which side of a [`fork`] this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fork {
    /// The new process.
    Child,
    /// The process that forked, with the id of the new one.
    Parent(libc::pid_t),
}

/// Name and source of all that is compiled of the harness.
pub fn harness_sources() -> impl Iterator<Item = (&'static str, &'static str)> {
    harness::sources()
}

/// Starts the interpreter and loads the harness into it. To be called once, from the only thread.
///
/// An interpreter that can't find its standard library ends the process: CPython offers no other way.
pub fn start(options: &StartOptions) -> Result<Started, String> {
    Python::initialize();
    Python::attach(|py| set_up(py, options).map_err(|error| described(py, &error)))
}

/// Arranges the interpreter so that children have less to do and copy less of it: to be called once there have been some, and again whenever more was
/// imported. `folder` is the working folder.
pub fn settle(folder: &Path) {
    Python::attach(|py| {
        // It works without, only slower.
        let _ = SESSION.get().map(|session| {
            let Names { next, namespace, done, finish, .. } = Names::of(py);
            harness::settle(session.bind(py), folder, [next, namespace, done, finish])
        });
    });
}

/// A job as the harness takes it. It's made in the server: in a child it would cost several times as much.
pub struct Prepared<'a> {
    job: &'a Job,
    objects: Py<PyAny>,
}

impl Prepared<'_> {
    /// Makes a job's objects. To be dropped in the process that made them, too.
    pub fn new(job: &Job) -> io::Result<Prepared<'_>> {
        /// What the harness has no use for.
        const UNUSED: [&str; 8] = ["number", "limits", "preload", "packages", "beforehand", "to_come", "provisions", "followers"];
        let mut value = serde_json::to_value(job)?;
        if let Some(fields) = value.as_object_mut() {
            fields.retain(|name, _| !UNUSED.contains(&name.as_str()));
            if !job.followers.is_empty() {
                fields.insert("shared".to_owned(), Value::Bool(true));
                fields.insert("family".to_owned(), Value::Bool(job.is_family()));
            }
        }
        let objects = Python::attach(|py| to_python(py, &value).map(Bound::unbind).map_err(io::Error::other))?;
        Ok(Prepared { job, objects })
    }
}

/// Forks, with all that the interpreter wants to be told of it. Only where no other thread runs.
pub fn fork() -> io::Result<Fork> {
    Python::attach(|py| {
        if let Some(session) = SESSION.get() {
            let names = Names::of(py);
            let forking = session.bind(py).getattr(&names.forking);
            forking.and_then(|forking| forking.call_method0(&names.before)).map_err(io::Error::other)?;
        }
        // SAFETY: this thread is attached to the interpreter, and each call before the fork is matched by one after it on each
        // side. The process has no other thread, so that the child may go on as it likes.
        unsafe {
            ffi::PyOS_BeforeFork();
            match libc::fork() {
                0 => {
                    ffi::PyOS_AfterFork_Child();
                    Ok(Fork::Child)
                }
                process => {
                    let error = io::Error::last_os_error();
                    ffi::PyOS_AfterFork_Parent();
                    if process < 0 { Err(error) } else { Ok(Fork::Parent(process)) }
                }
            }
        }
    })
}

/// Runs an example in this process (a child of [`fork`]) and writes what is seen as lines to `notes`. `folder` is the working folder, which is
/// set already, as are the standard streams and the limits; `writable` are the folders that the example may write in.
///
/// Returns the status to exit with. The process must then end at once (`_exit`): threads of the example may still run.
pub fn run_example(job: &Prepared<'_>, folder: &Path, writable: &[&Path], notes: RawFd) -> i32 {
    for signal in [libc::SIGSEGV, libc::SIGBUS] {
        // Rust's own handler, which looks for overflows of its stacks, would swallow the first such signal that an example sends
        // itself, and tell of an overflow as an abort.
        // SAFETY: the default action runs no code.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    let status = Python::attach(|py| run(py, job, folder, writable, notes).map_err(|error| described(py, &error)));
    // `_exit` would drop it.
    flush_stdio();
    status.unwrap_or_else(|error| {
        let line = format!("harness: {}\n", error.replace('\n', " | "));
        // SAFETY: the pointer and the length are those of `line`. Whether it arrives can't be told to anybody.
        unsafe { libc::write(notes, line.as_ptr().cast::<c_void>(), line.len()) };
        HARNESS_FAILED
    })
}

/// What a build of an extension module asks of the interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForBuilds {
    /// Folder of its headers.
    pub include: String,
    /// How the file names of its extension modules end: `.cpython-313-x86_64-linux-gnu.so`.
    pub suffix: String,
}

/// What builds are told. Nothing is imported for it, so that no example finds it imported.
pub fn for_builds() -> Result<ForBuilds, String> {
    Python::attach(|py| {
        let ask = || -> PyResult<ForBuilds> {
            let sys = py.import("sys")?;
            let version = sys.getattr("version_info")?;
            let (major, minor): (u8, u8) = (version.get_item(0)?.extract()?, version.get_item(1)?.extract()?);
            let (prefix, flags): (String, String) = (sys.getattr("base_prefix")?.extract()?, sys.getattr("abiflags")?.extract()?);
            let suffixes: Vec<String> = py.import("_imp")?.call_method0("extension_suffixes")?.extract()?;
            let suffix = suffixes.into_iter().next().unwrap_or_else(|| ".so".to_owned());
            Ok(ForBuilds { include: format!("{prefix}/include/python{major}.{minor}{flags}"), suffix })
        };
        ask().map_err(|error| described(py, &error))
    })
}

/// Answers for the web in this process (a child of [`fork`]), until it's killed. `serving` is JSON, as `harness/web.py` reads it; `ready` gets a
/// line when it answers. Returns the status to exit with; what went wrong is written to standard error.
pub fn serve_web(serving: &[u8], ready: RawFd) -> i32 {
    Python::attach(|py| {
        let serve = || -> PyResult<()> {
            let serving = py.import("json")?.call_method1("loads", (PyBytes::new(py, serving),))?;
            let module = PyModule::new(py, "verify_web")?;
            let builtins = py.import("builtins")?;
            module.dict().set_item("__builtins__", &builtins)?;
            let code = builtins.call_method1("compile", (WEB, "<verify_web>", "exec", 0, true))?;
            builtins.call_method1("eval", (code, module.dict()))?;
            module.getattr("serve")?.call1((serving, ready)).map(drop)
        };
        match serve() {
            Ok(()) => 0,
            Err(error) => {
                error.display(py);
                HARNESS_FAILED
            }
        }
    })
}

/// Name of the shared library that this binary needs for its interpreter (`libpython3.11.so.1.0`); another version's library
/// under this name takes its place. `None` where the interpreter is part of the binary.
pub fn library_name() -> Option<String> {
    let mut info = libc::Dl_info {
        dli_fname: std::ptr::null(),
        dli_fbase: std::ptr::null_mut(),
        dli_sname: std::ptr::null(),
        dli_saddr: std::ptr::null_mut(),
    };
    let function: unsafe extern "C" fn() -> c_int = ffi::Py_IsInitialized;
    // SAFETY: `info` is a valid place for the answer, which is read only if there was one; `dli_fname` then is a string that
    // lives as long as the library is loaded, which is as long as the process.
    let path = unsafe {
        if libc::dladdr(function as *const c_void, &mut info) == 0 || info.dli_fname.is_null() {
            return None;
        }
        CStr::from_ptr::<'static>(info.dli_fname as *const c_char)
    };
    let path = PathBuf::from(std::ffi::OsString::from_vec(path.to_bytes().to_vec()));
    let name = path.file_name()?;
    name.as_bytes().starts_with(b"libpython").then(|| name.to_string_lossy().into_owned())
}

fn set_up(py: Python<'_>, options: &StartOptions) -> PyResult<Started> {
    let sys = py.import("sys")?;
    if let Some(executable) = &options.executable {
        // As text: a path would become a `pathlib.Path`.
        sys.setattr("executable", executable.as_os_str())?;
    }
    if let Some(environment) = &options.environment {
        enter(py, environment)?;
    }
    // What the start of the interpreter has registered is the server's, not the examples'.
    if let Ok(atexit) = sys.getattr("modules")?.get_item("atexit") {
        atexit.call_method0("_clear")?;
    }
    let session = harness::load(py, options.compiled.as_deref())?;
    // A second call would only load the same again; the first one stays.
    let _ = SESSION.set(session);
    let version: (u8, u8, u8) = sys.getattr("version_info")?.get_item(pyo3::types::PySlice::new(py, 0, 3, 1))?.extract()?;
    Ok(Started {
        version: format!("{}.{}.{}", version.0, version.1, version.2),
        prefix: sys.getattr("base_prefix")?.extract()?,
        free_threaded: match sys.getattr("_is_gil_enabled") {
            Ok(enabled) => !enabled.call0()?.extract::<bool>()?,
            Err(_) => false, // before 3.13 there is no other
        },
    })
}

/// Makes the virtual environment's modules importable, as its own interpreter does at start.
fn enter(py: Python<'_>, environment: &VirtualEnvironment) -> PyResult<()> {
    let sys = py.import("sys")?;
    let site = py.import("site")?;
    if !environment.system_site_packages {
        let base = site.call_method1("getsitepackages", ([sys.getattr("base_prefix")?],))?;
        let paths = sys.getattr("path")?;
        for folder in base.try_iter()? {
            let folder = folder?;
            while paths.contains(&folder)? {
                paths.call_method1("remove", (&folder,))?;
            }
        }
    }
    sys.setattr("prefix", environment.prefix.as_os_str())?;
    sys.setattr("exec_prefix", environment.prefix.as_os_str())?;
    site.setattr("PREFIXES", vec![environment.prefix.as_os_str()])?;
    site.call_method1("addsitedir", (environment.site_packages.as_os_str(),))?;
    Ok(())
}

fn session<'py>(py: Python<'py>, prepared: &Prepared<'_>, folder: &Path, notes: RawFd) -> PyResult<Bound<'py, PyAny>> {
    let Some(session) = SESSION.get() else {
        return Err(PyRuntimeError::new_err("the interpreter was not started"));
    };
    let names = Names::of(py);
    session.bind(py).getattr(&names.forking)?.call_method0(&names.after)?;
    let job = prepared.job;
    let written = job.mode == Mode::Script && write_script(&job.code);
    let [stdout, stderr] = private_outputs();
    session.bind(py).call1((prepared.objects.bind(py), folder.as_os_str(), notes, stdout, stderr, written))
}

fn json_of(value: &impl serde::Serialize) -> PyResult<Value> {
    serde_json::to_value(value).map_err(|error| PyRuntimeError::new_err(error.to_string()))
}

/// The same value made of Python's objects.
fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        Value::Number(number) => match number.as_i64() {
            Some(number) => number.into_pyobject(py)?.into_any(),
            None => number.as_f64().into_pyobject(py)?,
        },
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(items) => PyList::new(py, items.iter().map(|item| to_python(py, item)).collect::<PyResult<Vec<_>>>()?)?.into_any(),
        Value::Object(items) => {
            let dict = PyDict::new(py);
            for (key, item) in items {
                dict.set_item(PyString::intern(py, key), to_python(py, item)?)?;
            }
            dict.into_any()
        }
    })
}

/// Descriptors of copies of standard output and error that an example doesn't meet: it counts on low numbers being free.
fn private_outputs() -> [RawFd; 2] {
    /// Above those that an example is likely to open, below the limit that some systems have.
    const FIRST: RawFd = 700;
    [1, 2].map(|descriptor| {
        // SAFETY: makes a new descriptor of one that may be open, or fails.
        let copy = unsafe { libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, FIRST) };
        if copy < 0 { descriptor } else { copy }
    })
}

fn run(py: Python<'_>, prepared: &Prepared<'_>, folder: &Path, writable: &[&Path], notes: RawFd) -> PyResult<i32> {
    let session = session(py, prepared, folder, notes)?;
    if prepared.job.is_family() {
        return Family::new(&session, prepared.job, writable)?.run();
    }
    run_steps(py, &session, &Names::of(py).next)?;
    for follower in &prepared.job.followers {
        if follower.mode == Mode::Script {
            write_script(&follower.code);
        }
        flush_stdio();
        session.call_method1(&Names::of(py).follow, (to_python(py, &json_of(follower)?)?,))?;
        run_steps(py, &session, &Names::of(py).next)?;
    }
    flush_stdio();
    session.call_method0(&Names::of(py).finish)?.extract()
}

/// Runs the steps of the session's example, which it gives by its method `next`.
fn run_steps(py: Python<'_>, session: &Bound<'_, PyAny>, next: &Py<PyString>) -> PyResult<()> {
    let names = Names::of(py);
    loop {
        let code = session.call_method0(next)?;
        if code.is_none() {
            return Ok(());
        }
        let result = evaluate(py, code, session.getattr(&names.namespace)?);
        match result {
            Ok(value) => session.call_method1(&names.done, (value,))?,
            Err(error) => session.call_method1(&names.failed, (error.into_value(py),))?,
        };
    }
}

/// Writes a script to its file; whether it could. Only a second interpreter reads it.
fn write_script(code: &str) -> bool {
    fs::write("main.py", code).is_ok()
}

/// Writes what C code of an example printed by way of stdio.
fn flush_stdio() {
    // SAFETY: flushes all streams of this process.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

/// Lifts the limit of memory to the hard one: what took all that there was is still referred to, and the harness needs some.
fn use_memory_reserve() {
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_AS) {
        // If it stays, the process ends without a report, and the server says how.
        let _ = setrlimit(Resource::RLIMIT_AS, hard, hard);
    }
}

/// Evaluates a code object. Not by calling `eval`: that call would count as one of the example's, whose recursion then ended
/// earlier than in a script.
fn evaluate<'py>(py: Python<'py>, code: Bound<'py, PyAny>, namespace: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: this thread is attached; both are valid objects, a code object and a dictionary, as `Session` promises; the result
    // is a new reference, or null with an exception set, which may be asked for.
    unsafe {
        let result = ffi::PyEval_EvalCode(code.as_ptr(), namespace.as_ptr(), namespace.as_ptr());
        // Before anything is allocated here: even that would fail, and end the process.
        if result.is_null() && ffi::PyErr_ExceptionMatches(ffi::PyExc_MemoryError) != 0 {
            use_memory_reserve();
        }
        Bound::from_owned_ptr_or_err(py, result)
    }
}

/// The error in words, with the innermost place that it passed.
fn described(py: Python<'_>, error: &PyErr) -> String {
    let place = error.traceback(py).and_then(|trace| trace.format().ok()).unwrap_or_default();
    format!("{error} {}", place.trim()).trim().to_owned()
}
