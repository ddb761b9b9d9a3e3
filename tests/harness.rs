//! The Python side against CPython itself: what an example sees and prints here is what it sees and prints in a script, and each
//! thing that it does is noted. The cases are in `harness/cases.py`; each runs in the embedded interpreter, as a server runs it.

use std::{
    env,
    error::Error,
    fs,
    io::{self, Write},
    os::fd::IntoRawFd,
    path::{Path, PathBuf},
    process::Command,
};

use camino::Utf8PathBuf;
use verify::{
    environment::{self, EnvironmentError, Interpreter, Request},
    run::{
        protocol::Job,
        python::{self, Fork, Prepared, StartOptions, VirtualEnvironment},
    },
};

/// Where an example's descriptor for notes lies: out of the way of those that it opens.
const NOTES: i32 = 900;

/// Not a test by itself: the process that the driver of the cases starts, which runs one example after the other. Each line of its
/// input names the seconds and the folder of one; each is answered by a line with its status. (Without a driver there is no
/// interpreter to start, and nothing to do.)
#[test]
fn runner() -> Result<(), Box<dyn Error>> {
    let Some(executable) = env::var_os("VERIFY_EXECUTABLE") else {
        return Ok(());
    };
    let interpreter = environment::find(&Request::Path(Utf8PathBuf::try_from(PathBuf::from(executable))?))?;
    let environment = interpreter.site_packages().map(|site_packages| VirtualEnvironment {
        prefix: interpreter.prefix.clone().into(),
        site_packages: site_packages.into(),
        system_site_packages: interpreter.system_site_packages,
    });
    let started = python::start(&StartOptions { executable: Some(interpreter.executable.into()), environment, compiled: None })?;
    assert_eq!(started.version, interpreter.version);
    assert_eq!(started.prefix, interpreter.base_prefix);
    python::preload(&["threading".into(), "asyncio".into(), "this".into(), "no_such_module".into(), "dataclasses".into()]);
    // As a server does it once it has had some examples.
    python::settle(Path::new("/nowhere"));
    for line in io::stdin().lines() {
        let line = line?;
        let (seconds, folder) = line.split_once(' ').ok_or("a line without seconds")?;
        let status = run(&PathBuf::from(folder), seconds.parse()?)?;
        writeln!(io::stdout(), "\nstatus {status}")?;
        io::stdout().flush()?;
    }
    Ok(())
}

/// Runs the example in a folder, in a fork of this process; its status as `waitpid` tells it.
fn run(folder: &Path, seconds: u32) -> Result<i32, Box<dyn Error>> {
    let job: Job = serde_json::from_slice(&fs::read(folder.join("job"))?)?;
    let prepared = Prepared::new(&job)?;
    let child = match python::fork()? {
        Fork::Child => {
            let open = |name: &str| fs::OpenOptions::new().append(true).read(true).open(folder.join(name));
            for (file, descriptor) in [(fs::File::open("/dev/null"), 0), (open("stdout"), 1), (open("stderr"), 2), (open("notes"), NOTES)] {
                // SAFETY: both are descriptors; what was open under the second one isn't used in the child.
                unsafe { libc::dup2(file?.into_raw_fd(), descriptor) };
            }
            env::set_current_dir(folder.join("work"))?;
            // SAFETY: closes what the test's process had open; nothing of it is used in the child.
            unsafe {
                libc::close_range(3, NOTES as u32 - 1, 0);
                libc::alarm(seconds);
                // An example may have a handler of its own for that.
                let limit = libc::rlimit { rlim_cur: seconds.into(), rlim_max: seconds.into() };
                libc::setrlimit(libc::RLIMIT_CPU, &limit);
            }
            let status = python::run_example(&prepared, &env::current_dir()?, &[], NOTES);
            // SAFETY: the child ends without running anything of the test's.
            unsafe { libc::_exit(status) }
        }
        Fork::Parent(child) => child,
    };
    let mut status = 0;
    // SAFETY: `status` is a valid place for the child's status.
    unsafe { libc::waitpid(child, &mut status, 0) };
    Ok(status)
}

/// All cases in each interpreter of this machine that can be embedded.
#[test]
fn examples_run_as_scripts_do() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let interpreters = interpreters()?;
    assert!(!interpreters.is_empty(), "no CPython with a shared library was found");
    let mut failed = String::new();
    for interpreter in interpreters {
        failed += &cases(&interpreter, &folder.path().join(&interpreter.version), &[])?;
    }
    assert!(failed.is_empty(), "{failed}");
    Ok(())
}

/// In a virtual environment examples find what is installed there, and only that.
#[test]
fn virtual_environments_are_entered() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut failed = String::new();
    for base in interpreters()? {
        let environment = folder.path().join(format!("environment-{}", base.version));
        let made = Command::new(&base.executable).args(["-m", "venv", "--without-pip"]).arg(&environment).status()?;
        if !made.success() {
            continue; // Debian has that in a package of its own
        }
        let interpreter = environment::find(&Request::Path(Utf8PathBuf::try_from(environment)?))?;
        let site_packages = interpreter.site_packages().ok_or("not taken for a virtual environment")?;
        fs::write(site_packages.join("only_here.py"), "where = 'here'\n")?;
        failed += &cases(&interpreter, &folder.path().join(&interpreter.version), &["in_a_virtual_environment", "descriptors_stay_low"])?;
    }
    assert!(failed.is_empty(), "{failed}");
    Ok(())
}

/// The interpreters of this machine that can be embedded, one of each version.
fn interpreters() -> Result<Vec<Interpreter>, EnvironmentError> {
    let mut found = Vec::new();
    for version in ["3.10", "3.11", "3.12", "3.13", "3.14"] {
        match environment::find(&Request::Version(version.to_owned())) {
            Ok(interpreter) => found.push(interpreter),
            Err(EnvironmentError::NotFound { .. } | EnvironmentError::NoLibrary { .. } | EnvironmentError::Failed { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Runs the cases (those named, or all) in an interpreter; what the failed ones say. `folder` is for its library.
fn cases(interpreter: &Interpreter, folder: &Path, names: &[&str]) -> Result<String, Box<dyn Error>> {
    let library = Utf8PathBuf::try_from(folder.to_owned())?;
    let variables: serde_json::Map<_, _> =
        interpreter.server_environment(&library)?.into_iter().map(|(name, value)| (name, value.into())).collect();
    let output = Command::new(&interpreter.executable)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/harness/cases.py"))
        .args(names)
        .env("VERIFY_RUNNER", env::current_exe()?)
        .env("VERIFY_VARIABLES", serde_json::to_string(&variables)?)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()?;
    if output.status.success() {
        return Ok(String::new());
    }
    Ok(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}
