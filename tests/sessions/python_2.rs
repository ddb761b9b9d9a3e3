//! What was typed and shown in Python 2: it says nothing against a page, as long as it's that which makes the difference.

use super::*;

/// The verdicts on the claims of each page.
fn verdicts_of(page: &str) -> Vec<String> {
    let folder = folder_of(&[("a.md", page)]);
    let report = check(folder.path(), &["a.md"]).json();
    let claims = report["examples"].as_array().expect("examples").iter().flat_map(|example| example["claims"].as_array().expect("claims"));
    claims.map(|claim| claim["verdict"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn methods_and_arguments_that_are_gone() {
    expect(&[
        (
            ">>> {'tea': 2}.has_key('tea')\nTrue\n>>> sorted([3, 1], cmp=lambda a, b: a - b)\n[1, 3]\n>>> 'tea'.decode('utf-8')\nu'tea'",
            &["unsettled", "unsettled", "unsettled"],
        ),
        (">>> {'tea': 2}.has_tea('tea')\nTrue\n>>> sorted([3, 1], cup=2)\n[1, 3]", &["wrong", "wrong"]),
    ]);
}

#[test]
fn statements_that_are_no_python_any_more() {
    expect(&[
        (">>> cups = {'tea': 2}\n>>> print cups['tea']\n2\n>>> [cup for cup in 1, 2]\n[1, 2]", &["unsettled", "unsettled"]),
        (">>> while True print('tea')\n  File \"<stdin>\", line 1\nSyntaxError: invalid syntax", &["holds"]),
        (">>> print 'tea'\n  File \"<stdin>\", line 1\nSyntaxError: invalid syntax", &["unsettled"]),
    ]);
    let session =
        |print: &str| verdicts_of(&format!("```python\n>>> {print}\ntea\n>>> 3 / 2\n1\n>>> map(str, [1])\n['1']\n>>> 2 + 2\n5\n```\n"));
    assert_eq!(session("print 'tea'"), ["unsettled", "unsettled", "unsettled", "wrong"]);
    assert_eq!(session("print('tea')"), ["holds", "wrong", "wrong", "wrong"]);
}

#[test]
fn pages_that_name_it() {
    let session = "```python\n>>> 3 / 2\n1\n```\n";
    for above in ["In Python 2, tea is poured so:", "在 Python 2 中：", "### Python 2", "**Python 2.7**", "## In Python 2\n\nTea is hot."]
    {
        assert_eq!(verdicts_of(&format!("{above}\n\n{session}")), ["unsettled"], "{above}");
    }
    for above in ["### Python 3", "### From Python 2 to Python 3", "## Python 2\n\nTea.\n\n## Python 3"] {
        assert_eq!(verdicts_of(&format!("{above}\n\n{session}")), ["wrong"], "{above}");
    }
    let script = |print: &str| format!("```python\n{print}\n```\n\nThen:\n\n```python\nprint(7 / 2)  # 3\nprint(7 + 2)  # 8\n```\n");
    assert_eq!(verdicts_of(&script("for cup in xrange(3):\n    print cup")), ["unsettled", "wrong"]);
    assert_eq!(verdicts_of(&script("for cup in range(3):\n    print(cup)")), ["wrong", "wrong"]);
}
