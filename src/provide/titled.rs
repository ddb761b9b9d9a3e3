//! Blocks of Python that are files to others: pydantic-ai's `title="shop.py"` names one, and `requires="shop.py"` asks for it.

use std::{collections::HashMap, sync::Arc};

use camino::Utf8PathBuf;

use crate::{
    collect::Case,
    corpus::needs::refused_path,
    extract::Example,
    hint,
    report::{Problem, Severity},
};

/// The blocks of all documents so far whose title is the name of a Python file, by that title.
#[derive(Debug, Default)]
pub struct Titled(HashMap<String, Vec<Block>>);

/// Such a block. Its document may be gone already.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// The document that shows it.
    page: Utf8PathBuf,
    pub(super) id: String,
    line: u32,
    pub(super) code: Arc<str>,
}

impl Titled {
    /// Adds those among the cases.
    pub(super) fn add(&mut self, cases: &[Case]) {
        for (case, title) in cases.iter().filter_map(|case| Some((case, case.example.title()?))) {
            let Example { id, first_line, code, .. } = &*case.example;
            let block = Block { page: case.page.clone(), id: id.clone(), line: *first_line, code: code.as_str().into() };
            self.0.entry(title.to_owned()).or_default().push(block);
        }
    }

    /// The files that a case asks for, each with the block that it is: the last one before it in its document, else the first behind it
    /// there, else the first of another document. What isn't there is told.
    pub(super) fn required<'a>(&'a self, case: &'a Case, problems: &mut Vec<Problem>) -> Vec<(&'a str, &'a Block)> {
        let found = case.example.required_files().filter_map(|name| match (refused_path(name), self.nearest(case, name)) {
            (None, Some(block)) => Some((name, block)),
            (refused, _) => {
                let why = refused.map_or_else(|| self.missing(name), str::to_owned);
                let Example { document, first_line, .. } = &*case.example;
                let message =
                    format!("{}:{}:1: attribute `requires` of the fence: {why}", document.path, first_line.saturating_sub(1).max(1));
                problems.push(Problem { message, severity: Severity::Warning });
                None
            }
        });
        found.collect()
    }

    fn nearest(&self, case: &Case, name: &str) -> Option<&Block> {
        let all = || self.0.get(name).into_iter().flatten().filter(|block| block.id != case.example.id);
        let here = || all().filter(|block| block.page == case.page);
        here().rfind(|block| block.line < case.example.first_line).or_else(|| here().next()).or_else(|| all().next())
    }

    fn missing(&self, name: &str) -> String {
        let near = hint::nearest(name, self.0.keys().map(String::as_str));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!("no other Python block has `title=\"{name}\"`{near}")
    }
}

impl Block {
    /// Whether it stands in this document: one that doesn't may have been told already.
    pub(super) fn is_of(&self, case: &Case) -> bool {
        self.page == case.page
    }
}
