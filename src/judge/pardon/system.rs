//! Claims that show what the system is like on which their code runs.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::{Court, reason::Reason},
    deed, programs,
};
use crate::{
    claim::{Claim, Subject},
    run::protocol::{Deed, DeedKind, Note},
};

/// A literal of a path with a drive, or a share.
static WINDOWS_PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"["'](?:[A-Za-z]:[/\\]|//\w+/|\\\\)"#).expect("a pattern"));
/// What reads a path as this system does.
static OF_PATHS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:splitdrive|splitroot|normpath|abspath|isabs|normcase|relpath|commonpath)\(|\bos\.path\.|(?:^|\W)(?:Pure)?Path\(")
        .expect("a pattern")
});

/// An address in a network that isn't for all to see.
static OWN_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:10\.\d+|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b|\bfe80::[0-9a-f:]+").expect("a pattern")
});
/// An address of this machine, where it has no network.
const OF_ITSELF: &str = "127.0.0.1";

/// What files of which names hold.
const TYPES: &str = "/etc/mime.types";

impl Court<'_> {
    /// Why what a claim shows may be what this system is like: its code read how that is configured, or what is shown of it as a whole is what
    /// another program wrote.
    pub(super) fn of_the_system(&self, claim: &Claim) -> Option<Reason> {
        // The table of types is read by imports, too.
        let asks = |deed: &&Deed| deed.what != TYPES || self.source.code.contains("mime") || self.source.code.contains("guess_");
        let configured = |deed: &&Deed| deed.kind == DeedKind::Read && deed.what.starts_with("/etc/");
        if let Some(deed) = self.deeds_until(claim).filter(configured).find(asks) {
            return Some(Reason::new("environment", format!("it read `{}` of this machine", deed.what)));
        }
        let statement = self.source.text(self.source.range(&claim.target.range));
        if WINDOWS_PATH.is_match(statement) && OF_PATHS.is_match(statement) {
            return Some(Reason::new("environment", "it's about a path of Windows"));
        }
        let wrote_here = || self.deeds().any(|deed| deed.kind == DeedKind::Written && !deed.what.starts_with('/'));
        let by_chance = !self.is_given() && !self.before.wrote && !wrote_here();
        let mut started = self.deeds().filter(|deed| deed.kind == DeedKind::Process);
        if let Some(deed) = started.find(|deed| programs::tells_of_machine(&deed.what, by_chance)).filter(|_| programs::takes(statement)) {
            return Some(Reason::new("environment", format!("it may show what `{}` tells of this machine", deed.what)));
        }
        let is_shell = |deed: &&Deed| deed.kind == DeedKind::Process && deed.what.starts_with("/bin/sh -c ");
        let deed = self.deeds().find(is_shell).filter(|_| claim.target.subject == Subject::Example)?;
        Some(Reason::new("environment", format!("it shows what `{}` does on this machine", deed.what)))
    }

    /// Whether a claim shows addresses of some machine, and what was seen those of this one, and none of them is written in code.
    pub(super) fn shows_own_addresses(&self, claim: &Claim, actual: &str) -> bool {
        let is_written = |address: &str| self.is_in_code(|code| code.contains(address));
        let mut claimed = OWN_ADDRESS.find_iter(&claim.expected).map(|found| found.as_str()).peekable();
        claimed.peek().is_some() && !claimed.any(is_written) && actual.contains(OF_ITSELF) && !is_written(OF_ITSELF)
    }

    /// What it did up to the last time that a claim's statement was passed.
    fn deeds_until(&self, claim: &Claim) -> impl Iterator<Item = &Deed> {
        let index = self.claims.iter().position(|one| one == claim);
        let notes = self.runs.iter().zip(&self.plan.runs).flat_map(move |((_, _, report), run)| {
            let probe = index.and_then(|index| run.asked.get(index)?.as_ref()).map(|asked| asked.probe);
            let is_own = |note: &Note| matches!(note, Note::Seen(observation) if Some(observation.probe) == probe);
            let end = report.notes.iter().rposition(is_own).map_or(report.notes.len(), |at| at + 1);
            &report.notes[..end]
        });
        notes.filter_map(deed)
    }
}
