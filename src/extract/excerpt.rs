//! Text cut out of a document, or decoded from a part of it, with the way back.
//!
//! Code in a quote lacks the marks before each line; code in a notebook's JSON, in a string literal or between an HTML page's entities
//! is written with escapes. Readers work on the text as it's meant, and each byte of it still knows its place in the file.

use std::{collections::BTreeMap, ops::Range};

use super::{Block, Jump, Language, OutputKind, ShownOutput, language};
use crate::document::Document;

/// A text with the place in the document of each of its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Excerpt {
    text: String,
    /// (offset in `text`, offset in the document), the first ascending: from there on both go in step up to the next.
    pieces: Vec<(usize, usize)>,
}

impl Excerpt {
    /// Adds text that starts at an offset of the document.
    pub(super) fn push(&mut self, text: &str, at: usize) {
        if text.is_empty() {
            return;
        }
        if self.pieces.is_empty() || self.in_document(self.text.len()) != at {
            self.pieces.push((self.text.len(), at));
        }
        self.text.push_str(text);
    }

    /// Adds a part of another excerpt of the same document.
    pub(super) fn extend(&mut self, other: &Excerpt, range: Range<usize>) {
        let Range { mut start, end } = range;
        let next = other.pieces.partition_point(|&(at, _)| at <= start);
        for &(at, _) in &other.pieces[next..] {
            if at >= end {
                break;
            }
            self.push(&other.text[start..at], other.in_document(start));
            start = at;
        }
        self.push(&other.text[start..end], other.in_document(start));
    }

    /// The part of it in a range of its bytes.
    pub(super) fn slice(&self, range: Range<usize>) -> Excerpt {
        let mut part = Excerpt::default();
        part.extend(self, range);
        part
    }

    /// It without so many bytes at the start of each line, given the number of that, from 0, and its text; `None` where that's not told of one.
    pub(super) fn without_starts(&self, length: impl Fn(usize, &str) -> Option<usize>) -> Option<Excerpt> {
        let lines = self.lines();
        let mut rest = Excerpt::default();
        for (number, line) in lines.iter().enumerate() {
            let start = line.start + length(number, &self.text[line.clone()])?;
            rest.extend(self, start..lines.get(number + 1).map_or(self.text.len(), |next| next.start));
        }
        Some(rest)
    }

    /// It with more before some of its bytes, in ascending order.
    pub(super) fn with_inserted(&self, inserted: impl IntoIterator<Item = (usize, String)>) -> Excerpt {
        let mut whole = Excerpt::default();
        let mut at = 0;
        for (start, text) in inserted {
            whole.extend(self, at..start);
            whole.push(&text, self.in_document(start));
            at = start;
        }
        whole.extend(self, at..self.text.len());
        whole
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The offset in the document of an offset into the text.
    pub(super) fn in_document(&self, offset: usize) -> usize {
        let after = self.pieces.partition_point(|&(at, _)| at <= offset);
        let Some(&(at, in_document)) = self.pieces.get(after.saturating_sub(1)) else { return 0 };
        in_document + offset.saturating_sub(at)
    }

    /// A block of this code; `None` where there's nothing but blanks in it.
    pub(super) fn block(&self, document: &Document, language: Language, attributes: BTreeMap<String, String>) -> Option<Block> {
        if self.text.trim().is_empty() {
            return None;
        }
        let lines = self.lines();
        let mut block = Block::new(document, language, self.placed(&lines), attributes);
        block.jumps = self.jumps(&lines);
        Some(block)
    }

    /// Output that stands here; `None` where there's nothing but blanks.
    pub(super) fn output(&self, kind: OutputKind, attributes: BTreeMap<String, String>) -> Option<ShownOutput> {
        let mut lines = self.lines();
        let is_blank = |line: &Range<usize>| self.text[line.clone()].trim().is_empty();
        while lines.last().is_some_and(is_blank) {
            lines.pop();
        }
        if lines.is_empty() {
            return None;
        }
        let indentation = language::common_indentation(lines.iter().map(|line| &self.text[line.clone()])).len();
        for line in &mut lines {
            let text = &self.text[line.clone()];
            line.start += indentation.min(text.len() - text.trim_start().len());
        }
        Some(ShownOutput { lines: self.placed(&lines), kind, attributes, jumps: self.jumps(&lines), extent: Default::default() })
    }

    /// Where these lines go on elsewhere in the document.
    pub(super) fn jumps(&self, lines: &[Range<usize>]) -> Vec<Jump> {
        let mut jumps = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let first = self.pieces.partition_point(|&(at, _)| at <= line.start);
            let within = self.pieces[first..].iter().take_while(|(at, _)| *at < line.end);
            jumps.extend(within.map(|&(at, offset)| Jump { line: number, column: at - line.start, offset }));
        }
        jumps
    }

