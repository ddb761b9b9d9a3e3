//! Lines of a script that are no Python, and say so: `x = = 1  # SyntaxError`. Such a page means its other lines to run, as at a prompt, where a line that
//! can't be read keeps no other from running.

use rustpython_ruff_python_ast::{Expr, Stmt};

use crate::{claim::code::bytes, syntax};

use super::pieces;

/// Whether code has such lines, and is Python without them, of which nobody can tell whether its statements run one by one.
pub(super) fn are_told(code: &str, python: (u8, u8)) -> bool {
    let mut rest = String::with_capacity(code.len());
    let mut any = false;
    for line in code.lines() {
        let is_mistake = are_said(line) && is_refused(line, python);
        any |= is_mistake;
        rest.push_str(if is_mistake { "" } else { line });
        rest.push('\n');
    }
    any && syntax::parse(&rest, python).is_some_and(|rest| rest.errors().is_empty() && pieces::may_run_apart(&rest, python))
}

/// Whether the comment behind a line says that it's an error.
pub(crate) fn are_said(line: &str) -> bool {
    const WORDS: [&str; 5] = ["error", "invalid", "illegal", "not allowed", "not valid"];
    let Some((statement, comment)) = line.split_once('#') else { return false };
    let comment = comment.to_lowercase();
    !statement.starts_with([' ', '\t']) && !statement.trim().is_empty() && WORDS.iter().any(|word| comment.contains(word))
}

/// Whether Python refuses a line by itself: it's none, or assigns to what nothing can be assigned to, or belongs into a function or a loop.
fn is_refused(line: &str, python: (u8, u8)) -> bool {
    let Some(parsed) = syntax::parse(line, python) else { return false };
    let is_refused = |stmt: &Stmt| match stmt {
        Stmt::Assign(assign) => assign.targets.iter().any(|target| stars(target) > usize::from(!target.is_starred_expr())),
        Stmt::Return(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::Nonlocal(_) => true,
        _ => false,
    };
    // What goes on below is no line by itself.
    let is_open = || parsed.errors().iter().any(|error| bytes(error.location).start >= line.trim_end().len());
    if parsed.errors().is_empty() { parsed.syntax().body.iter().any(is_refused) } else { !is_open() }
}

/// How many targets of an assignment are starred, of those beside each other.
fn stars(target: &Expr) -> usize {
    match target {
        Expr::Starred(_) => 1,
        Expr::Tuple(tuple) => tuple.elts.iter().filter(|item| item.is_starred_expr()).count(),
        Expr::List(list) => list.elts.iter().filter(|item| item.is_starred_expr()).count(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_say_that_they_are_mistakes() {
        for code in [
            "cups = 1\nx = = 1  # SyntaxError\ncups  # 1\n",
            "*cups = 1  # ERROR -- must be in a list\n",
            "a, *b, *c = 1, 2, 3  # an error: two stars\n",
            "return 5  # SyntaxError: 'return' outside function\n",
            "f() = 1  # invalid\n",
        ] {
            assert!(are_told(code, (3, 12)), "{code}");
        }
        for code in [
            "cups = 1\nx = = 1  # why?\ncups  # 1\n",
            "cups = 1  # error\n",
            "x = = 1  # SyntaxError\ny = = 2\n",
            "x = = 1  # SyntaxError\na is b  # True\n",
            "a, *b = 1, 2  # no error\n",
            "def f():\n    x = = 1  # SyntaxError\n",
            "pour(  # ValueError\n    5)\n",
            "for cup in cups:  # no error\n    pour(cup)\n",
            "# SyntaxError\nx = = 1\n",
        ] {
            assert!(!are_told(code, (3, 12)), "{code}");
        }
    }
}
