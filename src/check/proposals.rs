//! What can be written into the document of an example whose runs have all ended.

use crate::{
    extract::Example,
    judge::Judgement,
    outcome::Outcome,
    plan::Planned,
    report::OnPython,
    update::{self, Proposals, Trial, Witness},
};

use super::{
    RunOn, Settings,
    understood::{self, Understood},
};

/// What came of the claims of an example.
pub(super) struct Verdicts<'a> {
    /// For each, the judgement as a whole.
    pub(super) judgements: &'a [Judgement],
    /// For each, why it's known to be wrong.
    pub(super) acknowledged: &'a [Option<String>],
    /// For each, how it would be right with a mark of the versions that it holds on.
    pub(super) marked: &'a [Option<String>],
    /// What came of them on each Python.
    pub(super) versions: &'a [OnPython],
}

/// What can be done about the example.
pub(super) fn proposals(example: &Understood, runs: &[RunOn], verdicts: &Verdicts, settings: &Settings) -> Proposals {
    let places = example.places(settings);
    let claims_of = |changed: &Example| understood::claims(example.case, changed);
    let witnesses = runs.iter().zip(verdicts.versions).filter_map(|(run, on)| {
        let Planned::Run(plan) = &run.planned else { return None };
        let needs = run.needs.clone()?;
        (on.outcome != Outcome::Skipped || !run.reports.is_empty()).then(|| Witness {
            needs,
            plan,
            before: &run.before,
            reports: &run.reports,
            judgements: on.judgements.iter().map(Option::as_ref).collect(),
        })
    });
    let elsewhere = example.case.example.document.path != example.case.page;
    update::propose(&Trial {
        example: &example.case.example,
        claims: &example.claims,
        places: &places,
        judgements: verdicts.judgements,
        acknowledged: verdicts.acknowledged,
        marked: verdicts.marked,
        witnesses: witnesses.collect(),
        claims_of: &claims_of,
        obstacle: elsewhere.then(|| format!("its code stands in another file; run with {}", example.case.example.document.path)),
    })
}
