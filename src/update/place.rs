//! Changes of an example → edits of its document, in the way that the format wants text to be written.
//!
//! How lines are set off from each other in a document (line ends, quote marks, indentation, the strings of a notebook's list, elements of a
//! page) is never made up: it's copied from lines that stand beside them. Which escapes a place needs is found by trying: the edited document is
//! read again, and must give just the text that is meant.

use std::sync::Arc;

use super::{
    Edit, Trial, applied,
    change::{Change, Part, changed},
};
use crate::{
    document::{Document, Format},
    extract::{self, Example, Extraction, Jump, Sections},
};

/// For each change, the edit that makes it, or why there is none.
pub(super) fn edits(trial: &Trial, changes: &[Change]) -> Vec<Result<Edit, String>> {
    if changes.is_empty() {
        return Vec::new();
    }
    let proof = match Proof::new(trial.example) {
        Ok(proof) => proof,
        Err(reason) => return vec![Err(reason); changes.len()],
    };
    if let Some(edits) = proof.written(changes) {
        return edits.into_iter().map(Ok).collect();
    }
    // One of them spoils it for all: those that are right one after the other are kept.
    let mut kept: Vec<Change> = Vec::new();
    let mut results: Vec<Result<Edit, String>> = Vec::new();
    let mut failed = vec![true; changes.len()];
    for (index, change) in changes.iter().enumerate() {
        kept.push(change.clone());
        failed[index] = proof.written(&kept).is_none();
        if failed[index] {
            kept.pop();
        }
    }
    let mut written = proof.written(&kept).unwrap_or_default().into_iter();
    for failed in failed {
        let edit = if failed { None } else { written.next() };
        results.push(edit.ok_or_else(|| "what was seen can't be written in this place so that it would be read again as it is".to_owned()));
    }
    results
}

/// Why edits of several examples can't be made together; `None` where they can.
pub(super) fn spoiled(document: &Document, edits: &[&Edit]) -> Option<String> {
    let mut spans: Vec<_> = edits.iter().map(|edit| edit.span.clone()).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let overlaps = spans.windows(2).any(|pair| pair[1].start < pair[0].end);
    let read = |text: &str| {
        let document = Document::decode(&*document.path, text.as_bytes()).ok()?;
        (document.text == text).then(|| extract::read(&Arc::new(document), &Sections::default()))
    };
    let (before, after) = (read(&document.text), read(&applied(&document.text, edits)));
    let is_edited =
        |example: &Example| edits.iter().any(|edit| edit.span.start <= example.span.end + 1 && example.span.start <= edit.span.end + 1);
    let is_sound = match (&before, &after) {
        (Some(before), Some(after)) => {
            let has_outputs = |example: &Example| !example.outputs.is_empty();
            let alike = |(old, new): (&Example, &Example)| is_edited(old) || has_outputs(old) || says_the_same(old, new);
            before.examples.len() == after.examples.len() && before.examples.iter().zip(&after.examples).all(alike)
        }
        _ => false,
    };
    (overlaps || !is_sound).then(|| "its edits don't go together; take them one example at a time, with `--snippet`".to_owned())
}

/// How text is written into a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// As it is.
    Plain,
    /// In a string of JSON.
    Json,
    /// Between the elements of a page.
    Html,
    /// In a string literal, with backslashes doubled.
    Literal,
    /// The same, with three quotes in a row escaped.
    Triple,
    /// The same, with each quote escaped.
    Quoted,
}

impl Writing {
    /// The ways to write that a format may want, the plainest first.
    fn of(format: Format) -> &'static [Writing] {
        match format {
            Format::Notebook => &[Writing::Json],
            Format::Html => &[Writing::Html],
            Format::Python => &[Writing::Plain, Writing::Literal, Writing::Triple, Writing::Quoted],
            Format::Text | Format::Markdown | Format::Rst | Format::Asciidoc => &[Writing::Plain],
        }
    }

    fn write(self, text: &str) -> String {
        match self {
            Writing::Plain => text.to_owned(),
            Writing::Json => {
                let quoted = serde_json::Value::from(text).to_string();
                quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
            }
            Writing::Html => text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
            Writing::Literal => text.replace('\\', "\\\\"),
            Writing::Triple => text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"").replace("'''", "\\'\\'\\'"),
            Writing::Quoted => text.replace('\\', "\\\\").replace('"', "\\\"").replace('\'', "\\'"),
        }
    }
}

/// What an edited document is held against.
struct Proof<'a> {
    example: &'a Example,
    before: Extraction,
    /// Which of its examples it is.
    number: usize,
}

