//! What happens in a run, as events, and the reporters that show it.
//!
//! Reporters see only events: they never decide, and the runner never formats.

mod diagnostic;
pub mod diff;
mod difference;
pub mod doctor;
pub mod explain;
pub mod human;
pub mod json;
pub mod listing;
mod order;
mod output;
pub mod progress;
pub mod review;
#[cfg(test)]
mod sample;
mod source;
mod spool;
mod style;
mod summary;
mod table;
mod units;
mod versions;
mod visible;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use visible::text as visible;

use camino::Utf8PathBuf;

use crate::{
    claim::Claim,
    extract::{Example, Language},
    judge::{Judged, Judgement, Outcome, Verdict},
    requirements::prepare::Step,
    run::protocol::{Clock, Deed, DeedKind, Mode, Note, Ready, Report},
    update::{Addition, Edit, Proposal},
};

/// Something that happened in a run.
#[derive(Debug, Clone)]
pub enum Event {
    /// The run begins.
    Started(Header),
    /// More documents have been read, and their examples begin: what is known of the run by now, in the place of what was told before.
    Continued(Header),
    /// An example begins to run: its index in document order, and its id.
    ExampleStarted {
        /// Index of the example.
        index: usize,
        /// Its id.
        id: String,
    },
    /// An environment for what examples require is being made, or is made.
    Installing(Step),
    /// A run of an example is over: on one of the Pythons that it runs on.
    RunEnded,
    /// An example is done. Events of examples come in the order in which they end; reporters show them in document order.
    ExampleDone {
        /// Index of the example.
        index: usize,
        /// All about it.
        checked: Box<Checked>,
    },
    /// A document was written, or would be.
    Updated(Updated),
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

/// What was written into a document, or would be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Updated {
    /// The document.
    pub document: Utf8PathBuf,
    /// How many claims say something else.
    pub rewritten: usize,
    /// How many claims are new.
    pub added: usize,
    /// It was written.
    pub written: bool,
    /// Why not, where it was to be.
    pub reason: Option<String>,
    /// The difference, in the unified format.
    pub diff: String,
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
    /// How many examples there are, of any language, in the documents that have been read.
    pub examples: usize,
    /// How many documents haven't been read yet.
    pub unread: usize,
    /// How many runs of the examples: with several Pythons, an example counts once for each.
    pub runs: usize,
    /// The Pythons that examples run on by default, the oldest first.
    pub pythons: Vec<String>,
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
    /// The Python that ran it, where it ran: its version. Of several, the one whose outcome is told.
    pub python: Option<String>,
    /// Why it ran on another Python than examples do by default: `needs Python 3.12 or newer: …`.
    pub python_reason: Option<String>,
    /// What came of it on each Python, the oldest first; empty where there was only one.
    pub versions: Vec<OnPython>,
    /// For each claim: the claimed text with the mark of the versions that it holds on, where the results support one.
    pub marked: Vec<Option<String>>,
    /// For each claim that is wrong, what can be done about it; empty where nobody asked.
    pub proposals: Vec<Option<Proposal>>,
    /// For each statement that shows something and claims nothing, what can be done about it; empty where nobody asked.
    pub additions: Vec<Addition>,
    /// What it requires: what was installed for it, where it ran.
    pub requires: Vec<String>,
    /// How it ran.
    pub mode: Mode,
    /// The clock that it saw.
    pub clock: Clock,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Its time limit in seconds, of an example that was slow: that took a good part of it.
    pub slow: Option<f64>,
    /// What it did to the world around it.
    pub activity: Activity,
    /// What it was granted, where it ran.
    pub granted: Vec<Granted>,
    /// What was started or made for it beforehand: `service redis at port 6379`, `web example.com`.
    pub provided: Vec<String>,
    /// Ids of the examples that have its code as a companion.
    pub used_by: Vec<String>,
    /// Its document is ours: an exception that nobody claimed fails the run.
    pub ours: bool,
    /// What it wrote to standard output, where edits of its document are proposed.
    pub stdout: String,
    /// What it wrote to standard error, for an example that raised.
    pub stderr: String,
    /// Arguments of a `verify` call that runs just this one, ready to paste.
    pub rerun: String,
}

