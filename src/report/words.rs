//! Claims, probes and observations in words.

use std::ops::Range;

use super::{
    units::{bytes, count},
    visible,
};
use crate::{
    claim::{Condition, Form, Kind, Says, Strength},
    run::protocol::{DeedKind, MEASURED, Mode, Query, QueryAnswer, QuerySubject, Raised, Seen},
};

/// Columns of a text that is quoted within a sentence.
const QUOTED: usize = 72;

/// A text in a sentence.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", visible::one_line(text, QUOTED))
}

/// What a reading says: `it prints` …
pub(super) fn says(says: &Says) -> String {
    match says {
        Says::Value(text) => format!("its value is {} or equals it", quoted(text)),
        Says::Type(name) => format!("its value is {} or one of its instances", quoted(name)),
        Says::Items { items, .. } if items.is_empty() => "its value has no items".to_owned(),
        Says::Items { items, open } => {
            let more = if *open { ", and maybe more" } else { ", and no more" };
            format!("the items of its value are {}{more}", list(items))
        }
        Says::Printed(text) => format!("it prints {}", quoted(text)),
        Says::Words(text) => format!("it prints {}, or these words speak of it", quoted(text)),
        Says::PrintedLines(lines) if lines.is_empty() => "it prints nothing".to_owned(),
        Says::PrintedLines(lines) => format!("it prints the {} {}", if lines.len() == 1 { "line" } else { "lines" }, list(lines)),
        Says::PrintedTimes(times) => {
            format!("it prints {}, or is passed {}", count_of(*times, "line"), count_of(*times, "time"))
        }
        Says::Raises { exception, message } => match (exception, message) {
            (Some(name), Some(message)) => format!("it raises {} with the message {}", quoted(name), quoted(message)),
            (Some(name), None) => format!("it raises {}", quoted(name)),
            (None, Some(message)) => format!("it raises something with the message {}", quoted(message)),
            (None, None) => "it raises something".to_owned(),
        },
        Says::Shows { text, is_exception: true, .. } => format!("for doctest, it raises {}", quoted(text)),
        Says::Shows { text, .. } => format!("for doctest, it shows {}", quoted(text)),
        Says::RaisesNothing => "it raises nothing".to_owned(),
        Says::Asserted => "it passes".to_owned(),
        Says::Attribute { name, value } => format!("the attribute {} of its value is {}", quoted(name), quoted(value)),
        Says::State { subject, value } => format!("{} is {} afterwards", quoted(subject), quoted(value)),
        Says::RefCount(number) => format!("its object has {} afterwards", count_of(*number, "reference")),
        Says::Takes(range) => format!("it takes {}", between(range, |seconds| format!("{seconds} s"))),
        Says::Bytes(range) => format!("its value takes {}", between(range, |number| bytes(number as u64))),
        Says::Passes { expression, test } => format!("{} passes {}", quoted(expression), quoted(&test.replace(MEASURED, "it"))),
        Says::About(range) => format!("the number is {}", between(range, |number| number.to_string())),
    }
}

/// Under which condition a claim is made: `only` …
pub(super) fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Python(versions) => format!("only for Python {}", visible::one_line(versions, QUOTED)),
        Condition::Prompt => "only at the prompt".to_owned(),
        Condition::FreeThreaded => "only in a free-threaded build".to_owned(),
        Condition::Other(words) => format!("only {}", quoted(words)),
    }
}

/// How and of what a claim is made: `a comment behind the statement, about its value, firm`.
pub(super) fn manner(form: Form, kind: Kind, strength: Strength) -> String {
    let form = match form {
        Form::Trailing => "a comment behind the statement",
        Form::Following => "a comment below the statement",
        Form::Block => "a listing in comments",
        Form::Session => "below a prompt",
        Form::Check => "a check of the front matter",
        Form::Output => "a block of output",
        Form::Mark => "a mark on the example",
        Form::Assertion => "an assertion",
    };
    let kind = match kind {
        Kind::Value => "a value",
        Kind::Stdout => "what is printed",
        Kind::Exception => "an exception",
        Kind::State => "a state",
        Kind::Timing => "a time",
        Kind::Size => "a size",
        Kind::Other => "something else",
    };
    format!("{form}, about {kind}, {}", self::strength(strength))
}

