//! A document as it was read: its text, decoded and repaired, and the way back to lines and columns of the file.

use std::ops::Range;

use camino::Utf8PathBuf;

/// A file with examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The path as the user gave it; it is what reports print.
    pub path: Utf8PathBuf,
    /// How examples are written in it.
    pub format: Format,
    /// The text, decoded from UTF-8 (a byte order mark removed) and repaired where it had been decoded wrongly before it was saved.
    /// Line ends are as in the file.
    pub text: String,
    /// Byte offset in `text` at which each line starts; the first is 0.
    line_starts: Vec<usize>,
    /// Where a repair made `text` shorter than the file: (offset in `text` behind the repaired place, characters that the
    /// file has more than `text` from the start of that line up to there), in ascending order.
    shifts: Vec<(usize, usize)>,
}

/// How examples are written in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text: code stands among the prose with no marks at all, as in a web page saved as text.
    Text,
    /// CommonMark: fenced and indented code blocks.
    Markdown,
}

/// A place in the file, as an editor counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters of the original file, from 1.
    pub column: u32,
}

impl Document {
    /// The place in the file of a byte offset into [`Document::text`].
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_starts.partition_point(|&start| start <= offset) - 1;
        let start = self.line_starts[line];
        let in_text = self.text[start..offset].chars().count();
        let shift = self.shifts.iter().rev().find(|(at, _)| *at <= offset && *at > start).map_or(0, |(_, more)| *more);
        Position { line: line as u32 + 1, column: (in_text + shift) as u32 + 1 }
    }

    /// The byte range of a line (from 1) in [`Document::text`], without its line end.
    pub fn line_range(&self, line: u32) -> Range<usize> {
        let start = self.line_starts[line as usize - 1];
        let end = self.line_starts.get(line as usize).copied().unwrap_or(self.text.len());
        let trimmed = self.text[start..end].trim_end_matches(['\n', '\r']);
        start..start + trimmed.len()
    }

    /// How many lines the document has.
    pub fn line_count(&self) -> u32 {
        self.line_starts.len() as u32
    }
}

#[cfg(test)]
impl Document {
    /// A document of plain text that needed no repair, for the tests of later stages.
    pub(crate) fn of_text(text: &str) -> Document {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Document { path: "sample.txt".into(), format: Format::Text, text: text.to_owned(), line_starts, shifts: Vec::new() }
    }
}
