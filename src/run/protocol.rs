//! What the parent and a server say to each other, in frames of JSON.
//!
//! A frame is a `u32` in network byte order, the length of the JSON that follows. The server says [`Answer::Ready`] when it has started.
//! Then the parent sends [`Job`]s, and the server answers each with one [`Answer::Report`], before it an [`Answer::Part`] for each example that
//! ended and left the process to the next one, at most once [`Answer::Idle`], and before these [`Answer::Preloaded`] once for a module. What the harness notes within the example's process is never taken for a frame of the server: it comes to the server
//! by a pipe of its own, as lines of JSON ([`Note`]s), and the server puts them into its report.
//!
//! A [`Report`] is what a server says of one run. What people and machines read in the end is made in [`crate::report`].

mod followers;
mod frame;
mod given;
mod pieces;
mod provisions;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};

pub use followers::{Behind, Ended, Follower, Used};
pub use frame::{read_frame, read_frame_bytes, write_frame};
pub use given::{Clock, Content, Given, LINE_NUMBER, Timestamp};
pub use pieces::{Piece, PieceKind};
pub use provisions::{BUILD_TIME, FOLDER, Provisions, SERVICE_WAIT, Service, ServiceKind, WebAnswer};

/// One run of one example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Number of the job in this run of `verify`; the report carries it back.
    pub number: u64,
    /// Name of the example as tracebacks show it: `<q23.2>`.
    pub filename: String,
    /// The example's code.
    pub code: String,
    /// Whether it's compiled as a whole or statement by statement.
    pub mode: Mode,
    /// Code that runs before it in the same namespace, unobserved: front matter's `setup`, and the examples that it continues.
    pub prelude: Vec<Prelude>,
    /// What to look at.
    pub probes: Vec<Probe>,
    /// What can be run one after the other, in order: what is typed in one go, or the statements of a script; none where that isn't known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
    /// What it may use.
    pub limits: Limits,
    /// Modules worth importing before the fork, so that the next examples have them for free.
    pub preload: Vec<String>,
    /// Modules of packages that it imports, as far as the text shows.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub packages: BTreeSet<String>,
    /// Modules of packages that the server is to import before it, for this example and others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub beforehand: BTreeMap<String, Beforehand>,
    /// How many more its server may expect, about.
    #[serde(default)]
    pub to_come: u32,
    /// What it is given besides its code; `None` where that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Box<Given>>,
    /// By how many nanoseconds the time of day that its Python code sees is ahead of the real one; a clock that it is given goes before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_ahead: Option<i64>,
    /// What is started or made for it beforehand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisions: Option<Box<Provisions>>,
    /// Examples that run behind it in the same process, or in copies of it, each with the job's limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub followers: Vec<Follower>,
}

impl Job {
    /// Whether each of its examples ends as a process of its own does, and begins in a copy of what its preludes, or the example that it continues, have left.
    pub fn is_family(&self) -> bool {
        self.followers.iter().any(|follower| follower.behind.is_some())
    }

    /// How much processor time its process may use: as much as all of its examples together.
    pub fn cpu_time(&self) -> Duration {
        let examples = u32::try_from(self.followers.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.limits.cpu_time.saturating_mul(examples)
    }
}

/// How a server imports a module before the examples that import it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Beforehand {
    /// It tries that first.
    Try,
    /// Another server has tried it.
    Import,
}

/// The package of a module: the first part of its dotted name.
pub fn package_of(module: &str) -> &str {
    module.split('.').next().unwrap_or_default()
}

/// Code that runs before an example, in its namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prelude {
    /// Name as tracebacks show it: `<setup of q23.2>`, `<q23.1>`.
    pub filename: String,
    /// The code.
    pub code: String,
}

/// How an example runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The whole block compiled once.
    Script,
    /// Statement by statement, each compiled for itself and echoed, as at a prompt.
    Prompt,
}

/// A statement to look at, and the questions about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Number of the probe in its job.
    pub number: u32,
    /// Line of the statement's first character in the code, from 1. 0 stands for the whole example.
    pub line: u32,
    /// Column of it in UTF-8 bytes, from 0, as Python's `ast` counts.
    pub column: u32,
    /// An exception that it raises is claimed: note it and go on behind the statement.
    pub catches: bool,
    /// The questions.
    pub queries: Vec<Query>,
}

/// A question about a statement. What it prints, raises and how long it takes is always noted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Query {
    /// What is looked at.
    pub subject: QuerySubject,
    /// An expression (a claim's text) to evaluate in the example's namespace at that moment and to compare with the subject.
    /// Only what has no effects is evaluated: literals, displays, names, attributes, operators, calls of classes.
    pub equals: Option<String>,
}

