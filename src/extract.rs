//! Document → examples: finds each code block, its exact lines, its language and its id.
//!
//! Finding blocks is the work of a module per format ([`markdown`], [`plain`]); each gives [`Block`]s. Here blocks become
//! examples: they get the section that they stand in, their id, and their code with the way back to the document.

mod annotated;
mod arrows;
mod asciidoc;
mod aside;
mod banner;
mod beside;
mod block;
mod callouts;
mod cell;
mod commented;
mod docstring;
mod excerpt;
mod gatherer;
mod html;
mod ids;
mod indentation;
mod info;
mod joined;
mod language;
pub mod markdown;
mod marks;
pub mod notebook;
pub(crate) mod output;
pub mod plain;
pub(crate) mod prompt;
mod prompted;
mod rst;
mod variables;

pub use block::{Block, Extent, Jump, OutputKind, ShownOutput};
pub use ids::{DuplicateId, Ids, duplicates};
pub use rst::include::Include;

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::Arc,
};

use camino::Utf8PathBuf;
use regex::Regex;

use crate::document::{Document, Format, Position};

use excerpt::Excerpt;

/// The examples of a document, in its order.
pub fn extract(document: &Arc<Document>, sections: &Sections) -> Vec<Example> {
    read(document, sections).examples
}

/// What a document holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extraction {
    /// Its examples, in its order.
    pub examples: Vec<Example>,
    /// What in it is doubtful, in its order.
    pub doubts: Vec<Doubt>,
    /// What it includes from other files, in its order.
    pub includes: Vec<Include>,
}

/// Something in a document that was read, and may not be what its author meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{}:{}: {what}", place.line, place.column)]
pub struct Doubt {
    /// The document.
    pub path: Utf8PathBuf,
    /// Where.
    pub place: Position,
    /// What it is, and what to do about it.
    pub what: String,
}

/// Reads a document: its examples, and what in it is doubtful.
pub fn read(document: &Arc<Document>, sections: &Sections) -> Extraction {
    let mut includes = Vec::new();
    let Found { blocks, doubts } = match document.format {
        Format::Text => Found { blocks: plain::blocks(document), doubts: Vec::new() },
        Format::Markdown => {
            let mut found = markdown::blocks(document);
            // Text that has some marks needn't have them everywhere; and the cells of a notebook that was saved as text have others.
            if is_saved_text(document) {
                found.blocks.extend(plain::between(document, &found.blocks));
            } else {
                found.blocks.extend(plain::cells(document, &found.blocks));
            }
            found.blocks.sort_by_key(|block| block.first_line);
            found
        }
        Format::Asciidoc => asciidoc::blocks(document),
        Format::Html => html::blocks(document),
        Format::Notebook => notebook::blocks(document),
        Format::Rst => {
            let blocks;
            (blocks, includes) = rst::blocks(document);
            includes.iter_mut().for_each(|include| marks::settle(&mut include.attributes));
            Found { blocks, doubts: Vec::new() }
        }
        Format::Python => docstring::found(document),
    };
    let doubts = doubts.into_iter().map(|(place, what)| Doubt { path: document.path.clone(), place, what });
    Extraction { doubts: doubts.collect(), examples: examples(document, blocks, sections), includes }
}

/// Whether a document is by its name none of the formats that have marks: a page that was saved as text, whatever marks are left in it.
fn is_saved_text(document: &Document) -> bool {
    document.path.extension().and_then(Format::of_ending).is_none()
}

/// What a format's module finds in a document.
#[derive(Debug, Default)]
struct Found {
    blocks: Vec<Block>,
    /// What is doubtful: where, and what.
    doubts: Vec<(Position, String)>,
}

/// The attribute of an example whose text had lost its indentation, which was restored.
pub const RESTORED: &str = "restored";

/// The attribute of an example with the environment variable that the commands just above it set.
pub const SET_BY_SHELL: &str = "set-by-shell";

/// The attribute of a cell that isn't run with what was left out of its code, so that later cells can continue the rest.
pub const LEFT_OUT: &str = "left-out";

