//! Displays and outputs whose items or lines differ: by their order, their number, or some of them.

use super::{DifferenceKind, digits::ordinal};
use crate::judge::{
    shape::{Likeness, Shape, compare},
    text::{lines, squeeze},
};

/// Longer ones aren't looked through for another order: it takes time with the square of their number.
const MOST: usize = 2000;

/// The same items in another order.
pub(super) fn order(claimed: &str, seen: &str, shapes: Option<(&Shape, &Shape)>) -> Option<(DifferenceKind, String)> {
    let found = |what: &str| Some((DifferenceKind::Order, format!("the same {what} in another order")));
    if let Some((Shape::List(wanted), Shape::List(given)) | (Shape::Tuple(wanted), Shape::Tuple(given))) = shapes
        && is_permutation(wanted, given, |wanted, given| compare(wanted, given) == Likeness::Same)
    {
        return found("items");
    }
    is_permutation(&lines(claimed), &lines(seen), |wanted, given| squeeze(wanted) == squeeze(given)).then(|| found("lines")).flatten()
}

/// Another number of items or lines, or some that differ.
pub(super) fn difference(claimed: &str, seen: &str, shapes: Option<(&Shape, &Shape)>) -> Option<(DifferenceKind, String)> {
    let in_list = |wanted: &[Shape], given: &[Shape]| {
        let unlike = |(wanted, given): (&Shape, &Shape)| compare(wanted, given) != Likeness::Same;
        of_number(wanted.len(), given.len(), "item").or_else(|| some(wanted.iter().zip(given).map(unlike).collect(), "item"))
    };
    match shapes {
        Some((Shape::List(wanted), Shape::List(given)) | (Shape::Tuple(wanted), Shape::Tuple(given))) => in_list(wanted, given),
        Some((Shape::Set(wanted), Shape::Set(given))) => of_number(wanted.len(), given.len(), "item"),
        Some((Shape::Dict(wanted), Shape::Dict(given))) => {
            of_number(wanted.len(), given.len(), "item").or_else(|| in_entries(claimed, wanted, given))
        }
        _ => {
            let (wanted, given) = (lines(claimed), lines(seen));
            if wanted.len().max(given.len()) < 2 {
                return None;
            }
            let unlike = |(wanted, given): (&&str, &&str)| squeeze(wanted) != squeeze(given);
            of_number(wanted.len(), given.len(), "line").or_else(|| some(wanted.iter().zip(&given).map(unlike).collect(), "line"))
        }
    }
}

fn is_permutation<T>(wanted: &[T], given: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    if wanted.len() != given.len() || wanted.len() < 2 || wanted.len() > MOST {
        return false;
    }
    let mut free: Vec<&T> = given.iter().collect();
    wanted.iter().all(|item| free.iter().position(|other| same(item, other)).map(|at| free.swap_remove(at)).is_some())
}

fn of_number(wanted: usize, given: usize, noun: &str) -> Option<(DifferenceKind, String)> {
    let kind = if given > wanted { DifferenceKind::Longer } else { DifferenceKind::Shorter };
    let plural = if given == 1 { "" } else { "s" };
    (wanted != given).then(|| (kind, format!("{given} {noun}{plural}, {wanted} claimed")))
}

/// Some of as many: where all differ, there's nothing to say.
fn some(unlike: Vec<bool>, noun: &str) -> Option<(DifferenceKind, String)> {
    let places: Vec<usize> = (0..unlike.len()).filter(|&index| unlike[index]).collect();
    let first = *places.first()?;
    let which = if places.len() == 1 { format!(": the {}", ordinal(first + 1)) } else { format!(", first the {}", ordinal(first + 1)) };
    (places.len() < unlike.len()).then(|| (DifferenceKind::Items, format!("{} of {} {noun}s{which}", places.len(), unlike.len())))
}

/// The same keys with other values.
fn in_entries(claimed: &str, wanted: &[(Shape, Shape)], given: &[(Shape, Shape)]) -> Option<(DifferenceKind, String)> {
    let mut unlike = Vec::new();
    for (key, value) in wanted {
        let (_, other) = given.iter().find(|(other, _)| compare(key, other) == Likeness::Same)?;
        if compare(value, other) != Likeness::Same {
            unlike.push(key);
        }
    }
    let key = match unlike.as_slice() {
        [Shape::Str(key)] => [format!("'{key}'"), format!("\"{key}\"")].into_iter().find(|key| claimed.contains(key.as_str())),
        [Shape::Int(key)] => Some(key.clone()),
        _ => None,
    };
    let which = key.map(|key| format!(": that of `{key}`")).unwrap_or_default();
    let some = !unlike.is_empty() && (unlike.len() < wanted.len() || wanted.len() == 1);
    some.then(|| (DifferenceKind::Items, format!("{} of {} items{which}", unlike.len(), wanted.len())))
}
