//! What is read from small pieces of code: one case each, code and the claims in it.
//!
//! A claim is written `line form kind strength text`, and, where it matters, ` <= ` and its readings. Exclamation marks are
//! firm readings.

use super::{Claim, Condition, Reading, Says, Strength, find, session};

mod assertions;
mod beyond;
mod following;
mod lookalikes;
mod properties;
mod sessions;
mod trailing;

/// Checks cases, and shows all that differ at once.
fn check(cases: &[(&str, &[&str])]) {
    let mut differing = String::new();
    for (code, expected) in cases {
        let claims = find(code, session::is_session(code));
        let shown: Vec<String> = claims.iter().map(|claim| show(claim, expected.iter().any(|line| line.contains(" <= ")))).collect();
        if shown != *expected {
            differing.push_str(&format!("\n{code}\n    expected {expected:?}\n    found    {shown:?}\n"));
        }
    }
    assert!(differing.is_empty(), "{differing}");
}

/// Checks that none of these comments is taken for a claim.
fn check_prose(codes: &[&str]) {
    let cases: Vec<(&str, &[&str])> = codes.iter().map(|code| (*code, [].as_slice())).collect();
    check(&cases);
}

fn show(claim: &Claim, with_readings: bool) -> String {
    let word = |debug: String| debug.to_lowercase();
    let mut shown = format!(
        "{} {} {} {} {}",
        claim.position.line,
        word(format!("{:?}", claim.form)),
        word(format!("{:?}", claim.kind)),
        word(format!("{:?}", claim.strength)),
        claim.expected.replace('\n', "\\n"),
    );
    match &claim.condition {
        Some(Condition::Python(version)) => shown.push_str(&format!(" [python {version}]")),
        Some(Condition::Prompt) => shown.push_str(" [prompt]"),
        Some(Condition::FreeThreaded) => shown.push_str(" [free-threaded]"),
        Some(Condition::Other(words)) => shown.push_str(&format!(" [{words}]")),
        None => {}
    }
    if with_readings {
        let readings: Vec<String> =
            claim.readings.iter().filter(|reading| !matches!(reading.says, Says::Shows { .. })).map(show_reading).collect();
        shown.push_str(&format!(" <= {}", readings.join(" ")));
    }
    shown
}

fn show_reading(reading: &Reading) -> String {
    let says = match &reading.says {
        Says::Value(text) => format!("value({})", text.replace('\n', "\\n")),
        Says::Type(name) => format!("type({name})"),
        Says::Items { items, open } => format!("items({}{})", items.join("|"), if *open { "|..." } else { "" }),
        Says::Printed(text) => format!("printed({})", text.replace('\n', "\\n")),
        Says::Words(text) => format!("words({})", text.replace('\n', "\\n")),
        Says::PrintedLines(lines) => format!("lines({})", lines.join("|")),
        Says::PrintedTimes(count) => format!("times({count})"),
        Says::Raises { exception, message } => {
            let message = message.as_deref().unwrap_or("?").replace('\n', "\\n");
            format!("raises({}: {message})", exception.as_deref().unwrap_or("?"))
        }
        Says::Shows { text, .. } => format!("shows({})", text.replace('\n', "\\n")),
        Says::RaisesNothing => "raises()".to_string(),
        Says::Asserted => "asserted()".to_string(),
        Says::Attribute { name, value } => format!("attribute({name}={value})"),
        Says::State { subject, value } => format!("state({subject}={value})"),
        Says::RefCount(count) => format!("references({count})"),
        Says::Takes(range) => format!("takes({range:?})"),
        Says::Bytes(range) => format!("bytes({range:?})"),
        Says::About(range) => format!("about({range:?})"),
        Says::Passes { expression, test } => format!("passes({expression}: {test})"),
    };
    format!("{}{says}", if reading.strength == Strength::Firm { "!" } else { "?" })
}
