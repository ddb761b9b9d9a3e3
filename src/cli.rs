//! The command line: what may be typed. Nothing is looked up or decided here.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  verify                             check what the configuration names
  verify README.md docs/             check documents, and the documents in folders
  verify --snippet q23               check one section, while editing it
  verify -s notes.md:40 notes.md     check the example at a line
  verify --python .venv notes.md     use the packages of a virtual environment
  verify --python 3.12 --python 3.13 check on several Pythons
  verify --documents ../articles     check somebody else's documents
  verify --diff README.md            show how wrong claims would be rewritten
  verify --fix README.md             rewrite them
  verify explain q23.2               show how an example was understood
  verify --format json > out.json    make a report for machines
  git show HEAD:a.md | verify - --stdin-name a.md
                                     check what comes from another program

Exit codes:
  0    no claim is wrong
  1    a claim is wrong, or an example of your own documents raised
       something that nobody claimed
  2    the call, the configuration or a document can't be used
  3    the tool could not do its work
  4    nothing was run
  130  interrupted

Configuration: verify.toml, or [tool.verify] in pyproject.toml, in this
folder or the nearest one above it.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  verify explain q23.2                 an example of what the configuration names
  verify explain notes.md:40 notes.md  the example at a line of a document";

const REVIEW_EXAMPLES: &str = "\
Examples:
  verify review                   what the configuration names, and expected/*.snap.new
  verify review README.md docs/   some documents
  verify review --fill README.md  also claims where an example prints and claims nothing

Exit codes: 0 when all was gone through or left by q, 1 when something could
not be written, 2 where there is no terminal, 130 when interrupted.";

const LOCK_EXAMPLES: &str = "\
Examples:
  verify lock                                what isn't locked yet
  verify lock --python 3.12 --python 3.13    for several Pythons
  verify lock --upgrade                      newer versions";

/// Tells whether what documents say about Python code is true.
///
/// Extracts the code examples of documents, runs each in a sandbox, compares what happened with what the document claims, and shows
/// each wrong claim at its line. A claim is what a comment or a prompt session says of a statement: `sorted(x)  # [1, 2, 3]`.
#[derive(Debug, Parser)]
#[command(name = "verify", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true, max_term_width = 120)]
pub struct Cli {
    /// What to do; checking is the default.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to check.
    #[command(flatten)]
    pub check: CheckArguments,
    /// What to write into the documents.
    #[command(flatten)]
    pub update: UpdateArguments,
}

/// What to do instead of checking.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows each code block of documents: its id, lines and language. Runs nothing.
    Extract(ExtractArguments),
    /// Shows how an example was understood and what came of it.
    ///
    /// Shows its claims and their readings, which examples it continues, the exact code that runs, and what was seen when it ran in the
    /// sandbox.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArguments),
    /// Goes through the edits that --fix would make, one by one on a terminal, and through pending results in expected/.
    ///
    /// Shows the difference of each, with what was claimed and seen, and asks: accept, reject, skip, show the example, accept the rest of the
    /// document, quit. What was accepted is written when its document is gone through, all of it at once.
    #[command(after_help = REVIEW_EXAMPLES)]
    Review(ReviewArguments),
    /// Lists the examples that a check would look at, and how many claims each makes. Runs nothing.
    List(CheckArguments),
    /// Finds out which packages `requires` comes to, and writes their exact versions and hashes to verify.lock.
    ///
    /// The file lies beside the configuration; commit it, so that everybody gets the same packages. What it covers already stays as it is.
    #[command(after_help = LOCK_EXAMPLES)]
    Lock(LockArguments),
    /// Shows what protects this system from the examples, and which Python runs them.
    Doctor(DoctorArguments),
}

/// How to check.
#[derive(Debug, Clone, Args)]
pub struct CheckArguments {
    /// Documents, or folders of them; - is standard input [default: what the configuration names]
    #[arg(value_name = "PATH")]
    pub paths: Vec<Utf8PathBuf>,
    /// What the document on standard input (the path -) is called: its format is told by this name, or by its text
    #[arg(long, value_name = "NAME")]
    pub stdin_name: Option<Utf8PathBuf>,
    /// Only these examples: an id (q23.2), a section (q23), a glob ('q2*'), or path:line with a line of the example's code; may be
    /// repeated
    #[arg(long, short, value_name = "PATTERN")]
    pub snippet: Vec<String>,
    /// Somebody else's documents: an exception that nobody claimed doesn't fail, and each example runs with what the corpus (the documents
    /// that the configuration names) knows of it; may be repeated
    #[arg(long, value_name = "PATH")]
    pub documents: Vec<Utf8PathBuf>,
    /// The Python that runs the examples: a version (3.12), an interpreter or a virtual environment; may be repeated, to run them on each
    /// [default: the active environment, .venv, or python3, and for an example that needs a newer one the newest that fits]
    #[arg(long, value_name = "PYTHON")]
    pub python: Vec<String>,
    /// How many examples use the processor at once [default: one per processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Time limit of each example, in seconds; goes before every other [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<f64>,
    /// How to show the result
    #[arg(long, value_enum, default_value_t)]
    pub format: OutputFormat,
    /// Show also what is skipped, unsettled, or known to be wrong
    #[arg(long, short)]
    pub verbose: bool,
    /// Run the examples without the sandbox: they can do whatever you can do. Only for documents that you trust
    #[arg(long)]
    pub no_sandbox: bool,
}

/// What to write into the documents.
#[derive(Debug, Clone, Copy, Args)]
pub struct UpdateArguments {
    /// Write what was really seen into the claims that are wrong, and show the difference
    #[arg(long, group = "updates")]
    pub fix: bool,
    /// Show the difference that --fix would make, as `patch` takes it, and write nothing
    #[arg(long, group = "updates")]
    pub diff: bool,
    /// With --fix or --diff: also add a claim where an example prints, or shows something at a prompt, and claims nothing
    #[arg(long, requires = "updates")]
    pub fill: bool,
    /// Write with --fix also where CI is set
    #[arg(long, requires = "fix")]
    pub in_ci: bool,
}

/// What to extract from.
#[derive(Debug, Clone, Args)]
pub struct ExtractArguments {
    /// Documents, or folders of them; - is standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<Utf8PathBuf>,
    /// What the document on standard input is called
    #[arg(long, value_name = "NAME")]
    pub stdin_name: Option<Utf8PathBuf>,
    /// How to show the result
    #[arg(long, value_enum, default_value_t)]
    pub format: OutputFormat,
}

/// What to explain.
#[derive(Debug, Clone, Args)]
pub struct ExplainArguments {
    /// The example: an id (q23.2), a section (q23), a glob ('q2*') or path:line
    #[arg(value_name = "EXAMPLE")]
    pub example: String,
    /// Where it is, and how it would be checked.
    #[command(flatten)]
    pub check: CheckArguments,
}

/// What to review.
#[derive(Debug, Clone, Args)]
pub struct ReviewArguments {
    /// Which documents, and how they are checked.
    #[command(flatten)]
    pub check: CheckArguments,
    /// Also propose claims where an example prints, or echoes at a prompt, and claims nothing
    #[arg(long)]
    pub fill: bool,
}

/// What to lock.
#[derive(Debug, Clone, Args)]
pub struct LockArguments {
    /// Only what these documents, or folders of them, require [default: what the configuration names]
    #[arg(value_name = "PATH")]
    pub paths: Vec<Utf8PathBuf>,
    /// Somebody else's documents that the corpus knows; may be repeated
    #[arg(long, value_name = "PATH")]
    pub documents: Vec<Utf8PathBuf>,
    /// The Python to lock for: a version, an interpreter or a virtual environment; may be repeated [default: as for a check]
    #[arg(long, value_name = "PYTHON")]
    pub python: Vec<String>,
    /// Take the newest versions that fit, also for what is locked
    #[arg(long)]
    pub upgrade: bool,
}

/// Which Python to look at.
#[derive(Debug, Clone, Args)]
pub struct DoctorArguments {
    /// The Python that would run the examples: a version, an interpreter or a virtual environment; may be repeated
    #[arg(long, value_name = "PYTHON")]
    pub python: Vec<String>,
    /// How to show the result
    #[arg(long, value_enum, default_value_t)]
    pub format: OutputFormat,
}

/// How to show a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    #[default]
    Human,
    /// For machines.
    Json,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds.is_finite() => Ok(seconds),
        _ => Err("give seconds above 0, such as 10 or 0.5".to_owned()),
    }
}
