//! Examples that begin alike or continue one another run as one family of processes: what each of them shows is what it shows by itself.

mod common;

use common::{check, folder_of};
use serde_json::Value;

/// A document of these blocks of Python.
fn document(blocks: &[&str]) -> String {
    blocks.iter().map(|block| format!("```python\n{block}\n```\n\n")).collect()
}

/// What is told of an example, but for the time that it took.
fn told(example: &Value) -> Value {
    let mut told = example.clone();
    let fields = told.as_object_mut().expect("an example");
    fields.retain(|name, _| !["seconds", "slow"].contains(&name.as_str()));
    for claim in fields["claims"].as_array_mut().expect("claims") {
        claim.as_object_mut().expect("a claim").remove("seconds");
    }
    told
}

/// Checks a document as a whole, and each of its examples by itself: the same is told of each. What became of each, and of its claims.
fn compared(name: &str, text: &str) -> Vec<(String, Vec<String>)> {
    let folder = folder_of(&[(name, text)]);
    let report = check(folder.path(), &[name]).json();
    let examples = report["examples"].as_array().expect("examples");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for example in examples {
        let alone = check(folder.path(), &[name, "--snippet", &text(&example["id"])]).json();
        assert_eq!(told(example), told(&alone["examples"][0]));
    }
    let verdicts = |example: &Value| example["claims"].as_array().expect("claims").iter().map(|claim| text(&claim["verdict"])).collect();
    examples.iter().map(|example| (text(&example["outcome"]), verdicts(example))).collect()
}

/// The same for a document of these blocks of Python.
fn checked(blocks: &[&str]) -> Vec<(String, Vec<String>)> {
    let told = compared("a.md", &document(blocks));
    assert_eq!(told.len(), blocks.len(), "{told:?}");
    told
}

fn all_hold(blocks: &[&str]) {
    for (number, (outcome, verdicts)) in checked(blocks).into_iter().enumerate() {
        assert!(outcome == "ran" && verdicts.iter().all(|verdict| verdict == "holds"), "{}: {outcome} {verdicts:?}", blocks[number]);
    }
}

#[test]
fn each_sees_what_those_left_that_it_continues_and_nothing_of_the_others() {
    all_hold(&[
        "x = [1]\nprint(x)  # [1]",
        "y = x + [2]\ny  # [1, 2]",
        "x.append(9)\ny.append(len(x))\ny  # [1, 2, 2]",
        "z = len(y)\nz  # 3",
        "w = [*x, z]\nw  # [1, 9, 3]",
        "v = z + 1\nv  # 4",
        "u = [v, *w]\nu  # [4, 1, 9, 3]",
        ">>> w.clear()\n>>> print(*w, 'none')\nnone\n",
        ">>> print(v, *x)\n4 1 9\n",
    ]);
}

#[test]
fn what_cannot_be_copied_is_not_shared() {
    all_hold(&[
        // A file, which another one would find.
        "import os\nlong = 4",
        "with open('made', 'w') as file:\n    print(file.write('text') == long)  # True",
        "assert 'made' not in os.listdir(), long",
        // A pipe, which can be read once.
        "import os\nout, into = os.pipe()\nos.write(into, b'abc')  # 3",
        "first = os.read(out, 2)\nfirst  # b'ab'",
        "os.read(out, 2)  # b'c'",
        // A thread, which no copy has.
        "import threading\ndone = threading.Event()\nthread = threading.Thread(target=done.wait, daemon=True)\nthread.start()",
        "thread.is_alive()  # True\ndone.set()\nthread.join()\nthread.is_alive()  # False",
        "done.set()\nthread.join(5)\ndone.is_set()  # True",
    ]);
}

#[test]
fn a_copy_is_told_nothing() {
    // A fork would give `random` a new seed.
    all_hold(&[
        "from random import Random, random as draw, seed\nseed(7)\nfirst = Random(7)",
        "one = draw() == first.random()\none  # True",
        "other = draw() == first.random()\nother  # True",
        "draw() == first.random(), one  # (True, True)",
    ]);
}

#[test]
fn each_ends_as_a_process_of_its_own_does() {
    let blocks = [
        "import atexit\natexit.register(print, 'end')\nprint('a')",
        "class C:\n    def __del__(self):\n        print('gone')\nc = C()",
        "d = c\nprint('b')  # b",
        "atexit.register(print, 'other')\ndel c\nprint('c')  # gone c",
    ];
    let told = checked(&blocks);
    assert!(told.iter().all(|(outcome, _)| outcome == "ran"), "{told:?}");
}

