//! Claims × reports → verdicts, from observations only.

use crate::run::protocol::Mode;

/// What became of an example as a whole.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It ran to its end.
    Ran,
    /// It stopped at an exception that nobody claimed.
    Raised,
    /// It reached its time limit.
    TimedOut,
    /// Its process ended in another way: a signal, `os._exit`, too much output, a torn frame.
    Crashed,
    /// It was not run, or lacks something that isn't its own fault.
    Skipped,
    /// It isn't valid Python.
    Invalid,
}

/// Whether a claim is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Some reading agrees with what was observed.
    Holds,
    /// It has a firm reading, and none agrees.
    Wrong,
    /// It can't be said; the reason tells why.
    Unsettled,
}

/// The verdict on one claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen, in the claim's own form (quoted if the claim is quoted, …), where something was.
    pub actual: Option<String>,
    /// Why it is unsettled; for the others, what needs saying (`in 3 of 4 passes`).
    pub reason: Option<String>,
    /// How the run went that it was judged by.
    pub mode: Mode,
}

/// What became of an example: its outcome, and a judgement for each of its claims, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What became of it as a whole.
    pub outcome: Outcome,
    /// Why, where it didn't simply run.
    pub reason: Option<String>,
    /// The reason in one word, to count by: `language`, `package`, `python`, …; empty where it simply ran.
    pub category: String,
    /// Line in the example's code where it stopped, from 1.
    pub stopped_at: Option<u32>,
    /// One for each claim.
    pub judgements: Vec<Judgement>,
}
