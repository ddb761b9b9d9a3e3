//! The logical lines of code without indentation, and what tells where each may stand.

use std::collections::BTreeSet;

use rustpython_ruff_python_ast::{Stmt, token::TokenKind};
use rustpython_ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use rustpython_ruff_text_size::Ranged;

use crate::{
    claim::code::{bytes, parse_valid, words},
    syntax::names::Names,
};

/// A logical line.
pub(super) struct Line<'t> {
    pub(super) start: usize,
    pub(super) text: &'t str,
    pub(super) kind: Kind,
    /// Whether a block is to follow.
    pub(super) is_header: bool,
    /// Names that it uses and doesn't define.
    pub(super) needs: BTreeSet<String>,
    /// Names that it defines, for those behind it or for its block.
    pub(super) binds: BTreeSet<String>,
}

impl<'t> Line<'t> {
    fn new(text: &'t str, kind: Kind, is_header: bool) -> Line<'t> {
        Line { start: 0, text, kind, is_header, needs: BTreeSet::new(), binds: BTreeSet::new() }
    }

    /// Whether nothing stands behind it in its block.
    pub(super) fn ends_block(&self) -> bool {
        let is_docstring = || self.text.trim_start_matches(['r', 'R']).starts_with(['"', '\'']);
        matches!(self.kind, Kind::InFunction(true) | Kind::InLoop | Kind::Raise) || self.kind == Kind::Pass && !is_docstring()
    }
}

/// What a line is, as far as that tells where it may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A comment, which stands anywhere.
    Comment,
    Decorator,
    /// A function; whether its first parameter is the object or the class that it belongs to.
    Function(bool),
    Class,
    If,
    Elif,
    Else,
    Loop,
    Try,
    Except,
    Finally,
    With,
    Match,
    Case,
    /// It belongs into a function: `return`, `yield`. Whether nothing behind it is reached.
    InFunction(bool),
    /// `break`, `continue`
    InLoop,
    Raise,
    /// `pass`, `...` or a docstring, which are alone in a block.
    Pass,
    /// A name with its type and no value, which hardly stands outside of a class.
    Field,
    /// An assignment or an import, which classes have as well.
    Binding,
    Other,
}

impl Kind {
    pub(super) fn is_definition(self) -> bool {
        matches!(self, Kind::Function(_) | Kind::Class)
    }

    /// Whether it goes on with a statement whose last block this one opened.
    pub(super) fn continues(self, block: Kind) -> bool {
        match self {
            Kind::Elif => matches!(block, Kind::If | Kind::Elif),
            Kind::Else => matches!(block, Kind::If | Kind::Elif | Kind::Loop | Kind::Except),
            Kind::Except | Kind::Finally => matches!(block, Kind::Try | Kind::Except),
            _ => false,
        }
    }
}

/// The logical lines of code, in their order; `None` where there are more, or none that a block is to follow.
pub(super) fn statements(text: &str, at_most: usize) -> Option<Vec<Line<'_>>> {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let mut lines = Vec::new();
    // A comment behind a line is none of it: what completes the line would be in the comment.
    let (mut start, mut end) = (None, 0);
    for token in parsed.tokens() {
        let range = bytes(token.range());
        match token.kind() {
            TokenKind::Comment if start.is_none() => {
                lines.push(Line { start: range.start, ..Line::new(&text[range], Kind::Comment, false) });
            }
            TokenKind::Newline => {
                let start = start.take()?;
                lines.push(Line { start, ..line(&text[start..end])? });
            }
            TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent | TokenKind::Comment | TokenKind::EndOfFile => {}
            _ => (start, end) = (start.or(Some(range.start)), range.end),
        }
    }
    let has_header = lines.iter().any(|line| line.is_header);
    (has_header && start.is_none() && lines.len() <= at_most).then_some(lines)
}

