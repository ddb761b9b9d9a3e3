//! Markdown's code blocks: fenced and indented ones as CommonMark has them, in lists and quotes too, in the bodies of admonitions
//! and tabs (`!!! note`, `=== "Tab"`), blocks between tags (`{% highlight python %}`), MyST's directives, hidden code in comments, prompts in the prose; and what speaks of them: comments to
//! tools, and blocks of output behind them.

mod included;
mod layout;
mod prompts;
mod template;

use std::{collections::BTreeMap, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{Excerpt, Found, Language, OutputKind, gatherer::Gatherer, html, info, language, marks, output, rst};
use crate::document::{Document, Format};

/// The front matter that a Markdown document starts with: the byte ranges in [`Document::text`] of the whole with its two `---`
/// lines, and of the YAML between them.
pub fn front_matter(document: &Document) -> Option<(Range<usize>, Range<usize>)> {
    let first = document.line_range(1);
    // What looks like it in reStructuredText is the line above a title.
    if matches!(document.format, Format::Rst | Format::Python) || document.text[first].trim_end() != "---" {
        return None;
    }
    let start = document.line_range(2.min(document.line_count())).start;
    let closing = (2..=document.line_count()).find(|&line| matches!(document.text[document.line_range(line)].trim_end(), "---" | "..."))?;
    let end = document.line_range(closing);
    Some((0..end.end, start..end.start))
}

/// The code blocks of a Markdown document, in its order. Empty ones are left out: there's nothing in them to be an example.
pub(super) fn blocks(document: &Document) -> Found {
    let body = front_matter(document).map_or(0, |(range, _)| range.end);
    let mut source = Excerpt::default();
    source.push(&document.text[body..], body);
    let mut reader = Reader::new(document);
    reader.read(&source);
    reader.gatherer.found
}

/// How deep fences within directives nest before what is in them is taken as it stands.
const DEPTH: usize = 8;

/// Reads Markdown, of a whole document or of parts of it one after the other.
pub(super) struct Reader<'d> {
    /// What was found so far.
    pub(super) gatherer: Gatherer<'d>,
}

impl<'d> Reader<'d> {
    /// A reader of (parts of) this document.
    pub(super) fn new(document: &'d Document) -> Self {
        Reader { gatherer: Gatherer::new(document) }
    }

    /// Reads a text in Markdown.
    pub(super) fn read(&mut self, source: &Excerpt) {
        self.nested(&layout::plain(source), 0);
    }

