//! `verify list`: shows the examples that a check would run.

use verify::{
    check,
    report::{
        Severity,
        listing::{Listed, listed, listed_json},
    },
};

use super::{FINE, UNUSABLE, check::jobs, display, interpreters, portions::work, print, project, report_error, report_problems};
use crate::cli::{CheckArguments, OutputFormat};

/// Lists the examples that the call names. The result is the exit code.
pub fn run(arguments: &CheckArguments) -> anyhow::Result<u8> {
    let project = project()?;
    let work = work(&arguments.asked(), &arguments.snippet, &project)?;
    let interpreters = interpreters(&arguments.python, &project);
    let expected = check::expect(&work.cases, &work.chosen, interpreters.as_ref().ok(), jobs(arguments, &project))?;
    let ids = |indices: &[usize]| indices.iter().map(|&index| work.cases[index].example.id.clone()).collect::<Vec<_>>();
    let continues: Vec<Vec<String>> = expected.iter().map(|expected| ids(&expected.continues)).collect();
    let listing = work.chosen.iter().zip(&expected).zip(&continues).map(|((&index, expected), continues)| {
        let case = &work.cases[index];
        Listed {
            example: &case.example,
            claims: expected.claims,
            continues,
            python: &expected.pythons,
            title: case.snippet.as_deref().map_or("", |snippet| &snippet.front_matter.question),
        }
    });
    let examples: Vec<Listed> = listing.collect();
    print(&match arguments.format {
        OutputFormat::Human => listed(&examples, &display(arguments.verbose)),
        OutputFormat::Json => listed_json(&examples)?,
    })?;
    report_problems(&work.problems);
    if let Err(error) = &interpreters {
        report_error(error);
    }
    let unusable = work.problems.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if unusable { UNUSABLE } else { FINE })
}
