//! What was seen of a claim's statement, apart from how the claim is written: what a rewritten claim is made from.

use super::evidence::Evidence;
use crate::{
    plan::Plan,
    run::protocol::{Raised, Report, Seen},
};

/// All passes through a claim's statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sighting {
    /// Each of them, in order; one at least.
    pub(crate) passes: Vec<Pass>,
    /// There were more passes than these.
    pub(crate) is_cut: bool,
}

/// One pass.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pass {
    /// What it printed.
    pub(crate) stdout: String,
    /// Its value, where it has one.
    pub(crate) value: Option<Seen>,
    /// What it raised.
    pub(crate) raised: Option<Raised>,
}

impl Sighting {
    /// What was seen of the claim with this index; `None` where nothing was, or where what it printed can't be told.
    pub(crate) fn of(plan: &Plan, reports: &[Report], claim: usize) -> Option<Sighting> {
        let mut runs = plan.runs.iter().zip(reports);
        let (asked, report) = runs.find_map(|(run, report)| Some((run.asked.get(claim)?.as_ref()?, report)))?;
        let evidence = Evidence::new(report);
        let passes = evidence.passes(asked.probe).into_iter().map(|pass| {
            let seen = pass.seen();
            Some(Pass { stdout: pass.stdout?.to_owned(), value: seen.value.clone(), raised: seen.raised.clone() })
        });
        let passes: Vec<Pass> = passes.collect::<Option<_>>()?;
        (!passes.is_empty() && !report.stdout.truncated).then(|| Sighting { is_cut: evidence.is_cut(asked.probe), passes })
    }

    /// What all passes printed.
    pub(crate) fn stdout(&self) -> String {
        self.passes.iter().map(|pass| pass.stdout.as_str()).collect()
    }

    /// What was raised, where something was.
    pub(crate) fn raised(&self) -> Option<&Raised> {
        self.passes.iter().find_map(|pass| pass.raised.as_ref())
    }
}
