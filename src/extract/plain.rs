//! Plain text without fences: finds code regions among the prose, their exact lines and their languages.
//!
//! Each line gets evidence for each language: how much likelier it is as a line of such code than as prose (`python` asks
//! an error-tolerant parser, `evidence` looks at the line's form). Evidence is local, so that it's wrong here and there: a line
//! of prose parses as Python, a line of code doesn't. A search for the best segmentation of the whole text (Viterbi: one state
//! per language and one for prose, with costs for going from one to another) outvotes such lines.
//!
//! What it can't tell apart: two blocks of the same language with nothing between them, and plain output from prose, except
//! where it has the form of a traceback, a table or a prompt session, or is announced (`shown`).

mod costs;
mod evidence;
mod fence;
mod functions;
mod heading;
mod numbered;
mod page;
mod prose;
mod python;
mod reversed;
mod search;
mod separation;
mod session;
mod shown;

use std::collections::{BTreeMap, BTreeSet};

use super::{Block, Excerpt, Language, RESTORED, arrows, callouts, gatherer::is_fence, indentation, joined, language, prompt, prompted};
use crate::document::Document;
use page::Page;
use search::{Region, Search};
use separation::Separation;

/// The code blocks of a text, in its order.
pub(super) fn blocks(document: &Document) -> Vec<Block> {
    blocks_of(&Page::new(document, &BTreeSet::new()))
}

/// The Python of a text between the blocks of it that are marked as such: cells of a notebook beside the fences of its prose.
pub(super) fn between(document: &Document, marked: &[Block]) -> Vec<Block> {
    let place = |(offset, _): &(usize, String)| document.line_at(*offset);
    let outputs = marked.iter().flat_map(|block| &block.outputs).flat_map(|output| output.lines.iter().map(place));
    let blocks = marked.iter().flat_map(|block| block.first_line..=block.last_line);
    let fences = (1..).zip(document.lines()).filter(|(_, line)| is_fence(line)).map(|(number, _)| number);
    let mut blocks = blocks_of(&Page::new(document, &outputs.chain(blocks).chain(fences).collect()));
    blocks.retain(|block| matches!(block.language, Language::Python | Language::Session));
    blocks
}

/// The cells of a notebook in a text between the blocks of it that are marked: what stands below `In [1]:`.
pub(super) fn cells(document: &Document, marked: &[Block]) -> Vec<Block> {
    let text = |number: u32| &document.text[document.line_range(number)];
    if !(1..=document.line_count()).any(|number| is_input_mark(text(number))) {
        return Vec::new();
    }
    let mut blocks = between(document, marked);
    blocks.retain(|block| (1..block.first_line).rev().map(text).find(|text| !text.trim().is_empty()).is_some_and(is_input_mark));
    blocks
}

fn is_input_mark(text: &str) -> bool {
    prompt::cell_mark(text) == Some("In")
}

fn blocks_of(page: &Page) -> Vec<Block> {
    let mut lines: Vec<Line> = lines(page.texts());
    // How much of prose there is in a line, its own quotes tell.
    for line in &mut lines {
        line.text = page.straightened(line.number).map_or(line.text, |text| bare(text.trim_end()));
    }
    shift_left(&mut lines);
    let begins = numbered::take_off(&mut lines);
    let mut separation = None;
    let mut blocks = Vec::new();
    for window in windows(&lines) {
        let lines = &lines[window];
        let search = Search::new(lines);
        // What is found without knowing how the page separates its blocks tells that, and the second search heeds it. What a page
        // does at its start, it does to its end.
        let separation = separation.get_or_insert_with(|| Separation::of(lines, &search.regions(&Separation::default())));
        let regions = numbered::cut(lines, heading::cut(lines, search.regions(separation)), &begins);
        let mut regions = reversed::joined(page, lines, regions);
        let outputs = shown::outputs(lines, &mut regions);
        for (region, shown) in regions.iter().zip(outputs) {
            if let Some(mut block) = block(page, &lines[region.first..=region.last], region.language) {
                let last = lines[region.last].number;
                for shown in shown {
                    let output = shown.output(page, &mut block, last);
                    block.outputs.extend(output);
                }
                blocks.push(block);
            }
        }
    }
    blocks
}

/// The language that a block's lines most likely are written in; [`Language::Text`] where nothing speaks for one.
pub(super) fn language_of(texts: &[&str]) -> Language {
    let lines = lines(texts.iter().copied());
    let mut python = python::Scanner::default();
    let mut best = (0.0, Language::Text);
    for state in State::CODE {
        let mut score = 0.0;
        let mut at = 0;
        while at < lines.len() {
            let (evidence, length) = state.evidence(&lines, at, &mut python);
            score += evidence;
            at += length;
        }
        if score > best.0 {
            best = (score, state.language());
        }
    }
    if lines.iter().all(|line| line.is_comment()) { Language::Text } else { best.1 }
}

