//! The code that runs before an example: its setup, and the examples that it continues.
//!
//! A continued example goes on behind the exceptions that it claims, as it does by itself: there it's cut into pieces, each with its
//! lines where they were. A session goes on behind any exception, and behind what Python can't read, so it's cut at each statement.
//! A file that imports from `__future__` stays whole, since that holds for one piece alone.

use std::ops::Range;

use rustpython_ruff_python_ast::Stmt;
use rustpython_ruff_text_size::Ranged;

use super::Raising;
use crate::{
    claim::{self, Claim, Says, session},
    run::protocol::Prelude,
    syntax,
};

/// More pieces than this cost more than they give.
const MOST_PIECES: usize = 200;

/// Preludes, and which of them hold an exception that is claimed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Preludes {
    pub(super) preludes: Vec<Prelude>,
    pub(super) raising: Vec<Raising>,
}

impl Preludes {
    /// Adds code that runs as one piece.
    pub(super) fn setup(&mut self, filename: String, code: &str) {
        self.preludes.push(Prelude { filename, code: code.to_owned() });
    }

    /// Adds an example that is continued; `raises` is the exception that it's shown to end with.
    pub(super) fn example(&mut self, id: &str, text: &str, raises: Option<&String>, python: (u8, u8)) {
        let is_session = has_prompt(text);
        // Behind setup of its own, a session doesn't begin with a prompt.
        let code = if is_session { session::with_code_before(text) } else { text.to_owned() };
        let claims = claim::find(text, is_session);
        let raising = lines_of(text, claims.iter().filter(|claim| claims_exception(claim)));
        let leaving = lines_of(text, claims.iter().filter(|claim| is_session && shows_usage(claim)));
        let mut pieces = pieces(&code, python, |lines| is_session || lines.clone().any(|line| raising.contains(&line)));
        if is_session && pieces.len() == 1 && syntax::parse(&code, python).is_none_or(|parsed| !parsed.errors().is_empty()) {
            pieces = typed(text, &code);
        }
        for (number, lines) in pieces.into_iter().enumerate() {
            let prelude = self.preludes.len() as u32;
            if raising.iter().any(|line| lines.contains(line)) {
                self.raising.push(Raising { prelude, exception: None });
            }
            if leaving.iter().any(|line| lines.contains(line)) {
                self.raising.push(Raising { prelude, exception: Some("SystemExit".to_owned()) });
            }
            self.raising.extend(raises.map(|name| Raising { prelude, exception: Some(name.clone()) }));
            let filename = if number == 0 { format!("<{id}>") } else { format!("<{id} from line {}>", lines.start + 1) };
            self.preludes.push(Prelude { filename, code: on_own_lines(&code, &lines) });
        }
    }
}

fn has_prompt(text: &str) -> bool {
    session::is_session(text) || text.lines().any(|line| line.starts_with(">>> "))
}

/// Whether an exception is claimed.
fn claims_exception(claim: &Claim) -> bool {
    claim.readings.iter().any(|reading| matches!(reading.says, Says::Raises { .. }))
}

/// Whether it's shown how a program is called: whoever says that leaves the program.
fn shows_usage(claim: &Claim) -> bool {
    claim.expected.trim_start().get(..6).is_some_and(|start| start.eq_ignore_ascii_case("usage:"))
}

/// Lines, from 0, on which the statements start that claims are about.
fn lines_of<'c>(text: &str, claims: impl Iterator<Item = &'c Claim>) -> Vec<usize> {
    let line = |claim: &Claim| text.as_bytes()[..claim.target.range.start.min(text.len())].iter().filter(|byte| **byte == b'\n').count();
    claims.map(line).collect()
}

/// Lines of the pieces: statements that are to stand alone, and what stands between them.
fn pieces(code: &str, python: (u8, u8), is_alone: impl Fn(&Range<usize>) -> bool) -> Vec<Range<usize>> {
    let end = code.lines().count();
    let whole = std::iter::once(0..end).collect();
    let Some(parsed) = syntax::parse(code, python).filter(|parsed| parsed.errors().is_empty()) else { return whole };
    let body = &parsed.syntax().body;
    let imports_future = |stmt: &Stmt| matches!(stmt, Stmt::ImportFrom(import) if import.module.as_deref() == Some("__future__"));
    if body.iter().any(imports_future) {
        return whole;
    }
    let line_of = |at: usize| code.as_bytes()[..at.min(code.len())].iter().filter(|byte| **byte == b'\n').count();
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut next = 0;
    for stmt in body {
        let lines = line_of(stmt.start().to_usize())..line_of(stmt.end().to_usize().saturating_sub(1)) + 1;
        // Two statements on one line stay together.
        if lines.start < next || !is_alone(&lines) {
            continue;
        }
        if next < lines.start {
            pieces.push(next..lines.start);
        }
        next = lines.end;
        pieces.push(lines);
    }
    if next < end {
        pieces.push(next..end);
    }
    let is_empty = |lines: &Range<usize>| code.lines().skip(lines.start).take(lines.len()).all(|line| line.trim().is_empty());
    pieces.retain(|lines| !is_empty(lines));
    if pieces.len() > MOST_PIECES || pieces.is_empty() { whole } else { pieces }
}

