//! What is typed in one go at a prompt, as the plan of an example tells it.

use serde::{Deserialize, Serialize};

/// What is typed in one go at a prompt: first and last line, and what it is.
pub type Typed = (u32, u32, TypedKind);

/// What is typed in one go at a prompt, as far as that says how it can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TypedKind {
    /// One expression: its value is shown.
    Value,
    /// A statement that has no value to be asked for.
    Plain,
    /// Anything else: an assignment, or several statements.
    Other,
}
