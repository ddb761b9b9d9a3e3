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