/// How much a line looks like prose: from 0 to about 9.
pub(crate) fn weight(line: &str) -> f32 {
    prose::weight(line)
}

/// A line that isn't blank.
#[derive(Debug, Clone, Copy)]
struct Line<'t> {
    /// Its number in the page, from 1.
    number: u32,
    /// The text without the line end and blanks behind it.
    text: &'t str,
    /// How much it looks like prose.
    weight: f32,
    /// How many blank lines stand before it.
    gap: u32,
    /// What it may be the output of: the prompt above it, with nothing but output between.
    printed_by: Option<Prompt>,
}

/// A prompt above a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Prompt {
    /// Whether it's Python's (`>>>`), or a shell's (`$`).
    is_python: bool,
    /// What it may show yet.
    shown: Shown,
    /// How many lines it's above.
    distance: u32,
    /// How many brackets are open in what it has shown.
    open: i32,
}

/// What a prompt shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Nothing: definitions and assignments don't.
    Nothing,
    /// A value, which is on one line, or in brackets.
    Value,
    /// The value of a call, or what it prints.
    Called,
    /// More that a call prints, behind what may have been its value.
    More,
    /// Any lines.
    Lines,
}

impl<'t> Line<'t> {
    fn trimmed(&self) -> &'t str {
        self.text.trim_start()
    }

    /// The width of its indentation in bytes.
    fn indentation(&self) -> usize {
        self.text.len() - self.trimmed().len()
    }

    fn is_comment(&self) -> bool {
        self.trimmed().starts_with('#')
    }
}

/// A line without what pages add to code, and what they glue to it.
fn bare(line: &str) -> &str {
    python::tail::without(fence::without(callouts::bare(line)))
}

fn lines<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<Line<'t>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut prompt: Option<Prompt> = None;
    let mut gap = 0;
    for (number, text) in (1..).zip(texts) {
        let text = bare(text.trim_end());
        if text.is_empty() {
            gap += 1;
            continue;
        }
        let is_below = |prompt: &Prompt| gap == 0 || (gap == 1 && lines.last().is_some_and(|above| session::goes_on(above, text, *prompt)));
        let printed_by = prompt.filter(is_below);
        let line = Line { number, text, weight: prose::weight(text), gap, printed_by };
        prompt = session::prompt_below(&lines, &line);
        lines.push(line);
        gap = 0;
    }
    lines
}

/// Takes away the margin of a page, and of its prose, where that has one and code hasn't.
fn shift_left(lines: &mut [Line]) {
    let margin = lines.iter().map(Line::indentation).min().unwrap_or(0);
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for line in &mut *lines {
        line.text = &line.text[margin..];
        if line.weight >= 3.0 && !prose::is_item(line.trimmed()) && !line.is_comment() {
            *counts.entry(line.indentation()).or_default() += 1;
        }
    }
    let margin =
        counts.into_iter().max_by_key(|&(indentation, count)| (count, std::cmp::Reverse(indentation))).map_or(0, |(margin, _)| margin);
    for line in lines.iter_mut().filter(|line| line.weight >= 1.0 && line.indentation() == margin) {
        line.text = line.trimmed();
    }
}

/// Lines that are segmented at once: the search keeps a few bytes per line and state, which a file of millions of lines
/// shouldn't multiply.
const WINDOW: usize = 20_000;

/// Ranges of lines, cut where nothing is lost: before a line of plain prose, if there is one.
fn windows(lines: &[Line]) -> Vec<std::ops::Range<usize>> {
    let mut windows = Vec::new();
    let mut start = 0;
    while start < lines.len() {
        let full = (start + WINDOW).min(lines.len());
        let cut = (start + WINDOW / 2..full).rev().find(|&at| lines[at].weight >= 4.0);
        let end = if full == lines.len() { full } else { cut.unwrap_or(full) };
        windows.push(start..end);
        start = end;
    }
    windows
}

/// What a line is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Prose,
    Python,
    Session,
    Shell,
    Toml,
    Ini,
    Yaml,
    Json,
    Html,
    JavaScript,
    C,
    Sql,
    Dockerfile,
    Tree,
    Output,
}

impl State {
    const CODE: [Self; 14] = [
        Self::Python,
        Self::Session,
        Self::Shell,
        Self::Toml,
        Self::Ini,
        Self::Yaml,
        Self::Json,
        Self::Html,
        Self::JavaScript,
        Self::C,
        Self::Sql,
        Self::Dockerfile,
        Self::Tree,
        Self::Output,
    ];
    const COUNT: usize = Self::CODE.len() + 1;

