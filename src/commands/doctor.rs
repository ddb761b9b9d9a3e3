//! `verify doctor`: shows what protects this system from the examples, and which Python runs them.

use std::{num::NonZero, thread};

use camino::Utf8Path;
use verify::{
    environment::{self, EnvironmentError, Request},
    report::doctor::{Diagnosis, FoundInterpreter, doctor, doctor_json},
    run::{protocol::Protection, python, server},
};

use super::{FAILED, FINE, display, print, project};
use crate::cli::{DoctorArguments, OutputFormat};

/// Looks at this system. The result is the exit code: 3 where nothing could be run.
pub fn run(arguments: &DoctorArguments) -> anyhow::Result<u8> {
    let project = project()?;
    let asked = if arguments.python.is_empty() { &project.config.python.0 } else { &arguments.python };
    let asked: Vec<Option<&str>> = if asked.is_empty() { vec![None] } else { asked.iter().map(|text| Some(text.as_str())).collect() };
    let chosen: Vec<_> = asked.into_iter().map(|text| (text, environment::find(&Request::parse(text)))).collect();
    let mut interpreters: Vec<FoundInterpreter> = Vec::new();
    for (text, found) in &chosen {
        interpreters.push(match found {
            Ok(interpreter) => FoundInterpreter {
                version: interpreter.version.clone(),
                executable: interpreter.executable.to_string(),
                free_threaded: interpreter.free_threaded,
                chosen: true,
                problem: None,
            },
            Err(error) => FoundInterpreter {
                version: "?".to_owned(),
                executable: text.unwrap_or("python3").to_owned(),
                free_threaded: false,
                chosen: true,
                problem: Some(error.to_string()),
            },
        });
    }
    let is_chosen = |base: &Utf8Path| chosen.iter().any(|(_, found)| found.as_ref().is_ok_and(|chosen| chosen.base_prefix == base));
    for other in environment::found() {
        match other {
            Ok(other) if !is_chosen(&other.base_prefix) => interpreters.push(FoundInterpreter {
                version: other.version,
                executable: other.executable.into_string(),
                free_threaded: other.free_threaded,
                chosen: false,
                problem: None,
            }),
            Ok(_) => {}
            Err(error) => interpreters.extend(unusable(&error)),
        }
    }
    let diagnosis = Diagnosis {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        built_with: python::library_name().unwrap_or_else(|| "a static libpython".to_owned()),
        protection: std::env::current_exe().and_then(|program| server::probe(&program)).map_err(|error| error.to_string()),
        interpreters,
        limits: project.config.limits.limits(),
        jobs: project.config.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get)),
    };
    print(&match arguments.format {
        OutputFormat::Human => doctor(&diagnosis, &display(false)),
        OutputFormat::Json => doctor_json(&diagnosis)?,
    })?;
    let protected = diagnosis.protection.as_ref().is_ok_and(Protection::keeps_files);
    Ok(if chosen.iter().all(|(_, found)| found.is_ok()) && protected { FINE } else { FAILED })
}

/// An interpreter that can't run examples, with the reason.
fn unusable(error: &EnvironmentError) -> Option<FoundInterpreter> {
    let (executable, version, free_threaded) = match error {
        EnvironmentError::Unsupported { executable, found, free_threaded } => {
            (executable, found.rsplit(' ').next().unwrap_or("?"), *free_threaded)
        }
        EnvironmentError::NoLibrary { executable, version, .. } => (executable, version.as_str(), false),
        _ => return None,
    };
    Some(FoundInterpreter {
        version: version.to_owned(),
        executable: executable.to_string(),
        free_threaded,
        chosen: false,
        problem: Some(error.to_string()),
    })
}
