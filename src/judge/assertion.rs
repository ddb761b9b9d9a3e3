//! Assertions: one that fails itself is wrong, unless the document says that it fails.

use crate::{
    claim::{Claim, Form},
    plan::{Asked, Plan},
    run::protocol::{Note, Raised, Report},
};

use super::{
    Judgement, Verdict,
    reading::{Agreement, Seeing},
    reason::Reason,
};

/// Whether an assertion has passed each time. Its value is noted where that is what made it fail.
pub(super) fn agreement(seeing: &Seeing) -> Agreement {
    let failed = seeing.passes.iter().find_map(|pass| Some((pass.raised()?, &pass.seen().value)));
    match failed {
        None => Agreement::Agrees { actual: None },
        Some((_, Some(seen))) => seeing.differs(seeing.shown(seen, false)),
        Some((raised, None)) => seeing.raised(raised),
    }
}

/// The assertions that failed themselves, by the numbers of their claims, with what that raised.
pub(super) fn failed<'r>(report: &'r Report, claims: &[Claim], plan: &Plan) -> Vec<(usize, &'r Raised)> {
    let asked = plan.runs.first().map(|run| run.asked.as_slice()).unwrap_or_default();
    let assertions = || claims.iter().zip(asked).enumerate().filter(|(_, (claim, _))| claim.form == Form::Assertion);
    // There may be as many notes as assertions, and few of them fail.
    let failures = report.notes.iter().filter_map(|note| match note {
        Note::Seen(observation) if observation.value.is_some() => Some((observation.probe, observation.raised.as_ref()?)),
        _ => None,
    });
    let of = |(probe, raised)| {
        let is_of = move |asked: &Option<Asked>| asked.as_ref().is_some_and(|asked| asked.probe == probe);
        assertions().filter(move |(_, (_, asked))| is_of(asked)).map(move |(index, _)| (index, raised))
    };
    failures.flat_map(of).collect()
}

/// Makes unsettled what is wrong of those whose failure another claim announces, and rightly.
pub(super) fn pardon(judgements: &mut [Judgement], failed: &[(usize, &Raised)], announced: &[&Raised]) {
    for (index, raised) in failed {
        let judgement = &judgements[*index];
        if judgement.verdict == Verdict::Wrong && announced.iter().any(|it| is_same(it, raised)) {
            let reason = Reason::new("soft", "the document says that it fails");
            judgements[*index] = Judgement::unsettled(judgement.mode, judgement.actual.clone(), reason);
        }
    }
}

/// Whether two notes tell of the same exception, as far as its words show.
pub(super) fn is_same(one: &Raised, other: &Raised) -> bool {
    one.r#type == other.r#type && one.message == other.message
}
