//! Output that shows what was written to standard error: logs, above all.

use std::sync::LazyLock;

use regex::Regex;

use crate::claim::{Claim, Form, Says, Strength, Subject};

use super::{
    Court, Judgement, Verdict,
    evidence::{Evidence, Pass},
    pardon::is_much_alike,
    shape::{Shape, parse},
    streams,
    text::lines,
};
use crate::plan::Asked;

/// The start of a warning as Python shows it.
static WARNING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\S+:\d+: \w*Warning: ").expect("a pattern"));

impl Court<'_> {
    /// What a claim comes to that shows standard error, but isn't as that is: it's wrong by what was written there, which then may vary from run to run, and
    /// not by a standard output that has nothing of it. `None` where it's about something else.
    pub(super) fn of_errors(
        &self,
        run: usize,
        evidence: &Evidence,
        claim: &Claim,
        asked: &Asked,
        passes: &[Pass],
        judgement: &Judgement,
    ) -> Option<Judgement> {
        let is_open = match judgement.verdict {
            Verdict::Holds => false,
            Verdict::Wrong => true,
            Verdict::Unsettled => judgement.category == "compare",
        };
        if !is_open || !matches!(claim.form, Form::Output | Form::Session | Form::Block) || !self.has_no_value(claim, passes) {
            return None;
        }
        let (printed, errors) = evidence.written_since(asked.probe, |probe| self.says_what_is_written(run, probe))?;
        if WARNING.is_match(errors.trim_start()) && !claim.expected.contains("Warning") {
            return None;
        }
        let firm = claim.readings.iter().filter(|reading| reading.strength == Strength::Firm);
        firm.filter_map(|reading| match &reading.says {
            Says::Printed(text) => Some((text, streams::as_shown(text, printed, errors)?)),
            _ => None,
        })
        .find(|(text, actual)| {
            // What has as many lines may be the same with numbers that differ; but where nothing else speaks for that, something else may have printed it.
            let is_as_long =
                || lines(text).len() == lines(actual).len() && judgement.verdict == Verdict::Wrong && !self.prints_nothing(claim);
            is_much_alike(text, actual) || is_as_long()
        })
        .map(|(_, actual)| Judgement::settled(Verdict::Wrong, judgement.mode, Some(actual)))
    }

    /// Whether the statement shows no value of its own: it has none, or the number of what it wrote, which a claim of that would agree with.
    fn has_no_value(&self, claim: &Claim, passes: &[Pass]) -> bool {
        let statement = self.source.text(self.source.range(&claim.target.range));
        let is_count = |repr: &str| {
            statement.contains(".write(")
                && matches!(parse(repr), Some(Shape::Int(_)))
                && !matches!(parse(claim.expected.trim()), Some(Shape::Int(_)))
        };
        let is_nothing = |pass: &Pass| {
            pass.raised().is_none() && pass.seen().value.as_ref().is_none_or(|value| value.repr == "None" || is_count(&value.repr))
        };
        claim.target.subject == Subject::Example || passes.iter().all(is_nothing)
    }
}
