//! What each command does, in the order in which it does it.

mod check;
mod doctor;
mod explain;
mod extract;
mod list;
mod lock;
mod portions;
mod review;
mod update;

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
};

use anyhow::Context;
use camino::{Utf8Path, Utf8PathBuf};
use verify::{
    check::choice::Interpreters,
    config::{self, ConfigError, Project},
    environment::{self, EnvironmentError, Request},
    report::{Problem, Settings, visible},
    requirements::lock::LockError,
    select::SelectError,
};

use crate::cli::{CheckArguments, Cli, Command};

/// Nothing is wrong.
const FINE: u8 = 0;
/// A claim is wrong.
const WRONG: u8 = 1;
/// The call, the configuration or a document can't be used.
const UNUSABLE: u8 = 2;
/// The tool could not do its work.
const FAILED: u8 = 3;
/// Nothing was run.
const NOTHING: u8 = 4;
/// Ended by Ctrl-C, as shells count it.
const INTERRUPTED: u8 = 130;

/// Does what the call asks for. The result is the exit code.
pub fn run(cli: Cli) -> anyhow::Result<u8> {
    match cli.command {
        None => check::run(&cli.check, cli.update),
        Some(Command::Extract(arguments)) => extract::run(&arguments),
        Some(Command::Explain(arguments)) => explain::run(&arguments),
        Some(Command::Review(arguments)) => review::run(&arguments),
        Some(Command::List(arguments)) => list::run(&arguments),
        Some(Command::Lock(arguments)) => lock::run(&arguments),
        Some(Command::Doctor(arguments)) => doctor::run(&arguments),
    }
}

/// Says on standard error what went wrong, each cause on a line of its own.
pub fn report_error(error: &anyhow::Error) {
    let mut stderr = std::io::stderr();
    // Where standard error is closed, there is nobody left to tell.
    let _ = writeln!(stderr, "verify: {}", visible(&error.to_string()));
    for cause in error.chain().skip(1) {
        let _ = writeln!(stderr, "  because: {}", visible(&cause.to_string()));
    }
}

/// The exit code of an error: 2 where the input is at fault, else 3.
pub fn exit_code(error: &anyhow::Error) -> u8 {
    let input = error.chain().any(|cause| {
        cause.is::<ConfigError>()
            || cause.is::<SelectError>()
            || cause.is::<EnvironmentError>()
            || cause.is::<LockError>()
            || cause.is::<UnknownPath>()
            || cause.is::<review::CantAsk>()
    });
    let nothing = error.chain().any(|cause| cause.is::<NothingToCheck>());
    match (nothing, input) {
        (true, _) => NOTHING,
        (_, true) => UNUSABLE,
        _ => FAILED,
    }
}

/// There is no document to check.
#[derive(Debug, thiserror::Error)]
#[error("nothing to check: give a PATH, or name `paths` in verify.toml or in `[tool.verify]` of pyproject.toml")]
struct NothingToCheck;

/// A path of the call isn't there.
#[derive(Debug, thiserror::Error)]
#[error("{0}: no such file or folder")]
struct UnknownPath(Utf8PathBuf);

/// The configuration that holds here.
fn project() -> anyhow::Result<Project> {
    let folder = std::env::current_dir().context("the working folder can't be told")?;
    let folder = Utf8PathBuf::from_path_buf(folder)
        .map_err(|folder: PathBuf| anyhow::anyhow!("{}: the working folder's name isn't UTF-8", folder.display()))?;
    Ok(config::find(&folder)?)
}

/// The same, with what is installed for the Pythons of the call. What is wrong with them is told when they are needed.
fn project_of(arguments: &CheckArguments) -> anyhow::Result<Project> {
    let mut project = project()?;
    project.installed = interpreters(&arguments.python, &project).map(|found| found.installed()).unwrap_or_default();
    Ok(project)
}

/// The Pythons that run the examples: those that the call asks for, else the configuration's, else the one that this folder and this
/// shell stand for, with others where an example needs one.
fn interpreters(asked: &[String], project: &Project) -> anyhow::Result<Interpreters> {
    let asked = if asked.is_empty() { &project.config.python.0 } else { asked };
    if asked.is_empty() {
        return Ok(Interpreters::by_default(environment::find(&Request::Default)?, environment::all));
    }
    let found = asked.iter().map(|text| environment::find(&Request::parse(Some(text)))).collect::<Result<Vec<_>, _>>()?;
    Ok(Interpreters::exactly(found))
}

/// The documents that a call names.
struct Asked<'a> {
    paths: &'a [Utf8PathBuf],
    documents: &'a [Utf8PathBuf],
    /// What the one on standard input is called.
    name: Option<&'a Utf8Path>,
}

impl CheckArguments {
    fn asked(&self) -> Asked<'_> {
        Asked { paths: &self.paths, documents: &self.documents, name: self.stdin_name.as_deref() }
    }
}

/// The path that stands for standard input.
const STDIN: &str = "-";
/// What the document there is called where the call doesn't say it.
const STDIN_NAME: &str = "stdin";

/// A path as people want to read it: relative to the working folder where it lies below.
fn shown(path: &Utf8Path) -> Utf8PathBuf {
    let folder = std::env::current_dir().ok().and_then(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    folder.and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(path).to_owned()
}

/// How standard output wants to be written to: colours only on a terminal, and where nothing speaks against them (`NO_COLOR`).
fn display(verbose: bool) -> Settings {
    let width = terminal_width().unwrap_or(Settings::default().width);
    Settings { color: wants_colour(&std::io::stdout()), width, verbose }
}

/// Whether this runs in continuous integration, where nothing is installed or written that nobody has agreed to.
fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !["", "0", "false"].iter().any(|no| value.eq_ignore_ascii_case(no)))
}

fn wants_colour(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn terminal_width() -> Option<usize> {
    let columns = terminal_size::terminal_size_of(std::io::stdout())?.0.0;
    Some(usize::from(columns))
}

/// Says on standard error what is wrong with the input.
fn report_problems(problems: &[Problem]) {
    let mut stderr = std::io::stderr();
    for problem in problems {
        // Where standard error is closed, there is nobody left to tell.
        let _ = writeln!(stderr, "verify: {}", visible(&problem.message));
    }
}

/// Writes a finished text to standard output. A closed pipe is no error: nobody reads any more.
fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("standard output can't be written"),
    }
}
