//! Claims that differ from run to run are unstable and not wrong; those that are wrong each time stay wrong.

mod common;

use std::fs;

use common::{check, folder_of, verify_in};
use serde_json::Value;

/// The only example of a document, checked, and the exit code.
fn checked(text: &str) -> (Value, Option<i32>) {
    let folder = folder_of(&[("a.md", text)]);
    let call = check(folder.path(), &["a.md"]);
    let report = call.json();
    assert_eq!(report["examples"].as_array().map(Vec::len), Some(1), "{report:#}");
    (report["examples"][0].clone(), call.code)
}

/// The only claim of each of these sessions: what is said to be shown behind its last line.
fn claims(sessions: &[([&str; 2], &str)]) -> Vec<Value> {
    let session = |(lines, shown): &([&str; 2], &str)| format!("```python\n>>> {}\n>>> {}\n{shown}\n```\n\n", lines[0], lines[1]);
    let text: String = sessions.iter().map(session).collect();
    let folder = folder_of(&[("a.md", &format!("---\nstate: example\n---\n\n{text}"))]);
    let report = check(folder.path(), &["a.md"]).json();
    let examples = report["examples"].as_array().expect("examples");
    assert_eq!(examples.len(), sessions.len(), "{report:#}");
    let only = |example: &Value| {
        let claims = example["claims"].as_array().expect("claims");
        assert_eq!(claims.len(), 1, "{example:#}");
        claims[0].clone()
    };
    examples.iter().map(only).collect()
}

fn verdict(claim: &Value) -> (&str, &str) {
    (claim["verdict"].as_str().unwrap_or_default(), claim["reason"].as_str().unwrap_or_default())
}

/// What differs here is nothing that the code's own text tells: names that vary are hidden.
#[test]
fn what_an_accident_shows_is_unstable() {
    let cases = [
        ("hash seed", ["words = 'a b c d e f g'.split()", "list(frozenset(words) | frozenset('z'))[0]"], "'q'"),
        ("hash seed", ["import enum", "hash('a')"], "5"),
        ("time of day", ["import datetime as d", "getattr(d.datetime, 'no' + 'w')().year"], "1999"),
        ("time of day", ["import time", "int(getattr(time, 'ti' + 'me')() // 86_400)"], "20000"),
        ("weekday", ["import datetime as d", "getattr(d.date, 'to' + 'day')().strftime('%A')"], "'Someday'"),
        ("time zone", ["import time", "time.localtime(0).tm_hour"], "1"),
        ("terminal", ["import shutil", "getattr(shutil, 'get_terminal' + '_size')().columns"], "100"),
        ("folder", ["import os", "getattr(os, 'get' + 'cwd')()[1:]"], "'home/me'"),
        ("other files", ["import os", "len(getattr(os, 'list' + 'dir')())"], "99"),
        ("disk", ["import os", "getattr(os, 'stat' + 'vfs')('/').f_blocks"], "5"),
        ("process id", ["import os", "getattr(os, 'get' + 'pid')()"], "987654321"),
        ("memory", ["import builtins", "getattr(builtins, 'i' + 'd')(object())"], "5"),
        ("random bytes", ["import os", "getattr(os, 'uran' + 'dom')(8).hex()"], "'00'"),
    ];
    let sessions: Vec<_> = cases.iter().map(|(_, lines, shown)| (*lines, *shown)).collect();
    for ((what, ..), claim) in cases.iter().zip(claims(&sessions)) {
        let (verdict, reason) = verdict(&claim);
        assert_eq!(verdict, "unsettled", "{what}: {claim:#}");
        assert!(reason.starts_with("differs from run to run: saw "), "{what}: {reason}");
        assert!(claim["again"].is_string() && claim["again"] != claim["actual"], "{what}: {claim:#}");
    }
}

