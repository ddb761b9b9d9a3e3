//! Claims of the corpus that hold, with one thing changed in each: nearly all of them are wrong then, and none of the others is.
//!
//! All variants of all examples stand in one document, so that one call judges them. In the n-th copy of an example, each claim has its
//! n-th change; what has fewer stays as it is. What is called neither wrong nor right is shown with its reason (`--nocapture`).

#![expect(clippy::print_stderr, reason = "what is left shows where the judging could be better")]

mod common;

use std::{collections::BTreeMap, fmt::Write as _};

use common::{bare_python, project, verify};
use serde_json::Value;

/// A claim as the report has it.
struct Claim {
    line: usize,
    column: usize,
    expected: String,
}

/// A claim in the document of variants.
struct Variant {
    /// Its line in the snippet's file.
    origin: String,
    /// What it says.
    says: String,
    changed: bool,
}

#[test]
fn what_is_changed_is_wrong_and_nothing_else() {
    let python = bare_python();
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = verify(&["--format", "json", "--python", python.name()]).json();
    let (document, variants) = variants(&corpus);
    let path = folder.path().join("variants.md");
    std::fs::write(&path, document).expect("the document");
    let report = verify(&[path.to_str().expect("UTF-8"), "--format", "json", "--python", python.name()]).json();

    let mut seen: BTreeMap<usize, (&str, String)> = BTreeMap::new();
    for claim in claims_of(&report) {
        let reason = claim["reason"].as_str().or(claim["actual"].as_str()).unwrap_or_default();
        seen.insert(number(&claim["line"]), (text(&claim["verdict"]), reason.to_owned()));
    }
    let (mut changed, mut found, mut alarms) = (0, 0, Vec::new());
    for (line, variant) in &variants {
        let none = ("no claim", String::new());
        let (verdict, reason) = seen.get(line).unwrap_or(&none);
        match (variant.changed, *verdict) {
            (true, "wrong") => (changed, found) = (changed + 1, found + 1),
            (true, _) => {
                changed += 1;
                eprintln!("{}: {:?} is {verdict}: {reason}", variant.origin, variant.says);
            }
            (false, "wrong") => alarms.push(format!("{}: {:?}: {reason}", variant.origin, variant.says)),
            (false, _) => {}
        }
    }
    eprintln!("{found} of {changed} changed claims are wrong, and {} of {} others", alarms.len(), variants.len() - changed);
    assert!(alarms.is_empty(), "unchanged, and called wrong: {alarms:#?}");
    assert!(changed >= 450, "only {changed} claims were changed");
    assert!(found * 100 >= changed * 97, "only {found} of {changed} are called wrong");
}

/// A document of all variants, and the claims on its lines.
fn variants(corpus: &Value) -> (String, BTreeMap<usize, Variant>) {
    let mut document = String::new();
    let mut variants = BTreeMap::new();
    let mut line = 0;
    let mut write = |text: &str| {
        let _ = writeln!(document, "{text}");
        line += 1;
        line
    };
    for example in corpus["examples"].as_array().expect("examples") {
        let stands_alone = example["continues"].as_array().is_some_and(Vec::is_empty) && example["mode"] == "script";
        // What was given to an example (packages, servers) isn't given to its copies.
        let lacks = |key: &str| example[key].as_array().is_some_and(Vec::is_empty);
        if example["outcome"] != "ran" || !stands_alone || !lacks("requires") || !lacks("provided") {
            continue;
        }
        let path = text(&example["document"]);
        let file = std::fs::read_to_string(project().join(path)).expect("a snippet");
        let (first, last) = (number(&example["lines"][0]), number(&example["lines"][1]));
        let code: Vec<&str> = file.lines().skip(first - 1).take(last + 1 - first).collect();
        let claims = changeable(example, &code, first);
        let changes: Vec<Vec<String>> = claims.iter().map(|claim| changes(&claim.expected)).collect();
        let copies = changes.iter().map(Vec::len).max().unwrap_or(0);
        for copy in 0..copies {
            for text in [&format!("## {} {copy}", text(&example["id"])), "", "```python"] {
                write(text);
            }
            for (offset, code_line) in code.iter().enumerate() {
                let claim = claims.iter().position(|claim| claim.line == first + offset);
                let changed = claim.and_then(|index| changes[index].get(copy).map(|says| (index, says)));
                let at = match changed {
                    Some((index, says)) => {
                        let Claim { column, expected, .. } = &claims[index];
                        let start = byte_of(code_line, *column);
                        write(&format!("{}{says}{}", &code_line[..start], &code_line[start + expected.len()..]))
                    }
                    None => write(code_line),
                };
                if let Some(index) = claim {
                    let says = changed.map_or(claims[index].expected.clone(), |(_, says)| says.clone());
                    let origin = format!("{path}:{}", claims[index].line);
                    variants.insert(at, Variant { origin, says, changed: changed.is_some() });
                }
            }
            write("```");
        }
    }
    (document, variants)
}

