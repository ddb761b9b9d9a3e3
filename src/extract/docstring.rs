//! Docstrings of a Python file, found in its syntax tree: nothing is imported.
//!
//! Looked at are the docstrings of the module, of classes and of functions (nested ones, too), assignments to `__doc__`, and the texts
//! of a module's `__test__`. Each is read as reStructuredText with Markdown's fences, by which the sections of Google's and NumPy's style
//! are text; and each is a document by itself: its examples don't see those of another one.
//!
//! Limits: a docstring that is computed (an f-string, `%`, `+`) isn't read, and of what a decorator or a metaclass puts there nothing is known.

use std::collections::HashSet;

use globset::Glob;
use rustpython_ruff_python_ast::{Expr, ExprStringLiteral, ModModule, Stmt};

use super::{Block, Found, language, rst};
use crate::{
    document::{Document, Position},
    syntax,
};

mod decode;

/// How deep functions and classes nest before what is in them is left alone.
const DEPTH: usize = 50;

/// The code blocks in the docstrings of a Python file, in its order; and, where some may be missed, why and where: it isn't valid Python,
/// or nothing that a person wrote.
pub(super) fn found(document: &Document) -> Found {
    if !may_have_examples(&document.text) {
        return Found::default();
    }
    let Some(parsed) = syntax::parse(&document.text, syntax::NEWEST) else {
        let why = "its lines are too long or nested too deeply to be read; its docstrings aren't checked";
        return Found { blocks: Vec::new(), doubts: vec![(Position { line: 1, column: 1 }, why.to_owned())] };
    };
    let doubt = parsed.errors().first().map(|error| {
        let at = document.position(error.location.start().to_usize());
        (at, format!("isn't valid Python ({}); docstrings behind it may be missed", error.error))
    });
    Found { blocks: blocks(document, parsed.syntax()), doubts: doubt.into_iter().collect() }
}

fn blocks(document: &Document, module: &ModModule) -> Vec<Block> {
    let mut docstrings = Docstrings::default();
    docstrings.find(&module.body, &mut Vec::new());
    let mut names = HashSet::new();
    let mut blocks = Vec::new();
    for (name, literal) in &docstrings.found {
        let mut name = name.clone();
        let lines = dedented(decode::lines(&document.text, literal));
        let mut found = rst::blocks_with_fences(document, &lines);
        if found.is_empty() {
            continue;
        }
        let (skip, requires) = (docstrings.skips(&name), docstrings.requires(&name));
        if !names.insert(name.clone()) {
            name = format!("{name}@{}", document.line_at(literal.range.start().to_usize()));
            names.insert(name.clone());
        }
        for block in &mut found {
            // The module's own docstring stands for the file.
            let own = (!name.is_empty()).then(|| name.clone());
            block.part = match (own, block.part.take()) {
                (Some(name), Some(part)) => Some(format!("{name}#{part}")),
                (own, part) => own.or(part),
            };
            if skip {
                block.attributes.entry("skip".to_owned()).or_default();
            }
            if let Some(requires) = &requires {
                block.attributes.insert("requires".to_owned(), requires.clone());
            }
        }
        blocks.extend(found);
    }
    blocks.sort_by_key(|block| block.first_line);
    blocks
}

/// Whether a text has what may be an example: a prompt, a fence, a literal block or a directive. Most files of a program don't.
fn may_have_examples(text: &str) -> bool {
    [">>>", "```", "~~~", "::\n", "::\r"].iter().any(|mark| text.contains(mark)) || text.contains(".. ")
}

