//! What people paste from a prompt: tracebacks of every kind, remarks in between, both streams; and what depends on the machine it was
//! typed on. Each way of writing has a session that holds and one that doesn't.

mod common;

use std::{fs, path::Path};

use common::{BarePython, bare_python, check, folder_of, verify_in};
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

/// A Python with a package of one module.
fn python_with(module: &str, code: &str) -> BarePython {
    let python = bare_python();
    let lib = fs::read_dir(Path::new(python.name()).join("lib")).expect("a folder").next().expect("a folder").expect("a folder").path();
    fs::write(lib.join("site-packages").join(module), code).expect("a file");
    python
}

/// Where nothing is found and nothing else holds, what the author searched isn't here; where something else holds, it is.
#[test]
fn what_finds_nothing() {
    let python = python_with("teapot.py", "def find(word):\n    return []\n\n\ndef pour(cups):\n    return cups\n");
    let session = |lines: &str| format!("```python\n>>> import teapot\n{lines}\n```\n\n");
    let finds = ">>> teapot.find('tea')\n['hot', 'cold']\n>>> teapot.find('milk')\n['sour', 'sweet']";
    let page = [
        session(finds),
        session(&format!("{finds}\n>>> teapot.pour(3)\n3")),
        session(">>> teapot.find('tea')\n['hot']"),
        "```python\n>>> [cup for cup in 'ab' if cup > 'c']\n['a', 'b']\n```\n\n".to_owned(),
        "```python\ncups = []\n```\n\n```python\nsorted(cups)  # ['a', 'b']\n```\n".to_owned(),
    ];
    let folder = folder_of(&[("a.md", &page.concat())]);
    let report = verify_in(folder.path(), &["--format", "json", "--python", python.name(), "a.md"]).json();
    let claims: Vec<Value> = report["examples"]
        .as_array()
        .expect("examples")
        .iter()
        .flat_map(|it| it["claims"].as_array().cloned().unwrap_or_default())
        .collect();
    let verdicts: Vec<&str> = claims.iter().filter_map(|claim| claim["verdict"].as_str()).collect();
    let expected = ["unsettled", "unsettled", "wrong", "wrong", "holds", "wrong", "wrong", "unsettled"];
    assert_eq!(verdicts, expected, "{report:#}");
    let reason = |index: usize| claims[index]["reason"].as_str().unwrap_or_default();
    assert!(reason(0).ends_with("it may need what isn't here") && reason(7).contains("that it seems to continue"), "{report:#}");
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

/// What a package makes of a server that it can't reach shows in what comes from there, and in nothing else.
#[test]
fn what_comes_from_a_server() {
    let package = "import socket\n\n\ndef fetch(url):\n    try:\n        socket.getaddrinfo(url.split('/')[2], 80)\n    except OSError:\n        return {}\n    return {'hot': 5}\n";
    let python = python_with("teapot.py", package);
    let text = "```python\n>>> import teapot\n>>> tea = teapot.fetch('http://tea.example.org/hot')\n>>> len(tea)\n1\n>>> milk = list(tea)\n>>> milk\n['hot']\n>>> 2 + 3\n6\n>>> [teapot.__name__, 5]\n['teapot', 6]\n```\n";
    let folder = folder_of(&[("a.md", text)]);
    let report = verify_in(folder.path(), &["--format", "json", "--python", python.name(), "a.md"]).json();
    let claims = report["examples"][0]["claims"].as_array().expect("claims");
    let verdicts: Vec<&str> = claims.iter().filter_map(|claim| claim["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["unsettled", "unsettled", "wrong", "wrong"], "{report:#}");
    assert_eq!(claims[0]["reason"], "it asked for a server: tea.example.org");
}

/// A claim about a path of another system says nothing of this one; one about a path of any system does.
#[test]
fn paths_of_other_systems() {
    expect(&[
        (">>> import os\n>>> os.path.splitdrive('c:/tea')\n('c:', '/tea')", &["unsettled"]),
        (">>> import os\n>>> os.path.split('/hot/tea')\n('/hot', 'milk')", &["wrong"]),
        (">>> import pathlib\n>>> pathlib.WindowsPath('c:/tea')\nWindowsPath('c:/tea')", &["unsettled"]),
        (">>> import ntpath\n>>> ntpath.split('c:/tea')\n('c:/', 'milk')", &["wrong"]),
    ]);
}

/// It's seen at the statement that printed it, as on a terminal.
#[test]
fn what_c_code_prints() {
    let poured = |shown: &str| format!(">>> from ctypes import CDLL\n>>> CDLL(None).printf(b\"%d cups\\n\", 42)\n{shown}\n8\n>>> 2 + 3\n5");
    expect(&[(&poured("42 cups"), &["holds", "holds"]), (&poured("41 cups"), &["wrong", "holds"])]);
}

#[test]
fn remarks_among_what_is_shown() {
    expect(&[
        (">>> 2 + 3\n5  # cups, and more", &["holds"]),
        (">>> 2 + 3\n6  # cups, and more", &["wrong"]),
        (">>> 2 + 3\n5\n#\n>>> x = 2\n#\n>>> x\n2", &["holds", "unsettled", "holds"]),
        ("for cup in (5, 6):\n    print(cup)\n# 5 # cups\n# 6 # and more", &["holds"]),
        ("for cup in (5, 6):\n    print(cup)\n# 5 # cups\n# 7 # and more", &["wrong"]),
        (">>> 2 + 3\n5\n# now for the pots\n>>> 1 + 1\n2", &["holds", "holds"]),
        (">>> 2 + 3\n6\n# now for the pots\n>>> 1 + 1\n2", &["wrong", "holds"]),
        (">>> dir()\n<prints all names>", &["unsettled"]),
        // What is shown, with the mark of a comment.
        (">>> [1, 2]\n# [1, 2]\n>>> print('tea')\n# tea", &["holds", "holds"]),
        (">>> [1, 2]\n# [1, 3]", &["unsettled"]),
        (">>> import math\n# pots.json:\n#\n# {\n#   5\n# }\n>>> 1 + 1\n2", &["unsettled", "holds"]),
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
        // Objects that a prompt shows in between.
        (">>> with open('tea', 'w') as file:\n...     object()\n...     'tea'\n...\n'tea'", &["unsettled"]),
        (">>> with open('tea', 'w') as file:\n...     object()\n...     'tea'\n...\n'milk'", &["wrong"]),
        // Output whose beginning is left out.
        (">>> print('tea', 'mate', 'milk', sep='\\n')\n...\nmate\nmilk", &["holds"]),
        (">>> print('tea', 'mate', 'milk', sep='\\n')\n...\nmate\nsugar", &["wrong"]),
        (">>> import functools\n>>> @functools.cache\n    def half(x):\n        return x / 2\n\n>>> half(5)\n2.5", &["holds"]),
        (">>> import functools\n>>> @functools.cache\n    def half(x):\n        return x / 2\n\n>>> half(5)\n2", &["wrong"]),
        ("def half(x):\n    return x / 2\n\n>>> half(5)\n2.5", &["holds"]),
        ("def half(x):\n    return x / 2\n\n>>> half(5)\n2", &["wrong"]),
        (">>> x = max(\n...     2,\n...     3,\n...)\n>>> x\n3", &["holds"]),
        ("In [10]: for cup in 'ab':\n   ....:     print(cup)\n   ....:\na\nc", &["wrong"]),
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

/// Its text is all that a stream has: who makes it uses the stream up.
#[test]
fn looking_at_an_object_does_not_use_it_up() {
    let stream = ">>> class Stream:\n...     def __init__(self, text): self.text = iter(text)\n...     def __str__(self): return ''.join(self.text)\n\
                  >>> stream = Stream('tea')\n>>> stream\n<__main__.Stream object at 0x7f10>\n>>> print(stream)\n";
    expect(&[(&format!("{stream}tea"), &["holds", "holds"]), (&format!("{stream}ten"), &["holds", "wrong"])]);
}

/// What is installed has a version, an earlier prompt had an exception, and people leave digits out.
#[test]
fn what_is_shown_of_an_installation_or_rounded() {
    let pot =
        |code: &str, shown: &str| format!(">>> class Pot:\n...     def __repr__(self): return 'pot|version:' + {code}\n>>> Pot()\n{shown}");
    let joined = "'.'.join(['2', '6', '0'])";
    expect(&[
        (&pot(joined, "pot|version:2.0.0"), &["unsettled"]),
        (&pot(joined, "can|version:2.0.0"), &["wrong"]),
        (&pot("'2.6.0'", "pot|version:2.0.0"), &["wrong"]),
        (">>> import sys\n>>> sys.last_traceback.tb_lineno\n42", &["unsettled"]),
        (">>> (1 / 3, 2.0)\n(0.3333, 2.0)", &["unsettled"]),
        (">>> (1 / 3, 2.0)\n(0.3343, 2.0)", &["wrong"]),
        ("def decode(text): return 3\n\ndecode('Y3Vw')  # 'cup' in Base64", &["unsettled"]),
        ("def decode(text): return 3\n\ndecode('Y3Vw')  # 'cup' in all", &["wrong"]),
    ]);
}

/// A session that was pasted from its very start.
#[test]
fn what_python_says_when_it_starts() {
    let started = |version: &str| {
        format!("$ python\nPython {version} (default, Apr  8 2020)\n[GCC 9.3.0] on linux\nType \"help\" for more information.\n>>> 5 / 2\n")
    };
    expect(&[
        (&format!("{}2.5", started("3.8.2")), &["holds"]),
        (&format!("{}2", started("3.8.2")), &["wrong"]),
        (&format!("{}2", started("2.7.18")), &["unsettled"]),
    ]);
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

/// A package may go on without a server that isn't here; with one of its own, an example sees what it does.
#[test]
fn servers_that_are_not_here() {
    let ask = "import socket\ndef asks(port):\n    try:\n        socket.create_connection(('127.0.0.1', port), 5).close()\n        return True\n    except OSError:\n        return False\n\n";
    let own = "own = socket.create_server(('127.0.0.1', 0))\n\n";
    expect(&[
        (&format!("{ask}>>> asks(6379)\nTrue"), &["unsettled"]),
        (&format!("{ask}>>> asks(6379)\nFalse"), &["holds"]),
        (&format!("{ask}{own}>>> asks(own.getsockname()[1])\nTrue"), &["holds"]),
        (&format!("{ask}{own}>>> asks(own.getsockname()[1])\nFalse"), &["wrong"]),
    ]);
}

/// A comment between two statements speaks of the upper one, unless that shows nothing or has a claim of its own.
#[test]
fn what_idle_shows_and_what_python_cannot_read() {
    expect(&[
        (
            ">>> def f(n):\n\tfor x in range(n):\n\t\tprint(x)\n\treturn n\n\n>>> f(2)\n0\n1\n2\n>>> f(1)\n5\n1\n>>> f(1)\n0\n2\n",
            &["holds", "wrong", "wrong"],
        ),
        (">>> for x in 'ab':\n\tprint(x)\n\n\t\na\nb\n", &["holds"]),
        (">>> for x in 'ab':\n\tprint(x)\n\n\t\na\nc\n", &["wrong"]),
        (">>> cup = 5\n>>> cup\n6\n# And once more:\n>>> cup\n5\n", &["wrong", "holds"]),
        (">>> cup = 5\n>>> print cup\n5\n>>> len('tea')\n4\n>>> cup\n6\n", &["wrong", "unsettled"]),
    ]);
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

#[test]
fn steps_that_are_left_to_the_reader() {
    expect(&[
        (">>> cups = [2, 3]\n>>> # Append a 4\n>>> cups\n[2, 3, 4]\n", &["unsettled"]),
        (">>> cups = [2, 3]\n>>> # All of them\n>>> cups\n[2, 3, 4]\n", &["wrong"]),
        (">>> cups = [2, 3]\n>>> # Append a 4\n>>> len(cups)\n3\n", &["wrong"]),
    ]);
}

#[test]
fn comments_between_statements() {
    let pour = |first: &str, between: &str| format!("def pour(x): return x\n\n{first}\n{between}\npour(2)");
    expect(&[
        (&pour("pour(1)  # 1", "# Result: 2"), &["holds", "holds"]),
        (&pour("pour(1)  # 1", "# Result: 3"), &["holds", "unsettled"]),
        (&pour("pour(1)  # 1", "# Result: 2\n"), &["holds", "wrong"]),
        (&pour("pour(1)", "# Result: 2"), &["wrong"]),
        ("cup = 1\n# Prints: 1\nprint(cup)\n# Prints: 2\nprint(cup + 1)", &["holds", "holds"]),
        ("cup = 1\n# Prints: 2\nprint(cup)\n# Prints: 3\nprint(cup + 1)", &["unsettled", "unsettled"]),
        ("print(1)\n# Prints: 1\nprint(2)\n# Prints: 3\n", &["holds", "wrong"]),
        ("# True, as cups are equal\nprint([1] == [1])\n# False, as order counts\nprint([1, 2] == [2, 1])", &["unsettled"]),
        ("# Cups are equal\nprint([1] == [1])\n# False, as order counts\nprint([1, 2])", &["wrong"]),
        ("print([1] == [1])\n# False, as order counts\nprint([1, 2] == [2, 1])", &["wrong"]),
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

/// A file that an example was to find, how fast something went, and a prompt where nothing can be awaited.
#[test]
fn what_other_machines_and_prompts_show() {
    let open = |message: &str| {
        format!(">>> def open_pot(path):\n...     raise ValueError(f'{message}: {{path}}')\n...\n>>> open_pot('hot/tea.txt')\n'tea'")
    };
    let awaiting =
        |message: &str| format!(">>> import asyncio\n>>> await asyncio.sleep(0)\n  File \"<stdin>\", line 1\nSyntaxError: {message}");
    expect(&[
        (&open("no such file"), &["unsettled"]),
        (&open("no such tea"), &["wrong"]),
        (">>> for cup in range(5):\n...     pass\n100%|#####| 5/5 [00:00<00:00, 9.5it/s]", &["unsettled"]),
        (&awaiting("'await' outside function"), &["unsettled"]),
        (&awaiting("invalid syntax"), &["wrong"]),
    ]);
}

/// The rest of a call that has no prompt is no output.
#[test]
fn calls_that_go_on_without_a_prompt() {
    expect(&[(">>> max(5,\n6)", &["unsettled"]), (">>> max(5\nTraceback (most recent call last):\n  ...\nTypeError: hot", &["wrong"])]);
}

/// What the text says of a thing that no example made is so of that thing, and not of the last one that had its name.
#[test]
fn things_that_the_text_tells_of() {
    let pots = "```python\npot = range(5)\n```\n\n";
    let told = |above: &str, claim: &str| format!("{pots}{above}\n\n```python\n{claim}\n```\n");
    for (page, wanted) in [
        (told("For a pot of [1, 2]:", "list(pot)  # [1, 2]"), "unsettled"),
        (told("For a pot of [1, 3]:", "list(pot)  # [1, 2]"), "wrong"),
        (told("For a pot of [1, 2]:", "pot = range(2)\nlist(pot)  # [1, 2]"), "wrong"),
    ] {
        let folder = folder_of(&[("a.md", &page)]);
        let report = check(folder.path(), &["a.md"]).json();
        assert_eq!(report["examples"][1]["claims"][0]["verdict"], wanted, "{page}");
    }
}

/// `True` behind what fills a container is no value of it.
#[test]
fn whether_a_container_counts_as_true() {
    expect(&[
        (">>> cups = [object()]  # True\n>>> del cups[:]  # False\n>>> cups\n[]", &["unsettled", "unsettled", "holds"]),
        (">>> cups = [object()]  # False\n>>> del cups[:]  # True", &["wrong", "wrong"]),
    ]);
}

#[test]
fn what_other_programs_tell() {
    let raising = |name: &str| {
        format!(
            ">>> from shutil import which as found\n>>> raise ValueError('hot\\nby ' + found('sh'))\nTraceback (most recent call last):\n  ...\nValueError: hot\nby /opt/bin/{name}"
        )
    };
    let run = |lines: &str| {
        format!(
            ">>> import subprocess\n>>> def run(*words):\n...     return subprocess.run(words, capture_output=True, text=True).stdout\n...\n{lines}"
        )
    };
    expect(&[
        (&run(">>> run('ls')\n'tea.txt\\n'"), &["unsettled"]),
        (&run(">>> run('ls')\n''\n>>> 2 + 3\n6"), &["holds", "wrong"]),
        (&run(">>> open('tea.txt', 'w').close()\n>>> run('ls')\n'milk.txt\\n'"), &["wrong"]),
        (&run(">>> run('echo', 'tea')\n'milk\\n'"), &["wrong"]),
        (">>> from shutil import which as found\n>>> found('sh') + ' -c tea'\n'/opt/bin/sh -c tea'", &["unsettled"]),
        (">>> from shutil import which as found\n>>> found('sh') + ' -c tea'\n'/opt/bin/sh -c milk'", &["wrong"]),
        (&raising("sh"), &["unsettled"]),
        (&raising("tea"), &["wrong"]),
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

/// IPython shows objects by their module and without `object`, and functions without their address.
#[test]
fn objects_as_other_prompts_show_them() {
    let pot = |shown: &str| format!(">>> class Pot: pass\n>>> [Pot(), 5]\n{shown}");
    let brew = |shown: &str| format!(">>> def brew(): pass\n>>> brew\n{shown}");
    expect(&[
        (&pot("[<Pot at 0x7f1234567890>, 5]"), &["holds"]),
        (&pot("[<Pot at 0x...>, 5]"), &["holds"]),
        (&pot("[<Pot object at ...>, 5]"), &["holds"]),
        (&pot("[<Pot at 0x7f1234567890>, 6]"), &["wrong"]),
        (&pot("[<Cup at 0x7f1234567890>, 5]"), &["wrong"]),
        (&brew("<function tea.brew>"), &["unsettled"]),
        (&brew("<function tea.pour>"), &["wrong"]),
        (">>> from typing import List\n>>> List[int]\nList[int]", &["holds"]),
        (">>> from typing import List\n>>> List[int]\nList[str]", &["wrong"]),
    ]);
}

#[test]
fn lists_of_names_that_are_not_defined() {
    let cups = |shown: &str| {
        format!(
            ">>> class Cup:\n...     def __init__(self, name): self.name = name\n...     def __repr__(self): return self.name\n...\n>>> [Cup('mug'), Cup('pot'), Cup('jar')]\n{shown}"
        )
    };
    expect(&[
        (&cups("[mug, pot, jar]"), &["holds"]),
        (&cups("[mug, jar, pot]"), &["wrong"]),
        (&cups("[mug, pot, can]"), &["wrong"]),
        (&cups("[x, y, z]"), &["unsettled"]),
        (&cups("[mug, pot, jar]\n>>> Cup('tea')\nmilk"), &["holds", "wrong"]),
        (&cups("[mug, pot, jar]\n>>> Cup('[0, 5) {')\n[0, 6) {"), &["holds", "wrong"]),
    ]);
}

/// A prompt that was told to shows values otherwise; and where a terminal knows no more than ASCII, what is drawn is drawn otherwise.
#[test]
fn values_as_a_prompt_was_told_to_show_them() {
    let hook = |mark: &str, shown: &str| {
        format!(">>> import sys\n>>> sys.displayhook = lambda value: print(value, '{mark}', 'tea')\n>>> 5\n{shown}")
    };
    expect(&[
        (&hook("-", "5 - tea"), &["holds"]),
        (&hook("─", "5 ─ tea"), &["holds"]),
        (&hook("─", "5 - tea"), &["unsettled"]),
        (&hook("─", "6 ─ tea"), &["wrong"]),
        (&hook("-", "6 - tea"), &["wrong"]),
    ]);
}

#[test]
fn what_a_page_does_to_what_is_shown() {
    let log = |shown: &str| {
        format!(">>> def pour(): raise ValueError('hot')\n>>> pour()\n{shown}\nTraceback (most recent call last):\n  ...\nValueError: hot")
    };
    expect(&[
        (">>> 'tea and milk'\n'tea\nand milk'", &["holds"]),
        (">>> 'tea and milk'\n'tea\nand sugar'", &["wrong"]),
        (">>> print('tea')\n{pour}tea{stop}", &["unsettled"]),
        (">>> print('tea')\n{pour}milk{stop}", &["wrong"]),
        (">>> [1, 2]  # paraphrased\n[1, '2']", &["unsettled"]),
        (">>> [1, 2]  # said twice\n[1, '2']", &["wrong"]),
        (&log("2024-05-06 07:08:09,123 INFO tea: pours"), &["unsettled", "holds"]),
        (&log("pours"), &["wrong", "holds"]),
        (">>> print('a\\n\\x1b[2K\\rb')\nb", &["holds"]),
        (">>> print('a\\n\\x1b[2K\\rb')\na", &["wrong"]),
        (">>> print('\\u2764\\ufe0f tea')\n\u{2764} tea #hot, not cold", &["holds"]),
        (">>> print('\\u2764\\ufe0f tea')\n\u{2764} milk #hot, not cold", &["wrong"]),
        (">>> 2 + 3\n# cups, and\n# pots\n5", &["holds"]),
        (">>> 2 + 3\n# cups\n6", &["wrong"]),
        (">>> 2 + 3\n## say what it is", &["unsettled"]),
        (">>> '\\ntea\\nmilk'\n\"\"\"\ntea\nmilk\n\"\"\"", &["holds"]),
        (">>> '\\ntea\\nmilk'\n\"\"\"\ntea\nsugar\n\"\"\"", &["wrong"]),
        (">>> cups = {1: 2}\n>>> cups[3] = 4\n{1: 2, 3: 4}", &["holds"]),
        (">>> cups = {1: 2}\n>>> cups[3] = 4\n{1: 2, 3: 5}", &["wrong"]),
        (">>> print('1 cup\\r2 cups')\n2 cups", &["holds"]),
        (">>> print('1 cup\\r2 cups')\n1 cup", &["wrong"]),
    ]);
}

/// What is sorted by the rules of a place is sorted otherwise where its locale isn't installed.
#[test]
fn a_locale_that_is_not_here() {
    let found = verdicts(
        "document",
        &[">>> import locale\n>>> _ = locale.setlocale(locale.LC_ALL, 'xx_XX.UTF-8')", ">>> sorted('bA')\n['b', 'A']"],
    );
    assert_eq!(found, [vec![], vec!["unsettled"]]);
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

#[test]
fn what_is_for_a_type_checker() {
    expect(&[
        (">>> cups = 3\n>>> assert isinstance(cups, str)\n>>> reveal_type(cups)", &["unsettled"]),
        (">>> from typing import reveal_type\n>>> cups = 3\n>>> assert isinstance(cups, str)\n>>> reveal_type(cups)", &["wrong"]),
    ]);
}

#[test]
fn names_of_varying_modules_for_other_objects() {
    let name =
        |shown: &str| format!(">>> class Site:\n...     def name(self): return 'tea'\n...\n>>> site = Site()\n>>> site.name()\n{shown}");
    expect(&[
        (&name("'tea'"), &["holds"]),
        (&name("'milk'"), &["wrong"]),
        (">>> import site\n>>> site.getuserbase()\n'/home/tea/.local'", &["unsettled"]),
    ]);
}

#[test]
fn values_as_a_library_shows_them() {
    let cups = "import sys, types\ntea = types.ModuleType('tea')\nexec('def show(value):\\n    print([len(value)])', tea.__dict__)\nclass Cups(list):\n    pass\n";
    expect(&[
        (&format!("{cups}sys.displayhook = tea.show\nCups([1, 2])  # [2]"), &["holds"]),
        (&format!("{cups}sys.displayhook = tea.show\nCups([1, 2])  # [3]"), &["wrong"]),
        (&format!("{cups}Cups([1, 2])  # [2]"), &["wrong"]),
    ]);
}
