//! Floats that differ in their last digits alone: the functions of mathematics round them in another way on each machine and in each release, and people
//! leave digits out.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{number, text::squeeze};
use crate::syntax::{builtins::is_builtin, names::Names};

static FLOAT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d+\.\d+(?:e[+-]?\d+)?").expect("a pattern"));

/// The same, and those that end in their point.
static ANY_FLOAT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(\d+\.\d*)(e[+-]?\d+)?").expect("a pattern"));

/// How far two floats may lie apart, as a part of them: some of the steps in which they come.
const STEPS: f64 = 16.0 * f64::EPSILON;

/// Beside another float, so small a part of it is nothing.
const NOTHING: f64 = 1e-14;

/// With so many digits a float isn't one that somebody wrote to show what binary fractions do to it.
const DIGITS: usize = 6;

/// So many floats in a text are shown for what they are by and large: then they may have one digit behind the point.
const MANY: usize = 3;

/// Whether two texts differ by nothing but such floats, and their statement takes what rounds from elsewhere: sums of what is written there are the same
/// everywhere.
pub(super) fn is_noise(claimed: &str, actual: &str, statement: &str) -> bool {
    let floats = |text| FLOAT.find_iter(text).map(|found| found.as_str()).collect::<Vec<_>>();
    let (wanted, given) = (floats(claimed), floats(actual));
    let differing = || wanted.iter().zip(&given).filter(|(wanted, given)| wanted != given);
    let size = |text: &&str| text.parse::<f64>().unwrap_or_default();
    let largest = given.iter().map(size).fold(0.0, f64::max);
    // What is nothing beside the others is what rounding left of them.
    let is_nothing = |text: &&str| size(text) <= NOTHING * largest;
    if is_zero_but_for_noise(claimed, actual) {
        return takes_from_elsewhere(statement);
    }
    wanted.len() == given.len()
        && differing().next().is_some()
        && differing().all(|(wanted, given)| is_near(wanted, given) || is_nothing(wanted) && is_nothing(given))
        && squeeze(&FLOAT.replace_all(claimed, "0")) == squeeze(&FLOAT.replace_all(actual, "0"))
        && takes_from_elsewhere(statement)
}

/// Whether one of two floats is zero, and the other one what rounding leaves of it.
fn is_zero_but_for_noise(claimed: &str, actual: &str) -> bool {
    let float = |text: &str| text.trim().parse::<f64>().ok().filter(|_| text.contains('.'));
    float(claimed).zip(float(actual)).is_some_and(|(one, other)| (one == 0.0) != (other == 0.0) && (one - other).abs() <= NOTHING)
}

/// Whether two texts differ by nothing but floats some of whose digits are left out: `(0.3333, 2.0)`.
pub(super) fn is_rounded(claimed: &str, actual: &str) -> bool {
    // In quotes it's a text, in which nobody leaves digits out.
    fn floats(text: &str) -> Vec<(&str, &str, bool)> {
        let part = |found: &regex::Captures<'_>, number| found.get(number).map_or(0..0, |part| part.range());
        let read = |found: regex::Captures<'_>| {
            let (digits, exponent) = (part(&found, 1), part(&found, 2));
            (&text[digits.clone()], &text[exponent], text[..digits.start].ends_with(['\'', '"']))
        };
        ANY_FLOAT.captures_iter(text).map(read).collect()
    }
    let (wanted, given) = (floats(claimed), floats(actual));
    let differing = || wanted.iter().zip(&given).filter(|(wanted, given)| wanted != given);
    let are_many = wanted.len() >= MANY;
    wanted.len() == given.len()
        && differing().next().is_some()
        && differing().all(|(wanted, given)| {
            let is_short = || are_many && is_rounded_to_one(wanted.0, given.0);
            !wanted.2 && wanted.1 == given.1 && (number::is_rounded(wanted.0, given.0) || is_short())
        })
        && squeeze(&ANY_FLOAT.replace_all(claimed, "0")) == squeeze(&ANY_FLOAT.replace_all(actual, "0"))
}

/// Whether a float is another one rounded to one digit behind the point, and not what another one would be without noise: `0.3` of `0.30000000000000004`.
fn is_rounded_to_one(wanted: &str, given: &str) -> bool {
    const NOISE: f64 = 1e-9;
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let (Ok(one), Ok(other)) = (wanted.parse::<f64>(), given.parse::<f64>()) else { return false };
    let apart = (one - other).abs();
    decimals(wanted) == 1 && decimals(given) > 2 && apart > NOISE && apart <= 0.050_001
}

