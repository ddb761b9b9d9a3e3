//! Output that prose shows of the code above it: below a label, beside it, or as the answer to a question.

mod common;

use std::fs;

use common::{command, finish, verify_in};

/// The expected text and the verdict of each claim of a page.
fn claims(name: &str, text: &str) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(name), text).expect("a document");
    let report = verify_in(folder.path(), &["--format", "json", name]).json();
    let examples = report["examples"].as_array().expect("examples");
    let claims = examples.iter().flat_map(|example| example["claims"].as_array().expect("claims"));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    claims.map(|claim| (text(&claim["expected"]), text(&claim["verdict"]))).collect()
}

fn verdict(name: &str, text: &str) -> Vec<String> {
    claims(name, text).into_iter().map(|(_, verdict)| verdict).collect()
}

const FENCE: &str = "```python\ncups = [2, 3]\ncups.append(4)\nprint(cups)\n```\n";

#[test]
fn an_explanation_follows_the_output() {
    let page = |shown: &str| format!("{FENCE}Output:\n{shown}\nExplanation: the list has grown.\n");
    assert_eq!(claims("page.md", &page("[2, 3, 4]")), [("[2, 3, 4]".to_owned(), "holds".to_owned())]);
    assert_eq!(claims("page.md", &page("[2, 3, 5]")), [("[2, 3, 5]".to_owned(), "wrong".to_owned())]);
    let page = |shown: &str| format!("{FENCE}**Output:**\n\n{shown}\n\nSo it has grown.\n");
    assert_eq!((verdict("page.md", &page("[2, 3, 4]")), verdict("page.md", &page("[2, 3]"))), (vec!["holds".into()], vec!["wrong".into()]));
    // A paragraph of words speaks of the output.
    assert_eq!(verdict("page.md", &page("It prints three of them.")), ["unsettled"]);
}

#[test]
fn output_in_paragraphs_may_have_empty_lines() {
    let page = |shown: &str| format!("```python\nprint('1\\n\\n2')\n```\n\nOutput:\n\n{shown}\n");
    assert_eq!(verdict("page.md", &page("1\n\n2\n\nThat is all.")), ["holds"]);
    assert_eq!(verdict("page.md", &page("1\n\n3\n\nThat is all.")), ["wrong"]);
}

#[test]
fn an_answer_is_output_where_the_question_asks_for_it() {
    let page = |question: &str, answer: &str| format!("{question}\n\n{FENCE}\n{answer}\n\nBecause it has grown.\n");
    let asked = "What will be the output of the following code?";
    for answer in ["**Answer:** [2, 3, 4]", "**Correct Answer:**\n\n[2, 3, 4]  ", "Answer:\n[2, 3, 4]"] {
        assert_eq!(verdict("page.md", &page(asked, answer)), ["holds"], "{answer}");
        assert_eq!(verdict("page.md", &page(asked, &answer.replace('4', "5"))), ["wrong"], "{answer}");
        assert_eq!(verdict("page.txt", &page(asked, answer).replace("```python\n", "").replace("```", "").replace("**", "")), ["holds"]);
    }
    assert_eq!(verdict("page.md", &page("How many lists are made?", "**Answer:** 1")), ["unsettled"]);
    assert_eq!(verdict("page.md", &page(asked, "**Answer:** it's the same list")), ["unsettled"]);
}

#[test]
fn lines_may_be_told_one_after_the_other() {
    let page = |shown: &str| format!("```python\ncups = [2]\nprint(cups)\nprint(cups + [3])\n```\n\nOutput: {shown}\n");
    assert_eq!(verdict("page.md", &page("[2] then [2, 3]")), ["holds"]);
    assert_eq!(verdict("page.md", &page("[2], then [3, 3]")), ["wrong"]);
    assert_eq!(verdict("page.md", &page("[2] then more")), ["unsettled"]);
}

