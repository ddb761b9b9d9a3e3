//! Document → examples: finds each code block, its exact lines, its language and its id.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use crate::document::{Document, Position};

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
    /// The code: common indentation removed, `\n` as the line end, one at the end. Line `n` of it is line `first_line + n - 1`
    /// of the document.
    pub code: String,
    /// Byte offset in [`Document::text`] of the first byte of each line of `code`.
    pub line_offsets: Vec<usize>,
    /// Attributes of the fence (`id=q3.1 requires=attrs`), by name; a lone word has the empty value.
    pub attributes: BTreeMap<String, String>,
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
    /// The place in the file of a byte offset into [`Example::code`].
    pub fn position(&self, offset: usize) -> Position {
        let before = &self.code[..offset];
        let line = before.matches('\n').count();
        let column = offset - before.rfind('\n').map_or(0, |end| end + 1);
        match self.line_offsets.get(line) {
            Some(start) => self.document.position(start + column),
            None => Position { line: self.last_line + 1, column: 1 },
        }
    }
}
