//! Conditions under which something is claimed: a Python version, the prompt, a free-threaded build.

use super::Condition;

impl Condition {
    /// The condition that words state, if any.
    pub fn stated(words: &str) -> Option<Condition> {
        find(words)
    }

    /// Whether a Python of this major and minor version is one that the claim is made for; `None` where that can't be understood. What
    /// isn't about a version fits each.
    pub fn fits(&self, python: (u8, u8)) -> Option<bool> {
        match self {
            Condition::Python(specifier) => matches(specifier, python),
            Condition::Prompt | Condition::FreeThreaded | Condition::Other(_) => Some(true),
        }
    }
}

/// The condition that the words around a claim state, if any.
pub(super) fn find(words: &str) -> Option<Condition> {
    let lower = words.to_lowercase();
    let has = |needles: &[&str]| needles.iter().any(|needle| lower.contains(needle));
    if has(&["free-threaded", "free-threading", "free threaded", "nogil", "no-gil"]) {
        return Some(Condition::FreeThreaded);
    }
    if has(&["in repl", "in the repl", "in a repl", "at the prompt", "at a prompt", "in an interactive", "in interactive", "interactively"])
    {
        return Some(Condition::Prompt);
    }
    if let Some(version) = version(&lower) {
        return Some(Condition::Python(version));
    }
    clauses(words).find(|clause| is_condition(clause)).map(|clause| Condition::Other(clause.trim_end_matches(')').trim_end().to_string()))
}

/// The parts of a text that commas, brackets and dashes set off.
fn clauses(words: &str) -> impl Iterator<Item = &str> {
    words.split([',', '(', ';']).flat_map(|part| part.split(" -")).map(|part| part.trim_start_matches(['-', '—', '–', ':', ' ']))
}

fn is_condition(clause: &str) -> bool {
    let mut words = clause.split_whitespace().map(str::to_lowercase);
    let (Some(first), second) = (words.next(), words.next().unwrap_or_default()) else { return false };
    let platforms = ["windows", "linux", "macos", "mac", "unix", "posix", "32-bit", "64-bit", "pypy", "jython"];
    let on_platform = |preposition: &str, platform: &str| {
        matches!(preposition, "on" | "in" | "under" | "with") && platforms.iter().any(|name| platform.starts_with(name))
    };
    // What differs from run to run can't be said of this one.
    let varies = [
        "may vary",
        "will vary",
        "varies",
        "random",
        "will differ",
        "may differ",
        "something like",
        "for example",
        "on my machine",
        "or similar",
    ];
    if varies.iter().any(|words| clause.to_lowercase().contains(words)) {
        return true;
    }
    let later = words.next().unwrap_or_default();
    let hedges = ["typically", "usually", "normally", "generally", "probably", "mostly", "often", "sometimes"];
    hedges.contains(&first.trim_end_matches([')', '.', '!', ':']))
        || matches!(first.as_str(), "if" | "when" | "unless" | "whenever" | "assuming" | "provided" | "depending" | "e.g.")
        || on_platform(&first, &second)
        || on_platform(&second, &later)
        || on_platform(&later, &words.next().unwrap_or_default())
}

/// A specifier from `python 3.12`, `3.9+`, `before python 3.7`; the text is in lower case.
fn version(lower: &str) -> Option<String> {
    for (at, _) in lower.match_indices(['2', '3']) {
        let before = lower[..at].trim_end();
        // `py2`, and `cpython3`; not `utf2`.
        let is_glued = lower[..at].ends_with("py") && !lower[..at - 2].ends_with(char::is_alphanumeric) || lower[..at].ends_with("python");
        if !is_glued && lower[..at].ends_with(|c: char| c.is_alphanumeric() || c == '.') {
            continue;
        }
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let minor = lower[at + 1..].strip_prefix('.').map_or(0, digits);
        let end = if minor == 0 { at + 1 } else { at + 2 + minor };
        if minor > 2 || lower[end..].starts_with(|c: char| c.is_alphanumeric()) {
            continue;
        }
        let behind = lower[end..].trim_start();
        let number = &lower[at..end];
        let operator = [">=", "<=", ">", "<", "=="].into_iter().find(|operator| before.ends_with(operator));
        let named = before.trim_end_matches(['>', '=', '<']).trim_end().ends_with("python") || before.ends_with("py");
        let open_ended = lower[end..].starts_with('+')
            || ["or later", "or newer", "and later", "and newer", "and up", "or higher"].iter().any(|words| behind.starts_with(words));
        let or_earlier =
            ["or earlier", "or older", "and earlier", "and older", "or lower", "and below"].iter().any(|words| behind.starts_with(words));
        let is_version = named || (open_ended && minor > 0);
        if !is_version {
            continue;
        }
        // Each Python that can run here is a Python 3.
        if number == "3" {
            continue;
        }
        let words_before = before.trim_end_matches("python").trim_end_matches('c').trim_end();
        return Some(match operator {
            Some("==") => number.to_string(),
            Some(operator) => format!("{operator}{number}"),
            None if open_ended || words_before.ends_with("since") || words_before.ends_with("from") => format!(">={number}"),
            None if or_earlier => format!("<={number}"),
            None if words_before.ends_with("before") || words_before.ends_with("until") => format!("<{number}"),
            None if words_before.ends_with("after") => format!(">{number}"),
            None => number.to_string(),
        });
    }
    None
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
    fn versions_in_words() {
        for (words, expected) in [
            ("in Python 3.8 and earlier", "<=3.8"),
            ("Python 3.12 or newer", ">=3.12"),
            ("before Python 3.9", "<3.9"),
            ("Python 3.9", "3.9"),
            ("the output is from Py2", "2"),
            ("on Python2", "2"),
        ] {
            assert_eq!(Condition::stated(words), Some(Condition::Python(expected.to_owned())), "{words}");
        }
    }

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
