//! A run as a whole: chooses the interpreters of each example, plans it, has it run on each of them, judges it, and tells reporters what
//! happens.
//!
//! What is run is one example on one interpreter; an example is done when it's done on all of its interpreters.

mod acknowledged;
mod again;
pub mod choice;
mod course;
mod mark;
mod proposals;
mod understood;
mod versions;

use std::{
    collections::BTreeSet,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    time::Instant,
};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::{
    claim::Claim,
    collect::Case,
    environment::Interpreter,
    grant::Grants,
    judge::{self, Judged, Judgement, Verdict},
    limits::LimitSettings,
    outcome::Outcome,
    plan::{self, Plan, Planned},
    provide,
    report::{Checked, Event, Problem},
    requirements::{
        Requirements,
        prepare::{self, Lack, Need, Prepared, Step},
    },
    run::{
        circumstances::Circumstances,
        pool::PoolError,
        pools::{Pools, Turn},
        protocol::{Mode, Ready, Report},
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
    /// Modules of packages that are imported once, before the examples that name them, where that is safe.
    pub preload: BTreeSet<String>,
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
/// it's done, so that what a run keeps doesn't grow with the number of documents.
pub fn check(
    portions: impl Iterator<Item = Portion>,
    settings: &Settings,
    stop: &AtomicBool,
    events: &Sender<Event>,
) -> Result<(), PoolError> {
    let begin = Instant::now();
    let pools = Pools::new(settings.jobs, settings.no_sandbox, settings.preload.clone(), stop);
    let course = course::Course::new(settings, &pools, stop, events);
    course.take(portions);
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
    /// What the runs gave, in the order of the plan.
    pub reports: Vec<Report>,
    /// What they gave under other circumstances, where a claim seemed to be wrong.
    pub again: Vec<Report>,
    /// What became of it there.
    pub judged: Judged,
    /// Why the interpreter can't run anything, where that was found out.
    unusable: Option<String>,
}

/// Runs the chosen cases one after the other, and keeps everything.
pub fn examine<'a>(cases: &'a [Case], chosen: &[usize], settings: &Settings, stop: &AtomicBool) -> Result<Vec<Examined<'a>>, PoolError> {
    let pools = Pools::new(1, settings.no_sandbox, BTreeSet::new(), stop);
    let examples = understand(cases, chosen, &settings.interpreters, settings.jobs)?;
    let (prepared, _) = made_ready(Prepared::default(), &examples, settings, stop, |_| {});
    let examined = examples.iter().map(|example| {
        let runs = example.assignments.iter().map(|assignment| run_on(example, assignment, &prepared, settings, &pools, &mut pools.turn()));
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

/// Starts a server of the interpreter that examples run on by default, where there is one to run.
fn warm_up(cases: &[Case], chosen: &[usize], settings: &Settings, pools: &Pools) -> Result<Option<Ready>, PoolError> {
    let runs = chosen.iter().any(|&index| understood::is_python(&cases[index].example));
    let Some(first) = settings.interpreters.asked().first().filter(|_| runs) else { return Ok(None) };
    pools.of(&first.interpreter)?.warm_up().map(Some)
}

/// Understands the chosen cases, on so many threads.
fn understand<'a>(cases: &'a [Case], chosen: &[usize], interpreters: &Interpreters, jobs: usize) -> Result<Vec<Understood<'a>>, PoolError> {
    let taken = understood::taken(cases, chosen);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs.min(chosen.len()).max(1)).build()?;
    let understand = |&index: &usize| Understood::of(cases, index, &taken[index], interpreters);
    Ok(threads.install(|| chosen.par_iter().map(understand).collect()))
}

