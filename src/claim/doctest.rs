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

    /// Whether an option is on.
    pub fn has(&self, name: &str) -> bool {
        self.on.contains(name)
    }

    /// The output isn't compared.
    pub(crate) fn ignores_output(&self) -> bool {
        ["IGNORE_OUTPUT", "IGNORE_OUTPUT_3", "IGNORE_WANT"].iter().any(|name| self.has(name))
    }

    /// The option that asks for surroundings which there aren't: xdoctest's running event loop.
    pub(super) fn surroundings(&self) -> Option<&'static str> {
        ["ASYNC"].into_iter().find(|name| self.has(name))
    }

    /// Why the statement isn't run, where it isn't.
    pub(crate) fn skip(&self) -> Option<&'static str> {
        ["SKIP", "REMOTE_DATA"].into_iter().find(|name| self.has(name))
    }

    fn set(&mut self, text: &str) {
        for word in text.split([',', ' ', '\t']).map(str::trim) {
            if let Some(name) = word.strip_prefix('+') {
                self.on.insert(name.to_owned());
            } else if let Some(name) = word.strip_prefix('-') {
                self.on.remove(name);
            }
        }
    }
}

/// The options that the comment at the end of a line sets.
fn directive(line: &str) -> Option<&str> {
    static DIRECTIVE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"#\s*x?doctest:\s*([^\n'"]*)$"#).ok());
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
    }
}
