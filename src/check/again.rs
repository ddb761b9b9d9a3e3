//! A second run, of examples that seem to make a wrong claim: under another hash seed, time of day, working folder and memory layout.
//!
//! What differs between the two runs is unstable. Examples whose claims all hold, or are known to be wrong, run once; so do those that may
//! change something outside the sandbox.

use crate::{
    environment::Interpreter,
    judge::{Judged, Judgement, Verdict},
};

use super::{Settings, acknowledged::known, understood::Understood};

/// For each claim, whether the verdict on it may be an accident of the run: it's wrong and nobody knows of it, or it holds and is
/// acknowledged as wrong, so that the acknowledgement would be stale.
pub(super) fn doubted(example: &Understood, judged: &Judged, on: &Interpreter, settings: &Settings) -> Vec<bool> {
    let Understood { case, claims, grants, .. } = example;
    if settings.no_sandbox || grants.network() || !grants.writable.is_empty() {
        return vec![false; claims.len()];
    }
    let doubted = |(judgement, known): (&Judgement, bool)| match judgement.verdict {
        Verdict::Wrong => !known,
        Verdict::Holds => known,
        Verdict::Unsettled => false,
    };
    judged.judgements.iter().zip(known(case, claims, &on.version)).map(doubted).collect()
}
