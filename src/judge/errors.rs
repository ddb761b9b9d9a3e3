//! Output that shows what was written to standard error: logs, above all.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    claim::{Claim, Form, Kind, Says, Strength, Subject},
    plan::Asked,
};

use super::{
    Court, Judgement, Verdict,
    evidence::{Evidence, Pass},
    pardon::is_much_alike,
    reason::Reason,
    shape::{Shape, parse},
    streams,
    text::lines,
};

/// The start of a warning as Python shows it.
static WARNING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\S+:\d+: \w*Warning: ").expect("a pattern"));

/// A line in the form in which `logging` writes where nothing else is set.
static LOGGED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.]+:(.*)$").expect("a pattern"));

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
            Verdict::Unsettled => ["compare", "none"].contains(&judgement.category.as_str()),
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
        .map(|(text, actual)| match is_logged_otherwise(text, &actual) {
            true => {
                let reason = Reason::new("environment", "it was logged in another form, as where that is set up");
                Judgement::unsettled(judgement.mode, Some(actual), reason)
            }
            false => Judgement::settled(Verdict::Wrong, judgement.mode, Some(actual)),
        })
    }

    /// Whether the statement raises nothing and shows no value of its own: it has none, or the number of what it wrote, which a claim of that would agree with.
    fn has_no_value(&self, claim: &Claim, passes: &[Pass]) -> bool {
        let statement = self.source.text(self.source.range(&claim.target.range));
        let is_count = |repr: &str| {
            statement.contains(".write(")
                && matches!(parse(repr), Some(Shape::Int(_)))
                && !matches!(parse(claim.expected.trim()), Some(Shape::Int(_)))
        };
        let is_nothing = |pass: &Pass| pass.seen().value.as_ref().is_none_or(|value| value.repr == "None" || is_count(&value.repr));
        let is_raised = claim.kind == Kind::Exception || passes.iter().any(|pass| pass.raised().is_some());
        !is_raised && (claim.target.subject == Subject::Example || passes.iter().all(is_nothing))
    }
}

/// Whether lines are what was logged in another form than it was here, where the code leaves that to others: `tea: hot` for `WARNING:root:hot`.
fn is_logged_otherwise(claimed: &str, actual: &str) -> bool {
    let (claimed, actual) = (lines(claimed), lines(actual));
    let message = |line: &str| LOGGED.captures(line).and_then(|found| found.get(1)).map(|message| message.start());
    let is_other = |(claimed, actual): (&&str, &&str)| {
        let (own, other) = (message(actual), message(claimed));
        own.is_some() != other.is_some() && claimed[other.unwrap_or(0)..].ends_with(&actual[own.unwrap_or(0)..])
    };
    !actual.is_empty() && claimed.len() == actual.len() && claimed.iter().zip(&actual).all(is_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_forms_of_a_log() {
        for (claimed, actual) in
            [("hot", "WARNING:root:hot"), ("12:30 tea hot", "ERROR:tea.pot:hot"), ("WARNING:root:hot\nINFO:tea:x", "hot\nx")]
        {
            assert!(is_logged_otherwise(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in [("cold", "WARNING:root:hot"), ("ERROR:root:hot", "WARNING:root:hot"), ("tea hot", "hot"), ("hot", "")] {
            assert!(!is_logged_otherwise(claimed, actual), "{claimed}");
        }
    }
}
