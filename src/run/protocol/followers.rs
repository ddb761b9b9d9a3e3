//! Examples that share a process, or begin in copies of it.

use serde::{Deserialize, Serialize};

use super::{Mode, Piece, Prelude, Probe};

/// An example that runs behind another one in the same process, or in a copy of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Follower {
    /// As [`super::Job::filename`].
    pub filename: String,
    /// As [`super::Job::code`].
    pub code: String,
    /// As [`super::Job::mode`].
    pub mode: Mode,
    /// As [`super::Job::prelude`], but for the examples that have run in its namespace.
    pub prelude: Vec<Prelude>,
    /// As [`super::Job::probes`].
    pub probes: Vec<Probe>,
    /// As [`super::Job::pieces`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
    /// It doesn't see the names of those before it: a namespace of its own begins here.
    pub fresh: bool,
    /// In a family, where it begins. `None` where it shares the process with all before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<Behind>,
}

/// Where an example of a family begins, in a copy of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Behind {
    /// As the job's preludes have left it, like the job's own example.
    Preludes,
    /// As the example at this place has left it, which it continues: 0 is the job's own, 1 the first follower. Those that continue an example stand behind
    /// it, each followed by those that continue this one.
    Example(usize),
}

/// What the harness says where an example ends whose process goes on with another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// The status that a process of its own would have ended with.
    pub status: i32,
    /// Bytes on standard output by then, of all examples of the process.
    pub stdout: u64,
    /// Bytes on standard error by then.
    pub stderr: u64,
    /// Wall time of it, seconds.
    pub seconds: f64,
    /// What it used, where copies of its process had a part in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Used>,
}

/// What an example of a family used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// Processor time, seconds.
    pub cpu_seconds: f64,
    /// The most bytes in memory of a process.
    pub memory: u64,
    /// How many processes and threads its code started, as the process numbers of the kernel tell.
    pub started: Option<u64>,
}
