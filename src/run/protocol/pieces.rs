//! What of an example can be run one after the other, as its plan tells it.

use serde::{Deserialize, Serialize};

/// First and last line of what is typed in one go at a prompt, or of statements of a script; and what it is.
pub type Piece = (u32, u32, PieceKind);

/// What a piece is, as far as that says how it can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PieceKind {
    /// One expression, which has a value.
    Value,
    /// A statement that has no value to be asked for.
    Plain,
    /// Anything else: an assignment, or several statements.
    Other,
}
