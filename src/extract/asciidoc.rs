//! AsciiDoc's code blocks: `[source,python]` before a delimited block or a paragraph, listing and literal blocks, Markdown's fences.
//!
//! Read line by line, as AsciiDoc is written: what a block is, its delimiters and the attributes above it say. Callouts (`<1>`) at the ends of
//! lines are no code. What a document includes stands in another file: such an example is named, and isn't run. Conditions (`ifdef::`) and
//! the values of a document's attributes aren't worked out.

use std::{collections::BTreeMap, ops::Range};

use super::{Excerpt, Found, callouts, gatherer::Gatherer, marks};
use crate::document::Document;

/// The code blocks of an AsciiDoc document, in its order.
pub(super) fn blocks(document: &Document) -> Found {
    let mut source = Excerpt::default();
    source.push(&document.text, 0);
    let mut reader = Reader {
        gatherer: Gatherer::new(document),
        lines: source.lines(),
        source: &source,
        default: String::new(),
        above: Above::default(),
        between: String::new(),
    };
    reader.read();
    reader.gatherer.found
}

struct Reader<'s, 'd> {
    gatherer: Gatherer<'d>,
    source: &'s Excerpt,
    lines: Vec<Range<usize>>,
    /// The document's `:source-language:`.
    default: String,
    /// What stands above the next block.
    above: Above,
    /// The text since the last block.
    between: String,
}

/// Attributes and title of a block, from the lines above it.
#[derive(Debug, Default)]
struct Above {
    style: String,
    language: String,
    attributes: BTreeMap<String, String>,
    title: String,
}

/// Delimiters of blocks whose content is as it stands: comments, passed-through text, listings, literal text, fences.
const VERBATIM: [char; 5] = ['/', '+', '-', '.', '`'];

impl Reader<'_, '_> {
    fn line(&self, number: usize) -> &str {
        self.lines.get(number).map_or("", |line| &self.source.text()[line.clone()])
    }

    fn read(&mut self) {
        let mut number = 0;
        while number < self.lines.len() {
            let line = self.line(number).trim_end().to_owned();
            number = match delimiter(&line) {
                Some(mark) => self.delimited(number, mark, &line),
                None => self.other(number, &line),
            };
        }
    }

    /// A block between delimiters; gives the line behind it.
    fn delimited(&mut self, opening: usize, mark: char, delimiter: &str) -> usize {
        let closes = if mark == '`' { &delimiter[..delimiter.len() - delimiter.trim_start_matches('`').len()] } else { delimiter };
        let closing = (opening + 1..self.lines.len()).find(|&number| self.line(number).trim_end() == closes);
        if closing.is_none() && mark != '/' {
            let what = format!("this block is never closed, so all that follows was taken for it; close it with `{closes}`");
            self.gatherer.doubt(self.source.in_document(self.lines[opening].start), &what);
        }
        let end = closing.unwrap_or(self.lines.len());
        let above = std::mem::take(&mut self.above);
        match mark {
            '/' | '+' => {}
            '`' => {
                let info = delimiter.trim_start_matches('`').trim();
                let language = info.split(',').next().unwrap_or_default().to_owned();
                self.block(opening + 1..end, Above { style: "source".to_owned(), language, ..above });
            }
            _ => self.block(opening + 1..end, above),
        }
        end + 1
    }

