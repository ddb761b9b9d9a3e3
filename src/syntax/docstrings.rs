//! Code without its docstrings: what two versions of a file have in common, of which only the documentation was edited.

use std::ops::Range;

use rustpython_ruff_python_ast::{
    Stmt,
    visitor::{Visitor, walk_stmt},
};
use rustpython_ruff_text_size::Ranged;

/// Code with nothing in the place of its docstrings; `None` for code that doesn't parse.
pub(crate) fn without_docstrings(code: &str) -> Option<String> {
    let parsed = super::parse(code, super::NEWEST).filter(|parsed| parsed.errors().is_empty())?;
    let mut docstrings = Docstrings::default();
    docstrings.add(&parsed.syntax().body);
    docstrings.visit_body(&parsed.syntax().body);
    docstrings.found.sort_by_key(|range| range.start);
    let mut left = String::with_capacity(code.len());
    let mut end = 0;
    for range in docstrings.found {
        left += &code[end..range.start];
        end = range.end;
    }
    Some(left + &code[end..])
}

#[derive(Default)]
struct Docstrings {
    found: Vec<Range<usize>>,
}

impl Docstrings {
    fn add(&mut self, body: &[Stmt]) {
        if let Some(Stmt::Expr(first)) = body.first()
            && first.value.is_string_literal_expr()
        {
            self.found.push(first.range().to_std_range());
        }
    }
}

impl<'a> Visitor<'a> for Docstrings {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => self.add(&function.body),
            Stmt::ClassDef(class) => self.add(&class.body),
            _ => {}
        }
        walk_stmt(self, stmt);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docstrings_alone() {
        let code = |cups: &str, pot: &str, size: u8| {
            format!(
                "r'''{cups}'''\nimport tea\n\nclass Pot:\n    \"{pot}\"\n    size = {size}\n    def pour(self):\n        '''é\n        {cups}\n        '''\n        '{size}'\n"
            )
        };
        let left = without_docstrings(&code("cups", "a pot", 5)).expect("valid code");
        assert_eq!(without_docstrings(&code(">>> 1\n1", "", 5)), Some(left.clone()));
        assert_ne!(without_docstrings(&code("cups", "a pot", 6)), Some(left.clone()));
        assert!(!left.contains("cups") && left.contains("import tea") && left.contains("'5'"));
        assert_eq!(without_docstrings("def f(:"), None);
    }
}
