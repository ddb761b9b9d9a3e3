//! Families: examples that begin alike or continue one another, so that what runs before them runs once, though each has a process of its own.
//!
//! Where an example continues those before it, their code runs before its own, and before that of a docstring its module is imported. An example that sees
//! the same state as another one left, or begins with the same module, may begin in a copy of that one's process instead. What comes of it is taken where all is well: where anything is not, where a process can't be copied
//! (`run/python/family.rs`), or something may tell it's a copy, the example runs by itself, as any other.

use std::collections::{BTreeSet, HashMap};

use crate::{
    claim::code::words,
    environment::Interpreter,
    judge::{self, Before, Judged, Verdict},
    outcome::Outcome,
    plan::{self, Needs, Plan, Planned, continuing::State},
    requirements::prepare::Prepared,
    run::{
        circumstances::Circumstances,
        pool::PoolError,
        pools::Turn,
        protocol::{Behind, End, Follower, Job, Report},
    },
};

use super::{
    Means, RunOn, Settings, again,
    series::{self, Group, Kin, Member},
    understood::Understood,
};

/// Examples of a family at most, and where there are few families, at least.
const MOST: usize = 32;
const LEAST: usize = 8;
/// Words of examples that ask what is another thing in a copy of a process, or that make copies themselves. Sorted.
const TELLING: [&str; 13] = [
    "ProcessPoolExecutor",
    "_exit",
    "abort",
    "fork",
    "forkpty",
    "get_native_id",
    "getpid",
    "getppid",
    "getrusage",
    "multiprocessing",
    "process_time",
    "psutil",
    "signal",
];
/// Why a claim may be unsettled that would be so anywhere.
const SETTLED: [&str; 4] = ["approximate", "compare", "condition", "soft"];

/// The same groups, but for those that run alone: of these, some are a family.
pub(super) fn families(groups: Vec<Group>, examples: &[Understood], prepared: &Prepared, settings: &Settings) -> Vec<Group> {
    let most = (examples.len() / settings.jobs.max(1)).clamp(LEAST, MOST);
    let mut families: Vec<Growing> = Vec::new();
    // The family and the place of each example by what has run in its process, its own code the last.
    let mut places: HashMap<(usize, Vec<usize>), (usize, usize)> = HashMap::new();
    // The latest family of each document whose examples begin with the same, and continue nothing.
    let mut open: HashMap<(usize, &str), usize> = HashMap::new();
    let mut interpreters: Vec<Interpreter> = Vec::new();
    let mut all: Vec<Result<Group, usize>> = Vec::new();
    for group in groups {
        let Group::Alone(member) = group else {
            all.push(Ok(group));
            continue;
        };
        let example = &examples[member.index];
        let Some(interpreter) = may_join(example, member, prepared, settings) else {
            all.push(Ok(group));
            continue;
        };
        let interpreter = interpreters.iter().position(|known| *known == interpreter).unwrap_or_else(|| {
            interpreters.push(interpreter);
            interpreters.len() - 1
        });
        let parent = places.get(&(interpreter, example.continues.clone())).copied().filter(|(family, place)| {
            let parent = families[*family].kin[*place].0;
            !example.continues.is_empty() && families[*family].kin.len() < most && are_alike(&examples[parent.index], example, settings)
        });
        let page = (interpreter, example.case.page.as_str());
        let beside = open.get(&page).copied().filter(|family| {
            let (first, _) = families[*family].kin[0];
            example.continues.is_empty() && families[*family].kin.len() < most && begin_alike(&examples[first.index], example, settings)
        });
        let state = example.continues.iter().copied().chain([example.index]).collect();
        let family = parent.map(|(family, _)| family).or(beside).unwrap_or_else(|| {
            all.push(Err(families.len()));
            families.push(Growing::default());
            families.len() - 1
        });
        if example.continues.is_empty() {
            open.insert(page, family);
        }
        let place = (family, families[family].kin.len());
        families[family].kin.push((member, parent.map(|(_, behind)| behind)));
        places.insert((interpreter, state), place);
    }
    all.into_iter().map(|group| group.unwrap_or_else(|family| families[family].group())).collect()
}

/// A family in the order of its document.
#[derive(Default)]
struct Growing {
    kin: Vec<(Member, Option<usize>)>,
}

impl Growing {
    /// The family with those that continue an example behind it, each followed by those that continue this one.
    fn group(&self) -> Group {
        if let [(member, _)] = self.kin[..] {
            return Group::Alone(member);
        }
        let mut children = vec![Vec::new(); self.kin.len()];
        for (place, (_, behind)) in self.kin.iter().enumerate() {
            behind.iter().for_each(|behind: &usize| children[*behind].push(place));
        }
        let mut ordered = Vec::new();
        let first = |(_, (_, behind)): &(usize, &(Member, Option<usize>))| behind.is_none();
        let mut open: Vec<_> = self.kin.iter().enumerate().filter(first).map(|(place, _)| (place, None)).rev().collect();
        while let Some((place, behind)) = open.pop() {
            open.extend(children[place].iter().rev().map(|child| (*child, Some(ordered.len()))));
            ordered.push(Kin { member: self.kin[place].0, behind });
        }
        Group::Family(ordered)
    }
}

