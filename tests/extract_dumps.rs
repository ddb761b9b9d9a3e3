//! How exactly code is found in plain text: Markdown documents are rendered to text as browsers and other tools save a page, without fences,
//! and the blocks that are found there are compared with those that the Markdown has.
//!
//! The documents in `tests/dumps` were written for this. `VERIFY_DUMPS=folder cargo test --test extract_dumps -- --ignored
//! --nocapture` measures any other Markdown documents, and lists what was found differently.

use std::{collections::BTreeMap, fmt::Write as _, path::Path, sync::Arc};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use verify::{
    document::Document,
    extract::{Example, Language, Sections, extract},
};

/// How a page is made text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// No blank lines but around headings.
    Tight,
    /// Blank lines between blocks, but for those behind a list and between two blocks of code.
    Loose,
    /// Blank lines around paragraphs only, and items without marks: a page's `innerText`.
    Inner,
    /// No blank lines at all, not even within code.
    Lines,
    /// Blank lines between all blocks, and prose in lines of at most 72 characters.
    Wrapped,
    /// The same, with a margin that code doesn't have.
    Margin,
    /// As `Loose`, with the language and a button above each block of code.
    Buttons,
}

impl Style {
    /// The least precision and recall on the documents of `tests/dumps`: there's less to go by where blank lines don't tell blocks apart.
    fn floor(self) -> f64 {
        match self {
            Style::Tight | Style::Loose | Style::Wrapped | Style::Buttons => 0.98,
            Style::Inner | Style::Lines | Style::Margin => 0.95,
        }
    }
}

const STYLES: [Style; 7] = [Style::Tight, Style::Loose, Style::Inner, Style::Lines, Style::Wrapped, Style::Margin, Style::Buttons];

/// A block of the Markdown, where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Expected {
    first: u32,
    last: u32,
    language: Language,
    /// How the Markdown names the language.
    name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Start,
    Heading,
    Paragraph,
    Item,
    Code,
}

/// A page as text, in the making.
struct Page {
    style: Style,
    lines: Vec<String>,
    blocks: Vec<Expected>,
    last: Kind,
}

impl Page {
    fn new(style: Style) -> Self {
        Self { style, lines: Vec::new(), blocks: Vec::new(), last: Kind::Start }
    }

    fn separate(&mut self, next: Kind) {
        let blank = match (self.style, self.last, next) {
            (_, Kind::Start, _) | (Style::Lines, ..) => false,
            (Style::Inner, last, next) => last == Kind::Paragraph || next == Kind::Paragraph,
            (_, Kind::Heading, _) | (_, _, Kind::Heading) => true,
            (Style::Tight, ..) => false,
            (_, Kind::Item, Kind::Item) => false,
            (Style::Loose | Style::Buttons, Kind::Item | Kind::Code, Kind::Code) => false,
            (Style::Loose | Style::Buttons | Style::Wrapped | Style::Margin, ..) => true,
        };
        if blank {
            self.lines.push(String::new());
        }
        self.last = next;
    }

    fn text(&mut self, kind: Kind, text: &str) {
        // MyST's labels, comments and the ends of directives aren't shown.
        if (text.starts_with('(') && text.ends_with(")=")) || text.starts_with("% ") || text.starts_with(":::") {
            return;
        }
        if !text.trim().is_empty() {
            self.separate(kind);
            match self.style {
                Style::Wrapped => self.lines.extend(wrapped(text, "")),
                Style::Margin if kind != Kind::Heading => self.lines.extend(wrapped(text, "   ")),
                _ => self.lines.extend(text.trim_end().split('\n').map(str::to_owned)),
            }
        }
    }

    fn code(&mut self, name: &str, code: &str) {
        if name == "mermaid" {
            return;
        }
        let code = code.trim_end();
        let lines: Vec<&str> = code.lines().skip_while(|line| line.trim().is_empty()).collect();
        if lines.is_empty() {
            return;
        }
        let touches = self.last == Kind::Code && self.style != Style::Buttons;
        self.separate(Kind::Code);
        if self.style == Style::Buttons {
            self.lines.extend([name, "Copy code"].into_iter().filter(|label| !label.is_empty()).map(str::to_owned));
        }
        let first = self.lines.len() as u32 + 1;
        let is_kept = |line: &&&str| self.style != Style::Lines || !line.trim().is_empty();
        self.lines.extend(lines.iter().filter(is_kept).map(|line| (*line).to_owned()));
        let last = self.lines.len() as u32;
        let language = language_of(name, code);
        // Two blocks of a language with nothing between them are one block in the text.
        match self.blocks.last_mut() {
            Some(block) if touches && block.language == language => block.last = last,
            _ => self.blocks.push(Expected { first, last, language, name: name.to_owned() }),
        }
    }