/// The docstrings of a file.
#[derive(Default)]
struct Docstrings<'a> {
    /// Each with the dotted name of its owner, empty for the module.
    found: Vec<(String, &'a ExprStringLiteral)>,
    /// Patterns of `__doctest_skip__`.
    skipped: Vec<&'a str>,
    /// Patterns of `__doctest_requires__`, and what they require.
    required: Vec<(&'a str, String)>,
}

impl<'a> Docstrings<'a> {
    fn find(&mut self, body: &'a [Stmt], owner: &mut Vec<&'a str>) {
        if let Some(Stmt::Expr(first)) = body.first()
            && let Expr::StringLiteral(literal) = &*first.value
        {
            self.found.push((owner.join("."), literal));
        }
        self.nested(body, owner);
    }

    fn nested(&mut self, body: &'a [Stmt], owner: &mut Vec<&'a str>) {
        if owner.len() > DEPTH {
            return;
        }
        for stmt in body {
            match stmt {
                Stmt::FunctionDef(it) => self.owned(&it.name, &it.body, owner),
                Stmt::ClassDef(it) => self.owned(&it.name, &it.body, owner),
                Stmt::Assign(it) => {
                    if let [target] = it.targets.as_slice() {
                        self.assigned(target, &it.value, owner);
                    }
                }
                Stmt::AnnAssign(it) => {
                    if let Some(value) = &it.value {
                        self.assigned(&it.target, value, owner);
                    }
                }
                Stmt::If(it) => {
                    self.nested(&it.body, owner);
                    it.elif_else_clauses.iter().for_each(|clause| self.nested(&clause.body, owner));
                }
                Stmt::Try(it) => {
                    self.nested(&it.body, owner);
                    for handler in it.handlers.iter().filter_map(|handler| handler.as_except_handler()) {
                        self.nested(&handler.body, owner);
                    }
                    self.nested(&it.orelse, owner);
                    self.nested(&it.finalbody, owner);
                }
                Stmt::With(it) => self.nested(&it.body, owner),
                Stmt::For(it) => self.nested(&it.body, owner),
                Stmt::While(it) => self.nested(&it.body, owner),
                Stmt::Match(it) => it.cases.iter().for_each(|case| self.nested(&case.body, owner)),
                _ => {}
            }
        }
    }

    fn owned(&mut self, name: &'a str, body: &'a [Stmt], owner: &mut Vec<&'a str>) {
        owner.push(name);
        self.find(body, owner);
        owner.pop();
    }

    /// `__doc__ = "…"`, `f.__doc__ = "…"`, `__test__ = {"name": "…"}`, and doctestplus's lists.
    fn assigned(&mut self, target: &'a Expr, value: &'a Expr, owner: &[&'a str]) {
        let named = |name: &str| owner.iter().copied().chain([name]).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(".");
        match (target, value) {
            (Expr::Name(name), Expr::StringLiteral(literal)) if name.id == "__doc__" => self.found.push((owner.join("."), literal)),
            (Expr::Attribute(it), Expr::StringLiteral(literal)) if &it.attr == "__doc__" => {
                if let Expr::Name(name) = &*it.value {
                    self.found.push((named(&name.id), literal));
                }
            }
            (Expr::Name(name), Expr::Dict(dict)) if name.id == "__test__" => {
                for item in &dict.items {
                    if let (Some(Expr::StringLiteral(key)), Expr::StringLiteral(literal)) = (&item.key, &item.value) {
                        self.found.push((named(&format!("__test__.{}", key.value.to_str())), literal));
                    }
                }
            }
            (Expr::Name(name), Expr::List(list)) if name.id == "__doctest_skip__" => self.skipped.extend(list.elts.iter().filter_map(text)),
            (Expr::Name(name), Expr::Dict(dict)) if name.id == "__doctest_requires__" => {
                for item in &dict.items {
                    let names = item.key.as_ref().map(texts).unwrap_or_default();
                    let requires = texts(&item.value).join(", ");
                    self.required.extend(names.into_iter().map(|name| (name, requires.clone())));
                }
            }
            _ => {}
        }
    }

    fn skips(&self, name: &str) -> bool {
        self.skipped.iter().any(|pattern| means(pattern, name))
    }

    fn requires(&self, name: &str) -> Option<String> {
        self.required.iter().find(|(pattern, _)| means(pattern, name)).map(|(_, requires)| requires.clone())
    }
}

/// Whether a pattern of doctestplus means an owner; `.` is the module.
fn means(pattern: &str, name: &str) -> bool {
    (pattern == "." && name.is_empty()) || Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

fn text(expr: &Expr) -> Option<&str> {
    expr.as_string_literal_expr().map(|literal| literal.value.to_str())
}

/// A string, or those in a tuple or list.
fn texts(expr: &Expr) -> Vec<&str> {
    match expr {
        Expr::Tuple(it) => it.elts.iter().filter_map(text).collect(),
        Expr::List(it) => it.elts.iter().filter_map(text).collect(),
        other => text(other).into_iter().collect(),
    }
}

/// The lines without the indentation that the code around them has, as `inspect.cleandoc` leaves them.
fn dedented(mut lines: Vec<rst::Line>) -> Vec<rst::Line> {
    let common = language::common_indentation(lines.iter().skip(1).map(|line| line.text.as_str())).len();
    for (number, line) in lines.iter_mut().enumerate() {
        let blanks = line.text.len() - line.text.trim_start_matches([' ', '\t']).len();
        line.cut(if number == 0 { blanks } else { common.min(blanks) });
    }
    lines
}

#[cfg(test)]
mod tests;
