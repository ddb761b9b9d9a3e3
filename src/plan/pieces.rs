//! What of an example can be run one after the other, so that what is looked at around a statement needn't be compiled into it.
//!
//! At a prompt that is what was typed in one go. A script is one code object: its statements may run one by one only where nobody can tell. What could: whoever
//! compares objects (equal constants are one object within a code object), or watches what is called between the statements.

use rustpython_ruff_python_ast::{
    CmpOp, Expr, ModModule, Stmt,
    visitor::{Visitor, walk_expr, walk_stmt},
};
use rustpython_ruff_python_parser::Parsed;
use rustpython_ruff_text_size::Ranged;

use crate::{
    claim::code::words,
    run::protocol::{Mode, Piece, PieceKind, Prelude},
};

/// Names by which a script, or what it imports, may tell that it isn't one code object: they compare objects, or watch the interpreter. Sorted.
const TELLING: [&str; 42] = [
    "_getframe",
    "asizeof",
    "bdb",
    "breakpoint",
    "cProfile",
    "call_tracing",
    "cloudpickle",
    "code",
    "compile",
    "copyreg",
    "coverage",
    "ctypes",
    "dill",
    "dis",
    "eval",
    "exec",
    "f_code",
    "faulthandler",
    "fork",
    "forkpty",
    "gc",
    "getrefcount",
    "id",
    "interrupt_main",
    "joblib",
    "line_profiler",
    "marshal",
    "memory_profiler",
    "monitoring",
    "objgraph",
    "pdb",
    "pickle",
    "profile",
    "pympler",
    "setprofile",
    "setrecursionlimit",
    "settrace",
    "shelve",
    "signal",
    "trace",
    "tracemalloc",
    "yappi",
];

/// The pieces of an example's code, behind these preludes. None where it isn't valid, where it has to run as a whole, or where Python and others count lines in
/// different ways.
pub(super) fn pieces(parsed: &Parsed<ModModule>, code: &str, mode: Mode, preludes: &[Prelude], python: (u8, u8)) -> Vec<Piece> {
    const OTHER_LINE_ENDS: [char; 9] = ['\r', '\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\u{85}', '\u{2028}', '\u{2029}'];
    if !parsed.errors().is_empty() || code.contains(OTHER_LINE_ENDS) {
        return Vec::new();
    }
    let body = &parsed.syntax().body;
    if mode == Mode::Script && (!may_be_cut(body, python) || preludes.iter().any(|prelude| is_telling_text(&prelude.code))) {
        return Vec::new();
    }
    let ends: Vec<usize> = code.match_indices('\n').map(|(at, _)| at).collect();
    let line_of = |at: usize| ends.partition_point(|end| *end < at) as u32 + 1;
    let mut pieces: Vec<Piece> = Vec::new();
    for stmt in body {
        let (first, last) = (line_of(stmt.start().to_usize()), line_of(stmt.end().to_usize()));
        match pieces.last_mut() {
            Some((_, end, kind)) if *end >= first => (*end, *kind) = (last, PieceKind::Other),
            _ => pieces.push((first, last, kind(stmt))),
        }
    }
    pieces
}

/// Whether nobody can tell that the statements of a script run one by one, as at a prompt.
pub(super) fn may_run_apart(parsed: &Parsed<ModModule>, python: (u8, u8)) -> bool {
    may_be_cut(&parsed.syntax().body, python)
}

/// What a statement is that stands alone.
fn kind(stmt: &Stmt) -> PieceKind {
    match stmt {
        Stmt::Expr(expression) => match &*expression.value {
            Expr::Yield(_) | Expr::YieldFrom(_) | Expr::Starred(_) => PieceKind::Other,
            _ => PieceKind::Value,
        },
        Stmt::Assign(_)
        | Stmt::AnnAssign(_)
        | Stmt::AugAssign(_)
        | Stmt::Return(_)
        | Stmt::Delete(_)
        | Stmt::ClassDef(_)
        | Stmt::Assert(_) => PieceKind::Other,
        _ => PieceKind::Plain,
    }
}