#[test]
fn what_is_wrong_each_time_stays_wrong() {
    let sessions = [
        (["x = 1", "x + 1"], "3"),
        (["class A: pass", "[A(), 1]"], "[<__main__.A object at 0x7f1234>, 2]"),
        (["x = 'abcdefg'", "set(x)"], "{'a', 'b'}"),
        (["import os", "len(getattr(os, 'get' + 'cwd')()) > 3"], "False"),
        (["import time", "time.sleep(0.01), 1"], "(None, 2)"),
        (["x = {}", "x['a']"], "'b'"),
        // Who wrote files knows what there is.
        (["import os; _ = open('a.txt', 'w').close()", "getattr(os, 'list' + 'dir')()"], "['b.txt']"),
    ];
    for claim in claims(&sessions) {
        assert_eq!(claim["verdict"], "wrong", "{claim:#}");
        assert_eq!(claim["again"], Value::Null);
    }
}

#[test]
fn the_summary_counts_and_the_run_passes() {
    let text = "```python id=a\n>>> hash('a') % 1_000_003\n5\n```\n";
    let (example, code) = checked(text);
    assert_eq!(code, Some(0), "{example:#}");
    let folder = folder_of(&[("a.md", text)]);
    let report = check(folder.path(), &["a.md"]).json();
    assert_eq!(report["summary"]["claims"]["unsettled_by"]["unstable"], 1);
    let shown = verify_in(folder.path(), &["-v", "a.md"]).stdout;
    assert!(shown.contains("differs from run to run: saw "), "{shown}");
    assert!(shown.contains("(unstable 1)"), "{shown}");
    let explained = verify_in(folder.path(), &["explain", "a", "a.md"]).stdout;
    assert!(explained.contains("what was seen with another hash seed, time of day and folder"), "{explained}");
    assert!(explained.contains("unsettled: seen `"), "{explained}");
}

/// An acknowledgement of an unstable claim is right on good days and on bad ones.
#[test]
fn acknowledgements_of_unstable_claims_never_go_stale() {
    let document = |claimed: &str| {
        let claim = format!("  - {{example: a, claim: \"{claimed}\", because: it depends}}\n");
        format!(
            "---\nacknowledged:\n{claim}---\n\n```python id=a\nimport os\nnumber = 1 if os.environ['PYTHONHASHSEED'] == '0' else 2\nnumber + 0  # {claimed}\n```\n"
        )
    };
    for claimed in ["1", "2"] {
        let text = document(claimed);
        let folder = folder_of(&[("a.md", &text)]);
        let call = check(folder.path(), &["a.md"]);
        assert_eq!((call.code, call.json()["problems"].as_array().map(Vec::len)), (Some(0), Some(0)), "{claimed}: {}", call.stdout);
    }
    // One that holds each time is stale.
    let text = "---\nacknowledged:\n  - {example: a, claim: \"2\", because: it was 3 once}\n---\n\n```python id=a\n1 + 1  # 2\n```\n";
    let folder = folder_of(&[("a.md", text)]);
    let call = check(folder.path(), &["a.md"]);
    assert_eq!(call.code, Some(1), "{}", call.stdout);
    assert!(call.json()["problems"][0]["message"].as_str().is_some_and(|message| message.contains("stale")), "{}", call.stdout);
}

/// The second run gets all that the first one had.
#[test]
fn the_second_run_has_what_front_matter_gives() {
    let text = "---\nfiles: { data/a.txt: \"one\\n\" }\nstdin: { a: \"two\\n\" }\nenv: { a: { WORD: three } }\nargs: { a: [four] }\nclock: { a: { frozen: 2024-01-31T12:00:00Z } }\n---\n\n```python id=a\nimport datetime, os, sys\nof = getattr\nwords = [of(open('data/a.txt'), 're' + 'ad')().strip(), next(of(sys, 'std' + 'in')).strip(), of(os, 'envi' + 'ron')['WORD'], of(sys, 'ar' + 'gv')[1]]\ndays = getattr(datetime.date, 'to' + 'day')().day\nlen('x' * (days + sum(map(len, words))))  # 45\n```\n";
    let (example, code) = checked(text);
    assert_eq!(code, Some(1), "{example:#}");
    let verdicts: Vec<&Value> = example["claims"].as_array().expect("claims").iter().map(|claim| &claim["verdict"]).collect();
    assert_eq!((verdicts, &example["claims"][0]["actual"]), (vec![&Value::from("wrong")], &Value::from("46")), "{example:#}");
}

