//! Tolerances that may let a claim hold, in the words that its form understands, the smallest first. Which of them do is tried by whoever asks.

use crate::claim::{Claim, Form};
use crate::judge::shape::{Shape, parse};

use super::{DifferenceKind, Sides, digits};

/// A tolerance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::judge) struct Candidate {
    /// Behind "would hold": `` as `0.333...` ``.
    pub(in crate::judge) words: String,
    /// What would change.
    pub(in crate::judge) change: Change,
}

/// What a tolerance changes in the document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::judge) struct Change {
    /// The claimed text.
    pub(in crate::judge) claimed: Option<String>,
    /// An option of doctest for the statement, such as `ELLIPSIS`.
    pub(in crate::judge) option: Option<&'static str>,
    /// The statement itself, to show this.
    pub(in crate::judge) shows: Option<String>,
}

/// The tolerances that a kind of difference asks for.
pub(in crate::judge) fn candidates(sides: &Sides, kind: DifferenceKind, claim: &Claim) -> Vec<Candidate> {
    let Sides { claimed, seen, .. } = *sides;
    let is_session = claim.form == Form::Session;
    let option = |name: &'static str| is_session.then(|| with_option(name));
    let text = |text: String| as_text(text, is_session);
    let mut found: Vec<Option<Candidate>> = Vec::new();
    match kind {
        DifferenceKind::Order => found.push(sorted(seen)),
        DifferenceKind::Digits => {
            found.push(option("NUMBER"));
            found.push(digits::shortened(claimed, seen).map(text));
            found.push((!is_session).then(|| text(format!("~{claimed}"))));
            found.push(option("FLOAT_CMP"));
        }
        DifferenceKind::Address => found.push(Some(text(digits::without_addresses(claimed)))),
        DifferenceKind::Blanks => found.push(option("NORMALIZE_WHITESPACE")),
        DifferenceKind::Wording => {
            found.push(option("IGNORE_EXCEPTION_DETAIL"));
            found.push(sides.exception.filter(|_| !is_session).map(|name| text(name.to_owned())));
        }
        DifferenceKind::Type => found.extend([option("ALLOW_BYTES"), option("ALLOW_UNICODE")]),
        DifferenceKind::Longer => found.push(open_ended(claimed).map(text)),
        DifferenceKind::Quotes
        | DifferenceKind::Case
        | DifferenceKind::Exception
        | DifferenceKind::Raised
        | DifferenceKind::NotRaised
        | DifferenceKind::Nothing
        | DifferenceKind::Shorter
        | DifferenceKind::Items => {}
    }
    found.into_iter().flatten().collect()
}

fn with_option(name: &'static str) -> Candidate {
    Candidate { words: format!("with `# doctest: +{name}`"), change: Change { option: Some(name), ..Change::default() } }
}

/// A claimed text with an ellipsis, for which doctest wants to be told that it's one.
fn as_text(text: String, is_session: bool) -> Candidate {
    let option = (is_session && text.contains("...")).then_some("ELLIPSIS");
    let with = option.map(|name| format!(" with `# doctest: +{name}`")).unwrap_or_default();
    Candidate { words: format!("as `{text}`{with}"), change: Change { claimed: Some(text), option, ..Change::default() } }
}

/// The items in the order that `sorted` gives them, where that is known without running anything: of whole numbers, or of texts.
fn sorted(seen: &str) -> Option<Candidate> {
    let (Shape::List(items) | Shape::Tuple(items)) = parse(seen.trim())? else { return None };
    let numbers: Option<Vec<i128>> =
        items.iter().map(|item| if let Shape::Int(digits) = item { digits.parse().ok() } else { None }).collect();
    let texts: Option<Vec<&String>> = items.iter().map(|item| if let Shape::Str(text) = item { Some(text) } else { None }).collect();
    let shown: Vec<String> = match (numbers, texts) {
        (Some(mut numbers), _) => {
            numbers.sort_unstable();
            numbers.iter().map(ToString::to_string).collect()
        }
        (_, Some(mut texts)) => {
            texts.sort_unstable();
            // What would have to be escaped is left alone.
            let plain = |text: &&String| !text.contains(['\'', '\\']) && !text.chars().any(char::is_control);
            texts.iter().all(plain).then(|| texts.iter().map(|text| format!("'{text}'")).collect())?
        }
        _ => return None,
    };
    let shows = format!("[{}]", shown.join(", "));
    Some(Candidate { words: format!("of `sorted(…)` as `{shows}`"), change: Change { shows: Some(shows), ..Change::default() } })
}

/// A display or text that may go on: `[1, 2, ...]`.
fn open_ended(claimed: &str) -> Option<String> {
    let claimed = claimed.trim();
    if claimed.contains('\n') {
        return None;
    }
    match parse(claimed)? {
        Shape::List(items) | Shape::Set(items) if !items.is_empty() => {}
        Shape::Tuple(items) if items.len() > 1 && claimed.ends_with(')') => {}
        Shape::Dict(entries) if !entries.is_empty() => {}
        _ => return None,
    }
    let (end, _) = claimed.char_indices().next_back()?;
    let (inner, bracket) = claimed.split_at(end);
    Some(format!("{}, ...{bracket}", inner.trim_end().trim_end_matches(',')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sorted_gives() {
        let shows = |seen: &str| sorted(seen).and_then(|candidate| candidate.change.shows);
        assert_eq!(shows("[10, 9, -1]").as_deref(), Some("[-1, 9, 10]"));
        assert_eq!(shows("('b', 'a')").as_deref(), Some("['a', 'b']"));
        for seen in ["[1, 'a']", "[1.5, 1.0]", "[\"it's\", 'a']", "{1, 2}", "x"] {
            assert_eq!(shows(seen), None, "{seen}");
        }
    }

    #[test]
    fn open_ends() {
        for (claimed, expected) in [
            ("[1, 2]", Some("[1, 2, ...]")),
            ("{'a': 1}", Some("{'a': 1, ...}")),
            ("(1, 2,)", Some("(1, 2, ...)")),
            ("[]", None),
            ("(1)", None),
            ("1, 2", None),
            ("'a'", None),
        ] {
            assert_eq!(open_ended(claimed).as_deref(), expected, "{claimed}");
        }
    }
}
