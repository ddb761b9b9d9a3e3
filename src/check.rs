//! A run as a whole: chooses the interpreters of each example, plans it, has it run on each of them, judges it, and tells reporters what
//! happens.
//!
//! What is run is one example on one interpreter; an example is done when it's done on all of its interpreters.

mod acknowledged;
mod again;
pub mod choice;
mod course;
mod demand;
mod family;
mod mark;
mod order;
mod proposals;
mod series;
mod shared;
mod single;
mod understood;
mod versions;

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread,
    time::Instant,
};

use camino::Utf8PathBuf;

use crate::{
    claim::Claim,
    collect::Case,
    environment::Interpreter,
    judge::{self, Before, Judged},
    limits::LimitSettings,
    plan::{Needs, Planned},
    report::{Checked, Event, Problem},
    requirements::{
        Requirements,
        prepare::{self, Lack, Need, Prepared, Step},
    },
    run::{
        pool::{Pool, PoolError},
        pools::Pools,
        protocol::{Ready, Report},
    },
    update::Wanted,
};

use choice::{Assignment, Interpreters, Task};
use understood::Understood;

/// What a run needs besides its examples.
#[derive(Debug)]
pub struct Settings {
    /// The Pythons that run them.
    pub interpreters: Interpreters,
    /// How what examples require becomes installed.
    pub requirements: prepare::Settings,
    /// As the user's own word is, they run without the sandbox.
    pub no_sandbox: bool,
    /// How many examples use the processor at once.
    pub jobs: usize,
    /// Limits of an example that sets none of its own.
    pub limits: LimitSettings,
    /// Modules of packages that are imported once, before the examples that name them, where that is safe; `None` stands for those that
    /// examples import.
    pub preload: Option<BTreeSet<String>>,
    /// Trees that some examples may change.
    pub changed: Vec<Utf8PathBuf>,
    /// A time limit in seconds that goes before every other.
    pub timeout: Option<f64>,
    /// An example that takes more than this share of its time limit is slow.
    pub slow: f64,
    /// Arguments of this call that a call for one of its examples must have too.
    pub rerun: String,
    /// What is to be written into the documents, where that's wanted.
    pub update: Option<Wanted>,
}

/// Cases that are checked together: those of whole documents.
#[derive(Debug, Default)]
pub struct Portion {
    /// The cases.
    pub cases: Vec<Case>,
    /// Indices of those that are to be checked, ascending.
    pub chosen: Vec<usize>,
    /// What is wrong with their documents.
    pub problems: Vec<Problem>,
    /// How many documents there are behind these that haven't been read.
    pub unread: usize,
}

/// Checks portions, one after the other, and sends events. Returns when all is done, interrupted, or can't go on. A portion is let go when
/// it's done, so that what a run keeps doesn't grow with the number of documents. So many documents are still `unread`: servers start while the
/// first portion of them is read.
pub fn check(
    portions: impl Iterator<Item = Portion>,
    unread: usize,
    settings: &Settings,
    stop: &AtomicBool,
    events: &Sender<Event>,
) -> Result<(), PoolError> {
    let begin = Instant::now();
    let pools = Pools::new(settings.jobs, settings.no_sandbox, settings.preload.clone(), settings.changed.clone(), stop);
    let course = course::Course::new(settings, &pools, stop, events);
    let early = early_servers(unread, settings, &pools);
    thread::scope(|scope| {
        if let Some((pool, servers)) = &early {
            scope.spawn(|| pool.warm_up(*servers));
        }
        course.take(portions);
    });
    if course.has_begun() {
        let interrupted = stop.load(Ordering::SeqCst);
        // A reporter that is gone (a closed pipe) is no reason to stop: the exit code still tells the result.
        let _ = events.send(Event::Ended { seconds: begin.elapsed().as_secs_f64(), interrupted });
    }
    match course.failure() {
        None | Some(PoolError::Interrupted) => Ok(()),
        Some(error) => Err(error),
    }
}

/// What examples are run with.
#[derive(Clone, Copy)]
struct Means<'a, 's> {
    prepared: &'a Prepared,
    settings: &'a Settings,
    pools: &'a Pools<'s>,
}

impl Means<'_, '_> {
    /// The interpreter that an example runs on. An environment with packages is one of its own; what isn't Python needs none.
    fn interpreter(&self, example: &Understood, assignment: &Assignment) -> Result<Interpreter, Lack> {
        match understood::is_python(&example.case.example) {
            true => self.prepared.of(&assignment.on.interpreter, &example.requirements),
            false => Ok(assignment.on.interpreter.clone()),
        }
    }
}

/// A case that was run, with all that is known of it.
#[derive(Debug)]
pub struct Examined<'a> {
    /// The case.
    pub case: &'a Case,
    /// What became of it.
    pub checked: Checked,
    /// Its runs, one on each interpreter.
    pub runs: Vec<RunOn>,
}

/// A case on one interpreter.
#[derive(Debug)]
pub struct RunOn {
    /// The interpreter, and what was to be done on it.
    pub assignment: Assignment,
    /// What was planned.
    pub planned: Planned,
    /// What the plan was made from, where it was to be run.
    pub needs: Option<Needs>,
    /// What had run in its namespace besides the preludes of the plan.
    pub before: Before,
    /// What the runs gave, in the order of the plan.
    pub reports: Vec<Report>,
    /// What they gave under other circumstances, where a claim seemed to be wrong.
    pub again: Vec<Report>,
    /// What became of it there.
    pub judged: Judged,
    /// Why the interpreter can't run anything, where that was found out.
    unusable: Option<String>,
}

