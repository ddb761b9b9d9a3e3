//! Ranges of Python versions, as `requires-python` has them.

use std::{fmt, str::FromStr};

use pep440_rs::{Version, VersionSpecifiers};
use serde::Deserialize;

/// Versions of Python: a specifier of PEP 440 (`>=3.12`, `>=3.10,<3.13`), a version that stands for all that begin so (`3.12`), or one that
/// stands for itself and all newer ones (`3.12+`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct VersionRange {
    text: String,
    specifiers: VersionSpecifiers,
}

/// A text that is no range of versions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no range of Python versions; write it as `>=3.12`, `>=3.10,<3.13` or `3.12`")]
pub struct VersionRangeError(String);

impl VersionRange {
    /// Whether a version (`3.12.1`) lies in it; one that isn't understood doesn't.
    pub fn contains(&self, version: &str) -> bool {
        Version::from_str(version).is_ok_and(|version| self.specifiers.contains(&version))
    }
}

impl FromStr for VersionRange {
    type Err = VersionRangeError;

    fn from_str(text: &str) -> Result<VersionRange, VersionRangeError> {
        let trimmed = text.trim();
        let specifiers = match trimmed.strip_suffix('+') {
            Some(version) => format!(">={version}"),
            None if trimmed.starts_with(|first: char| first.is_ascii_digit()) && !trimmed.contains(',') => {
                format!("=={}.*", trimmed.trim_end_matches(".*"))
            }
            None => trimmed.to_owned(),
        };
        match VersionSpecifiers::from_str(&specifiers) {
            Ok(specifiers) if !specifiers.is_empty() => Ok(VersionRange { text: trimmed.to_owned(), specifiers }),
            _ => Err(VersionRangeError(trimmed.to_owned())),
        }
    }
}

impl TryFrom<String> for VersionRange {
    type Error = VersionRangeError;

    fn try_from(text: String) -> Result<VersionRange, VersionRangeError> {
        text.parse()
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_and_bare_versions() {
        for (range, version, expected) in [
            (">=3.12", "3.12.0", true),
            (">=3.12", "3.11.9", false),
            (">=3.10,<3.13", "3.13.0", false),
            (" ~=3.11 ", "3.13.1", true),
            ("3.12", "3.12.7", true),
            ("3.12", "3.1.2", false),
            ("3.12.*", "3.12.7", true),
            ("3.12.1", "3.12.1", true),
            ("3.12.1", "3.12.10", false),
            ("3.11+", "3.13.0", true),
            ("3.11+", "3.10.9", false),
            ("<3.12", "nonsense", false),
        ] {
            assert_eq!(range.parse::<VersionRange>().map(|range| range.contains(version)), Ok(expected), "{range} {version}");
        }
    }

    #[test]
    fn what_is_no_range_says_how_to_write_one() {
        for text in ["", "newest", ">=three", "3.x", "+", ">=3.12 or so", "3.10,3.11"] {
            let message = text.parse::<VersionRange>().map_err(|error| error.to_string()).expect_err(text);
            assert!(message.contains("write it as `>=3.12`"), "{message}");
        }
    }
}
