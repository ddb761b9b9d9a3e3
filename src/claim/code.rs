//! The code of an example as claims need it: its statements with their place, its comments, and the names and texts in it.
//!
//! The parser tolerates errors: of code that isn't valid Python the statements that are can still be read. Code that is nested
//! deeper than CPython would accept is not parsed at all, since the parser and everything that walks a tree is recursive.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use rustpython_ruff_python_ast::{
    self as ast, Expr, ModModule, Stmt,
    token::TokenKind,
    visitor::{self, Visitor},
};
use rustpython_ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use rustpython_ruff_text_size::{Ranged, TextRange};

use super::{Subject, nesting, template::Template, volatile::Volatile};

/// Parses code, tolerating errors. `None` where it is nested too deeply.
pub(super) fn parse(text: &str) -> Option<Parsed<ModModule>> {
    if u32::try_from(text.len()).is_err() || nesting::is_too_deep(text) {
        return None;
    }
    parse_unchecked(text, ParseOptions::from(Mode::Module)).try_into_module()
}

/// Parses code that is valid Python; `None` for what isn't, or is nested too deeply.
pub(crate) fn parse_valid(text: &str) -> Option<Parsed<ModModule>> {
    parse(text).filter(|parsed| !parsed.has_invalid_syntax())
}

/// The byte range of a node.
pub(crate) fn bytes(range: TextRange) -> Range<usize> {
    range.start().to_usize()..range.end().to_usize()
}

/// A statement and where it stands.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    /// Its syntax.
    pub(super) node: &'a Stmt,
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// First line, from 0.
    pub(super) first_line: usize,
    /// Last line, from 0.
    pub(super) last_line: usize,
    /// What kind of statement it is.
    pub(super) subject: Subject,
    /// Index of the compound statement around it.
    pub(super) parent: Option<usize>,
    /// The function around it.
    pub(super) function: Option<&'a ast::StmtFunctionDef>,
    /// It stands in a loop (of its own function).
    pub(super) in_loop: bool,
    /// It stands in an `except` clause (of its own function).
    pub(super) in_handler: bool,
    /// It's the docstring of a module, class or function.
    pub(super) docstring: bool,
}

/// A comment, from `#` to the end of its line.
#[derive(Debug, Clone)]
pub(super) struct Comment {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// Its line, from 0.
    pub(super) line: usize,
    /// Nothing else is on its line.
    pub(super) alone: bool,
}

/// What calls of a function of the example print and return.
#[derive(Debug, Default)]
pub(super) struct Function {
    /// Texts that it prints.
    pub(super) prints: Vec<Template>,
    /// Texts that it returns.
    pub(super) returns: Vec<Template>,
    /// It holds a call of `print`.
    pub(super) is_printing: bool,
    /// It holds a `return` or `yield` with a value.
    pub(super) has_value: bool,
}

/// An example's code, taken apart.
#[derive(Debug, Default)]
pub(super) struct Code<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// Byte offset of each line.
    pub(super) line_starts: Vec<usize>,
    /// All statements, each before those inside it.
    pub(super) statements: Vec<Statement<'a>>,
    /// Indices of the statements that end on a line (from 0), in their order.
    ending_on: HashMap<usize, Vec<usize>>,
    /// All comments, in order.
    pub(super) comments: Vec<Comment>,
    /// Functions of the example by their last name.
    pub(super) functions: HashMap<&'a str, Function>,
    /// Names that are bound by `class`, `def` or `import`.
    pub(super) definitions: HashSet<&'a str>,
    /// Classes of the example that are exceptions by their bases' names.
    pub(super) exceptions: HashSet<&'a str>,
    /// Names that are bound in other ways.
    pub(super) variables: HashSet<&'a str>,
    /// Names that are called outside of functions.
    pub(super) called: HashSet<&'a str>,
    /// What isn't the same in each run.
    pub(super) volatile: Volatile<'a>,
    /// Words of names and string literals.
    pub(super) words: HashSet<&'a str>,
}

