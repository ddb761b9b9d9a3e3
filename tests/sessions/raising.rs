//! Sessions with what was raised: tracebacks of every kind, and what follows from them.

use super::*;

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
    let of_ipython = |key: &str, last: &str| {
        let rule = "-".repeat(75);
        format!(
            "In [1]: {{}}['{key}']\n{rule}\nKeyError                Traceback (most recent call last)\nCell In[1], line 1\n----> 1 {{}}['{key}']\n{last}"
        )
    };
    expect(&[
        (&behind_output("pouring", "one"), &["holds", "holds"]),
        (&behind_output("spilling", "one"), &["wrong", "holds"]),
        (&behind_output("pouring", "two"), &["holds", "wrong"]),
        (&chain("no tea"), &["holds"]),
        (&chain("no milk"), &["wrong"]),
        (&of_ipython("tea", "KeyError: 'tea'"), &["holds"]),
        (&of_ipython("tea", "KeyError: 'milk'"), &["wrong"]),
        (&of_ipython("tea", "\nKeyError: 'tea'"), &["holds"]),
        (&of_ipython("tea", "\nKeyError: 'milk'"), &["wrong"]),
        (&of_ipython("tea", "\nCell In[1], line 5\n\nKeyError: 'tea'\n\nIn [2]: 2 + 3\nOut[2]: 6"), &["holds", "wrong"]),
        (">>> {}['tea']\nTraceback:\n  ...\nKeyError: 'tea'", &["holds"]),
        (
            ">>> raise ValueError('hot\\n\\n')\nTraceback (most recent call last):\n  ...\nValueError: hot\n<BLANKLINE>\n<BLANKLINE>",
            &["holds"],
        ),
        (
            ">>> raise ValueError('hot\\n\\nx')\nTraceback (most recent call last):\n  ...\nValueError: hot\n<BLANKLINE>\n<BLANKLINE>",
            &["wrong"],
        ),
        (">>> {}['tea']\nTraceback:\n  ...\nKeyError: 'milk'", &["wrong"]),
        (">>> {}['tea']\nKeyError: 'tea'", &["holds"]),
        (">>> {}['tea']\nKeyError: 'milk'", &["wrong"]),
        (">>> {}['tea']\nKeyError  # there is none", &["holds"]),
    ]);
}

