//! What stands around a claim, or around the example: a statement below that the comment speaks of, a server that isn't here.

use super::super::{Court, reason::Reason};
use crate::{
    claim::{Claim, Form},
    run::protocol::DeedKind,
};

impl Court<'_> {
    /// Whether a comment between two statements may speak of the lower one: the upper one has a claim of its own, behind it on its line.
    pub(super) fn may_speak_of_the_next(&self, claim: &Claim) -> bool {
        let has_own = |other: &Claim| other.form == Form::Trailing && other.target.range == claim.target.range;
        let next = self.example.code.get(claim.span.end..).unwrap_or_default().lines().nth(1);
        let is_statement = next.is_some_and(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        claim.form == Form::Following && is_statement && self.claims.iter().any(has_own)
    }

    /// Why a server may be missing: the example asked for one, and neither opened one nor was given one. Many a package goes on without it.
    pub(super) fn missing_server(&self) -> Option<Reason> {
        let sockets = || self.deeds().filter(|deed| deed.kind == DeedKind::Socket).map(|deed| deed.what.as_str());
        let server = sockets().find_map(|what| what.strip_prefix("connect "))?;
        let is_own = sockets().any(|what| what.starts_with("bind ")) || self.is_given();
        (!is_own).then(|| Reason::new("environment", format!("it asked for a server: {server}")))
    }
}
