//! Options of doctest, as `# doctest: +ELLIPSIS, -SKIP` behind a statement and the `:options:` of a directive set them.
//!
//! They are those of `doctest` itself, pytest, doctestplus and xdoctest. An option that only says how a difference is shown (`REPORT_UDIFF`),
//! or what comes after it (`FAIL_FAST`), changes nothing here.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use super::code::{self, Code};

/// The options that hold for one statement of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    on: BTreeSet<String>,
}

impl Options {
    /// The options that a text such as `+ELLIPSIS, -SKIP` sets.
    pub(crate) fn parse(text: &str) -> Options {
        let mut options = Options::default();
        options.set(text);
        options
    }

    /// These options and what the comments of a statement's source (without its prompts) set.
    pub(super) fn of_source(&self, source: &str) -> Options {
        let mut options = self.clone();
        if source.contains("doctest:") {
            // What looks like a comment may stand in a string: a session that is about sessions.
            let comments = code::parse(source).map(|parsed| Code::new(source, &parsed).comments);
            let lines: Vec<&str> = match &comments {
                Some(comments) => comments.iter().filter_map(|comment| source.get(comment.range.clone())).collect(),
                None => source.lines().collect(),
            };
            lines.into_iter().filter_map(directive).for_each(|text| options.set(text));
        }
        options
    }

    /// These options and what a source sets that is nothing but comments: for xdoctest that holds for all statements below.
    pub(super) fn for_all_below(&self, source: &str) -> Options {
        let is_block =
            source.contains("xdoctest:") && source.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        if is_block { self.of_source(source) } else { self.clone() }
    }

    /// Whether an option is on.
    pub fn has(&self, name: &str) -> bool {
        self.on.contains(name)
    }

    /// The output isn't compared.
    pub(crate) fn ignores_output(&self) -> bool {
        ["IGNORE_OUTPUT", "IGNORE_OUTPUT_3", "IGNORE_WANT"].iter().any(|name| self.has(name))
    }

    /// The comment that asks for surroundings which there aren't: xdoctest's running event loop, or a runner of the project's own, as nobody else has the option.
    pub(super) fn surroundings(&self) -> Option<String> {
        let is_foreign =
            |name: &&String| !name.starts_with("REQUIRES(") && !KNOWN.iter().any(|known| strsim::levenshtein(known, name) <= SLIPS);
        let foreign = || self.on.iter().find(is_foreign).map(|name| format!("`# doctest: +{name}`"));
        self.on.get("ASYNC").map(|name| format!("`# xdoctest: +{name}`")).or_else(foreign)
    }

    /// Why the statement isn't run, where it isn't.
    pub(crate) fn skip(&self) -> Option<&str> {
        let is_unmet = |name: &&String| name.strip_prefix("REQUIRES(").is_some_and(|rest| !is_met(rest.trim_end_matches(')')));
        let plain = ["SKIP", "REMOTE_DATA"].into_iter().find(|name| self.has(name));
        plain.or_else(|| self.on.iter().find(is_unmet).map(String::as_str))
    }

    fn set(&mut self, text: &str) {
        static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"([+-])(\w+)(?:\(([^)]*)\))?").expect("a pattern"));
        for word in WORD.captures_iter(text) {
            let given = word.get(3).map_or("", |given| given.as_str());
            // What xdoctest requires, each by itself; other words in brackets are remarks.
            let names: Vec<String> = match &word[2] {
                "REQUIRES" => given.split(',').map(|one| format!("REQUIRES({})", one.trim())).collect(),
                name => vec![name.to_owned()],
            };
            for name in names {
                match &word[1] {
                    "+" => self.on.insert(name),
                    _ => self.on.remove(&name),
                };
            }
        }
    }
}

/// All options of `doctest`, pytest, doctestplus and xdoctest that say something of what is compared or shown.
#[rustfmt::skip]
const KNOWN: [&str; 25] = [
    "ALLOW_BYTES", "ALLOW_UNICODE", "ASYNC", "DONT_ACCEPT_BLANKLINE", "DONT_ACCEPT_TRUE_FOR_1", "ELLIPSIS", "FAIL_FAST", "FIX", "FLOAT_CMP", "IGNORE_EXCEPTION_DETAIL",
    "IGNORE_OUTPUT", "IGNORE_OUTPUT_3", "IGNORE_WANT", "IGNORE_WARNINGS", "IGNORE_WHITESPACE", "NORMALIZE_REPR", "NORMALIZE_WHITESPACE", "NUMBER", "REMOTE_DATA",
    "REPORT_CDIFF", "REPORT_NDIFF", "REPORT_ONLY_FIRST_FAILURE", "REPORT_UDIFF", "SHOW_WARNINGS", "SKIP",
];
/// So many letters of a known option may be written otherwise: nobody else has one of that name.
const SLIPS: usize = 2;

/// Whether what xdoctest requires is so here: a platform, an implementation, a major version, a package (its import will tell). No flag was given on its
/// command line, and no variable is set.
fn is_met(required: &str) -> bool {
    const HERE: [&str; 5] = ["linux", "posix", "cpython", "py2", "py3"];
    required.starts_with("module:") || HERE.contains(&required.to_lowercase().as_str())
}

/// The options that the comment at the end of a line sets.
fn directive(line: &str) -> Option<&str> {
    static DIRECTIVE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"#\s*x?doctest:\s*((?:\([^)\n]*\)|[^\n'"])*)$"#).ok());
    let found = DIRECTIVE.as_ref()?.captures(line)?;
    found.get(1).map(|options| options.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_a_statement_come_last() {
        let of_block = Options::parse("+NORMALIZE_WHITESPACE, +SKIP");
        let options = of_block.of_source("f()  # doctest: -SKIP +NUMBER\n#doctest:+ELLIPSIS");
        assert!(options.has("NORMALIZE_WHITESPACE") && options.has("NUMBER") && options.has("ELLIPSIS"));
        assert_eq!(options.skip(), None);
        assert_eq!(of_block.skip(), Some("SKIP"));
        assert!(!Options::default().of_source("'# doctest: +SKIP'").has("SKIP"));
        let about_sessions = "text = \'\'\'\n>>> f()  # xdoctest: +SKIP\n\'\'\'";
        assert!(!Options::default().of_source(about_sessions).has("SKIP"));
        assert!(Options::default().of_source("f((  # doctest: +SKIP").has("SKIP"));
        assert_eq!(Options::default().of_source("f()  # xdoctest: +SKIP(\"too hot, today\")").skip(), Some("SKIP"));
    }

    #[test]
    fn what_xdoctest_requires() {
        let skip = |text: &str| Options::parse(text).skip().map(str::to_owned);
        for met in ["+REQUIRES(LINUX)", "+REQUIRES(module:tea)", "+REQUIRES(CPython, PY3)", "-REQUIRES(WIN32)"] {
            assert_eq!(skip(met), None, "{met}");
        }
        for (unmet, why) in [("+REQUIRES(WIN32)", "WIN32"), ("+REQUIRES(--slow)", "--slow"), ("+REQUIRES(PY3, env:TEA)", "env:TEA")] {
            assert_eq!(skip(unmet), Some(format!("REQUIRES({why})")), "{unmet}");
        }
        assert_eq!(skip("+REQUIRES(WIN32), -REQUIRES(WIN32)"), None);
    }
}
