//! What an example asks the world around it for, and that isn't here.

use super::super::{Court, reason::Reason};
use crate::run::protocol::DeedKind;

impl Court<'_> {
    /// Why a server may be missing: the example asked for one, and neither opened one nor was given one. Many a package goes on without it.
    pub(super) fn missing_server(&self) -> Option<Reason> {
        let sockets = || self.deeds().filter(|deed| deed.kind == DeedKind::Socket).map(|deed| deed.what.as_str());
        let server = sockets().find_map(|what| what.strip_prefix("connect "))?;
        let is_own = sockets().any(|what| what.starts_with("bind ")) || self.is_given();
        (!is_own).then(|| Reason::new("environment", format!("it asked for a server: {server}")))
    }
}