/// `firm`, `soft`.
pub(super) fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Firm => "firm",
        Strength::Soft => "soft",
    }
}

/// `read`, `wrote`, …
pub(super) fn deed(kind: DeedKind) -> &'static str {
    match kind {
        DeedKind::Read => "opened to read",
        DeedKind::Written => "opened to write",
        DeedKind::Socket => "network:",
        DeedKind::Process => "started",
    }
}

/// `as a script`, `at the prompt`.
pub(super) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Script => "as a script",
        Mode::Prompt => "at the prompt",
    }
}

/// What a query asks.
pub(super) fn query(query: &Query) -> String {
    let subject = match &query.subject {
        QuerySubject::Value => "its value".to_owned(),
        QuerySubject::Type => "the type of its value".to_owned(),
        QuerySubject::Attribute(name) => format!("the attribute {} of its value", quoted(name)),
        QuerySubject::Expression(text) => format!("{} afterwards", quoted(text)),
        QuerySubject::ClassAttribute(class, name) => format!("{} of the finished class", quoted(&format!("{class}.{name}"))),
        QuerySubject::Items(number) => format!("the first {} of its value", count(*number as usize, "item")),
        QuerySubject::RefCount(name) => format!("the number of references to what {} names", quoted(name)),
        QuerySubject::Size => "the bytes that its value takes".to_owned(),
        QuerySubject::Check { expression, test } => {
            format!("{} afterwards; does it pass {}?", quoted(expression), quoted(&test.replace(MEASURED, "it")))
        }
    };
    match &query.equals {
        Some(expression) => format!("{subject}; does it equal {}?", quoted(expression)),
        None => subject,
    }
}

/// What a query was answered.
pub(super) fn answer(answer: &QueryAnswer) -> String {
    let subject = match (&answer.seen, &answer.error) {
        (Some(seen), _) => self::seen(seen),
        (None, Some(error)) => format!("could not be looked at: {}", visible::one_line(error, QUOTED)),
        (None, None) => "nothing".to_owned(),
    };
    match (answer.equal, &answer.expression_error) {
        (Some(true), _) => format!("{subject}, equal"),
        (Some(false), _) => format!("{subject}, not equal"),
        (None, Some(error)) => format!("{subject}; the claim could not be evaluated: {}", visible::one_line(error, QUOTED)),
        (None, None) => subject,
    }
}