/// The interpreter of an example that may run in a family.
fn may_join(example: &Understood, member: Member, prepared: &Prepared, settings: &Settings) -> Option<Interpreter> {
    let asks = |word: &str| TELLING.binary_search(&word).is_ok();
    let may = !settings.no_sandbox
        && example.case.state == State::Names
        && !example.grants.network()
        && example.grants.writable.is_empty()
        && !words(&example.case.example.code).any(asks);
    may.then(|| series::is_plain(example, member.number, prepared))?
}

fn are_alike(one: &Understood, other: &Understood, settings: &Settings) -> bool {
    one.grants == other.grants && one.requirements == other.requirements && one.limits(settings) == other.limits(settings)
}

/// Whether two examples that continue nothing have the same before them: the names of their module. Where they have nothing, a copy is no cheaper than
/// a process of their own.
fn begin_alike(one: &Understood, other: &Understood, settings: &Settings) -> bool {
    one.case.module.is_some() && one.case.module == other.case.module && are_alike(one, other, settings)
}

/// Runs a family, whose members have the same interpreter. `begins` is told of an example that begins, by its index; `ends` what came of a member, where
/// all is well, and `later` what is to be done with the others: those that may be a family are.
pub(super) fn run(
    examples: &[Understood],
    family: &[Kin],
    means: Means,
    turn: &mut Turn,
    begins: &dyn Fn(usize),
    ends: &dyn Fn(Member, RunOn),
    later: &dyn Fn(Group),
) -> Result<(), PoolError> {
    let mut fates = vec![Fate::Alone; family.len()];
    let planned = planned(examples, family, means, &mut fates);
    let (mut next, mut counts) = (0, false);
    let mut take = |report: Report| {
        let Some(this) = planned.get(next) else { return };
        next += 1;
        fates[this.place] = Fate::Alone;
        // What it started isn't known where the process of others ended with it.
        let is_whole = report.started.is_some() || !counts;
        counts |= report.started.is_some();
        if is_whole && let Some(run) = result(&examples[this.member.index], this, report, means) {
            fates[this.place] = Fate::Done;
            ends(this.member, run);
        }
        planned.get(next).iter().for_each(|following| begins(following.member.index));
    };
    if let [first, _, ..] = &planned[..] {
        begins(first.member.index);
        let example = &examples[first.member.index];
        let ran = means.interpreter(example, &example.assignments[first.member.number]).map(|on| {
            let pool = means.pools.of(&on)?;
            pool.run(&job(&planned), &example.grants, Circumstances::Usual, turn, &mut take)
        });
        match ran {
            Ok(Ok(last)) => take(last),
            Ok(Err(PoolError::Interrupted)) => return Err(PoolError::Interrupted),
            // Each of them will say so.
            Ok(Err(_)) | Err(_) => fates.fill(Fate::Alone),
        }
    } else {
        fates.iter_mut().take(1).for_each(|first| *first = Fate::Alone);
    }
    // Those that continue the last one would not get further this time.
    let last = next.checked_sub(1).filter(|_| next < planned.len()).and_then(|last| planned.get(last)).map(|last| last.place);
    again(family, &fates, last).into_iter().for_each(later);
    Ok(())
}

/// What becomes of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It ran, and all is well.
    Done,
    /// It's to run by itself.
    Alone,
    /// It may be in a family with those that continue it.
    First,
    /// It may be in a family with the one that it continues.
    Behind,
}

/// The groups of the members that are to run later. Those that continue the one at the place `last` run by themselves.
fn again(family: &[Kin], fates: &[Fate], last: Option<usize>) -> Vec<Group> {
    let mut families: Vec<Growing> = Vec::new();
    // The family of those that continue nothing, where it isn't known that they don't begin with the same.
    let mut beside = None;
    let mut places: Vec<Option<(usize, usize)>> = Vec::new();
    let mut alone = Vec::new();
    let mut is_hopeless = vec![false; family.len()];
    for (place, (kin, fate)) in family.iter().zip(fates).enumerate() {
        is_hopeless[place] = Some(place) == last || kin.behind.is_some_and(|behind| is_hopeless[behind]);
        let found = match fate {
            Fate::Done => None,
            Fate::First | Fate::Behind if !is_hopeless[place] => {
                let parent = kin.behind.filter(|_| *fate == Fate::Behind).and_then(|behind| places[behind]);
                let is_beside = *fate == Fate::Behind && kin.behind.is_none();
                let number = parent.map(|(number, _)| number).or(beside.filter(|_| is_beside)).unwrap_or(families.len());
                if number == families.len() {
                    families.push(Growing::default());
                }
                if is_beside {
                    beside = Some(number);
                }
                families[number].kin.push((kin.member, parent.map(|(_, behind)| behind)));
                Some((number, families[number].kin.len() - 1))
            }
            _ => {
                alone.push(Group::Alone(kin.member));
                None
            }
        };
        places.push(found);
    }
    families.iter().map(Growing::group).chain(alone).collect()
}

