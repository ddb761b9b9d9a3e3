//! What is shown against what was seen, as `doctest` and its relatives compare texts.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::{claim::Options, run::protocol::Raised};

/// Whether a shown text is what a prompt wrote, by the options that hold there. An ellipsis always stands for anything.
pub(super) fn shows(wanted: &str, seen: &str, options: &Options) -> bool {
    if options.ignores_output() {
        return true;
    }
    let (mut wanted, mut seen) = (with_newline(wanted), with_newline(seen));
    if wanted == seen {
        return true;
    }
    if !options.has("DONT_ACCEPT_TRUE_FOR_1") && matches!((wanted.as_str(), seen.as_str()), ("1\n", "True\n") | ("0\n", "False\n")) {
        return true;
    }
    for (option, pattern) in [("ALLOW_UNICODE", &UNICODE), ("ALLOW_BYTES", &BYTES)] {
        if let (true, Some(pattern)) = (options.has(option), pattern.as_ref()) {
            wanted = pattern.replace_all(&wanted, "$1$2").into_owned();
            seen = pattern.replace_all(&seen, "$1$2").into_owned();
        }
    }
    if options.has("NUMBER") {
        seen = with_numbers_of(&wanted, &seen);
    }
    if !options.has("DONT_ACCEPT_BLANKLINE") {
        wanted = lines(&wanted, |line| if line.trim_end() == "<BLANKLINE>" { "" } else { line });
        seen = lines(&seen, |line| if line.trim().is_empty() { "" } else { line });
    }
    if wanted == seen || options.has("FLOAT_CMP") && floats_agree(&wanted, &seen) {
        return true;
    }
    if options.has("IGNORE_WHITESPACE") {
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        (wanted, seen) = (bare(&wanted), bare(&seen));
    } else if options.has("NORMALIZE_WHITESPACE") {
        let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        (wanted, seen) = (normal(&wanted), normal(&seen));
    }
    // An ellipsis alone says nothing, where nobody says that it's one.
    let says_something = wanted.contains(char::is_alphanumeric) || options.has("ELLIPSIS");
    wanted == seen || says_something && fits(&wanted, &seen)
}

