//! What shows a part of an output, and need not mean more.

use super::Seeing;
use crate::{
    claim::{Form, Subject},
    judge::{compare, reason::Reason, streams, text::lines},
};

impl Seeing<'_> {
    /// Why a text may be claimed of an output that it is a part of.
    pub(super) fn is_part(&self, text: &str, output: &str) -> Option<Reason> {
        // What an import prints comes from the modules that it imports in turn, too: the claim need not mean them.
        if self.is_import() && output.lines().next().is_some_and(|first| compare::printed(text, first)) {
            return Some(Reason::new("output", "it's the first line of what the import printed"));
        }
        // A prompt shows the values of all statements in a body.
        let is_body = self.claim.form == Form::Session && self.claim.target.subject == Subject::Compound;
        if is_body && without_objects(output).is_some_and(|rest| compare::printed(text, &rest)) {
            return Some(Reason::new("partial", "objects that a prompt shows in between are left out"));
        }
        // A function that prints beside its value: the document shows of both what it speaks of.
        let is_expression = self.claim.form == Form::Output && self.claim.target.subject == Subject::Expression;
        (is_expression && streams::has_lines(output, text)).then(|| Reason::new("partial", "what is shown is a part of what it prints"))
    }

    /// Whether a text is what a `print` prints of the value of a call, which prints something above it.
    pub(super) fn is_own_print(&self, text: &str, output: &str) -> bool {
        let prints_call = self.claim.target.subject == Subject::Print && self.source.matches('(').count() > 1;
        let (wanted, given) = (lines(text), lines(output));
        let own = given.len().checked_sub(wanted.len()).filter(|&above| above > 0 && !wanted.is_empty()).map(|above| &given[above..]);
        prints_call && self.passes.len() == 1 && own.is_some_and(|own| compare::printed(text, &own.join("\n")))
    }

    fn is_import(&self) -> bool {
        self.claim.target.subject == Subject::Simple && ["import ", "from "].iter().any(|word| self.source.trim_start().starts_with(word))
    }
}

/// Lines without those that are nothing but an object with its address; `None` where there are none of these.
fn without_objects(output: &str) -> Option<String> {
    let is_object = |line: &&str| line.starts_with('<') && line.trim_end().ends_with('>') && line.contains(" at 0x");
    let rest: Vec<&str> = output.lines().filter(|line| !is_object(line)).collect();
    (rest.len() < output.lines().count()).then(|| rest.join("\n"))
}
