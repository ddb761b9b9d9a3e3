//! Several Pythons through the real binary: which examples run where, what is said of each claim, and what is said where none fits.
//!
//! The Pythons are virtual environments without packages of those that are on this machine; a test that needs one that isn't says so.

#![expect(clippy::print_stderr, reason = "a test says what it leaves out")]

mod common;

use std::{fs, path::Path};

use common::{BarePython, Call, bare_python_of, command, finish, folder_of, interpreters};
use serde_json::Value;

/// A Python of a minor version: its whole version, and what `--python` takes.
struct Python {
    version: String,
    environment: BarePython,
}

/// Pythons of these minor versions; `None`, said aloud, where one isn't here.
fn pythons<const N: usize>(minors: [&str; N]) -> Option<[Python; N]> {
    let found = interpreters();
    let mut pythons = Vec::new();
    for minor in minors {
        let Some((_, version, executable)) = found.iter().find(|(known, ..)| known == minor) else {
            eprintln!("left out: there is no Python {minor} here");
            return None;
        };
        pythons.push(Python { version: version.clone(), environment: bare_python_of(executable, version) });
    }
    pythons.try_into().ok()
}

/// Checks with these Pythons, all of them.
fn matrix(folder: &Path, pythons: &[&Python], arguments: &[&str]) -> Call {
    let mut call = command(folder);
    for python in pythons {
        call.args(["--python", python.environment.name()]);
    }
    finish(call.args(arguments))
}

/// Checks without `--python`: this one is the active virtual environment.
fn by_default(folder: &Path, python: &Python, arguments: &[&str]) -> Call {
    finish(command(folder).env("VIRTUAL_ENV", python.environment.name()).args(arguments))
}

fn verdicts(claim: &Value) -> Vec<(String, String)> {
    let versions = claim["versions"].as_object().expect("versions");
    versions.iter().map(|(version, on)| (version.clone(), on["verdict"].as_str().expect("a verdict").to_owned())).collect()
}

const DIFFERS: &str = "\
```python id=size
from enum import IntEnum
class Size(IntEnum):
    SMALL = 1
str(Size.SMALL)     # '1'
Size.SMALL.value    # 1
str(Size.SMALL)     # 'one'
```
";

#[test]
fn each_claim_is_told_by_the_versions_it_holds_on() {
    let Some([old, new]) = pythons(["3.10", "3.11"]) else { return };
    let folder = folder_of(&[("a.md", DIFFERS)]);
    let call = matrix(folder.path(), &[&new, &old], &["a.md", "--format", "json"]);
    assert_eq!(call.code, Some(1), "{}", call.stderr);
    let report = call.json();
    assert_eq!(report["run"]["python"], serde_json::json!([old.version, new.version]), "the oldest first");
    let example = &report["examples"][0];
    assert_eq!(example["versions"][&old.version]["outcome"], "ran");
    let claims = example["claims"].as_array().expect("claims");
    let by_version = |of_old: &str, of_new: &str| vec![(old.version.clone(), of_old.to_owned()), (new.version.clone(), of_new.to_owned())];
    assert_eq!(verdicts(&claims[0]), by_version("wrong", "holds"));
    assert_eq!(claims[0]["verdict"], "wrong", "a reader who knows of no versions sees the gravest");
    assert_eq!(claims[0]["actual"], "'Size.SMALL'");
    assert_eq!(claims[0]["marked"], "'1' (Python 3.11+)");
    assert_eq!(verdicts(&claims[1]), by_version("holds", "holds"));
    assert_eq!(verdicts(&claims[2]), by_version("wrong", "wrong"));
    assert_eq!(claims[2].get("marked"), None);
    let summary = &report["summary"];
    assert_eq!((&summary["examples"], &summary["claims"]["wrong"]), (&1.into(), &2.into()), "each is counted once");
    assert_eq!(summary["versions"][&old.version]["claims"]["wrong"], 2);
    assert_eq!(summary["versions"][&new.version]["claims"]["wrong"], 1);
}

#[test]
fn for_people_what_is_the_same_is_shown_once_and_what_differs_as_a_table() {
    let Some([old, new]) = pythons(["3.10", "3.11"]) else { return };
    let folder = folder_of(&[("a.md", DIFFERS)]);
    let call = matrix(folder.path(), &[&old, &new], &["a.md"]);
    let (old, new) = (&old.version, &new.version);
    assert!(call.stdout.contains(&format!("claim is wrong on Python {old}\n")), "{}", call.stdout);
    assert!(call.stdout.contains(&format!("holds on {new}; wrong on {old}")), "{}", call.stdout);
    assert!(call.stdout.contains(&format!("{old}  wrong  seen 'Size.SMALL'")), "{}", call.stdout);
    assert!(call.stdout.contains("would hold as `'1' (Python 3.11+)`"), "{}", call.stdout);
    assert_eq!(call.stdout.matches("error[size]").count(), 2, "{}", call.stdout);
    assert!(call.stdout.contains(&format!("python: {old} and {new}, as a script")), "{}", call.stdout);
    let row = |python: &str| call.stdout.lines().find_map(|line| line.strip_prefix(python)).expect("a row").split_whitespace().collect();
    let rows: [Vec<&str>; 3] = [row("PYTHON"), row(old), row(new)];
    assert_eq!(rows, [vec!["RAN", "HOLD", "WRONG"], vec!["1", "1", "2"], vec!["1", "2", "1"]], "{}", call.stdout);
}

#[test]
fn the_suggested_mark_makes_the_claim_right() {
    let Some([old, new]) = pythons(["3.10", "3.11"]) else { return };
    let text = "```python id=a\nfrom enum import IntEnum\nclass A(IntEnum):\n    X = 1\nstr(A.X)  # '1' (Python 3.11+)\n```\n";
    let folder = folder_of(&[("a.md", text)]);
    let call = matrix(folder.path(), &[&old, &new], &["a.md", "--format", "json"]);
    assert_eq!(call.code, Some(0), "{}", call.stdout);
    let claim = &call.example("a")["claims"][0];
    assert_eq!(verdicts(claim), [(new.version.clone(), "holds".to_owned())], "it isn't judged where it isn't made for");
    assert_eq!(claim["verdict"], "holds");
}

