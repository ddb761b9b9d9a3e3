//! What happens in a run, as events, and the reporters that show it.
//!
//! Reporters see only events: they never decide, and the runner never formats.

mod diagnostic;
mod difference;
pub mod doctor;
pub mod explain;
pub mod human;
pub mod json;
pub mod listing;
mod order;
mod output;
pub mod progress;
#[cfg(test)]
mod sample;
mod source;
mod style;
mod summary;
mod table;
mod units;
mod visible;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use visible::text as visible;

use crate::{
    claim::Claim,
    extract::{Example, Language},
    judge::{Judged, Outcome, Verdict},
    run::protocol::{Deed, DeedKind, Mode, Note, Ready, Report},
};

/// Something that happened in a run.
#[derive(Debug, Clone)]
pub enum Event {
    /// The run begins.
    Started(Header),
    /// An example begins to run: its index in document order, and its id.
    ExampleStarted {
        /// Index of the example.
        index: usize,
        /// Its id.
        id: String,
    },
    /// An example is done. Events of examples come in the order in which they end; reporters show them in document order.
    ExampleDone {
        /// Index of the example.
        index: usize,
        /// All about it.
        checked: Box<Checked>,
    },
    /// Something is wrong with the input: broken front matter, a document that can't be read, a stale acknowledgement.
    Problem(Problem),
    /// The run is over.
    Ended {
        /// Wall time, seconds.
        seconds: f64,
        /// It was interrupted; what is missing was not run.
        interrupted: bool,
    },
}

/// How a report for people looks.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// With colours (the caller knows whether it's a terminal and what `NO_COLOR` says).
    pub color: bool,
    /// Columns of the terminal; 100 suits what isn't one.
    pub width: usize,
    /// Also a line for each claim that is known to be wrong or unsettled, and each example that didn't run to its end.
    pub verbose: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { color: false, width: 100, verbose: false }
    }
}

/// What a run begins with.
#[derive(Debug, Clone)]
pub struct Header {
    /// How many examples there are, of any language.
    pub examples: usize,
    /// How many examples use the processor at once.
    pub jobs: usize,
    /// What runs them; `None` where none has to run.
    pub server: Option<Ready>,
}

/// Something wrong with the input, at its place.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// `path:line:column: what, what was expected, what to do next`.
    pub message: String,
    /// The exit code of the run is at least this severe.
    pub severity: Severity,
}

/// How a problem counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Warning,
    /// The run fails, as by a wrong claim.
    Failure,
    /// The input could not be used.
    Error,
}

/// All about an example that is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The example.
    pub example: Arc<Example>,
    /// Its claims.
    pub claims: Vec<Claim>,
    /// What became of it and of them.
    pub judged: Judged,
    /// For each claim: why it is known to be wrong, where someone acknowledged that.
    pub acknowledged: Vec<Option<String>>,
    /// Ids of the examples that it continues.
    pub continues: Vec<String>,
    /// Version of the Python that ran it, where it ran.
    pub python: Option<String>,
    /// How it ran.
    pub mode: Mode,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Its time limit in seconds, of an example that was slow: that took a good part of it.
    pub slow: Option<f64>,
    /// What it did to the world around it.
    pub activity: Activity,
    /// What it was granted, where it ran: `read:data/`, `env:LANGUAGE`.
    pub granted: Vec<String>,
    /// Its document is ours: an exception that nobody claimed fails the run.
    pub ours: bool,
    /// What it wrote to standard error, for an example that raised.
    pub stderr: String,
    /// Arguments of a `verify` call that runs just this one, ready to paste.
    pub rerun: String,
}

/// What an example did to the world around it, or tried to, in all of its runs: what Python's audit events tell, C code left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Activity {
    /// Files and folders opened to read, outside the interpreter's own.
    pub read: BTreeSet<String>,
    /// Files and folders opened to write, made, moved or removed.
    pub written: BTreeSet<String>,
    /// Sockets connected or bound, names looked up.
    pub sockets: BTreeSet<String>,
    /// Processes started.
    pub processes: BTreeSet<String>,
    /// Processes and threads that it started, as the kernel counts them, where it tells.
    pub started: Option<u64>,
}

