//! Numbers behind lines that the text below speaks of, `# 1`, `# 2`, counted on from one block of a document to the next: they claim nothing.
//!
//! What is numbered within one block is known from its own lines; here it's the lines above the block that tell.

use super::{Claim, Form, Strength};
use crate::extract::Example;

/// Lines above that are looked at.
const NEAR: u32 = 200;

/// Makes soft what only counts on.
pub(super) fn soften(example: &Example, claims: &mut [Claim]) {
    for claim in claims.iter_mut().filter(|claim| claim.form == Form::Trailing && claim.strength == Strength::Firm) {
        let Some(number) = claim.expected.parse::<u32>().ok().filter(|number| *number > 1) else { continue };
        if counts_on(example, claim.position.line, number) {
            claim.strength = Strength::Soft;
            claim.readings.iter_mut().for_each(|reading| reading.strength = Strength::Soft);
        }
    }
}

/// Whether the numbers behind the lines above are those before this one, down to 1, and one of them stands behind the head of a `class`, a
/// `def` or the like, which has no value.
fn counts_on(example: &Example, line: u32, number: u32) -> bool {
    let document = &example.document;
    let above = (line.saturating_sub(NEAR).max(1)..line.min(document.line_count() + 1)).rev();
    let mut expected = number - 1;
    let mut behind_head = false;
    for (code, found) in above.filter_map(|line| numbered(&document.text[document.line_range(line)])) {
        if found != expected {
            return false;
        }
        behind_head |= code.ends_with(':');
        expected -= 1;
        if expected == 0 {
            return behind_head;
        }
    }
    false
}

/// The code of a line, and the number in a comment behind it that says nothing else.
fn numbered(line: &str) -> Option<(&str, u32)> {
    let (code, number) = line.rsplit_once('#')?;
    let (code, number) = (code.trim_end(), number.trim());
    (!code.trim().is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.parse().ok())?.map(|number| (code, number))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{document::Document, extract};

    fn strengths(text: &str) -> Vec<Strength> {
        let document = Arc::new(Document::decode("a.md", text.as_bytes()).expect("is text"));
        let examples = extract::extract(&document, &extract::Sections::default());
        examples.iter().flat_map(crate::claim::claims).map(|claim| claim.strength).collect()
    }

    #[test]
    fn numbers_that_count_on_are_soft() {
        let head = "```py\nclass A:  # 1\n    def f(self):  # 2\n        pass\n```\n\n";
        assert_eq!(strengths(&format!("{head}```py\nrun(1)  # 3\n```\n")), [Strength::Soft]);
        assert_eq!(strengths(&format!("{head}```py\nrun(1)  # 4\n```\n")), [Strength::Firm]);
        assert_eq!(strengths("```py\nrun(0)  # 1\n```\n\n```py\nrun(1)  # 2\n```\n")[1], Strength::Firm);
    }
}