    fn nested(&mut self, source: &Excerpt, depth: usize) {
        let text = source.text();
        let lines = source.lines();
        let mut open: Option<(CodeBlockKind, Range<usize>, Pieces)> = None;
        let mut between = Between::default();
        let mut is_first = true;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES).into_offset_iter() {
            match (event, &mut open) {
                (Event::Start(Tag::CodeBlock(kind)), _) => open = Some((kind, range, Vec::new())),
                (Event::Text(piece), Some((_, _, pieces))) => pieces.push((range.start, piece.into_string())),
                (Event::End(TagEnd::CodeBlock), _) => {
                    let Some((kind, range, pieces)) = open.take() else { continue };
                    let before = self.between(source, &between, range.start, depth);
                    if !is_first {
                        self.gatherer.beside(source, between.start..range.start);
                    }
                    let code = code(source, &lines, layout::with_prompt(text, &kind, range.start, pieces));
                    let is_closed = matches!(kind, CodeBlockKind::Indented) || ends_with_fence(&text[range.clone()]);
                    if !is_closed {
                        let what = "this fence is never closed, so all that follows was taken for code; close it, or make an inner fence shorter than the outer one";
                        self.gatherer.doubt(source.in_document(range.start), what);
                    }
                    // What stands before the first block belongs to another text.
                    let (class, end) = class_behind(text, range.end);
                    let before = Some(before.as_str()).filter(|_| !is_first);
                    self.code_block(source, &kind, range.start, code, Context { before, prose: between.start..range.start, class, depth });
                    is_first = false;
                    between = Between { start: end, html: Vec::new() };
                }
                (Event::Html(_) | Event::InlineHtml(_), None) => between.html(range),
                _ => {}
            }
        }
        self.between(source, &between, text.len(), depth);
        if !is_first {
            self.gatherer.beside(source, between.start..text.len());
        }
    }

    /// Reads what stands between two blocks, and gives it as text without the comments.
    fn between(&mut self, source: &Excerpt, between: &Between, end: usize, depth: usize) -> String {
        let text = source.text();
        let start = between.start.min(end);
        let mut comments: Vec<Range<usize>> = between.html.iter().flat_map(|html| comments(text, html.clone(), "<!--", "-->")).collect();
        let mut at = start;
        for line in text[start..end].split_inclusive('\n') {
            let content = line.trim();
            if content.starts_with("{/*") {
                comments.extend(self::comments(text, at..end, "{/*", "*/}").into_iter().take(1));
            } else if let Some(comment) = content.strip_prefix("% ") {
                let from = at + line.find(comment).unwrap_or(0);
                comments.push(from..from + comment.len());
            }
            at += line.len();
        }
        let elements = between.html.iter().map(|html| html.start..html.end.min(end)).filter(|html| text[html.clone()].contains("<pre"));
        let elements: Vec<Range<usize>> = elements.collect();
        let taken: Vec<Range<usize>> = comments.iter().chain(&elements).cloned().collect();
        let known = self.gatherer.found.blocks.iter().any(|block| matches!(block.language, Language::Python | Language::Session));
        let sessions = prompts::sessions(text, start..end, &taken, known);
        let elements = elements.into_iter().filter(|html| !text[html.clone()].contains("<!--")).map(Aside::Element);
        let mut asides: Vec<Aside> =
            comments.into_iter().map(Aside::Comment).chain(elements).chain(sessions.into_iter().map(Aside::Session)).collect();
        asides.sort_by_key(|aside| aside.range().start);
        let mut prose = String::new();
        let mut at = start;
        for aside in asides {
            let range = aside.range();
            // The marks of a comment say nothing.
            prose.push_str(text.get(at..range.start).unwrap_or_default());
            at = range.end.max(at);
            let part = source.slice(range.clone());
            match aside {
                Aside::Comment(_) => self.comment(&part, depth),
                Aside::Session(_) => self.gatherer.push(&part, "pycon", BTreeMap::new(), None),
                Aside::Element(_) => {
                    prose.push_str(part.text());
                    html::read(&part, &mut self.gatherer);
                }
            }
        }
        prose.push_str(text.get(at..end).unwrap_or_default());
        let is_mark = |c: char| matches!(c, '<' | '!' | '-' | '>' | '{' | '/' | '*' | '}' | '%') || c.is_whitespace();
        if prose.chars().all(is_mark) { String::new() } else { prose }
    }

    fn comment(&mut self, comment: &Excerpt, depth: usize) {
        self.gatherer.heed(comment);
        // A fence that no reader of the page sees: code that prepares what follows.
        if depth < DEPTH && opens_fence(comment.text()) {
            let first = self.gatherer.found.blocks.len();
            self.nested(comment, depth + 1);
            for block in &mut self.gatherer.found.blocks[first..] {
                block.attributes.insert("hidden".to_owned(), String::new());
            }
        }
    }

    fn code_block(&mut self, source: &Excerpt, kind: &CodeBlockKind, start: usize, code: Excerpt, context: Context) {
        let Context { before, prose, class, depth } = context;
        let info = match kind {
            CodeBlockKind::Indented if depth < DEPTH && opens_fence(code.text()) => return self.nested(&dedented(&code), depth + 1),
            CodeBlockKind::Indented => {
                let before = before.filter(|_| !output::is_program(dedented(&code).text()));
                self.statement(source, prose, "", &code, before);
                return self.gatherer.push(&code, "", BTreeMap::new(), before);
            }
            CodeBlockKind::Fenced(info) if info.starts_with(">>>") => "",
            CodeBlockKind::Fenced(info) => info,
        };
        let (mut name, mut attributes) = info::parse(if info.is_empty() { class } else { info });
        if info.trim_end() == "{eval-rst}" {
            return self.gatherer.adopt(|document| rst::blocks_within(document, &code));
        }
        let directive = attributes.get("directive").cloned();
        if info.starts_with('{')
            && directive.is_none()
            && name.is_empty() | !code.text().trim().is_empty()
            && depth < DEPTH
            && opens_fence(code.text())
        {
            return self.nested(&dedented(&code), depth + 1);
        }
        let code = if directive.is_some() { without_options(code, &mut attributes) } else { code };
        match directive.as_deref() {
            Some("literalinclude") => {
                let file = attributes.remove("argument").unwrap_or_default();
                let line = source.text()[start..].lines().next().unwrap_or_default();
                marks::skip(&mut attributes, &format!("its code stands in `{file}`, which isn't read"));
                return self.gatherer.push(&source.slice(start..start + line.len()), "python", attributes, None);
            }
            Some("testoutput") => return self.gatherer.output(&code, OutputKind::Printed, attributes),
            Some("testsetup" | "testcleanup") => {
                attributes.insert("hidden".to_owned(), String::new());
                "python".clone_into(&mut name);
            }
            Some("testcode") => "python".clone_into(&mut name),
            Some("doctest") => "pycon".clone_into(&mut name),
            _ => {}
        }
        if let Some(file) = included::file(code.text()) {
            marks::skip(&mut attributes, &format!("its code stands in `{file}`, which isn't read"));
        }
        self.statement(source, prose, &name, &code, before);
        self.gatherer.push(&code, &name, attributes, before);
    }

    /// Takes the statement for an example of its own that the prose above a block of output names, where the code above doesn't hold it: `` `print(cups)` gives: ``.
    fn statement(&mut self, source: &Excerpt, prose: Range<usize>, name: &str, shown: &Excerpt, before: Option<&str>) {
        let Some((last, before)) = self.gatherer.found.blocks.last().zip(before) else { return };
        let named = source.text().get(prose.clone()).and_then(|text| output::named_print(last, text));
        if let Some(named) = named.filter(|_| output::kind(last, name, shown.text(), before).is_some()) {
            let statement = source.slice(prose.start + named.start..prose.start + named.end);
            self.gatherer.push(&statement, "python", BTreeMap::new(), None);
        }
    }
}

