//! Landlock: which files may be read, run and written, whatever the tree of files looks like, and whom signals may reach.

use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
    path_beneath_rules,
};

/// The newest Landlock that the rules are written for. An older kernel enforces what it knows of them.
const NEWEST: ABI = ABI::V7;

/// The first ABI that keeps signals and sockets without a path inside.
pub const KEEPS_INSIDE: u32 = ABI::V6 as u32;

/// The first ABI that keeps files from being emptied by who may only read them.
pub const KEEPS_LENGTHS: u32 = ABI::V3 as u32;

/// What may be reached. What doesn't exist is left out.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Trees and files to read and run.
    pub read: Vec<PathBuf>,
    /// Trees and files to change as well.
    pub write: Vec<PathBuf>,
    /// TCP is left to others (a network namespace) or granted; else it's refused, from ABI 4 on.
    pub network: bool,
}

/// Restricts this process and all it starts. The kernel's ABI; `None` where it has no Landlock.
pub fn restrict(reach: &Reach) -> Result<Option<u32>, String> {
    let enforce = || -> Result<_, RulesetError> {
        let mut rules = Ruleset::default().handle_access(AccessFs::from_all(NEWEST))?.scope(Scope::from_all(NEWEST))?;
        if !reach.network {
            rules = rules.handle_access(AccessNet::from_all(NEWEST))?;
        }
        rules
            .create()?
            .add_rules(path_beneath_rules(&reach.read, AccessFs::from_read(NEWEST)))?
            .add_rules(path_beneath_rules(&reach.write, AccessFs::from_all(NEWEST)))?
            .restrict_self()
    };
    let status = enforce().map_err(|error| error.to_string())?;
    match status.landlock {
        LandlockStatus::Available { effective_abi, kernel_abi } if status.ruleset != RulesetStatus::NotEnforced => {
            let known = effective_abi as i32;
            Ok(Some(kernel_abi.unwrap_or(known).unsigned_abs()))
        }
        _ => Ok(None),
    }
}

/// Puts this process and all it starts into a domain of its own, from which signals and abstract sockets don't reach out. Only where
/// the kernel keeps signals inside ([`KEEPS_INSIDE`]).
pub fn isolate_signals() -> Result<(), String> {
    let enforce = || -> Result<_, RulesetError> {
        // A domain forbids to move files between folders unless it says otherwise, whatever else it's about.
        Ruleset::default()
            .handle_access(AccessFs::Refer)?
            .scope(Scope::from_all(NEWEST))?
            .create()?
            .add_rules(path_beneath_rules(["/"], AccessFs::Refer))?
            .restrict_self()
    };
    enforce().map(|_| ()).map_err(|error| error.to_string())
}