/// Whether the last lines of a shown traceback are those of an exception.
pub(super) fn shows_exception(wanted: &str, raised: &Raised, options: &Options) -> bool {
    let name = match raised.module.as_str() {
        "builtins" | "__main__" => raised.r#type.clone(),
        module => format!("{module}.{}", raised.r#type),
    };
    let message = |name: &str| if raised.message.is_empty() { name.to_owned() } else { format!("{name}: {}", raised.message) };
    if options.has("IGNORE_EXCEPTION_DETAIL") {
        return bare_name(wanted) == raised.r#type || shows(bare_name(wanted), &raised.r#type, options);
    }
    [name.as_str(), raised.r#type.as_str()].into_iter().any(|name| shows(wanted, &format!("{}\n", message(name)), options))
}

/// The name of an exception without its module and message.
fn bare_name(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    let name = line.split(':').next().unwrap_or_default().trim();
    name.rsplit('.').next().unwrap_or(name)
}

static UNICODE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(\W|^)[uU]([rR]?['"])"#).ok());
static BYTES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(\W|^)[bB]([rR]?['"])"#).ok());
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[+-]?(?:(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?|\bnan\b|\binf\b)").ok());

/// Of doctestplus: as close as numbers are that a computer has computed in two ways.
const RELATIVE: f64 = 1e-5;
const ABSOLUTE: f64 = 1e-8;
/// As close as a float is to what it would be without rounding, by and large.
const SAME: f64 = 1e-9;

/// Whether two texts are the same but for blanks, and for numbers that are close to each other.
fn floats_agree(wanted: &str, seen: &str) -> bool {
    let Some(number) = NUMBER.as_ref() else { return false };
    let between = |text: &str| number.replace_all(text, "\0").split_whitespace().collect::<String>().replace("\0.", "\0");
    let numbers = |text: &str| number.find_iter(text).map(|found| found.as_str().parse::<f64>()).collect::<Result<Vec<_>, _>>();
    let (Ok(one), Ok(other)) = (numbers(wanted), numbers(seen)) else { return false };
    let close = |(wanted, seen): (&f64, &f64)| {
        wanted == seen || (wanted.is_nan() && seen.is_nan()) || (wanted - seen).abs() <= ABSOLUTE + RELATIVE * wanted.abs()
    };
    let (wanted, seen) = (between(wanted), between(seen));
    if wanted != seen {
        return false;
    }
    one.len() == other.len() && one.iter().zip(&other).all(close)
}

/// Of pytest: what was seen, with each number written as it's wanted where it's that number in the wanted digits.
fn with_numbers_of(wanted: &str, seen: &str) -> String {
    let Some(number) = NUMBER.as_ref() else { return seen.to_owned() };
    let wanted: Vec<&str> = number.find_iter(wanted).map(|found| found.as_str()).collect();
    if wanted.len() != number.find_iter(seen).count() {
        return seen.to_owned();
    }
    let mut next = wanted.into_iter();
    let replaced = number.replace_all(seen, |captures: &Captures| {
        let own = &captures[0];
        match next.next() {
            Some(wanted) if is_rounded_to(wanted, own) => wanted.to_owned(),
            _ => own.to_owned(),
        }
    });
    replaced.into_owned()
}

/// Whether a number is another one in the digits that this is written in.
fn is_rounded_to(wanted: &str, seen: &str) -> bool {
    let (Ok(value), Ok(number)) = (wanted.parse::<f64>(), seen.parse::<f64>()) else { return false };
    let (digits, exponent) = wanted.split_once(['e', 'E']).unwrap_or((wanted, "0"));
    // Whole numbers are compared as they stand; `8e5` is a float, of which nothing says in how many digits.
    let Some((_, fraction)) = digits.split_once('.') else {
        return value == number || digits != wanted && (value - number).abs() <= SAME * value.abs();
    };
    let places = fraction.len() as i32 - exponent.parse::<i32>().unwrap_or(0);
    value == number || (value - number).abs() <= 10_f64.powi(-places)
}

fn with_newline(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    if text.is_empty() || text.ends_with('\n') { text } else { text + "\n" }
}

fn lines<'t>(text: &'t str, line: impl Fn(&'t str) -> &'t str) -> String {
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Whether a text fits a pattern in which `...` stands for anything: its pieces come in their order, the first at the start and the last at the end.
fn fits(pattern: &str, text: &str) -> bool {
    let pieces: Vec<&str> = pattern.split("...").collect();
    let [first, inner @ .., last] = pieces.as_slice() else { return false };
    let Some(rest) = text.strip_prefix(first) else { return false };
    let Some(mut rest) = rest.strip_suffix(last) else { return false };
    inner.iter().all(|piece| {
        let found = rest.find(piece);
        rest = found.map_or("", |at| &rest[at + piece.len()..]);
        found.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_as_documented() {
        for (wanted, seen, options, expected) in [
            ("1", "1\n", "", true),
            ("1", "True\n", "", true),
            ("1", "True\n", "+DONT_ACCEPT_TRUE_FOR_1", false),
            ("True", "1\n", "", false),
            ("a\n<BLANKLINE>\nb", "a\n  \nb\n", "", true),
            ("a\n<BLANKLINE>\nb", "a\n\nb\n", "+DONT_ACCEPT_BLANKLINE", false),
            ("[1,\n 2]", "[1, 2]\n", "", false),
            ("[1,\n 2]", "[1, 2]\n", "+NORMALIZE_WHITESPACE", true),
            ("[1,2]", "[1, 2]\n", "+NORMALIZE_WHITESPACE", false),
            ("[1,2]", "[1, 2]\n", "+IGNORE_WHITESPACE", true),
            ("[0, ..., 9]", "[0, 1, 2, 9]\n", "", true),
            ("a...b...c", "abc\n", "", true),
            ("a...a", "a\n", "", false),
            ("...", "anything\nat all\n", "", false),
            ("...", "anything\nat all\n", "+ELLIPSIS", true),
            ("u'a'", "'a'\n", "+ALLOW_UNICODE", true),
            ("b'a'", "'a'\n", "+ALLOW_BYTES", true),
            ("u'a'", "'a'\n", "", false),
            ("3.14", "3.14159\n", "+NUMBER", true),
            ("3.15", "3.1\n", "+NUMBER", false),
            ("[1.0, 2]", "[1.04, 2]\n", "+NUMBER", true),
            ("2", "2.4\n", "+NUMBER", false),
            ("1.2e3", "1234.0\n", "+NUMBER", true),
            ("8e5", "799999.9999999\n", "+NUMBER", true),
            ("8e5", "800001.0\n", "+NUMBER", false),
            ("0.3333333", "0.33333334\n", "+FLOAT_CMP", true),
            ("array([1., 2.])", "array([ 1.0, 2.0000001])\n", "+FLOAT_CMP", true),
            ("0.333", "0.334\n", "+FLOAT_CMP", false),
            ("nan", "nan\n", "+FLOAT_CMP", true),
            ("x 1.0", "y 1.0\n", "+FLOAT_CMP", false),
            ("whatever", "other\n", "+IGNORE_OUTPUT", true),
        ] {
            assert_eq!(shows(wanted, seen, &Options::parse(options)), expected, "{wanted} {seen} {options}");
        }
    }

    #[test]
    fn exceptions() {
        let raised = Raised {
            r#type: "CartError".to_owned(),
            module: "shop.cart".to_owned(),
            mro: Vec::new(),
            message: "no such item: 3".to_owned(),
            line: None,
            traceback: String::new(),
            subject: None,
        };
        for (wanted, options, expected) in [
            ("shop.cart.CartError: no such item: 3", "", true),
            ("CartError: no such item: 3", "", true),
            ("CartError: no such ...", "", true),
            ("CartError: another", "", false),
            ("cart.CartError: another", "+IGNORE_EXCEPTION_DETAIL", true),
            ("OtherError: another", "+IGNORE_EXCEPTION_DETAIL", false),
            ("...Error: no such item: 3", "", true),
        ] {
            assert_eq!(shows_exception(wanted, &raised, &Options::parse(options)), expected, "{wanted} {options}");
        }
    }
}
