//! Runs over so many documents that they are read portion by portion: nothing of that shows in what is told.

use std::{fmt::Write, process::Stdio, thread, time::Duration};

mod common;

use common::{Call, check, command, folder_of};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};

/// A page of a thousand blocks that don't run, which fill a portion.
fn many() -> String {
    "```sh\nls\n```\n".repeat(1000)
}

/// The summary's numbers of examples, and of those that ran.
fn counts(call: &Call) -> (Value, Value) {
    let json = call.json();
    (json["summary"]["examples"].clone(), json["summary"]["ran"].clone())
}

#[test]
fn portions_are_told_as_one_run() {
    let shop = "```python title=\"shop.py\" id=shop\nPRICE = 3\n```\n\n```python id=till\n1 + 1  # 3\n```\n";
    let tour = "```python requires=\"shop.py\"\nimport shop\nshop.PRICE  # 3\n```\n\n```python id=till\n1 + 1  # 2\n```\n";
    let many = many();
    let pages = [("a.md", many.as_str()), ("b.md", shop), ("c.md", &many), ("d.md", tour), ("e.md", &many)];
    let folder = folder_of(&pages);
    let call = check(folder.path(), &["."]);
    assert_eq!(counts(&call), (json!(3004), json!(4)), "{}", call.stderr);
    let report = call.json();
    let examples = report["examples"].as_array().expect("examples");
    let documents: Vec<&str> = examples.iter().filter_map(|example| example["document"].as_str()).collect();
    assert!(documents.is_sorted(), "examples come in the order of their documents");
    // The first portion needs no server; what the sandbox gives is told all the same.
    assert!(report["run"]["sandbox"].is_object(), "{}", report["run"]);
    assert_eq!((&report["run"]["not_run"], &report["run"]["not_read"]), (&json!(0), &json!(0)));
    let verdicts: Vec<&Value> = examples.iter().flat_map(|example| example["claims"].as_array().expect("claims")).collect();
    assert_eq!(verdicts.iter().map(|claim| &claim["verdict"]).collect::<Vec<_>>(), ["wrong", "holds", "holds"]);
    let problems = report["problems"].as_array().expect("problems");
    let message = problems[0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("d.md:7: example `till` has the id of the one at") && message.contains("b.md:6"), "{message}");
    assert_eq!((problems.len(), call.code), (1, Some(2)));
}

#[test]
fn what_takes_long_holds_up_no_later_portion() {
    // The first one waits for a file that a later one writes: they share a folder by what they are granted.
    let wait = "```python\nimport pathlib, time\nwhile not pathlib.Path('shared/done').exists():\n    time.sleep(0.01)\n```\n";
    let write = "```python\nopen('shared/done', 'w').close()\n```\n";
    let mut first = String::from(wait);
    first.write_str(&many()).expect("a text");
    let settings = "[[allow]]\ngrants = [\"write:shared\"]\n\n[limits]\ntimeout = 60\n";
    let pages = [("a.md", first.as_str()), ("b.md", write), ("verify.toml", settings), ("shared/.keep", "")];
    let folder = folder_of(&pages);
    let call = check(folder.path(), &["a.md", "b.md"]);
    assert_eq!((counts(&call), call.code), ((json!(1002), json!(2)), Some(0)), "{}", call.stdout.lines().last().unwrap_or_default());
}

#[test]
fn an_interrupted_run_counts_what_was_not_read() {
    let waits = "```python\nimport time\nopen('shared/begun', 'w').close()\ntime.sleep(1000)\n```\n";
    let mut first = String::from(waits);
    first.write_str(&many()).expect("a text");
    let settings = "[[allow]]\ngrants = [\"write:shared\"]\n\n[limits]\ntimeout = 2000\n";
    let folder = folder_of(&[("00.md", first.as_str()), ("verify.toml", settings), ("shared/.keep", "")]);
    for number in 1..16 {
        std::fs::write(folder.path().join(format!("{number:02}.md")), many()).expect("a page");
    }
    let mut call = command(folder.path());
    let mut process = call.args(["--format", "json", "."]).stdout(Stdio::piped()).spawn().expect("a run");
    while !folder.path().join("shared/begun").exists() {
        assert_eq!(process.try_wait().expect("a process"), None, "the run ended early");
        thread::sleep(Duration::from_millis(20));
    }
    kill(Pid::from_raw(i32::try_from(process.id()).expect("a number")), Signal::SIGINT).expect("it still runs");
    let output = process.wait_with_output().expect("a report");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a whole report");
    let number = |value: &Value| value.as_u64().expect("a number");
    let (done, run) = (report["examples"].as_array().expect("examples").len() as u64, &report["run"]);
    // However far it came: those that wait keep the last documents from being read.
    assert!(number(&run["not_read"]) > 0, "{run}");
    assert_eq!(done + number(&run["not_run"]) + 1000 * number(&run["not_read"]), 16_001, "{run}");
    assert_eq!(output.status.code(), Some(130));
}
