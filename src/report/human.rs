//! The report for people: a diagnostic for each wrong claim, in document order, and a summary.

use std::io::{self, Write};

use super::{
    Checked, Event, Problem, Settings, Severity, Updated,
    diagnostic::{broken_example, wrong_claim},
    language_name,
    order::InOrder,
    output::Output,
    style::{Palette, paint},
    summary::{Totals, shortcomings, summary},
    units::count,
    versions::{alike, listed, sentence},
    visible,
};
use crate::{
    claim::Claim,
    document::Position,
    judge::{Outcome, Verdict},
    update::{Addition, Proposal},
};

/// Columns of a claimed or seen text in a line of the verbose report.
const BRIEF: usize = 60;

/// The reporter for people.
pub struct Human<'a> {
    out: Output<'a>,
    settings: Settings,
    examples: InOrder<Vec<Piece>>,
    problems: Vec<Problem>,
    totals: Totals,
    last: Option<Piece>,
}

/// A part of the report.
enum Piece {
    /// Several lines, set off by blank ones.
    Block(String),
    /// One line, below its like.
    Line(String),
}

impl<'a> Human<'a> {
    /// A reporter that writes to `out`.
    pub fn new(out: &'a mut dyn Write, settings: Settings) -> Human<'a> {
        // Below this a drawing makes no sense; a narrower terminal breaks the lines itself.
        let settings = Settings { width: settings.width.max(40), ..settings };
        let totals = Totals::default();
        Human { out: Output::new(out), settings, examples: InOrder::new(), problems: Vec::new(), totals, last: None }
    }

    /// Takes an event and writes what can be shown by now. A reader who went away is no error.
    pub fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Started(header) => {
                let lacks = shortcomings(header, &self.settings);
                if !lacks.is_empty() {
                    self.show(vec![Piece::Block(lacks)])?;
                }
                self.totals.header = Some(header.clone());
            }
            Event::Continued(header) => {
                // What the sandbox lacks is told with the first server.
                if self.totals.header.as_ref().is_none_or(|told| told.server.is_none()) {
                    let lacks = shortcomings(header, &self.settings);
                    if !lacks.is_empty() {
                        self.show(vec![Piece::Block(lacks)])?;
                    }
                }
                self.totals.header = Some(header.clone());
            }
            Event::ExampleStarted { .. } | Event::Installing(_) | Event::RunEnded => {}
            Event::ExampleDone { index, checked } => {
                self.totals.add(checked);
                let pieces = pieces(checked, &self.settings);
                for pieces in self.examples.push(*index, pieces) {
                    self.show(pieces)?;
                }
            }
            Event::Updated(updated) => {
                self.totals.updated(updated);
                // The examples come first.
                for pieces in self.examples.rest() {
                    self.show(pieces)?;
                }
                self.show(vec![Piece::Line(updated_line(updated, &self.settings))])?;
            }
            Event::Problem(problem) => self.problems.push(problem.clone()),
            Event::Ended { seconds, interrupted } => {
                for pieces in self.examples.rest() {
                    self.show(pieces)?;
                }
                let problems = std::mem::take(&mut self.problems);
                self.totals.problems(&problems);
                self.show(problem_lines(problems, &self.settings))?;
                self.show(vec![Piece::Block(summary(&self.totals, *seconds, *interrupted, &self.settings))])?;
            }
        }
        Ok(())
    }

    fn show(&mut self, pieces: Vec<Piece>) -> io::Result<()> {
        for piece in pieces {
            let set_off = match (&self.last, &piece) {
                (None, _) | (Some(Piece::Line(_)), Piece::Line(_)) => "",
                (Some(_), _) => "\n",
            };
            let (Piece::Block(text) | Piece::Line(text)) = &piece;
            self.out.write(&format!("{set_off}{text}\n"))?;
            self.last = Some(piece);
        }
        Ok(())
    }
}

/// What is shown of an example.
fn pieces(checked: &Checked, settings: &Settings) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let judged = &checked.judged;
    let broken = checked.broken();
    if broken && checked.ours {
        pieces.push(Piece::Block(broken_example(checked, settings)));
    } else if settings.verbose && judged.outcome != Outcome::Ran {
        pieces.push(Piece::Line(outcome_line(checked, settings)));
    }
    if settings.verbose {
        pieces.extend(skipped_on(checked, settings).into_iter().map(Piece::Line));
    }
    for (index, ((claim, judgement), known)) in checked.claims.iter().zip(&judged.judgements).zip(&checked.acknowledged).enumerate() {
        let groups = alike(checked, index);
        let differs = groups.iter().any(|group| group.judgement.verdict != judgement.verdict);
        let versions = if differs { format!(" ({})", sentence(&groups)) } else { String::new() };
        let line = |name, why: &str| {
            Piece::Line(claim_line(checked, claim, name, judgement.actual.as_deref(), &format!("{why}{versions}"), settings))
        };
        match (judgement.verdict, known) {
            // The difference shows it.
            (Verdict::Wrong, None) if checked.edit(index).is_some() => {}
            (Verdict::Wrong, None) => pieces.push(Piece::Block(wrong_claim(checked, index, settings))),
            (Verdict::Wrong, Some(because)) if settings.verbose => pieces.push(line("known", because)),
            (Verdict::Unsettled, _) if settings.verbose => {
                pieces.push(line("unsettled", judgement.reason.as_deref().unwrap_or("no reason given")))
            }
            (Verdict::Holds, _) if settings.verbose && differs => {
                let unsettled = groups.iter().find_map(|group| group.judgement.reason.as_deref()).unwrap_or("no reason given");
                pieces.push(line("unsettled", unsettled));
            }
            _ => {}
        }
    }
    if settings.verbose {
        pieces.extend(checked.additions.iter().filter_map(|addition| not_filled(checked, addition, settings)).map(Piece::Line));
    }
    pieces
}