impl RunOn {
    /// With the judgements on the claims, each in the light of the others.
    fn weighed(self, claims: &[Claim]) -> RunOn {
        let judged = match &self.planned {
            Planned::Run(plan) => judge::with_standing(self.judged, claims, plan),
            Planned::Skip { .. } => self.judged,
        };
        RunOn { judged, ..self }
    }
}

/// Runs the chosen cases one after the other, and keeps everything.
pub fn examine<'a>(cases: &'a [Case], chosen: &[usize], settings: &Settings, stop: &AtomicBool) -> Result<Vec<Examined<'a>>, PoolError> {
    let pools = Pools::new(1, settings.no_sandbox, Some(BTreeSet::new()), Vec::new(), stop);
    let examples = understand(cases, chosen, &settings.interpreters, settings.jobs)?;
    let (prepared, _) = made_ready(Prepared::default(), &examples, settings, stop, |_| {});
    let means = Means { prepared: &prepared, settings, pools: &pools };
    let examined = examples.iter().map(|example| {
        let runs = example.assignments.iter().map(|assignment| single::run_on(example, assignment, means, &mut pools.turn()));
        let runs = runs.map(|run| run.map(|run| run.weighed(&example.claims)));
        let runs = runs.collect::<Result<Vec<_>, _>>()?;
        let (checked, _) = versions::merged(example, &runs, settings);
        Ok(Examined { case: example.case, checked, runs })
    });
    examined.collect()
}

/// A case and the interpreters that it would run on.
#[derive(Debug)]
pub struct Expected {
    /// How many claims it makes.
    pub claims: usize,
    /// Indices of the cases that it continues.
    pub continues: Vec<usize>,
    /// Where it would run, by the interpreters' names.
    pub pythons: Vec<String>,
}

/// What a check of the chosen cases would do; nothing is run. Where no interpreter was found, nothing is said of where.
pub fn expect(cases: &[Case], chosen: &[usize], interpreters: Option<&Interpreters>, jobs: usize) -> Result<Vec<Expected>, PoolError> {
    let none = Interpreters::exactly(Vec::new());
    let understood = understand(cases, chosen, interpreters.unwrap_or(&none), jobs)?;
    let expected = understood.into_iter().map(|Understood { case, claims, continues, assignments, .. }| {
        let runs = assignments.iter().filter(|assignment| !matches!(assignment.task, Task::Skip(_)));
        let runs = runs.filter(|_| understood::is_python(&case.example)).map(|assignment| assignment.on.name.clone());
        Expected { claims: claims.len(), continues, pythons: runs.collect() }
    });
    Ok(expected.collect())
}

/// The pool of the interpreter that examples run on by default, and how many servers of it are expected to start while the documents are read: hardly
/// any is without an example.
fn early_servers<'p>(documents: usize, settings: &Settings, pools: &Pools<'p>) -> Option<(Arc<Pool<'p>>, usize)> {
    /// From so many documents for each server on, another one is worth its start.
    const MANY: usize = 8;
    let first = settings.interpreters.asked().first().filter(|_| documents > 0)?;
    // What goes wrong is told where there is an example to run.
    let pool = pools.of(&first.interpreter).ok()?;
    let servers = settings.jobs.min(documents / MANY).max(1);
    pool.expect_servers(servers);
    Some((pool, servers))
}

/// What servers of that interpreter say of themselves, where there is something to run.
fn ready(cases: &[Case], chosen: &[usize], settings: &Settings, pools: &Pools) -> Result<Option<Ready>, PoolError> {
    let is_run = chosen.iter().any(|&index| understood::is_python(&cases[index].example));
    let first = settings.interpreters.asked().first().filter(|_| is_run);
    first.map(|first| pools.of(&first.interpreter)?.ready()).transpose()
}

/// Understands the chosen cases, on so many threads.
fn understand<'a>(cases: &'a [Case], chosen: &[usize], interpreters: &Interpreters, jobs: usize) -> Result<Vec<Understood<'a>>, PoolError> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs.min(chosen.len()).max(1)).build()?;
    Ok(threads.install(|| understood::understand(cases, chosen, interpreters)))
}

/// What the chosen cases require, on each interpreter that they run on.
pub fn required(cases: &[Case], chosen: &[usize], interpreters: &Interpreters) -> Vec<(Interpreter, Requirements)> {
    let chosen: Vec<usize> = chosen.iter().copied().filter(|&index| understood::is_python(&cases[index].example)).collect();
    let runs = understood::understand(cases, &chosen, interpreters).into_iter().flat_map(|example| {
        let on = example.assignments.into_iter().filter(|assignment| !matches!(assignment.task, Task::Skip(_)));
        let requirements = example.requirements;
        on.map(move |assignment| (assignment.on.interpreter, requirements.clone()))
    });
    runs.filter(|(_, requirements)| !requirements.is_empty()).collect()
}

/// Makes ready what the examples require, on each interpreter that they run on.
fn made_ready(
    prepared: Prepared,
    examples: &[Understood],
    settings: &Settings,
    stop: &AtomicBool,
    tell: impl Fn(Step) + Sync,
) -> (Prepared, Vec<Problem>) {
    let runs = examples.iter().flat_map(|example| example.assignments.iter().map(move |assignment| (example, assignment)));
    let needs =
        runs.filter(|(example, assignment)| understood::is_python(&example.case.example) && !matches!(assignment.task, Task::Skip(_)));
    let needs = needs.map(|(example, assignment)| Need {
        example: &example.case.example.id,
        interpreter: &assignment.on.interpreter,
        requirements: &example.requirements,
    });
    prepare::prepare(prepared, &needs.collect::<Vec<_>>(), &settings.requirements, stop, tell)
}
