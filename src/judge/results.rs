//! What the readings of a claim come to, without those that say nothing beside the others.

use crate::claim::{Claim, Reading, Says, Strength};

use super::{
    reading::Agreement,
    shape::{Shape, parse},
};

/// What a reading comes to, and how strong it is.
type Result = (Agreement, Strength);

/// Without the results that say nothing beside the others; there is one for each of the claim's readings.
pub(super) fn telling(claim: &Claim, results: Vec<Result>) -> Vec<Result> {
    if has_other_scalars(claim, &results) {
        return without_vague_texts(claim, results);
    }
    without_printed_names(claim, results)
}

/// Whether the claim's items are known to be others, and both are numbers or texts of one kind: no word in them could denote what is seen.
fn has_other_scalars(claim: &Claim, results: &[Result]) -> bool {
    let kind = |shapes: &[Shape]| match shapes {
        [first, others @ ..] if matches!(first, Shape::Int(_) | Shape::Float(..) | Shape::Str(_)) => {
            let kind = std::mem::discriminant(first);
            others.iter().all(|other| std::mem::discriminant(other) == kind).then_some(kind)
        }
        _ => None,
    };
    claim.readings.iter().zip(results).any(|(reading, (result, _))| {
        let (Says::Items { items, .. }, Agreement::Differs { actual: Some(actual), .. }) = (&reading.says, result) else { return false };
        let claimed: Option<Vec<Shape>> = items.iter().map(|item| parse(item)).collect();
        let seen = parse(actual);
        let seen = seen.as_ref().and_then(Shape::items).and_then(kind);
        seen.is_some() && claimed.is_some_and(|claimed| kind(&claimed) == seen)
    })
}

/// Without the readings as a printed text that can't be compared with the value of a statement that prints nothing.
fn without_vague_texts(claim: &Claim, results: Vec<Result>) -> Vec<Result> {
    let is_vague = |(reading, (result, _)): &(&Reading, &Result)| {
        let is_text = matches!(reading.says, Says::Printed(_) | Says::PrintedLines(_));
        is_text && matches!(result, Agreement::Unknown { reason, .. } if reason.category == "compare")
    };
    let kept = claim.readings.iter().zip(&results).filter(|pair| !is_vague(pair)).map(|(_, result)| result.clone());
    kept.collect()
}

/// Without the readings of a name's state that can't be told, where what was printed has the same name with its value: `cups=5` is a part of the text then.
fn without_printed_names(claim: &Claim, results: Vec<Result>) -> Vec<Result> {
    let is_printed = |name: &str| {
        let start = format!("{name}=");
        let starts = |(result, _): &Result| matches!(result, Agreement::Differs { actual: Some(actual), .. } if actual.trim_start().starts_with(&start));
        claim.expected.trim_start().starts_with(&start) && results.iter().any(starts)
    };
    let is_of_text = |(reading, (result, _)): &(&Reading, &Result)| {
        matches!(&reading.says, Says::State { subject, .. } if is_printed(subject)) && matches!(result, Agreement::Unknown { .. })
    };
    let kept = claim.readings.iter().zip(&results).filter(|pair| !is_of_text(pair)).map(|(_, result)| result.clone());
    kept.collect()
}
