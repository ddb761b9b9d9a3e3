//! Comments that say what one would expect, and on the next line what comes out instead.
//!
//! ```text
//! # Expected: [1]
//! # Actual: [1, 2]
//! ```

use super::{
    super::{
        code::{Code, Comment},
        lead,
    },
    Text,
};

/// The comments of a group from the one on that says what comes out, where the first says what one would expect; all of them, where that's not so.
pub(super) fn shown<'c>(code: &Code<'_>, group: &'c [Comment]) -> &'c [Comment] {
    let text = |comment: &Comment| Text::of(code, comment).text;
    let is_expected = group.first().is_some_and(|first| lead::says_expected(&text(first)));
    let actual = group.iter().skip(1).position(|comment| lead::says_actual(&text(comment))).filter(|_| is_expected);
    &group[actual.map_or(0, |at| at + 1)..]
}

/// The same for a comment behind a statement, among all: the one below it.
pub(super) fn below<'c>(code: &'c Code<'_>, index: usize) -> Option<&'c [Comment]> {
    let pair = code.comments.get(index..index + 2)?;
    let is_next = pair[1].alone && pair[1].line == pair[0].line + 1;
    Some(shown(code, pair)).filter(|shown| is_next && shown.len() == 1)
}
