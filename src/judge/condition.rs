//! Whether the condition of a claim is met by the Python that ran.

use crate::claim::Condition;

/// Why a claim can't be judged by a run on this Python; `None` if it can be.
pub(super) fn unmet(condition: &Condition, python: (u8, u8), free_threaded: bool) -> Option<String> {
    match condition {
        Condition::Python(specifier) => match condition.fits(python) {
            Some(true) => None,
            Some(false) => Some(format!("claimed for Python {specifier}, ran on {}.{}", python.0, python.1)),
            None => Some(format!("claimed for Python {specifier}, which can't be understood")),
        },
        Condition::FreeThreaded if !free_threaded => {
            Some("claimed for a free-threaded build, ran on one with the interpreter lock".to_owned())
        }
        Condition::FreeThreaded | Condition::Prompt | Condition::Other(_) => None,
    }
}