impl<'a> Proof<'a> {
    fn new(example: &'a Example) -> Result<Proof<'a>, String> {
        let before = extract::read(&example.document, &Sections::default());
        let is_it = |other: &Example| other.line_offsets == example.line_offsets && other.code == example.code;
        let number = before.examples.iter().position(is_it);
        let number = number.ok_or_else(|| "its code stands in another file, or more than once".to_owned())?;
        Ok(Proof { example, before, number })
    }

    /// The edits that make these changes, where the document, edited so, holds what it should.
    fn written(&self, changes: &[Change]) -> Option<Vec<Edit>> {
        let writings = Writing::of(self.example.document.format);
        let plainest = *writings.first()?;
        let all = self.written_so(changes, &vec![plainest; changes.len()]);
        if all.is_some() || writings.len() < 2 {
            return all;
        }
        // Some need escapes: those that need none alone need none together.
        let alone = |change: &Change| {
            let alone = std::slice::from_ref(change);
            writings.iter().copied().find(|&writing| self.written_so(alone, &[writing]).is_some())
        };
        self.written_so(changes, &changes.iter().map(alone).collect::<Option<Vec<_>>>()?)
    }

    /// The edits that make these changes, each written in its way.
    fn written_so(&self, changes: &[Change], writings: &[Writing]) -> Option<Vec<Edit>> {
        let document = &self.example.document;
        let edits = changes.iter().zip(writings).map(|(change, writing)| edit(self.example, change, *writing));
        let edits: Vec<Edit> = edits.collect::<Option<_>>()?;
        let text = applied(&document.text, &edits.iter().collect::<Vec<_>>());
        self.holds(&text, &changed(self.example, changes)).then_some(edits)
    }

    fn holds(&self, text: &str, wanted: &Example) -> bool {
        let Ok(edited) = Document::decode(&*self.example.document.path, text.as_bytes()) else { return false };
        if edited.format != self.example.document.format || edited.text != text {
            return false;
        }
        let after = extract::read(&Arc::new(edited), &Sections::default());
        let alike = |(index, (old, new)): (usize, (&Example, &Example))| {
            let old = if index == self.number { wanted } else { old };
            says_the_same(old, new)
        };
        after.examples.len() == self.before.examples.len()
            && after.doubts.len() == self.before.doubts.len()
            && self.before.examples.iter().zip(&after.examples).enumerate().all(alike)
    }
}

/// Whether two examples are the same but for their places.
fn says_the_same(one: &Example, other: &Example) -> bool {
    let outputs = |example: &Example| {
        let text = |index: usize| (Part::Output(index).text(example), example.outputs[index].kind);
        (0..example.outputs.len()).map(text).collect::<Vec<_>>()
    };
    one.code == other.code && one.language == other.language && one.attributes == other.attributes && outputs(one) == outputs(other)
}

/// The edit that makes a change; `None` where its place in the document can't be told.
fn edit(example: &Example, change: &Change, writing: Writing) -> Option<Edit> {
    let document = &*example.document;
    let lines = Lines::of(example, change.part)?;
    let first = lines.line_of(change.range.start);
    let starts_line = lines.starts[first] == change.range.start;
    // A whole line that goes or comes takes its separator with it.
    let is_of_lines = starts_line
        && change.range.end >= change.range.start
        && (change.text.ends_with('\n') || lines.is_start(change.range.end) && !change.range.is_empty());
    let span = if is_of_lines {
        lines.offset(change.range.start)?..lines.offset(change.range.end)?
    } else {
        let start = if lines.is_end(change.range.start) && !starts_line {
            lines.end(document, change.range.start)?
        } else {
            lines.offset(change.range.start)?
        };
        start..if change.range.is_empty() { start } else { lines.end(document, change.range.end)? }
    };
    let separator = lines.separator(document, first, lines.line_of(change.range.end) > first);
    let mut new = String::new();
    for (number, line) in change.text.split('\n').enumerate() {
        if number > 0 {
            new.push_str(&separator);
        }
        new.push_str(&writing.write(line));
    }
    let is_sound = span.start <= span.end && document.text.get(span.clone()).is_some();
    is_sound.then(|| Edit::new(document, span, new))
}

/// The lines of a part of an example, and where they stand in the document.
struct Lines<'a> {
    text: String,
    /// Where each starts in the text.
    starts: Vec<usize>,
    /// Where each starts in the document.
    offsets: Vec<usize>,
    jumps: &'a [Jump],
}

