//! What an example asks the world around it for, and that isn't here.

use rustpython_ruff_text_size::Ranged;

use super::super::{Court, reason::Reason, trouble};
use crate::{claim::Claim, run::protocol::DeedKind};

impl Court<'_> {
    /// Why a server may be missing: the example asked for one, and neither opened one nor was given one. Many a package goes on without it.
    pub(super) fn missing_server(&self, claim: &Claim) -> Option<Reason> {
        let sockets = || self.deeds().filter(|deed| deed.kind == DeedKind::Socket).map(|deed| deed.what.as_str());
        let connected = || sockets().find_map(|what| what.strip_prefix("connect "));
        let looked_up = || sockets().filter_map(|what| what.strip_prefix("look up ")).filter(|host| is_elsewhere(host));
        let server = connected().or_else(|| looked_up().find(|host| self.rests_on(host, claim)))?;
        let is_own = sockets().any(|what| what.starts_with("bind ")) || self.is_given();
        (!is_own).then(|| Reason::new("environment", format!("it asked for a server: {server}")))
    }

    /// Whether a claim's statement may show what came from a server: it names it, or uses what was made where it's named; any may where the code
    /// doesn't name it.
    fn rests_on(&self, host: &str, claim: &Claim) -> bool {
        let own = self.source.range(&claim.target.range);
        let statement = self.source.text(own.clone());
        let preludes = self.plan.runs.iter().take(1).flat_map(|run| &run.job.prelude).map(|prelude| prelude.code.as_str());
        let body = self.module.map(|module| module.body.as_slice()).unwrap_or_default();
        let ranges = body.iter().map(|stmt| stmt.range().start().to_usize()..stmt.range().end().to_usize());
        let above = ranges.take_while(|range| range.end <= own.start).filter_map(|range| self.source.code.get(range));
        let before: Vec<&str> = preludes.chain(above).collect();
        let names = |code: &str| code.contains(host);
        names(statement) || !before.iter().any(|code| names(code)) || trouble::shows(&before, names, statement)
    }
}

/// Whether a host is one that another server tells of: a name with a dot.
fn is_elsewhere(host: &str) -> bool {
    host.contains('.') && host.contains(|c: char| c.is_alphabetic())
}
