//! Another text for a part of an example: of its code, or of output that is shown of it.

use std::ops::Range;

use crate::extract::Example;

/// A change of an example, for one of its claims.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    /// Index of the claim; of one that is added, its place's index behind the claims.
    pub(super) claim: usize,
    /// What it makes of the claim.
    pub(super) effect: Effect,
    /// Where it is.
    pub(super) part: Part,
    /// The bytes of that part that are replaced.
    pub(super) range: Range<usize>,
    /// What is to stand there, with `\n` as line end.
    pub(super) text: String,
}

/// What a change makes of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It says something else.
    Rewrites,
    /// It says something where nothing was said.
    Adds,
    /// It's gone: nothing is shown where something was claimed.
    Removes,
}

/// A part of an example that has lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Its code.
    Code,
    /// The output with this index.
    Output(usize),
}

impl Part {
    /// The part's text: lines, each ended by `\n`.
    pub(super) fn text(self, example: &Example) -> String {
        match self {
            Part::Code => example.code.clone(),
            Part::Output(index) => {
                let lines = example.outputs.get(index).map(|output| output.lines.as_slice()).unwrap_or_default();
                lines.iter().map(|(_, line)| format!("{line}\n")).collect()
            }
        }
    }
}

impl Change {
    /// Whether two changes meet.
    pub(super) fn overlaps(&self, other: &Change) -> bool {
        self.part == other.part && self.range.start <= other.range.end && other.range.start <= self.range.end
    }

    /// The same change of fewer lines: those at its start and end stay that are the same in both texts. `old` is the part's text.
    pub(super) fn trimmed(mut self, old: &str) -> Change {
        let Some(replaced) = old.get(self.range.clone()) else { return self };
        let (before, after): (Vec<&str>, Vec<&str>) = (replaced.split('\n').collect(), self.text.split('\n').collect());
        let shorter = before.len().min(after.len());
        let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
        let first = before.iter().zip(&after).take_while(same).count();
        if first == before.len() && first == after.len() {
            return self;
        }
        let last = before.iter().rev().zip(after.iter().rev()).take(shorter - first.min(shorter)).take_while(same).count();
        let length = |lines: &[&str]| lines.iter().map(|line| line.len() + 1).sum::<usize>();
        let (start, tail) = (length(&before[..first]), replaced.len() + 1 - length(&before[before.len() - last..]));
        let lines = &after[first..after.len() - last];
        let nothing_left = before.len() - last == first || lines.is_empty();
        let (start, end, text) = match (nothing_left, first) {
            (false, _) => (start, tail - 1, lines.join("\n")),
            // Lines that are only added or taken away bring their line end.
            (true, 0) => (start, tail, lines.iter().map(|line| format!("{line}\n")).collect()),
            (true, _) => (start - 1, tail - 1, lines.iter().map(|line| format!("\n{line}")).collect()),
        };
        if start <= end && end <= replaced.len() {
            self.range = self.range.start + start..self.range.start + end;
            self.text = text;
        }
        self
    }
}

/// An example with changes made, as far as its text goes: places in the document are those of before, and no longer true.
pub(super) fn changed(example: &Example, changes: &[Change]) -> Example {
    let mut result = example.clone();
    result.code = of_part(example, changes, Part::Code);
    for (index, output) in result.outputs.iter_mut().enumerate() {
        if changes.iter().any(|change| change.part == Part::Output(index)) {
            let text = of_part(example, changes, Part::Output(index));
            let offset = output.lines.first().map_or(0, |(offset, _)| *offset);
            output.lines = text.lines().map(|line| (offset, line.to_owned())).collect();
            output.jumps.clear();
        }
    }
    let lines = result.code.matches('\n').count();
    let last = result.line_offsets.last().copied().unwrap_or_default();
    result.line_offsets.resize(lines, last);
    result.jumps.clear();
    result
}

fn of_part(example: &Example, changes: &[Change], part: Part) -> String {
    let mut text = part.text(example);
    let mut changes: Vec<&Change> = changes.iter().filter(|change| change.part == part).collect();
    changes.sort_by_key(|change| (change.range.start, change.range.end));
    for change in changes.into_iter().rev() {
        if text.get(change.range.clone()).is_some() {
            text.replace_range(change.range.clone(), &change.text);
        }
    }
    text
}

/// Where a place in the code has moved to, by the changes before it.
pub(super) fn moved(changes: &[Change], offset: usize) -> usize {
    let before = changes.iter().filter(|change| change.part == Part::Code && change.range.end <= offset && change.range.start < offset);
    let (added, removed) = before.fold((0, 0), |(added, removed), change| (added + change.text.len(), removed + change.range.len()));
    offset + added - removed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_trimmed_change_gives_the_same_text(
            old in "(a|b|c\n|d|\n){0,8}", new in "(a|b|c\n|d|\n){0,8}", before in "(x|\n){0,3}", behind in "(y|\n){0,3}"
        ) {
            let text = format!("{before}{old}{behind}");
            let range = before.len()..before.len() + old.len();
            let whole = Change { claim: 0, effect: Effect::Rewrites, part: Part::Code, range, text: new.clone() };
            let trimmed = whole.clone().trimmed(&text);
            let made = |change: &Change| {
                let mut text = text.clone();
                text.replace_range(change.range.clone(), &change.text);
                text
            };
            prop_assert_eq!(made(&trimmed), made(&whole));
            prop_assert!(trimmed.range.len() <= whole.range.len() && trimmed.text.len() <= new.len());
        }
    }
}
