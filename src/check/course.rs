//! The course of a run: portions of cases, each understood, made ready and run; the next one begins as soon as the last example of the one
//! before has begun, so that what takes long holds up nobody.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{self, Sender},
    },
    thread,
};

use super::{
    Means, Portion, RunOn, Settings, family, made_ready,
    order::{self, Pending},
    ready,
    series::{self, Group, Member},
    shared, single, understand, versions,
};
use crate::{
    report::{Event, Header, Problem, Severity},
    requirements::prepare::Prepared,
    run::{
        pool::PoolError,
        pools::{Pools, Turn},
        protocol::Ready,
        tasks::Tasks,
    },
};

/// Portions that run at the same time at most, where examples of the earlier ones take long.
const AT_ONCE: usize = 8;

/// A run, and what all of its portions share.
pub(super) struct Course<'a, 'p> {
    settings: &'a Settings,
    pools: &'a Pools<'p>,
    stop: &'a AtomicBool,
    events: &'a Sender<Event>,
    /// What has been told of the portions so far; `None` before the first.
    header: Mutex<Option<Header>>,
    prepared: Mutex<Prepared>,
    /// Problems of interpreters and requirements, which are told once and not of each example.
    told: Mutex<BTreeSet<String>>,
    /// The first failure is the one to report; the others follow from it.
    failure: Mutex<Option<PoolError>>,
}

impl<'a, 'p> Course<'a, 'p> {
    /// Nothing has begun yet.
    pub(super) fn new(settings: &'a Settings, pools: &'a Pools<'p>, stop: &'a AtomicBool, events: &'a Sender<Event>) -> Course<'a, 'p> {
        let (header, prepared, told, failure) = Default::default();
        Course { settings, pools, stop, events, header, prepared, told, failure }
    }

    /// Whether there was anything to tell of.
    pub(super) fn has_begun(&self) -> bool {
        lock(&self.header).is_some()
    }

