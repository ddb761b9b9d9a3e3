//! Examples that share a process, as the documents or the configuration say: each has its own verdicts, and none takes another one along.

mod common;

use common::{check, folder_of, verify_in};
use serde_json::Value;

/// A document of these blocks of Python, whose examples share a namespace.
fn document(blocks: &[&str]) -> String {
    let blocks: String = blocks.iter().map(|block| format!("```python\n{block}\n```\n\n")).collect();
    format!("---\nstate: document\n---\n\n{blocks}")
}

/// The report of such a document, and for each example its outcome and the verdicts on its claims.
fn checked(blocks: &[&str], arguments: &[&str]) -> (Value, Vec<(String, Vec<String>)>) {
    let folder = folder_of(&[("a.md", &document(blocks))]);
    let report = check(folder.path(), &[&["a.md"], arguments].concat()).json();
    let told = told(&report);
    (report, told)
}

fn told(report: &Value) -> Vec<(String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let examples = report["examples"].as_array().expect("examples");
    let verdicts =
        |example: &Value| example["claims"].as_array().expect("claims").iter().map(|claim| text(&claim["verdict"])).collect::<Vec<_>>();
    examples.iter().map(|example| (text(&example["outcome"]), verdicts(example))).collect()
}

fn expected(told: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    told.iter().map(|(outcome, verdicts)| ((*outcome).to_owned(), verdicts.iter().map(|it| (*it).to_owned()).collect())).collect()
}

#[test]
fn each_example_has_its_own_verdicts_output_and_lines() {
    let blocks = [
        "x = [1]\nprint('zwölf')  # zwölf",
        ">>> x.append(2)\n>>> x\n[1, 2]\n>>> print(len(x))\n3\n",
        "def f():\n    return x[9]\nf()  # IndexError",
        "print('last', len(x))  # last 2\nx = 5",
        "await __import__('asyncio').sleep(0, x)  # 5",
        "def broken(:\n    pass",
        "x  # 5\nboom()\nx  # 5",
        "x  # 5",
    ];
    let (report, told) = checked(&blocks, &[]);
    let outcomes: [(&str, &[&str]); 8] = [
        ("ran", &["holds"]),
        ("ran", &["holds", "wrong"]),
        ("ran", &["holds"]),
        ("ran", &["holds"]),
        ("ran", &["holds"]),
        ("invalid", &[]),
        ("raised", &["holds", "unsettled"]),
        ("ran", &["holds"]),
    ];
    assert_eq!(told, expected(&outcomes), "{report:#}");
    let wrong = &report["examples"][1]["claims"][1];
    assert_eq!((wrong["line"].as_u64(), wrong["actual"].as_str()), (Some(15), Some("2")), "{wrong:#}");
    assert!(report["examples"][6]["reason"].as_str().is_some_and(|reason| reason.contains("boom")), "{report:#}");
    // One alone is the same, behind those that it continues; and so is any number of jobs.
    let folder = folder_of(&[("a.md", &document(&blocks))]);
    let id = report["examples"][3]["id"].as_str().expect("an id");
    let alone = check(folder.path(), &["a.md", "--snippet", id]).json();
    assert_eq!(self::told(&alone), expected(&[("ran", &["holds"])]), "{alone:#}");
    let one = check(folder.path(), &["a.md", "--jobs", "1"]).json();
    assert_eq!(self::told(&one), told);
}

