//! A code block as a format's module finds it, with the output that is shown of it.

use std::{collections::BTreeMap, sync::Arc};

use super::{Example, Language, language};
use crate::document::Document;

/// A code block as a format's module finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// First line in the document, from 1.
    pub first_line: u32,
    /// Last line, inclusive.
    pub last_line: u32,
    /// What it is written in.
    pub language: Language,
    /// Its lines without line ends: where each starts in [`Document::text`], and its text.
    pub lines: Vec<(usize, String)>,
    /// Attributes of the fence.
    pub attributes: BTreeMap<String, String>,
    /// What the document shows of its output, apart from the code.
    pub outputs: Vec<ShownOutput>,
    /// Where a line goes on elsewhere in the document.
    pub jumps: Vec<Jump>,
    /// The part of the document that is a document by itself (a docstring, by the dotted name of its owner).
    pub part: Option<String>,
}

impl Block {
    /// A block of these lines, which aren't empty, with nothing else known of it.
    pub(crate) fn new(document: &Document, language: Language, lines: Vec<(usize, String)>, attributes: BTreeMap<String, String>) -> Block {
        let place = |line: Option<&(usize, String)>| line.map_or(1, |(offset, _)| document.line_at(*offset));
        let (first_line, last_line) = (place(lines.first()), place(lines.last()));
        Block { first_line, last_line, language, lines, attributes, outputs: Vec::new(), jumps: Vec::new(), part: None }
    }

    /// How far all lines are indented. Python doesn't mind where comments stand beside its code.
    fn indentation(&self) -> usize {
        let texts = || self.lines.iter().map(|(_, text)| text.as_str());
        let is_comment = |text: &&str| self.language == Language::Python && text.trim_start().starts_with('#');
        let code = language::common_indentation(texts().filter(|text| !is_comment(text))).len();
        code.max(language::common_indentation(texts()).len())
    }

    pub(super) fn into_example(self, document: &Arc<Document>, section: String, id: String) -> Example {
        let indentation = self.indentation();
        let mut code = String::new();
        let mut line_offsets = Vec::with_capacity(self.lines.len());
        let mut jumps = Vec::with_capacity(self.jumps.len());
        for (number, (offset, text)) in self.lines.iter().enumerate() {
            // A blank line may be shorter than the indentation.
            let removed = indentation.min(text.len() - text.trim_start().len());
            code.push_str(&text[removed..]);
            code.push('\n');
            line_offsets.push(Jump::offset(&self.jumps, number, removed).unwrap_or(offset + removed));
            let first = self.jumps.partition_point(|jump| (jump.line, jump.column) <= (number, removed));
            let behind = self.jumps[first..].iter().take_while(|jump| jump.line == number);
            jumps.extend(behind.map(|jump| Jump { column: jump.column - removed, ..*jump }));
        }
        // In a string, blanks and what they indent may stand on two lines, the first of which is continued.
        let first_line = line_offsets.first().map_or(self.first_line, |&start| document.line_at(start).max(self.first_line));
        let last_line = self.last_line.max(first_line);
        let span = document.line_range(first_line).start..document.line_range(last_line).end;
        Example {
            id,
            section,
            document: Arc::clone(document),
            first_line,
            last_line,
            span,
            language: self.language,
            code,
            line_offsets,
            attributes: self.attributes,
            outputs: self.outputs,
            jumps,
        }
    }
}

/// A place in a line from which on it stands elsewhere in the document than right behind what comes before it: behind an escape of a
/// string, or where a string is continued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// The line, from 0.
    pub line: usize,
    /// The byte of the line.
    pub column: usize,
    /// Where that byte stands in [`Document::text`].
    pub offset: usize,
}

impl Jump {
    /// Where a byte of a line stands in the document; `None` where no jump comes before it, so that it stands as far behind the line's start.
    /// The jumps are in ascending order.
    pub(crate) fn offset(jumps: &[Jump], line: usize, column: usize) -> Option<usize> {
        let behind = jumps.partition_point(|jump| (jump.line, jump.column) <= (line, column));
        let last = jumps[..behind].last().filter(|jump| jump.line == line)?;
        Some(last.offset + (column - last.column))
    }
}

/// What the document shows of what an example as a whole writes, in a block of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownOutput {
    /// Its lines, without common indentation: where each starts in [`Document::text`], and its text.
    pub lines: Vec<(usize, String)>,
    /// What it is.
    pub kind: OutputKind,
    /// Attributes of that block (`options` of doctest, `skipif`).
    pub attributes: BTreeMap<String, String>,
    /// Where a line goes on elsewhere in the document, in ascending order.
    pub jumps: Vec<Jump>,
    /// Which of its lines may be meant.
    pub extent: Extent,
}

/// Which lines of a shown output may be meant, where nothing tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many may stand before it, the likeliest number first; empty where it begins with the first.
    pub starts: Vec<usize>,
    /// How many there may be up to its end, the likeliest number first; empty where its end is told.
    pub ends: Vec<usize>,
}

/// What a shown output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    /// What the example prints, or the traceback that it ends with: Sphinx's `testoutput`.
    Printed,
    /// The value of its last expression: a notebook's `execute_result`.
    Value,
    /// The exception that it ends with, as in the last line of a traceback: a notebook's `error`.
    Raised,
    /// Whatever would be seen where the example is typed in: what it prints, its last value, or a traceback. A block behind a fence.
    Seen,
    /// The same, where it's only likely to be the example's output.
    Likely,
}
