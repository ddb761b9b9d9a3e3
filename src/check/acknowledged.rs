//! Wrong claims that someone knows of, and what was said of an example and isn't so, or no longer: stale acknowledgements, checks that can't be
//! evaluated, a document that changed.

use crate::{
    claim::{Claim, Says},
    collect::Case,
    corpus::{Acknowledgement, Snippet},
    judge::{Judged, Verdict},
    outcome::Outcome,
    report::{OnPython, Problem, Severity},
    run::protocol::{End, Report},
};

use super::RunOn;

/// For each claim, whether it's acknowledged as wrong on a version of Python.
pub(super) fn known(case: &Case, claims: &[Claim], version: &str) -> Vec<bool> {
    let entries = case.snippet.iter().flat_map(|snippet| &snippet.front_matter.acknowledged);
    let entries: Vec<&Acknowledgement> = entries.filter(|entry| entry.example == case.example.id && speaks_of(entry, version)).collect();
    claims.iter().map(|claim| entries.iter().any(|entry| entry.means(&claim.expected))).collect()
}

/// Whether an acknowledgement speaks of a version of Python.
fn speaks_of(acknowledgement: &Acknowledgement, version: &str) -> bool {
    acknowledgement.python.as_ref().is_none_or(|range| range.contains(version))
}

/// Notes which wrong claims are acknowledged on which Python. The result are the acknowledgements that are stale; each is judged on
/// the versions alone that it speaks of.
pub(super) fn acknowledge(case: &Case, claims: &[Claim], runs: &[RunOn], versions: &mut [OnPython]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let Some(snippet) = case.snippet.as_deref() else { return problems };
    for acknowledgement in snippet.front_matter.acknowledged.iter().filter(|entry| entry.example == case.example.id) {
        let meant: Vec<usize> = (0..claims.len()).filter(|&index| acknowledgement.means(&claims[index].expected)).collect();
        if meant.is_empty() {
            if snippet.front_matter.origin.is_none() {
                problems.push(stale(
                    snippet,
                    acknowledgement,
                    "isn't claimed by that example; correct the text or remove the acknowledgement",
                ));
            }
            continue;
        }
        let (mut holds, mut wrong) = (Vec::new(), Vec::new());
        for (run, on) in runs.iter().zip(&mut *versions) {
            if !speaks_of(acknowledgement, &run.assignment.on.interpreter.version) {
                continue;
            }
            let verdict = |index: usize| on.judgements[index].as_ref().map(|judgement| judgement.verdict);
            if meant.iter().all(|&index| verdict(index) == Some(Verdict::Holds)) {
                holds.push(on.python.clone());
            }
            for index in meant.iter().copied().filter(|&index| verdict(index) == Some(Verdict::Wrong)).collect::<Vec<_>>() {
                on.acknowledged[index] = Some(acknowledgement.because.trim().to_owned());
                wrong.push(on.python.clone());
            }
        }
        wrong.dedup();
        if !holds.is_empty() && wrong.is_empty() {
            problems.push(stale(snippet, acknowledgement, "holds now; remove the acknowledgement"));
        } else if !holds.is_empty() {
            let (holds, wrong) = (holds.join(", "), wrong.join(", "));
            let what =
                format!("holds on Python {holds} and is wrong on {wrong}; name the versions that it's wrong on, as in `python: \"<3.12\"`");
            problems.push(stale(snippet, acknowledgement, &what));
        }
    }
    problems
}

fn stale(snippet: &Snippet, acknowledgement: &Acknowledgement, what: &str) -> Problem {
    let Acknowledgement { example, claim, .. } = acknowledgement;
    let claim = claim.lines().next().unwrap_or_default();
    Problem { message: format!("{}: stale acknowledgement: `{claim}` of {example} {what}", snippet.path), severity: Severity::Failure }
}

/// The checks that can't be evaluated though the example ran: they would never settle anything.
pub(super) fn broken_checks(case: &Case, claims: &[Claim], judged: &Judged) -> Vec<Problem> {
    let Some(snippet) = case.snippet.as_deref().filter(|_| judged.outcome == Outcome::Ran) else { return Vec::new() };
    let is_check = |claim: &Claim| claim.readings.iter().any(|reading| matches!(reading.says, Says::Passes { .. }));
    let broken = claims.iter().zip(&judged.judgements).filter(|(claim, judgement)| {
        is_check(claim) && judgement.verdict == Verdict::Unsettled && ["check", "never-passed"].contains(&judgement.category.as_str())
    });
    let problems = broken.map(|(claim, judgement)| {
        let claimed = claim.expected.lines().next().unwrap_or_default();
        let reason = judgement.reason.as_deref().unwrap_or_default();
        let message = format!("{}: the check of `{claimed}` of {} settles nothing: {reason}; correct it", snippet.path, case.example.id);
        Problem { message, severity: Severity::Failure }
    });
    problems.collect()
}

/// A document's own example that is no longer the one that the snippet was written for.
pub(super) fn changed(case: &Case) -> Option<Problem> {
    let snippet = case.snippet.as_deref().filter(|_| !case.ours)?;
    let origin = snippet.front_matter.origin.as_ref()?.examples.get(&case.example.id)?;
    (origin.sha256 != case.sha256).then(|| {
        let example = &case.example;
        let message = format!(
            "{}:{}:1: {} changed since {} was written (lines {}-{} then, {}-{} now); look at both and renew its `sha256`: {}",
            example.document.path,
            example.first_line,
            example.id,
            snippet.path,
            origin.lines.0,
            origin.lines.1,
            example.first_line,
            example.last_line,
            case.sha256,
        );
        Problem { message, severity: Severity::Warning }
    })
}

/// That an example wasn't run because what it needs could not be laid, started or built. (What isn't installed is only counted.)
pub(super) fn not_given(case: &Case, reports: &[Report]) -> Option<Problem> {
    let why = reports.iter().find_map(|report| match &report.end {
        End::NotGiven(why) => Some(why),
        _ => None,
    })?;
    let example = &case.example;
    let message = format!("{}:{}:1: {} wasn't run: {why}", example.document.path, example.first_line, example.id);
    Some(Problem { message, severity: Severity::Failure })
}
