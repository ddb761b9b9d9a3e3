//! Whether the condition of a claim is met by the Python that ran.

use crate::claim::Condition;

/// Why a claim can't be judged by a run on this Python; `None` if it can be.
pub(super) fn unmet(condition: &Condition, python: (u8, u8), free_threaded: bool) -> Option<String> {
    match condition {
        Condition::Python(specifier) => match matches(specifier, python) {
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

/// Whether a version fits a specifier: parts between commas, all of which must fit; a bare version is that one, `3.9+` it or a newer one.
fn matches(specifier: &str, python: (u8, u8)) -> Option<bool> {
    let mut all = true;
    for part in specifier.split(',') {
        let part = part.trim();
        let operator = part.len() - part.trim_start_matches(['<', '>', '=', '!', '~']).len();
        let (operator, version) = part.split_at(operator);
        let (version, newer) = match version.trim().strip_suffix('+') {
            Some(version) => (version, true),
            None => (version.trim(), false),
        };
        let mut numbers = version.trim_end_matches(".*").split('.').map(|number| number.trim().parse::<u8>().ok());
        let major = numbers.next()??;
        // `Python 3` is any of it.
        let Some(minor) = numbers.next() else {
            let fits = match operator {
                "" | "==" | "~=" => python.0 == major,
                "!=" => python.0 != major,
                ">=" => python.0 >= major,
                ">" => python.0 > major,
                "<" => python.0 < major,
                "<=" => python.0 <= major,
                _ => return None,
            };
            all &= fits || (newer && python.0 >= major);
            continue;
        };
        let version = (major, minor?);
        all &= match operator {
            "" | "==" | "===" if newer => python >= version,
            "" | "==" | "===" => python == version,
            "!=" => python != version,
            ">=" => python >= version,
            ">" => python > version,
            "<=" => python <= version,
            "<" => python < version,
            "~=" => python.0 == version.0 && python >= version,
            _ => return None,
        };
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers() {
        for (specifier, python, expected) in [
            ("3.12", (3, 12), Some(true)),
            ("3.12", (3, 11), Some(false)),
            ("3.12", (3, 13), Some(false)),
            ("3.12.1", (3, 12), Some(true)),
            ("3.9+", (3, 11), Some(true)),
            ("3.13+", (3, 11), Some(false)),
            (">=3.10", (3, 10), Some(true)),
            (">=3.10,<3.12", (3, 12), Some(false)),
            ("< 3.9", (3, 11), Some(false)),
            ("!=3.11", (3, 11), Some(false)),
            ("3", (3, 11), Some(true)),
            ("2", (3, 11), Some(false)),
            ("3.*", (3, 11), Some(true)),
            ("~=3.10", (3, 11), Some(true)),
            ("newest", (3, 11), None),
            ("", (3, 11), None),
            ("3.999", (3, 11), None),
        ] {
            assert_eq!(matches(specifier, python), expected, "{specifier}");
        }
    }
}
