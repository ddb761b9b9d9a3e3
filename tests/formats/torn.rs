//! Text that lost something on its way to where it's stored: its indentation, its end, its prompts; and what it has in the place of marks.

use super::{claims, rows};

/// The verdicts on the claims of a page.
fn verdicts(name: &str, text: &str) -> Vec<String> {
    claims(name, text).into_iter().map(|claim| claim.3).collect()
}

#[test]
fn headers_with_comments_that_lost_the_indentation_below_them() {
    let text = "It halves:\n\ndef half(cup): # once\nreturn cup / 2\n\nprint(half(4)) # 2.0\nprint(half(6)) # 2.0\n";
    assert_eq!(claims("page.txt", text), rows(&[(6, 18, "2.0", "holds"), (7, 18, "2.0", "wrong")]));
}

#[test]
fn loops_and_defaults_that_lost_their_indentation() {
    let text = "def total(cups):\nall = 0\nfor cup in cups:\nall += cup\nreturn all\nprint(total([1, 2])) # 3\nprint(total([1, 2])) # 1\n";
    assert_eq!(verdicts("page.txt", text), ["holds", "wrong"]);
    let text = "def put(cup, tray=None):\nif tray is None:\ntray = []\ntray.append(cup)\nreturn tray\nprint(put('a')) # ['a']\nprint(put('b', ['a'])) # ['b']\n";
    assert_eq!(verdicts("page.txt", text), ["holds", "wrong"]);
}

#[test]
fn output_behind_prompts_below_each_line() {
    let text = "Of cups:\n\nmin(3, 1)\n>>> 1\nlen(\"four\")\n>>> 4\nmax(3, 1)\n>>> 2\n";
    assert_eq!(claims("page.txt", text), rows(&[(4, 5, "1", "holds"), (6, 5, "4", "holds"), (8, 5, "2", "wrong")]));
    let text = "Of cups:\n\na = 100\nb = 100\na is b\n>>> True\nlen(\"four\")\n>>> 5\n";
    assert_eq!(verdicts("page.txt", text), ["holds", "wrong"]);
    // Whatever stands above: no line of code is what a prompt shows for a value.
    let text = "Of cups:\n\n>>> 4\nmax(3, 1)\n>>> 3\n";
    assert!(!verdicts("page.txt", text).contains(&"wrong".to_owned()));
    assert_eq!(verdicts("page.txt", "cups = 2\n>>> 4\n5\n>>> cups = 3\n>>> cups\n3\n"), ["wrong", "holds"]);
}

#[test]
fn claims_within_which_the_document_ends() {
    for text in [
        ">>> cups = ['tea', 'milk']\n>>> cups\n['tea', 'mi",
        ">>> cups = ['tea', 'milk']\n>>> cups\n['tea', 'mi\n",
        "cups = 'Hot tea'\nprint(cups)\n# Output: Hot t",
    ] {
        assert_eq!(verdicts("page.txt", text), ["unsettled"], "{text}");
    }
    for text in [
        ">>> cups = ['tea', 'milk']\n>>> cups\n['tea', 'mo",
        ">>> cups = 55\n>>> cups\n5\n",
        ">>> cups = 'ab'\n>>> cups\n'a'\n>>> cups = 1\n",
    ] {
        assert_eq!(verdicts("page.txt", text), ["wrong"], "{text}");
    }
}

#[test]
fn lines_that_say_that_they_are_no_python() {
    let text =
        "cups = [1, 2]\ncups[0]  # 1\ncups = = 3  # SyntaxError\ncups[1]  # 3\n*cups = 1  # ERROR -- a star needs a list\ncups  # [1, 2]\n";
    let page = format!("```python\n{text}```\n");
    let found = claims("page.md", &page);
    let verdicts: Vec<_> = found.iter().map(|claim| (claim.0, claim.3.as_str())).collect();
    assert_eq!(verdicts, [(3, "holds"), (4, "holds"), (5, "wrong"), (6, "holds"), (7, "holds")]);
    // At a prompt, a loop would show the values of its body as well.
    let text = "```python\nfor cup in [2, 3]:\n    cup.bit_count()\n    print(cup)\n# 2\n# 3\ncup = = 3  # SyntaxError\n```\n";
    assert!(claims("page.md", text).iter().all(|claim| claim.3 == "unsettled"));
    let silent = page.replace("  # SyntaxError", "");
    assert!(claims("page.md", &silent).iter().all(|claim| claim.3 == "unsettled"), "another mistake says nothing of itself");
}

#[test]
fn costs_beside_code_are_no_code() {
    let text = "To sort them:\n\nO(n log n)\nsorted([3, 1])  # [1, 3]\nsorted([3, 2])  # [3, 2]\nO(n)\n\nThat is all.\n";
    assert_eq!(claims("page.txt", text), rows(&[(4, 19, "[1, 3]", "holds"), (5, 19, "[3, 2]", "wrong")]));
}

#[test]
fn values_behind_double_arrows() {
    let text = "Of cups:\n\ncups = [1, 3]\ncups\n=> [1, 3]\nlen(cups) => 2\nlen(cups) => 3\n";
    assert_eq!(claims("page.txt", text), rows(&[(5, 4, "[1, 3]", "holds"), (6, 14, "2", "holds"), (7, 14, "3", "wrong")]));
}

#[test]
fn items_of_what_shows_none() {
    let text = "```python\nrange(0, 9, 3)  # 0, 3, 6\nrange(0, 9, 3)  # 0, 3, 7\n```\n";
    assert_eq!(verdicts("page.md", text), ["holds", "wrong"]);
}

#[test]
fn cells_of_a_notebook_in_markdown_without_fences() {
    let text = "# Cups\n\nIn [1]:\ncups = 2\nprint(cups + 1)\n\n3\n\n\nIn [2]:\ncups * 2\n\n5\n\nThat was it.\n";
    assert_eq!(verdicts("page.md", text), ["holds", "wrong"]);
    assert_eq!(verdicts("page.md", "# Cups\n\ncups = 2\nprint(cups + 1)\n\n3\n"), [""; 0]);
}
