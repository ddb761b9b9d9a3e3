//! What a class of an example leaves out: `...` among the statements of its body stands for some that aren't shown. What it raises then may be for
//! want of them.

use rustpython_ruff_python_ast::{Expr, Stmt, StmtClassDef};

use crate::claim::code::words;

/// The class that a statement uses, and whose body among these statements leaves something out.
pub(super) fn class<'a>(body: &'a [Stmt], statement: &str) -> Option<&'a str> {
    let mut elided = body.iter().filter_map(Stmt::as_class_def_stmt).filter(|class| leaves_out(class)).map(|class| class.name.as_str());
    elided.find(|&name| words(statement).any(|word| word == name))
}

/// Whether `...` stands beside other statements; alone, or behind a docstring, it's a body.
fn leaves_out(class: &StmtClassDef) -> bool {
    let is = |stmt: &Stmt, kind: fn(&Expr) -> bool| stmt.as_expr_stmt().is_some_and(|it| kind(&it.value));
    let is_dots = |stmt: &Stmt| is(stmt, Expr::is_ellipsis_literal_expr);
    let is_text = |stmt: &Stmt| is(stmt, Expr::is_string_literal_expr);
    class.body.iter().any(is_dots) && class.body.iter().any(|stmt| !is_dots(stmt) && !is_text(stmt))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    fn class_in(code: &str, statement: &str) -> Option<String> {
        let parsed = syntax::parse(code, (3, 13)).expect("Python");
        class(&parsed.syntax().body, statement).map(str::to_owned)
    }

    #[test]
    fn classes_that_leave_something_out() {
        let of = |body: &str| class_in(&format!("class Pot(Tea):\n{body}\n"), "Pot(cups=5)");
        assert_eq!(of("    ...\n    def pour(self): ...").as_deref(), Some("Pot"));
        assert_eq!(of("    size = 5\n    ...").as_deref(), Some("Pot"));
        assert_eq!(of("    ..."), None);
        assert_eq!(of("    'Holds tea.'\n    ..."), None);
        assert_eq!(of("    def pour(self): ..."), None);
        assert_eq!(class_in("class Pot:\n    size = 5\n    ...\n", "Cup()"), None);
    }
}
