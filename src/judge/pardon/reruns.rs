//! What varies and can be wrong all the same, since examples that seem to make a wrong claim run again under other circumstances.

use rustpython_ruff_text_size::Ranged;

use super::super::{Court, Judgement, varying};
use crate::claim::Claim;

impl Court<'_> {
    /// Whether a text of several words is claimed and seen that could depend on the time, and on nothing else that varies (`'2 minutes ago'`): examples
    /// that seem to make a wrong claim run at another time as well.
    pub(super) fn is_told_by_another_time(&self, claim: &Claim, judgement: &Judgement) -> bool {
        let is_text = |text: &str| text.trim().starts_with(['\'', '"']) && text.trim().contains(' ');
        is_text(&claim.expected) && judgement.actual.as_deref().is_some_and(is_text) && varying::knows_clock_alone(&self.all_code())
    }

    /// Whether a claim is about what is seldom left to chance, where nothing else varies: examples that seem to make a wrong claim run several times then.
    pub(super) fn is_told_by_other_runs(&self, claim: &Claim) -> bool {
        let at = self.source.offset(claim.target.range.start);
        let statement = self.module.and_then(|module| module.body.iter().find(|stmt| stmt.start().to_usize() == at));
        // What an earlier example left may vary by anything that stands above.
        let earlier = if self.before.varying.is_empty() { "" } else { &self.example.document.text };
        statement.is_some_and(varying::asks_what_it_is) && varying::leaves_to_chance_alone(&format!("{earlier}\n{}", self.all_code()))
    }

    /// The example's code behind that which runs before it.
    fn all_code(&self) -> String {
        let preludes = self.plan.runs.iter().flat_map(|run| &run.job.prelude).map(|prelude| prelude.code.as_str());
        preludes.chain([&*self.source.code]).collect::<Vec<_>>().join("\n")
    }
}