impl<'a> Code<'a> {
    /// Takes parsed code apart.
    pub(super) fn new(text: &'a str, parsed: &'a Parsed<ModModule>) -> Self {
        let mut line_starts = vec![0];
        line_starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let mut code = Code { text, line_starts, ..Code::default() };
        code.comments = parsed
            .tokens()
            .iter()
            .filter(|token| token.kind() == TokenKind::Comment)
            .map(|token| {
                let range = bytes(token.range());
                let line = code.line_of(range.start);
                let alone = text[code.line_starts[line]..range.start].trim().is_empty();
                Comment { range, line, alone }
            })
            .collect();
        let broken: Vec<usize> = parsed.errors().iter().map(|error| code.line_of(bytes(error.location).start)).collect();
        let mut collector = Collector { code, place: Place::default(), broken, classes: Vec::new() };
        collector.body(&parsed.syntax().body, true);
        let mut code = collector.code;
        code.volatile = Volatile::of(&code.statements);
        for (index, statement) in code.statements.iter().enumerate() {
            code.ending_on.entry(statement.last_line).or_default().push(index);
        }
        code
    }

    /// The line, from 0, that an offset is on.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// The bytes of a line without its line end.
    pub(super) fn line(&self, line: usize) -> Range<usize> {
        let start = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        let end = self.line_starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        start..end
    }

    /// The calls of `print` in a statement, or the one that it is.
    pub(super) fn prints_in<'c>(&'c self, outer: &Statement<'_>) -> impl Iterator<Item = &'c Statement<'a>> {
        let Range { start, end } = outer.range;
        let is_inner = move |inner: &&Statement<'_>| start <= inner.range.start && inner.range.end <= end;
        self.statements.iter().filter(|inner| inner.subject == Subject::Print).filter(is_inner)
    }

    /// The statements that end on a line, each before those inside it.
    pub(super) fn ending_on(&self, line: usize) -> impl DoubleEndedIterator<Item = &Statement<'a>> {
        self.ending_on.get(&line).into_iter().flatten().filter_map(|&index| self.statements.get(index))
    }

    /// The statement with these bytes.
    pub(super) fn statement(&self, range: &Range<usize>) -> Option<&Statement<'a>> {
        let first = self.statements.partition_point(|statement| statement.range.start < range.start);
        self.statements[first..]
            .iter()
            .take_while(|statement| statement.range.start == range.start)
            .find(|statement| statement.range == *range)
    }

    /// Bytes of blank that a line starts with.
    pub(super) fn indent(&self, line: usize) -> usize {
        let text = &self.text[self.line(line)];
        text.len() - text.trim_start().len()
    }

    /// A statement of a function runs only as often and with such arguments as it's called. Only a function without
    /// parameters that the example calls itself runs just as its text says.
    pub(super) fn runs_as_written(&self, statement: &Statement<'_>) -> bool {
        statement.function.is_none_or(|function| {
            function.parameters.is_empty() && function.decorator_list.is_empty() && self.called.contains(function.name.as_str())
        })
    }
}

/// The place that the collector is at.
#[derive(Debug, Default, Clone)]
struct Place<'a> {
    parent: Option<usize>,
    function: Option<&'a ast::StmtFunctionDef>,
    in_loop: bool,
    in_handler: bool,
    directly_in_class: bool,
}

/// Walks the tree once and notes what [`Code`] holds.
struct Collector<'a> {
    code: Code<'a>,
    place: Place<'a>,
    /// Lines, from 0, that the parser found an error on.
    broken: Vec<usize>,
    /// Names of the classes around, from the outside.
    classes: Vec<&'a str>,
}

impl<'a> Collector<'a> {
    fn body(&mut self, body: &'a [Stmt], may_document: bool) {
        for (index, statement) in body.iter().enumerate() {
            self.statement(statement, may_document && index == 0);
        }
    }

    fn statement(&mut self, node: &'a Stmt, first: bool) {
        let range = bytes(node.range());
        let first_line = self.code.line_of(range.start);
        let last_line = self.code.line_of(range.end.saturating_sub(1).max(range.start));
        let compound = is_compound(node);
        let is_broken = !compound
            && self.broken.iter().any(|line| (first_line..=last_line).contains(line))
            && !(first_line == last_line && self.says_invalid(first_line));
        let here = self.place.clone();
        if !is_broken && !range.is_empty() {
            let docstring = first && matches!(node, Stmt::Expr(it) if it.value.is_string_literal_expr());
            self.code.statements.push(Statement {
                node,
                range,
                first_line,
                last_line,
                subject: self.subject(node),
                parent: here.parent,
                function: here.function,
                in_loop: here.in_loop,
                in_handler: here.in_handler,
                docstring,
            });
        }
        if compound {
            self.place.parent = Some(self.code.statements.len().saturating_sub(1));
        }
        self.place.directly_in_class = false;
        self.inside(node);
        self.place = here;
    }

