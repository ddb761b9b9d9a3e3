//! Sources in other languages, built in the working folder by the system's compilers.

use std::path::Path;

use crate::run::{protocol::BUILD_TIME, python};

use super::{
    NotProvided, Site,
    confined::{Running, command, find_program},
    service::{ended, lacks},
};

/// Exit status of a shell that didn't find a program.
const NOT_FOUND: i32 = 127;
/// Which package of Debian has a program that builds something.
const PACKAGES: [(&str, &str); 9] = [
    ("cc", "gcc"),
    ("gcc", "gcc"),
    ("c++", "g++"),
    ("g++", "g++"),
    ("clang", "clang"),
    ("make", "make"),
    ("cmake", "cmake"),
    ("cargo", "cargo"),
    ("rustc", "rustc"),
];

/// Runs the commands, one after the other, in the working folder.
pub fn build(lines: &[String], site: &Site<'_>) -> Result<(), NotProvided> {
    if lines.is_empty() {
        return Ok(());
    }
    let python = python::for_builds().map_err(|error| NotProvided::Failed(format!("the interpreter's headers can't be told: {error}")))?;
    if lines.iter().any(|line| line.contains("PYTHON_INCLUDE")) && !Path::new(&python.include).join("Python.h").exists() {
        let missing =
            format!("needs Python.h, which isn't in {}: install the headers of this Python (Debian: python3-dev)", python.include);
        return Err(NotProvided::Lacks(missing));
    }
    for (number, line) in lines.iter().enumerate() {
        let mut shell = command("/bin/sh", &site.scratch.work);
        shell.args(["-c", line]).env("PYTHON_INCLUDE", &python.include).env("PYTHON_SUFFIX", &python.suffix);
        let log = site.folder().join(format!("build-{number}.log"));
        let mut running = Running::start(&format!("`{line}`"), &mut shell, &log, site)?;
        let status = running.wait(BUILD_TIME, site)?;
        if status.success() {
            continue;
        }
        let missing = line.split_whitespace().find(|word| !word.contains('=')).filter(|program| find_program(program).is_none());
        return Err(match missing {
            Some(program) if status.code() == Some(NOT_FOUND) => {
                let package = PACKAGES.iter().find(|(name, _)| *name == program).map(|(_, package)| *package);
                lacks(program, package)
            }
            _ => running.failed(&ended(status)),
        });
    }
    Ok(())
}
