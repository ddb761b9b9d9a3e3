//! `verify`: checks documents.

use std::{
    io::{self, Write},
    num::NonZero,
    sync::{Arc, atomic::AtomicBool, mpsc},
    thread,
};

use anyhow::Context;
use verify::{
    check::{self, Settings},
    config::Project,
    environment,
    report::{Event, Problem, Severity, Summary, diff::Diffs, human::Human, json::Json, progress::Progress},
    requirements::{cache::Cache, lock::Lock, prepare},
};

use super::{
    FINE, INTERRUPTED, NOTHING, UNUSABLE, WRONG, display, interpreters, is_ci, portions::Portions, project_of, update::Updates,
    wants_colour,
};
use crate::cli::{CheckArguments, OutputFormat, UpdateArguments};

/// Checks the documents that the call names. The result is the exit code.
pub fn run(arguments: &CheckArguments, update: UpdateArguments) -> anyhow::Result<u8> {
    give_back_what_is_freed();
    let project = project_of(arguments)?;
    let mut portions = Portions::new(&arguments.asked(), &arguments.snippet, &project)?;
    let mut updates = Updates::new(arguments, update);
    let settings = Settings { update: updates.wanted(), ..settings(arguments, &project)? };
    let stop = stop_on_interrupt()?;
    let (mut stdout, mut stderr) = (io::stdout().lock(), io::stderr());
    let mut reporter = Reporter::new(arguments, updates.are_wanted(), &mut stdout, &mut stderr);
    let tally = thread::scope(|scope| {
        let (sender, events) = mpsc::channel();
        let (portions, settings, stop) = (&mut portions, &settings, &*stop);
        let unread = portions.unread();
        let running = scope.spawn(move || check::check(portions, unread, settings, stop, &sender));
        let tally = report(events, &mut reporter, &mut updates, arguments);
        let ran = running.join().map_err(|_| anyhow::anyhow!("a thread of the run ended early; please report this"))?;
        ran.map_err(anyhow::Error::new)?;
        tally
    })?;
    Ok(tally.exit_code())
}

/// Lets what is freed be used by all threads, and go back to the system: each of many threads would keep a share of its own, and what many
/// documents need one after the other would add up.
fn give_back_what_is_freed() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it only sets numbers of the allocator, and no thread that allocates runs beside this one yet.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 4);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 1 << 18);
    }
}

/// What a run needs, from the call, the configuration and the system, in this order.
pub fn settings(arguments: &CheckArguments, project: &Project) -> anyhow::Result<Settings> {
    Ok(Settings {
        interpreters: interpreters(&arguments.python, project)?,
        requirements: requirements(project)?,
        no_sandbox: arguments.no_sandbox,
        jobs: jobs(arguments, project),
        limits: project.config.limits,
        timeout: arguments.timeout,
        slow: project.config.slow(),
        preload: project.config.preload.as_ref().map(|modules| modules.iter().cloned().collect()),
        changed: project.changed(),
        rerun: rerun(arguments),
        update: None,
    })
}

/// How what examples require becomes installed.
pub fn requirements(project: &Project) -> anyhow::Result<prepare::Settings> {
    Ok(prepare::Settings {
        lock: Lock::read(&project.root)?,
        only_locked: is_ci(),
        cache: environment::cache_folder().map(Cache),
        builds: project.config.builds.clone(),
    })
}

/// How many examples use the processor at once.
pub fn jobs(arguments: &CheckArguments, project: &Project) -> usize {
    let processors = || thread::available_parallelism().map_or(1, NonZero::get);
    arguments.jobs.map(usize::from).or(project.config.jobs).unwrap_or_else(processors)
}

/// Arguments of this call that a call for one of its examples must have too.
fn rerun(arguments: &CheckArguments) -> String {
    let mut words = Vec::new();
    words.extend(arguments.paths.iter().map(|path| quoted(path.as_str())));
    words.extend(arguments.stdin_name.iter().map(|name| format!("--stdin-name {}", quoted(name.as_str()))));
    words.extend(arguments.documents.iter().map(|path| format!("--documents {}", quoted(path.as_str()))));
    words.extend(arguments.python.iter().map(|python| format!("--python {}", quoted(python))));
    if arguments.no_sandbox {
        words.push("--no-sandbox".to_owned());
    }
    words.into_iter().map(|word| word + " ").collect()
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:@%+=,".contains(character);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// A flag that Ctrl-C and SIGTERM set; a second one ends the process at once.
pub fn stop_on_interrupt() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        let failed = "signals can't be handled";
        signal_hook::flag::register_conditional_shutdown(signal, i32::from(INTERRUPTED), Arc::clone(&stop)).context(failed)?;
        signal_hook::flag::register(signal, Arc::clone(&stop)).context(failed)?;
    }
    Ok(stop)
}

