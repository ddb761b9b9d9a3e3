//! The runs of an example on several interpreters → what came of it as a whole.
//!
//! A claim is wrong if it's wrong on one of the Pythons that it's made for; else it holds if it holds on one; else it's unsettled. What
//! became of the example is the gravest of what became of it anywhere.

use std::sync::Arc;

use crate::{
    claim::{Claim, Condition},
    grant::{Grant, Grants, Seen},
    judge::{Judged, Judgement, Verdict},
    outcome::Outcome,
    plan::Planned,
    report::{Activity, Checked, Granted, OnPython, Problem},
    run::protocol::{Clock, Mode},
};

use super::{
    RunOn, Settings,
    acknowledged::{acknowledge, broken_checks, changed, not_given},
    choice::Task,
    mark::marked,
    proposals::{Verdicts, proposals},
    understood::Understood,
};

/// All that is reported of an example whose runs have all ended, and what is wrong with what was said of it. `runs` isn't empty.
pub(super) fn merged(example: &Understood, runs: &[RunOn], settings: &Settings) -> (Checked, Vec<Problem>) {
    let Understood { case, claims, earlier, .. } = example;
    let several = runs.len() > 1;
    let mut versions: Vec<OnPython> = runs.iter().map(|run| on_python(run, claims, several)).collect();
    let mut problems = acknowledge(case, claims, runs, &mut versions);
    problems.extend(changed(case));
    problems.extend(runs.iter().flat_map(|run| broken_checks(case, claims, &run.judged)));
    problems.extend(runs.iter().filter_map(|run| not_given(case, &run.reports)));
    problems.dedup();
    let lead = lead(runs);
    let run = &runs[lead];
    let (judgements, acknowledged): (Vec<Judgement>, Vec<Option<String>>) =
        (0..claims.len()).map(|index| gravest(index, &versions, run)).unzip();
    let marked = marks(example, runs, &versions);
    let verdicts = Verdicts { judgements: &judgements, acknowledged: &acknowledged, marked: &marked, versions: &versions };
    let proposals = settings.update.map(|_| proposals(example, runs, &verdicts, settings)).unwrap_or_default();
    let slow = runs.iter().find_map(|run| Some((slow(run, settings.slow)?, seconds(run))));
    let mode = match &run.planned {
        Planned::Run(plan) => plan.runs.first().map_or(Mode::Script, |run| run.mode),
        Planned::Skip { .. } => Mode::Script,
    };
    let mut edits = proposals.claims.iter().flatten().chain(proposals.additions.iter().map(|addition| &addition.proposal));
    let has_edits = edits.any(|proposal| proposal.edit().is_some());
    let stdout = run.reports.first().filter(|_| has_edits).map(|report| report.stdout.text.clone());
    let stderr = run.reports.first().filter(|_| run.judged.outcome != Outcome::Ran).map(|report| report.stderr.text.clone());
    let activity = Activity::of(runs.iter().flat_map(|run| &run.reports));
    let checked = Checked {
        example: Arc::clone(&case.example),
        claims: claims.clone(),
        judged: Judged { judgements, ..run.judged.clone() },
        acknowledged,
        continues: earlier.iter().map(|case| case.example.id.clone()).collect(),
        python: (!run.reports.is_empty()).then(|| run.assignment.on.name.clone()),
        python_reason: run.assignment.why.clone(),
        requires: example.requirements.iter().map(ToString::to_string).collect(),
        mode,
        clock: clock(run),
        provided: provided(run),
        used_by: case.used_by.clone(),
        seconds: slow.map_or_else(|| seconds(run), |(_, seconds)| seconds),
        slow: slow.map(|(limit, _)| limit),
        granted: if run.reports.is_empty() { Vec::new() } else { granted(&example.grants, &activity) },
        activity,
        ours: case.ours,
        stdout: stdout.unwrap_or_default(),
        stderr: stderr.unwrap_or_default(),
        rerun: format!("{}--snippet {}", settings.rerun, case.example.id),
        marked,
        proposals: proposals.claims,
        additions: proposals.additions,
        versions: if several { versions } else { Vec::new() },
    };
    (checked, problems)
}

/// What an example was granted, and which of it was seen to be used.
fn granted(grants: &Grants, activity: &Activity) -> Vec<Granted> {
    let files = &activity.read | &activity.written;
    let used = grants.used(Seen { files: &files, written: &activity.written, sockets: &activity.sockets });
    let words = grants
        .words
        .iter()
        .map(|word| Granted { grant: word.to_string(), used: (!matches!(word, Grant::Variable(_))).then(|| used.contains(word)) });
    words.collect()
}

