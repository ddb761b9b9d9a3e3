//! Claims that show a printed object as a prompt would: `print(Decimal("5"))  # Decimal('5')`. The page means the right object.

use std::sync::LazyLock;

use regex::Regex;

use super::super::shape::{Shape, parse};

/// Whether a claimed call has what was printed as its only argument, or the same numbers: `Decimal('5')` and `5`, `Fraction(1, 2)` and `1/2`.
pub(super) fn is_of_printed(claimed: &str, actual: &str) -> bool {
    static CALL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[\w.]*\b[A-Za-z]\w*\((.+)\)$").expect("a pattern"));
    let Some(call) = CALL.captures(claimed.trim()) else { return false };
    let (arguments, actual) = (&call[1], actual.trim());
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

/// Whether a claimed name is what one may call a class that a module has: `int` for `<class 'numpy.int64'>`.
pub(super) fn is_kind_of_class(claimed: &str, actual: &str) -> bool {
    let name = actual.trim().strip_prefix("<class '").and_then(|rest| rest.strip_suffix("'>")).and_then(|path| path.rsplit_once('.'));
    let is_plain = |claimed: &str| !claimed.is_empty() && claimed.chars().all(|c| c.is_ascii_lowercase());
    is_plain(claimed.trim()) && name.is_some_and(|(_, name)| name.to_lowercase().contains(claimed.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_classes() {
        assert!(is_kind_of_class("int", "<class 'numpy.int64'>") && is_kind_of_class("dict", "<class 'collections.OrderedDict'>"));
        for (claimed, actual) in [("set", "<class 'frozenset'>"), ("int", "<class 'tea.Pot'>"), ("", "<class 'tea.Pot'>"), ("int", "int64")]
        {
            assert!(!is_kind_of_class(claimed, actual), "{claimed}");
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
