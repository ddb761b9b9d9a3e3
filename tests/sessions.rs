//! What people paste from a prompt: tracebacks of every kind, remarks in between, both streams; and what depends on the machine it was
//! typed on. Each way of writing has a session that holds and one that doesn't.

mod common;

use common::{check, folder_of};
use serde_json::Value;

/// The verdicts on the claims of each session; `state` says whose names they see.
fn verdicts(state: &str, sessions: &[&str]) -> Vec<Vec<String>> {
    let fences: String = sessions.iter().map(|session| format!("```python\n{session}\n```\n\n")).collect();
    let folder = folder_of(&[("a.md", &format!("---\nstate: {state}\n---\n\n{fences}"))]);
    let report = check(folder.path(), &["a.md"]).json();
    let examples = report["examples"].as_array().expect("examples");
    assert_eq!(examples.len(), sessions.len(), "{report:#}");
    let of = |claim: &Value| claim["verdict"].as_str().unwrap_or_default().to_owned();
    examples.iter().map(|example| example["claims"].as_array().expect("claims").iter().map(of).collect()).collect()
}

/// Checks each session, which sees no names but its own.
fn expect(cases: &[(&str, &[&str])]) {
    let sessions: Vec<&str> = cases.iter().map(|(session, _)| *session).collect();
    for ((session, wanted), found) in cases.iter().zip(verdicts("example", &sessions)) {
        assert_eq!(found, *wanted, "{session}");
    }
}

#[test]
fn tracebacks() {
    let pour =
        |shown: &str| format!(">>> def pour(cups):\n...     print('pouring')\n...     return cups['one']\n...\n>>> pour({{}})\n{shown}");
    let behind_output = |output: &str, key: &str| pour(&format!("{output}\nTraceback (most recent call last):\n  ...\nKeyError: '{key}'"));
    let chain = |message: &str| {
        format!(
            ">>> try:\n...     {{}}['tea']\n... except KeyError:\n...     raise ValueError('no tea')\n...\nTraceback (most recent call last):\n  ...\nKeyError: 'tea'\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  ...\nValueError: {message}"
        )
    };
    expect(&[
        (&behind_output("pouring", "one"), &["holds", "holds"]),
        (&behind_output("spilling", "one"), &["wrong", "holds"]),
        (&behind_output("pouring", "two"), &["holds", "wrong"]),
        (&chain("no tea"), &["holds"]),
        (&chain("no milk"), &["wrong"]),
        (">>> {}['tea']\nKeyError: 'tea'", &["holds"]),
        (">>> {}['tea']\nKeyError: 'milk'", &["wrong"]),
        (">>> {}['tea']\nKeyError  # there is none", &["holds"]),
    ]);
}

#[test]
fn remarks_among_what_is_shown() {
    expect(&[
        (">>> 2 + 3\n5  # cups, and more", &["holds"]),
        (">>> 2 + 3\n6  # cups, and more", &["wrong"]),
        (">>> 2 + 3\n5\n# now for the pots\n>>> 1 + 1\n2", &["holds", "holds"]),
        // A line that may be a remark or output: in doubt nothing is wrong.
        (">>> 2 + 3\n6\n# now for the pots\n>>> 1 + 1\n2", &["unsettled", "holds"]),
        (">>> dir()\n<prints all names>", &["unsettled"]),
        (">>> x = 2\n>>> type(x)\n<class 'str'>", &["wrong"]),
        (">>> a, b = iter([1, 2])\n(1, 2)", &["holds"]),
        (">>> a, b = iter([1, 2])\n(1, 3)", &["wrong"]),
    ]);
}

#[test]
fn lines_without_prompts() {
    expect(&[
        (">>> for cup in 'ab':\n        print(cup)\na\nb", &["holds"]),
        (">>> for cup in 'ab':\n        print(cup)\na\nc", &["wrong"]),
        ("def half(x):\n    return x / 2\n\n>>> half(5)\n2.5", &["holds"]),
        ("def half(x):\n    return x / 2\n\n>>> half(5)\n2", &["wrong"]),
    ]);
}

#[test]
fn both_streams_and_a_value() {
    let f = |shown: &str| {
        format!(">>> import sys\n>>> def f():\n...     print('tea'); print('hot', file=sys.stderr); print('milk')\n...\n>>> f()\n{shown}")
    };
    expect(&[
        (&f("tea\nhot\nmilk"), &["holds"]),
        (&f("tea\ncold\nmilk"), &["wrong"]),
        (">>> print('tea') or 5\ntea\n5", &["holds"]),
        (">>> print('tea') or 5\nmilk\n5", &["wrong"]),
    ]);
}

#[test]
fn looking_at_a_mock_leaves_no_trace() {
    let mock = |calls: &str| {
        format!(
            ">>> from unittest.mock import MagicMock\n>>> pot = MagicMock()\n>>> pot.pour()\n<MagicMock name='mock.pour()' id='...'>\n>>> pot.mock_calls\n{calls}"
        )
    };
    expect(&[(&mock("[call.pour()]"), &["holds", "holds"]), (&mock("[call.pour(5)]"), &["holds", "wrong"])]);
}

#[test]
fn what_depends_on_the_machine() {
    let path = |lines: &str| format!(">>> from pathlib import Path\n{lines}");
    let pots =
        ">>> from configparser import ConfigParser\n>>> pots = ConfigParser()\n>>> _ = pots.read('pots.cfg')\n>>> pots.get('a', 'b')\n'c'";
    expect(&[
        (&path(">>> Path('tea.txt').exists()\nTrue"), &["unsettled"]),
        // What it wrote itself is no accident.
        (&path(">>> Path('tea.txt').write_text('x')\n1\n>>> Path('tea.txt').exists()\nFalse"), &["holds", "wrong"]),
        (&path(">>> Path.home()\nPosixPath('/home/ann')"), &["unsettled"]),
        (&path(">>> Path('/tea').parent\nPosixPath('/milk')"), &["wrong"]),
        (pots, &["unsettled"]),
    ]);
}

#[test]
fn what_went_wrong_before_counts_where_it_may_show() {
    let found = verdicts(
        "names",
        &[
            ">>> def half(x):\n...     return x / 2\n...\n>>> pot = half('a')",
            ">>> half(2)\n3.0",
            ">>> half(2) + pot\n3.0",
            ">>> cups = {}",
            ">>> cups + 1\nTraceback (most recent call last):\n  ...\nTypeError: unsupported operand type(s) for +: 'dict' and 'str'",
            ">>> cups.pour()\nTraceback (most recent call last):\n  ...\nAttributeError: no cups today",
        ],
    );
    assert_eq!(found, [vec![], vec!["wrong"], vec!["unsettled"], vec![], vec!["wrong"], vec!["unsettled"]]);
}