    /// Why the run can't go on, where that's so.
    pub(super) fn failure(self) -> Option<PoolError> {
        self.failure.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the portions, until all are done.
    pub(super) fn take(&self, mut portions: impl Iterator<Item = Portion>) {
        thread::scope(|scope| {
            let mut running = VecDeque::new();
            let mut first = 0;
            let mut next = portions.next();
            while let Some(portion) = next.take() {
                if self.stop.load(Ordering::SeqCst) {
                    // It was read, and isn't run.
                    self.begin(portion.chosen.len(), portion.chosen.len(), portion.unread, None);
                    break;
                }
                let (begun, all_begun) = mpsc::sync_channel(1);
                let count = portion.chosen.len();
                let thread = scope.spawn(move || {
                    // Nobody listens any more where the run is being stopped.
                    let all_begun = || begun.try_send(()).unwrap_or_default();
                    if let Err(error) = self.portion(portion, first, &all_begun) {
                        self.fail(error);
                    }
                });
                running.push_back(thread);
                first += count;
                next = portions.next();
                // Where the portion is over, its end of the channel is gone.
                all_begun.recv().unwrap_or_default();
                if running.len() >= AT_ONCE {
                    running
                        .pop_front()
                        .map(thread::ScopedJoinHandle::join)
                        .transpose()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                }
            }
        });
    }

    /// Checks one portion, whose examples count from `first`. `all_begun` is called when nothing of it is left to begin.
    fn portion(&self, portion: Portion, first: usize, all_begun: &(dyn Fn() + Sync)) -> Result<(), PoolError> {
        let Portion { cases, chosen, problems, unread } = &portion;
        let Course { settings, pools, stop, .. } = *self;
        problems.iter().for_each(|problem| self.tell(Event::Problem(problem.clone())));
        let has_server = lock(&self.header).as_ref().is_some_and(|header| header.server.is_some());
        // The first server starts while the examples are being understood.
        let (server, examples) = thread::scope(|scope| {
            let server = scope.spawn(|| if has_server { Ok(None) } else { ready(cases, chosen, settings, pools) });
            let examples = understand(cases, chosen, &settings.interpreters, settings.jobs);
            let server = server.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (server, examples)
        });
        let (server, examples) = (server?, examples?);
        self.begin(examples.len(), examples.iter().map(|example| example.assignments.len()).sum(), *unread, server);
        let known = lock(&self.prepared).clone();
        let (prepared, problems) = made_ready(known, &examples, settings, stop, |step| self.tell(Event::Installing(step)));
        lock(&self.prepared).clone_from(&prepared);
        problems.into_iter().for_each(|problem| self.tell_once(problem));
        let done: Vec<Runs> = examples.iter().map(|example| Runs::new(example.assignments.len())).collect();
        let begins = |index: usize| {
            if done[index].begins() {
                self.tell(Event::ExampleStarted { index: first + index, id: examples[index].case.example.id.clone() });
            }
        };
        let ends = |Member { index, number, .. }: Member, run: RunOn| {
            self.tell(Event::RunEnded);
            let lacks = pools.new_shortcomings().into_iter().map(|message| Problem { message, severity: Severity::Warning });
            lacks.for_each(|problem| self.tell(Event::Problem(problem)));
            let unusable = run.unusable.clone().map(|message| Problem { message, severity: Severity::Error });
            unusable.into_iter().for_each(|problem| self.tell_once(problem));
            if let Some(all) = done[index].end(number, run.weighed(&examples[index].claims)) {
                let (checked, problems) = versions::merged(&examples[index], &all, settings);
                problems.into_iter().for_each(|problem| self.tell(Event::Problem(problem)));
                self.tell(Event::ExampleDone { index: first + index, checked: Box::new(checked) });
            }
        };
        let means = Means { prepared: &prepared, settings, pools };
        let groups = family::families(series::series(&examples, &prepared, settings), &examples, &prepared, settings);
        let mut runs = 0;
        let tasks = Tasks::new(groups.into_iter().map(|group| {
            let members = group.members();
            runs += members.len();
            Pending { group, wants: shared::expect(&examples, &members, means) }
        }));
        pools.each(tasks, runs, order::next, |Pending { group, .. }, turn: &mut Turn, tasks| {
            if tasks.all_begun() {
                all_begun();
            }
            if stop.load(Ordering::SeqCst) {
                return;
            }
            let ran = match group {
                Group::Alone(member) => {
                    let example = &examples[member.index];
                    begins(member.index);
                    single::run_on(example, &example.assignments[member.number], means, turn).map(|run| ends(member, run))
                }
                Group::Series(members) => shared::run(&examples, &members, means, turn, &begins, &ends),
                Group::Family(kin) => {
                    // As each of these imports its module by itself then, it may be worth importing beforehand.
                    let later = |group: Group| tasks.put(Pending { wants: shared::expect(&examples, &group.members(), means), group });
                    family::run(&examples, &kin, means, turn, &begins, &ends, &later)
                }
            };
            if let Err(error) = ran {
                self.fail(error);
            }
        })
    }

    /// Tells of a portion that begins.
    fn begin(&self, examples: usize, runs: usize, unread: usize, server: Option<Ready>) {
        let mut told = lock(&self.header);
        let is_first = told.is_none();
        let header = told.get_or_insert_with(|| {
            let pythons = self.settings.interpreters.asked().iter().map(|on| on.name.clone()).collect();
            Header { examples: 0, runs: 0, pythons, jobs: self.settings.jobs, server: None, unread }
        });
        header.examples += examples;
        header.runs += runs;
        header.unread = header.unread.min(unread);
        header.server = header.server.take().or(server);
        self.tell(if is_first { Event::Started(header.clone()) } else { Event::Continued(header.clone()) });
    }

    fn fail(&self, error: PoolError) {
        lock(&self.failure).get_or_insert(error);
        self.stop.store(true, Ordering::SeqCst);
    }

    fn tell_once(&self, problem: Problem) {
        if lock(&self.told).insert(problem.message.clone()) {
            self.tell(Event::Problem(problem));
        }
    }

    /// A reporter that is gone (a closed pipe) is no reason to stop: the exit code still tells the result.
    fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }
}

/// The runs of an example, until the last one has ended.
struct Runs {
    begun: AtomicBool,
    left: AtomicUsize,
    /// Those that have ended while others go on, by their numbers. There are as many of these lists as examples: most are always empty.
    ended: Mutex<BTreeMap<usize, RunOn>>,
}

impl Runs {
    fn new(count: usize) -> Runs {
        Runs { begun: AtomicBool::new(false), left: AtomicUsize::new(count), ended: Mutex::default() }
    }

    /// Whether none has begun before.
    fn begins(&self) -> bool {
        !self.begun.swap(true, Ordering::SeqCst)
    }

    /// Takes a run that has ended. All of them, in their order, when it was the last one.
    fn end(&self, number: usize, run: RunOn) -> Option<Vec<RunOn>> {
        let mut ended = lock(&self.ended);
        ended.insert(number, run);
        let last = self.left.fetch_sub(1, Ordering::SeqCst) == 1;
        last.then(|| std::mem::take(&mut *ended).into_values().collect())
    }
}

/// A panic of another thread leaves these values whole: they are lists.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