    /// Lines of it, each with its place in the document.
    fn placed(&self, lines: &[Range<usize>]) -> Vec<(usize, String)> {
        lines.iter().map(|line| (self.in_document(line.start), self.text[line.clone()].to_owned())).collect()
    }

    /// The bytes of each line, without the line end (`\n`, `\r\n` or a lone `\r`). An empty text has no line; a line end at the very end
    /// opens none.
    pub(super) fn lines(&self) -> Vec<Range<usize>> {
        let bytes = self.text.as_bytes();
        let mut lines = Vec::new();
        let mut start = 0;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' if at > start || at == 0 || bytes[at - 1] != b'\r' => lines.push(start..at),
                b'\n' => {}
                b'\r' => lines.push(start..at),
                _ => continue,
            }
            start = at + 1;
        }
        if start < bytes.len() {
            lines.push(start..bytes.len());
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_byte_knows_its_place() {
        let mut excerpt = Excerpt::default();
        excerpt.push("ab", 10);
        excerpt.push("c", 12);
        excerpt.push("\n", 20);
        excerpt.push("d", 22);
        assert_eq!(excerpt.text(), "abc\nd");
        assert_eq!(excerpt.pieces, [(0, 10), (3, 20), (4, 22)]);
        assert_eq!((0..=5).map(|at| excerpt.in_document(at)).collect::<Vec<_>>(), [10, 11, 12, 20, 22, 23]);
        assert_eq!(excerpt.slice(1..5).pieces, [(0, 11), (2, 20), (3, 22)]);
        assert_eq!(excerpt.slice(4..4), Excerpt::default());
    }

    #[test]
    fn line_ends_of_all_kinds_count() {
        let lines = |text: &str| {
            let mut excerpt = Excerpt::default();
            excerpt.push(text, 0);
            excerpt.lines().into_iter().map(|line| text[line].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(lines("a\r\nb\rc\n\nd"), ["a", "b", "c", "", "d"]);
        assert_eq!(lines("\n\r\n\ra\n"), ["", "", "", "a"]);
        assert!(lines("").is_empty());
    }

    proptest! {
        #[test]
        fn slices_keep_places(parts in proptest::collection::vec(("[a\r\né]{0,4}", 0..50_usize), 0..8), from in 0..20_usize, length in 0..20_usize) {
            let mut excerpt = Excerpt::default();
            for (text, at) in &parts {
                excerpt.push(text, *at);
            }
            let text = excerpt.text().to_owned();
            let start = text.floor_char_boundary(from);
            let end = text.floor_char_boundary(from + length).max(start);
            let slice = excerpt.slice(start..end);
            prop_assert_eq!(slice.text(), &text[start..end]);
            for at in start..end {
                prop_assert_eq!(slice.in_document(at - start), excerpt.in_document(at));
            }
            let joined: String = excerpt.lines().into_iter().map(|line| text[line].to_owned()).collect();
            prop_assert_eq!(joined, text.replace(['\r', '\n'], ""));
        }
    }
}
