//! Sessions on pages that were saved as text, with what isn't theirs around them and among them.

use super::*;

/// What each claim of a page saved as text says, and its verdict.
fn told(page: &str) -> Vec<(String, String)> {
    let folder = folder_of(&[("a.txt", page)]);
    let report = check(folder.path(), &["a.txt"]).json();
    let examples = report["examples"].as_array().expect("examples").iter();
    let claims = examples.flat_map(|it| it["claims"].as_array().cloned().unwrap_or_default());
    let text = |claim: &Value, key: &str| claim[key].as_str().unwrap_or_default().to_owned();
    claims.map(|claim| (text(&claim, "expected"), text(&claim, "verdict"))).collect()
}

#[track_caller]
fn expect_told(page: &str, wanted: &[(&str, &str)]) {
    let found = told(page);
    let found: Vec<(&str, &str)> = found.iter().map(|(text, verdict)| (text.as_str(), verdict.as_str())).collect();
    assert_eq!(found, wanted, "{page}");
}

#[test]
fn what_shows_nothing_has_no_sentence_for_its_output() {
    let page = |shown: &str| {
        format!(
            "Cups are counted:\n>>> assert max(\n... [4, 9],\n... ) == 9\nAnd now to the next kettle\n, which is like it.\n>>> 1 + 1\n{shown}\n"
        )
    };
    expect_told(&page("2"), &[("9", "holds"), ("2", "holds")]);
    expect_told(&page("3"), &[("9", "holds"), ("3", "wrong")]);
    // Bodies without their indentation end at dots as others do.
    let looped =
        |mark: &str| format!("A loop:\n>>> n = 0\n>>> for cup in range(3):\n... {mark}n += cup\n...\nTip\nUse a sum instead.\n>>> n\n3\n");
    expect_told(&looped(""), &[("3", "holds")]);
    expect_told(&looped("    "), &[("3", "holds")]);
    expect_told("A pot:\n>>> class Pot:\n... size = 1\n...\nNote\nIt may hold more.\n>>> Pot.size\n2\n", &[("2", "wrong")]);
}

#[test]
fn labels_before_output_are_none_of_it() {
    let page = |label: &str, shown: &str| format!("It is cut off:\n>>> \"teapot\".removeprefix(\"tea\")\n{label}{shown}\nAnd so on.\n");
    for label in ["Output: ", "Result: ", "=> ", "Out: "] {
        expect_told(&page(label, "pot"), &[("pot", "holds")]);
        expect_told(&page(label, "'pot'"), &[("'pot'", "holds")]);
        expect_told(&page(label, "tea"), &[("tea", "wrong")]);
    }
    let apart = |shown: &str| format!("Two cups:\n\n>>> {{'tea': 1}} | {{'milk': 2}}\n\nOutput: {shown}\n\n>>> 2 + 2\n\nResult: 5\n");
    expect_told(&apart("{'tea': 1, 'milk': 2}"), &[("{'tea': 1, 'milk': 2}", "holds"), ("5", "wrong")]);
    expect_told(&apart("{'tea': 1, 'milk': 3}"), &[("{'tea': 1, 'milk': 3}", "wrong"), ("5", "wrong")]);
    // What the code itself prints; and words that say what comes of it.
    let printed =
        |number: u8| format!("Cups:\n>>> print('Output:', 3)\nOutput: {number}\n>>> 'tea'.title()\nOutput: the word in title case\n");
    expect_told(&printed(3), &[("Output: 3", "holds"), ("the word in title case", "unsettled")]);
    expect_told(&printed(4), &[("Output: 4", "wrong"), ("the word in title case", "unsettled")]);
}

#[test]
fn what_cannot_be_run_shows_no_sentence() {
    let page = |shown: &str| format!("So it is:\n>>> tea = = 3\nA cup of it is poured:\n>>> 1 tea\nIt is hot\n>>> 1 + 1\n{shown}\n");
    assert!(told(&page("2")).iter().all(|(_, verdict)| verdict != "wrong"));
    assert_eq!(told(&page("3")).last(), Some(&("3".to_owned(), "wrong".to_owned())));
}

#[test]
fn what_debug_builds_count_is_no_output() {
    let page = |shown: &str| format!(">>> 3 * 4\n{shown}\n[40794 refs]\n>>> tea = 5\n[40796 refs]\n>>> tea\n5\n[8 refs, 3 blocks]\n");
    expect_told(&page("12"), &[("12", "holds"), ("5", "holds")]);
    expect_told(&page("13"), &[("13", "wrong"), ("5", "holds")]);
    expect_told(">>> print('[8 refs]')\n[9 refs]\n", &[("[9 refs]", "wrong")]);
}