/// A member that is to run in the family.
struct Ready {
    member: Member,
    /// Its place in the family.
    place: usize,
    /// The number of the one that it continues, among those that are ready.
    behind: Option<usize>,
    planned: Planned,
    needs: Needs,
}

impl Ready {
    fn plan(&self) -> Option<&Plan> {
        match &self.planned {
            Planned::Run(plan) if plan.runs.len() == 1 && plan.doubt.is_none() => Some(plan),
            Planned::Run(_) | Planned::Skip { .. } => None,
        }
    }

    fn job(&self) -> Option<&Job> {
        self.plan()?.runs.first().map(|run| &run.job)
    }

    /// Whether what runs before it is what another one leaves: the same code as before that one, and its own behind it.
    fn continues(&self, other: &Ready) -> bool {
        let (Some(job), Some(other_job)) = (self.job(), other.job()) else { return false };
        let Some((last, before)) = self.needs.continues.split_last() else { return false };
        let runs_anyway = |line: &str| self.needs.continues.iter().any(|(_, text)| lines(text).any(|one| one == line));
        let (setups, of_other) = (self.setups(job), other.setups(other_job));
        format!("<{}>", last.0) == other_job.filename
            && before == &other.needs.continues[..]
            && self.needs.module == other.needs.module
            && self.needs.setup.is_none()
            && other.needs.setup.is_none()
            && of_other.iter().all(|code| setups.contains(code))
            && setups.iter().all(|code| of_other.contains(code) || lines(code).all(runs_anyway))
    }

    /// Whether the same runs before both of them, which continue nothing.
    fn begins_like(&self, other: &Ready) -> bool {
        let (Some(job), Some(other_job)) = (self.job(), other.job()) else { return false };
        self.needs.continues.is_empty() && other.needs.continues.is_empty() && job.prelude == other_job.prelude
    }

    /// What runs before the examples that it continues.
    fn setups<'a>(&self, job: &'a Job) -> Vec<&'a str> {
        let first = self.needs.continues.first().map(|(id, _)| format!("<{id}>"));
        job.prelude.iter().take_while(|prelude| Some(&prelude.filename) != first.as_ref()).map(|prelude| prelude.code.as_str()).collect()
    }
}

/// The statements that have a line of their own, as far as that's told without parsing.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.strip_prefix(">>> ").unwrap_or(line).trim_end())
}

/// The members that can run in one process, of which one is the first; what becomes of the others.
fn planned(examples: &[Understood], family: &[Kin], means: Means, fates: &mut [Fate]) -> Vec<Ready> {
    let mut ready: Vec<Ready> = Vec::new();
    let mut numbers: Vec<Option<usize>> = Vec::new();
    for (place, Kin { member, behind }) in family.iter().copied().enumerate() {
        let example = &examples[member.index];
        let continued = behind.and_then(|behind| numbers[behind]);
        numbers.push(None);
        fates[place] = Fate::Behind;
        if continued.is_none() && behind.is_some() {
            continue;
        }
        let Ok(on) = means.interpreter(example, &example.assignments[member.number]) else { continue };
        let needs = example.needs(&on, means.settings, &[]);
        let planned = plan::plan(&example.case.example, &example.asked(means.settings), &needs);
        let this = Ready { member, place, behind: continued, planned, needs };
        fates[place] = if this.plan().is_some() { Fate::First } else { Fate::Alone };
        let fits = match (continued, ready.first()) {
            (Some(behind), _) => this.continues(&ready[behind]),
            (None, Some(first)) => this.begins_like(first),
            (None, None) => true,
        };
        if this.plan().is_some() && fits {
            numbers[place] = Some(ready.len());
            fates[place] = Fate::Behind;
            ready.push(this);
        }
    }
    ready
}

