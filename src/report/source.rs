//! The lines of a document that a diagnostic shows, and the places in them that it points at.

use std::ops::Range;

use super::visible;
use crate::{
    document::{Document, Position},
    extract::Example,
};

/// Lines above a claim that are still shown with it; what is farther away is left out.
const REACH: u32 = 200;

/// Lines of a document as they are shown: each character stands for one of the document.
pub(super) struct Window {
    /// The lines, joined by `\n`.
    pub(super) text: String,
    /// Number of the first one, from 1.
    pub(super) first_line: u32,
    lines: Vec<Line>,
}

/// A line of a window.
struct Line {
    /// Its bytes in the document, as far as they are shown.
    document: Range<usize>,
    /// Where it starts in the window's text, behind the mark of what was cut.
    start: usize,
}

impl Window {
    /// The lines from first to last. Where one is wider than so many columns, what lies around `place` (bytes of the document) is shown.
    pub(super) fn new(document: &Document, (first, last): (u32, u32), place: &Range<usize>, columns: usize) -> Window {
        let last = last.clamp(1, document.line_count().max(1));
        let first = first.clamp(last.saturating_sub(REACH).max(1), last);
        let mut window = Window { text: String::new(), first_line: first, lines: Vec::new() };
        for number in first..=last {
            if number > first {
                window.text.push('\n');
            }
            let whole = document.line_range(number);
            let shown = cut(&document.text, whole.clone(), place, columns);
            if shown.start > whole.start {
                window.text.push('…');
            }
            let start = window.text.len();
            window.text.extend(document.text[shown.clone()].chars().map(visible::source_char));
            if shown.end < whole.end {
                window.text.push('…');
            }
            window.lines.push(Line { document: shown, start });
        }
        window
    }

    /// Where in the window's text a byte of the document is shown; the nearest place, where it isn't.
    pub(super) fn offset(&self, document: &Document, byte: usize) -> usize {
        let after = self.lines.partition_point(|line| line.document.start <= byte);
        let Some(line) = self.lines.get(after.saturating_sub(1)) else { return 0 };
        let byte = document.text.floor_char_boundary(byte.clamp(line.document.start, line.document.end));
        line.start + document.text[line.document.start..byte].chars().map(|c| visible::source_char(c).len_utf8()).sum::<usize>()
    }
}

/// Bytes of the document for bytes of the example's code.
pub(super) fn in_document(example: &Example, code: &Range<usize>) -> Range<usize> {
    let byte = |offset: usize| {
        let offset = example.document_offset(example.code.floor_char_boundary(offset)).unwrap_or(example.span.end);
        example.document.text.floor_char_boundary(offset)
    };
    let start = byte(code.start);
    // The end of a range may be the start of the line behind it: its last character says better where it ends.
    let last = example.code[..example.code.floor_char_boundary(code.end)].chars().next_back().map_or(0, char::len_utf8);
    let end = byte(code.end.saturating_sub(last)) + last;
    start..example.document.text.floor_char_boundary(end).max(start)
}

/// Bytes of the document where a claim stands. They come from its span in the code where that agrees with its position (the
/// code of a prompt session doesn't hold what it claims), else from the position alone.
pub(super) fn claim_in_document(example: &Example, span: &Range<usize>, position: Position, expected: &str) -> Range<usize> {
    let document = &example.document;
    let by_span = in_document(example, span);
    if !by_span.is_empty() && document.position(by_span.start) == position {
        return by_span;
    }
    // Output that is shown apart from the code knows where it stands.
    for output in &example.outputs {
        let first = output.lines.iter().position(|(offset, _)| document.position(*offset) == position);
        let likeliest = output.extent.ends.first().and_then(|end| output.lines.get(end.saturating_sub(1)));
        let last = likeliest.or(output.lines.last());
        if let (Some((start, _)), Some((last, text))) = (first.and_then(|first| output.lines.get(first)), last) {
            let end = (last + text.len()).min(document.line_range(document.line_at(*last)).end);
            return *start..document.text.floor_char_boundary(end).max(*start);
        }
    }
    let line = document.line_range(position.line.clamp(1, document.line_count().max(1)));
    let text = &document.text[line.clone()];
    let first = expected.lines().next().unwrap_or("").trim();
    let start = match text.find(first) {
        Some(at) if !first.is_empty() => line.start + at,
        _ => line.start + (text.len() - text.trim_start().len()),
    };
    let lines = expected.lines().count().max(1) as u32;
    let last = document.line_range((position.line + lines - 1).clamp(1, document.line_count().max(1)));
    let end = if lines == 1 && !first.is_empty() && text[start - line.start..].starts_with(first) { start + first.len() } else { last.end };
    start..end.max(start)
}

/// The part of a line that is shown: as much from its start as shows the place, else as much from the place on as there is room for.
fn cut(text: &str, line: Range<usize>, place: &Range<usize>, columns: usize) -> Range<usize> {
    let width = |range: Range<usize>| text[range].chars().map(visible::source_width).sum::<usize>();
    if width(line.clone()) <= columns {
        return line;
    }
    // Two of the columns are for the marks of what was cut.
    let room = columns.saturating_sub(2).max(1);
    let within = |byte: usize| text.floor_char_boundary(byte.clamp(line.start, line.end));
    let (from, to) = if line.contains(&place.start) { (within(place.start), within(place.end)) } else { (line.start, line.start) };
    let (before, needed) = (width(line.start..from), width(from..to.max(from)).min(room));
    let skip = (before + needed).saturating_sub(room).min(before);
    let start = line.start + prefix(&text[line.clone()], skip);
    start..start + prefix(&text[start..line.end], room)
}

/// Bytes of the longest start of a line that is drawn in so many columns.
fn prefix(line: &str, columns: usize) -> usize {
    let mut used = 0;
    let wide = |c: char| {
        used += visible::source_width(c);
        used > columns
    };
    line.find(wide).unwrap_or(line.len())
}
