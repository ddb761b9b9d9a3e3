//! A second run, of examples that seem to make a wrong claim: under another hash seed, time of day, working folder and memory layout, among files
//! that the example knows nothing of; and more, where nothing but an order is wrong, as another hash seed may well give the same order of two or
//! three things, or where other claims of the example were found to differ: dice may well show the same number twice.
//!
//! What differs between the runs is unstable. Examples whose claims all hold, or are known to be wrong, run once; so do those that may
//! change something outside the sandbox.

use crate::{
    environment::Interpreter,
    judge::{self, Before, DifferenceKind, Judged, Judgement, Verdict},
    run::{
        circumstances::Circumstances,
        protocol::{Given, Report},
    },
};

use super::{Settings, acknowledged::known, understood::Understood};

/// How often such examples run again at most.
const TIMES: u8 = 5;

/// Under which circumstances such examples run again, the first one first. Who has files of its own may well say that there are no others.
pub(super) fn circumstances(has_files: bool) -> impl Iterator<Item = Circumstances> {
    (0..TIMES).map(move |number| Circumstances::Other { number, crowded: !has_files })
}

/// Whether an example was given files or wrote some, or those that it continues did.
pub(super) fn has_files(example: &Understood, reports: &[Report], before: &Before) -> bool {
    example.given != Given::default() || judge::wrote(reports, before)
}

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

/// For each claim of those, whether it may still be an accident behind one more run: the order alone is wrong, the example shows others that are, or
/// it leaves something to chance.
pub(super) fn still_doubted(example: &Understood, judged: &Judged, doubted: &[bool]) -> Vec<bool> {
    let is_order = |judgement: &Judgement| {
        judgement.verdict == Verdict::Wrong
            && judgement.difference.as_ref().is_some_and(|difference| difference.kind == DifferenceKind::Order)
    };
    let differs = judged.judgements.iter().any(Judgement::is_unstable) || leaves_to_chance(example);
    let may_differ = |judgement: &Judgement| differs && judgement.verdict == Verdict::Wrong || is_order(judgement);
    judged.judgements.iter().zip(doubted).map(|(judgement, doubted)| *doubted && may_differ(judgement)).collect()
}

/// Whether one of those claims is wrong.
pub(super) fn is_wrong(judged: &Judged, doubted: &[bool]) -> bool {
    judged.judgements.iter().zip(doubted).any(|(judgement, doubted)| *doubted && judgement.verdict == Verdict::Wrong)
}

/// Whether an example, or one that it continues, draws random numbers. Dice may well show the same number twice.
fn leaves_to_chance(example: &Understood) -> bool {
    let cases = example.earlier.iter().copied().chain([example.case]);
    let draws = ["random", "shuffle(", "secrets", "uuid4"];
    cases.into_iter().any(|case| draws.iter().any(|word| case.example.code.contains(word)))
}
