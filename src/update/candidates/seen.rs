//! What was seen, as texts.

use crate::{
    judge::{
        sighting::{Pass, Sighting},
        text::{quoted_like, split_commas},
    },
    run::protocol::Raised,
};

/// An exception as the last lines of a traceback tell it: with its module where it's no builtin.
pub(super) fn exception(raised: &Raised) -> String {
    let name = match raised.module.as_str() {
        "builtins" | "__main__" => raised.r#type.clone(),
        module => format!("{module}.{}", raised.r#type),
    };
    with_message(&name, raised)
}

/// The same with the bare name of its type.
pub(super) fn bare_exception(raised: &Raised) -> String {
    with_message(&raised.r#type, raised)
}

fn with_message(name: &str, raised: &Raised) -> String {
    if raised.message.is_empty() { name.to_owned() } else { format!("{name}: {}", raised.message) }
}

/// The lines that were printed, without blanks at their ends and without empty ones at the end.
pub(in crate::update) fn printed(sighting: &Sighting) -> Vec<String> {
    lines(&sighting.stdout())
}

/// The lines of a text, without blanks at their ends and without empty ones at the end.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// What a pass showed in the quotes that the claim uses, where it's a string or holds strings. `lines` are those that count.
pub(super) fn in_quotes_of(expected: &str, pass: &Pass, lines: &[String]) -> Option<String> {
    let is_quoted = expected.starts_with(['\'', '"']);
    if let ([line], true, false) = (lines, is_quoted, pass.stdout.is_empty()) {
        return (!line.starts_with(['\'', '"'])).then(|| quoted_like(expected, line));
    }
    let value = pass.value.as_ref()?;
    let uses_double = expected.contains('"') && !expected.contains('\'');
    match &value.str {
        Some(text) if value.r#type == "str" && is_quoted => Some(quoted_like(expected, text)),
        _ if uses_double && value.repr.contains('\'') && !value.repr.contains(['"', '\\']) => Some(value.repr.replace('\'', "\"")),
        _ => None,
    }
}

/// A float with as many digits behind the point as the claim gives: more wouldn't be read.
pub(super) fn in_digits_of(expected: &str, actual: &str) -> Option<String> {
    let (_, wanted) = expected.trim().split_once('.')?;
    let (_, seen) = actual.trim().split_once('.')?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value: f64 = actual.trim().parse().ok()?;
    (is_digits(wanted) && is_digits(seen) && wanted.len() >= 2 && wanted.len() < seen.len()).then(|| format!("{value:.0$}", wanted.len()))
}

/// The claimed words with another number: `refcount = 2`, `3 times`.
pub(super) fn with_number(expected: &str, number: &str) -> Option<String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let end = expected.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = end - expected[..end].bytes().rev().take_while(u8::is_ascii_digit).count();
    is_number(number).then(|| format!("{}{number}{}", &expected[..start], &expected[end..]))
}

/// A value broken behind commas into lines of so many columns, the inner ones a blank further right.
pub(super) fn wrapped(value: &str, columns: usize) -> Option<Vec<String>> {
    let (open, close) = (value.chars().next()?, value.chars().next_back()?);
    if !matches!((open, close), ('[', ']') | ('(', ')') | ('{', '}')) || value.len() < 2 {
        return None;
    }
    let items = split_commas(&value[1..value.len() - 1]);
    let mut lines = vec![String::from(open)];
    for (number, item) in items.iter().enumerate() {
        let last = number + 1 == items.len();
        let piece = if last { format!("{item}{close}") } else { format!("{item},") };
        let line = lines.last_mut()?;
        if line.chars().count() + piece.chars().count() + 1 > columns && line.trim().len() > 1 {
            lines.push(format!(" {piece}"));
        } else {
            let blank = if line.len() > 1 { " " } else { "" };
            line.push_str(blank);
            line.push_str(&piece);
        }
    }
    Some(lines)
}

/// Whether a text shows where an object lies in memory.
pub(in crate::update) fn has_address(text: &str) -> bool {
    text.match_indices("0x").any(|(at, mark)| {
        let digits = text[at + mark.len()..].bytes().take_while(u8::is_ascii_hexdigit).count();
        digits >= 8 && (text[..at].ends_with(" at ") || digits >= 11)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_keep_the_digits_of_the_claim() {
        assert_eq!(in_digits_of("3.14", "2.71828").as_deref(), Some("2.72"));
        assert_eq!(in_digits_of("0.5", "0.75"), None);
        assert_eq!(in_digits_of("3.14", "x.y"), None);
    }

    #[test]
    fn numbers_in_words_are_replaced() {
        assert_eq!(with_number("refcount = 2", "3").as_deref(), Some("refcount = 3"));
        assert_eq!(with_number("12 times", "3").as_deref(), Some("3 times"));
        assert_eq!(with_number("once", "3"), None);
    }

    #[test]
    fn long_values_break_behind_commas() {
        assert_eq!(wrapped("[1, (2, 3), 4]", 9).as_deref(), Some(&["[1,".to_owned(), " (2, 3),".to_owned(), " 4]".to_owned()][..]));
        assert_eq!(wrapped("12", 9), None);
    }

    #[test]
    fn addresses_are_seen() {
        assert!(has_address("<A object at 0x7f00aa11bb22>"));
        assert!(has_address("<A object at 0x7f00aa11>"));
        assert!(!has_address("0xff") && !has_address("0xdeadbeef"));
    }
}
