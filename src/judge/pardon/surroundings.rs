//! What an example asks the world around it for, and that isn't here.

use rustpython_ruff_text_size::Ranged;

use super::super::{Court, before, reason::Reason, trouble, varying};
use crate::{
    claim::Claim,
    document::Format,
    run::protocol::{DeedKind, STANDARD_INPUT},
};

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

    /// Whether what the code sees of files and folders is no work of its own: it asks for them, wrote none and was given none.
    pub(super) fn finds_files_by_chance(&self) -> bool {
        let knows = self.before.knows_files || self.module.is_some_and(varying::knows_files);
        knows && !self.is_given() && !self.before.wrote && !self.runs.iter().any(|(_, _, report)| before::wrote(report))
    }

    /// Whether it read its standard input.
    pub(super) fn asks_for_input(&self) -> bool {
        self.deeds().any(|deed| deed.kind == DeedKind::Read && deed.what == STANDARD_INPUT)
    }

    /// Whether nothing that asks for input stands above the end of a claim's statement, nor before the example.
    pub(super) fn is_above_input(&self, claim: &Claim) -> bool {
        let asks = |code: &str| ["input", "stdin", "getpass"].iter().any(|word| code.contains(word));
        let until = self.source.code.get(..self.source.range(&claim.target.range).end).unwrap_or(&self.source.code);
        !asks(until) && !self.plan.runs.iter().flat_map(|run| &run.job.prelude).any(|prelude| asks(&prelude.code))
    }

    /// A file in the working folder that the code tried to read, and that nobody had written.
    pub(super) fn missing_file(&self) -> Option<&str> {
        let mut deeds = self.deeds().filter(|deed| deed.what != STANDARD_INPUT);
        // What it wrote itself isn't noted as read; and a traceback reads the code of the example's module.
        let is_own = |path: &str| path.contains("__pycache__/") || self.example.document.format == Format::Python && path.ends_with(".py");
        let missing = deeds.find(|deed| deed.kind == DeedKind::Read && !deed.what.starts_with(['/', '…']) && !is_own(&deed.what));
        missing.filter(|_| !self.is_given() && !self.before.wrote).map(|deed| deed.what.as_str())
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