/// The firm claims of an example that hold, each alone on its line; of one with several lines, its first.
fn changeable(example: &Value, code: &[&str], first: usize) -> Vec<Claim> {
    let claims = example["claims"].as_array().expect("claims");
    let alone = |claim: &&Value| claims.iter().filter(|other| other["line"] == claim["line"]).count() == 1;
    claims
        .iter()
        .filter(|claim| claim["strength"] == "firm" && claim["verdict"] == "holds")
        .filter(alone)
        .map(|claim| Claim {
            line: number(&claim["line"]),
            column: number(&claim["column"]),
            expected: text(&claim["expected"]).lines().next().unwrap_or_default().to_owned(),
        })
        .filter(|claim| {
            let line = code[claim.line - first];
            !claim.expected.is_empty() && line[byte_of(line, claim.column)..].starts_with(&claim.expected)
        })
        .collect()
}

/// The text of a claim with one thing changed, in each way that makes it say something else.
fn changes(text: &str) -> Vec<String> {
    let mut changes =
        vec![other_digit(text), other_letter(text), other_truth(text), one_less(text), other_order(text), other_exception(text)];
    changes.retain(|change| change.as_ref().is_some_and(|change| change != text));
    changes.into_iter().flatten().collect()
}

/// The last digit that is part of a number, made another one.
fn other_digit(text: &str) -> Option<String> {
    // Addresses, and what an ellipsis stands for, say nothing.
    if text.contains(" at 0x") || text.contains("...") {
        return None;
    }
    let at = text.rfind(|char: char| char.is_ascii_digit())?;
    let before = text[..at].chars().next_back();
    if before.is_some_and(|char| char.is_alphabetic() || char == '_') {
        return None;
    }
    let digit = text.as_bytes()[at] - b'0';
    Some(format!("{}{}{}", &text[..at], (digit + 1) % 9 + 1 - u8::from((digit + 1) % 9 + 1 == digit), &text[at + 1..]))
}

/// The first letter within quotes, made another one.
fn other_letter(text: &str) -> Option<String> {
    let quote = text.find(['\'', '"'])?;
    let inner = &text[quote + 1..];
    let end = inner.find(&text[quote..=quote])?;
    let at = quote + 1 + inner[..end].find(|char: char| char.is_ascii_lowercase())?;
    if text[..at].ends_with(['\\', '_']) {
        return None;
    }
    let letter = if text.as_bytes()[at] == b'z' { 'q' } else { 'z' };
    Some(format!("{}{letter}{}", &text[..at], &text[at + 1..]))
}

fn other_truth(text: &str) -> Option<String> {
    match text {
        "True" => Some("False".to_owned()),
        "False" => Some("True".to_owned()),
        "None" => Some("0".to_owned()),
        _ => None,
    }
}

/// Where a flat display has its items.
fn items(text: &str) -> Option<(char, Vec<&str>, char)> {
    let (open, close) = (text.chars().next()?, text.chars().next_back()?);
    let is_display = matches!((open, close), ('[', ']') | ('(', ')') | ('{', '}'));
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    let is_flat = is_display && !inner.contains(['[', '(', '{', '\'', '"', '.', ']', ')', '}']) && inner.contains(", ");
    is_flat.then(|| (open, inner.split(", ").collect(), close))
}

fn one_less(text: &str) -> Option<String> {
    let (open, items, close) = items(text)?;
    let (_, rest) = items.split_last()?;
    let comma = if open == '(' && rest.len() == 1 { "," } else { "" };
    Some(format!("{open}{}{comma}{close}", rest.join(", ")))
}

fn other_order(text: &str) -> Option<String> {
    let (open, mut items, close) = items(text)?;
    if open == '{' {
        return None;
    }
    items.swap(0, 1);
    Some(format!("{open}{}{close}", items.join(", ")))
}

fn other_exception(text: &str) -> Option<String> {
    let end = text.find(|char: char| !char.is_alphanumeric()).unwrap_or(text.len());
    let name = &text[..end];
    let other = if name == "ZeroDivisionError" { "KeyError" } else { "ZeroDivisionError" };
    name.ends_with("Error").then(|| format!("{other}{}", &text[end..]))
}

/// The offset of a column in characters, from 1.
fn byte_of(line: &str, column: usize) -> usize {
    line.char_indices().nth(column - 1).map_or(line.len(), |(at, _)| at)
}

fn claims_of(report: &Value) -> Vec<&Value> {
    let examples = report["examples"].as_array().expect("examples");
    examples.iter().flat_map(|example| example["claims"].as_array().expect("claims")).collect()
}

fn number(value: &Value) -> usize {
    value.as_u64().expect("a number") as usize
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