/// Gives each block its section and id.
fn examples(document: &Arc<Document>, blocks: Vec<Block>, sections: &Sections) -> Vec<Example> {
    let openings = sections.openings(document, &blocks);
    let mut counts: HashMap<u32, u32> = HashMap::new();
    let mut last_at_line = None;
    let mut examples = Vec::with_capacity(blocks.len());
    let mut set = None;
    for mut block in blocks {
        marks::settle(&mut block.attributes);
        if matches!(block.language, Language::Python | Language::Session) {
            let name = set.take().or_else(|| variables::set_by(&block, "#"));
            block.attributes.extend(name.map(|name| (SET_BY_SHELL.to_owned(), name)));
        } else {
            set = if block.language == Language::Shell { variables::set_by(&block, "") } else { None }
                .or_else(|| variables::settings(&block));
        }
        let opened = openings.partition_point(|opening| opening.line <= block.first_line);
        let number = opened.checked_sub(1).map(|last| openings[last].number);
        let section = number.map_or_else(|| document.path.to_string(), |number| format!("{}{number}", sections.prefix));
        let id = match number {
            Some(number) => {
                let count = counts.entry(number).or_default();
                *count += 1;
                format!("{section}.{count}")
            }
            // Two blocks may start on one line of a file that isn't laid out in lines.
            None if last_at_line == Some(block.first_line) => {
                let place = document.position(block.lines.first().map_or(0, |(offset, _)| *offset));
                format!("{section}:{}:{}", place.line, place.column)
            }
            None => format!("{section}:{}", block.first_line),
        };
        last_at_line = Some(block.first_line);
        let own = block.attributes.get("id").filter(|id| !id.is_empty()).cloned();
        let section = own.as_deref().and_then(section_of).map_or(section, str::to_owned);
        // A docstring is a document by itself.
        let section = block.part.as_ref().map_or(section, |part| format!("{}::{part}", document.path));
        examples.push(block.into_example(document, section, own.unwrap_or(id)));
    }
    examples
}

/// The section that an id of the form `q23.2` names.
fn section_of(id: &str) -> Option<&str> {
    let (section, number) = id.rsplit_once('.')?;
    (!section.is_empty() && number.parse::<u32>().is_ok()).then_some(section)
}

/// How the sections of a document are numbered. The default is no sections: ids are the document's path and
/// the line, so that they are unique among documents.
#[derive(Debug, Clone, Default)]
pub struct Sections {
    /// What stands before the number in ids: `q` for `q23.2`.
    pub prefix: String,
    /// What opens a section, matched at the start of each line. A capture group that is a number names the section, and a
    /// section opens only where numbers ascend by one, so that a stray number doesn't open one. Without a group, sections
    /// are counted from 1.
    pub opens: Option<Regex>,
}

/// A line that opens a section.
#[derive(Debug, Clone, Copy)]
struct Opening {
    line: u32,
    number: u32,
}

impl Sections {
    /// Where sections open, in ascending order. A line within a block opens none.
    fn openings(&self, document: &Document, blocks: &[Block]) -> Vec<Opening> {
        let Some(opens) = &self.opens else { return Vec::new() };
        let mut counted = Vec::new();
        let mut numbered = Vec::new();
        for (line, text) in (1..).zip(document.lines()) {
            let Some(captures) = opens.captures(text).filter(|captures| captures.get(0).is_some_and(|whole| whole.start() == 0)) else {
                continue;
            };
            let next = blocks.partition_point(|block| block.first_line <= line);
            if next.checked_sub(1).is_some_and(|last| blocks[last].last_line >= line) {
                continue;
            }
            match captures.get(1).map(|group| group.as_str().parse()) {
                Some(Ok(number)) => numbered.push(Opening { line, number }),
                Some(Err(_)) => {}
                None => counted.push(Opening { line, number: counted.len() as u32 + 1 }),
            }
        }
        if numbered.is_empty() { counted } else { longest_ascent(&numbered) }
    }
}

/// The longest sequence of openings whose numbers ascend by one; of equally long ones, the one that ends first.
fn longest_ascent(openings: &[Opening]) -> Vec<Opening> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(openings.len());
    let mut ending: HashMap<u32, usize> = HashMap::new();
    for (at, opening) in openings.iter().enumerate() {
        let previous = opening.number.checked_sub(1).and_then(|number| ending.get(&number)).copied();
        best.push((previous.map_or(1, |previous| best[previous].0 + 1), previous));
        let longest = ending.entry(opening.number).or_insert(at);
        if best[at].0 > best[*longest].0 {
            *longest = at;
        }
    }
    let mut at = (0..best.len()).rev().max_by_key(|&at| best[at].0);
    let mut sequence = Vec::new();
    while let Some(current) = at {
        sequence.push(openings[current]);
        at = best[current].1;
    }
    sequence.reverse();
    sequence
}

/// One code block of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// `q23.2`: the second code block, of any language, of section `q23`.
    pub id: String,
    /// `q23`: the section (a numbered question, or the document itself) that the example stands in.
    pub section: String,
    /// The document that it comes from.
    pub document: Arc<Document>,
    /// First line in the document, from 1.
    pub first_line: u32,
    /// Last line in the document, from 1, inclusive.
    pub last_line: u32,
    /// Bytes of the block in [`Document::text`], from the start of the first line to the end of the last, without its line end.
    pub span: Range<usize>,
    /// What it is written in.
    pub language: Language,
    /// The code: common indentation removed, `\n` as the line end, one at the end. [`Example::document_line`] says where a line of it stands.
    pub code: String,
    /// Byte offset in [`Document::text`] of the first byte of each line of `code`.
    pub line_offsets: Vec<usize>,
    /// Attributes of the fence (`id=q3.1 requires=attrs`), by name; a lone word has the empty value.
    pub attributes: BTreeMap<String, String>,
    /// What the document shows of its output, apart from the code.
    pub outputs: Vec<ShownOutput>,
    /// Where a line of `code` goes on elsewhere in the document, in ascending order.
    pub jumps: Vec<Jump>,
}

