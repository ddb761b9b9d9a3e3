//! `verify extract`: shows the code blocks of documents. Runs nothing.

use verify::{
    collect::collect,
    report::listing::{Extracted, extracted, extracted_json},
};

use super::{FINE, UNUSABLE, UnknownPath, display, print, project, report_problems};
use crate::cli::{ExtractArguments, OutputFormat};

/// Extracts from the documents that the call names. The result is the exit code.
pub fn run(arguments: &ExtractArguments) -> anyhow::Result<u8> {
    let project = project()?;
    if let Some(missing) = arguments.paths.iter().find(|path| !path.exists()) {
        return Err(UnknownPath(missing.clone()).into());
    }
    let collection = collect(&arguments.paths, &project, false);
    let examples: Vec<Extracted> = collection.cases.iter().map(|case| Extracted { example: &case.example, sha256: &case.sha256 }).collect();
    print(&match arguments.format {
        OutputFormat::Human => extracted(&examples, &display(false)),
        OutputFormat::Json => extracted_json(&examples)?,
    })?;
    report_problems(&collection.problems);
    Ok(if collection.problems.is_empty() { FINE } else { UNUSABLE })
}