/// What a package refuses may be the fault of this machine; what the example itself does wrong, or how it calls the package, isn't.
#[test]
fn what_a_package_raises() {
    let package = "import json\n\n\nclass NoWater(Exception):\n    pass\n\n\ndef pour(cups):\n    if cups > 5:\n        raise NoWater('the tap is closed')\n    return cups\n\n\ndef read(text):\n    return json.loads(text)\n";
    let python = python_with("teapot.py", package);
    let text = "```python\n>>> import teapot\n>>> teapot.pour(9)\n9\n>>> teapot.read('[')\n[]\n>>> teapot.pour(9, hot=True)\n9\n>>> teapot.mug\n5\n>>> {}['tea']\n5\n>>> teapot.pour(3)\n4\n>>> teapot.pour(9)\nTraceback (most recent call last):\n  ...\nKeyError: 'tea'\n>>> teapot.pour(8)\nTraceback (most recent call last):\n  ...\nteapot.NoWater: the tap is closed\n```\n";
    let folder = folder_of(&[("a.md", text)]);
    let call = verify_in(folder.path(), &["--format", "json", "--python", python.name(), "a.md"]);
    let report = call.json();
    let example = &report["examples"][0];
    let verdicts: Vec<&str> = example["claims"].as_array().expect("claims").iter().filter_map(|claim| claim["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["unsettled", "unsettled", "wrong", "wrong", "wrong", "wrong", "wrong", "holds"], "{report:#}");
    assert_eq!(example["claims"][0]["reason"], "it may need what isn't here: `teapot` raised NoWater: the tap is closed");
    assert_eq!(example["outcome"], "raised", "what it raised is told all the same");
}

#[test]
fn tracebacks_set_off_and_what_stands_before_them() {
    expect(&[
        (">>> int('x')\n\nValueError: invalid literal for int() with base 10: 'x'\n", &["holds"]),
        (">>> int('x')\n\nTraceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\n  KeyError: 'x'\n", &["wrong"]),
        (">>> {}['x']\nTraceback (most recent call last):\nFile \"<stdin>\", line 1, in <module>\n{}['x']\nKeyError: 'x'\n", &["holds"]),
        (
            ">>> print('tea') or 1 / 0\nmilk\nTraceback (most recent call last):\n  ...\nZeroDivisionError: division by zero\n",
            &["wrong", "holds"],
        ),
        (
            ">>> print(id(5)) or 1 / 0\n4301489432\nTraceback (most recent call last):\n  ...\nZeroDivisionError: division by zero\n",
            &["unsettled", "holds"],
        ),
        (">>> cup\nTraceback (most recent call last):\n  ...\nKeyError: name 'cup' is not defined\n", &["wrong"]),
        (">>> 1 == 1\nFalse\n\n# Both are numbers.\n>>> 1 == 2\nFalse\n", &["wrong", "holds"]),
    ]);
}

/// The first part of a traceback of several, and the message that pytest makes of an assertion.
#[test]
fn other_parts_of_a_traceback() {
    let pour = |comment: &str| {
        format!(
            "class Hot(Exception): pass\n\ndef pour():\n    try:\n        raise Hot('it burns\\nin line 1')\n    except Hot as error:\n        raise OverflowError('no tea') from error\n\npour()  # {comment}"
        )
    };
    expect(&[
        (&pour("OverflowError: no tea"), &["holds"]),
        (&pour("Hot: it burns"), &["unsettled"]),
        (&pour("Hot: it freezes"), &["wrong"]),
        ("assert 5 == 6  # AssertionError: assert 5 == 6", &["unsettled"]),
        ("assert 5 == 6, 'no tea'  # AssertionError: assert 5 == 6", &["wrong"]),
    ]);
}

#[test]
fn what_an_exception_says_is_missing() {
    let raising = |message: &str| {
        format!(
            ">>> from concurrent.futures import Future\n>>> pot = Future()\n>>> pot.set_exception(ValueError('{message}'))\n>>> pot.result()\n5"
        )
    };
    expect(&[
        (&raising("hot tea requires the leaves package"), &["unsettled"]),
        (&raising("try: pip install leaves"), &["unsettled"]),
        (&raising("hot tea requires water"), &["wrong"]),
        (&raising("Max retries exceeded with url /tea"), &["unsettled"]),
        (
            ">>> open('tea.txt')\nTraceback (most recent call last):\n  ...\nValueError: [Errno 2] No such file or directory: 'tea.txt'",
            &["wrong"],
        ),
        // A name that only code elsewhere has.
        (">>> from functools import partial\n>>> partial(eval, chr(116) + chr(101))()\n5", &["unsettled"]),
        (">>> from functools import partial\n>>> partial(eval, 'te')()\n5", &["wrong"]),
    ]);
}

#[test]
fn warnings_that_are_shown_or_are_exceptions() {
    let warn = |filter: &str, shown: &str| {
        format!(
            ">>> import warnings\n>>> warnings.simplefilter('{filter}')\n>>> def pour():\n...     warnings.warn('spills', DeprecationWarning)\n...     return 5\n...\n>>> pour()\n{shown}"
        )
    };
    let traceback = "Traceback (most recent call last):\n  ...\nDeprecationWarning: spills\n5";
    expect(&[
        (&warn("ignore", traceback), &["unsettled"]),
        (&warn("ignore", &traceback.replace("Deprecation", "Value").replace("Warning", "Error")), &["wrong"]),
        (&warn("error", "Traceback (most recent call last):\n  ...\nDeprecationWarning: spills"), &["holds"]),
        (&warn("error", "Traceback (most recent call last):\n  ...\nDeprecationWarning: pours"), &["wrong"]),
        (&warn("ignore", "  DeprecationWarning: spills\n5"), &["unsettled"]),
    ]);
}

/// What an example continues is a guess: a statement that raised instead of giving its value may be why the next ones show another one.
#[test]
fn what_follows_from_a_statement_that_raised() {
    let pot =
        ">>> class Pot:\n...     cups = None\n...     def fill(self):\n...         raise OverflowError\n...\n>>> tea = Pot()\n>>> tea.cups";
    let behind = |session: &str| verdicts("names", &[pot, session]).pop().expect("the second one");
    assert_eq!(behind(">>> tea.fill()\n5\n>>> tea.cups\n5\n>>> 1 + 1\n3"), ["unsettled", "unsettled", "wrong"]);
    let traceback = "Traceback (most recent call last):\n  ...\nOverflowError";
    assert_eq!(behind(&format!(">>> tea.fill()\n{traceback}\n>>> tea.cups\n5")), ["holds", "wrong"]);
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

#[test]
fn exceptions_of_an_example_that_continues_another() {
    let pour = "def pour(cups):\n    if cups < 0:\n        raise ValueError('too few cups, was %d' % cups)\n    return 12 / cups";
    let claims = [
        ("pour(0)  # ZeroDivisionError", "holds"),
        ("pour(0)  # raises ValueError", "wrong"),
        // Other names than the document means may lead to these.
        ("pour('one')  # raises ValueError", "unsettled"),
        ("pour(-1)  # ValueError: too few cups, was -1", "holds"),
        ("pour(-1)  # ValueError: too few cups, was -2", "wrong"),
        ("pour(-1)  # ValueError: too few cups", "holds"),
        ("pour(-1)  # ValueError: too few cups, as everybody can see", "unsettled"),
        ("pour(0)  # ZeroDivisionError: division by zero, as everybody can see", "holds"),
    ];
    let lines: Vec<&str> = claims.iter().map(|(line, _)| *line).collect();
    let found = verdicts("names", &[pour, &lines.join("\n")]);
    assert_eq!(found[1], claims.iter().map(|(_, verdict)| *verdict).collect::<Vec<_>>());
}

#[test]
fn what_follows_from_an_exception_that_no_claim_tells() {
    expect(&[
        // A remark, or what's said to differ, is no claim that could be wrong.
        (">>> cups = pour(3)\n# The pot is hot.\n>>> cups\n3", &["unsettled", "unsettled"]),
        (">>> cups = int('tea')\n3 # may vary\n>>> cups\n3", &["unsettled", "unsettled"]),
        (">>> cups = int('tea')\n3\n>>> cups\n3", &["wrong", "wrong"]),
        (">>> cups = 4\n# The pot is hot.\n>>> cups\n3", &["unsettled", "wrong"]),
    ]);
}

#[test]
fn exceptions_whose_message_cannot_be_made() {
    let raise = |shown: &str| {
        format!(
            ">>> class HotError(Exception):\n...     def __str__(self): return pot.name\n...\n>>> raise HotError()\nTraceback (most recent call last):\n  ...\n{shown}"
        )
    };
    expect(&[(&raise("HotError: too hot"), &["unsettled"]), (&raise("ColdError: too hot"), &["wrong"])]);
}

/// An assignment shows no object that could be told apart from an exception.
#[test]
fn exceptions_of_what_is_assigned() {
    expect(&[
        (">>> cups = (1,)\n>>> cups[0] = 2\nTypeError: 'tuple' object does not support item assignment", &["holds"]),
        (">>> cups = (1,)\n>>> cups[0] = 2\nValueError: too hot", &["wrong"]),
        (">>> cups = [1]\n>>> cups[0] = 2\nValueError: too hot", &["wrong"]),
        (">>> cups = [1]\n>>> cups[0] = 2\n[2]", &["holds"]),
        (">>> cups = [1]\n>>> cups[0] = 2\n[3]", &["wrong"]),
    ]);
}

/// What isn't valid and shows so is no reason to doubt what follows.
#[test]
fn what_follows_from_a_mistake_that_is_shown() {
    expect(&[
        (">>> cups = 5\n>>> cups*\nSyntaxError: invalid syntax\n>>> cups\n6", &["holds", "wrong"]),
        (">>> cups = 5\n>>> cups*\nSyntaxError: invalid syntax\n>>> cups\n5", &["holds", "holds"]),
    ]);
}

/// What couldn't be read did nothing, which its page doesn't know.
#[test]
fn what_follows_from_a_slip_in_what_was_typed() {
    let pour = ">>> cups = []\n>>> def pour():\n...     cups.append(1)\n...     return cups\n...\n>>> pour()\n[1]\n";
    expect(&[
        (&format!("{pour}>>> po)ur()\n>>> pour()\n[1, 1, 1]\n>>> 2 + 2\n5"), &["holds", "unsettled", "wrong"]),
        (&format!("{pour}>>> pour()\n[1, 1, 1]"), &["holds", "wrong"]),
    ]);
}

/// A program leaves where it can't read its arguments; who shows what it said goes on typing. Behind what leaves the prompt itself, nothing is typed.
#[test]
fn what_a_program_says_before_it_leaves() {
    let session = |said: &str, cups: u8| {
        format!(
            ">>> import argparse\n>>> tea = argparse.ArgumentParser(prog='tea')\n>>> cups = tea.add_argument('--cups', type=int)\n>>> tea.parse_args(['--cups', 'x'])\nusage: tea [-h] [--cups CUPS]\ntea: error: argument --cups: {said}\n>>> tea.parse_args(['--cups', '3'])\nNamespace(cups={cups})"
        )
    };
    expect(&[
        (&session("invalid int value: 'x'", 3), &["holds", "holds"]),
        (&session("invalid int value: 'x'", 4), &["holds", "wrong"]),
        (&session("invalid int value: 'y'", 3), &["wrong", "holds"]),
        (">>> import sys\n>>> sys.exit(2)\n>>> 1 + 1\n3", &["unsettled"]),
        (">>> exit()\n>>> 1 + 1\n3", &["unsettled"]),
    ]);
    // An example that goes on with it finds all that was typed.
    let found = verdicts("names", &[&session("invalid int value: 'x'", 3), ">>> tea.parse_args(['--cups', '5'])\nNamespace(cups=6)"]);
    assert_eq!(found, [vec!["holds", "holds"], vec!["wrong"]]);
}
