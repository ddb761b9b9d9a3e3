//! Which of the tasks that wait is begun next: the first one whose packages not only servers have imported that are busy.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use super::series::Group;
use crate::{grant::Grants, run::pool::Pool};

/// So many that wait are looked at.
const AHEAD: usize = 128;

/// A group that is to run.
pub(super) struct Pending<'t, 'p> {
    pub(super) group: Group,
    /// `None` where none of its examples runs.
    pub(super) wants: Option<Wants<'t, 'p>>,
}

/// What the examples of a group run on, and with.
pub(super) struct Wants<'t, 'p> {
    pub(super) pool: Arc<Pool<'p>>,
    pub(super) grants: &'t Grants,
    /// The modules of packages that they import.
    pub(super) packages: BTreeSet<String>,
}

impl Wants<'_, '_> {
    fn is_elsewhere(&self) -> bool {
        !self.packages.is_empty() && self.pool.is_elsewhere(self.grants, &self.packages)
    }
}

/// The place of the task to begin.
pub(super) fn next(waiting: &VecDeque<Pending>) -> usize {
    let is_here = |task: &Pending| !task.wants.as_ref().is_some_and(Wants::is_elsewhere);
    let place = waiting.iter().take(AHEAD).position(is_here).unwrap_or_default();
    if let Some(Wants { pool, grants, packages }) = waiting.get(place).and_then(|task| task.wants.as_ref()) {
        pool.claim(grants, packages);
    }
    place
}
