//! Floats that differ in their last digits, and addresses.

use std::sync::LazyLock;

use regex::Regex;

use super::DifferenceKind;

/// So many digits must be the same at least: of two numbers that share fewer it's no matter of digits.
const COMMON: usize = 2;

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?").ok());
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("0x[0-9a-fA-F]+").ok());

/// A text without the digits of its addresses.
pub(super) fn without_addresses(text: &str) -> String {
    ADDRESS.as_ref().map_or_else(|| text.to_owned(), |address| address.replace_all(text, "0x...").into_owned())
}

/// Two texts that are the same but for numbers that are nearly the same.
pub(super) fn difference(claimed: &str, seen: &str) -> Option<(DifferenceKind, String)> {
    let first =
        pairs(claimed, seen)?.into_iter().filter(|(wanted, given)| wanted != given).map(|(wanted, given)| common(wanted, given)).min()?;
    let nth = first + 1;
    (first >= COMMON).then(|| (DifferenceKind::Digits, format!("digits of a float, from the {} digit on", ordinal(nth))))
}

/// The claimed text with each number that differs cut off behind what is the same, and an ellipsis there: `0.333...`.
pub(super) fn shortened(claimed: &str, seen: &str) -> Option<String> {
    let pairs = pairs(claimed, seen)?;
    let number = NUMBER.as_ref()?;
    let mut pairs = pairs.into_iter();
    let mut possible = true;
    let text = number.replace_all(claimed, |_: &regex::Captures| {
        let Some((wanted, given)) = pairs.next() else { return String::new() };
        if wanted == given {
            return wanted.to_owned();
        }
        let same = wanted.bytes().zip(given.bytes()).take_while(|(wanted, given)| wanted == given).count();
        let shown = &wanted[..same];
        possible &= shown.contains('.') && shown.bytes().filter(u8::is_ascii_digit).count() > COMMON;
        format!("{shown}...")
    });
    possible.then(|| text.into_owned())
}

/// The numbers of two texts that are the same otherwise, pair by pair; only floats may differ.
fn pairs<'t>(claimed: &'t str, seen: &'t str) -> Option<Vec<(&'t str, &'t str)>> {
    let number = NUMBER.as_ref()?;
    let between = |text: &str| number.replace_all(text, "\0").split_whitespace().collect::<Vec<_>>().join(" ");
    if between(claimed) != between(seen) {
        return None;
    }
    let (wanted, given): (Vec<&str>, Vec<&str>) =
        (number.find_iter(claimed).map(|found| found.as_str()).collect(), number.find_iter(seen).map(|found| found.as_str()).collect());
    let is_float = |text: &str| text.contains(['.', 'e', 'E']);
    let pairs: Vec<(&str, &str)> = wanted.into_iter().zip(given).collect();
    pairs.iter().all(|(wanted, given)| wanted == given || is_float(wanted) || is_float(given)).then_some(pairs)
}

/// How many leading digits two numbers share, as they are written out in full.
fn common(wanted: &str, given: &str) -> usize {
    let (Ok(wanted), Ok(given)) = (wanted.parse::<f64>(), given.parse::<f64>()) else { return 0 };
    if wanted.is_sign_negative() != given.is_sign_negative() {
        return 0;
    }
    // The shortest digits that mean the number, filled up with zeros, and its exponent.
    let written = |value: f64| {
        let text = format!("{:e}", value.abs());
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        (format!("{:0<20}", digits.replace('.', "")), exponent.to_owned())
    };
    let ((one, of_one), (other, of_other)) = (written(wanted), written(given));
    if of_one == of_other {
        return one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    }
    // 1.0 and 0.9999 have no digit in common and are near each other.
    let relative = (wanted - given).abs() / wanted.abs().max(given.abs());
    let digits = -relative.log10();
    if digits.is_finite() && digits > 0.0 { digits as usize } else { 0 }
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th`.
pub(super) fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_digits() {
        for (wanted, given, expected) in [
            ("0.3333", "0.3334", 3),
            ("3.14", "3.15", 2),
            ("1.0", "0.9999999999", 9),
            ("0.5", "0.7", 0),
            ("-1.0", "1.0", 0),
            ("100.0", "1.0", 0),
        ] {
            assert_eq!(common(wanted, given), expected, "{wanted} {given}");
        }
    }

    #[test]
    fn cut_off_behind_what_is_the_same() {
        assert_eq!(shortened("0.33333", "0.33334").as_deref(), Some("0.3333..."));
        assert_eq!(shortened("[1, 2.7183]", "[1, 2.71828182]").as_deref(), Some("[1, 2.718...]"));
        assert_eq!(shortened("1.0", "0.99999"), None);
        assert_eq!(shortened("12", "13"), None);
    }

    #[test]
    fn ordinals() {
        assert_eq!([1, 2, 3, 4, 11, 12, 21, 112].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "112th"]);
    }
}
