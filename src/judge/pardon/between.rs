//! Comments between two statements, which may speak of the one above or of the one below.

use super::{
    super::{Court, exception},
    raised_in,
};
use crate::{
    claim::{Claim, Form, Says},
    run::protocol::Raised,
};

impl Court<'_> {
    /// Whether the exception that a comment between two statements names is what the lower one raised.
    pub(super) fn is_raised_below(&self, claim: &Claim) -> bool {
        let code = &self.example.code;
        let names = |raised: &Raised| {
            claim
                .readings
                .iter()
                .any(|reading| matches!(&reading.says, Says::Raises { exception: Some(name), .. } if exception::is_instance(raised, name)))
        };
        let is_next = |raised: &&Raised| {
            let at = raised.line.map_or(0, |line| line as usize);
            let behind = code.get(claim.span.end..).unwrap_or_default().lines().skip(1);
            let paragraph = behind.take_while(|line| !line.trim().is_empty()).count();
            let own = code[..claim.span.end].matches('\n').count() + 1;
            (own + 1..=own + paragraph).contains(&at)
        };
        let mut raised = self.runs.iter().flat_map(|(_, _, report)| report.notes.iter().filter_map(raised_in));
        claim.form == Form::Following && raised.any(|raised| is_next(&raised) && names(raised))
    }

    /// Whether a comment between two statements, in a paragraph where comments stand above what they speak of, shows what the lower one prints, or one of several prints
    /// there.
    pub(super) fn is_printed_below(&self, claim: &Claim) -> bool {
        let code = &self.example.code;
        let Some((above, below)) = code.get(..claim.span.start).zip(code.get(claim.span.end..)) else { return false };
        let paragraph = above.rfind("\n\n").map_or(0, |at| at + 2);
        let is_led = above[paragraph..].trim_start().starts_with('#');
        let prints = below.lines().skip(1).take_while(|line| line.trim_start().starts_with("print(")).count();
        let index = self.claims.iter().position(|one| one == claim);
        let asked = self.plan.runs.iter().map(|run| run.asked.get(index?)?.as_ref());
        let mut printed = self.runs.iter().zip(asked).filter_map(|((evidence, ..), asked)| evidence.written_behind(asked?.probe));
        let is_next = |printed: &str| printed.lines().take(prints).any(|line| line.trim() == claim.expected.trim());
        claim.form == Form::Following && is_led && printed.any(is_next)
    }
}
