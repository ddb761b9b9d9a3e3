//! What becomes of an example as a whole; what becomes of its claims is another matter.

/// What became of an example as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
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

impl Outcome {
    /// Whether it was to run to its end and didn't.
    pub fn is_broken(self) -> bool {
        matches!(self, Outcome::Raised | Outcome::Crashed | Outcome::TimedOut | Outcome::Invalid)
    }
}
