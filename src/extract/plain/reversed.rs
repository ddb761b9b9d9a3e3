//! Output behind prompts, below the code that shows it: `min(5, 3)`, and `>>> 3`. The search takes the ones for code and the others for sessions.

use super::{Line, Page, Region, State, session};
use crate::{
    claim::code::parse_valid,
    extract::{Language, output::is_data, prompted},
};

/// Regions with those of them as one which are code with its output behind prompts.
pub(super) fn joined(page: &Page, lines: &[Line], regions: Vec<Region>) -> Vec<Region> {
    let mut all: Vec<Region> = Vec::with_capacity(regions.len());
    let mut run: Vec<Region> = Vec::new();
    for region in regions {
        // `a is b` by itself may be words.
        let is_odd = |at: usize| lines[at].gap == 0 && region.language == State::Session && parse_valid(lines[at].text).is_some();
        let follows = |last: &Region| last.last + 1 == region.first || last.last + 2 == region.first && is_odd(last.last + 1);
        let is_next = |last: &Region| is_code(last) && lines[region.first].gap == 0 && follows(last);
        if !is_code(&region) || !run.last().is_some_and(is_next) {
            all.extend(of_run(page, lines, std::mem::take(&mut run)));
        }
        run.push(region);
    }
    all.extend(of_run(page, lines, run));
    all
}

fn is_code(region: &Region) -> bool {
    matches!(region.language, State::Python | State::Session)
}

/// Regions that follow each other, as one where that's what they are.
fn of_run(page: &Page, lines: &[Line], run: Vec<Region>) -> Vec<Region> {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return run };
    let (first, last) = (first.first, last.last);
    let has_both = [State::Python, State::Session].iter().all(|state| run.iter().any(|region| region.language == *state));
    // A prompt that was typed at shows such a value again.
    let is_echoed = |at: &usize| session::is_prompt(lines[*at].trimmed()) && lines.get(at + 1).is_some_and(|below| is_data(below.text));
    if !has_both || (first..=last).any(|at| is_echoed(&at)) {
        return run;
    }
    let code = page.excerpt(lines[first].number, lines[last].number);
    match prompted::as_comments(&code, &Language::Python) {
        Some(_) => vec![Region { first, last, language: State::Python }],
        None => run,
    }
}
