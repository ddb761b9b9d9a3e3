//! Claims of a script that hold at a prompt: whether two equal constants are one object depends on what is compiled together, and readers try such lines
//! one by one.

use crate::{claim::Claim, plan::Asked, run::protocol::Mode, syntax::identity};

use super::{
    Court,
    reading::{Agreement, Seeing, agreement},
};

impl Court<'_> {
    /// Whether a claim about the identity of objects agrees with what was seen of its statement at a prompt.
    pub(super) fn is_so_at_a_prompt(&self, claim: &Claim, asked: &Asked) -> bool {
        let source = self.source.text(self.source.range(&claim.target.range));
        if !identity::is_compared(source) {
            return false;
        }
        let mut planned = self.plan.runs.iter().zip(&self.runs);
        let Some((_, (evidence, ..))) = planned.find(|(planned, _)| planned.mode == Mode::Prompt) else { return false };
        // Each run has the probes of all claims.
        let passes = self.passes(evidence, claim, asked);
        let seeing = Seeing { claim, source, passes: &passes, is_cut: false, undefined: &self.undefined };
        let agrees = |(index, reading): (usize, &crate::claim::Reading)| {
            let queries = asked.queries.get(index).map(Vec::as_slice).unwrap_or_default();
            matches!(agreement(&seeing, &reading.says, queries), Agreement::Agrees { .. })
        };
        !passes.is_empty() && claim.readings.iter().enumerate().any(agrees)
    }
}
