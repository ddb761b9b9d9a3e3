//! Steps that a page leaves to its reader: what it shows behind one isn't seen where nobody took it.

use crate::claim::{Claim, Form};

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