    fn index(self) -> usize {
        self as usize
    }

    fn of_index(index: usize) -> Self {
        index.checked_sub(1).and_then(|index| Self::CODE.get(index)).copied().unwrap_or(Self::Prose)
    }

    fn language(self) -> Language {
        match self {
            Self::Python => Language::Python,
            Self::Session => Language::Session,
            Self::Shell => Language::Shell,
            Self::Toml => Language::Toml,
            Self::Ini => Language::Other("ini".to_owned()),
            Self::Yaml => Language::Yaml,
            Self::Json => Language::Json,
            Self::Html => Language::Html,
            Self::JavaScript => Language::JavaScript,
            Self::C => Language::C,
            Self::Sql => Language::Sql,
            Self::Dockerfile => Language::Dockerfile,
            Self::Tree => Language::Tree,
            Self::Output | Self::Prose => Language::Text,
        }
    }

    /// How much likelier the lines from `at` are code of this state than prose, and how many lines belong together there.
    fn evidence(self, lines: &[Line], at: usize, python: &mut python::Scanner) -> (f32, usize) {
        match self {
            Self::Prose => (0.0, 1),
            Self::Python if is_arrow(lines, at) => (6.0, 1),
            _ if prose::is_linked_heading(lines[at].text) || prose::is_button(lines[at].text) || fence::is_fence(lines[at].text) => {
                (-9.0, 1)
            }
            _ if shown::is_cell_mark(&lines[at]) || heading::is_set_off(lines, at) => (-9.0, 1),
            Self::Python if shown::is_label(lines[at].text) || session::is_body(lines, at) || functions::is_heading(lines, at) => (-9.0, 1),
            Self::Python => python.evidence(lines, at),
            Self::Session => (session::evidence(lines, at), 1),
            Self::Shell => (evidence::shell(lines, at), 1),
            Self::Toml => evidence::toml(lines, at, python),
            Self::Ini => (evidence::ini(lines, at), 1),
            Self::Yaml => (evidence::yaml(lines, at), 1),
            Self::Json => (evidence::json(lines, at), 1),
            Self::Html => (evidence::html(lines, at), 1),
            Self::JavaScript => (evidence::javascript(lines, at), 1),
            Self::C => (evidence::c(lines, at), 1),
            Self::Sql => (evidence::sql(lines, at), 1),
            Self::Dockerfile => (evidence::dockerfile(lines, at), 1),
            Self::Tree => (evidence::tree(lines, at), 1),
            Self::Output => (evidence::output(lines, at), 1),
        }
    }
}

/// Whether a line has a value behind an arrow, and an expression before it, or above.
fn is_arrow(lines: &[Line], at: usize) -> bool {
    let is_above = || at > 0 && lines[at].gap <= 1 && arrows::may_be_shown(lines[at - 1].text);
    arrows::arrow(lines[at].text).is_some_and(|arrow| arrow > 0 || is_above())
}

/// Code without what a page writes before, around or behind it: a number of a list, what it costs, prose that is glued to its end.
fn without_marks(code: &Excerpt) -> Excerpt {
    let code = numbered::without(code);
    let code = code.slice(costs::inner(code.text()));
    python::tail::without_tails(&code.slice(stray_blanks(code.text())..code.text().len()))
}

fn block(page: &Page, lines: &[Line], state: State) -> Option<Block> {
    let language = state.language();
    let code = page.excerpt(lines.first()?.number, lines.last()?.number);
    let code = code.slice(fence::inner(code.text()));
    let code = if state == State::Python { without_marks(&code) } else { code };
    let code = callouts::without(&code, &language).unwrap_or(code);
    let code = page::quotes::in_code(&code, &language).unwrap_or(code);
    let code = arrows::as_comments(&code, &language).unwrap_or(code);
    let code = joined::parted(&code, &language).unwrap_or(code);
    if let Some(code) = indentation::restored(&code, &language) {
        return code.block(page.document(), language, BTreeMap::from([(RESTORED.to_owned(), String::new())]));
    }
    match prompted::as_comments(&code, &language) {
        Some(code) => code.block(page.document(), Language::Python, BTreeMap::new()),
        None => code.block(page.document(), language, BTreeMap::new()),
    }
}

/// How much further right the first line is than others: nothing opens a block above it, so that these blanks came from the page.
fn stray_blanks(code: &str) -> usize {
    let mut indentations = code.lines().filter(|line| !line.trim().is_empty()).map(|line| language::indentation_of(line).len());
    let first = indentations.next().unwrap_or(0);
    indentations.min().map_or(0, |others| first.saturating_sub(others))
}

#[cfg(test)]
mod tests;
