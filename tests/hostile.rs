//! Hostile examples, run through the real binary all at once: nothing escapes, nothing is lost, nobody speaks for another.
//!
//! Each file of `tests/hostile/` is one example, under comments that say what it tries and what must become of it. It stands between
//! two harmless examples of a document of its own, whose verdicts must come out exactly. Whatever an example does to itself (it
//! shares its memory with the probes, so it can forge what is seen of itself), it must not touch them.
//!
//! Before anything hostile runs, a harmless document looks whether the sandbox is really there: some of the examples would do harm
//! without it. What needs a layer that this system doesn't give is left out, and the test says so.

#[path = "common/site.rs"]
mod site;

use std::{
    collections::BTreeMap,
    fs,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;
use site::{Hostile, Site, check_hostile, claims, hostile_examples, say, story, text};

/// The tests share the machine's processes and look at all of them.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn nothing_escapes_and_nothing_is_lost() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let site = Site::new();
    let Some(layers) = site.layers() else { return };
    let (hostile, left_out): (Vec<_>, Vec<_>) = hostile_examples().into_iter().partition(|example| example.can_run(&layers));
    for example in &left_out {
        say(&format!("left out, as this system lacks {:?}: {}", example.needs, example.name));
    }
    let folder = site.project.join("documents");
    fs::create_dir(&folder).unwrap();
    for (number, example) in hostile.iter().enumerate() {
        fs::write(folder.join(format!("{}.md", example.name)), site.document(example, number, &layers)).unwrap();
    }
    let before = site.snapshot();

    let output = site.verify(&["documents", "--format", "json", "--jobs", "2"]);

    let mut failures = Vec::new();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.code() != Some(1) {
        failures.push(format!("exit status {:?}, not 1: {}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    if text.contains(&site.secret) {
        failures.push("a canary's text is in the report".to_owned());
    }
    match serde_json::from_str::<Value>(&text) {
        Ok(report) => check_report(&report, &hostile, &mut failures),
        Err(error) => failures.push(format!("the report is no JSON: {error}")),
    }
    site.check_nothing_is_left(&before, &mut failures);
    site.check_canaries(&mut failures);
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn no_control_character_reaches_the_terminal() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let site = Site::new();
    let Some(layers) = site.layers() else { return };
    let folder = site.project.join("loud\u{1b}[31m\u{202e}");
    fs::create_dir(&folder).unwrap();
    for name in ["print_terminal_sequences", "claim_with_terminal_sequences", "exit_with_text"] {
        let example = hostile_examples().into_iter().find(|example| example.name == name).unwrap();
        fs::write(folder.join(format!("{name}\u{9b}2J.md")), site.document(&example, 1, &layers)).unwrap();
    }
    let calls: [&[&str]; 5] =
        [&["."], &[".", "--verbose"], &["list", "."], &["extract", "."], &["explain", "print_terminal_sequences.2", "."]];
    for arguments in calls {
        let output = site.verify(arguments);
        for (stream, bytes) in [("output", &output.stdout), ("errors", &output.stderr)] {
            let text = String::from_utf8_lossy(bytes);
            let controls: Vec<char> = text.chars().filter(|&char| char.is_control() && char != '\n' || is_bidi_control(char)).collect();
            assert!(controls.is_empty(), "{controls:?} in the {stream} of {arguments:?}:\n{}", text.escape_debug());
        }
        let shown = if arguments[0] == "." || arguments[0] == "explain" { "harmless" } else { "print_terminal_sequences" };
        assert!(String::from_utf8_lossy(&output.stdout).contains(shown), "{arguments:?} shows the examples: {output:?}");
    }
}

#[test]
fn each_file_says_what_must_happen() {
    let examples = hostile_examples();
    assert!(examples.len() >= 150, "{} examples", examples.len());
    for example in examples {
        assert!(!example.why.is_empty() && !example.outcomes.is_empty(), "{}", example.name);
        for outcome in &example.outcomes {
            let known = ["any", "ran", "raised", "timed-out", "crashed", "skipped", "invalid"];
            assert!(known.contains(&outcome.as_str()), "{}: outcome {outcome}", example.name);
        }
    }
}

fn check_report(report: &Value, hostile: &[Hostile], failures: &mut Vec<String>) {
    let mut by_id: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for example in report["examples"].as_array().into_iter().flatten() {
        by_id.entry(example["id"].as_str().unwrap_or_default()).or_default().push(example);
    }
    if by_id.len() != hostile.len() * 3 {
        failures.push(format!("{} examples are reported, not {}", by_id.len(), hostile.len() * 3));
    }
    for (number, example) in hostile.iter().enumerate() {
        let reported: Vec<&Value> =
            (1..=3).filter_map(|part| by_id.get(format!("{}.{part}", example.name).as_str())).flatten().copied().collect();
        let [first, own, last] = reported[..] else {
            failures.push(format!("{}: {} reports, not 3", example.name, reported.len()));
            continue;
        };
        let seven = (number * 7).to_string();
        let thousand = (number + 1000).to_string();
        let two_thousand = (number + 2000).to_string();
        check_neighbour(first, &[("holds", "'0123456789'"), ("holds", &seven)], failures);
        check_neighbour(last, &[("holds", "[]"), ("holds", "False"), ("holds", &thousand), ("wrong", &two_thousand)], failures);
        check_hostile(own, example, failures);
    }
}

fn check_neighbour(report: &Value, expected: &[(&str, &str)], failures: &mut Vec<String>) {
    let claims: Vec<(&str, &str)> = claims(report).map(|claim| (text(claim, "verdict"), text(claim, "actual"))).collect();
    if text(report, "outcome") != "ran" || claims != expected {
        failures.push(format!("{}: a harmless neighbour came out as {} {claims:?}, not {expected:?}", text(report, "id"), story(report)));
    }
}

fn is_bidi_control(char: char) -> bool {
    matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
