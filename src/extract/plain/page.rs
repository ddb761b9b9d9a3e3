//! The lines of a page as its author wrote them: without what printing and copying put between them, and with the blanks that no-break
//! spaces stand for.

mod columns;
mod furniture;
mod margins;
pub(super) mod quotes;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use crate::{
    document::{Document, Format},
    extract::{Excerpt, prompt},
};

/// A space that pages write where lines mustn't be broken, and some for each blank of their code.
const NO_BREAK: char = '\u{A0}';

/// What ends a printed page, at the start of the next one's first line.
const FORM_FEED: char = '\u{C}';

/// The lines of a document that are looked at, numbered from 1.
#[derive(Debug)]
pub(super) struct Page<'d> {
    document: &'d Document,
    lines: Vec<PageLine<'d>>,
    /// The texts of those that have other quotes, with straight ones, by their numbers.
    straightened: BTreeMap<u32, String>,
}

#[derive(Debug)]
struct PageLine<'d> {
    /// Where it stands in the document.
    range: Range<usize>,
    /// Its text, with blanks in the place of no-break spaces.
    text: Cow<'d, str>,
}

/// What a line of the document is to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    /// What stood beside or between blocks, which now seems to stand between lines: a blank line takes its place.
    Between,
    /// What a printed page has at its ends: the text goes on as if it weren't there.
    Nothing,
}

impl<'d> Page<'d> {
    /// The page, with nothing but a blank line for each of the lines that are `taken`: they were read otherwise.
    pub(super) fn new(document: &'d Document, taken: &BTreeSet<u32>) -> Self {
        let texts: Vec<&str> = document.lines().map(str::trim_end).collect();
        let part = |(number, _)| if taken.contains(&number) { Part::Between } else { Part::Text };
        let mut parts: Vec<Part> = (1..).zip(&texts).map(part).collect();
        furniture::mark(&texts, &mut parts);
        columns::mark(&texts, &mut parts);
        let margins = if document.format == Format::Text { margins::inner(&texts) } else { Vec::new() };
        let is_kept = |(_, part): &(u32, Part)| *part != Part::Nothing;
        let line = |(number, part)| {
            let mut range = document.line_range(number);
            if let Some(inner) = margins.get(number as usize - 1).cloned().flatten() {
                range = range.start + inner.start..range.start + inner.end;
            }
            range.start += usize::from(document.text[range.clone()].starts_with(FORM_FEED));
            range.start += prompt::glued_fence(&document.text[range.clone()]);
            match part {
                Part::Text => PageLine { text: with_blanks(&document.text[range.clone()]), range },
                _ => PageLine { text: Cow::Borrowed(""), range: range.start..range.start },
            }
        };
        let lines: Vec<PageLine> = (1..).zip(parts).filter(is_kept).map(line).collect();
        let straightened = (1..).zip(&lines).filter_map(|(number, line)| Some((number, quotes::straightened(&line.text)?))).collect();
        Self { document, lines, straightened }
    }

    pub(super) fn document(&self) -> &'d Document {
        self.document
    }

    /// The texts of the lines, in their order.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| line.text.as_ref())
    }

    /// The text of a line with straight quotes, where it has others.
    pub(super) fn straightened(&self, number: u32) -> Option<&str> {
        self.straightened.get(&number).map(String::as_str)
    }

    /// The text of a line.
    pub(super) fn text(&self, number: u32) -> &str {
        &self.lines[number as usize - 1].text
    }

    /// The lines from one to another, the latter included.
    pub(super) fn excerpt(&self, first: u32, last: u32) -> Excerpt {
        let mut excerpt = Excerpt::default();
        for line in &self.lines[first as usize - 1..last as usize] {
            let mut at = line.range.start;
            for part in self.document.text[line.range.clone()].split_inclusive(NO_BREAK) {
                let text = part.trim_end_matches(NO_BREAK);
                excerpt.push(text, at);
                if text.len() < part.len() {
                    excerpt.push(" ", at + text.len());
                }
                at += part.len();
            }
            excerpt.push("\n", line.range.end);
        }
        excerpt
    }
}

fn with_blanks(text: &str) -> Cow<'_, str> {
    if text.contains(NO_BREAK) { Cow::Owned(text.replace(NO_BREAK, " ")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page without what is marked, `~` in its place where a blank line is.
    pub(super) fn left(page: &str, mark: fn(&[&str], &mut [Part])) -> String {
        let texts: Vec<&str> = page.lines().collect();
        let mut parts = vec![Part::Text; texts.len()];
        mark(&texts, &mut parts);
        let text = |(text, part): (&&str, &Part)| match part {
            Part::Text => Some((*text).to_owned()),
            Part::Between => Some("~".to_owned()),
            Part::Nothing => None,
        };
        texts.iter().zip(&parts).filter_map(text).collect::<Vec<_>>().join("\n")
    }

    fn kept(text: &str) -> Vec<String> {
        let document = Document::decode("page.txt", text.as_bytes()).expect("is text");
        Page::new(&document, &BTreeSet::new()).texts().map(str::to_owned).collect()
    }

    #[test]
    fn no_break_spaces_are_blanks() {
        let document = Document::decode("page.txt", "for cup in cups:\n\u{A0} \u{A0}\u{A0}print(cup)\n".as_bytes()).expect("is text");
        let page = Page::new(&document, &BTreeSet::new());
        assert_eq!(page.text(2), "    print(cup)");
        let excerpt = page.excerpt(1, 2);
        assert_eq!(excerpt.text(), "for cup in cups:\n    print(cup)\n");
        let print = excerpt.text().find("print").expect("is there");
        assert!(document.text[excerpt.in_document(print)..].starts_with("print"));
    }

    #[test]
    fn pages_of_any_blanks_are_survived() {
        assert_eq!(kept("\u{A0}x = 1\n y = 2\n\u{C}\n\u{C}z = 3"), [" x = 1", " y = 2", "", "z = 3"]);
    }
}
