//! Comparisons by identity. Whether two equal constants are one object depends on what was compiled together: all of a script, or each statement at a
//! prompt.

use rustpython_ruff_python_ast::{
    CmpOp, Expr,
    visitor::{Visitor, walk_expr},
};

use crate::claim::code::parse_valid;

/// Whether code asks of two objects whether they're one, and none of them is one that there's only one of: `pot is cup`, but not `pot is None`.
pub(crate) fn is_compared(code: &str) -> bool {
    let mut comparison = Comparison(false);
    if code.contains(" is ")
        && let Some(parsed) = parse_valid(code)
    {
        comparison.visit_body(&parsed.syntax().body);
    }
    comparison.0
}

struct Comparison(bool);

impl<'a> Visitor<'a> for Comparison {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Compare(it) = expr {
            let is_single = |expr: &Expr| expr.is_none_literal_expr() || expr.is_boolean_literal_expr() || expr.is_ellipsis_literal_expr();
            let by_identity = it.ops.iter().any(|op| matches!(op, CmpOp::Is | CmpOp::IsNot));
            self.0 |= by_identity && !is_single(&it.left) && !it.comparators.iter().any(is_single);
        }
        walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_of_objects() {
        for code in ["pot is cup", "print(pot is not cup)", "same = pot is 500"] {
            assert!(is_compared(code), "{code}");
        }
        for code in ["pot is None", "pot == cup", "pot in cups", "print('pot is cup')", "pot is"] {
            assert!(!is_compared(code), "{code}");
        }
    }
}
