//! Sources in other languages: laid into the working folder, and built there by the system's compilers.

use std::{collections::BTreeMap, fs, path::Path};

use crate::run::{
    protocol::{BUILD_TIME, FOLDER},
    python,
};

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

/// Writes the sources. Where a folder on the way is a link (to something granted), nothing is written.
pub fn write_sources(sources: &BTreeMap<String, String>, work: &Path) -> Result<(), NotProvided> {
    for (name, text) in sources {
        let path = work.join(name);
        let mut folder = work.to_path_buf();
        for part in Path::new(name).parent().into_iter().flat_map(Path::components) {
            folder.push(part);
            if !fs::symlink_metadata(&folder).is_ok_and(|metadata| metadata.is_dir()) {
                fs::create_dir(&folder).map_err(NotProvided::at(format!("companion {name}")))?;
            }
        }
        let written = fs::OpenOptions::new().write(true).create_new(true).open(&path);
        let written = written.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
        written.map_err(NotProvided::at(format!("companion {name}")))?;
    }
    Ok(())
}

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
    fs::create_dir_all(FOLDER).map_err(NotProvided::at(FOLDER))?;
    for (number, line) in lines.iter().enumerate() {
        let mut shell = command("/bin/sh", &site.scratch.work);
        shell.args(["-c", line]).env("PYTHON_INCLUDE", &python.include).env("PYTHON_SUFFIX", &python.suffix);
        let log = Path::new(FOLDER).join(format!("build-{number}.log"));
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