    /// A fence is code, or one of MyST's directives: another way to write a note, or something that a page doesn't show.
    fn fence(&mut self, info: &str, block: &str) {
        let (directive, argument) = match info.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((directive, argument)) if !directive.starts_with('.') => (directive, argument.trim()),
            _ => ("", info.trim_start_matches(['{', '.'])),
        };
        let word = |text: &str| text.split([' ', ',', '}', ':']).next().unwrap_or_default().to_owned();
        match directive {
            "" => self.code(&word(argument), block),
            "code-block" | "code" | "sourcecode" => self.code(&word(argument), &without_options(block)),
            "doctest" => self.code("pycon", &without_options(block)),
            "python" | "py" | "testcode" => self.code("python", block),
            "versionadded" | "versionchanged" => {
                self.text(Kind::Paragraph, &format!("Changed in version {argument}."));
                self.render(block);
            }
            "note" | "admonition" | "warning" | "tip" | "hint" | "caution" | "seealso" | "important" => {
                self.text(Kind::Paragraph, argument);
                self.render(block);
            }
            _ => {}
        }
    }

    fn render(&mut self, markdown: &str) {
        let mut text = String::new();
        let mut lists: Vec<Option<u64>> = Vec::new();
        let mut item = None;
        let mut code: Option<(String, bool)> = None;
        let mut hidden = 0;
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    self.flush(&mut text, &mut item);
                    let indented = matches!(kind, CodeBlockKind::Indented);
                    let info = if let CodeBlockKind::Fenced(info) = kind { info.to_string() } else { String::new() };
                    code = Some((info, indented));
                }
                Event::End(TagEnd::CodeBlock) => {
                    let (info, indented) = code.take().expect("it was opened");
                    let block = std::mem::take(&mut text);
                    if indented && block.lines().any(|line| line.trim_start().starts_with("```")) {
                        self.render(&block);
                    } else {
                        self.fence(&info, &block);
                    }
                }
                Event::Start(Tag::List(first)) => {
                    self.flush(&mut text, &mut item);
                    lists.push(first);
                }
                Event::End(TagEnd::List(_)) => {
                    lists.pop();
                }
                Event::Start(Tag::Item) => {
                    let depth = "  ".repeat(lists.len());
                    item = Some(match lists.last_mut() {
                        Some(Some(number)) => {
                            *number += 1;
                            format!("{depth}{}. ", *number - 1)
                        }
                        _ => format!("{depth}• "),
                    });
                }
                Event::End(TagEnd::Item | TagEnd::Paragraph) => self.flush(&mut text, &mut item),
                Event::End(TagEnd::Heading(_)) => {
                    self.text(Kind::Heading, &std::mem::take(&mut text));
                }
                Event::End(TagEnd::TableHead | TagEnd::TableRow) => self.flush(&mut text, &mut item),
                Event::Start(Tag::Image { .. } | Tag::HtmlBlock) => hidden += 1,
                Event::End(TagEnd::Image | TagEnd::HtmlBlock) => hidden -= 1,
                Event::Text(part) | Event::Code(part) if hidden == 0 => text.push_str(&part),
                Event::SoftBreak => text.push(' '),
                Event::HardBreak => text.push('\n'),
                Event::Rule => self.flush(&mut text, &mut item),
                _ => {}
            }
        }
    }

    fn flush(&mut self, text: &mut String, item: &mut Option<String>) {
        let text = std::mem::take(text);
        if text.trim().is_empty() {
            return;
        }
        match item.take() {
            Some(_) if self.style == Style::Inner => self.text(Kind::Item, text.trim_start()),
            Some(mark) => self.text(Kind::Item, &format!("{mark}{}", text.trim_start())),
            None => self.text(Kind::Paragraph, &text),
        }
    }
}

/// Text in lines of at most 72 characters behind a margin; its own line breaks and indentation stay.
fn wrapped(text: &str, margin: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim_end().split('\n') {
        let indentation = &paragraph[..paragraph.len() - paragraph.trim_start().len()];
        let mut line = format!("{margin}{indentation}");
        let mut is_empty = true;
        for word in paragraph.split_whitespace() {
            if !is_empty && line.chars().count() + word.chars().count() >= 72 {
                lines.push(std::mem::replace(&mut line, format!("{margin}{indentation}")));
                is_empty = true;
            }
            line.push_str(if is_empty { "" } else { " " });
            line.push_str(word);
            is_empty = false;
        }
        lines.push(line);
    }
    lines
}