#[test]
fn what_goes_wrong_in_one_is_told_of_it_and_of_what_follows_from_it() {
    let told = checked(&[
        "x = 1",
        "x + 1  # 3",
        "y = x + 1\nmissing\ny  # 2",
        "y  # 2",
        "x  # 1",
        "z = x\nimport os\nos._exit(3)",
        "z  # 1",
        "v = 'a'\nx + 3  # 4",
        "raise SystemExit(v)",
        "def broken(:\n    v",
        "v + 'b'  # 'ab'",
    ]);
    let outcomes: Vec<&str> = told.iter().map(|(outcome, _)| outcome.as_str()).collect();
    assert_eq!(&outcomes[..6], ["ran", "ran", "raised", "ran", "ran", "crashed"], "{told:?}");
    assert_eq!((&told[1].1[..], &told[4].1[..], &told[7].1[..]), (&["wrong".into()][..], &["holds".into()][..], &["holds".into()][..]));
    assert_eq!(told[10].1, ["holds"], "{told:?}");
}

#[test]
fn a_limit_ends_the_one_that_reaches_it() {
    let folder = folder_of(&[("a.md", &document(&["x = 1", "while x:\n    pass", "y = x\ny  # 1", "y + x  # 2"]))]);
    let report = check(folder.path(), &["a.md", "--timeout", "1"]).json();
    let outcomes: Vec<&str> = report["examples"].as_array().expect("examples").iter().filter_map(|one| one["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["ran", "timed-out", "ran", "ran"], "{report:#}");
}

/// A module whose functions have these sessions as their docstrings.
fn module(head: &str, sessions: &[&str]) -> String {
    let functions = sessions.iter().enumerate().map(|(number, session)| {
        let lines: String = session.lines().map(|line| format!("    {line}\n")).collect();
        format!("\n\ndef cup{number}():\n    r\"\"\"A cup.\n\n{lines}    \"\"\"\n")
    });
    format!("{head}\n{}", functions.collect::<String>())
}

#[test]
fn docstrings_find_their_module_as_its_import_has_left_it() {
    let told = compared(
        "a.py",
        &module(
            "import os, random\nshelf = ['tea']\ndraw = random.Random(7)",
            &[
                ">>> shelf.append('mug')\n>>> shelf\n['tea', 'mug']",
                ">>> shelf\n['tea']",
                // It ends by an exception that nobody claimed, and what it printed is its own.
                ">>> print('one')\none\n>>> missing\n>>> shelf\n['tea']",
                ">>> print('two')\ntwo\n>>> shelf.pop()\n'mug'",
                // A file, which another one would find.
                ">>> with open('made', 'w') as file:\n...     print(file.write('text'))\n4",
                ">>> 'made' in os.listdir()\nFalse",
                // A thread, which no copy has.
                ">>> import threading\n>>> threading.Thread(target=threading.Event().wait, daemon=True).start()\n>>> threading.active_count()\n2",
                ">>> import threading\n>>> threading.active_count()\n1",
                // The end of the process, in each of the ways.
                ">>> os._exit(3)\n>>> shelf\n['tea']",
                ">>> raise SystemExit('end')\n>>> shelf\n['tea']",
                ">>> import atexit\n>>> _ = atexit.register(print, 'over')\n>>> shelf\n['tea']",
                ">>> first = draw.random()\n>>> first == random.Random(7).random()\nTrue",
                ">>> draw.random() == random.Random(7).random()\nTrue",
                ">>> def broken(:\n>>> shelf\n['tea']",
                ">>> shelf\n['tea']",
            ],
        ),
    );
    let verdicts: Vec<&str> = told.iter().flat_map(|(_, verdicts)| verdicts).map(String::as_str).collect();
    let outcomes: Vec<&str> = told.iter().map(|(outcome, _)| outcome.as_str()).collect();
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == "wrong").count(), 1, "{told:?}");
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == "ran").count(), 11, "{told:?}");
}

#[test]
fn docstrings_of_a_module_that_cannot_be_copied_run_by_themselves() {
    let sessions = [">>> thread.is_alive()\nTrue", ">>> thread.is_alive(), 1\n(True, 1)", ">>> 1 + 1\n2"];
    let told = compared(
        "a.py",
        &module("import threading\nthread = threading.Thread(target=threading.Event().wait, daemon=True)\nthread.start()", &sessions),
    );
    assert!(told.iter().all(|(outcome, verdicts)| outcome == "ran" && verdicts == &["holds"]), "{told:?}");
}