#[test]
fn sentences_and_headings_behind_values_are_none_of_them() {
    let page = |shown: &str| format!("It is made big:\n>>> 'tea'.upper()\n{shown}The method does that for each letter.\nMore text.\n");
    expect_told(&page("'TEA'"), &[("'TEA'", "holds")]);
    expect_told(&page("'TEE'"), &[("'TEE'", "wrong")]);
    expect_told(
        ">>> 6 * 7\n42- Here it is shown.\n>>> divmod(17, 5)\n(3, 3)The first is how many.\n",
        &[("42", "holds"), ("(3, 3)", "wrong")],
    );
    expect_told(">>> def pour():\n...     print('42Cups of tea')\n...\n>>> pour()\n42Cups of tea\n", &[("42", "holds")]);
    let headed = |shown: &str| format!("Cups:\n>>> tea = 3600.0\n>>> tea\n{shown}\n7.1.2. Simple pots\n>>> tea / 2\n1800.0\n");
    expect_told(&headed("3600.0"), &[("3600.0", "holds"), ("1800.0", "holds")]);
    expect_told(&headed("3601.0"), &[("3601.0", "wrong"), ("1800.0", "holds")]);
}

#[test]
fn sessions_that_were_joined_into_a_line() {
    let page = |least: &str| {
        format!("Find the least:\n>>> cups = ['b', 'a'] >>> min(cups) {least} >>> len(cups) 2 >>> print(cups[0]) c\nThat is all.\n")
    };
    expect_told(&page("'a'"), &[("'a'", "holds"), ("2", "holds"), ("# c", "unsettled")]);
    expect_told(&page("'b'"), &[("'b'", "wrong"), ("2", "holds"), ("# c", "unsettled")]);
    let cells = "It is cut, such as\nIn [86]: cups = [1, 2] In [87]: cups[0] Out[87]: 1 In [88]: len(cups) Out[88]: 3\nThat is all.\n";
    expect_told(cells, &[("1", "holds"), ("3", "wrong")]);
    let folder = folder_of(&[("a.txt", &page("'b'"))]);
    let report = check(folder.path(), &["a.txt"]).json();
    let claim = &report["examples"][0]["claims"][0];
    assert_eq!((claim["line"].as_u64(), claim["column"].as_u64()), (Some(2), Some(37)));
}

#[test]
fn marks_at_the_edges_of_lines_are_none_of_the_session() {
    let mail = |shown: &str| format!("Bob wrote:\n> Tea:\n>\n> >>> cups = [1, 2]\n> >>> cups + [3]\n> {shown}\n>\n> Is it hot?\n\nNo.\n");
    expect_told(&mail("[1, 2, 3]"), &[("[1, 2, 3]", "holds")]);
    expect_told(&mail("[1, 2, 4]"), &[("[1, 2, 4]", "wrong")]);
    let framed = |shown: u8| format!("| Tea |\n | === |\n |  |\n | Adding cups:: |\n |  |\n |    >>> 2 + 3 |\n |    {shown} |\n |  |\n");
    expect_told(&framed(5), &[("5", "holds")]);
    expect_told(&framed(6), &[("6", "wrong")]);
    let numbered = |shown: u8| {
        format!("1Tea\n2===\n3\n4Counting cups::\n5\n6    >>> import math\n7    >>> math.gcd(12, 18)\n8    {shown}\n9\n10The end.\n")
    };
    expect_told(&numbered(6), &[("6", "holds")]);
    expect_told(&numbered(7), &[("7", "wrong")]);
    let marked = |shown: u8| format!("So I pour tea:\n\npy> cups = [2]\npy> cups[0]\n{shown}\n\nThat is all.\n");
    expect_told(&marked(2), &[("2", "holds")]);
    expect_told(&marked(3), &[("3", "wrong")]);
}

#[test]
fn comments_below_a_prompt_say_nothing_against_a_value() {
    let page = |shown: &str| format!("Cups are counted:\n>>> sorted([3, 1, 2] * 10)\n{shown}\n# Or:\n>>> min(3, 1)\n1\n");
    let value = format!("{:?}", [[1; 10], [2; 10], [3; 10]].concat());
    let first = |shown: &str| told(&page(shown)).remove(0).1;
    assert_eq!((first(&value), first(&value.replacen('2', "3", 1))), ("holds".to_owned(), "wrong".to_owned()));
    // A text in quotes is no remark.
    let page = |shown: &str| format!("Tea is named:\n>>> 'green {{}}'.format('tea')\n# {shown}\n>>> min(3, 1)\n1\n");
    let first = |shown: &str| told(&page(shown)).remove(0).1;
    assert_eq!((first("'green tea'"), first("'green tee'")), ("holds".to_owned(), "wrong".to_owned()));
}