#[test]
fn values_stand_behind_arrows() {
    let page = |shown: &str| {
        format!(
            "What the methods of texts give is listed here, one after the other:\n\nlen(\"tea\") → {shown}\n\"tea\".upper() → \"TEA\"\n\nThat is all of them.\n"
        )
    };
    assert_eq!(
        (verdict("page.txt", &page("3")), verdict("page.txt", &page("4"))),
        (vec!["holds".into(); 2], vec!["wrong".into(), "holds".into()])
    );
}

#[test]
fn comments_of_their_own_show_output() {
    let fences = |shown: &str| format!("{FENCE}\nThink about it.\n\nActual output:\n\n```python\n# Output:\n# {shown}\n```\n");
    assert_eq!(
        (verdict("page.md", &fences("[2, 3, 4]")), verdict("page.md", &fences("[2, 3]"))),
        (vec!["holds".into()], vec!["wrong".into()])
    );
    let text = |shown: &str| {
        format!(
            "What will this print?\ncups = [2, 3]\ncups.append(4)\nprint(cups)\nThink about it...\nA wrong answer is often given here.\nActual Output:\n# Output:\n# {shown}\nWhy: the list itself has grown by one, as was asked for.\n"
        )
    };
    assert_eq!(claims("page.txt", &text("[2, 3, 4]")), [("[2, 3, 4]".to_owned(), "holds".to_owned())]);
    assert_eq!(verdict("page.txt", &text("[2, 3]")), ["wrong"]);
}

#[test]
fn a_value_in_a_paragraph_of_its_own_is_output() {
    let page = |shown: &str| format!("{FENCE}\n{shown}\n\nThe list has grown.\n");
    assert_eq!((verdict("page.md", &page("[2, 3, 4]")), verdict("page.md", &page("[2, 3]"))), (vec!["holds".into()], vec!["wrong".into()]));
    assert_eq!(verdict("page.md", &page("The list [2, 3]")), [""; 0]);
}

#[test]
fn marks_in_a_text_hide_nothing_between_them() {
    let cells = |shown: &str| {
        format!(
            "A cell of a notebook may have a fence in its prose, which shows a signature or the like:\n\n```python\ncups = 1\n```\n\nIn [1]:\ncups = [2, 3]\nprint(cups)\n\n\n{shown}\n\n\n"
        )
    };
    assert_eq!(
        (verdict("page.txt", &cells("[2, 3]")), verdict("page.txt", &cells("[2, 4]"))),
        (vec!["holds".into()], vec!["wrong".into()])
    );
    // So it is in a page of Markdown.
    assert_eq!((verdict("page.md", &cells("[2, 3]")), verdict("page.md", &cells("[2, 4]"))), (vec!["holds".into()], vec!["wrong".into()]));
}

#[test]
fn code_without_indentation_gets_it_back() {
    let page = |shown: &str| {
        format!(
            "The default is made once, when the function is defined, and not at each call of it.\ndef put(cup, tray=[]):\ntray.append(cup)\nreturn tray\nput('a')\nprint(put('b'))  # {shown}\n"
        )
    };
    assert_eq!(
        (verdict("page.txt", &page("['a', 'b']")), verdict("page.txt", &page("['b']"))),
        (vec!["holds".into()], vec!["wrong".into()])
    );
    // The claim stands where it stands in the file, and so does what is put in its place.
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("page.txt"), page("['b']")).expect("a document");
    finish(command(folder.path()).args(["--fix", "page.txt"]).env_remove("CI"));
    assert_eq!(fs::read_to_string(folder.path().join("page.txt")).expect("a document"), page("['a', 'b']"));
    // In the loop, or behind it?
    let several = "The cups are summed up here, and the sum is printed by the last line of the code.\ntotal = 0\nfor cup in [1, 2]:\ntotal += cup\nprint(total)  # 3\n";
    assert_eq!(verdict("page.txt", several), ["unsettled"]);
}
