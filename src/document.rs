//! A document as it was read: its text, decoded and repaired, and the way back to lines and columns of the file.
//!
//! Decoding knows UTF-8 and, where a byte order mark says so, UTF-16. Other encodings aren't guessed: a wrong guess would
//! put wrong text into examples, and the error says what to do.

mod mojibake;

use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};

use crate::extract::notebook;

/// The largest file that is read, in bytes.
pub const SIZE_LIMIT: usize = 128 * 1024 * 1024;

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
    /// reStructuredText: directives, literal blocks and doctest blocks.
    Rst,
    /// A Python file: its docstrings.
    Python,
    /// A Jupyter notebook: its cells, with their stored outputs.
    Notebook,
    /// A page in HTML: its `pre` elements.
    Html,
    /// AsciiDoc: source, listing and literal blocks.
    Asciidoc,
}

/// A file before and after changes.
pub(crate) struct Rewritten {
    /// Its bytes afterwards.
    pub(crate) after: Vec<u8>,
    /// Its text before: decoded, and not repaired.
    pub(crate) old: String,
    /// Its text afterwards.
    pub(crate) new: String,
}

/// A place in the file, as an editor counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters of the original file, from 1.
    pub column: u32,
}

/// Why a file can't be read as a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The file is larger than [`SIZE_LIMIT`].
    #[error("{path}: {bytes} bytes are more than the {SIZE_LIMIT} that a document may have; split it, or leave it out")]
    TooLarge {
        /// The file.
        path: Utf8PathBuf,
        /// Its size.
        bytes: usize,
    },
    /// The file isn't text.
    #[error("{path}:{line}: byte {byte:#04x} at offset {offset} isn't text; a document is UTF-8, or UTF-16 with a byte order mark")]
    Binary {
        /// The file.
        path: Utf8PathBuf,
        /// Line of the first byte that text doesn't have, from 1.
        line: u32,
        /// That byte.
        byte: u8,
        /// Its offset in the file, from 0.
        offset: usize,
    },
    /// The file isn't UTF-8.
    #[error("{path}:{line}:{column}: byte {byte:#04x} isn't valid UTF-8; save the file as UTF-8")]
    InvalidUtf8 {
        /// The file.
        path: Utf8PathBuf,
        /// Line of the first invalid byte, from 1.
        line: u32,
        /// Its column in characters, from 1.
        column: u32,
        /// That byte.
        byte: u8,
    },
    /// The file is called a notebook, and isn't one.
    #[error("{path}:{line}:{column}: this notebook's JSON is broken: {reason}; open it in Jupyter, or undo the change that broke it")]
    Notebook {
        /// The file.
        path: Utf8PathBuf,
        /// Line of the mistake, from 1.
        line: u32,
        /// Its column in bytes, from 1.
        column: u32,
        /// What is wrong.
        reason: String,
    },
    /// The file starts with UTF-16's byte order mark, and isn't valid UTF-16.
    #[error("{path}: starts as UTF-16 does, and isn't valid UTF-16; save the file as UTF-8")]
    InvalidUtf16 {
        /// The file.
        path: Utf8PathBuf,
    },
}

impl Document {
    /// Decodes the bytes of the file `path`, repairs text that had been decoded wrongly before it was saved, and tells the
    /// document's format by the path's extension and by the text. An empty file is a document without examples.
    pub fn decode(path: impl Into<Utf8PathBuf>, bytes: &[u8]) -> Result<Self, DocumentError> {
        let path = path.into();
        if bytes.len() > SIZE_LIMIT {
            return Err(DocumentError::TooLarge { path, bytes: bytes.len() });
        }
        let text = decode_text(&path, bytes)?;
        let format = Format::of(&path, &text);
        if format == Format::Notebook
            && let Some((line, column, reason)) = notebook::mistake(&text)
        {
            return Err(DocumentError::Notebook { path, line, column, reason });
        }
        // Code says how it's encoded; what looks like a mistake there is meant.
        let (text, shifts) = if format == Format::Python { (text, Vec::new()) } else { mojibake::repair(text) };
        let line_starts = line_starts(&text);
        Ok(Self { path, format, text, line_starts, shifts })
    }

