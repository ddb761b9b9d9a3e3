//! What people paste from a prompt: tracebacks of every kind, remarks in between, both streams; and what depends on the machine it was
//! typed on. Each way of writing has a session that holds and one that doesn't.

#[path = "../common/mod.rs"]
mod common;
mod pages;
mod python_2;
mod raising;
mod torn;

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
        (">>> cup = 5\n>>> print cup\n5\n>>> len('tea')\n4\n>>> cup\n6\n", &["unsettled", "wrong", "unsettled"]),
    ]);
}

/// A name of the standard library that the document doesn't import may be another one, which takes its arguments in another order.
#[test]
fn names_that_the_document_does_not_import() {
    let session = ">>> groupby(len, ['tea', 'pot'])\n{3: ['tea', 'pot']}\n";
    assert_eq!(verdicts("names", &[session]), [["unsettled"]]);
    assert_eq!(verdicts("names", &[&format!(">>> from itertools import groupby\n{session}")]), [["wrong"]]);
    assert_eq!(verdicts("names", &[">>> sqrt(4)\n3.0\n"]), [["wrong"]]);
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
        ("cup = 1\n# Prints: 2\nprint(cup)\n# Prints: 3\nprint(cup + 1)", &["wrong", "unsettled"]),
        ("print(1)\n# Prints: 1\nprint(2)\n# Prints: 3\n", &["holds", "wrong"]),
        ("# True, as cups are equal\nprint([1] == [1])\n# False, as order counts\nprint([1, 2] == [2, 1])", &["unsettled"]),
        ("# Cups are equal\nprint([1] == [1])\n# False, as order counts\nprint([1, 2])", &["wrong"]),
        ("print([1] == [1])\n# False, as order counts\nprint([1, 2] == [2, 1])", &["wrong"]),
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

/// Output with empty lines in it: what stands below them is shown as well where nearly all of it is so, and what begins with a line end has none above it.
#[test]
fn empty_lines_in_output() {
    expect(&[
        (">>> print('one\\n\\ntwo')\none\n\ntwo", &["holds"]),
        (">>> print('one\\n\\ntwo')\none\n\nthree", &["wrong"]),
        (">>> print('one\\n\\ntwo')\none\n\nAnd so on, as one would have thought.\n", &["unsettled"]),
        (">>> print('\\none\\ntwo')\n\none\ntwo", &["holds"]),
        (">>> print('\\none\\ntwo')\n\none\nthree", &["wrong"]),
        (">>> print('one')\n\ntwo", &[]),
        (">>> b'\\x80tea'.decode('utf-8', 'replace')\n'\u{fffd}tea'", &["holds"]),
        (">>> b'\\x80tea'.decode('utf-8', 'replace')\n'\u{fffd}ten'", &["wrong"]),
        (">>> print('C:' + chr(92) + r'tea\\cup')\nC:\\tee\\cup", &["unsettled"]),
        (">>> print(r'C:\\tea\\cup')\nC:\\tee\\cup", &["wrong"]),
    ]);
}
