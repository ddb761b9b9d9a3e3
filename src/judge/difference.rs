//! What kind of difference it is between a claim and what was seen, and the least tolerance with which the claim would hold.
//!
//! Pure, and only said of claims that are wrong: it explains a verdict and never makes one. Of several kinds the plainest is said: what
//! differs by its blanks alone isn't told as two texts of different length.

use crate::claim::{Kind, Says};

use super::{
    evidence::Pass,
    shape::{Likeness, Shape, compare, parse},
    text::{lines, squeeze},
};

mod digits;
mod items;
mod tolerance;

pub(super) use tolerance::{Change, candidates};

/// How what was seen differs from what is claimed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// Its kind.
    pub kind: DifferenceKind,
    /// The same in words: `the same items in another order`.
    pub words: String,
    /// What would let the claim hold as it stands otherwise, in the words that its form understands: `` as `0.333...` ``,
    /// `` with `# doctest: +NORMALIZE_WHITESPACE` ``. It was tried.
    pub tolerance: Option<String>,
}

/// Kinds of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// The same items or lines in another order.
    Order,
    /// Floats that differ in their last digits.
    Digits,
    /// An address.
    Address,
    /// Quotes alone.
    Quotes,
    /// Capital and small letters.
    Case,
    /// Blanks and line breaks.
    Blanks,
    /// An exception of the claimed type with another message.
    Wording,
    /// Another exception.
    Exception,
    /// An exception, where something else is claimed.
    Raised,
    /// No exception, where one is claimed.
    NotRaised,
    /// Nothing was printed or returned.
    Nothing,
    /// An equal value of another type.
    Type,
    /// More items or lines than claimed.
    Longer,
    /// Fewer items or lines than claimed.
    Shorter,
    /// Some of as many items or lines.
    Items,
}

use DifferenceKind as K;

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides<'a> {
    /// The claimed text.
    pub(super) claimed: &'a str,
    /// What was seen, in the claim's own form.
    pub(super) seen: &'a str,
    /// What the claim is about.
    pub(super) kind: Kind,
    /// Name of the claimed exception, where one is claimed.
    pub(super) exception: Option<&'a str>,
    /// The statement gave `None` and printed nothing.
    pub(super) nothing: bool,
}

impl<'a> Sides<'a> {
    pub(super) fn new(claim: &'a crate::claim::Claim, seen: &'a str, passes: &[Pass]) -> Sides<'a> {
        let exception = claim.readings.iter().find_map(|reading| match &reading.says {
            Says::Raises { exception, .. } => exception.as_deref(),
            _ => None,
        });
        let printed = passes.iter().any(|pass| pass.stdout.is_some_and(|stdout| !stdout.is_empty()));
        let is_none = |pass: &Pass| pass.raised().is_none() && pass.seen().value.as_ref().is_none_or(|value| value.repr == "None");
        Sides { claimed: &claim.expected, seen, kind: claim.kind, exception, nothing: !printed && passes.iter().all(is_none) }
    }
}

/// The kind of a difference, and the words for it; `None` where there's nothing to say that the two texts don't.
pub(super) fn kind(sides: &Sides) -> Option<(DifferenceKind, String)> {
    let Sides { claimed, seen, .. } = *sides;
    if let Some(raised) = seen.strip_prefix("raises ") {
        return of_exceptions(sides, raised);
    }
    if seen.trim().is_empty() || (sides.nothing && seen == "None") {
        let words = if seen == "None" { "it gives nothing back: the value is None" } else { "nothing is printed" };
        return Some((K::Nothing, words.to_owned()));
    }
    let (wanted, given) = (parse(claimed.trim()), parse(seen.trim()));
    let shapes = wanted.as_ref().zip(given.as_ref());
    of_text(sides, shapes)
        .or_else(|| shapes.and_then(|(wanted, given)| of_types(wanted, given)))
        .or_else(|| items::order(claimed, seen, shapes))
        .or_else(|| digits::difference(claimed, seen))
        .or_else(|| items::difference(claimed, seen, shapes))
}

