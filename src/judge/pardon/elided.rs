//! What a class of an example leaves out: `...` among the statements of its body stands for some that aren't shown. What it raises then may be for
//! want of them.

use rustpython_ruff_python_ast::{Expr, Stmt, StmtClassDef};

use crate::{claim::code::words, plan::syntax};

/// The class that a statement uses, and whose body in the code leaves something out.
pub(super) fn class(code: &str, statement: &str, python: (u8, u8)) -> Option<String> {
    let parsed = syntax::parse(code, python)?;
    let classes = parsed.syntax().body.iter().filter_map(Stmt::as_class_def_stmt);
    let mut elided = classes.filter(|class| leaves_out(class)).map(|class| class.name.as_str());
    elided.find(|&name| words(statement).any(|word| word == name)).map(str::to_owned)
}

/// Whether `...` stands beside other statements; alone, or behind a docstring, it's a body.
fn leaves_out(class: &StmtClassDef) -> bool {
    let expr = |stmt: &Stmt| stmt.as_expr_stmt().map(|it| (*it.value).clone());
    let is_dots = |stmt: &Stmt| matches!(expr(stmt), Some(Expr::EllipsisLiteral(_)));
    let is_text = |stmt: &Stmt| matches!(expr(stmt), Some(Expr::StringLiteral(_)));
    class.body.iter().any(is_dots) && class.body.iter().any(|stmt| !is_dots(stmt) && !is_text(stmt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_leave_something_out() {
        let of = |body: &str| class(&format!("class Pot(Tea):\n{body}\n"), "Pot(cups=5)", (3, 13));
        assert_eq!(of("    ...\n    def pour(self): ...").as_deref(), Some("Pot"));
        assert_eq!(of("    size = 5\n    ...").as_deref(), Some("Pot"));
        assert_eq!(of("    ..."), None);
        assert_eq!(of("    'Holds tea.'\n    ..."), None);
        assert_eq!(of("    def pour(self): ..."), None);
        assert_eq!(class("class Pot:\n    size = 5\n    ...\n", "Cup()", (3, 13)), None);
    }
}