/// `not filled: guide.md:3:1: what it shows varies from run to run`.
fn not_filled(checked: &Checked, addition: &Addition, settings: &Settings) -> Option<String> {
    let Proposal::Left(reason) = &addition.proposal else { return None };
    let name = paint(Palette::new(settings.color).quiet, "not filled:");
    Some(format!("{name} {}: {}", place(checked, addition.position), visible::one_line(reason, 4 * BRIEF)))
}

/// `skipped: guide.md:3:1: q3.1: on 3.10.13 and 3.11.7: needs Python 3.12 or newer: …`, of an example that ran on others.
fn skipped_on(checked: &Checked, settings: &Settings) -> Vec<String> {
    if checked.judged.outcome == Outcome::Skipped {
        return Vec::new();
    }
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for on in checked.versions.iter().filter(|on| on.outcome == Outcome::Skipped) {
        let reason = on.reason.as_deref().unwrap_or("no reason given");
        // Which Python it was is said once.
        let reason = reason.strip_suffix(&format!(", this is {}", on.python)).unwrap_or(reason);
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, pythons)) => pythons.push(&on.python),
            None => groups.push((reason, vec![&on.python])),
        }
    }
    let at = place(checked, Position { line: checked.example.first_line, column: 1 });
    let (name, id) = (paint(Palette::new(settings.color).quiet, "skipped:"), visible::one_line(&checked.example.id, BRIEF));
    let line = |(reason, pythons): &(&str, Vec<&str>)| {
        format!("{name} {at}: {id}: on {}: {}", listed(pythons), visible::one_line(reason, 4 * BRIEF))
    };
    groups.iter().map(line).collect()
}

/// `known: guide.md:3:5: claims 4, seen 3 — the document counts from 1`.
fn claim_line(checked: &Checked, claim: &Claim, name: &str, seen: Option<&str>, why: &str, settings: &Settings) -> String {
    let palette = Palette::new(settings.color);
    let at = place(checked, claim.position);
    let claimed = visible::one_line(&claim.expected, BRIEF);
    let seen = seen.map(|seen| format!(", seen {}", visible::one_line(seen, BRIEF))).unwrap_or_default();
    format!("{} {at}: claims {claimed}{seen} — {}", paint(palette.quiet, &format!("{name}:")), visible::one_line(why, 4 * BRIEF))
}

/// `raised: guide.md:3:1: q3.1: NameError: name 'x' is not defined`.
fn outcome_line(checked: &Checked, settings: &Settings) -> String {
    let palette = Palette::new(settings.color);
    let (name, style) = match checked.judged.outcome {
        Outcome::Ran => ("ran", palette.quiet),
        Outcome::Raised => ("raised", palette.warning),
        Outcome::TimedOut => ("timed out", palette.warning),
        Outcome::Crashed => ("crashed", palette.warning),
        Outcome::Skipped if !checked.used_by.is_empty() => ("used", palette.quiet),
        Outcome::Skipped => ("skipped", palette.quiet),
        Outcome::Invalid => ("invalid", palette.warning),
    };
    let stopped = checked.stopped_at_line().unwrap_or(checked.example.first_line);
    let at = place(checked, Position { line: stopped, column: 1 });
    let language = language_name(&checked.example.language);
    let reason = checked.judged.reason.as_deref().unwrap_or(&language);
    format!(
        "{} {at}: {}: {}",
        paint(style, &format!("{name}:")),
        visible::one_line(&checked.example.id, BRIEF),
        visible::one_line(reason, 4 * BRIEF)
    )
}

/// `fixed: guide.md: 3 claims`.
fn updated_line(updated: &Updated, settings: &Settings) -> String {
    let palette = Palette::new(settings.color);
    let path = visible::one_line(updated.document.as_str(), usize::MAX);
    let counts = [(updated.rewritten, "rewritten"), (updated.added, "added")];
    let counts = counts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{} {what}", count(*number, "claim")));
    let what = counts.collect::<Vec<_>>().join(", ");
    match (updated.written, &updated.reason) {
        (true, _) => format!("{} {path}: {what}", paint(palette.good, "fixed:")),
        (false, Some(reason)) => format!("{} {path}: {what}: {}", paint(palette.error, "not fixed:"), visible::text(reason)),
        (false, None) => format!("{} {path}: {what}", paint(palette.quiet, "would fix:")),
    }
}

fn place(checked: &Checked, at: Position) -> String {
    format!("{}:{}:{}", visible::one_line(checked.example.document.path.as_str(), usize::MAX), at.line, at.column)
}

/// The problems, by place: they may have come in any order.
fn problem_lines(mut problems: Vec<Problem>, settings: &Settings) -> Vec<Piece> {
    let palette = Palette::new(settings.color);
    problems.sort_by_cached_key(|problem| super::problem_key(&problem.message));
    let mut lines = Vec::new();
    for Problem { message, severity } in problems {
        let name = match severity {
            Severity::Warning => paint(palette.warning, "warning:"),
            Severity::Failure | Severity::Error => paint(palette.error, "error:"),
        };
        lines.push(Piece::Line(format!("{name} {}", visible::text(message.trim_end()))));
    }
    lines
}

#[cfg(test)]
mod tests;