/// Something that an example was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// As it's written: `read:data/`, `env:LANGUAGE`.
    pub grant: String,
    /// Whether it was seen to use it; `None` where that can't be seen.
    pub used: Option<bool>,
}

/// What came of an example on one of several Pythons.
#[derive(Debug, Clone, PartialEq)]
pub struct OnPython {
    /// Its version; where two have the same one, its program as well.
    pub python: String,
    /// What became of the example.
    pub outcome: Outcome,
    /// Why, where it didn't simply run.
    pub reason: Option<String>,
    /// The reason in one word, to count by.
    pub category: String,
    /// It ran for those claims alone that are made for this version; its outcome says nothing of the example.
    pub for_claims: bool,
    /// For each claim, the judgement; `None` for a claim that isn't made for this version.
    pub judgements: Vec<Option<Judgement>>,
    /// For each claim: why it is known to be wrong on this version.
    pub acknowledged: Vec<Option<String>>,
    /// Wall time, seconds.
    pub seconds: f64,
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
    pub fn of<'a>(reports: impl Iterator<Item = &'a Report> + Clone) -> Activity {
        let mut activity = Activity { started: reports.clone().map(|report| report.started).max().flatten(), ..Activity::default() };
        let deeds = reports.flat_map(|report| &report.notes).filter_map(|note| match note {
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
    /// What it was granted, as it's written.
    fn granted_words(&self) -> Vec<&str> {
        self.granted.iter().map(|granted| granted.grant.as_str()).collect()
    }

    /// Whether it fails the run.
    pub fn fails(&self) -> bool {
        let wrong = self.judged.judgements.iter().zip(&self.acknowledged);
        let unknown_wrong = wrong.into_iter().any(|(judgement, known)| judgement.verdict == Verdict::Wrong && known.is_none());
        unknown_wrong || (self.ours && self.broken())
    }

    /// Whether it would still fail the run with all of its edits made.
    pub fn fails_when_edited(&self) -> bool {
        let unknown = |index: usize| self.judged.judgements[index].verdict == Verdict::Wrong && self.acknowledged[index].is_none();
        let left = (0..self.claims.len()).any(|index| unknown(index) && self.edit(index).is_none());
        left || (self.ours && self.broken())
    }

    /// The edit that makes a claim right.
    pub fn edit(&self, claim: usize) -> Option<&Edit> {
        self.proposals.get(claim)?.as_ref()?.edit()
    }

    /// All edits of its document.
    pub fn edits(&self) -> impl Iterator<Item = &Edit> {
        let additions = self.additions.iter().map(|addition| &addition.proposal);
        self.proposals.iter().flatten().chain(additions).filter_map(Proposal::edit)
    }

    /// Why a claim that is wrong stays as it is.
    fn left(&self, claim: usize) -> Option<&str> {
        match self.proposals.get(claim)? {
            Some(Proposal::Left(reason)) => Some(reason),
            _ => None,
        }
    }

    /// Whether it was to run to its end and didn't.
    pub fn broken(&self) -> bool {
        self.judged.outcome.is_broken()
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
    /// The same for each Python, of the examples in Python, where they ran on several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<String, Summary>,
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
        let Checked { judged, versions, .. } = checked;
        self.count(judged.outcome, &judged.category, judged.judgements.iter().zip(&checked.acknowledged));
        // A run for the claims alone that are made for its version is no run of the examples on that version.
        for on in versions.iter().filter(|_| !versions.iter().any(|on| on.for_claims)) {
            let judged = on.judgements.iter().zip(&on.acknowledged).filter_map(|(judgement, known)| Some((judgement.as_ref()?, known)));
            self.versions.entry(on.python.clone()).or_default().count(on.outcome, &on.category, judged);
        }
    }

    fn count<'a>(&mut self, outcome: Outcome, category: &str, judged: impl Iterator<Item = (&'a Judgement, &'a Option<String>)>) {
        self.examples += 1;
        match outcome {
            Outcome::Ran => self.ran += 1,
            Outcome::Raised => self.raised += 1,
            Outcome::TimedOut => self.timed_out += 1,
            Outcome::Crashed => self.crashed += 1,
            Outcome::Invalid => self.invalid += 1,
            Outcome::Skipped => *self.skipped.entry(category.to_owned()).or_default() += 1,
        }
        for (judgement, acknowledged) in judged {
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