    /// A line outside of blocks that stand as they are; gives the line behind what was read.
    fn other(&mut self, number: usize, line: &str) -> usize {
        if let Some(comment) = line.strip_prefix("//") {
            let start = self.lines[number].start + (line.len() - comment.len());
            self.gatherer.heed(&self.source.slice(start..start + comment.len()));
        } else if let Some(attributes) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            self.above.read(attributes);
        } else if let Some(title) = line.strip_prefix('.').filter(|title| title.starts_with(|c: char| !matches!(c, '.' | ' '))) {
            title.clone_into(&mut self.above.title);
        } else if let Some(language) = line.strip_prefix(":source-language:") {
            language.trim().clone_into(&mut self.default);
        } else if line == "--" && self.above.is_source() {
            let end = (number + 1..self.lines.len()).find(|&at| self.line(at).trim_end() == "--").unwrap_or(self.lines.len());
            let above = std::mem::take(&mut self.above);
            self.block(number + 1..end, above);
            return end + 1;
        } else if line.is_empty() || is_callout(line) {
            self.above = Above::default();
        } else if self.above.is_source() || line.starts_with([' ', '\t']) && self.is_paragraph(number) {
            let end = (number..self.lines.len()).find(|&at| self.line(at).trim().is_empty() || self.line(at).trim_end() == "+");
            let end = end.unwrap_or(self.lines.len());
            let above = std::mem::take(&mut self.above);
            self.block(number..end, above);
            return end;
        } else {
            self.above = Above::default();
            self.between.push_str(line);
            self.between.push('\n');
        }
        number + 1
    }

    /// Whether a line begins a paragraph, so that its indentation makes it literal. Within lists, text is indented too.
    fn is_paragraph(&self, number: usize) -> bool {
        let is_list = |line: &str| line.trim_start().starts_with(['*', '-', '.', '<']) || line.contains(":: ") || line.ends_with("::");
        let before = (0..number).rev().map(|at| self.line(at)).find(|line| !line.trim().is_empty());
        number == 0 || self.line(number - 1).trim().is_empty() && !before.is_some_and(is_list) && !is_list(self.line(number))
    }

    fn block(&mut self, lines: Range<usize>, above: Above) {
        let mut code = Excerpt::default();
        let mut includes = None;
        for number in lines {
            let Some(range) = self.lines.get(number).cloned() else { break };
            let line = &self.source.text()[range.clone()];
            if let Some(file) = line.strip_prefix("include::").and_then(|rest| rest.split_once('[')) {
                includes.get_or_insert_with(|| file.0.to_owned());
            }
            code.extend(self.source, range.start..range.start + callouts::line_without(line).len());
            code.push("\n", self.source.in_document(range.end));
        }
        let Above { style, mut language, mut attributes, title } = above;
        if language.is_empty() && style == "source" {
            language.clone_from(&self.default);
        }
        if let Some(file) = includes {
            marks::skip(&mut attributes, &format!("its code stands in `{file}`, which isn't read"));
        }
        let mut between = std::mem::take(&mut self.between);
        if !title.is_empty() {
            between = format!("{between}\n{title}\n");
        }
        if style == "source" || !matches!(style.as_str(), "stem" | "latexmath" | "verse" | "comment" | "ditaa" | "plantuml" | "graphviz") {
            self.gatherer.push(&code, &language, attributes, Some(&between));
        }
    }
}

impl Above {
    /// Reads a line of attributes: `source,python,linenums`, `[%linenums,python]`, `#id.role`, `,python`.
    fn read(&mut self, text: &str) {
        let mut position = 0;
        for part in text.split(',').map(str::trim) {
            if let Some((name, value)) = part.split_once('=') {
                let value = value.trim().trim_matches(['"', '\'']);
                match name.trim() {
                    "language" => value.clone_into(&mut self.language),
                    "id" => drop(self.attributes.insert("id".to_owned(), value.to_owned())),
                    name => marks::mark(&mut self.attributes, name, value),
                }
                continue;
            }
            match position {
                0 => self.first(part),
                1 if self.is_source() => part.clone_into(&mut self.language),
                _ if part.is_empty() => {}
                _ => marks::mark(&mut self.attributes, part, ""),
            }
            position += 1;
        }
    }

    /// The first position holds the style, with shorthands for id, roles and options: `source#id.role%option`.
    fn first(&mut self, part: &str) {
        let style = part.split(['#', '.', '%', '[']).next().unwrap_or_default();
        if !style.is_empty() {
            style.clone_into(&mut self.style);
        } else if part.is_empty() || part.starts_with('%') {
            // `[,python]` and `[%linenums,python]` leave the style out.
            "source".clone_into(&mut self.style);
        }
        for role in part.split('.').skip(1) {
            let role = role.split(['#', '%']).next().unwrap_or_default();
            marks::mark(&mut self.attributes, role, "");
        }
    }

    fn is_source(&self) -> bool {
        self.style == "source"
    }
}

