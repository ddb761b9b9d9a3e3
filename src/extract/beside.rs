//! What prose behind a block says of the output of that: `Output: 3`, `Correct answer:` with lines below it.
//!
//! Nothing tells where such lines end: an explanation may follow directly, and output may have empty lines. So each end that may be meant is noted,
//! the likeliest first, as in plain text.

use std::ops::Range;

use super::{
    Block, Extent, OutputKind,
    gatherer::is_fence,
    output::{self, Row},
    plain,
};
use crate::document::Document;

/// What stands beside a word for output, or below it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Beside {
    /// Its bytes in the prose.
    pub(super) range: Range<usize>,
    pub(super) kind: OutputKind,
    pub(super) extent: Extent,
}

/// What the prose directly behind a block of code shows of its output.
pub(super) fn beside(document: &Document, code: &Block, prose: &str) -> Option<Beside> {
    let seen = output::seen_of(code)?;
    let start = prose.len() - prose.trim_start().len();
    let start = output::label_of_actual(&prose[start..]).map_or(start, |actual| start + actual);
    let line = prose[start..].lines().next()?.trim_end();
    let bare = line.trim_start_matches(['>', '-', ' ']);
    let (shown, is_answer) = match (output::label(bare), output::answer(bare)) {
        (Some(shown), _) => (shown, false),
        (None, Some(shown)) => (shown, true),
        (None, None) => return value(&prose[start..], start, seen),
    };
    let end = start + line.len();
    let first = match shown.len() {
        0 => end + prose[end..].len() - prose[end..].trim_start().len(),
        length => end - length,
    };
    let is_apart = prose[end..first.max(end)].matches('\n').count() > 1;
    let first = if shown.is_empty() { prose[..first].rfind('\n').map_or(first, |end| end + 1) } else { first };
    let (lines, extent) = lines(&prose[first..], shown.is_empty())?;
    let likeliest: usize = lines.split_inclusive('\n').take(extent.ends.first().copied().unwrap_or(output::LONGEST)).map(str::len).sum();
    let text = lines[..likeliest].trim_end();
    if let Some(inner) = as_code(text) {
        let kind = if is_answer && !asks(document, code) { OutputKind::Likely } else { seen };
        return Some(Beside { range: first + inner.start..first + inner.end, kind, extent: Extent::default() });
    }
    if output::spans(text).is_some() {
        let kind = if is_answer && !asks(document, code) { OutputKind::Likely } else { seen };
        return Some(Beside { range: first..first + text.len(), kind, extent: Extent::default() });
    }
    // Words beside it may be a remark, and so may a paragraph of its own.
    let is_clear = match shown.is_empty() && !is_apart && !is_answer {
        true => output::is_clear(line, text),
        false => text.lines().all(|line| output::is_wordless(output::first_sentence(line))),
    };
    let is_meant = is_clear && (!is_answer || asks(document, code));
    // What is told to be shown of an expression is its value.
    let is_value = || output::is_data(output::first_sentence(text));
    let kind = if is_meant && (seen == OutputKind::Seen || is_value()) { OutputKind::Seen } else { OutputKind::Likely };
    let range = first..first + lines.len();
    Some(Beside { range, kind, extent })
}

/// A paragraph that is nothing but a value, as pages have it that were notebooks.
fn value(prose: &str, start: usize, kind: OutputKind) -> Option<Beside> {
    let length: usize = prose.split_inclusive('\n').take_while(|line| !line.trim().is_empty()).map(str::len).sum();
    let text = prose[..length].trim_end();
    output::is_data(text).then(|| Beside { range: start..start + text.len(), kind, extent: Extent::default() })
}

/// Whether the line above a block asks for its output: `What will this print?`
fn asks(document: &Document, code: &Block) -> bool {
    let Some((start, _)) = code.lines.first() else { return false };
    let mut above = document.text[..*start].lines().rev().filter(|line| !line.trim().is_empty() && !is_fence(line));
    above.next().is_some_and(output::asks)
}

/// The lines that may be output at the start of a text, and which of them may be meant; of its first paragraph, or also of those that follow.
fn lines(text: &str, with_more: bool) -> Option<(&str, Extent)> {
    let mut shown = Vec::new();
    let mut is_apart = false;
    for (number, line) in text.lines().take(output::LONGEST).enumerate() {
        if line.trim().is_empty() {
            is_apart = true;
        } else if is_fence(line)
            || is_apart && !shown.is_empty() && (!with_more || plain::weight(line) >= output::PROSE || line.starts_with('#'))
        {
            break;
        } else {
            shown.push(Row { number, is_apart, text: line });
            is_apart = false;
        }
    }
    let last = shown.last()?.number;
    let mut extent = output::extent(&shown);
    // Beside a word nothing stands before it, and a single line is all of it.
    if !with_more {
        extent.starts.clear();
    }
    if shown.len() == 1 {
        extent.ends.clear();
    }
    let length: usize = text.split_inclusive('\n').take(last + 1).map(str::len).sum();
    Some((text[..length].trim_end().trim_end_matches("<br>").trim_end(), extent))
}

/// The bytes within the marks of code in prose: `` `3` ``.
fn as_code(text: &str) -> Option<Range<usize>> {
    let inner = text.strip_prefix('`')?.strip_suffix('`')?;
    (!inner.is_empty() && !inner.contains(['`', '\n'])).then(|| 1..text.len() - 1)
}