/// What is known of a block besides its text.
struct Context<'t> {
    /// What stands between it and the block before; nothing, where they belong to different texts.
    before: Option<&'t str>,
    /// Where that stands.
    prose: Range<usize>,
    /// What the line behind it says that it is.
    class: &'t str,
    depth: usize,
}

/// The class that kramdown's line behind a block gives it (`{: .language-python}`), and where that line ends; nothing, where there's none.
fn class_behind(text: &str, end: usize) -> (&str, usize) {
    let start = end + text[end..].len() - text[end..].trim_start_matches(['\n', '\r']).len();
    let line = text[start..].lines().next().unwrap_or_default();
    let list = line.trim_start_matches(['>', ' ']).strip_prefix("{:").and_then(|rest| rest.trim_end().strip_suffix('}'));
    let class = list.and_then(|list| list.split_whitespace().find_map(|word| word.strip_prefix('.')));
    match class.map(|class| class.strip_prefix("language-").unwrap_or(class)) {
        Some("error") => ("output", start + line.len()),
        Some(class) => (class, start + line.len()),
        None => ("", end),
    }
}

/// Parts of a block's text as the parser gives them, each with where it starts in the source.
type Pieces = Vec<(usize, String)>;

/// What stands in the prose and isn't prose, by its bytes.
enum Aside {
    /// A comment's text.
    Comment(Range<usize>),
    /// Elements of HTML with code in them.
    Element(Range<usize>),
    /// Prompts that no fence is around.
    Session(Range<usize>),
}

impl Aside {
    fn range(&self) -> &Range<usize> {
        match self {
            Aside::Comment(range) | Aside::Element(range) | Aside::Session(range) => range,
        }
    }
}

/// What stands between two code blocks: from where on, and the bytes of HTML there.
#[derive(Default)]
struct Between {
    start: usize,
    html: Vec<Range<usize>>,
}

impl Between {
    fn html(&mut self, range: Range<usize>) {
        match self.html.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.html.push(range),
        }
    }
}

