//! What front matter gives to examples besides their code, through the real binary.
#![allow(missing_docs, reason = "a test")]

mod common;

use std::{fs, path::Path};

use common::{Call, verify, verify_in};
use serde_json::Value;

/// A folder with these files and a configuration.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("verify.toml"), "").expect("a file");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> Call {
    verify_in(folder, &[&["--format", "json"], arguments].concat())
}

/// Checks a document of this test's folder: each of its claims holds, and each example has some.
#[track_caller]
fn all_holds(document: &str) -> Vec<Value> {
    let call = verify(&["--format", "json", document]);
    let examples = call.json()["examples"].as_array().expect("examples").clone();
    for example in &examples {
        assert_eq!(example["outcome"], "ran", "{example:#}");
        let claims = example["claims"].as_array().expect("claims");
        assert!(!claims.is_empty(), "{example:#}");
        for claim in claims {
            assert_eq!(claim["verdict"], "holds", "{}: {claim:#}", example["id"]);
        }
    }
    assert_eq!(call.code, Some(0), "{}", call.stderr);
    examples
}

#[test]
fn examples_have_the_files_input_variables_and_arguments_they_were_given() {
    assert_eq!(all_holds("tests/needs/given.md").len(), 11);
}

#[test]
fn waiting_takes_no_time_on_a_virtual_clock() {
    let examples = all_holds("tests/needs/clock.md");
    assert!(examples.iter().all(|example| example["clock"] == "virtual"), "{examples:#?}");
    // It waits for more than a day.
    assert!(examples[0]["seconds"].as_f64().expect("seconds") < 10.0, "{:#}", examples[0]);
}

#[test]
fn the_day_stands_still_on_a_frozen_clock() {
    let examples = all_holds("tests/needs/frozen.md");
    assert!(examples.iter().all(|example| example["clock"] == "frozen 2024-02-29T12:30:15.25Z"), "{examples:#?}");
}

#[test]
fn explain_shows_what_an_example_is_given() {
    let explained = |id: &str, document: &str| verify(&["explain", id, document]).stdout;
    for (id, facts) in [
        ("files", ["data/table.csv (24 bytes)", "zeros.bin (2.9 MiB)"].as_slice()),
        ("asks", &["stdin      `Ada", "env        LEVEL=3"]),
        ("arguments", &["args       `--count` `2` `file.txt`"]),
    ] {
        let text = explained(id, "tests/needs/given.md");
        for fact in facts {
            assert!(text.contains(fact), "{fact}: {text}");
        }
    }
    assert!(explained("still", "tests/needs/frozen.md").contains("clock      frozen 2024-02-29T12:30:15.25Z"));
}

#[test]
fn a_mistake_is_told_at_its_place() {
    for (front_matter, place, told) in [
        ("stdin: { aera: x }\n", "3:", "stdin: there is no example `aera`; did you mean `area`?"),
        ("clock:\n  other: virtual\n", "4:3", "clock: there is no example `other`"),
        ("files: { data.csv: { bas64: x } }\n", "3:", "there is no example `data.csv`; a file is a text or"),
        ("files:\n  ../up: x\n", "", "`../up` can't be a file for an example"),
        ("clock: { frozen: tomorrow }\n", "3:", "`tomorrow` is no time; write it as in `2024-01-31T12:00:00Z`"),
        ("clok: virtual\n", "3:1", "unknown field `clok`"),
        ("env: { PYTHONPATH: x }\n", "3:", "would do nothing"),
        ("args: { area: -n }\n", "3:", "`area`"),
    ] {
        let document = format!("---\nquestion: What is told?\n{front_matter}---\n```python id=area\n2 * 3  # 6\n```\n");
        let folder = folder(&[("page.md", &document)]);
        let call = check(folder.path(), &["page.md"]);
        let problem = call.json()["problems"][0]["message"].as_str().unwrap_or_default().to_owned();
        assert!(problem.starts_with(&format!("page.md:{place}")) && problem.contains(told), "{front_matter}{problem}");
        assert_eq!(call.code, Some(2), "{front_matter}");
    }
}

#[test]
fn files_that_cannot_be_laid_skip_their_example_alone() {
    let document = "---\nfiles:\n  large: { big: { size: 300MB } }\n  within: { data/new: x }\nallow: { within: ['read:data'] }\n---\n\
        ```python id=large\nopen('big').read(1)  # '\\x00'\n```\n\n```python id=within\n1  # 1\n```\n\n```python id=other\n1  # 1\n```\n";
    let folder = folder(&[("page.md", document)]);
    fs::create_dir(folder.path().join("data")).expect("a folder");
    let call = check(folder.path(), &["--jobs", "1", "page.md"]);
    for (id, told) in [("large", "300000000 bytes"), ("within", "the file `data/new` can't be laid: it lies in what was granted")] {
        let example = call.example(id);
        assert_eq!(example["outcome"], "skipped", "{example:#}");
        assert!(example["reason"].as_str().is_some_and(|reason| reason.contains(told)), "{example:#}");
        assert_eq!(example["claims"][0]["verdict"], "unsettled", "{example:#}");
    }
    assert_eq!(call.example("other")["outcome"], "ran");
    assert_eq!(fs::read_dir(folder.path().join("data")).expect("the folder").count(), 0);
}

#[test]
fn an_origin_s_example_has_what_it_is_given_and_ours_stands_for_itself() {
    let theirs = "Question 1\n\nWhat does it read?\n\n    text = input()\n    print(text)  # theirs\n";
    let snippet = "---\nquestion: What does it read?\norigin:\n  document: page.txt\n  examples:\n    q1.1: { lines: [5, 6], sha256: x }\n\
        stdin: { q1.1: theirs }\n---\n```python id=q1.1\ninput()  # raises EOFError\n```\n";
    let folder = folder(&[("page.txt", theirs)]);
    fs::create_dir(folder.path().join("snippets")).expect("a folder");
    fs::write(folder.path().join("snippets/q1.md"), snippet).expect("a file");
    let configuration = "paths = ['snippets']\n[[documents]]\npath = '**/page.txt'\nprefix = 'q'\nopens = '^Question (\\d+)'\n";
    fs::write(folder.path().join("verify.toml"), configuration).expect("a file");
    let ours = check(folder.path(), &[]);
    assert_eq!(ours.example("q1.1")["claims"][0]["verdict"], "holds", "{}", ours.stdout);
    let theirs = check(folder.path(), &["--documents", "page.txt"]);
    assert_eq!(theirs.example("q1.1")["claims"][0]["verdict"], "holds", "{}", theirs.stdout);
}