/// What a question looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuerySubject {
    /// The statement's value: of an expression, of the right side of an assignment, of a `return`.
    Value,
    /// The type of that value.
    Type,
    /// An attribute of that value.
    Attribute(String),
    /// An expression without effects (`x`, `a.b`, `a[0]`), evaluated after the statement where it stands.
    Expression(String),
    /// An attribute of a class (by its dotted name), after the class statement is complete. Of a member of an enum also `.value`.
    ClassAttribute(String, String),
    /// The first so many items of the value, which is used up (only asked for where the value is thrown away).
    Items(u32),
    /// Number of references to what a name denotes (denoted, for `del`), not counting the harness's own.
    RefCount(String),
    /// Bytes that the value takes (`sys.getsizeof`).
    Size,
    /// The value of an expression of the front matter, evaluated after the statement. It may do anything; a module of the standard library may
    /// be used by its name.
    Check {
        /// The expression.
        expression: String,
        /// Another one, over its value ([`MEASURED`]); whether it's true is the answer's `equal`.
        test: String,
    },
}

/// What a check's test calls the value of its expression.
pub const MEASURED: &str = "__measured__";

/// What an example may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall time.
    pub time: Duration,
    /// Address space of each process, in bytes.
    pub memory: u64,
    /// Bytes on standard output and standard error together.
    pub output: u64,
    /// Processes and threads at once.
    pub processes: u64,
    /// Processor time of all its processes together.
    pub cpu_time: Duration,
    /// Open files of each process.
    pub open_files: u64,
    /// Bytes of a file.
    pub file_size: u64,
    /// Bytes of the scratch folder. A server is started with it: see `--scratch-size`.
    pub scratch_size: u64,
}

impl Default for Limits {
    /// Enough for an example, and little enough that several at once don't matter to the machine.
    fn default() -> Limits {
        Limits {
            time: Duration::from_secs(10),
            memory: 2 << 30,
            output: 1 << 20,
            processes: 64,
            cpu_time: Duration::from_secs(40),
            // What is usual; above it `select` fails.
            open_files: 1024,
            file_size: 256 << 20,
            scratch_size: 256 << 20,
        }
    }
}

/// What a server says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The server has started: what it runs and what protects it.
    Ready(Ready),
    /// A module was to be imported before the example: what became of it.
    Preloaded(Preloaded),
    /// The example waits and needs no processor: another one may run beside it.
    Idle,
    /// An example is over that others share the process with: the next one of them runs.
    Part(Box<Report>),
    /// The example is over, and its process has ended.
    Report(Box<Report>),
    /// The server can't do its work; it ends.
    Failed(String),
}

/// A module that was to be imported before the examples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preloaded {
    /// Its name, as the configuration or the job gives it.
    pub module: String,
    /// Why it isn't there now, as a part of a sentence; empty where there is no such module.
    pub refused: Option<String>,
}

/// How long the server may take for a module that it's to import before an example: the trial, and the import itself.
pub const PRELOAD_TIME: Duration = Duration::from_secs(60);

/// A server that has started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// `3.13.0`; empty where Python wasn't started, as only the protection is asked for.
    pub python: String,
    /// What protects the system from the examples.
    pub sandbox: Protection,
}

/// What the sandbox has in force. What the system could not give is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    /// ABI of Landlock; `None` where there is none.
    pub landlock: Option<u32>,
    /// `isolated` (own network namespace), `filtered` (by seccomp and Landlock only), `granted` or `open`.
    pub network: String,
    /// Namespaces in force: `user`, `mount`, `pid`, `net`, `ipc`, `uts`.
    pub namespaces: Vec<String>,
    /// The filter of system calls is in force.
    pub seccomp: bool,
    /// What is missing, in words for people.
    pub missing: Vec<String>,
}

impl Protection {
    /// Whether the machine's files are kept from examples, which no run does without unless it's told to.
    pub fn keeps_files(&self) -> bool {
        self.landlock.is_some() || self.namespaces.iter().any(|name| name == "mount")
    }
}

/// What a run of an example gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The job's number.
    pub number: u64,
    /// How it ended, as the server saw it.
    pub end: End,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Processor time of the example and its children, seconds.
    pub cpu_seconds: f64,
    /// Largest resident size of one of its processes, bytes.
    pub memory: u64,
    /// Processes and threads that it started, as the kernel counts them; `None` where it doesn't tell.
    pub started: Option<u64>,
    /// What it wrote to standard output.
    pub stdout: Captured,
    /// What it wrote to standard error.
    pub stderr: Captured,
    /// What the harness noted, in order.
    pub notes: Vec<Note>,
}

impl Report {
    /// The modules whose code was run for the example.
    pub fn loaded(&self) -> impl Iterator<Item = &Loaded> {
        self.notes.iter().filter_map(|note| match note {
            Note::Loaded(loaded) => Some(loaded),
            _ => None,
        })
    }

    /// That of a job whose example never ran.
    pub fn not_run(number: u64, end: End) -> Report {
        Report {
            number,
            end,
            seconds: 0.0,
            cpu_seconds: 0.0,
            memory: 0,
            started: None,
            stdout: Captured::default(),
            stderr: Captured::default(),
            notes: Vec::new(),
        }
    }
}

