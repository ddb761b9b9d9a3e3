//! Assertions: `assert total([1, 2]) == 3` says what the value is, or that something is so, unless a comment beside it says that it fails.

use rustpython_ruff_python_ast::{CmpOp, Expr, Stmt};
use rustpython_ruff_text_size::Ranged;

use super::{
    Claim, Form, Kind, Reading, Says, Strength, Target,
    code::{Code, Statement, bytes, last_name},
};

/// Parts of words with which comments say that what stands beside them doesn't pass.
const FAILING: [&str; 8] = ["fail", "rais", "error", "false", "wrong", "n't", "❌", "✗"];
/// What is called at the head of a `with` that lets nothing through, or wants it.
const CATCHING: [&str; 4] = ["raises", "suppress", "assertRaises", "assertRaisesRegex"];

/// The claims of assertions that run as they're written, in order.
pub(super) fn claims(code: &Code<'_>) -> Vec<Claim> {
    code.statements.iter().filter_map(|statement| claim(code, statement)).collect()
}

fn claim(code: &Code<'_>, statement: &Statement<'_>) -> Option<Claim> {
    let Stmt::Assert(assertion) = statement.node else { return None };
    // `assert False` marks what isn't reached.
    let is_constant = assertion.test.is_literal_expr() || matches!(&*assertion.test, Expr::Tuple(_));
    if is_constant || !code.runs_as_written(statement) || is_guarded(code, statement) || is_said_to_fail(code, statement) {
        return None;
    }
    let span = bytes(said(&assertion.test).range());
    let expected = code.text.get(span.clone())?.to_owned();
    let target = Target { range: statement.range.clone(), subject: statement.subject.clone() };
    let readings = vec![Reading { says: Says::Asserted, strength: Strength::Firm }];
    Claim::new(span, Form::Assertion, Kind::Value, expected, target, readings, None)
}

/// What is said: the value of an equality; else all of it.
fn said(test: &Expr) -> &Expr {
    let Expr::Compare(compare) = test else { return test };
    match (&*compare.ops, &*compare.comparators) {
        ([CmpOp::Eq], [right]) if stands_for_itself(&compare.left) && !stands_for_itself(right) => &compare.left,
        ([CmpOp::Eq], [right]) => right,
        _ => test,
    }
}

/// Whether an expression stands for itself, as the harness has it too (`instrumentation.py`): then the other side is what is looked at.
fn stands_for_itself(expr: &Expr) -> bool {
    match expr {
        Expr::List(list) => list.iter().all(stands_for_itself),
        Expr::Tuple(tuple) => tuple.iter().all(stands_for_itself),
        Expr::Set(set) => set.iter().all(stands_for_itself),
        Expr::Dict(dict) => {
            dict.items.iter().all(|item| item.key.as_ref().is_some_and(stands_for_itself) && stands_for_itself(&item.value))
        }
        Expr::UnaryOp(unary) => stands_for_itself(&unary.operand),
        _ => expr.is_literal_expr(),
    }
}

/// Whether somebody around an assertion may want it to fail.
fn is_guarded(code: &Code<'_>, statement: &Statement<'_>) -> bool {
    let around = std::iter::successors(statement.parent, |&parent| code.statements[parent].parent);
    let mut around = around.map(|parent| code.statements[parent].node);
    around.any(|stmt| match stmt {
        Stmt::Try(_) => true,
        Stmt::With(with) => with.items.iter().any(|item| catches(&item.context_expr)),
        _ => false,
    })
}

fn catches(manager: &Expr) -> bool {
    manager.as_call_expr().and_then(|call| last_name(&call.func)).is_some_and(|name| CATCHING.contains(&name))
}

/// Whether a comment beside an assertion, or on a line next to it, says that it fails.
fn is_said_to_fail(code: &Code<'_>, statement: &Statement<'_>) -> bool {
    let (first, last) = (statement.first_line, statement.last_line);
    let is_near = |line: usize, alone: bool| (first..=last).contains(&line) || alone && (line + 1 == first || line == last + 1);
    let says_so = |text: &str| {
        let text = text.to_lowercase();
        FAILING.iter().any(|word| text.contains(word))
    };
    code.comments.iter().any(|comment| is_near(comment.line, comment.alone) && says_so(&code.text[comment.range.clone()]))
}