/// A line that explains a callout: `<1> Adds one`.
fn is_callout(line: &str) -> bool {
    let number = line.strip_prefix('<').and_then(|rest| rest.split_once('>')).map(|(number, _)| number);
    number.is_some_and(|number| number == "." || !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The mark of a line that delimits a verbatim block.
fn delimiter(line: &str) -> Option<char> {
    let mark = line.chars().next().filter(|mark| VERBATIM.contains(mark))?;
    let rest = line.trim_start_matches(mark);
    let count = line.len() - rest.len();
    match mark {
        '`' => (count >= 3 && !rest.contains('`')).then_some(mark),
        _ => (count >= 4 && rest.is_empty()).then_some(mark),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::Language;

    fn document(text: &str) -> Document {
        Document::decode("page.adoc", text.as_bytes()).expect("is text")
    }

    fn found(text: &str) -> Vec<(u32, Language, String)> {
        let code = |block: &super::super::Block| block.lines.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("|");
        blocks(&document(text)).blocks.iter().map(|block| (block.first_line, block.language.clone(), code(block))).collect()
    }

    #[test]
    fn source_blocks_of_all_kinds() {
        let python = |line, code: &str| vec![(line, Language::Python, code.to_owned())];
        assert_eq!(found("[source,python]\n----\nx = 1\n\ny\n----\n"), python(3, "x = 1||y"));
        assert_eq!(found("[source%linenums,python,start=3]\n.Title\n....\nx\n....\n"), python(4, "x"));
        assert_eq!(found("[,python]\n----\nx\n----\n"), python(3, "x"));
        assert_eq!(found("[#one.big,language=py]\n[source]\n--\nx\n--\n"), python(4, "x"));
        assert_eq!(found("[source, python]\nx = 1\ny = 2\n\ntext\n"), python(2, "x = 1|y = 2"));
        assert_eq!(found("```python\nx\n```\n"), python(2, "x"));
        assert_eq!(found(":source-language: python\n\n[source]\n----\nx\n----\n"), python(5, "x"));
        assert_eq!(found("====\n[source,python]\n----\nx\n----\n====\n"), python(4, "x"));
        assert_eq!(found("Text:\n\n    >>> 1\n    1\n\ntext\n"), [(3, Language::Session, "    >>> 1|    1".to_owned())]);
        assert_eq!(found("////\n[source,python]\n----\nx\n----\n////\n"), []);
        assert_eq!(found("* item\n+\n[source,python]\n----\nx\n----\n"), python(5, "x"));
    }

    #[test]
    fn callouts_are_no_code() {
        let text = "[source,python]\n----\nx = 1 <1>\ny = f() # <2> <3>\nz < 3 > 1  # a <b>\nif x: # <.>\n  pass <!--4-->\n----\n<1> One\n";
        assert_eq!(found(text)[0].2, "x = 1|y = f()|z < 3 > 1  # a <b>|if x:|  pass");
    }

    #[test]
    fn what_is_included_is_named() {
        let blocks = blocks(&document("[source,python]\n----\ninclude::a/b.py[lines=1..2]\n----\n")).blocks;
        assert_eq!(blocks[0].attributes.get("skip").map(String::as_str), Some("its code stands in `a/b.py`, which isn't read"));
    }

    #[test]
    fn output_comments_and_unclosed_blocks_are_told() {
        let text = "// skip: next\n[source,python]\n----\nprint(1)\n----\n\n[source,python]\n----\nprint(1)\n----\n\n.Output\n----\n1\n----\n\nText\n\n----\nopen\n";
        let Found { blocks, doubts } = blocks(&document(text));
        assert!(blocks[0].attributes.contains_key("skip"));
        assert_eq!(blocks[1].outputs.len(), 1);
        assert_eq!(doubts.iter().map(|(place, _)| place.line).collect::<Vec<_>>(), [19]);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "(\\[source,python\\]|----|\\.\\.\\.\\.|```|--|<1>|# |é|include::x\\[\\]|//|\n|\r| |\\.T|\\[|\\]|,|=|%|#){0,50}") {
            let document = document(&text);
            for block in blocks(&document).blocks {
                prop_assert_eq!(block.lines.len() as u32, block.last_line - block.first_line + 1);
            }
        }
    }
}
