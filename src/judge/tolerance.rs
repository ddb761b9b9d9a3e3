//! Tries tolerances: a claim is read again with each, and judged by what was seen, before anybody is told that it would hold.

use crate::{
    claim::{self, Claim, Form},
    extract::Example,
    plan::Asked,
};

use super::{
    Verdict,
    difference::{Change, Difference, Sides, candidates, kind},
    reading::{Seeing, agreement},
    sentence,
    shape::{Likeness, compare, parse},
};

/// Claims of an example for which tolerances are tried: each takes a reading of the example.
pub(super) const MOST: usize = 50;

/// What kind of difference it is between a claim and what was seen of it, and, where it's to be `tried`, what would let the claim hold.
pub(super) fn explained(example: &Example, seeing: &Seeing, asked: &Asked, actual: &str, tried: bool) -> Option<Difference> {
    let sides = Sides::new(seeing.claim, actual, seeing.passes);
    let (kind, words) = kind(&sides)?;
    let mut candidates = if tried { candidates(&sides, kind, seeing.claim) } else { Vec::new() }.into_iter();
    let fitting = candidates.find(|candidate| would_hold(example, seeing, asked, &candidate.change));
    let tolerance = fitting.map(|candidate| candidate.words);
    Some(Difference { kind, words, tolerance })
}

/// Whether a claim would hold if the document were changed so.
fn would_hold(example: &Example, seeing: &Seeing, asked: &Asked, change: &Change) -> bool {
    if let Some(shows) = &change.shows {
        // The statement would be another one: its value follows from the one that was seen, and the claim must follow from that.
        return parse(shows).zip(parse(&seeing.claim.expected)).is_some_and(|(shows, claimed)| is_sorted_of(&shows, &claimed));
    }
    let Some(changed) = read_again(example, seeing.claim, change) else { return false };
    let seeing =
        Seeing { claim: &changed, source: seeing.source, passes: seeing.passes, is_cut: seeing.is_cut, undefined: seeing.undefined };
    let none = Vec::new();
    // What was asked of the claim as it is says at most that it differs.
    let results = changed
        .readings
        .iter()
        .enumerate()
        .map(|(number, reading)| (agreement(&seeing, &reading.says, asked.queries.get(number).unwrap_or(&none)), reading.strength));
    sentence(results.collect(), crate::run::protocol::Mode::Script).verdict == Verdict::Holds
}

/// Whether the one has the items of the other.
fn is_sorted_of(shows: &super::shape::Shape, claimed: &super::shape::Shape) -> bool {
    let (Some(shown), Some(items)) = (shows.items(), claimed.items()) else { return false };
    let mut free: Vec<_> = items.iter().collect();
    shown.len() == items.len()
        && shown
            .iter()
            .all(|item| free.iter().position(|other| compare(other, item) == Likeness::Same).map(|at| free.swap_remove(at)).is_some())
}

/// The claim as it would be read in the changed document; `None` where it would be another claim, or none.
fn read_again(example: &Example, claim: &Claim, change: &Change) -> Option<Claim> {
    // What stands apart from the code isn't changed here.
    if claim.form == Form::Output {
        return None;
    }
    let mut code = example.code.clone();
    let mut start = claim.span.start;
    if let Some(text) = &change.claimed {
        let standing = code.get(claim.span.clone())?;
        let kept = standing.trim_end();
        if kept != claim.expected || text.contains('\n') != kept.contains('\n') {
            return None;
        }
        code.replace_range(claim.span.start..claim.span.start + kept.len(), text);
    }
    if let Some(option) = change.option {
        let line = code.get(claim.target.range.start..)?.find('\n').map(|length| claim.target.range.start + length)?;
        let comment = format!("  # doctest: +{option}");
        code.insert_str(line, &comment);
        start += if line <= start { comment.len() } else { 0 };
    }
    let is_same = |changed: &Claim| {
        let (before, after) = (&claim.target, &changed.target);
        changed.form == claim.form
            && changed.span.start == start
            && changed.condition == claim.condition
            && (before.range.start, &before.subject) == (after.range.start, &after.subject)
    };
    claim::of_code(example, &code).into_iter().find(is_same)
}
