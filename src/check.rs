//! A run as a whole: chooses the interpreters of each example, plans it, has it run on each of them, judges it, and tells reporters what
//! happens.
//!
//! What is run is one example on one interpreter; an example is done when it's done on all of its interpreters.

mod acknowledged;
mod again;
pub mod choice;
mod demand;
mod mark;
mod proposals;
mod series;
mod shared;
mod single;
mod understood;
mod versions;

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::Sender,
    },
    thread,
    time::Instant,
};

use crate::{
    collect::Case,
    environment::Interpreter,
    judge::{Before, Judged},
    limits::LimitSettings,
    plan::{Needs, Planned},
    report::{Checked, Event, Header, Problem, Severity},
    requirements::{
        Requirements,
        prepare::{self, Need, Prepared, Step},
    },
    run::{
        pool::PoolError,
        pools::Pools,
        protocol::{Ready, Report},
    },
    update::Wanted,
};

use choice::{Assignment, Interpreters, Task};
use series::Member;
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

/// Checks the cases numbered in `chosen`, and sends events. Returns when all is done, interrupted, or can't go on.
pub fn check(cases: &[Case], chosen: &[usize], settings: &Settings, stop: &AtomicBool, events: &Sender<Event>) -> Result<(), PoolError> {
    let begin = Instant::now();
    let pools = Pools::new(settings.jobs, settings.no_sandbox, settings.preload.clone(), stop);
    // The first server starts while the examples are being understood.
    let (server, examples) = thread::scope(|scope| {
        let server = scope.spawn(|| warm_up(cases, chosen, settings, &pools));
        let examples = understand(cases, chosen, &settings.interpreters, settings.jobs);
        let server = server.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (server, examples)
    });
    let (server, examples) = (server?, examples?);
    let runs = examples.iter().map(|example| example.assignments.len()).sum();
    // A reporter that is gone (a closed pipe) is no reason to stop: the exit code still tells the result.
    let tell = |event| drop(events.send(event));
    let pythons = settings.interpreters.asked().iter().map(|on| on.name.clone()).collect();
    tell(Event::Started(Header { examples: examples.len(), runs, pythons, jobs: settings.jobs, server }));
    let told = Mutex::new(BTreeSet::new());
    let (prepared, problems) = made_ready(&examples, settings, stop, |step| tell(Event::Installing(step)));
    problems.into_iter().for_each(|problem| tell(Event::Problem(problem)));
    let done: Vec<Runs> = examples.iter().map(|example| Runs::new(example.assignments.len())).collect();
    let failure = Mutex::new(None);
    let begins = |index: usize| {
        if done[index].begins() {
            tell(Event::ExampleStarted { index, id: examples[index].case.example.id.clone() });
        }
    };
    let ends = |member: Member, run: RunOn| {
        tell(Event::RunEnded);
        let lacks = pools.new_shortcomings().into_iter().map(|message| Problem { message, severity: Severity::Warning });
        lacks.for_each(|problem| tell(Event::Problem(problem)));
        // Said once, not of each example.
        let unusable = run.unusable.as_ref().filter(|message| lock(&told).insert((*message).clone()));
        if let Some(message) = unusable {
            tell(Event::Problem(Problem { message: message.clone(), severity: Severity::Error }));
        }
        if let Some(all) = done[member.index].end(member.number, run) {
            let (checked, problems) = versions::merged(&examples[member.index], &all, settings);
            problems.into_iter().for_each(|problem| tell(Event::Problem(problem)));
            tell(Event::ExampleDone { index: member.index, checked: Box::new(checked) });
        }
    };
    let course = Course { prepared: &prepared, settings, pools: &pools };
    let series = series::series(&examples, &prepared, settings);
    pools.each(series.len(), |number, turn| {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let members = &series[number];
        let ran = match members[..] {
            [member] => {
                let example = &examples[member.index];
                begins(member.index);
                single::run_on(example, &example.assignments[member.number], course, turn).map(|run| ends(member, run))
            }
            _ => shared::run(&examples, members, course, turn, &begins, &ends),
        };
        if let Err(error) = ran {
            // The first failure is the one to report; the others follow from it.
            lock(&failure).get_or_insert(error);
            stop.store(true, Ordering::SeqCst);
        }
    })?;
    let failure = failure.into_inner().unwrap_or_else(PoisonError::into_inner);
    let interrupted = stop.load(Ordering::SeqCst);
    tell(Event::Ended { seconds: begin.elapsed().as_secs_f64(), interrupted });
    match failure {
        None | Some(PoolError::Interrupted) => Ok(()),
        Some(error) => Err(error),
    }
}

/// What all examples of a run share.
#[derive(Clone, Copy)]
struct Course<'a, 's> {
    prepared: &'a Prepared,
    settings: &'a Settings,
    pools: &'a Pools<'s>,
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

/// Runs the chosen cases one after the other, and keeps everything.
pub fn examine<'a>(cases: &'a [Case], chosen: &[usize], settings: &Settings, stop: &AtomicBool) -> Result<Vec<Examined<'a>>, PoolError> {
    let pools = Pools::new(1, settings.no_sandbox, BTreeSet::new(), stop);
    let examples = understand(cases, chosen, &settings.interpreters, settings.jobs)?;
    let (prepared, _) = made_ready(&examples, settings, stop, |_| {});
    let course = Course { prepared: &prepared, settings, pools: &pools };
    let examined = examples.iter().map(|example| {
        let runs = example.assignments.iter().map(|assignment| single::run_on(example, assignment, course, &mut pools.turn()));
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
fn made_ready(examples: &[Understood], settings: &Settings, stop: &AtomicBool, tell: impl Fn(Step) + Sync) -> (Prepared, Vec<Problem>) {
    let runs = examples.iter().flat_map(|example| example.assignments.iter().map(move |assignment| (example, assignment)));
    let needs =
        runs.filter(|(example, assignment)| understood::is_python(&example.case.example) && !matches!(assignment.task, Task::Skip(_)));
    let needs = needs.map(|(example, assignment)| Need {
        example: &example.case.example.id,
        interpreter: &assignment.on.interpreter,
        requirements: &example.requirements,
    });
    prepare::prepare(&needs.collect::<Vec<_>>(), &settings.requirements, stop, tell)
}

/// The runs of an example, until the last one has ended.
struct Runs {
    begun: AtomicBool,
    left: AtomicUsize,
    ended: Mutex<Vec<Option<RunOn>>>,
}

impl Runs {
    fn new(count: usize) -> Runs {
        Runs { begun: AtomicBool::new(false), left: AtomicUsize::new(count), ended: Mutex::new((0..count).map(|_| None).collect()) }
    }

    /// Whether none has begun before.
    fn begins(&self) -> bool {
        !self.begun.swap(true, Ordering::SeqCst)
    }

    /// Takes a run that has ended. All of them, in their order, when it was the last one.
    fn end(&self, number: usize, run: RunOn) -> Option<Vec<RunOn>> {
        let mut ended = lock(&self.ended);
        ended[number] = Some(run);
        let last = self.left.fetch_sub(1, Ordering::SeqCst) == 1;
        last.then(|| ended.drain(..).flatten().collect())
    }
}

/// A panic of another thread leaves these values whole: they are lists.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