/// An object as it was seen.
pub(super) fn seen(seen: &Seen) -> String {
    let cut = if seen.truncated { ", shortened" } else { "" };
    match &seen.str {
        Some(text) => format!("{} (as text {}, of type {}{cut})", quoted(&seen.repr), quoted(text), quoted(&seen.r#type)),
        None => format!("{} (of type {}{cut})", quoted(&seen.repr), quoted(&seen.r#type)),
    }
}

/// `ValueError: price must be >= 0, line 3`.
pub(super) fn raised(raised: &Raised) -> String {
    let message = if raised.message.is_empty() { String::new() } else { format!(": {}", visible::one_line(&raised.message, QUOTED)) };
    let line = raised.line.map(|line| format!(", line {line}")).unwrap_or_default();
    format!("{}{message}{line}", visible::one_line(&raised.r#type, QUOTED))
}

/// The first of many, each quoted.
fn list(texts: &[String]) -> String {
    const SHOWN: usize = 6;
    let mut shown: Vec<String> = texts.iter().take(SHOWN).map(|text| quoted(text)).collect();
    if texts.len() > SHOWN {
        shown.push(format!("and {} more", texts.len() - SHOWN));
    }
    shown.join(", ")
}

fn count_of(number: u64, noun: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), noun)
}

/// `from 1.4 s to 1.6 s`, `up to 3 s`, `at least 1 min`.
fn between(range: &Range<f64>, show: impl Fn(f64) -> String) -> String {
    // Bounds are computed from the claim's digits: what is behind the sixth is noise.
    let show = |bound: f64| show(format!("{bound:.6}").parse().unwrap_or(bound));
    match (range.start > 0.0, range.end.is_finite()) {
        (true, true) => format!("from {} to {}", show(range.start), show(range.end)),
        (true, false) => format!("at least {}", show(range.start)),
        (false, true) => format!("up to {}", show(range.end)),
        (false, false) => "anything".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_reading_in_words() {
        let text = |text: &str| text.to_owned();
        let readings = [
            Says::Value(text("[1]")),
            Says::Type(text("list")),
            Says::Items { items: vec![text("1"), text("2")], open: true },
            Says::Items { items: vec![], open: false },
            Says::Printed(text("a\nb\x1b")),
            Says::PrintedLines(vec![]),
            Says::PrintedLines((0..9).map(|number| number.to_string()).collect()),
            Says::PrintedTimes(1),
            Says::Raises { exception: Some(text("ValueError")), message: Some(text("too big")) },
            Says::Raises { exception: Some(text("ValueError")), message: None },
            Says::Raises { exception: None, message: Some(text("too big")) },
            Says::RaisesNothing,
            Says::Asserted,
            Says::Attribute { name: text("port"), value: text("8080") },
            Says::State { subject: text("a[0]"), value: text("1") },
            Says::RefCount(2),
            Says::Takes(1.4..1.6),
            Says::Takes(0.0..1.0),
            Says::Takes(60.0..f64::INFINITY),
            Says::Bytes(7.5e6..8.5e6),
            Says::About(0.1 + 0.2..f64::NAN),
        ];
        insta::assert_snapshot!(readings.iter().map(says).collect::<Vec<_>>().join("\n"), @"
        its value is `[1]` or equals it
        its value is `list` or one of its instances
        the items of its value are `1`, `2`, and maybe more
        its value has no items
        it prints `a↵b␛`
        it prints nothing
        it prints the lines `0`, `1`, `2`, `3`, `4`, `5`, and 3 more
        it prints 1 line, or is passed 1 time
        it raises `ValueError` with the message `too big`
        it raises `ValueError`
        it raises something with the message `too big`
        it raises nothing
        it passes
        the attribute `port` of its value is `8080`
        `a[0]` is `1` afterwards
        its object has 2 references afterwards
        it takes from 1.4 s to 1.6 s
        it takes up to 1 s
        it takes at least 60 s
        its value takes from 7.2 MiB to 8.1 MiB
        the number is at least 0.3
        ");
    }

    #[test]
    fn conditions_and_queries_in_words() {
        let conditions = [
            Condition::Python(">=3.12".to_owned()),
            Condition::Prompt,
            Condition::FreeThreaded,
            Condition::Other("on a Monday".to_owned()),
        ];
        insta::assert_snapshot!(conditions.iter().map(condition).collect::<Vec<_>>().join("\n"), @"
        only for Python >=3.12
        only at the prompt
        only in a free-threaded build
        only `on a Monday`
        ");
        let queries = [
            (QuerySubject::Value, Some("[1]")),
            (QuerySubject::Type, Some("list")),
            (QuerySubject::Attribute("port".to_owned()), None),
            (QuerySubject::Expression("a[0]".to_owned()), None),
            (QuerySubject::ClassAttribute("Color".to_owned(), "RED".to_owned()), None),
            (QuerySubject::Items(3), None),
            (QuerySubject::RefCount("a".to_owned()), None),
            (QuerySubject::Size, None),
        ];
        let words = queries.map(|(subject, equals)| query(&Query { subject, equals: equals.map(str::to_owned) }));
        insta::assert_snapshot!(words.join("\n"), @"
        its value; does it equal `[1]`?
        the type of its value; does it equal `list`?
        the attribute `port` of its value
        `a[0]` afterwards
        `Color.RED` of the finished class
        the first 3 items of its value
        the number of references to what `a` names
        the bytes that its value takes
        ");
    }
}
