//! reStructuredText's code: directives, literal blocks, doctest blocks, and the blocks of Sphinx's, doctestplus's and sybil's tests.
//!
//! The markup is read line by line, by its indentation, as far as it takes to tell code from everything else. What a directive that isn't
//! known holds is read on as text, since most of them (admonitions, tabs, descriptions of functions) hold text. A prompt starts a doctest
//! block wherever it stands, as it does for `doctest`.
//!
//! Limits: what `include::` names isn't read, and tables aren't looked into.

use std::{collections::BTreeMap, ops::Range};

use super::{Block, Excerpt, Jump, Language, OutputKind, ShownOutput, banner, info, language, output, plain, prompt::behind_prompt};
use crate::{document::Document, syntax};

mod directive;
pub mod include;
mod skip;

use directive::Directive;
use include::Include;
use skip::Skipping;

/// A line of markup, and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it starts in the document.
    pub(super) offset: usize,
    /// Its text, without the line end.
    pub(super) text: String,
    /// Bytes of the text that stand elsewhere than right behind those before them, and where in the document, in ascending order.
    pub(super) jumps: Vec<(usize, usize)>,
}

/// Where these lines go on elsewhere in the document.
fn jumps(lines: &[Line]) -> Vec<Jump> {
    let of_line = |(number, line): (usize, &Line)| {
        line.jumps.iter().map(|&(column, offset)| Jump { line: number, column, offset }).collect::<Vec<_>>()
    };
    lines.iter().enumerate().flat_map(of_line).collect()
}

impl Line {
    /// The column of the first character that isn't blank; tabs stop at each eighth column.
    fn indentation(&self) -> usize {
        let blanks = self.text.chars().take_while(|c| matches!(c, ' ' | '\t'));
        blanks.fold(0, |column, blank| if blank == '\t' { column / 8 * 8 + 8 } else { column + 1 })
    }

    /// Takes bytes off its start.
    pub(super) fn cut(&mut self, length: usize) {
        let behind = self.jumps.partition_point(|(column, _)| *column <= length);
        self.offset = match self.jumps[..behind].last() {
            Some((column, offset)) => offset + (length - column),
            None => self.offset + length,
        };
        self.jumps.drain(..behind);
        self.jumps.iter_mut().for_each(|(column, _)| *column -= length);
        self.text.drain(..length);
    }

    fn trimmed(&self) -> &str {
        self.text.trim()
    }

    fn is_blank(&self) -> bool {
        self.trimmed().is_empty()
    }

    fn is_prompt(&self) -> bool {
        behind_prompt(self.trimmed()).is_some()
    }
}

/// The code blocks of a document in reStructuredText, in its order, and what it includes as code.
pub(super) fn blocks(document: &Document) -> (Vec<Block>, Vec<Include>) {
    let lines: Vec<Line> = (1..=document.line_count())
        .map(|number| {
            let range = document.line_range(number);
            Line { offset: range.start, text: document.text[range].to_owned(), jumps: Vec::new() }
        })
        .collect();
    scanned(document, &lines, false)
}

/// The code blocks of lines in reStructuredText in which Markdown's fences count as well: docstrings hold them.
pub(super) fn blocks_with_fences(document: &Document, lines: &[Line]) -> Vec<Block> {
    scanned(document, lines, true).0
}

/// The code blocks of reStructuredText that stands in a document of another format.
pub(super) fn blocks_within(document: &Document, excerpt: &Excerpt) -> Vec<Block> {
    let lines = excerpt.lines().into_iter().map(|line| {
        let jumps = excerpt.jumps(std::slice::from_ref(&line)).iter().map(|jump| (jump.column, jump.offset)).collect();
        Line { offset: excerpt.in_document(line.start), text: excerpt.text()[line].to_owned(), jumps }
    });
    scanned(document, &lines.collect::<Vec<_>>(), false).0
}

