//! What it costs to go from prose to code, back, and from one language to another: something like the logarithm of how seldom
//! that happens there. Pages differ in it: some have blank lines around each block, some around none.

use super::{Line, Shown, State, prose, python, search::Region, session};

/// How a page separates its code from its prose.
#[derive(Debug)]
pub(super) struct Separation {
    /// What going into code costs more before a line without a blank line above, and before one with.
    entering: [f32; 2],
    /// The same of leaving code.
    leaving: [f32; 2],
    /// What going into code costs more before an indented line.
    indented: f32,
}

impl Default for Separation {
    fn default() -> Self {
        Self { entering: [0.0; 2], leaving: [0.0; 2], indented: 2.0 }
    }
}

impl Separation {
    /// How the regions that were found are separated from what is before and behind them.
    pub(super) fn of(lines: &[Line], regions: &[Region]) -> Self {
        let mut entering = Gaps::default();
        let mut leaving = Gaps::default();
        let mut within_code = Gaps { without: 8.0, with: 2.0 };
        let mut within_prose = Gaps::default();
        let mut behind = 0;
        for region in regions {
            within_prose.count(&lines[behind..region.first]);
            entering.count(&lines[region.first.saturating_sub(1)..=region.first]);
            within_code.count(&lines[region.first..=region.last]);
            behind = region.last + 1;
            leaving.count(&lines[region.last..lines.len().min(region.last + 2)]);
        }
        within_prose.count(&lines[behind..]);
        let indented = regions.iter().filter(|region| lines[region.first].indentation() > 0).count();
        Self {
            // Prose of a page may be all headings: what's rare within it needn't be usual before code.
            entering: entering.cost(&within_prose).map(|cost| cost.max(-0.5)),
            leaving: leaving.cost(&within_code),
            indented: if 2 * indented > regions.len() { 0.0 } else { 2.0 },
        }
    }

    /// What it costs to go from prose to code before a line.
    pub(super) fn entering(&self, lines: &[Line], at: usize, state: State) -> f32 {
        let line = &lines[at];
        let introduced = at > 0 && lines[at - 1].text.ends_with(':');
        // A prompt can't be anything else; a comment may stand before the first.
        let is_prompt = |line: &Line| session::is_prompt(line.trimmed()) || line.trimmed().starts_with("$ ");
        if is_prompt(line) || (line.is_comment() && session::heads_prompt(lines, at)) {
            return 1.0;
        }
        let mut cost = if introduced { 2.0 } else { 3.5 } + self.entering[usize::from(line.gap > 0)];
        if line.indentation() > 0 {
            cost += self.indented;
        }
        if state == State::Session || (state == State::Json && !line.trimmed().starts_with(['{', '['])) {
            cost += 8.0;
        }
        if state == State::Python && python::continues_statement(line.trimmed()) {
            cost += 3.0;
        }
        cost
    }

    /// What it costs to go from code to prose before a line (or at the end).
    pub(super) fn leaving(&self, lines: &[Line], at: usize, state: State) -> f32 {
        let mut cost = 1.0 + lines.get(at).map_or(0.0, |line| self.leaving[usize::from(line.gap > 0)]);
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

    /// What it costs to go from one language to another before a line. Where two blocks touch there is no blank line on most pages: that
    /// one would be between them shows in the text as within a block, where languages don't change.
    pub(super) fn crossing(&self, lines: &[Line], at: usize, state: State) -> f32 {
        if session::is_prompt(lines[at].trimmed()) {
            return 3.0;
        }
        if state == State::Session {
            return 12.0;
        }
        let mut cost = if lines[at].gap == 0 { 4.5 } else { 7.0 + self.leaving[1].min(0.0) };
        if at > 0 && lines[at - 1].is_comment() {
            cost += 3.0;
        }
        if lines[at].indentation() > 0 {
            cost += 3.0;
        }
        // What a call shows may be a value and more.
        cost += match lines[at].printed_by.filter(|prompt| prompt.is_python).map(|prompt| prompt.shown) {
            None | Some(Shown::Nothing) => 0.0,
            Some(Shown::Value | Shown::Called | Shown::Lines) => 6.0,
            Some(Shown::More) => 12.0,
        };
        cost
    }
}

/// How often a line has no blank line above, and how often it has. It starts with what may be so of any page.
#[derive(Debug)]
struct Gaps {
    without: f32,
    with: f32,
}

impl Default for Gaps {
    fn default() -> Self {
        Self { without: 2.0, with: 2.0 }
    }
}

impl Gaps {
    /// Counts the lines but for the first.
    fn count(&mut self, lines: &[Line]) {
        for line in lines.iter().skip(1) {
            *if line.gap > 0 { &mut self.with } else { &mut self.without } += 1.0;
        }
    }

    /// How much seldomer that is here than elsewhere, without and with a blank line.
    fn cost(&self, elsewhere: &Gaps) -> [f32; 2] {
        let (here, there) = (self.without + self.with, elsewhere.without + elsewhere.with);
        let cost = |here_such: f32, there_such: f32| ((there_such / there) / (here_such / here)).ln();
        [cost(self.without, elsewhere.without), cost(self.with, elsewhere.with)]
    }
}
