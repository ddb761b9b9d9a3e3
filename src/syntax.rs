//! Python's syntax, and what can be told from it without running anything: its names, its imports, the files that it opens, where its statements
//! start, and where an exception may be swallowed without changing what is shown.
//!
//! Code that doesn't parse is answered for as far as the parser's recovery goes; whether it is invalid is for CPython to say.

use std::ops::Range;

use rustpython_ruff_python_ast::{
    Decorator, ModModule, PythonVersion, Stmt,
    visitor::{Visitor, walk_stmt},
};
use rustpython_ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use rustpython_ruff_text_size::Ranged;

pub(crate) mod builtins;
mod changes;
pub(crate) mod docstrings;
pub(crate) mod files;
pub(crate) mod identity;
pub(crate) mod imports;
mod modules;
pub(crate) mod names;
mod references;
mod scopes;

/// The newest grammar: whether the Python that runs has it, is for that one to say.
pub(crate) const NEWEST: (u8, u8) = (3, 15);

/// CPython refuses deeper nested brackets ("too many nested parentheses"), and the parser here recurses into each.
const DEEPEST: usize = 200;

/// A longer line isn't written by hand, and a chain of operators of that length would exhaust the stack of whoever walks its tree.
const LONGEST_LINE: usize = 16 * 1024;

/// The syntax tree of Python code, as far as it parses; `None` for code that no person wrote (nested or chained beyond measure).
pub(crate) fn parse(code: &str, python: (u8, u8)) -> Option<Parsed<ModModule>> {
    if code.lines().any(|line| line.len() > LONGEST_LINE) || nesting(code) > DEEPEST {
        return None;
    }
    let version = PythonVersion { major: python.0, minor: python.1 };
    parse_unchecked(code, ParseOptions::from(Mode::Module).with_target_version(version)).try_into_module()
}

/// Whether an exception of the statement at this place may be swallowed after it was noted, so that the example goes on behind it.
///
/// Only where nobody else could want it: at the top of the module or in its `if`s and loops. Inside a function, its caller may
/// handle it; inside `try` and `with`, it's what the statement is about.
pub(crate) fn may_swallow(module: &ModModule, at: usize) -> bool {
    fn search(body: &[Stmt], at: usize) -> bool {
        // They follow each other, and there may be as many claims as statements.
        let next = body.partition_point(|stmt| stmt.start().to_usize() <= at);
        let Some(stmt) = next.checked_sub(1).map(|last| &body[last]).filter(|stmt| at < stmt.end().to_usize()) else { return false };
        if stmt.start().to_usize() == at {
            return true;
        }
        match stmt {
            Stmt::If(inner) => search(&inner.body, at) || inner.elif_else_clauses.iter().any(|clause| search(&clause.body, at)),
            Stmt::For(inner) => search(&inner.body, at) || search(&inner.orelse, at),
            Stmt::While(inner) => search(&inner.body, at) || search(&inner.orelse, at),
            Stmt::Match(inner) => inner.cases.iter().any(|case| search(&case.body, at)),
            // What stands in the handlers or behind them isn't guarded by this `try`.
            Stmt::Try(inner) => search(&inner.finalbody, at),
            _ => false,
        }
    }
    search(&module.body, at)
}

/// Byte offset at which Python's `ast` says that a statement starts: behind its decorators.
pub(crate) fn start(module: &ModModule, code: &str, range: &Range<usize>) -> usize {
    struct Search {
        range: Range<usize>,
        /// From the end of the last decorator to the name.
        gap: Option<Range<usize>>,
    }
    impl<'a> Visitor<'a> for Search {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            let decorated: Option<(&[Decorator], usize)> = match stmt {
                Stmt::FunctionDef(def) => Some((&def.decorator_list, def.name.start().to_usize())),
                Stmt::ClassDef(def) => Some((&def.decorator_list, def.name.start().to_usize())),
                _ => None,
            };
            if let Some((decorators, name)) = decorated
                && let Some(last) = decorators.last()
                && stmt.start().to_usize() == self.range.start
                && stmt.end().to_usize() == self.range.end
            {
                self.gap = Some(last.end().to_usize()..name);
            }
            walk_stmt(self, stmt);
        }
    }
    if !code.get(range.clone()).is_some_and(|statement| statement.starts_with('@')) {
        return range.start;
    }
    let mut search = Search { range: range.clone(), gap: None };
    search.visit_body(&module.body);
    let Some(gap) = search.gap else { return range.start };
    let mut at = gap.start;
    for line in code.get(gap.clone()).unwrap_or_default().split_inclusive('\n') {
        let text = line.trim_start();
        if !text.is_empty() && !text.starts_with('#') {
            return at + line.len() - text.len();
        }
        at += line.len();
    }
    range.start
}

/// How deep brackets are nested at most; those in strings count too, for this need not be exact.
fn nesting(code: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in code.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(code: &str, python: (u8, u8)) -> Parsed<ModModule> {
        parse(code, python).expect("short code")
    }

    #[test]
    fn where_exceptions_may_be_swallowed() {
        let code = "boom()\nif x:\n    boom()\nfor i in y:\n    boom()\ntry:\n    boom()\nexcept E:\n    boom()\nfinally:\n    boom()\nwith c:\n    boom()\ndef f():\n    boom()\nclass C:\n    boom()\n";
        let module = parsed(code, (3, 12));
        let swallowed: Vec<_> = code.match_indices("boom()").map(|(at, _)| may_swallow(module.syntax(), at)).collect();
        assert_eq!(swallowed, [true, true, true, false, false, true, false, false, false]);
    }

    #[test]
    fn statements_start_behind_their_decorators() {
        let code = "@cache  # kept\n# note\nasync def f():\n    pass\n";
        let module = parsed(code, (3, 12));
        assert_eq!(&code[start(module.syntax(), code, &(0..code.len() - 1))..][..9], "async def");
        let code = "class C: pass\n";
        assert_eq!(start(parsed(code, (3, 12)).syntax(), code, &(0..13)), 0);
    }

    #[test]
    fn refuses_what_would_exhaust_the_stack() {
        assert!(parse(&"(".repeat(100_000), (3, 12)).is_none());
        assert!(parse(&"-".repeat(100_000), (3, 12)).is_none());
    }
}
