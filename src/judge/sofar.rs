//! Output that is shown below a later statement than the one that printed it.

use crate::{
    claim::{Claim, Form, Kind, Reading, Says, Strength, Subject},
    plan::Asked,
};

use super::{Court, compare, doctest, evidence::Evidence, streams, text};

impl Court<'_> {
    /// What was printed since the last claim, where that is what a session shows (so xdoctest reads it) or a listing; of output below the code, also what
    /// all of it wrote to standard error.
    pub(super) fn printed_so_far(&self, run: usize, evidence: &Evidence, claim: &Claim, asked: &Asked) -> Option<String> {
        let (printed, errors) = evidence.written_since(asked.probe, |probe| self.says_what_is_written(run, probe))?;
        let is_written = |says: &Says| matches!(says, Says::Printed(text) if compare::printed(text, errors) || streams::are_mixed(text, printed, errors));
        if claim.form == Form::Output && !errors.trim().is_empty() && claim.readings.iter().any(|reading| is_written(&reading.says)) {
            return Some(text::lines(&format!("{printed}{errors}")).join("\n"));
        }
        if printed.trim().is_empty() {
            return None;
        }
        // What is quoted below the last of several prints is for all of them.
        let is_quoted = claim.form == Form::Output && claim.target.subject == Subject::Print && claim.expected.contains('\n');
        let is_listing = claim.form == Form::Block || is_quoted;
        let shows = |says: &Says| match says {
            Says::Shows { text, options, is_exception: false } => doctest::shows(text, printed, options),
            Says::Printed(text) => is_listing && compare::printed(text, printed),
            _ => false,
        };
        if claim.readings.iter().any(|reading| shows(&reading.says)) {
            return Some(printed.trim_end().to_owned());
        }
        let (all, _) = evidence.written_since(asked.probe, |_| false)?;
        // `# Output: hot, cold` for what several statements above it print.
        if claim.form == Form::Following && claim.kind == Kind::Stdout {
            let items: Vec<String> = text::split_commas(&claim.expected).into_iter().map(str::to_owned).collect();
            let is_shown = |written: &&str| items.len() > 1 && compare::printed_lines(&items, &text::lines(written));
            return [printed, all].into_iter().find(is_shown).map(|written| written.trim_end().to_owned());
        }
        if !is_listing {
            return None;
        }
        // A listing may begin with what was claimed already.
        let shows_all = |says: &Says| matches!(says, Says::Printed(text) if compare::printed(text, all));
        claim.readings.iter().any(|reading| shows_all(&reading.says)).then(|| all.trim_end().to_owned())
    }

    /// The same where it isn't as shown, but begins so: more than the statement itself printed is claimed.
    pub(super) fn begun_so_far(&self, run: usize, evidence: &Evidence, claim: &Claim, asked: &Asked) -> Option<String> {
        let (printed, _) = evidence.written_since(asked.probe, |probe| self.says_what_is_written(run, probe))?;
        let own = evidence.passes(asked.probe).last().and_then(|pass| pass.stdout)?;
        let first = |text: &str| text.lines().next().map(|line| line.trim_end().to_owned());
        let is_more = matches!(claim.form, Form::Session | Form::Block) && claim.expected.contains('\n') && own.trim() != printed.trim();
        (is_more && first(&claim.expected) == first(printed)).then(|| printed.trim_end().to_owned())
    }

    /// Whether some claim that a probe is for tells what its statement came to, so that no later one tells it: neither assertions do, nor remarks.
    pub(super) fn says_what_is_written(&self, run: usize, probe: u32) -> bool {
        let asked = self.plan.runs.get(run).into_iter().flat_map(|run| &run.asked);
        let mut own = self.claims.iter().zip(asked).filter(|(_, asked)| asked.as_ref().is_some_and(|asked| asked.probe == probe));
        let is_plain = |reading: &Reading| reading.strength == Strength::Firm && !matches!(reading.says, Says::Words(_));
        own.any(|(claim, _)| claim.form != Form::Assertion && claim.readings.iter().any(is_plain))
    }
}
