//! Examples that share a process: planned, run one behind the other, and judged.
//!
//! An example that ends the process (or is ended by a limit) ends it for nobody else: those behind it run in a new one, behind the code of the
//! examples before it, and without the one that ended it.

use std::collections::{BTreeSet, HashSet, VecDeque};

use crate::{
    collect::Case,
    environment::Interpreter,
    judge::{self, Before, Judged},
    outcome::Outcome,
    plan::{self, Needs, Planned},
    run::{
        circumstances::Circumstances,
        pool::PoolError,
        pools::Turn,
        protocol::{Follower, Job, Report},
    },
};

use super::{
    Means, RunOn, again,
    choice::{Assignment, Task},
    order::Wants,
    series::Member,
    single::{is_first, skipped, unusable},
    understood::{self, Understood},
};

/// Says to the servers that a series is to come, with what its examples import, which is the result as well. What is no Python will be skipped.
pub(super) fn expect<'t, 'p>(examples: &'t [Understood], members: &[Member], means: Means<'_, 'p>) -> Option<Wants<'t, 'p>> {
    let runs = |member: &&Member| {
        let example = &examples[member.index];
        understood::is_python(&example.case.example) && !matches!(example.assignments[member.number].task, Task::Skip(_))
    };
    let packages: BTreeSet<String> =
        members.iter().filter(runs).flat_map(|member| examples[member.index].packages.iter().cloned()).collect();
    let first = members.iter().find(runs)?;
    let example = &examples[first.index];
    // Where there are none, that's told when it's to run.
    let pool = means.pools.of(&on(example, &example.assignments[first.number], means)).ok()?;
    pool.expect(&example.grants, &packages);
    Some(Wants { pool, grants: &example.grants, packages })
}

/// Runs a series; all of its members have the same interpreter. `begins` is told of an example that begins, by its index, and `ends` what came of
/// a member.
pub(super) fn run(
    examples: &[Understood],
    members: &[Member],
    means: Means,
    turn: &mut Turn,
    begins: &dyn Fn(usize),
    ends: &dyn Fn(Member, RunOn),
) -> Result<(), PoolError> {
    let mut held: Vec<(usize, RunOn, Vec<bool>)> = Vec::new();
    let mut has_files = false;
    pass(examples, members, means, Circumstances::Usual, turn, &mut |at, run| match run {
        None => begins(members[at].index),
        Some(run) => {
            has_files |= again::has_files(&examples[members[at].index], &run.reports, &run.before);
            let doubted = again::doubted(&examples[members[at].index], &run.judged, &run.assignment.on.interpreter, means.settings);
            match doubted.contains(&true) {
                true => held.push((at, run, doubted)),
                false => ends(members[at], run),
            }
        }
    })?;
    for circumstances in again::circumstances(has_files) {
        let Some(&(last, ..)) = held.last() else { return Ok(()) };
        let mut before = std::mem::take(&mut held).into_iter().peekable();
        pass(examples, &members[..=last], means, circumstances, turn, &mut |at, second| {
            let Some(second) = second else { return };
            if let Some((_, first, doubted)) = before.next_if(|(held, ..)| *held == at) {
                let judged = judge::with_second_run(&examples[members[at].index].claims, first.judged, &second.judged, &doubted);
                let doubted = again::still_doubted(&examples[members[at].index], &judged, &doubted);
                let run = RunOn { judged, again: second.reports, ..first };
                match doubted.contains(&true) {
                    true => held.push((at, run, doubted)),
                    false => ends(members[at], run),
                }
            }
        })?;
    }
    held.into_iter().for_each(|(at, run, _)| ends(members[at], run));
    Ok(())
}