impl Activity {
    /// What the reports of its runs tell.
    pub fn of(reports: &[Report]) -> Activity {
        let mut activity = Activity { started: reports.iter().map(|report| report.started).max().flatten(), ..Activity::default() };
        let deeds = reports.iter().flat_map(|report| &report.notes).filter_map(|note| match note {
            Note::Did(deed) => Some(deed),
            _ => None,
        });
        for Deed { kind, what } in deeds {
            let kept = match kind {
                DeedKind::Read => &mut activity.read,
                DeedKind::Written => &mut activity.written,
                DeedKind::Socket => &mut activity.sockets,
                DeedKind::Process => &mut activity.processes,
            };
            kept.insert(what.clone());
        }
        activity
    }
}

impl Checked {
    /// Whether it fails the run.
    pub fn fails(&self) -> bool {
        let wrong = self.judged.judgements.iter().zip(&self.acknowledged);
        let unknown_wrong = wrong.into_iter().any(|(judgement, known)| judgement.verdict == Verdict::Wrong && known.is_none());
        unknown_wrong || (self.ours && self.broken())
    }

    /// Whether it was to run to its end and didn't.
    pub fn broken(&self) -> bool {
        matches!(self.judged.outcome, Outcome::Raised | Outcome::Crashed | Outcome::TimedOut | Outcome::Invalid)
    }

    /// Line of the document where it stopped, from 1.
    pub fn stopped_at_line(&self) -> Option<u32> {
        let line = self.judged.stopped_at.filter(|&line| line > 0)?;
        Some(self.example.document_line(line))
    }
}

/// The counts of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// All examples, of any language.
    pub examples: usize,
    /// Those that ran to their end.
    pub ran: usize,
    /// Those that stopped at an exception.
    pub raised: usize,
    /// Those that reached their time limit.
    #[serde(rename = "timed-out")]
    pub timed_out: usize,
    /// Those whose process ended otherwise.
    pub crashed: usize,
    /// Those that aren't valid Python.
    pub invalid: usize,
    /// Those that were skipped, by reason.
    pub skipped: BTreeMap<String, usize>,
    /// The claims.
    pub claims: ClaimCounts,
}

/// The counts of claims.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ClaimCounts {
    /// Those that hold.
    pub holds: usize,
    /// Those that are wrong, the acknowledged ones included.
    pub wrong: usize,
    /// Those that can't be said.
    pub unsettled: usize,
    /// Those of the wrong ones that someone acknowledged.
    pub acknowledged: usize,
    /// Those that can't be said, by category: `package`, `never-reached`.
    pub unsettled_by: BTreeMap<String, usize>,
}

impl Summary {
    /// Whether no example was run at all (those that aren't valid Python never start).
    pub fn nothing_ran(&self) -> bool {
        self.ran + self.raised + self.timed_out + self.crashed == 0
    }

    /// Counts an example.
    pub fn add(&mut self, checked: &Checked) {
        self.examples += 1;
        match checked.judged.outcome {
            Outcome::Ran => self.ran += 1,
            Outcome::Raised => self.raised += 1,
            Outcome::TimedOut => self.timed_out += 1,
            Outcome::Crashed => self.crashed += 1,
            Outcome::Invalid => self.invalid += 1,
            Outcome::Skipped => *self.skipped.entry(checked.judged.category.clone()).or_default() += 1,
        }
        for (judgement, acknowledged) in checked.judged.judgements.iter().zip(&checked.acknowledged) {
            match judgement.verdict {
                Verdict::Holds => self.claims.holds += 1,
                Verdict::Unsettled => {
                    self.claims.unsettled += 1;
                    *self.claims.unsettled_by.entry(judgement.category.clone()).or_default() += 1;
                }
                Verdict::Wrong => {
                    self.claims.wrong += 1;
                    self.claims.acknowledged += usize::from(acknowledged.is_some());
                }
            }
        }
    }
}

/// The name of a language, as reports for machines have it.
fn language_name(language: &Language) -> String {
    match serde_json::to_value(language) {
        Ok(serde_json::Value::String(name)) => name,
        _ => format!("{language:?}").to_lowercase(),
    }
}

/// Sorts problems by path, line and column, and those without a place by their text.
fn problem_key(message: &str) -> (String, u64, u64, String) {
    let mut parts = message.splitn(4, ':');
    let path = parts.next().unwrap_or("").to_owned();
    let mut number = || parts.next().and_then(|part| part.trim().parse().ok()).unwrap_or(0);
    let (line, column) = (number(), number());
    (path, line, column, message.to_owned())
}