/// What an example is written in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Python, as a script.
    Python,
    /// A Python prompt session: `>>>` lines with what they print below.
    Session,
    /// A shell's commands.
    Shell,
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// HTML or a template of it.
    Html,
    /// JavaScript or TypeScript.
    JavaScript,
    /// C or C++.
    C,
    /// SQL.
    Sql,
    /// A Dockerfile.
    Dockerfile,
    /// A drawing of folders and files.
    Tree,
    /// Plain output or prose set as code.
    Text,
    /// Another language, as the fence names it.
    #[serde(untagged)]
    Other(String),
}

impl Example {
    /// The byte in [`Document::text`] of a byte offset into [`Example::code`]; `None` behind its last line.
    pub fn document_offset(&self, offset: usize) -> Option<usize> {
        let offset = self.code.floor_char_boundary(offset);
        self.document_offset_on(self.code[..offset].matches('\n').count(), offset)
    }

    fn document_offset_on(&self, line: usize, offset: usize) -> Option<usize> {
        let column = offset - self.code[..offset].rfind('\n').map_or(0, |end| end + 1);
        let start = self.line_offsets.get(line)?;
        Some(Jump::offset(&self.jumps, line, column).unwrap_or(start + column))
    }

    /// The place in the file of a byte offset into [`Example::code`].
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.code.floor_char_boundary(offset);
        self.position_on(self.code[..offset].matches('\n').count(), offset)
    }

    /// The same, for an offset of which the line in the code (from 0) is known: an example may have a claim on each of many lines.
    pub(crate) fn position_on(&self, line: usize, offset: usize) -> Position {
        match self.document_offset_on(line, offset) {
            Some(offset) => self.document.position(offset),
            None => Position { line: self.last_line + 1, column: 1 },
        }
    }

    /// The document's line of a line of the code, both from 1; the last one for what lies behind the code.
    pub fn document_line(&self, line: u32) -> u32 {
        let start = self.line_offsets.get(line.saturating_sub(1) as usize);
        start.map_or(self.last_line, |&start| self.document.line_at(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(path: &str, text: &str) -> Arc<Document> {
        Arc::new(Document::decode(path, text.as_bytes()).expect("is text"))
    }

    fn ids(text: &str, opens: Option<&str>) -> Vec<String> {
        let sections = Sections { prefix: "q".to_owned(), opens: opens.map(|opens| Regex::new(opens).expect("is a pattern")) };
        extract(&document("page.md", text), &sections).into_iter().map(|example| example.id).collect()
    }

    #[test]
    fn ids_come_from_the_section_the_fence_or_the_line() {
        let text = "```py\n1\n```\nAnswer: a\n```py\n2\n```\n```sh\nls\n```\nAnswer: b\n```py id=mine\n3\n```\n";
        assert_eq!(ids(text, Some("^Answer:")), ["page.md:2", "q1.1", "q1.2", "mine"]);
        assert_eq!(ids(text, None), ["page.md:2", "page.md:6", "page.md:9", "mine"]);
    }

    #[test]
    fn an_id_of_the_fence_names_its_section() {
        let examples = extract(&document("a.md", "```py id=q3.1\n1\n```\n```py id=mine\n2\n```\n"), &Sections::default());
        assert_eq!(examples.iter().map(|example| example.section.as_str()).collect::<Vec<_>>(), ["q3", "a.md"]);
    }

    #[test]
    fn numbered_sections_open_only_where_numbers_ascend() {
        let text = "99 luft\n\n01 a\n```py\n1\n```\n17 stray\n```py\n2\n```\n02 b\n```py\n03 c\n```\n03 d\n```py\n4\n```\n";
        assert_eq!(ids(text, Some(r"^(\d\d) ")), ["q1.1", "q1.2", "q2.1", "q3.1"]);
    }

    #[test]
    fn duplicate_ids_are_told_with_both_places() {
        let examples = extract(&document("a.md", "```py id=x\n1\n```\n\n```py id=x\n2\n```\n"), &Sections::default());
        let messages: Vec<String> = duplicates(&examples).iter().map(ToString::to_string).collect();
        assert_eq!(messages, ["a.md:6: example `x` has the id of the one at a.md:2; give one of them another `id=`"]);
    }

    #[test]
    fn code_maps_back_to_the_file() {
        let document = document("a.md", "- item\r\n\r\n  ```python\r\n    if x:\r\n\r\n    \ty = 1\r\n  ```\r\n");
        let [example] = &extract(&document, &Sections::default())[..] else { panic!("there is one example") };
        assert_eq!(example.code, "if x:\n\n\ty = 1\n");
        assert_eq!((example.first_line, example.last_line), (4, 6));
        let at = example.code.find("y = 1").expect("is there");
        assert_eq!(example.position(at), Position { line: 6, column: 6 });
        assert_eq!(&document.text[example.line_offsets[2]..][..6], "\ty = 1");
    }
}
