//! Which server suits a job: one that has imported what the job's examples import. Where there are several packages, each server does well to keep to
//! some of them, rather than that all import all.

use std::collections::BTreeSet;

use super::Pool;
use crate::grant::Grants;

/// How well the servers that are idle suit a job that imports packages, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Affinity {
    /// One of them has imported all that is worth it.
    AtHand,
    /// Some of it no server has been asked for.
    Unclaimed,
    /// Nothing is worth it: all servers serve it alike.
    Alike,
    /// Others have been asked for it.
    Elsewhere,
}

impl Pool<'_> {
    /// How well a job that was granted this and imports these modules would be served now.
    pub fn affinity(&self, grants: &Grants, packages: &BTreeSet<String>) -> Affinity {
        let Some(known) = &self.packages else { return Affinity::Alike };
        let (worth, all_claimed) = known.worth(&grants.files, packages);
        if worth.is_empty() {
            return Affinity::Alike;
        }
        if self.idle.any(grants, |server| worth.iter().all(|name| server.asked.contains(name))) {
            return Affinity::AtHand;
        }
        if all_claimed { Affinity::Elsewhere } else { Affinity::Unclaimed }
    }

    /// Says that such a job begins.
    pub fn claim(&self, grants: &Grants, packages: &BTreeSet<String>) {
        if let Some(known) = &self.packages {
            known.claim(&grants.files, packages);
        }
    }
}