fn line(text: &str) -> Option<Line<'_>> {
    let word = &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())];
    // What it takes to be Python by itself: what stands before it, what behind it.
    let (before, behind) = match word {
        "" if text.starts_with('@') => ("", "\ndef f(): pass"),
        "elif" | "else" => ("if 1: pass\n", ""),
        "except" | "finally" => ("try: pass\n", ""),
        "try" => ("", "\nfinally: pass"),
        "case" => ("match 1:\n ", ""),
        _ => ("", ""),
    };
    let whole = |body: &str| Some(format!("{before}{text}{body}{behind}\n")).filter(|code| parse_valid(code).is_some());
    let match_of = || Some(format!("{text}\n case _: pass\n")).filter(|code| word == "match" && parse_valid(code).is_some());
    let (code, is_header) = match (whole(""), match_of()) {
        (Some(code), _) => (code, false),
        (None, Some(code)) => (code, true),
        (None, None) => (whole(" pass")?, true),
    };
    let parsed = parse_valid(&code)?;
    let kind = match word {
        "" if text.starts_with('@') => Kind::Decorator,
        "elif" => Kind::Elif,
        "else" => Kind::Else,
        "except" => Kind::Except,
        "finally" => Kind::Finally,
        "case" => Kind::Case,
        _ => kind_of(parsed.syntax().body.last()?, &code),
    };
    let Names { needs, binds, .. } = Names::of(&code)?;
    let mut binds: BTreeSet<String> = binds.into_iter().collect();
    binds.extend(bound_in_block(parsed.syntax().body.last()?));
    Some(Line { needs, binds, ..Line::new(text, kind, is_header) })
}

/// Names that a statement defines for its block alone: a function's parameters, an exception.
fn bound_in_block(stmt: &Stmt) -> Vec<String> {
    match stmt {
        Stmt::FunctionDef(function) => function.parameters.iter().map(|parameter| parameter.name().to_string()).collect(),
        Stmt::Try(stmt) => {
            let handlers = stmt.handlers.iter().filter_map(|handler| handler.as_except_handler()?.name.as_ref());
            handlers.map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    }
}

fn kind_of(stmt: &Stmt, code: &str) -> Kind {
    let is_yield = |stmt: &Stmt| match stmt {
        Stmt::Expr(stmt) => stmt.value.is_yield_expr() || stmt.value.is_yield_from_expr(),
        Stmt::Assign(stmt) => stmt.value.is_yield_expr(),
        _ => false,
    };
    match stmt {
        Stmt::FunctionDef(function) => {
            let first = function.parameters.iter().next();
            Kind::Function(first.is_some_and(|first| matches!(first.name().as_str(), "self" | "cls" | "mcs" | "mcls")))
        }
        Stmt::Match(_) => Kind::Match,
        Stmt::Try(_) => Kind::Try,
        Stmt::ClassDef(_) => Kind::Class,
        Stmt::If(_) => Kind::If,
        Stmt::For(_) | Stmt::While(_) => Kind::Loop,
        Stmt::With(_) => Kind::With,
        Stmt::Return(_) => Kind::InFunction(true),
        Stmt::Nonlocal(_) | Stmt::Global(_) => Kind::InFunction(false),
        _ if is_yield(stmt) || words(code).any(|word| word == "await") => Kind::InFunction(false),
        Stmt::Break(_) | Stmt::Continue(_) => Kind::InLoop,
        Stmt::Raise(_) => Kind::Raise,
        Stmt::Pass(_) => Kind::Pass,
        Stmt::Expr(stmt) if stmt.value.is_string_literal_expr() || stmt.value.is_ellipsis_literal_expr() => Kind::Pass,
        Stmt::AnnAssign(stmt) if stmt.value.is_none() => Kind::Field,
        Stmt::Assign(_) | Stmt::AnnAssign(_) | Stmt::Import(_) | Stmt::ImportFrom(_) => Kind::Binding,
        _ => Kind::Other,
    }
}
