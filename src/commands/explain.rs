//! `verify explain`: shows how an example was understood, what exactly runs, and what came of it.

use std::sync::atomic::AtomicBool;

use verify::{
    check::{self, Examined, Settings},
    plan::Planned,
    report::{
        Event, Header,
        explain::{Explanation, explain},
        json::Json,
    },
    run::protocol::Job,
};

use super::{FINE, check::settings, display, interpreter, print, project, report_problems, work};
use crate::cli::{ExplainArguments, OutputFormat};

/// Explains the examples that the call names, after running them in the sandbox. The result is the exit code.
pub fn run(arguments: &ExplainArguments) -> anyhow::Result<u8> {
    let project = project()?;
    let patterns: Vec<String> = std::iter::once(&arguments.example).chain(&arguments.check.snippet).cloned().collect();
    let work = work(&arguments.check, &patterns, &project)?;
    let interpreter = interpreter(arguments.check.python.as_deref(), &project)?;
    let settings = settings(&arguments.check, &project, &interpreter)?;
    let display = display(arguments.check.verbose);
    let examined = check::examine(&work.cases, &work.chosen, &settings, &AtomicBool::new(false))?;
    if arguments.check.format == OutputFormat::Json {
        print(&json(examined, &settings)?)?;
        report_problems(&work.problems);
        return Ok(FINE);
    }
    let mut text = String::new();
    for Examined { case, checked, planned, reports } in examined {
        let jobs: Vec<Job> = match planned {
            Planned::Run(plan) => plan.runs.into_iter().map(|run| run.job).collect(),
            Planned::Skip { .. } => Vec::new(),
        };
        let front_matter = case.snippet.as_deref().map(|snippet| &snippet.front_matter);
        let explanation = Explanation {
            example: &case.example,
            title: front_matter.map_or("", |front_matter| &front_matter.question),
            claims: &checked.claims,
            continues: &checked.continues,
            python: Some(&interpreter.version),
            requires: front_matter.map_or(&[], |front_matter| &front_matter.requires),
            jobs: &jobs,
            reports: &reports,
            checked: Some(&checked),
        };
        text.push_str(&explain(&explanation, &display));
        text.push('\n');
    }
    print(&text)?;
    report_problems(&work.problems);
    Ok(FINE)
}

/// The same report as of a check.
fn json(examined: Vec<Examined>, settings: &Settings) -> anyhow::Result<String> {
    let mut text = Vec::new();
    let mut reporter = Json::new(&mut text);
    reporter.event(&Event::Started(Header { examples: examined.len(), jobs: settings.jobs, server: None }))?;
    for (index, Examined { checked, .. }) in examined.into_iter().enumerate() {
        reporter.event(&Event::ExampleDone { index, checked: Box::new(checked) })?;
    }
    reporter.event(&Event::Ended { seconds: 0.0, interrupted: false })?;
    Ok(String::from_utf8(text)?)
}