/// Where all is well, nothing is run twice.
#[test]
fn only_examples_that_seem_wrong_run_again() {
    for (claimed, twice) in [("2", false), ("3", true)] {
        let folder = folder_of(&[("a.md", &format!("```python id=a\nlen('ab')  # {claimed}\n```\n"))]);
        let explained = verify_in(folder.path(), &["explain", "a", "a.md"]).stdout;
        assert_eq!(explained.contains("with another hash seed"), twice, "{explained}");
    }
}

/// What an example does to the world outside it does once.
#[test]
fn what_may_change_something_runs_once() {
    let code = "with open('log/runs', 'a') as log:\n    log.write('x')\nlen('ab')  # 3";
    let allow = "[[allow]]\nexamples = ['a']\ngrants = ['write:log']\n";
    let folder = folder_of(&[("verify.toml", allow), ("a.md", &format!("```python id=a\n{code}\n```\n")), ("log/runs", "")]);
    let call = check(folder.path(), &["a.md"]);
    assert_eq!(call.example("a")["claims"][0]["verdict"], "wrong", "{}", call.stdout);
    assert_eq!(fs::read_to_string(folder.path().join("log/runs")).expect("a file"), "x");
}

#[test]
fn an_order_of_two_is_looked_at_more_than_twice() {
    // With the first two hash seeds the order is the same, on each version of Python.
    let order = |words: &str| format!("sorted({words}.split(), key=lambda word: getattr(word, '__ha' + 'sh__')())");
    let (tea, red) = (order("'tea milk'"), order("'red blue'"));
    let never = "list(reversed(['b', 'a']))";
    for state in ["example", "document"] {
        let text = format!(
            "---\nstate: {state}\n---\n```python\n>>> {tea}\n['tea', 'milk']\n```\n\n```python\n>>> {red}\n['blue', 'red']\n>>> {never}\n['b', 'a']\n```\n"
        );
        let folder = folder_of(&[("a.md", &text)]);
        let report = check(folder.path(), &["a.md"]).json();
        let claims: Vec<&Value> = report["examples"]
            .as_array()
            .expect("examples")
            .iter()
            .flat_map(|example| example["claims"].as_array().expect("claims"))
            .collect();
        let verdicts: Vec<&str> = claims.iter().filter_map(|claim| claim["verdict"].as_str()).collect();
        assert_eq!(verdicts, ["unsettled", "unsettled", "wrong"], "{state}: {claims:#?}");
        assert!(claims[..2].iter().all(|claim| verdict(claim).1.starts_with("differs from run to run")), "{claims:#?}");
    }
}

/// With the first two hash seeds the small number is the same; that others of the example differ tells that it may be an accident as well.
#[test]
fn what_stands_beside_the_unstable_is_looked_at_more_than_twice() {
    let dice = |sides: u32| format!(">>> getattr('tea', '__ha' + 'sh__')() // 3 % {sides}");
    let page = |others: &str| format!("```python\n{}\n9\n{others}\n>>> 1 + 1\n3\n```\n", dice(2));
    let verdicts = |text: &str| {
        let (example, _) = checked(text);
        let claims = example["claims"].as_array().expect("claims").clone();
        claims.iter().map(|claim| verdict(claim).0.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verdicts(&page(&format!("{}\n-1", dice(1_000_003)))), ["unsettled", "unsettled", "wrong"]);
    assert_eq!(verdicts(&page("")), ["wrong", "wrong"]);
    // So does that it draws random numbers anywhere.
    assert_eq!(verdicts(&page(">>> from random import random")), ["unsettled", "wrong"]);
}