#[test]
fn what_needs_a_newer_python_gets_one_unless_another_was_asked_for() {
    let Some([old, _]) = pythons(["3.10", "3.12"]) else { return };
    let text = "\
```python id=syntax
type Number = int
Number.__name__  # 'Number'
```
```python id=library
import tomllib
tomllib.loads('a = 1')  # {'a': 1}
```
```python id=guarded
try:
    import tomllib
except ImportError:
    tomllib = None
print(1)  # 1
```
";
    let folder = folder_of(&[("a.md", text)]);
    let call = by_default(folder.path(), &old, &["a.md", "--format", "json"]);
    assert_eq!(call.code, Some(0), "{}", call.stdout);
    for (id, needs) in [("syntax", "needs Python 3.12 or newer: `type` statement"), ("library", "needs Python 3.11 or newer: `tomllib`")] {
        let example = call.example(id);
        assert_eq!((&example["outcome"], &example["python_reason"]), (&"ran".into(), &needs.into()), "{example}");
        assert_ne!(example["python"], old.version.as_str());
        assert_eq!(example["claims"][0]["verdict"], "holds");
    }
    assert_eq!(call.example("guarded")["python"], old.version.as_str());
    let human = by_default(folder.path(), &old, &["a.md"]);
    assert!(human.stdout.contains("on another Python: "), "{}", human.stdout);
    assert!(human.stdout.contains("needs Python 3.12 or newer: `type` statement"), "{}", human.stdout);
    let explained = by_default(folder.path(), &old, &["explain", "syntax", "a.md"]);
    assert!(explained.stdout.contains("needs Python 3.12 or newer"), "{}", explained.stdout);

    let asked = matrix(folder.path(), &[&old], &["a.md", "--format", "json"]);
    assert_eq!(asked.example("syntax")["outcome"], "skipped");
    assert_eq!(asked.example("library")["reason"], "needs Python 3.11 or newer: `tomllib`");
    assert_eq!(asked.example("guarded")["outcome"], "ran");
}

#[test]
fn what_is_taken_from_earlier_examples_counts_as_well() {
    let Some([old, _]) = pythons(["3.10", "3.12"]) else { return };
    let text = "\
```python id=first
import tomllib
type Number = int
```
```python id=second
tomllib.loads('a = 1')  # {'a': 1}
```
```python id=third
Number.__name__  # 'Number'
```
";
    let folder = folder_of(&[("a.md", text)]);
    let call = by_default(folder.path(), &old, &["a.md", "--format", "json"]);
    for id in ["second", "third"] {
        let example = call.example(id);
        assert_ne!(example["python"], old.version.as_str(), "{example}");
        assert_eq!(example["claims"][0]["verdict"], "holds", "{example}");
    }
}

#[test]
fn ranges_in_front_matter_fences_and_configuration_are_heeded() {
    let Some([old, new]) = pythons(["3.10", "3.12"]) else { return };
    let code = "import sys\nprint(sys.version_info[1])\n```\n";
    let folder = folder_of(&[
        ("front.md", &format!("---\npython: \">=3.12\"\n---\n```python id=front\n{code}")),
        (
            "fence.md",
            &format!("```python id=fence python=\">=3.11,<3.13\"\n{code}```python id=free\n{code}```python id=bare python=3.10\n{code}"),
        ),
        ("configured.md", &format!("```python id=configured\n{code}")),
        ("verify.toml", "[[documents]]\npath = \"configured.md\"\npython = \"3.12\"\n"),
    ]);
    let call = matrix(folder.path(), &[&old, &new], &[".", "--format", "json"]);
    for id in ["front", "fence", "configured"] {
        let versions = call.example(id)["versions"].clone();
        assert_eq!((&versions[&old.version]["outcome"], &versions[&new.version]["outcome"]), (&"skipped".into(), &"ran".into()), "{id}");
    }
    assert_eq!(call.example("bare")["versions"][&new.version]["outcome"], "skipped");
    assert_eq!(call.example("free")["versions"][&old.version]["outcome"], "ran");
    let default = by_default(folder.path(), &old, &[".", "--format", "json"]);
    assert_ne!(default.example("front")["python"], old.version.as_str());
    assert_eq!(default.example("bare")["python"], old.version.as_str());
}