/// Whether nobody can tell that a script's statements run one by one.
fn may_be_cut(body: &[Stmt], python: (u8, u8)) -> bool {
    let alone = |stmt: &Stmt| match stmt {
        // A docstring, or one that would become it.
        Stmt::Expr(expression) => !expression.value.is_string_literal_expr(),
        // What it's valid for, and what it isn't, is up to the statements around it.
        Stmt::Global(_) => false,
        Stmt::ImportFrom(from) => from.module.as_deref() != Some("__future__"),
        // A module's annotations are one function.
        Stmt::AnnAssign(_) => python < (3, 14),
        _ => true,
    };
    let mut search = Search::default();
    search.visit_body(body);
    !search.telling && body.iter().all(alone)
}

/// Whether a name of [`TELLING`] stands in a text.
fn is_telling_text(text: &str) -> bool {
    words(text).any(is_telling)
}

fn is_telling(name: &str) -> bool {
    TELLING.binary_search(&name).is_ok()
}

/// Looks for what can tell.
#[derive(Default)]
struct Search {
    telling: bool,
}

impl<'a> Visitor<'a> for Search {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.telling |= match stmt {
            Stmt::Import(import) => import.names.iter().any(|alias| alias.name.split('.').any(is_telling)),
            Stmt::ImportFrom(from) => {
                from.module.as_deref().is_some_and(|module| module.split('.').any(is_telling))
                    || from.names.iter().any(|alias| is_telling(&alias.name))
            }
            _ => false,
        };
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.telling |= match expr {
            Expr::Name(name) => is_telling(&name.id),
            Expr::Attribute(attribute) => is_telling(&attribute.attr),
            Expr::Compare(compare) => compare.ops.iter().zip(&compare.comparators).any(|(op, with)| {
                let singleton = with.is_none_literal_expr() || with.is_boolean_literal_expr() || with.is_ellipsis_literal_expr();
                matches!(op, CmpOp::Is | CmpOp::IsNot) && !singleton
            }),
            _ => false,
        };
        walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn of(code: &str, mode: Mode) -> Vec<Piece> {
        pieces(&parse(code, (3, 12)).expect("short code"), code, mode, &[], (3, 12))
    }

    #[test]
    fn what_is_typed_in_one_go() {
        use PieceKind::{Other, Plain, Value};
        let code = "x = 1\n\nf(x,\n  y)\n@d\ndef f():\n    g()\n\n\na; b\n'''t\nu'''; c\nyield 1\nimport os  # why\n";
        let expected = [(1, 1, Other), (3, 4, Value), (5, 7, Plain), (10, 10, Other), (11, 12, Other), (13, 13, Other), (14, 14, Plain)];
        assert_eq!(of(code, Mode::Prompt), expected);
        for code in ["x = = 1\n", "x\r\ny\r\n", "'\x0c'\n"] {
            assert_eq!(of(code, Mode::Prompt), [], "{code:?}");
        }
    }

    #[test]
    fn scripts_that_can_tell_run_as_a_whole() {
        for code in ["x = 1\nprint(x is None)\n", "import sys, json\nsys.path\n", "def f():\n    global x\n"] {
            assert_ne!(of(code, Mode::Script), [], "{code:?}");
        }
        for code in [
            "a is b\n",
            "def f():\n    return a is not b\n",
            "id(a)\n",
            "import gc\n",
            "import a.pickle\n",
            "from sys import settrace as t\n",
            "sys.setprofile(f)\n",
            "'docstring'\nx\n",
            "x = 1\n'text'\n",
            "global x\n",
            "from __future__ import annotations\n",
        ] {
            assert_eq!(of(code, Mode::Script), [], "{code:?}");
            assert_ne!(of(code, Mode::Prompt), [], "{code:?}");
        }
        let code = "x: int = 1\n";
        let parsed = parse(code, (3, 14)).expect("short code");
        assert_eq!(pieces(&parsed, code, Mode::Script, &[], (3, 14)), []);
        let prelude = Prelude { filename: "<q1.1>".to_owned(), code: "import sys\nsys.settrace(f)\n".to_owned() };
        assert_eq!(pieces(&parsed, code, Mode::Script, &[prelude], (3, 12)), []);
    }

    #[test]
    fn telling_names_are_sorted() {
        assert!(TELLING.is_sorted());
    }
}