    /// Whether the comment behind a line says that it's no Python: then that's what is said of it.
    fn says_invalid(&self, line: usize) -> bool {
        let behind = self.code.comments.iter().find(|comment| comment.line == line && !comment.alone);
        behind.is_some_and(|comment| self.code.text[comment.range.clone()].contains("SyntaxError"))
    }

    fn inside(&mut self, node: &'a Stmt) {
        match node {
            Stmt::FunctionDef(it) => {
                self.code.definitions.insert(it.name.as_str());
                self.code.functions.entry(it.name.as_str()).or_default().describe(&it.body);
                for decorator in &it.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                visitor::walk_parameters(self, &it.parameters);
                self.place.function = Some(it);
                self.place.in_loop = false;
                self.place.in_handler = false;
                let classes = std::mem::take(&mut self.classes);
                self.body(&it.body, true);
                self.classes = classes;
            }
            Stmt::ClassDef(it) => {
                self.code.definitions.insert(it.name.as_str());
                let bases = it.arguments.iter().flat_map(|arguments| &arguments.args);
                if bases.clone().any(|base| last_name(base).is_some_and(|name| self.is_exception(name))) {
                    self.code.exceptions.insert(it.name.as_str());
                }
                bases.for_each(|base| self.visit_expr(base));
                self.classes.push(it.name.as_str());
                self.place.directly_in_class = true;
                self.body(&it.body, true);
                self.classes.pop();
            }
            Stmt::For(it) => {
                self.visit_expr(&it.target);
                self.visit_expr(&it.iter);
                self.in_loop(&it.body);
                self.body(&it.orelse, false);
            }
            Stmt::While(it) => {
                self.visit_expr(&it.test);
                self.in_loop(&it.body);
                self.body(&it.orelse, false);
            }
            Stmt::If(it) => {
                self.visit_expr(&it.test);
                self.body(&it.body, false);
                for clause in &it.elif_else_clauses {
                    clause.test.iter().for_each(|test| self.visit_expr(test));
                    self.body(&clause.body, false);
                }
            }
            Stmt::With(it) => {
                it.items.iter().for_each(|item| visitor::walk_with_item(self, item));
                self.body(&it.body, false);
            }
            Stmt::Match(it) => {
                self.visit_expr(&it.subject);
                it.cases.iter().for_each(|case| self.body(&case.body, false));
            }
            Stmt::Try(it) => {
                self.body(&it.body, false);
                let in_handler = std::mem::replace(&mut self.place.in_handler, true);
                for ast::ExceptHandler::ExceptHandler(handler) in &it.handlers {
                    self.body(&handler.body, false);
                }
                self.place.in_handler = in_handler;
                self.body(&it.orelse, false);
                self.body(&it.finalbody, false);
            }
            Stmt::Import(it) => self.aliases(&it.names),
            Stmt::ImportFrom(it) => self.aliases(&it.names),
            _ => visitor::walk_stmt(self, node),
        }
    }

    fn in_loop(&mut self, body: &'a [Stmt]) {
        let in_loop = std::mem::replace(&mut self.place.in_loop, true);
        self.body(body, false);
        self.place.in_loop = in_loop;
    }

    fn aliases(&mut self, names: &'a [ast::Alias]) {
        for alias in names {
            let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
            self.code.definitions.insert(name.split('.').next().unwrap_or(name));
        }
    }

    fn is_exception(&self, name: &str) -> bool {
        self.code.exceptions.contains(name) || super::exception::is_exception_name(name)
    }