    /// The place in the file of a byte offset into [`Document::text`].
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.line_starts.partition_point(|&start| start <= offset) - 1;
        let start = self.line_starts[line];
        let in_text = self.text[start..offset].chars().count();
        let repaired = self.shifts.partition_point(|&(at, _)| at <= offset);
        let shift = self.shifts[..repaired].last().filter(|(at, _)| *at > start).map_or(0, |(_, more)| *more);
        Position { line: line as u32 + 1, column: (in_text + shift) as u32 + 1 }
    }

    /// The file with other texts in the place of some ranges of [`Document::text`]; `None` where a place can't be told, or the ranges
    /// overlap. `bytes` must be those that the document was decoded from.
    pub(crate) fn source_with(&self, bytes: &[u8], changes: &[(Range<usize>, &str)]) -> Option<Rewritten> {
        let source = decode_text(&self.path, bytes).ok()?;
        let starts = line_starts(&source);
        // What was repaired stands in the file as it was: places are found by line and column.
        let in_source = |offset: usize| {
            let Position { line, column } = self.position(offset);
            let line = source.get(*starts.get(line as usize - 1)?..)?;
            let before: usize = line.chars().take(column as usize - 1).map(char::len_utf8).sum();
            Some(source.len() - line.len() + before)
        };
        let mut changes: Vec<(usize, usize, &str)> =
            changes.iter().map(|(range, new)| Some((in_source(range.start)?, in_source(range.end)?, *new))).collect::<Option<_>>()?;
        changes.sort_by_key(|&(start, end, _)| (start, end));
        let mut text = String::with_capacity(source.len());
        let mut at = 0;
        for (start, end, new) in changes {
            text.push_str(source.get(at..start)?);
            text.push_str(new);
            at = end;
        }
        text.push_str(source.get(at..)?);
        Some(Rewritten { after: encode_text(bytes, &text), old: source, new: text })
    }

    /// The byte range of a line (from 1) in [`Document::text`], without its line end.
    pub fn line_range(&self, line: u32) -> Range<usize> {
        let start = self.line_starts[line as usize - 1];
        let end = self.line_starts.get(line as usize).copied().unwrap_or(self.text.len());
        let trimmed = self.text[start..end].trim_end_matches(['\n', '\r']);
        start..start + trimmed.len()
    }

    /// The line (from 1) in which a byte offset into [`Document::text`] lies.
    pub fn line_at(&self, offset: usize) -> u32 {
        self.line_starts.partition_point(|&start| start <= offset) as u32
    }

    /// How many lines the document has. As in an editor, a line end at the very end opens one more, empty line.
    pub fn line_count(&self) -> u32 {
        self.line_starts.len() as u32
    }

    /// The lines without their line ends, the first being line 1.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        (1..=self.line_count()).map(|line| &self.text[self.line_range(line)])
    }
}

impl Format {
    /// The format that a file name's ending stands for, where it's one that documents have.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mdx" | "mkd" | "mdown" | "qmd" | "rmd" => Self::Markdown,
            "rst" | "rest" => Self::Rst,
            "py" | "pyi" | "pyw" => Self::Python,
            "ipynb" => Self::Notebook,
            "html" | "htm" | "xhtml" => Self::Html,
            "adoc" | "asciidoc" | "asc" => Self::Asciidoc,
            _ => return None,
        })
    }

    /// The format of a file: by its ending; of a file with another one, by the text.
    fn of(path: &Utf8Path, text: &str) -> Self {
        match path.extension().and_then(Self::of_ending) {
            Some(format) => format,
            None if is_html(text) => Self::Html,
            None if notebook::is_notebook(text) && notebook::mistake(text).is_none() => Self::Notebook,
            None if has_directives(text) => Self::Rst,
            None if has_source_blocks(text) => Self::Asciidoc,
            None if has_fences(text) => Self::Markdown,
            None => Self::Text,
        }
    }
}

/// Whether the text starts as a page in HTML does.
fn is_html(text: &str) -> bool {
    let start = text.trim_start();
    let start = start.get(..15).unwrap_or(start).to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// Whether the text has a block of AsciiDoc's that names its language: `[source,python]` above `----`.
fn has_source_blocks(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end).peekable();
    while let Some(line) = lines.next() {
        let is_source = line.strip_prefix("[source").is_some_and(|rest| rest.starts_with([',', '%', ']']) && rest.ends_with(']'));
        if is_source && lines.peek().is_some_and(|next| next.len() >= 4 && next.bytes().all(|byte| byte == b'-')) {
            return true;
        }
    }
    false
}

