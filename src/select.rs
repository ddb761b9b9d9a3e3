//! Which examples are meant: `q23`, `q23.2`, a glob, or `path:line`.

use globset::{Glob, GlobMatcher};

use crate::{extract::Example, hint::nearest};

/// A pattern that names examples.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    kind: PatternKind,
}

#[derive(Debug, Clone)]
enum PatternKind {
    /// An id, a section, or a glob over either.
    Id(GlobMatcher),
    /// The example at a line of the document whose path ends so; the lines of its fence count as its own.
    Line { path: String, line: u32 },
}

/// A pattern that can't be used, or names nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// Not a glob.
    #[error("`{0}` names no example: {1}; give an id (`q23.2`), a section (`q23`), a glob (`q2*`) or `path:line`")]
    NotAPattern(String, String),
    /// No example is named so.
    #[error("no example is named `{pattern}`{}", hint(.nearest))]
    Unknown {
        /// What was asked for.
        pattern: String,
        /// The id most like it.
        nearest: Option<String>,
    },
}

fn hint(nearest: &Option<String>) -> String {
    match nearest {
        Some(id) => format!("; did you mean `{id}`?"),
        None => "; `verify list` shows the ids".to_owned(),
    }
}

impl Pattern {
    /// Reads a pattern as typed.
    pub fn parse(text: &str) -> Result<Pattern, SelectError> {
        if let Some((path, line)) = text.rsplit_once(':')
            && let Ok(line) = line.parse()
        {
            return Ok(Pattern { text: text.to_owned(), kind: PatternKind::Line { path: path.to_owned(), line } });
        }
        let glob = Glob::new(text).map_err(|error| SelectError::NotAPattern(text.to_owned(), error.kind().to_string()))?;
        Ok(Pattern { text: text.to_owned(), kind: PatternKind::Id(glob.compile_matcher()) })
    }

    /// Whether it names this example.
    fn names(&self, example: &Example) -> bool {
        match &self.kind {
            PatternKind::Id(glob) => example.id == self.text || glob.is_match(&example.id) || glob.is_match(&example.section),
            PatternKind::Line { path, line } => {
                // What a page includes has the id of the line that does so.
                example.id == self.text
                    || (example.first_line.saturating_sub(1)..=example.last_line + 1).contains(line)
                        && example.document.path.as_str().ends_with(path.as_str())
            }
        }
    }
}

/// Indices of the examples that the patterns name, in document order; all of them where no pattern is given.
pub fn select<'a>(examples: impl Iterator<Item = &'a Example> + Clone, patterns: &[Pattern]) -> Result<Vec<usize>, SelectError> {
    for pattern in patterns {
        if !examples.clone().any(|example| pattern.names(example)) {
            let ids = examples.clone().flat_map(|example| [example.id.as_str(), example.section.as_str()]);
            let nearest = nearest(&pattern.text, ids).map(str::to_owned);
            return Err(SelectError::Unknown { pattern: pattern.text.clone(), nearest });
        }
    }
    let named = |example: &Example| patterns.is_empty() || patterns.iter().any(|pattern| pattern.names(example));
    Ok(examples.enumerate().filter(|(_, example)| named(example)).map(|(index, _)| index).collect())
}
