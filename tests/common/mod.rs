//! Calls of the real binary.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The project's folder.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a call gave.
pub struct Call {
    /// Exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Call {
    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("not JSON: {error}\n{}\n{}", self.stdout, self.stderr))
    }

    /// Line, column and verdict of each claim of a JSON report.
    pub fn verdicts(&self) -> Vec<(u64, u64, String)> {
        let json = self.json();
        let examples = json["examples"].as_array().expect("examples").iter();
        let claims = examples.flat_map(|example| example["claims"].as_array().expect("claims"));
        let number = |value: &serde_json::Value| value.as_u64().unwrap_or(0);
        claims
            .map(|claim| (number(&claim["line"]), number(&claim["column"]), claim["verdict"].as_str().unwrap_or_default().to_owned()))
            .collect()
    }

    /// The example with this id, of a JSON report.
    pub fn example(&self, id: &str) -> serde_json::Value {
        let json = self.json();
        let examples = json["examples"].as_array().expect("examples");
        examples.iter().find(|example| example["id"] == id).unwrap_or_else(|| panic!("no {id} in {json:#}")).clone()
    }
}

/// Calls `verify` in the project's folder.
pub fn verify(arguments: &[&str]) -> Call {
    verify_in(&project(), arguments)
}

/// Calls `verify` in a folder.
pub fn verify_in(folder: &Path, arguments: &[&str]) -> Call {
    finish(command(folder).args(arguments))
}

/// Checks documents in a folder, for a report in JSON.
pub fn check(folder: &Path, arguments: &[&str]) -> Call {
    verify_in(folder, &[&["--format", "json"], arguments].concat())
}

/// A new folder with these files in it.
pub fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// A call of `verify` in a folder, to be completed.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    command.current_dir(folder).stdin(Stdio::null()).env_remove("NO_COLOR").env_remove("VIRTUAL_ENV");
    command
}

/// Runs a call to its end.
pub fn finish(command: &mut Command) -> Call {
    let output = command.output().expect("the binary runs");
    Call {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// An interpreter that sees its standard library and nothing that is installed.
pub struct BarePython(tempfile::TempDir);

impl BarePython {
    /// What `--python` takes.
    pub fn name(&self) -> &str {
        self.0.path().to_str().expect("the folder's name is UTF-8")
    }
}

/// A virtual environment without packages, of the default interpreter or the one that `VERIFY_TEST_PYTHON` names.
pub fn bare_python() -> BarePython {
    let mut arguments = vec!["doctor".to_owned(), "--format".to_owned(), "json".to_owned()];
    if let Ok(python) = std::env::var("VERIFY_TEST_PYTHON") {
        arguments.extend(["--python".to_owned(), python]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let diagnosis = verify(&arguments).json();
    let chosen = &diagnosis["interpreters"][0];
    bare_python_of(chosen["executable"].as_str().expect("a path"), chosen["version"].as_str().expect("a version"))
}

/// The interpreters of this machine that can run examples, one of each minor version: `3.12`, its version and its program.
pub fn interpreters() -> Vec<(String, String, String)> {
    let diagnosis = verify(&["doctor", "--format", "json"]).json();
    let mut found: Vec<(String, String, String)> = Vec::new();
    for interpreter in diagnosis["interpreters"].as_array().expect("interpreters") {
        let (Some(version), Some(executable)) = (interpreter["version"].as_str(), interpreter["executable"].as_str()) else { continue };
        let minor = version.split('.').take(2).collect::<Vec<_>>().join(".");
        if interpreter["problem"].is_null() && found.iter().all(|(known, ..)| *known != minor) {
            found.push((minor, version.to_owned(), executable.to_owned()));
        }
    }
    found
}

/// A virtual environment without packages, of an interpreter of this version.
pub fn bare_python_of(executable: &str, version: &str) -> BarePython {
    let minor: Vec<&str> = version.split('.').take(2).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let home = Path::new(executable).parent().expect("a folder").display().to_string();
    std::fs::create_dir_all(folder.path().join("bin")).expect("a folder");
    std::fs::create_dir_all(folder.path().join(format!("lib/python{}/site-packages", minor.join(".")))).expect("a folder");
    std::os::unix::fs::symlink(executable, folder.path().join("bin/python3")).expect("a link");
    std::fs::write(folder.path().join("pyvenv.cfg"), format!("home = {home}\ninclude-system-site-packages = false\n")).expect("a file");
    BarePython(folder)
}