/// What went wrong is nobody else's fault: claims behind it may follow from it.
#[test]
fn a_claim_behind_an_exception_is_not_called_wrong() {
    let (report, told) = checked(&["x = 1", "x = y", "x  # 2", "x  # 1"], &[]);
    let outcomes: [(&str, &[&str]); 4] = [("ran", &[]), ("raised", &[]), ("ran", &["unsettled"]), ("ran", &["holds"])];
    assert_eq!(told, expected(&outcomes), "{report:#}");
    let reason = report["examples"][2]["claims"][0]["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("an example that it continues had raised NameError"), "{reason}");
    let (report, told) = checked(&["x = 1", "x.y()  # AttributeError", "x  # 2"], &[]);
    assert_eq!(told[2].1, ["wrong"], "an exception that is claimed is no trouble: {report:#}");
}

#[test]
fn an_example_that_ends_the_process_ends_it_for_itself() {
    for (end, outcome) in [
        ("import os; os._exit(3)", "crashed"),
        ("import ctypes; ctypes.string_at(0)", "crashed"),
        ("import time; time.sleep(60)", "timed-out"),
    ] {
        let blocks = ["x = 1\nx  # 1", "y = 2\ny  # 2", end, "x + y  # 3", "x = 7\nx  # 7", "x + y  # 9\nx + y  # 8"];
        let (report, told) = checked(&blocks, &["--timeout", "3"]);
        let outcomes: [(&str, &[&str]); 6] = [
            ("ran", &["holds"]),
            ("ran", &["holds"]),
            (outcome, &[]),
            ("ran", &["holds"]),
            ("ran", &["holds"]),
            ("ran", &["holds", "unsettled"]),
        ];
        assert_eq!(told, expected(&outcomes), "{end}: {report:#}");
        let reason = report["examples"][5]["claims"][1]["reason"].as_str().unwrap_or_default();
        assert!(reason.starts_with("an example that it continues had ended its process: "), "{reason}");
    }
}

/// Limits are those of each example, not of all of them together.
#[test]
fn each_example_has_its_own_limits() {
    let some = "print('a' * 700_000)";
    let (report, told) = checked(&[some, some, "x = 1\nprint('a' * 1_500_000)", some, "x  # 1"], &[]);
    let outcomes: [(&str, &[&str]); 5] = [("ran", &[]), ("ran", &[]), ("crashed", &[]), ("ran", &[]), ("ran", &["holds"])];
    assert_eq!(told, expected(&outcomes), "{report:#}");
}

#[test]
fn a_wrong_claim_runs_twice_here_as_well() {
    let varying = "import os\ngetattr(os, 'get' + 'pid')()  # 987654321";
    let (report, told) = checked(&["x = 1\nx  # 2", varying, "x  # 1"], &[]);
    assert_eq!(told, expected(&[("ran", &["wrong"]), ("ran", &["unsettled"]), ("ran", &["holds"])]), "{report:#}");
    assert!(report["examples"][1]["claims"][0]["again"].is_string(), "{report:#}");
}

#[test]
fn docstrings_of_a_file_share_a_process_and_no_names() {
    let module = r#""""Module.

>>> import json
>>> json.marked = 1
>>> own = total([1])
"""

def total(items):
    """Adds.

    >>> total([1, 2])
    3
    >>> own
    Traceback (most recent call last):
    NameError: name 'own' is not defined

    And then, in the same process:

    >>> import json
    >>> json.marked
    1
    """
    return sum(items)
"#;
    let folder = folder_of(&[("verify.toml", "state = \"document\"\n"), ("shop.py", module)]);
    let report = verify_in(folder.path(), &["--format", "json", "shop.py"]).json();
    assert_eq!(report["summary"]["claims"]["holds"], 3, "{report:#}");
    let folder = folder_of(&[("verify.toml", "state = \"names\"\n"), ("shop.py", module)]);
    let report = verify_in(folder.path(), &["--format", "json", "shop.py"]).json();
    assert_eq!(report["summary"]["claims"]["holds"], 2, "by default each has a process of its own: {report:#}");
}

#[test]
fn groups_have_a_process_each() {
    let page = "Page\n====\n\n.. testsetup:: *\n\n   import os\n\n.. testcode:: one\n\n   x = 1\n\n.. testcode:: two\n\n   print('x' in globals())\n\n.. testoutput:: two\n\n   False\n\n.. testcode:: one\n\n   print(x, os.sep)\n\n.. testoutput:: one\n\n   1 /\n";
    let folder = folder_of(&[("verify.toml", "state = \"group\"\n"), ("page.rst", page)]);
    let report = verify_in(folder.path(), &["--format", "json", "page.rst"]).json();
    let claims = &report["summary"]["claims"];
    assert_eq!((&claims["holds"], &claims["wrong"]), (&2.into(), &0.into()), "{report:#}");
}

/// The work grows with their number, and not with its square.
#[test]
fn many_examples_see_each_other() {
    let blocks: Vec<String> = (0..1_000).map(|number| format!(">>> x{number} = {number}\n>>> x{number} + 1\n{}\n", number + 1)).collect();
    let (report, _) = checked(&blocks.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    assert_eq!(report["summary"]["claims"]["holds"], 1_000);
}

#[test]
fn claims_are_rewritten_where_examples_share_names() {
    let folder = folder_of(&[("a.md", &document(&["x = [3, 1]", "x.sort()\nx  # [3, 1]", ">>> x[0]\n3\n"]))]);
    let fixed = verify_in(folder.path(), &["a.md", "--fix", "--in-ci"]);
    let text = std::fs::read_to_string(folder.path().join("a.md")).expect("the document");
    assert!(text.contains("x  # [1, 3]\n") && text.contains(">>> x[0]\n1\n"), "{text}\n{}{}", fixed.stdout, fixed.stderr);
    assert_eq!(verify_in(folder.path(), &["a.md"]).code, Some(0));
}
