//! The parts of a directive, and what the less known ones hold.

use std::{collections::BTreeMap, ops::Range};

use super::Line;

/// A directive with all that belongs to it.
#[derive(Debug)]
pub(super) struct Directive<'a> {
    /// Its line.
    pub(super) at: usize,
    /// Its name, without the domain: `function` of `py:function`.
    pub(super) name: &'a str,
    /// What stands behind the name.
    pub(super) argument: String,
    /// Lines of its options.
    options: Vec<&'a str>,
    /// Its content, with empty lines around it.
    pub(super) content: Range<usize>,
    /// The line behind it.
    pub(super) end: usize,
}

impl<'a> Directive<'a> {
    /// The directive at a line, if it is one; what belongs to it ends before `end`.
    pub(super) fn read(lines: &'a [Line], at: usize, end: usize) -> Option<Directive<'a>> {
        let text = lines[at].trimmed().strip_prefix("..")?.trim_start();
        let colons = text.find("::")?;
        let (name, argument) = (&text[..colons], &text[colons + 2..]);
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | ':'));
        if !is_name || !(argument.is_empty() || argument.starts_with(' ')) {
            return None;
        }
        let name = name.rsplit(':').next().unwrap_or(name);
        let mut next = at + 1;
        let mut options = Vec::new();
        while next < end && option(lines[next].trimmed()).is_some() {
            options.push(lines[next].trimmed());
            next += 1;
        }
        Some(Directive { at, name, argument: argument.trim().to_owned(), options, content: next..end, end })
    }

    /// Its options as attributes.
    pub(super) fn options(&self) -> BTreeMap<String, String> {
        let options = self.options.iter().filter_map(|line| option(line));
        options.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The options of one of Sphinx's tests as attributes, with its groups.
    pub(super) fn test_options(&self) -> BTreeMap<String, String> {
        let mut attributes = self.options();
        attributes.insert("directive".to_owned(), self.name.to_owned());
        if !self.argument.is_empty() {
            attributes.insert("group".to_owned(), self.argument.clone());
        }
        // Sphinx heeds it on `doctest::` alone.
        if let Some(version) = attributes.remove("pyversion").filter(|_| self.name == "doctest") {
            attributes.insert("python".to_owned(), version.replace(' ', ""));
        }
        attributes
    }
}

/// Name and value of `:name: value`.
fn option(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.strip_prefix(':')?.split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    (is_name && (value.is_empty() || value.starts_with(' '))).then(|| (name, value.trim()))
}

/// Whether a directive holds something that is neither text nor Python.
pub(super) fn is_verbatim(name: &str) -> bool {
    matches!(
        name,
        "raw"
            | "math"
            | "graphviz"
            | "digraph"
            | "graph"
            | "mermaid"
            | "uml"
            | "plantuml"
            | "productionlist"
            | "toctree"
            | "csv-table"
            | "autosummary"
            | "include"
            | "command-output"
            | "program-output"
    )
}

/// What a line of an `ipython::` block says about the statement below it.
pub(super) fn is_decorator(text: &str) -> bool {
    let name = text.strip_prefix('@').and_then(|rest| rest.split_whitespace().next());
    matches!(name, Some("suppress" | "verbatim" | "doctest" | "savefig" | "okexcept" | "okwarning" | "suppress_out" | "suppress_err"))
}

/// The first word of a line that only IPython understands.
pub(super) fn magic(text: &str) -> Option<&str> {
    let word = text.split_whitespace().next()?;
    let is_magic = text.strip_prefix('%').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '%'));
    (is_magic || text.starts_with('!') || (text.ends_with('?') && !text.starts_with('#'))).then_some(word)
}