fn scanned(document: &Document, lines: &[Line], fences: bool) -> (Vec<Block>, Vec<Include>) {
    let mut scanner = Scanner {
        document,
        lines,
        fences,
        blocks: Vec::new(),
        highlight: None,
        skipping: Skipping::default(),
        clearings: 0,
        testcodes: BTreeMap::new(),
        pushed: 0,
        includes: Vec::new(),
    };
    scanner.scan(0..lines.len(), &Attributes::new());
    for (line, said) in skip::of_all(lines.iter().map(Line::trimmed)) {
        let from = document.line_at(lines[line].offset);
        for block in scanner.blocks.iter_mut().filter(|block| block.first_line > from) {
            for (name, value) in &said {
                block.attributes.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
    }
    (scanner.blocks, scanner.includes)
}

/// Attributes that blocks get, by name.
type Attributes = BTreeMap<String, String>;

struct Scanner<'a> {
    document: &'a Document,
    lines: &'a [Line],
    fences: bool,
    blocks: Vec<Block>,
    /// The language of literal blocks, by the last `highlight::`.
    highlight: Option<String>,
    skipping: Skipping,
    /// How often the namespace was cleared.
    clearings: u32,
    /// By group, the last block of `testcode::`.
    testcodes: BTreeMap<String, usize>,
    /// The line behind the last block, or behind what was taken for its output.
    pushed: usize,
    includes: Vec<Include>,
}

impl Scanner<'_> {
    /// Finds the blocks in a range of lines.
    fn scan(&mut self, range: Range<usize>, inherited: &Attributes) {
        let mut at = range.start;
        while at < range.end {
            let line = &self.lines[at];
            let text = line.trimmed();
            at = if text.is_empty() {
                at + 1
            } else if line.is_prompt() {
                let end = self.session_end(at, range.end);
                self.push(at..end, Language::Session, inherited.clone());
                end
            } else if self.fences && fence(text).is_some() {
                self.fenced(at, range.end, inherited)
            } else if text == ".." || text.starts_with(".. ") {
                self.explicit(at, range.end, inherited)
            } else if text.ends_with("::") {
                self.literal(at, text_column(line), range.end, inherited)
            } else {
                at + 1
            };
        }
    }

    /// The line behind a doctest block. Blocks with nothing but empty lines between are one.
    fn session_end(&self, start: usize, end: usize) -> usize {
        let column = self.lines[start].indentation();
        let mut at = start + 1;
        loop {
            while at < end && !self.lines[at].is_blank() && self.lines[at].indentation() >= column {
                at += 1;
            }
            let next = (at..end).find(|&next| !self.lines[next].is_blank());
            match next.filter(|&next| next > at && self.lines[next].is_prompt() && self.lines[next].indentation() == column) {
                Some(next) => at = next + 1,
                None => return at,
            }
        }
    }

    /// Doctest blocks among lines that are something else.
    fn sessions(&mut self, range: Range<usize>, attributes: &Attributes) {
        let mut at = range.start;
        while at < range.end {
            if self.lines[at].is_prompt() {
                let end = self.session_end(at, range.end);
                self.push(at..end, Language::Session, attributes.clone());
                at = end;
            } else {
                at += 1;
            }
        }
    }

    /// The literal block behind a paragraph that starts at a column and ends in `::`. Returns the line to go on with.
    fn literal(&mut self, at: usize, column: usize, end: usize, inherited: &Attributes) -> usize {
        let Some(first) = (at + 1..end).find(|&line| !self.lines[line].is_blank()) else { return at + 1 };
        let indentation = self.lines[first].indentation();
        if indentation <= column {
            return at + 1;
        }
        let behind = (first..end).find(|&line| !self.lines[line].is_blank() && self.lines[line].indentation() < indentation);
        let content = self.trimmed(first..behind.unwrap_or(end));
        let name = self.highlight.clone().unwrap_or_default();
        if !self.is_output(content.clone(), "", at + 1) {
            self.code(content.clone(), &name, true, inherited.clone());
        }
        content.end
    }

    /// Code of a language that is named, or else to be told by its looks. `guess`: what is named is only a default.
    fn code(&mut self, content: Range<usize>, name: &str, guess: bool, attributes: Attributes) {
        let texts = self.lines[content.clone()].iter().map(|line| line.text.as_str());
        let content = content.start + banner::lines(texts)..content.end;
        if content.is_empty() {
            return;
        }
        let texts: Vec<&str> = self.lines[content.clone()].iter().map(|line| line.text.as_str()).collect();
        let is_session = language::is_session(texts.iter().copied());
        let language = match Language::from_name(name) {
            Some(Language::Python | Language::Session | Language::Text | Language::Shell) if is_session => Language::Session,
            Some(language) if !(guess && language == Language::Python) => language,
            _ if is_session => Language::Session,
            _ => match plain::language_of(&texts) {
                // Of a block whose language nobody names, only what is valid is taken for Python, up to its first prompt.
                Language::Python if !is_python(&texts) && !is_python_above_prompts(&texts) => Language::Text,
                language => language,
            },
        };
        let has_prompts = self.lines[content.clone()].iter().any(Line::is_prompt);
        if has_prompts && !matches!(language, Language::Session | Language::Python) {
            return self.sessions(content, &attributes);
        }
        self.push(content, language, attributes);
    }

    /// A fence as Markdown has them. Returns the line behind it.
    fn fenced(&mut self, at: usize, end: usize, inherited: &Attributes) -> usize {
        let Some((mark, text)) = fence(self.lines[at].trimmed()) else { return at + 1 };
        let closes = |line: &usize| {
            self.lines[*line].trimmed().strip_prefix(mark).is_some_and(|rest| rest.trim_start_matches(&mark[..1]).is_empty())
        };
        let closing = (at + 1..end).find(closes);
        let (name, attributes) = info::parse(text);
        let attributes = inherited.clone().into_iter().chain(attributes).collect();
        let content = self.trimmed(at + 1..closing.unwrap_or(end));
        if !self.is_output(content.clone(), &name, at) {
            self.code(content, &name, false, attributes);
        }
        closing.map_or(end, |line| line + 1)
    }

    /// Markup that starts with `..`: a directive, a comment, a footnote, a target. Returns the line to go on with.
    fn explicit(&mut self, at: usize, end: usize, inherited: &Attributes) -> usize {
        let column = self.lines[at].indentation();
        let behind = (at + 1..end).find(|&line| !self.lines[line].is_blank() && self.lines[line].indentation() <= column).unwrap_or(end);
        let text = self.lines[at].trimmed()[2..].trim_start();
        if let Some(directive) = Directive::read(self.lines, at, behind) {
            return self.directive(&directive, column, inherited);
        }
        // The text of a footnote is text; a target or a substitution is one line.
        if text.starts_with(['[', '_', '|']) {
            return if text.ends_with("::") { self.literal(at, column, behind, inherited) } else { at + 1 };
        }
        let words = text.to_owned();
        match words.split_once(':').map(|(name, rest)| (name.trim(), rest.trim())) {
            Some(("skip", what)) => self.skipping.direct(what),
            Some(("invisible-code-block" | "invisible-code", name)) => {
                let content = self.trimmed(at + 1..behind);
                let attributes = inherited.clone().into_iter().chain([("hidden".to_owned(), String::new())]).collect();
                self.code(content, name, false, attributes);
            }
            _ if words.trim() == "clear-namespace" => self.clearings += 1,
            _ => {
                let attributes = inherited.clone().into_iter().chain([("comment".to_owned(), String::new())]).collect();
                self.sessions(at + 1..behind, &attributes);
            }
        }
        behind
    }

    /// A directive at a column. Returns the line to go on with.
    fn directive(&mut self, directive: &Directive, column: usize, inherited: &Attributes) -> usize {
        let first_word = directive.argument.split_whitespace().next().unwrap_or_default();
        let mut attributes = inherited.clone();
        match directive.name {
            "highlight" | "highlightlang" => {
                self.highlight = Some(first_word.to_owned());
                return directive.end;
            }
            "code-block" | "code" | "sourcecode" | "code-cell" => {
                attributes.extend(directive.options());
                let (name, guess) = match first_word {
                    "" => (self.highlight.clone().unwrap_or_default(), true),
                    name => (name.to_owned(), false),
                };
                let content = self.trimmed(directive.content.clone());
                if !self.is_output(content.clone(), if guess { "" } else { &name }, directive.at) {
                    self.code(content, &name, guess, attributes);
                }
            }
            "doctest" | "testsetup" | "testcleanup" | "testcode" => {
                attributes.extend(directive.test_options());
                let content = self.trimmed(directive.content.clone());
                let language = self.python_or_session(&content);
                let number = self.blocks.len();
                let groups = groups(attributes.get("group"));
                if !content.is_empty() {
                    self.push(content, language, attributes);
                }
                if directive.name == "testcode" && self.blocks.len() > number {
                    self.testcodes.extend(groups.into_iter().map(|group| (group, number)));
                }
            }
            "testoutput" => self.output(directive, attributes),
            "ipython" | "ipython3" | "jupyter-execute" | "exec-code" | "plot" => {
                attributes.extend(directive.options());
                attributes.insert("directive".to_owned(), directive.name.to_owned());
                let content = self.trimmed(directive.content.clone());
                if let Some(magic) = self.lines[content.clone()].iter().find_map(|line| directive::magic(line.trimmed())) {
                    attributes.insert("skip".to_owned(), format!("`{magic}` is IPython's own"));
                }
                let language = self.python_or_session(&content);
                if !content.is_empty() {
                    self.push(content, language, attributes);
                }
            }
            "literalinclude" => {
                attributes.extend(directive.options());
                self.skipping.apply(&mut attributes);
                let line = self.document.line_at(self.lines[directive.at].offset);
                self.includes.push(Include { line, path: directive.argument.clone(), attributes });
            }
            // Its text may have markup in it, which nothing prints.
            "parsed-literal" => {
                let content = self.trimmed(directive.content.clone());
                if !self.lines[content.clone()].iter().any(|line| line.text.contains(['*', '|', '`', '\\'])) {
                    self.is_output(content, "", directive.at);
                }
            }
            name if directive::is_verbatim(name) => {}
            name if skip::is_directive(name) => {
                skip::attributes(name, &directive.argument, &mut attributes);
                self.scan(directive.content.clone(), &attributes);
            }
            // The text of an admonition may begin behind its name, and end in `::`.
            _ if directive.argument.ends_with("::") => return self.literal(directive.at, column, directive.end, inherited),
            _ => return directive.at + 1,
        }
        directive.end
    }

    /// What the last `testcode::` of the same group prints.
    fn output(&mut self, directive: &Directive, mut attributes: Attributes) {
        attributes.extend(directive.test_options());
        let content = self.trimmed(directive.content.clone());
        if content.is_empty() {
            return;
        }
        let code = groups(attributes.get("group")).iter().find_map(|group| self.testcodes.get(group).copied());
        match code {
            Some(code) => self.show(code, content, OutputKind::Printed, attributes),
            None => self.push(content, Language::Text, attributes),
        }
    }

    /// Whether a block in a language of this name shows what the Python block before it gives; then it's taken for that. What stands between the two ends
    /// in front of the line `behind`.
    fn is_output(&mut self, content: Range<usize>, name: &str, behind: usize) -> bool {
        let Some(last) = self.blocks.last().filter(|_| self.pushed <= behind && !content.is_empty()) else { return false };
        let text = |lines: &[Line]| lines.iter().map(|line| format!("{}\n", line.text)).collect::<String>();
        let between = text(&self.lines[self.pushed..behind]);
        let shown = text(&self.without_indentation(content.clone()));
        let Some(kind) = output::kind(last, name, &shown, &between).filter(|_| !output::is_program(&shown)) else { return false };
        let mut attributes = Attributes::new();
        if let Some(last) = self.blocks.last_mut() {
            output::note_doubts(last, &between, &mut attributes);
        }
        self.show(self.blocks.len() - 1, content, kind, attributes);
        true
    }

    /// Takes lines for the output of a block.
    fn show(&mut self, block: usize, content: Range<usize>, kind: OutputKind, attributes: Attributes) {
        let lines = self.without_indentation(content.clone());
        let jumps = jumps(&lines);
        let lines = lines.into_iter().map(|line| (line.offset, line.text)).collect();
        self.blocks[block].outputs.push(ShownOutput { lines, kind, attributes, jumps, extent: Default::default() });
        self.pushed = content.end;
    }

    fn without_indentation(&self, content: Range<usize>) -> Vec<Line> {
        let texts = || self.lines[content.clone()].iter();
        let indentation = language::common_indentation(texts().map(|line| line.text.as_str())).len();
        let without = |line: &Line| {
            let mut line = line.clone();
            line.cut(indentation.min(line.text.len() - line.text.trim_start().len()));
            line
        };
        texts().map(without).collect()
    }

    /// Takes lines, of which the first and the last aren't blank, for a block.
    fn push(&mut self, range: Range<usize>, language: Language, mut attributes: Attributes) {
        self.pushed = range.end;
        let lines = &self.lines[range];
        let is_ipython = attributes.contains_key("directive");
        let text = |line: &Line| if is_ipython && directive::is_decorator(line.trimmed()) { String::new() } else { line.text.clone() };
        let jumps = jumps(lines);
        self.skipping.apply(&mut attributes);
        let lines = lines.iter().map(|line| (line.offset, text(line))).collect();
        let part = (self.clearings > 0).then(|| format!("{}", self.clearings));
        self.blocks.push(Block { jumps, part, ..Block::new(self.document, language, lines, attributes) });
    }

    fn python_or_session(&self, content: &Range<usize>) -> Language {
        let is_session = language::is_session(self.lines[content.clone()].iter().map(|line| line.text.as_str()));
        if is_session { Language::Session } else { Language::Python }
    }

    /// The range without the blank lines at its ends.
    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let filled = |line: &usize| !self.lines[*line].is_blank();
        let Some(first) = range.clone().find(filled) else { return range.start..range.start };
        let last = range.clone().rfind(filled).unwrap_or(first);
        first..last + 1
    }
}

