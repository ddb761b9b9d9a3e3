//! `verify list`: shows the examples that a check would run.

use verify::{
    check,
    report::{
        Severity,
        listing::{Listed, listed, listed_json},
    },
};

use super::{FINE, UNUSABLE, display, print, project, report_problems, work};
use crate::cli::{CheckArguments, OutputFormat};

/// Lists the examples that the call names. The result is the exit code.
pub fn run(arguments: &CheckArguments) -> anyhow::Result<u8> {
    let project = project()?;
    let work = work(arguments, &arguments.snippet, &project)?;
    let continues: Vec<Vec<String>> = check::taken(&work.cases, &work.chosen)
        .into_iter()
        .map(|taken| taken.continues.into_iter().map(|index| work.cases[index].example.id.clone()).collect())
        .collect();
    let examples: Vec<Listed> = work
        .chosen
        .iter()
        .map(|&index| {
            let case = &work.cases[index];
            Listed {
                example: &case.example,
                claims: check::claims(case).len(),
                continues: &continues[index],
                title: case.snippet.as_deref().map_or("", |snippet| &snippet.front_matter.question),
            }
        })
        .collect();
    print(&match arguments.format {
        OutputFormat::Human => listed(&examples, &display(arguments.verbose)),
        OutputFormat::Json => listed_json(&examples)?,
    })?;
    report_problems(&work.problems);
    let unusable = work.problems.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if unusable { UNUSABLE } else { FINE })
}
