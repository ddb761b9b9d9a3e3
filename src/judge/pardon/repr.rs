//! Claims that show a printed object as a prompt would: `print(Decimal("5"))  # Decimal('5')`. The page means the right object.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::super::{
    shape::{Likeness, Shape, compare, parse},
    text::{split_commas, squeeze},
};

/// Whether a claimed call has what was printed as its only argument, or the same numbers, or the same keywords: `Decimal('5')` and `5`, `Fraction(1, 2)` and
/// `1/2`, `Pot(kind='tea', size=5)` and `kind='tea' size=5`.
pub(super) fn is_of_printed(claimed: &str, actual: &str) -> bool {
    static CALL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[\w.]*\b[A-Za-z]\w*\((.+)\)$").expect("a pattern"));
    let Some(call) = CALL.captures(claimed.trim()) else { return false };
    let (arguments, actual) = (&call[1], actual.trim());
    if arguments.contains('=') && split_commas(arguments).join(" ") == actual {
        return true;
    }
    if let Some(Shape::Str(text)) = parse(arguments) {
        return text == actual;
    }
    let numbers = |text: &str| {
        let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
        numbers.map(|number| number.trim_start_matches('0').to_owned()).collect::<Vec<_>>()
    };
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_digit() || " ,-/:.".contains(c));
    is_plain(arguments) && is_plain(actual) && numbers(arguments).len() > 1 && numbers(arguments) == numbers(actual)
}

/// Whether a claimed call in angle brackets is the one that was shown without these: `<Pot(size=1)>` and `Pot(size=1)`.
pub(super) fn is_in_angles(claimed: &str, actual: &str) -> bool {
    let inner = claimed.trim().strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).and_then(parse);
    let is_same = |(inner, actual): (Shape, Shape)| matches!(inner, Shape::Call(..)) && compare(&inner, &actual) == Likeness::Same;
    inner.zip(parse(actual.trim())).is_some_and(is_same)
}

/// Whether a claimed name is what one may call a class that a module has: `int` for `<class 'numpy.int64'>`.
pub(super) fn is_kind_of_class(claimed: &str, actual: &str) -> bool {
    let name = actual.trim().strip_prefix("<class '").and_then(|rest| rest.strip_suffix("'>")).and_then(|path| path.rsplit_once('.'));
    let is_plain = |claimed: &str| !claimed.is_empty() && claimed.chars().all(|c| c.is_ascii_lowercase());
    is_plain(claimed.trim()) && name.is_some_and(|(_, name)| name.to_lowercase().contains(claimed.trim()))
}

/// Whether a claimed text shows spans of time as Python did before 3.7, `timedelta(1, 30)` for `timedelta(days=1, seconds=30)`, and is the same else.
pub(super) fn has_older_spans(claimed: &str, actual: &str) -> bool {
    static SPAN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\btimedelta\(([a-z]+=[^()]*)\)").expect("a pattern"));
    let older = |found: &Captures| {
        let part = |name: &str| {
            let mut parts = found[1].split(", ").filter_map(|part| part.split_once('='));
            parts.find(|(key, _)| *key == name).map_or("0", |(_, value)| value).to_owned()
        };
        let mut parts = ["days", "seconds", "microseconds"].map(part).to_vec();
        while parts.len() > 1 && parts.last().is_some_and(|last| last == "0") {
            parts.pop();
        }
        format!("timedelta({})", parts.join(", "))
    };
    actual.contains("timedelta(") && squeeze(&SPAN.replace_all(actual, older)) == squeeze(claimed) && squeeze(claimed) != squeeze(actual)
}

/// Whether a claimed text shows ordered dictionaries as Python did before 3.12, `OrderedDict([('tea', 1)])` for `OrderedDict({'tea': 1})`, and is the same else.
pub(super) fn has_older_dicts(claimed: &str, actual: &str) -> bool {
    let is_older = claimed.contains("OrderedDict([") && actual.contains("OrderedDict({");
    let shapes = || parse(claimed.trim()).zip(parse(actual.trim()));
    is_older && shapes().is_some_and(|(claimed, actual)| compare(&with_newer_dicts(claimed), &actual) == Likeness::Same)
}