    fn subject(&self, node: &'a Stmt) -> Subject {
        match node {
            Stmt::Expr(it) => match it.value.as_call_expr().and_then(|call| last_name(&call.func)) {
                Some("print" | "pprint" | "pp") => Subject::Print,
                _ if matches!(*it.value, Expr::Yield(_) | Expr::YieldFrom(_)) => Subject::Return,
                _ => Subject::Expression,
            },
            Stmt::Assign(it) => match it.targets.as_slice() {
                [target] => self.assignment(target),
                _ => Subject::Assignment { target: None },
            },
            Stmt::AnnAssign(it) if it.value.is_some() => self.assignment(&it.target),
            Stmt::AugAssign(it) => self.assignment(&it.target),
            Stmt::Return(it) if it.value.is_some() => Subject::Return,
            Stmt::Delete(it) => match it.targets.as_slice() {
                [Expr::Name(name)] => Subject::Deletion { name: name.id.to_string() },
                _ => Subject::Simple,
            },
            _ if is_compound(node) => Subject::Compound,
            _ => Subject::Simple,
        }
    }

    fn assignment(&self, target: &Expr) -> Subject {
        match target {
            Expr::Name(name) if self.place.directly_in_class => {
                Subject::ClassAttribute { class: self.classes.join("."), name: name.id.to_string() }
            }
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) if is_plain(target) => {
                Subject::Assignment { target: Some(self.code.text[bytes(target.range())].to_string()) }
            }
            _ => Subject::Assignment { target: None },
        }
    }
}

impl<'a> Visitor<'a> for Collector<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => {
                self.code.words.insert(name.id.as_str());
                if name.ctx.is_store() {
                    self.code.variables.insert(name.id.as_str());
                }
            }
            Expr::Attribute(it) => {
                self.code.words.insert(it.attr.as_str());
            }
            Expr::StringLiteral(it) => {
                self.code.words.extend(it.value.iter().flat_map(|part| words(part.as_str())));
            }
            Expr::FString(it) => {
                let literals = it.value.elements().filter_map(|element| element.as_literal());
                self.code.words.extend(literals.flat_map(|literal| words(literal)));
            }
            Expr::Call(it) => {
                if let (None, Some(name)) = (self.place.function, last_name(&it.func)) {
                    self.code.called.insert(name);
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

impl Function {
    /// Adds what a body prints and returns; functions inside it count too, since a decorator's work is done in them.
    fn describe(&mut self, body: &[Stmt]) {
        struct Reader<'f>(&'f mut Function);
        impl<'a> Visitor<'a> for Reader<'_> {
            fn visit_stmt(&mut self, statement: &'a Stmt) {
                if let Stmt::Return(it) = statement
                    && let Some(value) = &it.value
                {
                    self.0.has_value = true;
                    self.0.returns.extend(Template::of_value(value));
                }
                visitor::walk_stmt(self, statement);
            }

            fn visit_expr(&mut self, expr: &'a Expr) {
                match expr {
                    Expr::Call(call) if last_name(&call.func) == Some("print") => {
                        self.0.is_printing = true;
                        self.0.prints.extend(Template::of_print(call).filter(Template::tells_something));
                    }
                    Expr::Yield(_) | Expr::YieldFrom(_) => self.0.has_value = true,
                    _ => {}
                }
                visitor::walk_expr(self, expr);
            }
        }
        Reader(self).visit_body(body);
    }
}

/// The name of `f`, `a.f` and `a.b.f`: `f`.
pub(crate) fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(it) => Some(it.attr.as_str()),
        _ => None,
    }
}

/// A name, attribute or subscript that can be looked at again without effects: nothing in it is called.
pub(super) fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) => true,
        Expr::Attribute(it) => is_plain(&it.value),
        Expr::Subscript(it) => is_plain(&it.value) && (is_plain(&it.slice) || is_index(&it.slice)),
        _ => false,
    }
}

fn is_index(expr: &Expr) -> bool {
    match expr {
        Expr::StringLiteral(_) | Expr::NumberLiteral(_) => true,
        Expr::UnaryOp(it) => it.operand.is_number_literal_expr(),
        Expr::Tuple(it) => it.elts.iter().all(|item| is_index(item) || is_plain(item)),
        _ => false,
    }
}

/// The words of a text: runs of letters, digits and underscores.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn is_compound(node: &Stmt) -> bool {
    matches!(
        node,
        Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::For(_)
            | Stmt::While(_)
            | Stmt::If(_)
            | Stmt::With(_)
            | Stmt::Match(_)
            | Stmt::Try(_)
    )
}
