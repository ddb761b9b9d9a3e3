//! The corpus through the real binary: what each snippet gives is what was approved in `expected/`, and so is the table of verdicts on
//! the documents' own examples (where the documents are there).
//!
//! A difference leaves a `.snap.new` beside the approved file; `cargo insta review` shows it. What differs by Python version has a file
//! per version besides: `q46@3.13.snap` goes before `q46.snap` where 3.13 runs. `VERIFY_TEST_PYTHON=3.13 cargo test` tries that version.
//!
//! Whatever is installed for the interpreter, the examples see its standard library only.

#![expect(clippy::print_stderr, reason = "a test says what it leaves out")]

mod common;

use std::{collections::BTreeMap, fmt::Write as _, panic, path::Path};

use common::{Call, bare_python, project, verify};
use serde_json::Value;

/// The version that the files without a version were approved with.
const FIRST_VERSION: &str = "3.11";

#[test]
fn each_snippet_gives_what_was_approved() {
    let python = bare_python();
    let report = whole(&verify(&["--format", "json", "--python", python.name()]));
    let mut by_file: BTreeMap<String, String> = BTreeMap::new();
    for example in report["examples"].as_array().expect("examples") {
        let file = Path::new(text(&example["document"])).file_stem().expect("a file name").to_string_lossy().into_owned();
        by_file.entry(file.clone()).or_default().push_str(&described(example, &file, &minor(&report)));
    }
    assert_eq!(by_file.len(), std::fs::read_dir(project().join("snippets")).expect("snippets").count(), "each snippet file has examples");
    let version = minor(&report);
    let changed: Vec<String> = by_file.into_iter().filter(|(file, seen)| !approved(file, &version, seen)).map(|(file, _)| file).collect();
    assert!(changed.is_empty(), "not as approved: {}; see the differences above, `cargo insta review` accepts them", changed.join(", "));
}

#[test]
fn documents_give_the_approved_verdicts() {
    let documents = project().join("../shared/documents");
    if !documents.is_dir() {
        return eprintln!("left out: ../shared/documents isn't there");
    }
    let python = bare_python();
    let report = whole(&verify(&["--format", "json", "--python", python.name(), "--documents", "../shared/documents"]));
    let seen = report["examples"].as_array().expect("examples").iter();
    let seen: String = seen.map(|example| described(example, "documents", &minor(&report))).collect();
    assert!(approved("documents", &minor(&report), &seen), "not as approved; `cargo insta review` accepts it");
}

/// The report of a run that came to its end: a part of one is not to be approved.
fn whole(call: &Call) -> Value {
    let report = call.json();
    assert_eq!((&report["run"]["interrupted"], &report["run"]["not_run"]), (&Value::from(false), &Value::from(0)), "{}", call.stderr);
    report
}

/// Facts of an example and its claims, a line each; nothing that differs from run to run. Where its packages aren't to be had, or a
/// program isn't installed, what was approved stands for it.
fn described(example: &Value, name: &str, version: &str) -> String {
    let mut out = String::new();
    let needs_program = example["outcome"] == "skipped" && text(&example["reason"]).contains(": install the package ");
    if needs_program || text(&example["reason"]).contains("the package index can't be reached") {
        let id = text(&example["id"]);
        eprintln!("left out: {id}: {}", text(&example["reason"]));
        if let Some(approved) = approved_of(id, name, version) {
            return approved;
        }
    }
    let lines = &example["lines"];
    let _ = write!(
        out,
        "{} lines {}-{} {}: {}",
        text(&example["id"]),
        lines[0],
        lines[1],
        text(&example["language"]),
        text(&example["outcome"])
    );
    if let Some(reason) = example["reason"].as_str() {
        let _ = write!(out, " ({})", reason.lines().next().unwrap_or_default());
    }
    out.push('\n');
    for claim in example["claims"].as_array().expect("claims") {
        let [form, kind, strength, verdict] = ["form", "kind", "strength", "verdict"].map(|key| text(&claim[key]));
        let _ = write!(out, "  {}:{} {form} {kind} {strength} {}", claim["line"], claim["column"], claim["expected"]);
        let _ = match verdict {
            // What a clock says differs from run to run and from machine to machine; what takes how much memory, from build to build.
            _ if kind == "timing" => write!(out, ": measured"),
            "unsettled" if kind == "size" => write!(out, ": unsettled"),
            "unsettled" => write!(out, ": unsettled, {}", text(&claim["reason"])),
            "wrong" if claim["acknowledged"].is_null() => write!(out, ": wrong, seen {}", claim["actual"]),
            "wrong" => write!(out, ": wrong (acknowledged), seen {}", claim["actual"]),
            _ => write!(out, ": {verdict}"),
        };
        out.push('\n');
    }
    out
}

/// What was approved of an example.
fn approved_of(id: &str, name: &str, version: &str) -> Option<String> {
    let files = [format!("{name}@{version}.snap"), format!("{name}.snap")];
    let file = files.iter().find_map(|file| std::fs::read_to_string(project().join("expected").join(file)).ok())?;
    let mut lines = file.lines().skip_while(|line| !line.starts_with(&format!("{id} lines ")));
    let first = lines.next()?;
    let claims = lines.take_while(|line| line.starts_with("  "));
    Some(std::iter::once(first).chain(claims).map(|line| format!("{line}\n")).collect())
}

/// Compares with the approved file of this version; where it has none, with that of all, and what differs from it is a file of its own.
fn approved(name: &str, version: &str, seen: &str) -> bool {
    let folder = project().join("expected");
    // Addresses, times, and the last part of the interpreter's version.
    let seen = regex::Regex::new("0x[0-9a-f]{6,}").expect("a pattern").replace_all(seen, "0x…");
    let seen = regex::Regex::new(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b").expect("a pattern").replace_all(&seen, "0000-00-00 00:00:00");
    let seen = regex::Regex::new(r"\b(3\.\d+)\.\d+\b").expect("a pattern").replace_all(&seen, "$1");
    let of_version = format!("{name}@{version}");
    let of_all = std::fs::read_to_string(folder.join(format!("{name}.snap"))).ok();
    // Behind the second line of dashes stands what was approved.
    let same_for_all = of_all.as_deref().and_then(|file| file.splitn(3, "---\n").nth(2)).is_some_and(|all| all == seen);
    let own_file = folder.join(format!("{of_version}.snap")).exists() || (of_all.is_some() && version != FIRST_VERSION && !same_for_all);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let name = if own_file { of_version } else { name.to_owned() };
    panic::catch_unwind(panic::AssertUnwindSafe(|| settings.bind(|| insta::assert_snapshot!(name, &seen)))).is_ok()
}

/// `3.11` of `3.11.7`.
fn minor(report: &Value) -> String {
    text(&report["run"]["python"][0]).splitn(3, '.').take(2).collect::<Vec<_>>().join(".")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