/// A shape with its ordered dictionaries as Python shows them since 3.12.
fn with_newer_dicts(shape: Shape) -> Shape {
    let all = |items: Vec<Shape>| items.into_iter().map(with_newer_dicts).collect();
    match shape {
        Shape::List(items) => Shape::List(all(items)),
        Shape::Tuple(items) => Shape::Tuple(all(items)),
        Shape::Set(items) => Shape::Set(all(items)),
        Shape::Dict(entries) => {
            Shape::Dict(entries.into_iter().map(|(key, value)| (with_newer_dicts(key), with_newer_dicts(value))).collect())
        }
        Shape::Call(name, arguments) => {
            let arguments = arguments.into_iter().map(|(keyword, value)| match value {
                Shape::List(items) if name.ends_with("OrderedDict") => (keyword, of_pairs(all(items))),
                value => (keyword, with_newer_dicts(value)),
            });
            let arguments = arguments.collect();
            Shape::Call(name, arguments)
        }
        other => other,
    }
}

/// A dictionary of these pairs; the list, where they're none.
fn of_pairs(items: Vec<Shape>) -> Shape {
    let pair = |item: &Shape| match item {
        Shape::Tuple(pair) => <[Shape; 2]>::try_from(pair.clone()).ok().map(|[key, value]| (key, value)),
        _ => None,
    };
    items.iter().map(pair).collect::<Option<Vec<_>>>().map_or_else(|| Shape::List(items), Shape::Dict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_in_angle_brackets() {
        assert!(is_in_angles("<Pot(kind=\"tea\", size=5)>", "Pot(kind='tea', size=5)"));
        for claimed in ["<Pot(kind='tea', size=6)>", "<Pot>", "Pot(kind='tea', size=5)"] {
            assert!(!is_in_angles(claimed, "Pot(kind='tea', size=5)"), "{claimed}");
        }
        assert!(!is_in_angles("<Pot>", "Pot"));
    }

    #[test]
    fn ordered_dictionaries_as_older_releases_show_them() {
        let newer = "[OrderedDict({Cup('tea'): OrderedDict({'hot': [1]})}), 5]";
        let older = "[OrderedDict([(Cup('tea'),\n  OrderedDict([('hot', [1])]))]), 5]";
        assert!(has_older_dicts(older, newer));
        for claimed in [older.replace("hot", "cold"), older.replace("[1]", "[2]"), newer.to_owned(), older.replace("Ordered", "Other")] {
            assert!(!has_older_dicts(&claimed, newer), "{claimed}");
        }
    }

    #[test]
    fn kinds_of_classes() {
        assert!(is_kind_of_class("int", "<class 'numpy.int64'>") && is_kind_of_class("dict", "<class 'collections.OrderedDict'>"));
        for (claimed, actual) in [("set", "<class 'frozenset'>"), ("int", "<class 'tea.Pot'>"), ("", "<class 'tea.Pot'>"), ("int", "int64")]
        {
            assert!(!is_kind_of_class(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn spans_of_time_as_older_releases_show_them() {
        let actual = "[datetime.timedelta(days=-1, microseconds=5), datetime.timedelta(days=2), datetime.timedelta(seconds=7)]";
        let older = "[datetime.timedelta(-1, 0, 5), datetime.timedelta(2), datetime.timedelta(0, 7)]";
        assert!(has_older_spans(older, actual));
        for claimed in [actual, &older.replace('7', "8"), &older.replace("(2)", "(2, 1)"), ""] {
            assert!(!has_older_spans(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn objects_and_their_texts() {
        for (claimed, actual) in [
            ("Decimal('5')", "5"),
            ("PosixPath('tea/cup')", "tea/cup"),
            ("Fraction(1, 2)", "1/2"),
            ("datetime.date(2024, 1, 2)", "2024-01-02"),
        ] {
            assert!(is_of_printed(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in [("Decimal('5')", "6"), ("Fraction(1, 2)", "1/3"), ("Cup(5)", "5"), ("'5'", "5"), ("('tea')", "tea")] {
            assert!(!is_of_printed(claimed, actual), "{claimed}");
        }
    }
}