/// Lines of the statements of a session in which Python can't read all of them: what it can't read is lost by itself.
fn typed(text: &str, code: &str) -> Vec<Range<usize>> {
    let end = code.lines().count();
    let starts = session::starts(text);
    let before = starts.first().copied().filter(|first| *first > 0).map(|first| 0..first);
    let ends = starts.iter().skip(1).copied().chain([end]);
    let pieces: Vec<Range<usize>> = before.into_iter().chain(starts.iter().copied().zip(ends).map(|(start, end)| start..end)).collect();
    if pieces.len() > MOST_PIECES || pieces.is_empty() { std::iter::once(0..end).collect() } else { pieces }
}

/// Some lines of a code where they were: behind as many empty ones.
fn on_own_lines(code: &str, lines: &Range<usize>) -> String {
    let mut piece = "\n".repeat(lines.start);
    for line in code.split_inclusive('\n').skip(lines.start).take(lines.len()) {
        piece.push_str(line);
    }
    piece
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preludes(text: &str) -> Preludes {
        let mut preludes = Preludes::default();
        preludes.example("q1.1", text, None, (3, 11));
        preludes
    }

    fn codes(text: &str) -> Vec<String> {
        preludes(text).preludes.into_iter().map(|prelude| prelude.code).collect()
    }

    fn raising(text: &str) -> Vec<u32> {
        preludes(text).raising.into_iter().map(|one| one.prelude).collect()
    }

    #[test]
    fn whole_where_nothing_is_raised() {
        assert_eq!(codes("x = 1\nprint(x)  # 1\n"), ["x = 1\nprint(x)  # 1\n"]);
        assert_eq!(codes("from __future__ import annotations\nx = []\nx[1]  # IndexError\n").len(), 1);
        assert_eq!(codes("x = (\n"), ["x = (\n"]);
    }

    #[test]
    fn cut_at_claimed_exceptions() {
        let text = "x = []\nx.pop()  # IndexError\ny = 2\n";
        assert_eq!(codes(text), ["x = []\n", "\nx.pop()  # IndexError\n", "\n\ny = 2\n"]);
        assert_eq!(raising(text), [1]);
        assert_eq!(preludes(text).preludes[2].filename, "<q1.1 from line 3>");
        assert_eq!(codes("x = []\nx.pop()  # IndexError\n\n"), ["x = []\n", "\nx.pop()  # IndexError\n"]);
        assert_eq!(codes("x = []; x.pop()  # IndexError\ny = 2\n").len(), 2);
    }

    #[test]
    fn what_python_cannot_read_is_lost_alone() {
        let text = ">>> x = 1\n>>> print x\n1\n>>> y = (\n...    2)\n";
        assert_eq!(codes(text), ["x = 1\n", "\nprint x\n\n", "\n\n\ny = (\n   2)\n"]);
        assert_eq!(codes("z = 0\n>>> print x\n1\n>>> y = 2\n"), ["z = 0\n", "\nprint x\n\n", "\n\n\ny = 2\n"]);
    }

    #[test]
    fn sessions_go_on() {
        let text = ">>> x = 1\n>>> def f():\n...     return 1\n>>> f() / 0\nTraceback (most recent call last):\nZeroDivisionError: no\n>>> y = 2\n";
        assert_eq!(codes(text), ["x = 1\n", "\ndef f():\n    return 1\n", "\n\n\nf() / 0\n", "\n\n\n\n\n\ny = 2\n"]);
        assert_eq!(raising(text), [2]);
        assert_eq!(codes("z = 0\n>>> x = 1\n1\n"), ["z = 0\n", "\nx = 1\n"]);
        let leaving = preludes(">>> x = 1\n>>> ask(x)\nusage: tea [-h]\ntea: error: no cups\n").raising;
        assert_eq!(leaving, [Raising { prelude: 1, exception: Some("SystemExit".to_owned()) }]);
    }
}
