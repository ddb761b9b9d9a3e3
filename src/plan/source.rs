//! The code of an example as Python gets it: a session without its prompts.

use std::{borrow::Cow, ops::Range};

use crate::{
    claim::session::{is_session, prompt_width, without_prompts},
    extract::Example,
};

/// The code that runs, and the way to it from the example's own text.
pub(crate) struct Source<'a> {
    /// What Python gets. Its lines are those of the example.
    pub(crate) code: Cow<'a, str>,
    original: &'a str,
    /// It stands behind prompts in the document.
    pub(crate) is_session: bool,
}

impl<'a> Source<'a> {
    /// The code of an example.
    pub(crate) fn of(example: &'a Example) -> Self {
        let is_session = is_session(&example.code);
        let code = if is_session { Cow::Owned(without_prompts(&example.code)) } else { Cow::Borrowed(example.code.as_str()) };
        Source { code, original: &example.code, is_session }
    }

    /// The byte offset in the code of an offset into the example's text; one within a prompt is the start of the line.
    pub(crate) fn offset(&self, at: usize) -> usize {
        if !self.is_session {
            return at;
        }
        let before = self.original.as_bytes().get(..at).unwrap_or(self.original.as_bytes());
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let width = prompt_width(self.original[start..].lines().next().unwrap_or_default());
        let line_start = match line {
            0 => 0,
            _ => self.code.match_indices('\n').nth(line - 1).map_or(self.code.len(), |(end, _)| end + 1),
        };
        (line_start + (before.len() - start).saturating_sub(width)).min(self.code.len())
    }

    /// The range in the code of a range of the example's text.
    pub(crate) fn range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }

    /// The text of a range of the code.
    pub(crate) fn text(&self, range: Range<usize>) -> &str {
        self.code.get(range).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::example;

    #[test]
    fn sessions_lose_their_prompts() {
        let session = example("q1.1", ">>> x = 1\n>>> for y in z:\n...     f(é)\n1\n>>> g()\n2");
        let source = Source::of(&session);
        for statement in ["x = 1", "f(é)", "g()"] {
            let at = session.code.find(statement).expect("it's there");
            assert_eq!(source.text(source.range(&(at..at + statement.len()))), statement);
        }
        assert_eq!(source.offset(0), 0);
        assert_eq!(source.offset(usize::MAX), source.code.len());
        let script = example("q1.1", "x = 1");
        assert_eq!(Source::of(&script).range(&(0..5)), 0..5);
    }
}