/// Whether the text has at least one fence with a language word, and each opened fence is closed. A page about Markdown,
/// saved as text, may show a lone fence; treating it as Markdown would hide every other example.
fn has_fences(text: &str) -> bool {
    let mut open: Option<&str> = None;
    let mut named = false;
    for line in text.lines() {
        let Some(fence) = fence_of(line) else { continue };
        let info = line.trim_start()[fence.len()..].trim();
        match open {
            None if info.contains('`') => {}
            None => {
                named |= info.starts_with(|c: char| c.is_ascii_alphabetic() || c == '{') && !is_code(info);
                open = Some(fence);
            }
            Some(opened) if info.is_empty() && fence.starts_with(opened) => open = None,
            Some(_) => {}
        }
    }
    named && open.is_none()
}

/// Whether what stands behind a fence is no language but the first line of the code, which some pages glue to it.
fn is_code(info: &str) -> bool {
    let first = info.split(' ').next().unwrap_or_default();
    info.ends_with(':') || info.contains(" = ") || first.contains('(') || matches!(first, "import" | "from")
}

/// Whether the text has a line that only a directive of reStructuredText can be: `.. code-block:: python`.
fn has_directives(text: &str) -> bool {
    let name = |line: &'_ str| line.trim_start().strip_prefix(".. ").and_then(|rest| rest.split_once("::")).map(|(name, _)| name.len());
    text.lines().any(|line| {
        let rest = line.trim_start().get(3..).unwrap_or_default();
        name(line).is_some_and(|length| length > 0 && rest[..length].chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | ':')))
    })
}

/// The backticks or tildes that a line starts with, where they're enough for a fence and indented by at most three blanks.
fn fence_of(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(' ');
    let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let fence = &rest[..rest.len() - rest.trim_start_matches(mark).len()];
    (line.len() - rest.len() <= 3 && fence.len() >= 3).then_some(fence)
}

fn decode_text(path: &Utf8Path, bytes: &[u8]) -> Result<String, DocumentError> {
    let utf16 = match bytes {
        [0xFF, 0xFE, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    };
    if let Some(encoding) = utf16 {
        let (text, broken) = encoding.decode_with_bom_removal(bytes);
        return if broken { Err(DocumentError::InvalidUtf16 { path: path.to_owned() }) } else { Ok(text.into_owned()) };
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Some(offset) = first_binary_byte(bytes) {
        let line = line_starts_of(&bytes[..offset]).count() as u32;
        return Err(DocumentError::Binary { path: path.to_owned(), line, byte: bytes[offset], offset });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let valid = &bytes[..error.valid_up_to()];
            let (line, start) = line_starts_of(valid).enumerate().last().unwrap_or((0, 0));
            let column = String::from_utf8_lossy(&valid[start..]).chars().count() as u32 + 1;
            let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
            Err(DocumentError::InvalidUtf8 { path: path.to_owned(), line: line as u32 + 1, column, byte })
        }
    }
}

/// A text in the encoding of these bytes, with their byte order mark.
fn encode_text(like: &[u8], text: &str) -> Vec<u8> {
    let units = |to_bytes: fn(u16) -> [u8; 2]| {
        std::iter::once('\u{FEFF}').chain(text.chars()).collect::<String>().encode_utf16().flat_map(to_bytes).collect()
    };
    match like {
        [0xFF, 0xFE, ..] => units(u16::to_le_bytes),
        [0xFE, 0xFF, ..] => units(u16::to_be_bytes),
        [0xEF, 0xBB, 0xBF, ..] => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        _ => text.as_bytes().to_vec(),
    }
}

/// The offset of the byte that says that this isn't text: any NUL; else the first control character, where more than one
/// byte in fifty is one. A stray control character, or an escape sequence in copied output, is still text.
fn first_binary_byte(bytes: &[u8]) -> Option<usize> {
    if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
        return Some(offset);
    }
    let is_control = |byte: &u8| (*byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C)) || *byte == 0x7F;
    let controls = bytes.iter().filter(|byte| is_control(byte)).count();
    if controls * 50 > bytes.len() { bytes.iter().position(is_control) } else { None }
}

