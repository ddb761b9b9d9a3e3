//! `verify doctor`: shows what protects this system from the examples, and which Python runs them.

use std::{num::NonZero, thread};

use verify::{
    environment::{self, Request},
    report::doctor::{Diagnosis, FoundInterpreter, doctor, doctor_json},
    run::{protocol::Protection, python, server},
};

use super::{FAILED, FINE, display, print, project};
use crate::cli::{DoctorArguments, OutputFormat};

/// Looks at this system. The result is the exit code: 3 where nothing could be run.
pub fn run(arguments: &DoctorArguments) -> anyhow::Result<u8> {
    let project = project()?;
    let request = Request::parse(arguments.python.as_deref().or(project.config.python.as_deref()));
    let chosen = environment::find(&request);
    let mut interpreters: Vec<FoundInterpreter> = Vec::new();
    match &chosen {
        Ok(interpreter) => interpreters.push(FoundInterpreter {
            version: interpreter.version.clone(),
            executable: interpreter.executable.to_string(),
            free_threaded: interpreter.free_threaded,
            chosen: true,
            problem: None,
        }),
        Err(error) => interpreters.push(FoundInterpreter {
            version: "?".to_owned(),
            executable: arguments.python.clone().unwrap_or_else(|| "python3".to_owned()),
            free_threaded: false,
            chosen: true,
            problem: Some(error.to_string()),
        }),
    }
    for other in environment::all() {
        if !chosen.as_ref().is_ok_and(|chosen| chosen.base_prefix == other.base_prefix) {
            interpreters.push(FoundInterpreter {
                version: other.version,
                executable: other.executable.into_string(),
                free_threaded: other.free_threaded,
                chosen: false,
                problem: None,
            });
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
    Ok(if chosen.is_ok() && protected { FINE } else { FAILED })
}
