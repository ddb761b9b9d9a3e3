//! What is known of the code that ran before an example in its namespace: names whose values vary, and what went wrong.

use std::collections::HashSet;

use crate::{
    claim::Claim,
    extract::Example,
    plan::{Plan, source::Source},
    run::protocol::{DeedKind, Note, Raised, Report},
    syntax,
};

use super::{
    Judged, claimed_exceptions,
    outcome::{described, excuse},
    reason::Reason,
    stops, varying,
};
use crate::plan::continuing::Undefined;

/// What is known of the code that ran before an example.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// Names assigned from what varies, and functions that return it.
    pub(super) varying: HashSet<String>,
    /// It makes a set somewhere.
    pub(super) has_sets: bool,
    /// It imports what asks for files.
    pub(super) knows_files: bool,
    /// It wrote files.
    pub(super) wrote: bool,
    /// Why the names of the examples' module aren't there.
    pub(super) unimported: Option<Raised>,
    /// The first thing that went wrong in it, which nobody claimed.
    trouble: Option<Trouble>,
}

/// What went wrong in an earlier example.
#[derive(Debug, Clone)]
struct Trouble {
    /// The example.
    id: String,
    /// What happened to it, as a part of a sentence: `had raised KeyError: 1`.
    what: String,
    /// What it raised, if that's what happened.
    raised: Option<Raised>,
}

/// Whether files were written in a run.
pub(super) fn wrote(report: &Report) -> bool {
    report.notes.iter().any(|note| matches!(note, Note::Did(deed) if deed.kind == DeedKind::Written))
}

impl Before {
    /// The code that a plan runs before its example, as far as it can be known before that has run, behind what is known already.
    pub(super) fn with_preludes(&self, plan: &Plan) -> Before {
        let mut before = self.clone();
        for prelude in plan.runs.iter().take(1).flat_map(|run| &run.job.prelude) {
            if let Some(parsed) = syntax::parse(&prelude.code, plan.python) {
                before.add_code(parsed.syntax());
            }
        }
        before
    }

    /// Adds an example that ran, and left its process and its names to the next one.
    pub fn add(&mut self, example: &Example, claims: &[Claim], plan: &Plan, report: &Report, judged: &Judged) {
        *self = self.with_preludes(plan);
        if let Some(parsed) = syntax::parse(&Source::of(example).code, plan.python) {
            self.add_code(parsed.syntax());
        }
        self.wrote |= wrote(report);
        for note in &report.notes {
            match note {
                Note::PreludeRaised { index: 0, raised } if plan.module.is_some() => {
                    self.unimported.get_or_insert_with(|| raised.clone());
                }
                Note::PreludeRaised { index, raised } if !plan.claims_raised(*index, raised) => self.raised(example, raised),
                Note::Invalid(raised) => self.raised(example, raised),
                _ => {}
            }
        }
        let claimed = claimed_exceptions(report, claims, &judged.judgements, plan);
        let is_claimed = |raised: &Raised| claimed.iter().any(|known| known.r#type == raised.r#type && known.message == raised.message);
        if let Some(raised) = stops(report).find(|raised| !is_claimed(raised)) {
            self.raised(example, raised);
        }
    }

    /// Says that an example isn't part of it, though it should be: it wasn't run, or ended the process. `what` is a part of a sentence.
    pub fn lacks(&mut self, example: &Example, what: String) {
        self.trouble.get_or_insert_with(|| Trouble { id: example.id.clone(), what, raised: None });
    }

    fn raised(&mut self, example: &Example, raised: &Raised) {
        let what = format!("had raised {}", described(raised));
        self.trouble.get_or_insert_with(|| Trouble { id: example.id.clone(), what, raised: Some(raised.clone()) });
    }

    fn add_code(&mut self, module: &rustpython_ruff_python_ast::ModModule) {
        varying::add_names(&mut self.varying, module);
        self.has_sets |= varying::makes_set(module);
        self.knows_files |= varying::knows_files(module);
    }

    /// Why a claim behind it may show nothing but what follows from what went wrong in it.
    pub(super) fn reason(&self, undefined: &Undefined) -> Option<Reason> {
        let trouble = self.trouble.as_ref()?;
        let category = trouble.raised.as_ref().and_then(|raised| excuse(raised, undefined)).map_or("continued", |excuse| excuse.category);
        Some(Reason::new(category, format!("an example that it continues {}", trouble.what)))
    }

    /// What was raised in it.
    pub(super) fn first_raised(&self) -> Option<&Raised> {
        self.trouble.as_ref()?.raised.as_ref()
    }

    /// What to add to what became of an example behind it.
    pub(super) fn addition(&self) -> Option<String> {
        self.trouble.as_ref().map(|trouble| format!("; {} {}", trouble.id, trouble.what))
    }
}
