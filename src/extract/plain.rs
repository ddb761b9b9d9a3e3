//! Plain text without fences: finds code regions among the prose, their exact lines and their languages.
//!
//! Each line gets evidence for each language: how much likelier it is as a line of such code than as prose (`python` asks
//! an error-tolerant parser, `evidence` looks at the line's form). Evidence is local, so that it's wrong here and there: a line
//! of prose parses as Python, a line of code doesn't. A search for the best segmentation of the whole text (Viterbi: one state
//! per language and one for prose, with costs for going from one to another) outvotes such lines.
//!
//! What it can't tell apart: two blocks of the same language with nothing between them, and plain output from prose, except
//! where it has the form of a traceback, a table or a prompt session.

mod evidence;
mod prose;
mod python;
mod session;

use std::collections::BTreeMap;

use super::{Block, Language};
use crate::document::Document;

/// The code blocks of a text, in its order.
pub(super) fn blocks(document: &Document) -> Vec<Block> {
    let lines: Vec<Line> = lines(document.lines());
    let spacing = Spacing::of(&lines);
    let mut blocks = Vec::new();
    for window in windows(&lines) {
        for region in segment(&lines[window.clone()], spacing) {
            let lines = &lines[window.start + region.first..=window.start + region.last];
            blocks.extend(block(document, lines, region.language));
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

/// A line that isn't blank.
#[derive(Debug, Clone, Copy)]
struct Line<'t> {
    /// Its number in the text, from 1.
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
    /// Whether what stands there shows something: definitions and assignments don't.
    shows: bool,
    /// How many lines it's above.
    distance: u32,
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

fn lines<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<Line<'t>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut prompt: Option<Prompt> = None;
    let mut gap = 0;
    for (number, text) in (1..).zip(texts) {
        let text = text.trim_end();
        if text.is_empty() {
            gap += 1;
            continue;
        }
        let printed_by = prompt.filter(|_| gap == 0);
        let line = Line { number, text, weight: prose::weight(text), gap, printed_by };
        prompt = session::prompt_below(&lines, &line);
        lines.push(line);
        gap = 0;
    }
    lines
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

/// Whether a text separates its paragraphs by blank lines. If so, what stands without one between is likely one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spacing {
    Loose,
    Tight,
}

impl Spacing {
    fn of(lines: &[Line]) -> Self {
        let is_paragraph = |line: &Line| line.indentation() == 0 && line.weight >= 3.0;
        let pairs = lines.windows(2).filter(|pair| pair.iter().all(is_paragraph));
        let (all, separated) = pairs.fold((0, 0), |(all, separated), pair| (all + 1, separated + usize::from(pair[1].gap > 0)));
        if separated * 10 > all * 9 && separated > 2 { Self::Loose } else { Self::Tight }
    }
}

/// Lines of one language, as indices, both inclusive.
#[derive(Debug)]
struct Region {
    first: usize,
    last: usize,
    language: State,
}

/// What it costs to go from prose to code before a line: something like the logarithm of how seldom that happens.
fn entering(lines: &[Line], at: usize, state: State, spacing: Spacing) -> f32 {
    let line = &lines[at];
    let introduced = at > 0 && lines[at - 1].text.ends_with(':');
    let indented = line.indentation() > 0;
    // A prompt can't be anything else; a comment may stand before the first.
    let is_prompt = |line: &Line| session::is_prompt(line.trimmed()) || line.trimmed().starts_with("$ ");
    if is_prompt(line) || (line.is_comment() && lines.get(at + 1).is_some_and(|next| next.gap == 0 && is_prompt(next))) {
        return 1.0;
    }
    let mut cost = if introduced { 2.0 } else { 3.5 };
    if spacing == Spacing::Loose && line.gap == 0 && at > 0 && !prose::is_item(lines[at - 1].trimmed()) {
        cost += 2.0;
    }
    if indented {
        cost += 2.0;
    }
    if state == State::Json && !line.trimmed().starts_with(['{', '[']) {
        cost += 8.0;
    }
    if state == State::Python && python::continues_statement(line.trimmed()) {
        cost += 3.0;
    }
    cost
}

/// What it costs to go from code to prose before a line (or at the end).
fn leaving(lines: &[Line], at: usize, state: State, spacing: Spacing) -> f32 {
    let mut cost = 1.0;
    if spacing == Spacing::Loose && lines.get(at).is_some_and(|line| line.gap == 0) {
        cost += 3.0;
    }
    if lines.get(at).is_some_and(|line| line.indentation() > 0 && !prose::is_item(line.trimmed())) {
        cost += 2.0;
    }
    if state == State::Python && at > 0 && python::is_header(lines[at - 1].trimmed()) {
        cost += 1.0;
    }
    if at > 0 && lines[at - 1].text.ends_with('\\') {
        cost += 3.0;
    }
    cost
}

/// What it costs to go from one language to another before a line. Where two blocks touch there is no blank line: that one
/// would be between them shows in the text as within a block, where languages don't change.
fn crossing(lines: &[Line], at: usize) -> f32 {
    let mut cost = if lines[at].gap == 0 { 4.5 } else { 9.0 };
    if at > 0 && lines[at - 1].is_comment() {
        cost += 3.0;
    }
    if lines[at].indentation() > 0 {
        cost += 3.0;
    }
    if lines[at].printed_by.is_some_and(|prompt| prompt.is_python && prompt.shows) {
        cost += 4.0;
    }
    cost
}

/// The best segmentation of the lines: the code regions.
fn segment(lines: &[Line], spacing: Spacing) -> Vec<Region> {
    let states = State::COUNT;
    let cell = |at: usize, state: State| at * states + state.index();
    // `arrived`: the best score with everything before the line consumed, the last of it in this state. `score`: the same after
    // a possible change of state before the line.
    let mut arrived = vec![f32::NEG_INFINITY; (lines.len() + 1) * states];
    let mut start = vec![0_u32; arrived.len()];
    let mut came_from = vec![0_u8; arrived.len()];
    arrived[cell(0, State::Prose)] = 0.0;
    let mut python = python::Scanner::default();
    let mut score = vec![f32::NEG_INFINITY; states];
    for at in 0..=lines.len() {
        let prose = arrived[cell(at, State::Prose)];
        let (best, best_code) = State::CODE
            .into_iter()
            .map(|state| (state, arrived[cell(at, state)]))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or((State::Prose, prose));
        for (index, score) in score.iter_mut().enumerate() {
            let state = State::of_index(index);
            let stay = arrived[cell(at, state)];
            let mut choice = (stay, state);
            if state == State::Prose {
                for code in State::CODE {
                    let left = arrived[cell(at, code)] - leaving(lines, at, code, spacing);
                    if left > choice.0 {
                        choice = (left, code);
                    }
                }
            } else if at < lines.len() {
                let entered = prose - entering(lines, at, state, spacing);
                let crossed = if at > 0 && best != state { best_code - crossing(lines, at) } else { f32::NEG_INFINITY };
                for other in [(entered, State::Prose), (crossed, best)] {
                    if other.0 > choice.0 {
                        choice = other;
                    }
                }
            }
            *score = choice.0;
            came_from[cell(at, state)] = choice.1.index() as u8;
        }
        if at == lines.len() {
            break;
        }
        for (index, &score) in score.iter().enumerate() {
            let state = State::of_index(index);
            let (evidence, length) = state.evidence(lines, at, &mut python);
            let next = cell((at + length).min(lines.len()), state);
            if score + evidence > arrived[next] {
                arrived[next] = score + evidence;
                start[next] = at as u32;
            }
        }
        arrived[cell(at, State::Prose)] = score[0];
    }
    regions(lines, &start, &came_from)
}

/// Walks the search back from the end, where the text is prose.
fn regions(lines: &[Line], start: &[u32], came_from: &[u8]) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    let mut at = lines.len();
    let mut state = State::of_index(usize::from(came_from[at * State::COUNT]));
    while at > 0 {
        let first = start[at * State::COUNT + state.index()] as usize;
        if state != State::Prose {
            match regions.last_mut() {
                Some(region) if region.first == at && region.language == state => region.first = first,
                _ => regions.push(Region { first, last: at - 1, language: state }),
            }
        }
        at = first;
        state = State::of_index(usize::from(came_from[at * State::COUNT + state.index()]));
    }
    regions.retain(|region| !lines[region.first..=region.last].iter().all(Line::is_comment));
    regions.reverse();
    regions
}

fn block(document: &Document, lines: &[Line], state: State) -> Option<Block> {
    let (first_line, last_line) = (lines.first()?.number, lines.last()?.number);
    let line = |number| {
        let range = document.line_range(number);
        (range.start, document.text[range].to_owned())
    };
    Some(Block::new(document, state.language(), (first_line..=last_line).map(line).collect(), BTreeMap::new()))
}

#[cfg(test)]
mod tests;