/// What the exit code is made from.
#[derive(Debug, Default)]
struct Tally {
    /// Wrong claims that are rewritten don't count.
    fixes: bool,
    summary: Summary,
    failed: bool,
    unusable: bool,
    interrupted: bool,
}

impl Tally {
    fn add(&mut self, event: &Event) {
        match event {
            Event::ExampleDone { checked, .. } => {
                self.failed |= if self.fixes { checked.fails_when_edited() } else { checked.fails() };
                self.summary.add(checked);
            }
            Event::Problem(Problem { severity, .. }) => {
                self.failed |= *severity == Severity::Failure;
                self.unusable |= *severity == Severity::Error;
            }
            Event::Updated(updated) => self.failed |= self.fixes && !updated.written,
            Event::Ended { interrupted, .. } => self.interrupted = *interrupted,
            Event::Started(_) | Event::Continued(_) | Event::ExampleStarted { .. } | Event::Installing(_) | Event::RunEnded => {}
        }
    }

    /// The gravest thing that happened.
    fn exit_code(&self) -> u8 {
        match self {
            Tally { interrupted: true, .. } => INTERRUPTED,
            Tally { unusable: true, .. } => UNUSABLE,
            Tally { failed: true, .. } => WRONG,
            _ if self.summary.nothing_ran() => NOTHING,
            _ => FINE,
        }
    }
}

/// Shows each event as it comes, until the run is over.
fn report(
    events: mpsc::Receiver<Event>,
    reporter: &mut Reporter,
    updates: &mut Updates,
    arguments: &CheckArguments,
) -> anyhow::Result<Tally> {
    let mut tally = Tally { fixes: updates.fix(), ..Tally::default() };
    let progress = (arguments.format == OutputFormat::Human).then(|| Progress::on_stderr(wants_colour(&io::stderr())));
    for event in events.into_iter().flat_map(|event| updates.event(event)) {
        tally.add(&event);
        match &progress {
            // The bar makes way for what may be printed.
            Some(progress) if matches!(event, Event::ExampleDone { .. } | Event::Updated(_) | Event::Ended { .. }) => {
                progress.event(&event);
                progress.suspend(|| reporter.event(&event))
            }
            Some(progress) => {
                progress.event(&event);
                reporter.event(&event)
            }
            None => reporter.event(&event),
        }
        .context("standard output can't be written")?;
    }
    Ok(tally)
}

/// The reporter that the call asks for.
enum Reporter<'a> {
    Human(Human<'a>),
    Json(Json<'a>),
    /// The differences go to standard output, so that they can be taken from there, and all else to standard error.
    Update(Diffs<'a>, Human<'a>),
}

impl<'a> Reporter<'a> {
    fn new(arguments: &CheckArguments, updates: bool, stdout: &'a mut (dyn Write + 'a), stderr: &'a mut (dyn Write + 'a)) -> Reporter<'a> {
        let display = display(arguments.verbose);
        match (arguments.format, updates) {
            (OutputFormat::Json, false) => Reporter::Json(Json::new(stdout)),
            (OutputFormat::Json, true) => Reporter::Json(Json::new(stdout).with_updates()),
            (OutputFormat::Human, false) => Reporter::Human(Human::new(stdout, display)),
            (OutputFormat::Human, true) => {
                let beside = verify::report::Settings { color: wants_colour(&io::stderr()), ..display };
                Reporter::Update(Diffs::new(stdout, display), Human::new(stderr, beside))
            }
        }
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        match self {
            Reporter::Human(human) => human.event(event),
            Reporter::Json(json) => json.event(event),
            Reporter::Update(diffs, human) => {
                if let Event::Updated(updated) = event {
                    diffs.show(updated)?;
                }
                human.event(event)
            }
        }
    }
}