/// Runs the members once under these circumstances. `each` is told of each by its place: `None` when it begins, and what came of it.
fn pass(
    examples: &[Understood],
    members: &[Member],
    means: Means,
    circumstances: Circumstances,
    turn: &mut Turn,
    each: &mut dyn FnMut(usize, Option<RunOn>),
) -> Result<(), PoolError> {
    let none = VecDeque::new();
    let mut progress = Progress { examples, members, at: 0, steps: none, before: Before::default(), last: None, lost: Vec::new(), each };
    while let Some(member) = members.get(progress.at) {
        let example = &examples[member.index];
        let assignment = &example.assignments[member.number];
        let on = on(example, assignment, means);
        progress.plan(&on, means);
        progress.skip();
        let Some(job) = job(&progress.steps) else { continue };
        progress.announce();
        let last =
            means.pools.of(&on).and_then(|pool| pool.run(&job, &example.grants, circumstances, turn, &mut |part| progress.take(part)));
        match last {
            Ok(report) => progress.end(report),
            Err(error @ (PoolError::NoServer { .. } | PoolError::NoInterpreter(_))) if !is_first(assignment, means.settings) => {
                progress.give_up(&on, &error);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The interpreter of a member; where it lacks something, that's told when it's to run.
fn on(example: &Understood, assignment: &Assignment, means: Means) -> Interpreter {
    means.interpreter(example, assignment).unwrap_or_else(|_| assignment.on.interpreter.clone())
}

/// What is to be done with a member.
struct Step {
    planned: Planned,
    needs: Needs,
    /// It begins a namespace of its own.
    fresh: bool,
}

/// The job of all the steps that run.
fn job(steps: &VecDeque<Step>) -> Option<Job> {
    let mut jobs = steps.iter().filter_map(|step| match &step.planned {
        Planned::Run(plan) => Some((step.fresh, &plan.runs.first()?.job)),
        Planned::Skip { .. } => None,
    });
    let mut job = jobs.next()?.1.clone();
    let mut known: HashSet<String> = job.preload.iter().cloned().collect();
    for (fresh, Job { filename, code, mode, prelude, probes, pieces, preload, packages, .. }) in jobs {
        job.packages.extend(packages.iter().cloned());
        job.preload.extend(preload.iter().filter(|name| known.insert((*name).clone())).cloned());
        let (filename, code, prelude) = (filename.clone(), code.clone(), prelude.clone());
        let (mode, probes, pieces) = (*mode, probes.clone(), pieces.clone());
        job.followers.push(Follower { filename, code, mode, prelude, probes, pieces, fresh, behind: None });
    }
    Some(job)
}

/// How far a series has come.
struct Progress<'p, 'e> {
    examples: &'p [Understood<'p>],
    members: &'p [Member],
    /// The member that is next.
    at: usize,
    /// What is to be done with it, and with those behind it.
    steps: VecDeque<Step>,
    /// What has run in its namespace.
    before: Before,
    /// The one that ran last, and why, if it ended badly.
    last: Option<(&'p Case, Option<String>)>,
    /// Those that ended their process.
    lost: Vec<&'p Case>,
    each: &'e mut dyn FnMut(usize, Option<RunOn>),
}

impl<'p> Progress<'p, '_> {
    /// Plans all that are still to come, for a process that is new.
    fn plan(&mut self, on: &Interpreter, means: Means) {
        self.steps.clear();
        let (mut is_first, mut has_module) = (true, false);
        for member in &self.members[self.at..] {
            let example = &self.examples[member.index];
            has_module &= !member.fresh;
            let needs = match is_first {
                true => example.needs(on, means.settings, &self.lost),
                false => example.needs_behind(on, means.settings, has_module),
            };
            let planned = plan::plan(&example.case.example, &example.asked(means.settings), &needs);
            if matches!(planned, Planned::Run(_)) {
                is_first = false;
                has_module |= needs.module.is_some();
            }
            self.steps.push_back(Step { planned, needs, fresh: member.fresh });
        }
    }

    fn example(&self) -> &'p Understood<'p> {
        &self.examples[self.members[self.at].index]
    }

    /// Passes over those that aren't to be run, up to the next one that is.
    fn skip(&mut self) {
        while let Some(step) = self.steps.pop_front() {
            let Planned::Skip { outcome, reason, category } = &step.planned else { return self.steps.push_front(step) };
            let example = self.example();
            self.enter(&step);
            // What the document says to skip isn't missed.
            if category != "marked" {
                self.before.lacks(&example.case.example, format!("was not run: {reason}"));
            }
            let judged = skipped(&example.claims, *outcome, reason, category);
            self.pass(step, Vec::new(), judged, None);
        }
    }

    /// Says that the next one begins.
    fn announce(&mut self) {
        if !self.steps.is_empty() {
            (self.each)(self.at, None);
        }
    }

    /// Judges the next one by its report.
    fn take(&mut self, report: Report) {
        let Some(step) = self.steps.pop_front() else { return };
        let Planned::Run(plan) = &step.planned else { return };
        let example = self.example();
        self.enter(&step);
        let reports = vec![report];
        let judged = judge::judge(&example.case.example, &example.claims, plan, &reports, &self.before);
        self.last = Some((example.case, judged.reason.clone()));
        let mut after = self.before.clone();
        after.add(&example.case.example, &example.claims, plan, &reports[0], &judged);
        self.pass(step, reports, judged, None);
        self.before = after;
        self.skip();
        self.announce();
    }

    /// Judges the one in which the process ended. If it wasn't the last one, those behind it do without it.
    fn end(&mut self, report: Report) {
        self.take(report);
        if let Some((case, reason)) = self.last.take().filter(|_| !self.steps.is_empty()) {
            let why = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            self.before.lacks(&case.example, format!("had ended its process{why}"));
            self.lost.push(case);
        }
    }

    /// Skips all that are still to come, as nothing can run on their interpreter.
    fn give_up(&mut self, on: &Interpreter, error: &PoolError) {
        let mut why = Some(unusable(on, error));
        while let Some(step) = self.steps.pop_front() {
            let judged = skipped(&self.example().claims, Outcome::Skipped, &error.to_string(), "python");
            self.pass(step, Vec::new(), judged, why.take());
        }
    }

    /// Looks at the namespace of a step.
    fn enter(&mut self, step: &Step) {
        if step.fresh {
            self.before = Before::default();
        }
    }

    /// Tells what came of the next one, and goes on to the one behind it.
    fn pass(&mut self, step: Step, reports: Vec<Report>, judged: Judged, unusable: Option<String>) {
        let assignment = self.example().assignments[self.members[self.at].number].clone();
        let Step { planned, needs, .. } = step;
        let before = self.before.clone();
        let run = RunOn { assignment, planned, needs: Some(needs), before, reports, again: Vec::new(), judged, unusable };
        (self.each)(self.at, Some(run));
        self.at += 1;
    }
}