/// What came of an example on one interpreter. Where it runs on several, claims for other versions aren't judged.
fn on_python(run: &RunOn, claims: &[Claim], several: bool) -> OnPython {
    let for_claims = run.assignment.task == Task::ClaimedFor;
    let python = run.assignment.on.interpreter.minor();
    let judged = |(claim, judgement): (&Claim, &Judgement)| {
        let is_for = match &claim.condition {
            Some(condition @ Condition::Python(_)) => condition.fits(python) == Some(true),
            _ => !for_claims,
        };
        (is_for || !several).then(|| judgement.clone())
    };
    OnPython {
        python: run.assignment.on.name.clone(),
        outcome: run.judged.outcome,
        reason: run.judged.reason.clone(),
        category: run.judged.category.clone(),
        for_claims,
        judgements: claims.iter().zip(&run.judged.judgements).map(judged).collect(),
        acknowledged: vec![None; claims.len()],
        seconds: seconds(run),
    }
}

/// Index of the run whose outcome is the example's: the gravest, on the newest Python.
fn lead(runs: &[RunOn]) -> usize {
    let gravity = |run: &RunOn| match (&run.assignment.task, run.judged.outcome) {
        (Task::ClaimedFor, _) => 0,
        (_, Outcome::Skipped) => 1,
        (_, Outcome::Ran) => 2,
        (_, Outcome::Raised | Outcome::TimedOut | Outcome::Crashed | Outcome::Invalid) => 3,
    };
    (0..runs.len()).max_by_key(|&index| gravity(&runs[index])).unwrap_or(0)
}

/// The judgement on a claim as a whole, and why it is known to be wrong. A claim for versions that aren't here is judged as it is where
/// the example ran.
fn gravest(index: usize, versions: &[OnPython], lead: &RunOn) -> (Judgement, Option<String>) {
    let gravity = |judgement: &Judgement, known: &Option<String>| match (judgement.verdict, known) {
        (Verdict::Unsettled, _) => 0,
        (Verdict::Holds, _) => 1,
        (Verdict::Wrong, Some(_)) => 2,
        (Verdict::Wrong, None) => 3,
    };
    let judged = versions.iter().filter_map(|on| Some((on.judgements[index].as_ref()?, &on.acknowledged[index])));
    match judged.max_by_key(|(judgement, known)| gravity(judgement, known)) {
        Some((judgement, known)) => (judgement.clone(), known.clone()),
        None => (lead.judged.judgements[index].clone(), None),
    }
}

/// For each claim, how it would be right: in the results on several Pythons.
fn marks(example: &Understood, runs: &[RunOn], versions: &[OnPython]) -> Vec<Option<String>> {
    let mark = |(index, claim): (usize, &Claim)| {
        let verdict = |(run, on): (&RunOn, &OnPython)| {
            let verdict = on.judgements[index].as_ref().map(|judgement| judgement.verdict);
            (run.assignment.on.interpreter.minor(), verdict)
        };
        let ran = |(_, on): &(&RunOn, &OnPython)| on.outcome != Outcome::Skipped;
        let verdicts: Vec<_> = runs.iter().zip(versions).filter(ran).map(verdict).collect();
        marked(&example.case.example, claim, &verdicts)
    };
    example.claims.iter().enumerate().map(mark).collect()
}

/// The clock that it saw.
fn clock(run: &RunOn) -> Clock {
    let Planned::Run(plan) = &run.planned else { return Clock::Real };
    plan.runs.first().and_then(|run| run.job.given.as_ref()).map(|given| given.clock).unwrap_or_default()
}

/// What it found around it, in words.
fn provided(run: &RunOn) -> Vec<String> {
    let Planned::Run(plan) = &run.planned else { return Vec::new() };
    plan.runs.first().and_then(|run| run.job.provisions.as_ref()).map(|provisions| provisions.described()).unwrap_or_default()
}

fn seconds(run: &RunOn) -> f64 {
    // The sum of nothing is -0.
    run.reports.iter().map(|report| report.seconds).fold(0.0, |sum, seconds| sum + seconds)
}

/// The time limit of a run that took more than this share of it, seconds.
fn slow(run: &RunOn, share: f64) -> Option<f64> {
    let Planned::Run(plan) = &run.planned else { return None };
    let limits = plan.runs.iter().map(|run| run.job.limits.time.as_secs_f64());
    limits.zip(&run.reports).find(|(limit, report)| report.seconds > limit * share).map(|(limit, _)| limit)
}
