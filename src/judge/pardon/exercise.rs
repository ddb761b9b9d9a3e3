//! What a page leaves to its reader: steps, behind which it shows what isn't seen where nobody took them; and blanks to be filled in.

use std::sync::LazyLock;

use regex::Regex;

use crate::claim::{Claim, Form};

/// A claim that is nothing but a blank, maybe with words that say so: `____`, `???`, `TODO`, `____ (fill in)`.
static BLANK: LazyLock<Regex> = LazyLock::new(|| {
    let task = r"(?:todo|fixme|tbd|(?:please )?(?:fill|write|guess|put|type|enter)(?: (?:in|it|me|this|your|the|what|blanks?|answer|output|result|here))+|your (?:answer|guess|prediction|output|turn)(?: here)?)";
    Regex::new(&format!(r"(?i)^[\s\[(<'\x22]*(?:_{{2,}}|\?+|…{{2,}}|{task}\b)(?:[\s_?…:,.!()\[\]<>'\x22-]|{task}\b)*$")).expect("a pattern")
});

/// A blank in the place of a part of a value.
static GAP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:^|\W)_{3,}(?:\W|$)").expect("a pattern"));

/// Whether a claim is a blank that the reader is to fill in, and no blank was seen.
pub(super) fn is_blank(claimed: &str, actual: &str) -> bool {
    let is_left_open = |text: &str| BLANK.is_match(text) || GAP.is_match(text);
    is_left_open(claimed) && !is_left_open(actual)
}

/// First words of a comment that tells what to do to an object.
const STEPS: [&str; 12] =
    ["append", "insert", "add", "remove", "delete", "replace", "change", "sort", "reverse", "find", "write", "create"];

/// Whether a claim shows a name below a prompt that holds nothing but a comment which tells a step: `>>> # Append 'tea'`, and `>>> cups`.
pub(super) fn is_behind_a_step(code: &str, claim: &Claim) -> bool {
    let range = claim.target.range.clone();
    let is_name = code.get(range.clone()).is_some_and(|text| text.chars().all(|c| c.is_alphanumeric() || c == '_'));
    let above = code.get(..range.start).and_then(|before| before.lines().rev().nth(1));
    let comment = above.and_then(|line| line.trim_start().strip_prefix(">>> #"));
    let word = comment.and_then(|comment| comment.split_whitespace().next()).unwrap_or_default().to_lowercase();
    claim.form == Form::Session && is_name && STEPS.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_left_to_the_reader() {
        for claimed in [
            "____",
            "?",
            "???",
            "TODO",
            "____ (fill in)",
            "_______ ?",
            "Fill in the blank",
            "<your answer>",
            "[1, ____, 3]",
            "TODO: fill in",
        ] {
            assert!(is_blank(claimed, "5"), "{claimed}");
        }
        for claimed in ["_", "5", "tea?", "__init__", "todo list", "fill_in", "fill", "put", "a__b", "[]", "", "-", "..."] {
            assert!(!is_blank(claimed, "5"), "{claimed}");
        }
        assert!(!is_blank("____", "___") && !is_blank("??", "???"));
    }
}