/// A directive's options stand before its code.
fn without_options(block: &str) -> String {
    block.lines().skip_while(|line| line.starts_with(':') || line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

fn language_of(name: &str, code: &str) -> Language {
    let fence = format!("````{name}\n{code}\n````\n");
    let document = Arc::new(Document::decode("block.md", fence.as_bytes()).expect("is text"));
    extract(&document, &Sections::default()).pop().map_or(Language::Text, |example| example.language)
}

/// What was counted over some documents.
#[derive(Debug, Default)]
struct Counts {
    expected: usize,
    found: usize,
    exact: usize,
    same_language: usize,
    /// Blocks of plain text, which can't be told from prose.
    plain: usize,
    by_language: BTreeMap<String, (usize, usize)>,
    differences: String,
}

impl Counts {
    fn add(&mut self, name: &str, page: &Page) {
        let text = page.lines.join("\n");
        let document = Arc::new(Document::decode(format!("{name}.txt"), text.as_bytes()).expect("is text"));
        let found = extract(&document, &Sections::default());
        let at = |block: &Expected| found.iter().find(|example| (example.first_line, example.last_line) == (block.first, block.last));
        let is_plain = |block: &&Expected| block.language == Language::Text;
        let plain: Vec<&Expected> = page.blocks.iter().filter(is_plain).collect();
        self.plain += plain.len();
        let is_expected = |example: &Example, blocks: &[&Expected]| {
            blocks.iter().any(|block| (example.first_line, example.last_line) == (block.first, block.last))
        };
        for block in page.blocks.iter().filter(|block| !is_plain(block)) {
            let counts = self.by_language.entry(format!("{:?}", block.language)).or_default();
            self.expected += 1;
            counts.0 += 1;
            match at(block) {
                Some(example) => {
                    self.exact += 1;
                    counts.1 += 1;
                    self.same_language += usize::from(example.language == block.language);
                    if example.language != block.language {
                        let (seen, name) = (&example.language, &block.name);
                        writeln!(self.differences, "~ {}:{} {seen:?} for `{name}`", document.path, block.first).expect("a string takes it");
                    }
                }
                None => self.tell('-', &document, block.first, block.last, &block.language),
            }
        }
        let all: Vec<&Expected> = page.blocks.iter().collect();
        for example in found.iter().filter(|example| !is_expected(example, &plain)) {
            self.found += 1;
            if !is_expected(example, &all) {
                self.tell('+', &document, example.first_line, example.last_line, &example.language);
            }
        }
    }

    fn tell(&mut self, sign: char, document: &Document, first: u32, last: u32, language: &Language) {
        writeln!(self.differences, "{sign} {}:{first}-{last} {language:?}", document.path).expect("a string takes it");
        let line = |line: u32| document.text[document.line_range(line)].chars().take(90).collect::<String>();
        for (mark, number) in [("<", first - 1), (" ", first), (" ", last), (">", last + 1)] {
            if (1..=document.line_count()).contains(&number) {
                writeln!(self.differences, "    {mark} {}", line(number)).expect("a string takes it");
            }
        }
    }

    fn precision(&self) -> f64 {
        self.exact as f64 / self.found.max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.exact as f64 / self.expected.max(1) as f64
    }
}

fn measure(folder: &Path, style: Style) -> Counts {
    let mut counts = Counts::default();
    let mut paths: Vec<_> =
        ignore::WalkBuilder::new(folder).standard_filters(false).build().filter_map(Result::ok).map(|entry| entry.into_path()).collect();
    paths.sort();
    for path in paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let name = path.strip_prefix(folder).unwrap_or(&path).with_extension("").to_string_lossy().into_owned();
        let Ok(document) = Document::decode(format!("{name}.md"), &bytes) else { continue };
        let mut page = Page::new(style);
        page.render(&document.text);
        counts.add(&name, &page);
        if let Some(target) = std::env::var_os("VERIFY_DUMPS_TEXT") {
            let target = Path::new(&target).join(format!("{style:?}-{}.txt", name.replace('/', "_")));
            std::fs::write(target, page.lines.join("\n")).expect("the folder takes files");
        }
    }
    counts
}

#[test]
fn blocks_are_found_in_all_styles() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dumps");
    for style in STYLES {
        let counts = measure(&folder, style);
        assert!(counts.expected >= 60, "{style:?}: only {} blocks were rendered", counts.expected);
        let told = format!("{style:?}: precision {:.3}, recall {:.3}\n{}", counts.precision(), counts.recall(), counts.differences);
        assert!(counts.precision() >= style.floor() && counts.recall() >= style.floor(), "{told}");
        assert!(counts.same_language as f64 >= 0.97 * counts.exact as f64, "{told}");
    }
}

#[test]
#[ignore = "measures documents that aren't part of the project"]
#[expect(clippy::print_stdout, reason = "the measurement is what it's run for")]
fn other_documents() {
    let folder = std::env::var_os("VERIFY_DUMPS").expect("VERIFY_DUMPS names a folder of Markdown documents");
    for style in STYLES {
        let counts = measure(Path::new(&folder), style);
        println!("{}", counts.differences);
        println!(
            "{style:?}: {} expected (and {} of plain text), {} found, {} exact: precision {:.3}, recall {:.3}; language right {:.3}; {:?}",
            counts.expected,
            counts.plain,
            counts.found,
            counts.exact,
            counts.precision(),
            counts.recall(),
            counts.same_language as f64 / counts.exact.max(1) as f64,
            counts.by_language,
        );
    }
}
