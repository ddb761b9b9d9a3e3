//! Markdown's code blocks: fenced and indented ones as CommonMark has them, in lists and quotes too, and those within the
//! indented bodies of admonitions and tabs (`!!! note`, `=== "Tab"`), which CommonMark takes for indented code, and in MyST's
//! directives (```` ```{note} ````), which it takes for fences.

use std::{collections::BTreeMap, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{Block, Language, info, language, plain};
use crate::document::Document;

/// The front matter that a Markdown document starts with: the byte ranges in [`Document::text`] of the whole with its two `---`
/// lines, and of the YAML between them.
pub fn front_matter(document: &Document) -> Option<(Range<usize>, Range<usize>)> {
    let first = document.line_range(1);
    if document.text[first].trim_end() != "---" {
        return None;
    }
    let start = document.line_range(2.min(document.line_count())).start;
    let closing = (2..=document.line_count()).find(|&line| matches!(document.text[document.line_range(line)].trim_end(), "---" | "..."))?;
    let end = document.line_range(closing);
    Some((0..end.end, start..end.start))
}

/// The code blocks of a Markdown document, in its order. Empty ones are left out: there's nothing in them to be an example.
pub(super) fn blocks(document: &Document) -> Vec<Block> {
    let body = front_matter(document).map_or(0, |(range, _)| range.end);
    let source = Source { text: with_line_feeds(&document.text[body..]), lines: vec![(0, body)] };
    let mut blocks = Vec::new();
    find(document, &source, 0, &mut blocks);
    blocks
}

/// The text with a line feed for each lone carriage return, which the parser takes for a line end in some places only.
fn with_line_feeds(text: &str) -> String {
    let mut characters = text.chars().peekable();
    let mut fed = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        fed.push(if character == '\r' && characters.peek() != Some(&'\n') { '\n' } else { character });
    }
    fed
}

/// How deep bodies of admonitions nest before what is in them is taken as it stands.
const DEPTH: usize = 8;

/// Markdown to parse, cut from a document: its text, and for each place where text was left out, where the rest lies.
struct Source {
    text: String,
    /// (offset in `text`, offset in the document), ascending.
    lines: Vec<(usize, usize)>,
}

impl Source {
    fn in_document(&self, offset: usize) -> usize {
        let piece = self.lines.partition_point(|&(at, _)| at <= offset).max(1) - 1;
        let (at, document) = self.lines[piece];
        document + (offset - at)
    }
}