/// Whether lines are valid Python, without their indentation.
fn is_python(texts: &[&str]) -> bool {
    let indentation = language::common_indentation(texts.iter().copied()).len();
    let code: Vec<&str> = texts.iter().map(|text| text.get(indentation..).unwrap_or_default()).collect();
    syntax::parse(&code.join("\n"), (3, 15)).is_some_and(|parsed| !parsed.has_invalid_syntax())
}

/// Whether what stands above the first prompt among lines is a program.
fn is_python_above_prompts(texts: &[&str]) -> bool {
    let Some(first) = texts.iter().position(|text| behind_prompt(text.trim()).is_some()) else { return false };
    let indentation = language::common_indentation(texts.iter().copied()).len();
    let above: String = texts[..first].iter().map(|text| format!("{}\n", text.get(indentation..).unwrap_or_default())).collect();
    output::is_program(&above)
}

/// The groups that an attribute names; `default` where it names none.
fn groups(named: Option<&String>) -> Vec<String> {
    let names = named.map_or("", |names| names.as_str()).split(',').map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<String> = names.map(str::to_owned).collect();
    if names.is_empty() { vec!["default".to_owned()] } else { names }
}

/// The marks and the info string of a line that opens a fence.
fn fence(text: &str) -> Option<(&str, &str)> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = text.trim_start_matches(mark);
    let marks = &text[..text.len() - info.len()];
    (marks.len() >= 3 && !info.contains('`')).then_some((marks, info))
}

/// The column at which the text of a line starts: behind the bullet of a list's item.
fn text_column(line: &Line) -> usize {
    let text = line.trimmed();
    let bullet = text.split_whitespace().next().unwrap_or_default();
    let number = bullet.trim_start_matches('(').trim_end_matches(['.', ')']);
    let counts = number.len() < bullet.len()
        && (number == "#"
            || number.chars().all(|c| c.is_ascii_digit())
            || (number.len() == 1 && number.chars().all(|c| c.is_alphabetic())));
    let is_bullet = matches!(bullet, "-" | "*" | "+" | "•") || (counts && !number.is_empty());
    let behind = text[bullet.len()..].len() - text[bullet.len()..].trim_start().len();
    if is_bullet && behind > 0 { line.indentation() + bullet.chars().count() + behind } else { line.indentation() }
}

#[cfg(test)]
mod tests;
