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
    let silent = page.replace("  # SyntaxError", "");
    assert!(claims("page.md", &silent).iter().all(|claim| claim.3 == "unsettled"), "another mistake says nothing of itself");
}

#[test]
fn items_of_what_shows_none() {
    let text = "```python\nrange(0, 9, 3)  # 0, 3, 6\nrange(0, 9, 3)  # 0, 3, 7\n```\n";
    assert_eq!(verdicts("page.md", text), ["holds", "wrong"]);
}