/// The bytes of each comment's text, without its marks.
fn comments(text: &str, range: Range<usize>, opens: &str, closes: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(start) = text.get(at..range.end).and_then(|rest| rest.find(opens)).map(|start| at + start + opens.len()) {
        let end = text[start..range.end].find(closes).map_or(range.end, |end| start + end);
        found.push(start..end);
        at = (end + closes.len()).min(range.end);
    }
    found
}

/// The block's code from the parser's pieces: a line comes in several pieces where a tab was partly taken as indentation, and blank
/// lines may have no piece at all.
fn code(source: &Excerpt, lines: &[Range<usize>], pieces: Pieces) -> Excerpt {
    let line_of = |offset: usize| lines.partition_point(|line| line.start <= offset).saturating_sub(1);
    let mut code = Excerpt::default();
    let mut last: Option<usize> = None;
    for (mut offset, text) in pieces {
        for part in text.split_inclusive('\n') {
            let line = line_of(offset);
            let next = last.map_or(line, |last| last + 1);
            for blank in lines.iter().take(line).skip(next) {
                code.push("\n", source.in_document(blank.end));
            }
            let content = part.trim_end_matches(['\n', '\r']);
            if source.text().get(offset..offset + content.len()) == Some(content) {
                code.extend(source, offset..offset + content.len());
            } else {
                // Blanks for the rest of a tab.
                code.push(content, source.in_document(offset));
            }
            offset += content.len();
            if part.ends_with('\n') {
                code.push("\n", source.in_document(lines.get(line).map_or(offset, |line| line.end)));
                last = Some(line);
                offset = lines.get(line + 1).map_or(source.text().len(), |next| next.start);
            }
        }
    }
    code
}

/// Whether the source of a fenced block ends with a fence.
fn ends_with_fence(block: &str) -> bool {
    let first = block.lines().next().unwrap_or_default().trim_start();
    let mark = first.chars().next().unwrap_or('`');
    let fence = &first[..first.len() - first.trim_start_matches(mark).len()];
    let mut lines = block.trim_end().lines();
    let last = lines.next_back().unwrap_or_default().trim_start_matches(['>', ' ', '\t']);
    lines.next().is_some() && last.starts_with(fence) && last.trim_end().chars().all(|c| c == mark)
}

/// The code behind a directive's options (`:caption: x`, or YAML between `---`), which become attributes.
fn without_options(code: Excerpt, attributes: &mut BTreeMap<String, String>) -> Excerpt {
    let text = code.text();
    let lines = code.lines();
    let is_yaml = lines.first().is_some_and(|line| text[line.clone()].trim() == "---");
    let mut options = lines.iter().skip(usize::from(is_yaml));
    let mut start = 0;
    for line in options.by_ref() {
        let content = text[line.clone()].trim();
        let option = if is_yaml { content.split_once(':') } else { content.strip_prefix(':').and_then(|rest| rest.split_once(':')) };
        match option {
            Some((name, value)) if !name.is_empty() && !name.contains(char::is_whitespace) => {
                attributes.insert(name.to_owned(), value.trim().to_owned());
                start = line.end;
            }
            _ if is_yaml && content == "---" => {
                start = line.end;
                break;
            }
            _ => break,
        }
    }
    // Blank lines behind the options aren't code.
    let first = lines.iter().find(|line| line.start >= start && !text[(*line).clone()].trim().is_empty());
    code.slice(first.map_or(text.len(), |line| line.start)..text.len())
}

fn opens_fence(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        let info = line.trim_start_matches(['`', '~']);
        line.len() - info.len() >= 3 && !info.contains('`')
    })
}

/// The lines without their common indentation.
fn dedented(code: &Excerpt) -> Excerpt {
    let text = code.text();
    let lines = code.lines();
    let indentation = language::common_indentation(lines.iter().map(|line| &text[line.clone()])).len();
    let mut dedented = Excerpt::default();
    for line in lines {
        let content = &text[line.clone()];
        dedented.extend(code, line.start + indentation.min(content.len() - content.trim_start().len())..line.end);
        dedented.push("\n", code.in_document(line.end));
    }
    dedented
}

#[cfg(test)]
mod tests;
