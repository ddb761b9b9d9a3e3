//! The code of an example as Python gets it: a session without its prompts.

use std::{borrow::Cow, ops::Range};

use crate::{
    claim::session::{is_session, prompt_widths, without_prompts},
    extract::Example,
};

/// The code that runs, and the way to it from the example's own text.
pub(crate) struct Source<'a> {
    /// What Python gets. Its lines are those of the example.
    pub(crate) code: Cow<'a, str>,
    /// Where lines start in it.
    line_starts: Vec<usize>,
    original: &'a str,
    /// Where lines start there.
    original_starts: Vec<usize>,
    /// Of a session, the bytes of the prompt on each line.
    widths: Vec<usize>,
    /// It stands behind prompts in the document.
    pub(crate) is_session: bool,
}

impl<'a> Source<'a> {
    /// The code of an example.
    pub(crate) fn of(example: &'a Example) -> Self {
        let is_session = is_session(&example.code);
        let code = if is_session { Cow::Owned(without_prompts(&example.code)) } else { Cow::Borrowed(example.code.as_str()) };
        let (line_starts, original_starts) = (line_starts(&code), line_starts(&example.code));
        let widths = if is_session { prompt_widths(&example.code) } else { Vec::new() };
        Source { code, line_starts, original: &example.code, original_starts, widths, is_session }
    }

    /// The byte offset in the code of an offset into the example's text; one within a prompt is the start of the line.
    pub(crate) fn offset(&self, at: usize) -> usize {
        if !self.is_session {
            return at;
        }
        let at = at.min(self.original.len());
        let line = self.original_starts.partition_point(|start| *start <= at) - 1;
        let start = self.original_starts[line];
        let width = self.widths.get(line).copied().unwrap_or(0);
        let line_start = self.line_starts.get(line).copied().unwrap_or(self.code.len());
        (line_start + (at - start).saturating_sub(width)).min(self.code.len())
    }

    /// Line from 1 and column in bytes from 0 of a byte offset in the code.
    pub(crate) fn line_and_column(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.code.len());
        let line = self.line_starts.partition_point(|start| *start <= offset);
        (line as u32, (offset - self.line_starts[line - 1]) as u32)
    }

    /// The byte at which a line of the code starts, from 0.
    pub(crate) fn line_start(&self, line: usize) -> Option<usize> {
        self.line_starts.get(line).copied()
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

/// Where lines start: at 0, and behind each line end.
fn line_starts(code: &str) -> Vec<usize> {
    std::iter::once(0).chain(code.match_indices('\n').map(|(end, _)| end + 1)).collect()
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
