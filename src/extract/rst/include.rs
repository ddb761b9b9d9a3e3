//! `literalinclude::`: lines of another file, shown as code.

use std::{collections::BTreeMap, sync::Arc};

use rustpython_ruff_python_ast::Stmt;
use rustpython_ruff_text_size::{Ranged, TextRange};

use crate::{
    document::Document,
    extract::{Block, Example, Language, language},
    syntax,
};

/// What a document includes as code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// Line of the directive, from 1.
    pub line: u32,
    /// The file, as it's written: relative to the document's folder or, with a slash before it, to that of all documents.
    pub path: String,
    /// Options and other attributes, by name.
    pub attributes: BTreeMap<String, String>,
}

impl Include {
    /// The example that an included file gives to the page; `None` where none of its lines is shown. The error is a sentence.
    pub fn example(&self, page: &Document, included: &Arc<Document>) -> Result<Option<Example>, String> {
        let mut shown = self.lines(included)?;
        let is_blank = |line: &u32| included.text[included.line_range(*line)].trim().is_empty();
        while shown.last().is_some_and(is_blank) {
            shown.pop();
        }
        shown.drain(..shown.iter().take_while(|line| is_blank(line)).count());
        if shown.is_empty() {
            return Ok(None);
        }
        let line = |number: &u32| {
            let range = included.line_range(*number);
            (range.start, included.text[range].to_owned())
        };
        let lines: Vec<(usize, String)> = shown.iter().map(line).collect();
        let named = self.attributes.get("language").map(String::as_str).or(included.path.extension()).unwrap_or_default();
        let language = match Language::from_name(named) {
            Some(Language::Python) if language::is_session(lines.iter().map(|(_, text)| text.as_str())) => Language::Session,
            Some(language) => language,
            None => Language::Text,
        };
        let block = Block::new(included, language, lines, self.attributes.clone());
        Ok(Some(block.into_example(included, page.path.to_string(), format!("{}:{}", page.path, self.line))))
    }

    /// The numbers of the lines that are shown, from 1.
    fn lines(&self, included: &Document) -> Result<Vec<u32>, String> {
        let option = |name: &str| self.attributes.get(name).map(String::as_str);
        let count = included.line_count();
        let mut lines: Vec<u32> = (1..=count).collect();
        if let Some(name) = option("pyobject") {
            let object = object(included, name).ok_or_else(|| format!("`{}` has no `{name}`", self.path))?;
            let (first, last) = (included.line_at(object.start().to_usize()), included.line_at(object.end().to_usize()));
            lines.retain(|line| (first..=last).contains(line));
        }
        if let Some(wanted) = option("lines") {
            lines = numbered(wanted, &lines).ok_or_else(|| format!("`:lines: {wanted}` can't be understood"))?;
        }
        let find = |lines: &[u32], name: &str| {
            let Some(text) = option(name) else { return Ok(None) };
            let at = lines.iter().position(|&line| included.text[included.line_range(line)].contains(text));
            at.map(Some).ok_or_else(|| format!("`:{name}: {text}` isn't in `{}`", self.path))
        };
        match (find(&lines, "start-after")?, find(&lines, "start-at")?) {
            (Some(at), _) => drop(lines.drain(..=at)),
            (None, Some(at)) => drop(lines.drain(..at)),
            (None, None) => {}
        }
        match (find(&lines, "end-before")?, find(&lines, "end-at")?) {
            (Some(at), _) => lines.truncate(at),
            (None, Some(at)) => lines.truncate(at + 1),
            (None, None) => {}
        }
        Ok(lines)
    }
}

/// The lines that `1,3,5-10,20-` names of some.
fn numbered(text: &str, lines: &[u32]) -> Option<Vec<u32>> {
    let count = lines.len();
    let mut chosen = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str, default: usize| if text.trim().is_empty() { Some(default) } else { text.trim().parse::<usize>().ok() };
        let (first, last) = (number(first, 1)?.max(1), number(last, count)?.min(count));
        chosen.extend(lines.get(first - 1..last).unwrap_or_default());
    }
    Some(chosen)
}

/// Where a class, function or method lies, by its dotted name.
fn object(included: &Document, name: &str) -> Option<TextRange> {
    let parsed = syntax::parse(&included.text, (3, 15))?;
    let mut body: &[Stmt] = &parsed.syntax().body;
    let mut range = None;
    for part in name.split('.') {
        let (found, inner) = body.iter().find_map(|stmt| match stmt {
            Stmt::FunctionDef(it) if it.name.as_str() == part => Some((it.range(), it.body.as_slice())),
            Stmt::ClassDef(it) if it.name.as_str() == part => Some((it.range(), it.body.as_slice())),
            _ => None,
        })?;
        range = Some(found);
        body = inner;
    }
    range
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "import os\n\n# start\nx = 1\nx + 1  # 2\n# end\n\nclass A:\n    def f(self):\n        return 3\n";

    fn code(options: &[(&str, &str)]) -> Result<Option<(String, u32)>, String> {
        let attributes = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let include = Include { line: 7, path: "shop.py".to_owned(), attributes };
        let page = Document::of_text("docs/page.rst", "");
        let included = Arc::new(Document::of_text("docs/shop.py", FILE));
        include.example(&page, &included).map(|example| {
            example.map(|example| {
                assert_eq!((example.id.as_str(), example.section.as_str()), ("docs/page.rst:7", "docs/page.rst"));
                (example.code.clone(), example.first_line)
            })
        })
    }

    #[test]
    fn lines_by_number_by_text_and_by_object() {
        let found = |options: &[(&str, &str)]| code(options).expect("they are there").expect("a line");
        assert_eq!(found(&[]).1, 1);
        assert_eq!(found(&[("lines", "4-5")]), ("x = 1\nx + 1  # 2\n".to_owned(), 4));
        assert_eq!(found(&[("lines", "1, 4")]), ("import os\nx = 1\n".to_owned(), 1));
        assert_eq!(found(&[("lines", "8-")]).1, 8);
        assert_eq!(found(&[("start-after", "# start"), ("end-before", "# end")]), ("x = 1\nx + 1  # 2\n".to_owned(), 4));
        assert_eq!(found(&[("start-at", "x = 1"), ("end-at", "# end")]).0, "x = 1\nx + 1  # 2\n# end\n");
        assert_eq!(found(&[("pyobject", "A.f")]), ("def f(self):\n    return 3\n".to_owned(), 9));
        assert_eq!(code(&[("lines", "2")]), Ok(None));
        for (options, why) in [
            ([("pyobject", "B")], "`shop.py` has no `B`"),
            ([("start-after", "nowhere")], "`:start-after: nowhere` isn't in `shop.py`"),
            ([("lines", "a-b")], "`:lines: a-b` can't be understood"),
        ] {
            assert_eq!(code(&options), Err(why.to_owned()));
        }
    }
}