impl<'a> Lines<'a> {
    fn of(example: &'a Example, part: Part) -> Option<Lines<'a>> {
        let text = part.text(example);
        let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let (offsets, jumps) = match part {
            Part::Code => (example.line_offsets.clone(), example.jumps.as_slice()),
            Part::Output(index) => {
                let output = example.outputs.get(index)?;
                (output.lines.iter().map(|(offset, _)| *offset).collect(), output.jumps.as_slice())
            }
        };
        (!offsets.is_empty()).then_some(Lines { text, starts, offsets, jumps })
    }

    fn line_of(&self, at: usize) -> usize {
        (self.starts.partition_point(|&start| start <= at) - 1).min(self.offsets.len() - 1)
    }

    fn is_start(&self, at: usize) -> bool {
        self.starts.binary_search(&at).is_ok()
    }

    fn is_end(&self, at: usize) -> bool {
        self.text.get(at..).is_none_or(|rest| rest.is_empty() || rest.starts_with('\n'))
    }

    fn line(&self, line: usize) -> &str {
        let start = self.starts[line];
        self.text[start..].lines().next().unwrap_or_default()
    }

    /// Where a byte of the text stands in the document.
    fn offset(&self, at: usize) -> Option<usize> {
        let line = self.line_of(at);
        let column = at.checked_sub(self.starts[line])?;
        Some(Jump::offset(self.jumps, line, column).unwrap_or(self.offsets[line] + column))
    }

    /// Where the character before a byte of the text ends in the document: what follows it there (an element's end, a quote) isn't its own.
    fn end(&self, document: &Document, at: usize) -> Option<usize> {
        let before = self.text.get(..at)?.chars().next_back().filter(|char| *char != '\n');
        let Some(char) = before else { return self.offset(at) };
        let start = self.offset(at - char.len_utf8())?;
        Some(start + written_length(document, start, char)?)
    }

    /// What stands between a line of this kind and the next one. That of the line itself and the one above says best what belongs to it;
    /// `is_first_of_several` says that more of its kind follow.
    fn separator(&self, document: &Document, line: usize, is_first_of_several: bool) -> String {
        let is_filled = |line: usize| !self.line(line).trim().is_empty();
        let between = |first: usize| {
            let end = self.end(document, self.starts[first] + self.line(first).len())?;
            document.text.get(end..*self.offsets.get(first + 1)?)
        };
        let count = self.offsets.len();
        let near = if is_first_of_several { [Some(line), line.checked_sub(1)] } else { [line.checked_sub(1), Some(line)] };
        let near = near.into_iter().flatten();
        let all = || near.clone().chain(0..count).filter(|&first| first + 1 < count);
        let filled = all().find(|&first| is_filled(first) && is_filled(first + 1));
        let any = filled.or_else(|| all().find(|&first| is_filled(first + 1)));
        match any.and_then(between) {
            Some(between) if document.format == Format::Html => without_tags(between),
            Some(between) => between.to_owned(),
            None => self.made_up(document, line),
        }
    }

    /// The separator of a line that has no neighbours.
    fn made_up(&self, document: &Document, line: usize) -> String {
        if document.format == Format::Notebook {
            return "\\n".to_owned();
        }
        let own = document.line_range(document.line_at(self.offsets[line]));
        let before = document.text.get(own.start..self.offsets[line]).unwrap_or_default();
        let prefix: String = before.chars().take_while(|c| matches!(c, ' ' | '\t' | '>')).collect();
        let first = document.line_range(1).end;
        let rest = document.text.get(first..).unwrap_or_default();
        let line_end = ["\r\n", "\n", "\r"].into_iter().find(|end| rest.starts_with(end)).unwrap_or("\n");
        format!("{line_end}{prefix}")
    }
}

/// A separator without the elements that end and begin there: what is added belongs to the element around it.
fn without_tags(between: &str) -> String {
    let mut text = String::new();
    let mut rest = between;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    // Where `<br>` ends the line, it is the separator.
    if text.contains(['\n', '\r']) { text } else { between.to_owned() }
}

/// How many bytes of the document stand for a character that starts there.
fn written_length(document: &Document, at: usize, char: char) -> Option<usize> {
    let text = document.text.get(at..)?;
    let first = text.chars().next()?;
    match (document.format, first) {
        (Format::Html, '&') => Some(
            1 + text[1..]
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '#')
                .map_or(text.len() - 1, |end| end + usize::from(text[1 + end..].starts_with(';'))),
        ),
        (Format::Notebook, '\\') => {
            let unit = if text[1..].starts_with('u') { 6 } else { 2 };
            Some(if char.len_utf16() == 2 { 2 * unit } else { unit })
        }
        (Format::Python, '\\') => Some(match (char, text[1..].chars().next()?) {
            ('\\', '\\') => 2,
            ('\\', _) => 1,
            (_, 'x') => 4,
            (_, 'u') => 6,
            (_, 'U') => 10,
            (_, 'N') => 1 + text.find('}')?,
            (_, digit) if digit.is_digit(8) => 1 + text[1..].chars().take(3).take_while(|c| c.is_digit(8)).count(),
            (_, other) => 1 + other.len_utf8(),
        }),
        _ => Some(first.len_utf8()),
    }
    .filter(|length| text.is_char_boundary(*length))
}
