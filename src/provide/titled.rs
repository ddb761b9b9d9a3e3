//! Blocks of Python that are files to others: pydantic-ai's `title="shop.py"` names one, and `requires="shop.py"` asks for it.

use std::collections::HashMap;

use crate::{
    collect::Case,
    corpus::needs::refused_path,
    extract::{Example, Language},
    hint,
    report::{Problem, Severity},
};

/// The blocks of all documents whose title is the name of a Python file.
pub(super) struct Titled {
    /// By title, indices of the cases that have it.
    blocks: HashMap<String, Vec<usize>>,
}

impl Titled {
    /// Those among the cases.
    pub(super) fn new(cases: &[Case]) -> Titled {
        let mut blocks: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, case) in cases.iter().enumerate().filter(|(_, case)| case.example.language == Language::Python) {
            if let Some(title) = case.example.attributes.get("title").filter(|title| title.ends_with(".py")) {
                blocks.entry(title.clone()).or_default().push(index);
            }
        }
        Titled { blocks }
    }

    /// The files that a case asks for, each with the block that it is: the last one before it in its document, else the first behind it
    /// there, else the first of another document. What isn't there is told.
    pub(super) fn required<'c>(&self, cases: &'c [Case], index: usize, problems: &mut Vec<Problem>) -> Vec<(String, &'c Case)> {
        let case = &cases[index];
        let names = required(&case.example);
        let found = names.filter_map(|name| match (refused_path(name), self.nearest(cases, index, name)) {
            (None, Some(block)) => Some((name.to_owned(), &cases[block])),
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

    fn nearest(&self, cases: &[Case], index: usize, name: &str) -> Option<usize> {
        let all = self.blocks.get(name)?.iter().copied().filter(|&block| block != index);
        let here = all.clone().filter(|&block| cases[block].page == cases[index].page);
        here.clone().rfind(|&block| block < index).or_else(|| here.clone().next()).or_else(|| all.clone().next())
    }

    fn missing(&self, name: &str) -> String {
        let near = hint::nearest(name, self.blocks.keys().map(String::as_str));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!("no other Python block has `title=\"{name}\"`{near}")
    }
}

/// The files that an example's fence asks for.
fn required(example: &Example) -> impl Iterator<Item = &str> {
    let names = example.attributes.get("files").filter(|_| example.language == Language::Python);
    names.into_iter().flat_map(|names| names.split(',')).map(str::trim)
}
