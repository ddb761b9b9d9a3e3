//! Which examples share a process: those of a document that are to share a namespace, as its configuration says.
//!
//! They run one behind the other in a single child, so that each costs little more than its own code. The examples of a Python file's docstrings
//! share a process as well, and have a namespace for each docstring, as with `doctest`. What the names alone suggest (the default) shares
//! nothing: there each example runs in a process of its own.

use std::collections::HashMap;

use crate::{claim::Condition, environment::Interpreter, plan::continuing::State, provide::Surroundings, requirements::prepare::Prepared};

use super::{
    Settings,
    choice::Task,
    understood::{self, Understood},
};

/// An example on one of its interpreters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Member {
    /// Index of the example.
    pub(super) index: usize,
    /// Number of the assignment.
    pub(super) number: usize,
    /// It begins a namespace of its own.
    pub(super) fresh: bool,
}

/// An example of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kin {
    pub(super) member: Member,
    /// The place in the family of the one that it continues; `None` of the first.
    pub(super) behind: Option<usize>,
}

/// Runs that are done together.
#[derive(Debug, Clone)]
pub(super) enum Group {
    /// One that has a process of its own.
    Alone(Member),
    /// Those that share a process.
    Series(Vec<Member>),
    /// Those that begin in copies of the processes of others.
    Family(Vec<Kin>),
}

impl Group {
    /// Its members.
    pub(super) fn members(&self) -> Vec<Member> {
        match self {
            Group::Alone(member) => vec![*member],
            Group::Series(members) => members.clone(),
            Group::Family(kin) => kin.iter().map(|kin| kin.member).collect(),
        }
    }
}

/// All runs, put together where they share a process, in the order of the first one of each.
pub(super) fn series(examples: &[Understood], prepared: &Prepared, settings: &Settings) -> Vec<Group> {
    let alike = |one: &Understood, other: &Understood| one.grants == other.grants && one.limits(settings) == other.limits(settings);
    let mut all: Vec<Vec<Member>> = Vec::new();
    let mut open: HashMap<(&str, Interpreter), Vec<Open>> = HashMap::new();
    for (index, example) in examples.iter().enumerate() {
        for number in 0..example.assignments.len() {
            let alone = Member { index, number, fresh: true };
            let Some(interpreter) = shares(example, number, prepared) else {
                all.push(vec![alone]);
                continue;
            };
            let of_page = open.entry((example.case.page.as_str(), interpreter)).or_default();
            let goes_on = |open: &&mut Open| alike(&examples[open.first], example) && open.has_run == example.continues;
            if let Some(found) = of_page.iter_mut().find(goes_on) {
                found.has_run.push(example.index);
                all[found.series].push(Member { fresh: false, ..alone });
                continue;
            }
            let is_docstring = example.case.module.is_some() && example.continues.is_empty();
            if let Some(found) = of_page.iter_mut().find(|open| is_docstring && alike(&examples[open.first], example)) {
                found.has_run = vec![example.index];
                all[found.series].push(alone);
                continue;
            }
            let has_run = example.continues.iter().copied().chain([example.index]).collect();
            of_page.push(Open { series: all.len(), first: index, has_run });
            all.push(vec![alone]);
        }
    }
    let group = |members: Vec<Member>| match members[..] {
        [member] => Group::Alone(member),
        _ => Group::Series(members),
    };
    all.into_iter().map(group).collect()
}

/// A series that others may still join.
struct Open {
    series: usize,
    /// Its first example.
    first: usize,
    /// The cases that have run in its latest namespace.
    has_run: Vec<usize>,
}

/// The interpreter on which an example may share a process with others; `None` where it needs one of its own.
fn shares(example: &Understood, number: usize, prepared: &Prepared) -> Option<Interpreter> {
    matches!(example.case.state, State::Document | State::Group).then(|| is_plain(example, number, prepared))?
}

/// The interpreter of an example that is given nothing and simply runs; else `None`.
pub(super) fn is_plain(example: &Understood, number: usize, prepared: &Prepared) -> Option<Interpreter> {
    let assignment = example.assignments.get(number)?;
    let is_plain = understood::is_python(&example.case.example)
        && !matches!(assignment.task, Task::Skip(_))
        && example.given.is_empty()
        && example.earlier.iter().chain([&example.case]).all(|case| case.surroundings == Surroundings::default())
        && !example.claims.iter().any(|claim| claim.condition == Some(Condition::Prompt));
    if !is_plain {
        return None;
    }
    prepared.of(&assignment.on.interpreter, &example.requirements).ok()
}
