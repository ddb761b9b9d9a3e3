//! What front matter gives to examples besides their code, through the real binary.
#![allow(missing_docs, reason = "a test")]

mod common;

use std::fs;

use common::{check, folder_of, project, verify, verify_in};
use serde_json::Value;

/// A folder with these files and a configuration.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    folder_of(&[&[("verify.toml", "")], files].concat())
}

/// Checks a document of this test's folder: each of its claims holds, and each example has some.
#[track_caller]
fn all_holds(document: &str) -> Vec<Value> {
    all_holds_on(document, &[])
}

#[track_caller]
fn all_holds_on(document: &str, python: &[&str]) -> Vec<Value> {
    let call = verify(&[&["--format", "json", document], python].concat());
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

/// The interpreters of this machine: what takes the place of the system's clock is made of their inner parts.
fn interpreters() -> Vec<String> {
    let diagnosis = verify(&["doctor", "--format", "json"]).json();
    let usable = diagnosis["interpreters"].as_array().expect("interpreters").iter().filter(|it| it["problem"].is_null());
    let usable = usable.filter(|it| it["free_threaded"] != true);
    usable.map(|it| it["executable"].as_str().expect("a path").to_owned()).collect()
}

#[test]
fn waiting_takes_no_time_on_a_virtual_clock() {
    let pythons = interpreters();
    assert!(!pythons.is_empty());
    for python in pythons {
        let examples = all_holds_on("tests/needs/clock.md", &["--python", &python]);
        assert!(examples.iter().all(|example| example["clock"] == "virtual"), "{examples:#?}");
        // It waits for more than a day.
        assert!(examples[0]["seconds"].as_f64().expect("seconds") < 10.0, "{:#}", examples[0]);
    }
}

#[test]
fn the_day_stands_still_on_a_frozen_clock() {
    for python in interpreters() {
        let examples = all_holds_on("tests/needs/frozen.md", &["--python", &python]);
        assert!(examples.iter().all(|example| example["clock"] == "frozen 2024-02-29T12:30:15.25Z"), "{examples:#?}");
    }
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

#[test]
fn checks_settle_what_prose_claims() {
    let examples = all_holds("tests/needs/checks.md");
    let claim = |example: usize, expected: &str| {
        let claims = examples[example]["claims"].as_array().expect("claims");
        claims.iter().find(|claim| claim["expected"] == expected).unwrap_or_else(|| panic!("no {expected}: {claims:#?}")).clone()
    };
    let place = |claim: &Value| (claim["line"].as_u64(), claim["column"].as_u64(), claim["form"].as_str().map(str::to_owned));
    let check = Some("check".to_owned());
    let check_again = check.clone();
    // Where the words stand; over several lines, too.
    assert_eq!(place(&claim(0, "takes about 200 bytes less")), (Some(23), Some(21), check.clone()));
    assert_eq!(place(&claim(1, "the sum is three by then")), (Some(46), Some(1), check));
    // In other words, at the line that is named.
    assert_eq!(place(&claim(1, "six at the end")), (Some(47), Some(1), check_again));
    assert_eq!(claim(0, "takes about 200 bytes less")["kind"], "size");
    // A comment that makes the same claim is where it is settled.
    assert_eq!(place(&claim(0, "~48 bytes")), (Some(34), Some(18), Some("trailing".to_owned())));
    assert_eq!(claim(2, "three times as long")["actual"], "90.0");
    let explained = verify(&["explain", "records", "tests/needs/checks.md"]).stdout;
    assert!(explained.contains("a check of the front matter"), "{explained}");
    assert!(explained.contains("`sys.getsizeof(tight)` passes `abs(it - 48) <= abs(48) * 20 / 100`"), "{explained}");
}

#[test]
fn a_check_that_is_not_passed_makes_its_claim_wrong() {
    let document = "---\nchecks:\n  a:\n  - { claim: It is five, expression: x + 1, equals: 5 }\n  - { claim: It is known, expression: y }\n  \
        - { claim: It is quick, expression: '2.0', relation: '< 1', kind: timing }\n  - { claim: six in all, expression: x, equals: 6 }\n\
        acknowledged:\n- { example: a, claim: six in all, because: it is three }\n---\n\
        It is five, they say; six in all.\n\n```python id=a\nx = 3\n```\n\n```python id=b\n1  # 1\n```\n";
    let folder = folder(&[("page.md", document)]);
    let call = check(folder.path(), &["page.md"]);
    assert_eq!(call.code, Some(1), "{}", call.stdout);
    let example = call.example("a");
    let of = |claim: usize, key: &str| example["claims"][claim][key].as_str().unwrap_or_default().to_owned();
    assert_eq!((of(0, "verdict"), of(0, "actual")), ("wrong".to_owned(), "4".to_owned()));
    assert_eq!((example["claims"][0]["line"].as_u64(), example["claims"][0]["column"].as_u64()), (Some(11), Some(1)));
    // A check that can't be evaluated would never fail: that is told.
    assert_eq!(
        (of(1, "verdict"), of(1, "reason")),
        ("unsettled".to_owned(), "the check can't be evaluated: NameError: name 'y' is not defined".to_owned())
    );
    let problems = call.json()["problems"].to_string();
    assert!(problems.contains("the check of `It is known` of a settles nothing"), "{problems}");
    // How long something really takes is nobody's fault.
    assert_eq!((of(2, "verdict"), of(2, "reason")), ("unsettled".to_owned(), "it was measured on a real clock".to_owned()));
    assert_eq!((of(3, "verdict"), of(3, "acknowledged")), ("wrong".to_owned(), "it is three".to_owned()));
    let people = verify_in(folder.path(), &["page.md"]).stdout;
    assert!(people.contains("page.md:11:1") && people.contains("It is five, they say"), "{people}");
    let other = check(folder.path(), &["page.md", "--snippet", "b"]);
    assert_eq!(other.code, Some(0), "{}", other.stdout);
}

#[test]
fn a_mistaken_check_is_told_at_its_place() {
    for (entry, told) in [
        ("a: [{ claim: x, expression: '1 +' }]", "isn't a Python expression"),
        ("a: [{ claim: x, expression: '1', approx: 2 }]", "wants a `tolerance`"),
        ("c: [{ claim: x, expression: '1' }]", "checks: there is no example `c`"),
        ("a: [{ claim: x, expresion: '1' }]", "did you mean `expression`"),
    ] {
        let document = format!("---\nchecks:\n  {entry}\n---\n```python id=a\n1  # 1\n```\n");
        let folder = folder(&[("page.md", &document)]);
        let call = check(folder.path(), &["page.md"]);
        let problem = call.json()["problems"][0]["message"].as_str().unwrap_or_default().to_owned();
        assert!(problem.starts_with("page.md:3:") && problem.contains(told), "{entry}: {problem}");
        assert_eq!(call.code, Some(2), "{entry}");
    }
}

/// The text of a page, its front matter, and its blocks of YAML: each with the words behind `yaml`.
fn page() -> (String, String, Vec<(String, String)>) {
    let text = fs::read_to_string(project().join("docs/snippets.md")).expect("the page");
    let front_matter = text.split("---\n").nth(1).expect("front matter").to_owned();
    let blocks = text.split("\n```yaml").skip(1).filter_map(|rest| {
        let (words, rest) = rest.split_once('\n')?;
        Some((words.trim().to_owned(), rest.split_once("```")?.0.to_owned()))
    });
    let blocks = blocks.collect();
    (text, front_matter, blocks)
}

#[test]
fn the_page_about_front_matter_shows_what_it_has_and_what_it_shows_is_so() {
    let (_, front_matter, blocks) = page();
    assert!(blocks.len() >= 8, "{blocks:?}");
    for (_, block) in blocks.iter().filter(|(words, _)| words.is_empty()) {
        assert!(front_matter.contains(block), "the page shows what it doesn't have:\n{block}");
    }
    let call = verify(&["--format", "json", "docs/snippets.md"]);
    assert_eq!(call.code, Some(0), "{}{}", call.stdout, call.stderr);
    let json = call.json();
    assert_eq!(json["problems"].as_array().map(Vec::len), Some(0), "{json:#}");
    let examples = json["examples"].as_array().expect("examples").iter().filter(|example| example["language"] != "yaml");
    let mut count = 0;
    for example in examples {
        count += 1;
        assert_eq!(example["outcome"], "ran", "{example:#}");
        for claim in example["claims"].as_array().expect("claims") {
            assert!(claim["verdict"] == "holds" || claim["acknowledged"].is_string(), "{}: {claim:#}", example["id"]);
        }
    }
    assert!(count >= 14, "{count} examples");
}

#[test]
fn the_page_about_front_matter_names_each_key() {
    let (text, _, blocks) = page();
    let folder = folder(&[("page.md", "---\nquestion: What is known?\nunheard-of: 1\n---\n```python\n1  # 1\n```\n")]);
    let told = check(folder.path(), &["page.md"]).json()["problems"][0]["message"].as_str().unwrap_or_default().to_owned();
    let keys: Vec<&str> = told.split('`').skip(3).step_by(2).collect();
    assert!(keys.len() >= 16 && keys.contains(&"question"), "{told}");
    for key in keys {
        assert!(text.contains(&format!("| `{key}` |")), "the page doesn't name `{key}`");
    }
    // A snippet of the corpus can't be one of this page.
    let (_, corpus) = blocks.iter().find(|(words, _)| words == "corpus").expect("a snippet of the corpus");
    fs::write(folder.path().join("page.md"), format!("---\n{corpus}---\n```python id=q7.1\n1  # 1\n```\n")).expect("a file");
    let list = verify_in(folder.path(), &["list", "page.md"]);
    assert_eq!(list.code, Some(0), "{}{}", list.stdout, list.stderr);
}