/// Captured output.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// The text. Each byte that isn't UTF-8 is replaced by one `?`, so that the notes' byte offsets fit.
    pub text: String,
    /// Not everything was kept.
    pub truncated: bool,
}

/// How the process of an example ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It exited with this status.
    Exited(i32),
    /// A signal of its own or of the system's ended it.
    Signalled(i32),
    /// It reached its time limit.
    TimedOut,
    /// It reached its limit of processor time.
    CpuLimit,
    /// It reached its limit of output.
    OutputLimit,
    /// Its processes together reached its limit of memory. (One that reaches it alone gets a `MemoryError`.)
    MemoryLimit,
    /// What the harness sent can't be read (torn, forged or twice).
    Garbled(String),
    /// The server itself was lost, twice; why.
    Lost(String),
    /// It wasn't started, as what it is to be given can't be had; why.
    NotGiven(String),
    /// It wasn't run: a program that it needs isn't installed; which, and in what package.
    Lacks(String),
}

/// A line of the harness: something that was seen while the example ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// A pass through a probed statement.
    Seen(Observation),
    /// The code isn't valid Python.
    Invalid(Raised),
    /// A prelude raised; the example ran all the same.
    PreludeRaised {
        /// Which one: index into [`Job::prelude`].
        index: u32,
        /// What it raised.
        raised: Raised,
    },
    /// The example itself starts now; offsets into the captured output count what came before it.
    Started {
        /// Bytes on standard output by then.
        stdout: u64,
        /// Bytes on standard error by then.
        stderr: u64,
    },
    /// The example stopped at an exception that nobody claimed. (At a prompt the next statements ran all the same.)
    Stopped(Raised),
    /// From here on passes through a probed statement aren't noted: there are too many, or the statement can't hold a probe.
    Cut {
        /// Number of the probe.
        probe: u32,
    },
    /// It did something to the world around it, or tried to: noted once for each thing, of many of a kind only the first.
    Did(Deed),
    /// The code of a module was run that its server hadn't imported: one of a package, and not within the import of another one.
    Loaded(Loaded),
    /// The example ran to its end (threads and children may still have run then).
    Finished,
}

/// A module whose code was run for an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    /// Its dotted name.
    pub module: String,
    /// Wall time, seconds, with all that its code imported.
    pub seconds: f64,
}

/// What an example did to the world around it, as Python's audit events tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// What kind of thing.
    pub kind: DeedKind,
    /// A path (relative where it's in the working folder), an address, a command. `…` stands for more of its kind.
    pub what: String,
}

/// What an example is said to have read that asked for input.
pub const STANDARD_INPUT: &str = "<stdin>";

/// A kind of deeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeedKind {
    /// A file or folder opened to read, outside the interpreter's own.
    Read,
    /// A file or folder opened to write, made, moved or removed.
    Written,
    /// A socket connected or bound, a name looked up.
    Socket,
    /// A process started.
    Process,
}

/// One pass through a probed statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Which probe.
    pub probe: u32,
    /// Bytes of standard output that appeared during it: from, to.
    pub stdout: (u64, u64),
    /// Bytes of standard error that appeared during it: from, to.
    pub stderr: (u64, u64),
    /// Wall time, seconds.
    pub seconds: f64,
    /// What it raised.
    pub raised: Option<Raised>,
    /// Its value, where it has one (also `None`).
    pub value: Option<Seen>,
    /// The answers, one for each of the probe's queries.
    pub answers: Vec<QueryAnswer>,
}

/// An object as it was seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Its `repr`, shortened to a bound.
    pub repr: String,
    /// Its `str`, where that differs.
    pub str: Option<String>,
    /// Name of its type.
    pub r#type: String,
    /// The repr (or str) is shortened.
    pub truncated: bool,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueryAnswer {
    /// The subject, where it could be looked at.
    pub seen: Option<Seen>,
    /// Why not, else.
    pub error: Option<String>,
    /// Whether the subject equals the expression; `None` where that could not be evaluated or nothing was asked.
    pub equal: Option<bool>,
    /// Why it could not be evaluated.
    pub expression_error: Option<String>,
}

/// An exception as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// Name of its type, without module.
    pub r#type: String,
    /// Module of its type.
    pub module: String,
    /// Names of its type's bases, nearest first, itself included; then what else it's called where it was raised.
    pub mro: Vec<String>,
    /// `str` of it.
    pub message: String,
    /// Line of the example's code where it passed through (the innermost frame of the example), from 1.
    pub line: Option<u32>,
    /// The traceback as Python prints it.
    pub traceback: String,
    /// Name of the missing module (of a `ModuleNotFoundError`) or name (of a `NameError`), exit status (of `SystemExit`).
    pub subject: Option<String>,
}
