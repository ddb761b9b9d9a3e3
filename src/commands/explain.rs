//! `verify explain`: shows how an example was understood, what exactly runs, and what came of it.

use std::sync::atomic::AtomicBool;

use verify::{
    check::{self, Examined, RunOn, Settings},
    plan::Planned,
    report::{
        Event, Header,
        explain::{ExplainedRun, Explanation, explain},
        json::Json,
    },
};

use super::{FINE, check::settings, display, portions::work, print, project_of, report_problems};
use crate::cli::{ExplainArguments, OutputFormat};

/// Explains the examples that the call names, after running them in the sandbox. The result is the exit code.
pub fn run(arguments: &ExplainArguments) -> anyhow::Result<u8> {
    let project = project_of(&arguments.check)?;
    let patterns: Vec<String> = std::iter::once(&arguments.example).chain(&arguments.check.snippet).cloned().collect();
    let work = work(&arguments.check.asked(), &patterns, &project)?;
    let settings = settings(&arguments.check, &project)?;
    let display = display(arguments.check.verbose);
    let examined = check::examine(&work.cases, &work.chosen, &settings, &AtomicBool::new(false))?;
    if arguments.check.format == OutputFormat::Json {
        print(&json(examined, &settings)?)?;
        report_problems(&work.problems);
        return Ok(FINE);
    }
    let mut text = String::new();
    for Examined { case, checked, runs } in &examined {
        let runs: Vec<ExplainedRun> = runs.iter().flat_map(explained).collect();
        let front_matter = case.snippet.as_deref().map(|snippet| &snippet.front_matter);
        let explanation = Explanation {
            example: &case.example,
            title: front_matter.map_or("", |front_matter| &front_matter.question),
            claims: &checked.claims,
            continues: &checked.continues,
            requires: &checked.requires,
            runs: &runs,
            checked: Some(checked),
        };
        text.push_str(&explain(&explanation, &display));
        text.push('\n');
    }
    print(&text)?;
    report_problems(&work.problems);
    Ok(FINE)
}

/// The runs of an example on one interpreter, in each mode.
fn explained(run: &RunOn) -> Vec<ExplainedRun<'_>> {
    let Planned::Run(plan) = &run.planned else { return Vec::new() };
    let python = run.assignment.on.name.as_str();
    plan.runs
        .iter()
        .enumerate()
        .map(|(number, planned)| ExplainedRun { python, job: &planned.job, report: run.reports.get(number), again: run.again.get(number) })
        .collect()
}

/// The same report as of a check.
fn json(examined: Vec<Examined>, settings: &Settings) -> anyhow::Result<String> {
    let mut text = Vec::new();
    let mut reporter = Json::new(&mut text);
    reporter.event(&Event::Started(Header {
        examples: examined.len(),
        runs: examined.iter().map(|examined| examined.runs.len()).sum(),
        pythons: settings.interpreters.asked().iter().map(|on| on.name.clone()).collect(),
        jobs: settings.jobs,
        server: None,
        unread: 0,
    }))?;
    for (index, Examined { checked, .. }) in examined.into_iter().enumerate() {
        reporter.event(&Event::ExampleDone { index, checked: Box::new(checked) })?;
    }
    reporter.event(&Event::Ended { seconds: 0.0, interrupted: false })?;
    Ok(String::from_utf8(text)?)
}
