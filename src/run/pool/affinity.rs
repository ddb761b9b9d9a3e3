//! Which server suits a job: one that has imported what the job's examples import. Where there are several packages, each server does well to keep to
//! some of them, rather than that all import all.

use std::collections::BTreeSet;

use super::{Pool, server::Server};
use crate::grant::Grants;

impl Pool<'_> {
    /// Whether other servers than those that are idle were asked for what a job imports that was granted this: it's better served there, where something
    /// else is to be done meanwhile.
    pub fn is_elsewhere(&self, grants: &Grants, packages: &BTreeSet<String>) -> bool {
        let Some(known) = &self.packages else { return false };
        let (worth, all_claimed) = known.worth(&grants.files, packages);
        let has_all = |server: &Server| worth.iter().all(|name| server.asked.contains(name));
        !worth.is_empty() && all_claimed && !self.idle.any(grants, has_all)
    }

    /// Says that such a job begins.
    pub fn claim(&self, grants: &Grants, packages: &BTreeSet<String>) {
        if let Some(known) = &self.packages {
            known.claim(&grants.files, packages);
        }
    }
}