/// What the chosen cases require, on each interpreter that they run on.
pub fn required(cases: &[Case], chosen: &[usize], interpreters: &Interpreters) -> Vec<(Interpreter, Requirements)> {
    let taken = understood::taken(cases, chosen);
    let examples = chosen
        .iter()
        .filter(|&&index| understood::is_python(&cases[index].example))
        .map(|&index| Understood::of(cases, index, &taken[index], interpreters));
    let runs = examples.flat_map(|example| {
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

/// Plans a case for one of its interpreters, runs it there and judges it.
fn run_on(
    example: &Understood,
    assignment: &Assignment,
    prepared: &Prepared,
    settings: &Settings,
    pools: &Pools,
    turn: &mut Turn,
) -> Result<RunOn, PoolError> {
    let Understood { case, claims, .. } = example;
    // An environment with packages is an interpreter of its own.
    let interpreter = match understood::is_python(&case.example) {
        true => prepared.of(&assignment.on.interpreter, &example.requirements),
        false => Ok(assignment.on.interpreter.clone()),
    };
    let skip = |reason: &str, category: &str| Planned::Skip {
        outcome: Outcome::Skipped,
        reason: reason.to_owned(),
        category: category.to_owned(),
    };
    let mut planned = match (&assignment.task, &interpreter) {
        (Task::Skip(reason), _) => skip(reason, "python"),
        (_, Err(Lack { interrupted: true, .. })) => return Err(PoolError::Interrupted),
        (_, Err(lack)) => skip(&lack.reason, "requires"),
        _ if !case.used_by.is_empty() && !understood::is_python(&case.example) => {
            skip(&format!("used by {}", case.used_by.join(", ")), "used")
        }
        (Task::Whole | Task::ClaimedFor, Ok(interpreter)) => {
            plan::plan(&case.example, &example.asked(settings), &example.needs(interpreter, settings))
        }
    };
    provide::put(&mut planned, case, &example.earlier);
    let mut unusable = None;
    let (judged, reports, again) = match &planned {
        Planned::Skip { outcome, reason, category } => (skipped(claims, *outcome, reason, category), Vec::new(), Vec::new()),
        Planned::Run(plan) => {
            let on = interpreter.as_ref().unwrap_or(&assignment.on.interpreter);
            match run(plan, on, &example.grants, Circumstances::Usual, pools, turn) {
                Ok(reports) => {
                    let judged = judge::judge(&case.example, claims, plan, &reports);
                    let doubted = again::doubted(example, &judged, on, settings);
                    if doubted.contains(&true) {
                        let again = run(plan, on, &example.grants, Circumstances::Other, pools, turn)?;
                        let second = judge::judge(&case.example, claims, plan, &again);
                        (judge::with_second_run(judged, &second, &doubted), reports, again)
                    } else {
                        (judged, reports, Vec::new())
                    }
                }
                // Where the first one can't start, nothing can; one of several leaves the results of the others.
                Err(error @ (PoolError::NoServer { .. } | PoolError::NoInterpreter(_))) if !is_first(assignment, settings) => {
                    let Interpreter { version, executable, .. } = on;
                    unusable = Some(format!("Python {version} at `{executable}` can't run examples: {error}"));
                    (skipped(claims, Outcome::Skipped, &error.to_string(), "python"), Vec::new(), Vec::new())
                }
                Err(error) => return Err(error),
            }
        }
    };
    Ok(RunOn { assignment: assignment.clone(), planned, reports, again, judged, unusable })
}

fn run(
    plan: &Plan,
    on: &Interpreter,
    grants: &Grants,
    circumstances: Circumstances,
    pools: &Pools,
    turn: &mut Turn,
) -> Result<Vec<Report>, PoolError> {
    let pool = pools.of(on)?;
    plan.runs.iter().map(|run| pool.run(&run.job, grants, circumstances, turn)).collect()
}

/// Whether an assignment is to the interpreter that was warmed up.
fn is_first(assignment: &Assignment, settings: &Settings) -> bool {
    settings.interpreters.asked().first() == Some(&assignment.on)
}

fn skipped(claims: &[Claim], outcome: Outcome, reason: &str, category: &str) -> Judged {
    let unsettled = Judgement {
        verdict: Verdict::Unsettled,
        actual: None,
        reason: Some(reason.to_owned()),
        category: category.to_owned(),
        mode: Mode::Script,
        again: None,
        difference: None,
    };
    Judged {
        outcome,
        reason: Some(reason.to_owned()),
        category: category.to_owned(),
        stopped_at: None,
        judgements: vec![unsettled; claims.len()],
    }
}
