//! Which of the tasks that wait is begun next: the first one whose packages a server that is idle has imported already.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use super::series::Group;
use crate::{
    grant::Grants,
    run::pool::{Affinity, Pool},
};

/// So many that wait are looked at.
const AHEAD: usize = 128;

/// A group that is to run.
pub(super) struct Pending<'t, 'p> {
    pub(super) group: Group,
    /// `None` where none of its examples runs.
    pub(super) wants: Option<Wants<'t, 'p>>,
}

/// What the examples of a group run on, and with.
#[derive(Clone)]
pub(super) struct Wants<'t, 'p> {
    pub(super) pool: Arc<Pool<'p>>,
    pub(super) grants: &'t Grants,
    /// The modules of packages that they import.
    pub(super) packages: BTreeSet<String>,
}

impl Wants<'_, '_> {
    fn affinity(&self) -> Affinity {
        if self.packages.is_empty() { Affinity::Alike } else { self.pool.affinity(self.grants, &self.packages) }
    }
}

/// The place of the task to begin.
pub(super) fn next(waiting: &VecDeque<Pending>) -> usize {
    let mut best = (Affinity::Elsewhere, 0);
    for (place, task) in waiting.iter().take(AHEAD).enumerate() {
        let affinity = task.wants.as_ref().map_or(Affinity::Alike, Wants::affinity);
        if affinity < best.0 {
            best = (affinity, place);
        }
        if affinity == Affinity::AtHand {
            break;
        }
    }
    if let Some(Wants { pool, grants, packages }) = waiting.get(best.1).and_then(|task| task.wants.as_ref()) {
        pool.claim(grants, packages);
    }
    best.1
}
