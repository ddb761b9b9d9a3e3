//! `verify extract`: shows the code blocks of documents. Runs nothing.

use verify::report::{
    Severity,
    listing::{Extracted, extracted, extracted_json},
};

use super::{FINE, UNUSABLE, display, portions::collected, print, project, report_problems};
use crate::cli::{ExtractArguments, OutputFormat};

/// Extracts from the documents that the call names. The result is the exit code.
pub fn run(arguments: &ExtractArguments) -> anyhow::Result<u8> {
    let project = project()?;
    let collection = collected(&arguments.paths, arguments.stdin_name.as_deref(), &project)?;
    let examples: Vec<Extracted> = collection.cases.iter().map(|case| Extracted { example: &case.example, sha256: &case.sha256 }).collect();
    print(&match arguments.format {
        OutputFormat::Human => extracted(&examples, &display(false)),
        OutputFormat::Json => extracted_json(&examples)?,
    })?;
    report_problems(&collection.problems);
    let is_unusable = collection.problems.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if is_unusable { UNUSABLE } else { FINE })
}