/// Whether two floats with all their digits are as good as the same. `0.30000000000000004` and `0.3` aren't: of those the difference may be the point.
fn is_near(wanted: &str, given: &str) -> bool {
    let digits = |text: &str| {
        let mantissa = text.split('e').next().unwrap_or_default();
        mantissa.chars().filter(char::is_ascii_digit).collect::<String>().trim_start_matches('0').len()
    };
    // No float is shown with a zero at its end.
    if wanted.ends_with('0') {
        return false;
    }
    let (one, other) = (digits(wanted), digits(given));
    let (Ok(wanted), Ok(given)) = (wanted.parse::<f64>(), given.parse::<f64>()) else { return false };
    // More than 17 digits are those of a number that is shown in full, or of a decimal one.
    (16..=17).contains(&one.max(other)) && one.min(other) >= DIGITS && (wanted - given).abs() <= STEPS * wanted.abs()
}

/// Whether a statement calls a function, or shows what an earlier one may have called.
pub(super) fn takes_from_elsewhere(statement: &str) -> bool {
    Names::of(statement).is_some_and(|used| used.needs.iter().any(|name| !is_builtin(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_digits() {
        assert!(is_noise("-0.95892427466313845", "-0.9589242746631385", "sin(x)"));
        assert!(is_noise("[1.4142135623730951, 5]", "[1.414213562373095, 5]", "print(roots(2))"));
        assert!(is_noise("1.4142135623730951", "1.414213562373095", "cup.depth"));
        assert!(is_noise("0.25412184", "0.2541218399999999", "pour(x)"));
        assert!(is_noise("(0.97, -6.09717765032273e-18)", "(0.97, -2.92407492429868e-16)", "pour(x)"));
        assert!(is_noise("3.0050798580569307e-16", "0.0", "pour(x)") && is_noise("0.0", "-2.2e-16", "pour(x)"));
        assert!(is_noise("'13376856682207.406 5.5'", "'13376856682207.375 5.5'", "f'{depth:.3f} {width:.1f}'"));
        for (claimed, actual, statement) in [
            ("0.3", "0.30000000000000004", "f(x)"),
            ("0.30000000000000009", "0.30000000000000004", "0.1 + 0.2"),
            ("0.30000000000000009", "0.30000000000000004", "sum([0.1, 0.2])"),
            ("1.4142135623730951", "1.4142135623740951", "f(x)"),
            ("[1.4142135623730951, 5]", "[1.414213562373095, 6]", "f(x)"),
            ("1.4142135623730950", "1.4142135623730951", "f(x)"),
            ("1.4142", "1.4143", "f(x)"),
            ("(0.97, -6.09717765032273e-18)", "(0.97, -2.92407492429868e-06)", "pour(x)"),
            ("6.09717765032273e-18", "2.92407492429868e-16", "pour(x)"),
            ("3.0050798580569307e-16", "0.0", "1e-16 * 3"),
            ("3.0050798580569307e-06", "0.0", "pour(x)"),
            ("3e-16", "0", "pour(x)"),
            ("0.2541", "0.25409999999999999", "f(x)"),
            ("0.25412185", "0.2541218399999999", "f(x)"),
            ("Decimal('0.1000000000000000055512')", "Decimal('0.1000000000000000055511')", "f(x)"),
            ("1.4142135623730951", "raises ValueError", "f(x)"),
        ] {
            assert!(!is_noise(claimed, actual, statement), "{claimed}");
        }
    }

    #[test]
    fn digits_left_out() {
        for (claimed, actual) in [
            ("(0.3333, 2.0)", "(0.3333333333333333, 2.0)"),
            ("array([0.71, 0.  ])", "array([0.71428571, 0.        ])"),
            ("[[ 1.386 -3.100]]", "[[ 1.38616179 -3.10023313]]"),
            ("2.285266e-05", "2.2852664576802505e-05"),
            ("[0.7, 1.2, 3.0]", "[0.71428571, 1.15432, 3.0]"),
        ] {
            assert!(is_rounded(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in [
            ("(0.3343, 2.0)", "(0.3333333333333333, 2.0)"),
            ("(0.3333, 2.0)", "(0.3333333333333333, 3.0)"),
            ("2.285266e-06", "2.2852664576802505e-05"),
            ("(0.3333, 2)", "(0.3333333333333333, 3)"),
            ("(0.3, 2.0)", "(0.30000000000000004, 2.0)"),
            ("(0.5, 2.0)", "(0.5, 2.0)"),
            ("[0.3, 1.0, 2.0]", "[0.30000000000000004, 1.0, 2.0]"),
            ("[0.7, 1.3, 3.0]", "[0.71428571, 1.15432, 3.0]"),
            ("[0.7, 1.2]", "[0.71428571, 1.15432]"),
            ("Decimal('0.333')", "Decimal('0.3333333333333333')"),
        ] {
            assert!(!is_rounded(claimed, actual), "{claimed}");
        }
    }
}
