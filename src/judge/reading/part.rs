//! What shows a part of an output, and need not mean more.

use super::Seeing;
use crate::{
    claim::{Form, Subject},
    judge::{compare, reason::Reason, streams},
};

impl Seeing<'_> {
    /// Why a text may be claimed of an output that it is a part of.
    pub(super) fn is_part(&self, text: &str, output: &str) -> Option<Reason> {
        // What an import prints comes from the modules that it imports in turn, too: the claim need not mean them.
        if self.is_import() && output.lines().next().is_some_and(|first| compare::printed(text, first)) {
            return Some(Reason::new("output", "it's the first line of what the import printed"));
        }
        // A function that prints beside its value: the document shows of both what it speaks of.
        let is_expression = self.claim.form == Form::Output && self.claim.target.subject == Subject::Expression;
        (is_expression && streams::has_lines(output, text)).then(|| Reason::new("partial", "what is shown is a part of what it prints"))
    }

    fn is_import(&self) -> bool {
        self.claim.target.subject == Subject::Simple && ["import ", "from "].iter().any(|word| self.source.trim_start().starts_with(word))
    }
}