fn of_exceptions(sides: &Sides, raised: &str) -> Option<(DifferenceKind, String)> {
    let of = |kind, words: String| Some((kind, words));
    if raised == "nothing" {
        return of(K::NotRaised, "nothing is raised".to_owned());
    }
    let name = raised.split_once(": ").map_or(raised, |(name, _)| name);
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).trim().to_owned();
    match sides.exception {
        Some(claimed) if last(claimed) == last(name) => of(K::Wording, format!("another message of the same `{}`", last(name))),
        Some(claimed) => of(K::Exception, format!("another exception: `{}`, not `{}`", last(name), last(claimed))),
        None if sides.kind == Kind::Exception => of(K::Exception, "another exception".to_owned()),
        None => of(K::Raised, "an exception, where none is claimed".to_owned()),
    }
}

/// Texts that are the same but for a detail of how they are written.
fn of_text(sides: &Sides, shapes: Option<(&Shape, &Shape)>) -> Option<(DifferenceKind, String)> {
    let Sides { claimed, seen, .. } = *sides;
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let (wanted, given) = (bare(claimed), bare(seen));
    if wanted == given {
        let words = match (lines(claimed) == lines(seen), claimed.lines().count() == seen.lines().count()) {
            (true, _) => "blanks at the ends of lines",
            (false, true) => "blanks",
            (false, false) => "line breaks and blanks",
        };
        return Some((K::Blanks, words.to_owned()));
    }
    let addresses = |text: &str| digits::without_addresses(&squeeze(text));
    if addresses(claimed) == addresses(seen) {
        return Some((K::Address, "an address".to_owned()));
    }
    let unquoted = |text: &str| text.replace(['\'', '"'], "");
    if unquoted(&wanted) == unquoted(&given) && !shapes.is_some_and(|(wanted, given)| is_of_other_type(wanted, given)) {
        return Some((K::Quotes, "quotes".to_owned()));
    }
    (wanted.to_lowercase() == given.to_lowercase()).then(|| (K::Case, "capital and small letters".to_owned()))
}

/// Values that are the same but for their type.
fn of_types(wanted: &Shape, given: &Shape) -> Option<(DifferenceKind, String)> {
    let (Some(claimed), Some(seen)) = (type_name(wanted), type_name(given)) else { return None };
    let number = |shape: &Shape| match shape {
        Shape::Int(digits) => digits.parse::<f64>().ok(),
        Shape::Float(value, _) => Some(*value),
        Shape::Word(word) if word == "True" => Some(1.0),
        Shape::Word(word) if word == "False" => Some(0.0),
        _ => None,
    };
    let written = |shape: &Shape| match shape {
        Shape::Int(digits) => Some(digits.clone()),
        Shape::Float(_, text) => Some(text.clone()),
        Shape::Word(word) => Some(word.clone()),
        Shape::Str(text) | Shape::Bytes(text) => Some(text.clone()),
        _ => None,
    };
    let as_list = |items: &[Shape]| Shape::List(items.to_vec());
    let same = number(wanted).is_some_and(|value| number(given) == Some(value))
        || written(wanted).is_some_and(|text| written(given) == Some(text))
        || wanted.items().zip(given.items()).is_some_and(|(wanted, given)| compare(&as_list(wanted), &as_list(given)) == Likeness::Same);
    (same && claimed != seen).then(|| (K::Type, format!("the type alone: it's `{seen}`, claimed is `{claimed}`")))
}

/// Whether two shapes without quotes would be the same text, and stand for values of different types: `'1'` and `1`.
fn is_of_other_type(wanted: &Shape, given: &Shape) -> bool {
    type_name(wanted).zip(type_name(given)).is_some_and(|(wanted, given)| wanted != given)
}