#[test]
fn where_none_fits_it_says_so_and_what_to_install() {
    let Some([old]) = pythons(["3.10"]) else { return };
    let text = "```python id=a python=\">=3.25\"\nprint(1)  # 1\n```\n```python id=b\nprint(1)  # 1\n```\n";
    let folder = folder_of(&[("a.md", text)]);
    let call = by_default(folder.path(), &old, &["a.md", "--format", "json"]);
    assert_eq!(call.code, Some(0));
    let reason = call.example("a")["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.starts_with(&format!("needs Python >=3.25, this is {}; found here: ", old.version)), "{reason}");
    assert!(reason.contains("`uv python install 3.25`"), "{reason}");
    assert_eq!(call.example("b")["outcome"], "ran");
    assert_eq!(call.json()["summary"]["skipped"]["python"], 1);
}

#[test]
fn wrong_ranges_are_told_at_their_place() {
    let folder = folder_of(&[
        ("front.md", "---\npython: newest\n---\n"),
        ("fence.md", "text\n\n```python id=a python=\"newest\"\nprint(1)  # 1\n```\n"),
    ]);
    let call = finish(command(folder.path()).args(["."]));
    assert_eq!(call.code, Some(2));
    assert!(call.stdout.contains("front.md:2:"), "{}", call.stdout);
    assert!(
        call.stdout.contains("fence.md:3:1: attribute `python` of the fence: `newest` is no range of Python versions"),
        "{}",
        call.stdout
    );
}

#[test]
fn claims_for_a_version_are_judged_on_it_where_it_is_here() {
    let Some([old, _]) = pythons(["3.11", "3.13"]) else { return };
    let text = "\
```python id=a
import re
re.error.__name__  # 'error' (before Python 3.13)
re.error.__name__  # 'PatternError' (Python 3.13)
re.error.__name__  # 'other' (Python 3.13)
re.error.__name__  # 'other' (Python 2.7)
```
";
    let folder = folder_of(&[("a.md", text)]);
    let call = by_default(folder.path(), &old, &["a.md", "--format", "json"]);
    let example = call.example("a");
    let told: Vec<&str> = example["claims"].as_array().expect("claims").iter().filter_map(|claim| claim["verdict"].as_str()).collect();
    assert_eq!(told, ["holds", "holds", "wrong", "unsettled"], "{example}");
    assert_eq!(example["python"], old.version.as_str(), "the example itself ran where it runs by default");
    assert_eq!(call.json()["summary"].get("versions"), None, "that is no matrix");
    let asked = matrix(folder.path(), &[&old], &["a.md", "--format", "json"]);
    assert_eq!(asked.code, Some(0), "on that Python alone, nothing is wrong: {}", asked.stdout);
}

#[test]
fn an_acknowledgement_may_speak_of_some_versions() {
    let Some([old, new]) = pythons(["3.10", "3.11"]) else { return };
    let document = |python: &str| {
        let entry = format!("  - {{ example: a, claim: \"'1'\", because: it was the name at first{python} }}");
        let code = "from enum import IntEnum\nclass A(IntEnum):\n    X = 1\nstr(A.X)  # '1'";
        format!("---\nacknowledged:\n{entry}\n---\n```python id=a\n{code}\n```\n")
    };
    let check = |python: &str, pythons: &[&Python]| {
        let folder = folder_of(&[("a.md", &document(python))]);
        matrix(folder.path(), pythons, &["a.md"])
    };
    let good = ", python: \"<3.11\"";
    for pythons in [&[&old, &new][..], &[&old], &[&new]] {
        let call = check(good, pythons);
        assert_eq!(call.code, Some(0), "{}", call.stdout);
    }
    let stale = check("", &[&old, &new]);
    assert_eq!(stale.code, Some(1));
    let expected = format!("holds on Python {} and is wrong on {}; name the versions", new.version, old.version);
    assert!(stale.stdout.contains(&expected), "{}", stale.stdout);
    let elsewhere = check(", python: \">=3.11\"", &[&old, &new]);
    assert!(elsewhere.stdout.contains("holds now; remove the acknowledgement"), "{}", elsewhere.stdout);
    assert!(elsewhere.stdout.contains(&format!("claim is wrong on Python {}", old.version)), "{}", elsewhere.stdout);
}

#[test]
fn an_example_that_breaks_on_some_versions_is_broken() {
    let Some([old, new]) = pythons(["3.12", "3.13"]) else { return };
    let text = "```python id=a\nimport sys\nif sys.version_info < (3, 13):\n    raise ValueError('too old')\n```\n";
    let folder = folder_of(&[("a.md", text)]);
    let call = matrix(folder.path(), &[&old, &new], &["a.md"]);
    assert_eq!(call.code, Some(1));
    assert!(call.stdout.contains(&format!("raised on {}; ran on {}", old.version, new.version)), "{}", call.stdout);
    let report = matrix(folder.path(), &[&old, &new], &["a.md", "--format", "json"]);
    assert_eq!((&report.example("a")["outcome"], &report.example("a")["python"]), (&"raised".into(), &old.version.as_str().into()));
}

#[test]
fn the_same_python_twice_is_one() {
    let Some([python]) = pythons(["3.11"]) else { return };
    let folder = folder_of(&[("a.md", "```python id=a\nprint(1)  # 1\n```\n")]);
    let call = matrix(folder.path(), &[&python, &python], &["a.md", "--format", "json"]);
    assert_eq!(call.example("a").get("versions"), None, "{}", call.stdout);
    assert_eq!(call.json()["run"]["python"], serde_json::json!([python.version]));
}

#[test]
fn the_configuration_may_name_several() {
    let Some([old, new]) = pythons(["3.10", "3.11"]) else { return };
    let folder = folder_of(&[("a.md", "```python id=a\nprint(1)  # 1\n```\n")]);
    let names = format!("python = [\"{}\", \"{}\"]\n", old.environment.name(), new.environment.name());
    fs::write(folder.path().join("verify.toml"), names).expect("a configuration");
    let call = finish(command(folder.path()).args(["a.md", "--format", "json"]));
    assert_eq!(call.json()["run"]["python"], serde_json::json!([old.version, new.version]), "{}", call.stderr);
    let listed = finish(command(folder.path()).args(["list", "a.md", "--format", "json"]));
    assert_eq!(listed.example("a")["python"], serde_json::json!([old.version, new.version]));
}

#[test]
fn a_virtual_environment_of_another_machine_is_told() {
    let folder = folder_of(&[("a.md", "```python id=a\nprint(1)  # 1\n```\n")]);
    let environment = folder.path().join(".venv");
    fs::create_dir_all(environment.join("bin")).expect("a folder");
    std::os::unix::fs::symlink("/nowhere/bin/python3", environment.join("bin/python3")).expect("a link");
    fs::write(environment.join("pyvenv.cfg"), "home = /nowhere/bin\n").expect("a file");
    for arguments in [&["a.md"][..], &["a.md", "--python", ".venv"]] {
        let call = finish(command(folder.path()).args(arguments));
        assert_eq!(call.code, Some(2), "{}", call.stdout);
        assert!(call.stderr.contains("isn't here (it was in `/nowhere/bin`); make it anew"), "{}", call.stderr);
    }
    let call = finish(command(folder.path()).args(["a.md", "--python", "3.29"]));
    assert_eq!(call.code, Some(2));
    assert!(call.stderr.contains("no Python 3.29 was found") && call.stderr.contains("install it"), "{}", call.stderr);
    let call = finish(command(folder.path()).args(["a.md", "--python", "3.29t"]));
    assert!(call.stderr.contains("free-threaded builds are not supported yet"), "{}", call.stderr);
}

#[test]
fn an_interpreter_that_went_away_is_forgotten() {
    let Some([python]) = pythons(["3.11"]) else { return };
    let folder = folder_of(&[("a.md", "```python id=a\nprint(1)  # 1\n```\n")]);
    let check = || matrix(folder.path(), &[&python], &["a.md"]);
    assert_eq!(check().code, Some(0));
    fs::remove_file(Path::new(python.environment.name()).join("bin/python3")).expect("a link");
    let call = check();
    assert_eq!(call.code, Some(2), "{}", call.stdout);
    assert!(call.stderr.contains("can't be used: the Python that it was made with isn't here"), "{}", call.stderr);
}

/// One that says it is a Python and can't be started leaves the results of the others.
#[test]
fn a_python_that_cannot_start_is_told_once_and_the_others_go_on() {
    let Some([good]) = pythons(["3.10"]) else { return };
    let fence = |id: &str| format!("```python id={id}\nprint(1)  # 1\n```\n");
    let folder = folder_of(&[("a.md", &(fence("a") + &fence("b"))), ("libpython.so", "no library")]);
    let at = folder.path().display();
    let answer = format!(
        r#"{{"implementation": "cpython", "version": "3.99.0", "executable": "{at}/fake", "base_prefix": "{at}", "prefix": "{at}", "system_site_packages": true, "libpython": "{at}/libpython.so", "free_threaded": false}}"#
    );
    let fake = folder.path().join("fake");
    fs::write(&fake, format!("#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")).expect("a file");
    fs::set_permissions(&fake, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("permissions");
    let call = finish(command(folder.path()).args(["--python", good.environment.name(), "--python", "./fake", "a.md", "--format", "json"]));
    assert_eq!(call.code, Some(2), "{}{}", call.stdout, call.stderr);
    let report = call.json();
    let problems = report["problems"].as_array().expect("problems");
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let message = problems[0]["message"].as_str().expect("a message");
    assert!(message.starts_with("Python 3.99.0 at `") && message.contains("can't run examples"), "{message}");
    let versions = &call.example("b")["versions"];
    assert_eq!((&versions[&good.version]["outcome"], &versions["3.99.0"]["outcome"]), (&"ran".into(), &"skipped".into()));
    assert_eq!(call.example("b")["claims"][0]["verdict"], "holds");
}

/// `docs/versions.md` shows what is printed, and what it says holds.
#[test]
fn the_page_on_versions_is_true() {
    let page = fs::read_to_string(common::project().join("docs/versions.md")).expect("the page");
    let block = |open: &str, close: &str| page.split_once(open).and_then(|(_, rest)| rest.split_once(close)).expect("a block").0.to_owned();
    let folder = folder_of(&[("sizes.md", &block("````markdown\n", "````")), ("versions.md", &page)]);
    let on_its_own = finish(command(folder.path()).args(["versions.md", "--format", "json"]));
    assert_eq!(on_its_own.code, Some(0), "{}", on_its_own.stdout);
    let here: Vec<String> = interpreters().into_iter().map(|(minor, ..)| minor).collect();
    if let Some(missing) = ["3.10", "3.11", "3.12", "3.13"].iter().find(|minor| !here.contains(&(**minor).to_owned())) {
        return eprintln!("left out: there is no Python {missing} here");
    }
    let line = block("```shell\n", "```");
    let call = finish(command(folder.path()).args(line.split_whitespace().skip(1)));
    assert_eq!(call.code, Some(1), "{}", call.stderr);
    assert_eq!(comparable(&call.stdout), comparable(&block("```text\n", "```")));
}

/// Lines without what differs by machine: patch versions, the widths that follow from them, time and sandbox.
fn comparable(text: &str) -> Vec<String> {
    let version = regex::Regex::new(r"\b(3\.\d+)\.\d+").expect("a pattern");
    let rest = regex::Regex::new(r", \d+ at once.*").expect("a pattern");
    let lines = text.lines().filter(|line| !line.starts_with("warning:"));
    let plain = lines.map(|line| rest.replace(&version.replace_all(line, "$1"), "").replace('─', ""));
    plain.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}
