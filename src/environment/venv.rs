//! Whether a virtual environment can be used here: made on this machine, with a Python that is still what it was.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::{EnvironmentError, Interpreter, places::is_program};

/// Refuses a virtual environment whose Python isn't here: of another machine, or removed since. A folder that is none passes.
pub(super) fn check_folder(folder: &Utf8Path) -> Result<(), EnvironmentError> {
    let Ok(configuration) = fs::read_to_string(folder.join("pyvenv.cfg")) else { return Ok(()) };
    let program = ["bin/python3", "bin/python"].iter().map(|name| folder.join(name)).find(|file| is_program(file));
    if program.is_some() {
        return Ok(());
    }
    let value = |key: &str| {
        let pairs = configuration.lines().filter_map(|line| line.split_once('='));
        pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(key)).map(|(_, value)| value.trim().to_owned())
    };
    let reason = match value("home") {
        Some(home) => format!("the Python that it was made with isn't here (it was in `{home}`)"),
        None => "it has no interpreter in `bin`".to_owned(),
    };
    Err(broken(folder, reason))
}

/// Refuses a virtual environment whose interpreter is now of another version than the one that it was made for.
pub(super) fn check_version(interpreter: &Interpreter) -> Result<(), EnvironmentError> {
    let Some(site_packages) = interpreter.site_packages().filter(|folder| !folder.is_dir()) else { return Ok(()) };
    let library = interpreter.prefix.join("lib");
    let made_for: Vec<Utf8PathBuf> = library
        .read_dir_utf8()
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.into_path()))
        .filter(|folder| folder.file_name().is_some_and(|name| name.starts_with("python3.")) && folder.join("site-packages").is_dir())
        .collect();
    match made_for.first().and_then(|folder| folder.file_name()) {
        Some(name) if !made_for.contains(&site_packages) => {
            Err(broken(&interpreter.prefix, format!("it was made for {name}, and its interpreter is {} now", interpreter.version)))
        }
        _ => Ok(()),
    }
}

fn broken(folder: &Utf8Path, reason: String) -> EnvironmentError {
    EnvironmentError::VirtualEnvironment { folder: folder.to_owned(), reason }
}