/// The type of a literal.
fn type_name(shape: &Shape) -> Option<&'static str> {
    Some(match shape {
        Shape::Str(_) => "str",
        Shape::Bytes(_) => "bytes",
        Shape::Int(_) => "int",
        Shape::Float(..) => "float",
        Shape::Word(word) if word == "True" || word == "False" => "bool",
        Shape::Word(word) if word == "None" => "NoneType",
        Shape::List(_) => "list",
        Shape::Tuple(_) => "tuple",
        Shape::Set(_) => "set",
        Shape::Dict(_) => "dict",
        Shape::Word(_) | Shape::Angle(_) | Shape::Call(..) | Shape::Ellipsis | Shape::Raw(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides<'a>(claimed: &'a str, seen: &'a str) -> Sides<'a> {
        Sides { claimed, seen, kind: Kind::Value, exception: None, nothing: false }
    }

    #[test]
    fn kinds() {
        for (claimed, seen, kind, words) in [
            ("[1, 2, 3]", "[3, 2, 1]", K::Order, "the same items in another order"),
            ("a\nb", "b\na", K::Order, "the same lines in another order"),
            ("0.3333", "0.3334", K::Digits, "from the 4th digit on"),
            ("[0.1, 0.30000000000000004]", "[0.1, 0.3000001]", K::Digits, "from the 7th digit on"),
            ("1.0", "0.9999999999", K::Digits, "from the 10th digit on"),
            ("id 0x7f01", "id 0x55ab", K::Address, "an address"),
            ("[\"a\"]", "[a]", K::Quotes, "quotes"),
            ("Hello", "hello", K::Case, "capital and small letters"),
            ("'a b'", "'a  b'", K::Blanks, "blanks"),
            ("a b\nc", "a\nb c", K::Blanks, "blanks"),
            ("a b c", "a\nb c", K::Blanks, "line breaks and blanks"),
            ("a\nb", "a  \nb", K::Blanks, "blanks at the ends of lines"),
            ("3", "", K::Nothing, "nothing is printed"),
            ("1", "True", K::Type, "the type alone: it's `bool`, claimed is `int`"),
            ("1", "1.0", K::Type, "the type alone: it's `float`, claimed is `int`"),
            ("42", "'42'", K::Type, "the type alone: it's `str`, claimed is `int`"),
            ("'a'", "b'a'", K::Type, "the type alone: it's `bytes`, claimed is `str`"),
            ("[1, 2]", "(1, 2)", K::Type, "the type alone: it's `tuple`, claimed is `list`"),
            ("[1, 2]", "[1, 2, 3]", K::Longer, "3 items, 2 claimed"),
            ("[1, 2]", "[1]", K::Shorter, "1 item, 2 claimed"),
            ("{'a': 1}", "{'a': 1, 'b': 2}", K::Longer, "2 items, 1 claimed"),
            ("a\nb", "a\nb\nc", K::Longer, "3 lines, 2 claimed"),
            ("[1, 2, 3]", "[1, 5, 3]", K::Items, "1 of 3 items: the 2nd"),
            ("{'a': 1, 'b': 2}", "{'a': 1, 'b': 3}", K::Items, "1 of 2 items: that of `'b'`"),
            ("a\nb\nc", "a\nx\nc", K::Items, "1 of 3 lines: the 2nd"),
            ("ValueError", "raises nothing", K::NotRaised, "nothing is raised"),
            ("3", "raises KeyError: 'a'", K::Raised, "an exception, where none is claimed"),
        ] {
            let (found, text) = kind_of(&sides(claimed, seen)).unwrap_or_else(|| panic!("{claimed} | {seen}"));
            assert_eq!(found, kind, "{claimed} | {seen}");
            assert!(text.ends_with(words), "{claimed} | {seen}: {text}");
        }
    }

    use super::kind as kind_of;

    #[test]
    fn what_the_texts_themselves_say() {
        for (claimed, seen) in
            [("3", "4"), ("'a'", "'b'"), ("[1, 2]", "[3, 4]"), ("0.5", "0.7"), ("10", "11"), ("x", "y"), ("{1: 2}", "[1]")]
        {
            assert_eq!(kind_of(&sides(claimed, seen)), None, "{claimed} | {seen}");
        }
    }

    #[test]
    fn exceptions_values_and_output() {
        let raised = |exception, seen| {
            let sides = Sides { exception: Some(exception), kind: Kind::Exception, ..sides("", seen) };
            kind_of(&sides)
        };
        let (kind, words) = raised("json.JSONDecodeError", "raises JSONDecodeError: Expecting value").unwrap();
        assert_eq!((kind, words.as_str()), (K::Wording, "another message of the same `JSONDecodeError`"));
        let (kind, words) = raised("KeyError", "raises shop.IndexError: no").unwrap();
        assert_eq!((kind, words.as_str()), (K::Exception, "another exception: `IndexError`, not `KeyError`"));
        assert_eq!(kind_of(&sides("'B'", "B")).unwrap().0, K::Quotes);
        let nothing = Sides { nothing: true, ..sides("3", "None") };
        assert_eq!(kind_of(&nothing).unwrap().0, K::Nothing);
    }
}
