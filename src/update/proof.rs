//! Whether an example, changed, says what was seen: it's read again, and its claims are judged by what its runs gave before.

use super::{
    Trial, Witness,
    change::{Change, Effect, changed, moved},
};
use crate::{
    claim::{self, Claim, Subject},
    extract::Example,
    judge::{self, Verdict},
    plan::{self, Plan, Planned, source::Source},
    run::protocol::{Note, Observation, Query, QueryAnswer, Report},
};

/// Whether all changed claims hold then, and nothing is different for the others. The error says what would be different.
pub(super) fn holds(trial: &Trial, changes: &[Change]) -> Result<(), String> {
    let example = changed(trial.example, changes);
    let claims = (trial.claims_of)(&example);
    let pairs = paired(trial, changes, &claims)?;
    for (new, &old) in pairs.iter().enumerate() {
        let is_changed = changes.iter().any(|change| change.claim == old);
        // Of one that is added, nothing was before.
        let (Some(before), after) = (trial.claims.get(old), &claims[new]) else { continue };
        let same = before.expected == after.expected && before.form == after.form && before.readings == after.readings;
        if before.condition != after.condition || !(is_changed || same) {
            return Err(format!("the claim `{}` would be read in another way", brief(&before.expected)));
        }
    }
    for witness in &trial.witnesses {
        judged(witness, &example, &claims, &pairs, changes)?;
    }
    Ok(())
}

/// For each claim of the changed example, the index of the same claim before.
fn paired(trial: &Trial, changes: &[Change], claims: &[Claim]) -> Result<Vec<usize>, String> {
    let removed = |index: &usize| changes.iter().any(|change| change.claim == *index && change.effect == Effect::Removes);
    let mut kept = (0..trial.claims.len()).filter(|index| !removed(index)).peekable();
    let added: Vec<usize> = changes.iter().filter(|change| change.effect == Effect::Adds).map(|change| change.claim).collect();
    let same_target = |old: usize, new: &Claim| {
        let before = trial.claims.get(old).or_else(|| trial.places.get(old - trial.claims.len()));
        before.is_some_and(|Claim { target: before, .. }| {
            before.subject == new.target.subject
                && (before.subject == Subject::Example || moved(changes, before.range.start) == new.target.range.start)
        })
    };
    let pair = |new: &Claim| {
        let next = kept.next_if(|&old| same_target(old, new));
        next.or_else(|| added.iter().copied().find(|&place| same_target(place, new)))
    };
    let pairs: Option<Vec<usize>> = claims.iter().map(pair).collect();
    let is_whole = |pairs: &Vec<usize>| added.iter().all(|place| pairs.iter().filter(|old| *old == place).count() == 1);
    match (pairs.filter(is_whole), kept.next()) {
        (Some(pairs), None) => Ok(pairs),
        _ => Err("what was seen would not be read as a claim of this statement".to_owned()),
    }
}

/// Judges the changed claims by what was seen on one Python.
fn judged(witness: &Witness, example: &Example, claims: &[Claim], pairs: &[usize], changes: &[Change]) -> Result<(), String> {
    let Planned::Run(plan) = plan::plan(example, claims, &witness.needs) else {
        return Err("the example would not be run any more".to_owned());
    };
    let reports = translated(witness, &plan, pairs).ok_or_else(|| "the example would be run in another way".to_owned())?;
    let judged = judge::judge(example, claims, &plan, &reports, witness.before);
    for (&old, judgement) in pairs.iter().zip(&judged.judgements) {
        let is_changed = changes.iter().any(|change| change.claim == old);
        let before = match witness.judgements.get(old) {
            Some(Some(before)) => Some(before.verdict),
            Some(None) => continue,
            None => None,
        };
        let is_right = match (is_changed, before) {
            (_, None) => judgement.verdict == Verdict::Holds,
            (true, Some(Verdict::Wrong)) => judgement.verdict == Verdict::Holds,
            (true, _) => judgement.verdict != Verdict::Wrong,
            (false, Some(verdict)) => judgement.verdict == verdict,
        };
        if !is_right {
            let python = format!("{}.{}", plan.python.0, plan.python.1);
            return Err(match is_changed {
                true => format!("what was seen can't be written so that it would hold here (on Python {python})"),
                false => "another claim of the example would be judged in another way".to_owned(),
            });
        }
    }
    Ok(())
}

/// The reports of the runs that were, as answers to the questions of another plan. `None` where it has other runs.
fn translated(witness: &Witness, plan: &Plan, pairs: &[usize]) -> Option<Vec<Report>> {
    let before = witness.plan;
    if before.runs.len() < plan.runs.len() {
        return None;
    }
    let runs = plan.runs.iter().zip(&before.runs).zip(witness.reports);
    let reports = runs.map(|((new, old), report)| {
        if new.mode != old.mode {
            return None;
        }
        // Each probe of the new plan, with that of the old one on the same statement.
        let mut probes: Vec<(u32, u32)> = Vec::new();
        for (asked, &index) in new.asked.iter().zip(pairs) {
            if let (Some(new), Some(old)) = (asked, old.asked.get(index)?) {
                probes.push((old.probe, new.probe));
            }
        }
        probes.sort_unstable();
        probes.dedup();
        let queries = |job: &crate::run::protocol::Job, probe: u32| -> Vec<Query> {
            job.probes.iter().find(|known| known.number == probe).map(|known| known.queries.clone()).unwrap_or_default()
        };
        let asked: Vec<(u32, u32, Vec<Query>, Vec<Query>)> =
            probes.into_iter().map(|(from, to)| (from, to, queries(&old.job, from), queries(&new.job, to))).collect();
        let notes = report.notes.iter().flat_map(|note| translated_note(note, &asked)).collect();
        Some(Report { notes, ..report.clone() })
    });
    reports.collect()
}

fn translated_note(note: &Note, asked: &[(u32, u32, Vec<Query>, Vec<Query>)]) -> Vec<Note> {
    let of = |probe: u32| asked.iter().filter(move |(from, ..)| *from == probe);
    match note {
        Note::Seen(observation) => {
            let seen = of(observation.probe).map(|(_, to, old, new)| {
                let answers = new.iter().map(|query| answer(query, old, &observation.answers)).collect();
                Note::Seen(Observation { probe: *to, answers, ..observation.clone() })
            });
            seen.collect()
        }
        Note::Cut { probe } => of(*probe).map(|(_, to, ..)| Note::Cut { probe: *to }).collect(),
        other => vec![other.clone()],
    }
}

/// The answer to a question, where the same thing was looked at before. What it equals isn't known of another expression.
fn answer(query: &Query, asked: &[Query], answers: &[QueryAnswer]) -> QueryAnswer {
    let same = asked.iter().position(|known| known == query).and_then(|index| answers.get(index));
    let like = asked.iter().position(|known| known.subject == query.subject).and_then(|index| answers.get(index));
    match (same, like) {
        (Some(answer), _) => answer.clone(),
        (None, Some(answer)) => QueryAnswer { equal: None, expression_error: None, ..answer.clone() },
        (None, None) => QueryAnswer { seen: None, error: Some("it wasn't looked at".to_owned()), equal: None, expression_error: None },
    }
}

/// Whether other statements stand on the line on which a claim's statement ends.
pub(super) fn shares_its_line(example: &Example, claim: &Claim) -> bool {
    let source = Source::of(example);
    claim::shares_its_line(&source.code, &source.range(&claim.target.range))
}

fn brief(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().take(60).collect()
}
