//! Files that examples write and read by name: what one writes, a later one may read (`open("tea.txt")`).

use std::collections::BTreeSet;

use rustpython_ruff_python_ast::{
    Expr, ExprCall, ModModule,
    visitor::{Visitor, walk_expr},
};

/// The files that code opens by names that are written out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Files {
    /// Those that it writes, or adds to.
    pub(crate) writes: BTreeSet<String>,
    /// Those that it reads or adds to and didn't write before.
    pub(crate) needs: BTreeSet<String>,
}

/// The files of a module.
pub(super) fn files(module: &ModModule) -> Files {
    let mut files = Files::default();
    files.visit_body(&module.body);
    files
}

impl<'a> Visitor<'a> for Files {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Some((name, mode)) = expr.as_call_expr().and_then(opened) {
            let is_new = mode.contains(['w', 'x']);
            if !is_new && !self.writes.contains(name) {
                self.needs.insert(name.to_owned());
            }
            if is_new || mode.contains(['a', '+']) {
                self.writes.insert(name.to_owned());
            }
        }
        walk_expr(self, expr);
    }
}

/// The file that a call opens, and how: `open("tea.txt", "w")`, `Path("tea.txt").write_text(tea)`.
fn opened(call: &ExprCall) -> Option<(&str, &str)> {
    match &*call.func {
        Expr::Name(name) if name.id.as_str() == "open" => {
            let mode = call.arguments.args.get(1).or_else(|| call.arguments.find_keyword("mode").map(|keyword| &keyword.value));
            Some((literal(call.arguments.args.first()?)?, mode.map_or(Some("r"), literal)?))
        }
        Expr::Attribute(method) => {
            let path =
                method.value.as_call_expr().filter(|path| path.func.as_name_expr().is_some_and(|name| name.id.as_str() == "Path"))?;
            let mode = match method.attr.as_str() {
                "write_text" | "write_bytes" => "w",
                "read_text" | "read_bytes" => "r",
                "open" => call.arguments.args.first().map_or(Some("r"), literal)?,
                _ => return None,
            };
            Some((literal(path.arguments.args.first()?)?, mode))
        }
        _ => None,
    }
}

fn literal(expr: &Expr) -> Option<&str> {
    expr.as_string_literal_expr().map(|literal| literal.value.to_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn what_is_written_and_needed() {
        for (code, writes, needs) in [
            ("f = open('tea.txt', 'w')\nf.write('hot')", "tea.txt", ""),
            ("with open('tea.txt') as f:\n    print(f.read())", "", "tea.txt"),
            ("open('tea.txt', mode='a').write('hot')", "tea.txt", "tea.txt"),
            ("open('tea.txt', 'wb').write(b'hot')\nopen('tea.txt').read()", "tea.txt", ""),
            ("Path('tea.txt').write_text('hot')\nPath('cup.txt').read_text()", "tea.txt", "cup.txt"),
            ("open(tea)\nopen('tea.txt', mode)\nmug.open('tea.txt')", "", ""),
        ] {
            let parsed = syntax::parse(code, (3, 13)).expect("Python");
            let files = files(parsed.syntax());
            let words = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(" ");
            assert_eq!((words(&files.writes), words(&files.needs)), (writes.to_owned(), needs.to_owned()), "{code}");
        }
    }
}
