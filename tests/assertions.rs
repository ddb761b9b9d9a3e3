//! Assertions as claims, through the real binary.

mod common;

use common::{check, folder_of};

/// Line and verdict of each claim of a page whose one block holds this code, with what was seen.
fn judged(code: &str) -> Vec<(u64, String, String)> {
    of_page(&format!("```python\n{code}\n```\n"))
}

fn of_page(page: &str) -> Vec<(u64, String, String)> {
    let folder = folder_of(&[("page.md", page)]);
    let report = check(folder.path(), &["page.md"]).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let examples = report["examples"].as_array().expect("examples").clone();
    let claims = examples.iter().flat_map(|example| example["claims"].as_array().expect("claims").clone());
    claims.map(|claim| (claim["line"].as_u64().unwrap_or(0), text(&claim["verdict"]), text(&claim["actual"]))).collect()
}

fn rows(rows: &[(u64, &str, &str)]) -> Vec<(u64, String, String)> {
    rows.iter().map(|(line, verdict, actual)| (*line, (*verdict).to_owned(), (*actual).to_owned())).collect()
}

#[test]
fn what_is_asserted_holds_or_is_wrong_with_what_was_seen() {
    let code = "def total(items):\n    return sum(items)\n\nassert total([1]) == 1\nassert [3] == [total([1, 1])]\nassert total([]) == 0";
    assert_eq!(judged(code), rows(&[(5, "holds", ""), (6, "wrong", "[2]"), (7, "unsettled", "")]));
    assert_eq!(judged("assert isinstance(5, str)"), rows(&[(2, "wrong", "False")]));
    assert_eq!(judged("assert 'milk' in ['tea']"), rows(&[(2, "wrong", "['tea']")]));
    // Each time.
    assert_eq!(judged("for n in range(3):\n    assert n < 2"), rows(&[(3, "wrong", "2")]));
    assert_eq!(judged(">>> assert 1 + 1 == 3\n>>> 1 + 1\n2"), rows(&[(2, "wrong", "2"), (4, "holds", "2")]));
    // What it looks at is looked at once.
    let once = "cups = iter([1, 2])\nassert next(cups) == 1\nassert next(cups) == 2\nassert list(cups) == [3]";
    assert_eq!(judged(once), rows(&[(3, "holds", ""), (4, "holds", ""), (5, "wrong", "[]")]));
}

#[test]
fn a_failing_assertion_is_told_once_and_ends_its_example_as_the_interpreter_does() {
    let folder = folder_of(&[("page.md", "```python\nassert 1 + 1 == 3\nprint('tea')  # tea\n```\n")]);
    let call = check(folder.path(), &["page.md"]);
    let example = call.example("page.md:2");
    assert_eq!(example["outcome"], "ran", "{example:#}");
    assert_eq!(example["reason"], "stopped by an assertion that fails: AssertionError");
    assert_eq!(example["claims"][1]["reason"], "never reached: stopped at line 2 by AssertionError");
    assert_eq!(call.code, Some(1));
}

#[test]
fn what_isn_t_the_assertion_s_own_doing_stays_what_it_is() {
    // Raised within what it calls, or by a name that the page leaves out.
    assert_eq!(
        judged("def f():\n    raise AssertionError('no tea')\n\nassert f() == 1"),
        rows(&[(5, "wrong", "raises AssertionError: no tea")])
    );
    assert_eq!(judged("assert pour(1) == 1"), rows(&[(2, "unsettled", "")]));
    assert_eq!(judged("import random\nassert random.random() > 5").first().map(|row| row.1.as_str()), Some("unsettled"));
    // The page says that it fails.
    let page = "```python\ncups = -1\nassert cups > 0, 'too few'\n```\n\nOutput:\n\n```\nAssertionError: too few\n```\n";
    assert_eq!(of_page(page), rows(&[(3, "unsettled", "-1"), (9, "holds", "raises AssertionError: too few")]));
}

#[test]
fn output_may_name_an_exception_without_its_traceback() {
    let page = |code: &str, shown: &str| format!("```python\n{code}\n```\n\nOutput:\n\n```\n{shown}\n```\n");
    let verdict = |page: String| of_page(&page).pop().map(|row| row.1).unwrap_or_default();
    let shown = "ValueError: invalid literal for int() with base 10: 'tea'";
    assert_eq!(verdict(page("int('tea')", shown)), "holds");
    assert_eq!(verdict(page("int('milk')", shown)), "wrong");
    let handled = "try:\n    int('tea')\nexcept ValueError as error:\n    print(f'ValueError: {error}')";
    assert_eq!(verdict(page(handled, shown)), "holds");
}