/// The job of all of them.
fn job(planned: &[Ready]) -> Job {
    let mut jobs = planned.iter().filter_map(|this| Some((this.behind, this.job()?)));
    let Some((_, first)) = jobs.next() else { unreachable!("a family has a first one, which is planned") };
    let mut job = first.clone();
    let mut known: BTreeSet<String> = job.preload.iter().cloned().collect();
    for (behind, Job { filename, code, mode, probes, pieces, preload, packages, .. }) in jobs {
        job.packages.extend(packages.iter().cloned());
        job.preload.extend(preload.iter().filter(|name| known.insert((*name).clone())).cloned());
        let (filename, code, probes, pieces) = (filename.clone(), code.clone(), probes.clone(), pieces.clone());
        let behind = Some(behind.map_or(Behind::Preludes, Behind::Example));
        job.followers.push(Follower { filename, code, mode: *mode, prelude: Vec::new(), probes, pieces, fresh: false, behind });
    }
    job
}

/// What came of a member; `None` where not all is well with it.
fn result(example: &Understood, this: &Ready, report: Report, means: Means) -> Option<RunOn> {
    let plan = this.plan()?;
    let assignment = example.assignments[this.member.number].clone();
    let ended = matches!(report.end, End::Exited(_));
    let reports = vec![report];
    let before = Before::default();
    let judged = judge::judge(&example.case.example, &example.claims, plan, &reports, &before);
    let doubted = again::doubted(example, &judged, &assignment.on.interpreter, means.settings);
    let is_well = ended && is_well(&judged) && !doubted.contains(&true);
    let (planned, needs) = (this.planned.clone(), Some(this.needs.clone()));
    is_well.then(|| RunOn { assignment, planned, needs, before, reports, again: Vec::new(), judged, unusable: None })
}

fn is_well(judged: &Judged) -> bool {
    let is_settled = |verdict, category: &str| verdict != Verdict::Unsettled || SETTLED.contains(&category);
    judged.outcome == Outcome::Ran && judged.judgements.iter().all(|judgement| is_settled(judgement.verdict, &judgement.category))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(index: usize) -> Member {
        Member { index, number: 0, fresh: true }
    }

    /// A family of members with these parents.
    fn family(behind: &[Option<usize>]) -> Vec<Kin> {
        behind.iter().enumerate().map(|(index, behind)| Kin { member: member(index), behind: *behind }).collect()
    }

    fn told(group: &Group) -> Vec<(usize, Option<usize>)> {
        match group {
            Group::Alone(member) => vec![(member.index, None)],
            Group::Family(kin) => kin.iter().map(|kin| (kin.member.index, kin.behind)).collect(),
            Group::Series(_) => unreachable!("none is made here"),
        }
    }

    #[test]
    fn those_that_continue_an_example_stand_behind_it() {
        let kin = [None, Some(0), Some(0), Some(1), Some(2), Some(1)];
        let growing = Growing { kin: kin.iter().enumerate().map(|(index, behind)| (member(index), *behind)).collect() };
        assert_eq!(told(&growing.group()), [(0, None), (1, Some(0)), (3, Some(1)), (5, Some(1)), (2, Some(0)), (4, Some(4))]);
        assert_eq!(told(&Growing { kin: vec![(member(3), None)] }.group()), [(3, None)]);
    }

    #[test]
    fn those_that_begin_alike_stand_side_by_side() {
        let kin = [None, None, Some(0), None, Some(1)];
        let growing = Growing { kin: kin.iter().enumerate().map(|(index, behind)| (member(index), *behind)).collect() };
        assert_eq!(told(&growing.group()), [(0, None), (2, Some(0)), (1, None), (4, Some(2)), (3, None)]);
        // The process ended in the second one: those behind it are a family again, but for one that begins otherwise.
        let family = family(&[None, None, Some(1), None, None, None]);
        let fates = [Fate::Done, Fate::Alone, Fate::Behind, Fate::Behind, Fate::First, Fate::Behind];
        let groups: Vec<_> = again(&family, &fates, Some(1)).iter().map(told).collect();
        assert_eq!(groups, [vec![(3, None), (5, None)], vec![(4, None)], vec![(1, None)], vec![(2, None)]]);
    }

    #[test]
    fn what_did_not_run_is_a_family_where_it_may_be() {
        let family = family(&[None, Some(0), Some(1), Some(1), Some(0), Some(4), Some(0)]);
        let mut fates = [Fate::Done, Fate::Done, Fate::Behind, Fate::Behind, Fate::First, Fate::Behind, Fate::Behind];
        // The process ended behind the second one: those that continue it have no use of a family.
        let groups: Vec<_> = again(&family, &fates, Some(1)).iter().map(told).collect();
        assert_eq!(groups, [vec![(4, None), (5, Some(0))], vec![(6, None)], vec![(2, None)], vec![(3, None)]]);
        fates[4] = Fate::Alone;
        let groups: Vec<_> = again(&family, &fates, None).iter().map(told).collect();
        assert_eq!(groups, [vec![(2, None)], vec![(3, None)], vec![(5, None)], vec![(6, None)], vec![(4, None)]]);
    }

    #[test]
    fn words_are_sorted() {
        assert!(TELLING.is_sorted() && SETTLED.is_sorted());
    }
}