fn find(document: &Document, source: &Source, depth: usize, blocks: &mut Vec<Block>) {
    let mut open: Option<(CodeBlockKind, Vec<(usize, String)>)> = None;
    for (event, range) in Parser::new_ext(&source.text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES).into_offset_iter() {
        match (event, &mut open) {
            (Event::Start(Tag::CodeBlock(kind)), _) => open = Some((kind, Vec::new())),
            (Event::Text(text), Some((_, pieces))) => pieces.push((source.in_document(range.start), text.into_string())),
            (Event::End(TagEnd::CodeBlock), _) => {
                let Some((kind, pieces)) = open.take() else { continue };
                let lines = lines_of(document, pieces);
                if lines.iter().all(|(_, text)| text.trim().is_empty()) {
                    continue;
                }
                match kind {
                    CodeBlockKind::Indented if depth < DEPTH && opens_fence(&lines) => {
                        find(document, &source_of(&lines), depth + 1, blocks);
                    }
                    CodeBlockKind::Indented => blocks.push(block(document, lines, None, BTreeMap::new())),
                    CodeBlockKind::Fenced(info) if depth < DEPTH && info.starts_with('{') && opens_fence(&lines) => {
                        find(document, &source_of(&lines), depth + 1, blocks);
                    }
                    CodeBlockKind::Fenced(info) => {
                        let (name, mut attributes) = info::parse(&info);
                        let lines = if attributes.contains_key("directive") { without_options(lines, &mut attributes) } else { lines };
                        let named = Language::from_name(&name).or_else(|| is_doctest(&attributes).then_some(Language::Session));
                        if !lines.is_empty() {
                            blocks.push(block(document, lines, named, attributes));
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

fn block(document: &Document, lines: Vec<(usize, String)>, named: Option<Language>, attributes: BTreeMap<String, String>) -> Block {
    let texts = || lines.iter().map(|(_, text)| text.as_str());
    let language = match named {
        Some(Language::Python) if language::is_session(texts()) => Language::Session,
        Some(language) => language,
        None => plain::language_of(&texts().collect::<Vec<_>>()),
    };
    let place = |line: Option<&(usize, String)>| line.map_or(1, |(offset, _)| document.line_at(*offset));
    let (first_line, last_line) = (place(lines.first()), place(lines.last()));
    Block { first_line, last_line, language, lines, attributes }
}

/// The block's lines from the parser's pieces: a line comes in several pieces where a tab was partly taken as indentation, and
/// blank lines may have no piece at all. Each line is given with where it starts in the document.
fn lines_of(document: &Document, pieces: Vec<(usize, String)>) -> Vec<(usize, String)> {
    let mut lines: Vec<(u32, usize, String)> = Vec::new();
    for (mut offset, text) in pieces {
        for part in text.split_inclusive('\n') {
            let line = document.line_at(offset);
            let content = part.trim_end_matches(['\n', '\r']);
            match lines.last_mut() {
                Some((last, _, whole)) if *last == line => whole.push_str(content),
                _ => {
                    let next = lines.last().map_or(line, |(last, ..)| last + 1);
                    lines.extend((next..line).map(|blank| (blank, document.line_range(blank).end, String::new())));
                    // Of an empty line, the parser gives the `\n` behind its `\r`.
                    lines.push((line, offset.min(document.line_range(line).end), content.to_owned()));
                }
            }
            // The parser gives `\n` for `\r\n`, and blanks for the rest of a tab.
            let next_line = line.saturating_add(1).min(document.line_count());
            offset = if part.ends_with('\n') { document.line_range(next_line).start } else { offset + content.len() };
        }
    }
    lines.into_iter().map(|(_, offset, text)| (offset, text)).collect()
}

/// The lines behind a directive's options (`:caption: x`), which become attributes.
fn without_options(lines: Vec<(usize, String)>, attributes: &mut BTreeMap<String, String>) -> Vec<(usize, String)> {
    let mut in_options = true;
    let mut code = Vec::with_capacity(lines.len());
    for (offset, text) in lines {
        let option = text.strip_prefix(':').filter(|_| in_options).and_then(|rest| rest.split_once(':'));
        match option {
            Some((name, value)) => {
                attributes.insert(name.to_owned(), value.trim().to_owned());
            }
            None => {
                in_options = false;
                if !code.is_empty() || !text.trim().is_empty() {
                    code.push((offset, text));
                }
            }
        }
    }
    code
}

fn is_doctest(attributes: &BTreeMap<String, String>) -> bool {
    attributes.get("directive").is_some_and(|directive| directive == "doctest")
}

fn opens_fence(lines: &[(usize, String)]) -> bool {
    lines.iter().any(|(_, text)| {
        let text = text.trim_start();
        let info = text.trim_start_matches(['`', '~']);
        text.len() - info.len() >= 3 && !info.contains('`')
    })
}

/// The lines as Markdown of their own.
fn source_of(lines: &[(usize, String)]) -> Source {
    let indentation = language::common_indentation(lines.iter().map(|(_, text)| text.as_str())).len();
    let mut source = Source { text: String::new(), lines: Vec::new() };
    for (offset, text) in lines {
        let removed = indentation.min(text.len() - text.trim_start().len());
        source.lines.push((source.text.len(), offset + removed));
        source.text.push_str(&text[removed..]);
        source.text.push('\n');
    }
    source
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn document(text: &str) -> Document {
        Document::decode("page.md", text.as_bytes()).expect("is text")
    }

    fn found(text: &str) -> Vec<(u32, u32, Language, String)> {
        let code = |block: &Block| block.lines.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("|");
        blocks(&document(text)).iter().map(|block| (block.first_line, block.last_line, block.language.clone(), code(block))).collect()
    }

    #[test]
    fn fences_of_all_kinds() {
        assert_eq!(found("````python\n```\nx = 1\n````\n"), [(2, 3, Language::Python, "```|x = 1".into())]);
        assert_eq!(found("~~~ sh\nls\n~~~\n"), [(2, 2, Language::Shell, "ls".into())]);
        assert_eq!(found("> ```py\n> a\n>\n> b\n> ```\n"), [(2, 4, Language::Python, "a||b".into())]);
        assert_eq!(found("1. x\n\n   ```py\n   a\n\n     b\n   ```\n"), [(4, 6, Language::Python, "a||  b".into())]);
        assert_eq!(found("```py\nx = 1"), [(2, 2, Language::Python, "x = 1".into())]);
        assert_eq!(found("```py\r\na\r\n\r\nb\r\n```\r\n"), [(2, 4, Language::Python, "a||b".into())]);
        assert_eq!(found("```py\ra\r\rb\r```\r"), [(2, 4, Language::Python, "a||b".into())]);
        assert_eq!(found("```py\n```\n\ntext\n"), []);
        assert_eq!(found("```py\n\n  \na\n\n```\n"), [(2, 5, Language::Python, "|  |a|".into())]);
    }

    #[test]
    fn empty_lines_start_where_the_file_has_them() {
        let document = document("```py\r\na\r\n\r\nb\r\n```\r\n");
        let [block] = &blocks(&document)[..] else { panic!("there is one block") };
        assert_eq!(block.lines.iter().map(|(offset, _)| document.position(*offset).column).collect::<Vec<_>>(), [1, 1, 1]);
    }

    #[test]
    fn prompts_make_sessions() {
        assert_eq!(found("```python\n>>> 1\n1\n```\n")[0].2, Language::Session);
        assert_eq!(found("Text:\n\n    >>> 1\n    1\n")[0].2, Language::Session);
    }

    #[test]
    fn fences_in_admonitions_are_found() {
        let text = "!!! note\n\n    Text:\n\n    ```python\n    if x:\n        y\n    ```\n\n    More.\n";
        assert_eq!(found(text), [(6, 7, Language::Python, "if x:|    y".into())]);
    }

    #[test]
    fn options_of_directives_are_attributes() {
        let text = "```{code-block} python\n:caption: x.py\n:linenos:\n\nx = 1\n```\n";
        assert_eq!(found(text), [(5, 5, Language::Python, "x = 1".into())]);
        assert_eq!(blocks(&document(text))[0].attributes.get("caption").map(String::as_str), Some("x.py"));
        assert_eq!(found("```{doctest}\n:options: +SKIP\n\n>>> 1\n1\n```\n"), [(4, 5, Language::Session, ">>> 1|1".into())]);
        assert_eq!(found("```{code-block} python\n:caption: x\n```\n"), []);
        assert_eq!(found("````{note}\n```py\nx\n```\n````\n"), [(3, 3, Language::Python, "x".into())]);
    }

    #[test]
    fn front_matter_is_no_markdown() {
        let text = "---\ntitle: x\nsetup: |\n    x = 1\n---\n\n```py\n1\n```\n";
        let document = document(text);
        let yaml = front_matter(&document).map(|(_, yaml)| &document.text[yaml]);
        assert_eq!(yaml, Some("title: x\nsetup: |\n    x = 1\n"));
        assert_eq!(found(text), [(8, 8, Language::Python, "1".into())]);
        assert_eq!(front_matter(&self::document("---")), None);
        assert_eq!(front_matter(&self::document("---\n---\n")).map(|(_, yaml)| yaml), Some(4..4));
    }

    proptest! {
        #[test]
        fn any_markdown_is_survived(text in "([-> `~\t\r\n]|```|py|x|!!! |    |1\\. |é){0,60}") {
            let document = document(&text);
            for block in blocks(&document) {
                prop_assert!(block.first_line <= block.last_line);
                prop_assert_eq!(block.lines.len() as u32, block.last_line - block.first_line + 1);
                for (line, (offset, _)) in (block.first_line..).zip(&block.lines) {
                    prop_assert_eq!(document.line_at(*offset), line);
                }
            }
        }
    }
}
