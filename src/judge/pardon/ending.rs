//! Claims within which the text of a page ends: what was stored of it was cut off there.

use crate::{claim::Claim, extract::Example};

use super::super::shape::{Shape, parse};

/// Whether a claim on the last line of a document is where begins what was seen, and no more of it stands there.
pub(super) fn is_cut(example: &Example, claim: &Claim, actual: &str) -> bool {
    let text = &example.document.text;
    let last = text.trim_end().matches('\n').count() + 1;
    let is_last = claim.position.line as usize + claim.expected.trim_end().matches('\n').count() >= last;
    is_last && begins(claim.expected.trim(), actual.strip_prefix("raises ").unwrap_or(actual).trim(), text.ends_with('\n'))
}

/// Whether a text is cut off within another one; where its last line has an end, it's not cut behind a line of that, nor behind a whole value.
fn begins(claimed: &str, actual: &str, ends_line: bool) -> bool {
    let is_value = || !matches!(parse(claimed), Some(Shape::Raw(_) | Shape::Angle(_)) | None);
    let rest = actual.strip_prefix(claimed).filter(|rest| !rest.is_empty() && !claimed.is_empty());
    rest.is_some_and(|rest| !ends_line || !rest.starts_with('\n') && !is_value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_cut_off() {
        assert!(begins("['tea', 'mil", "['tea', 'milk']", false));
        assert!(begins("['tea', 'mil", "['tea', 'milk']", true));
        assert!(begins("Hot te", "Hot tea", true));
        assert!(begins("5", "55", false));
        assert!(begins("tea", "tea\nmilk", false));
        for (claimed, actual) in
            [("5", "55"), ("tea", "tea\nmilk"), ("[1, 2]", "[1, 2][0]"), ("Hot milk", "Hot tea"), ("", "tea"), ("tea", "tea")]
        {
            assert!(!begins(claimed, actual, true), "{claimed}");
        }
    }
}