fn line_starts(text: &str) -> Vec<usize> {
    line_starts_of(text.as_bytes()).collect()
}

/// Where lines start: at 0 and behind each LF, CRLF or lone CR.
fn line_starts_of(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let ends = bytes.iter().enumerate().filter(|&(at, &byte)| byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')));
    std::iter::once(0).chain(ends.map(|(at, _)| at + 1))
}

#[cfg(test)]
impl Document {
    /// A document of this text, as tests of later stages need one.
    pub(crate) fn of_text(path: &str, text: &str) -> Document {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Document { path: path.into(), format: Format::Text, text: text.to_owned(), line_starts, shifts: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(bytes: &[u8]) -> Document {
        Document::decode("page.txt", bytes).expect("is text")
    }

    #[test]
    fn line_ends_of_all_kinds_count() {
        let document = decode(b"one\r\ntwo\rthree\n\nfive");
        assert_eq!(document.lines().collect::<Vec<_>>(), ["one", "two", "three", "", "five"]);
        assert_eq!(document.position(document.text.find("ree").expect("is there")), Position { line: 3, column: 3 });
    }

    #[test]
    fn byte_order_marks_go_away() {
        assert_eq!(decode(b"\xEF\xBB\xBFx = 1").text, "x = 1");
        assert_eq!(decode(b"\xFF\xFEx\0\xE9\0").text, "xé");
        assert_eq!(decode(b"\xFE\xFF\0x\0\xE9").text, "xé");
        assert_eq!(decode(b"").line_count(), 1);
    }

    #[test]
    fn what_is_not_text_is_an_error_that_says_where() {
        let error = |bytes: &[u8]| Document::decode("a.txt", bytes).expect_err("isn't text").to_string();
        assert!(error(b"a\nb\0").starts_with("a.txt:2: byte 0x00 at offset 3"));
        assert!(error(b"a\nb \xC3\xA9 \xE9!").starts_with("a.txt:2:5: byte 0xe9 isn't valid UTF-8"));
        assert!(error(b"\xFF\xFEx").starts_with("a.txt: starts as UTF-16"));
        assert!(error(b"\x01\x02\x03 text").starts_with("a.txt:1: byte 0x01"));
        assert!(error(&vec![b' '; SIZE_LIMIT + 1]).contains("are more than"));
    }

    #[test]
    fn columns_are_those_of_the_file_where_text_was_repaired() {
        let document = decode("ab\nx โ€” y โ€” z\n".as_bytes());
        assert_eq!(document.text, "ab\nx — y — z\n");
        let at = |text: &str| document.position(document.text.find(text).expect("is there"));
        assert_eq!(at("x"), Position { line: 2, column: 1 });
        assert_eq!(at("y"), Position { line: 2, column: 7 });
        assert_eq!(at("z"), Position { line: 2, column: 13 });
    }

    #[test]
    fn fences_make_a_text_markdown() {
        assert_eq!(Format::of("README".into(), "Use\n\n```python\nx\n```\n"), Format::Markdown);
        assert_eq!(Format::of("a.txt".into(), "Look:\n\n```def f(x):\nreturn x\n```\n"), Format::Text);
        assert_eq!(Format::of("a.txt".into(), "A fence is written as\n```\nand that's it"), Format::Text);
        assert_eq!(Format::of("a.MD".into(), ""), Format::Markdown);
        assert_eq!(Format::of("page".into(), "\n<!DOCTYPE html><p>"), Format::Html);
        assert_eq!(Format::of("page".into(), "= T\n\n[source,python]\n----\nx\n----\n"), Format::Asciidoc);
        assert_eq!(Format::of("page".into(), "{\"cells\": [], \"nbformat\": 4}"), Format::Notebook);
        assert_eq!(Format::of("a.txt".into(), "Text\n\n.. code-block:: python\n\n   x = 1\n"), Format::Rst);
        assert_eq!(Format::of("a.txt".into(), "..  and so on :: or so\n.. A::\n... f::\n"), Format::Text);
    }

    proptest! {
        #[test]
        fn decoding_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(document) = Document::decode("x.txt", &bytes) {
                for offset in 0..=document.text.len() {
                    document.position(offset);
                }
                prop_assert_eq!(document.lines().count(), document.line_count() as usize);
            }
        }
    }
}
