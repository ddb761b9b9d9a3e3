//! Evidence for Python: a logical line (a statement's lines, or the head of a compound statement) is cut out by a small
//! scanner of brackets and strings and given to the parser; what it parses to says how much it looks like code.

use rustpython_ruff_python_ast::{Expr, Stmt, StringFlags};
use rustpython_ruff_python_parser::parse_module;

use super::{Line, evidence, prose};

/// Lines that a logical line may span; a bracket or string that's open longer was none.
const LONGEST: usize = 2_000;

/// How deep an expression may nest for the parser, which is recursive, to be asked about it.
const DEEPEST: usize = 400;

/// How many brackets may be open at once for that.
const BRACKETS: usize = 60;

/// Gives evidence for Python. Scanning on from each line of a text full of open brackets would take quadratic time; a budget,
/// refilled line by line, bounds it.
#[derive(Debug)]
pub(super) struct Scanner {
    budget: usize,
    /// The line that was asked for last, with its answer: several languages want the same.
    last: Option<(usize, Option<Logical>)>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self { budget: LONGEST, last: None }
    }
}

/// A logical line.
#[derive(Debug, Clone)]
pub(super) struct Logical {
    /// How many lines (that aren't blank) it spans.
    pub(super) length: usize,
    /// Its text without indentation and comments.
    pub(super) code: String,
    /// Whether a comment stands behind code.
    pub(super) has_comment: bool,
    /// Which of its lines start within a string.
    in_string: Vec<bool>,
    /// Whether it may nest deeper than the parser's stack allows.
    too_deep: bool,
}

impl Scanner {
    /// How much likelier the logical line at `at` is Python than prose, and how many lines it spans.
    pub(super) fn evidence(&mut self, lines: &[Line], at: usize) -> (f32, usize) {
        let line = &lines[at];
        if line.is_comment() {
            return (evidence::comment(line.trimmed()), 1);
        }
        let failed = |line: &Line| if line.indentation() > 0 { -2.5 } else { -4.0 } - line.weight;
        if prose::is_item(line.trimmed()) {
            return (failed(line), 1);
        }
        let Some(logical) = self.logical(lines, at) else { return (failed(line), 1) };
        let Some(score) = parsed(&logical) else { return (failed(line), 1) };
        // A decorator stands directly above what it decorates, or has arguments; anything else is somebody's name (`@ada`).
        let below = lines.get(at + logical.length).filter(|below| below.gap == 0).map(|below| first_word(below.trimmed()));
        if logical.code.starts_with('@')
            && !logical.code.contains('(')
            && !below.is_some_and(|word| matches!(word, "def" | "class" | "async" | ""))
        {
            return (-2.0, logical.length);
        }
        let mut score = score + indentation(lines, at, score);
        if logical.has_comment {
            score += 4.0;
        }
        score += if is_bare_string(&logical.code) {
            within_bare_string(&lines[..at + logical.length], at)
        } else {
            let inner = logical.in_string.iter().enumerate().skip(1);
            inner.map(|(offset, in_string)| evidence::within_python(lines, at + offset, *in_string)).sum()
        };
        (score, logical.length)
    }

    /// The logical line at `at`, `None` where brackets or strings don't fit.
    pub(super) fn logical(&mut self, lines: &[Line], at: usize) -> Option<Logical> {
        if let Some((_, logical)) = self.last.as_ref().filter(|(last, _)| *last == at) {
            return logical.clone();
        }
        self.budget = (self.budget + 64).min(64 * LONGEST);
        let end = lines.len().min(at + LONGEST.min(self.budget));
        let logical = scan(lines[at..end].iter().copied(), &mut self.budget);
        self.last = Some((at, logical.clone()));
        logical
    }
}

/// Whether the parser, which is recursive, may be asked about code of several lines.
pub(super) fn is_shallow(source: &str) -> bool {
    let lines: Vec<&str> = source.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut blocks: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let indentation = lines[at].len() - lines[at].trim_start().len();
        while blocks.last().is_some_and(|&outer| outer >= indentation) {
            blocks.pop();
        }
        blocks.push(indentation);
        let rest = lines[at..].iter().map(|&text| Line { number: 0, text, weight: 0.0, gap: 0, printed_by: None });
        let mut budget = LONGEST;
        match scan(rest, &mut budget) {
            Some(logical) if !logical.too_deep && blocks.len() <= BRACKETS => at += logical.length,
            _ => return false,
        }
    }
    true
}

/// Whether a line continues a compound statement: nothing starts with it.
pub(super) fn continues_statement(trimmed: &str) -> bool {
    matches!(first_word(trimmed), "else" | "elif" | "except" | "finally" | "case")
}

/// Whether a line looks like the head of a compound statement, whose body is indented.
pub(super) fn is_header(trimmed: &str) -> bool {
    let keyword = first_word(trimmed);
    let is_compound = matches!(
        keyword,
        "def" | "class" | "if" | "elif" | "else" | "for" | "while" | "with" | "try" | "except" | "finally" | "match" | "case" | "async"
    );
    // A comment may hold a `#` within a string of the line; it's a guess, and only one piece of evidence.
    is_compound && trimmed.split(" #").next().unwrap_or_default().trim_end().ends_with(':')
}

/// Whether a logical line is a string that nothing is done with: a docstring, or output as some write it.
fn is_bare_string(code: &str) -> bool {
    let string = code.trim_start_matches(['r', 'R', 'u', 'U', 'b', 'B']);
    string.starts_with("\"\"\"") || string.starts_with("'''")
}

/// Evidence from the lines below the first of a string that nothing is done with, which starts at `at` and ends with the lines.
///
/// From the line that ends such a string on, everything up to the next one looks like a string as well: code, prose and code again.
/// That is told by its holding both, unless it stands where a docstring does.
fn within_bare_string(lines: &[Line], at: usize) -> f32 {
    let is_docstring = at > 0 && is_header(lines[at - 1].trimmed());
    let mut sentences = 0;
    let mut statements = 0;
    let mut score = 0.0;
    for inner in at + 1..lines.len() {
        let line = &lines[inner];
        if line.weight >= 4.0 {
            sentences += 1;
            continue;
        }
        let code = Scanner::default().evidence(&lines[..=inner], inner).0;
        statements += usize::from(code >= 4.5 && line.indentation() <= lines[at].indentation());
        score += evidence::within_python(lines, inner, true);
    }
    if sentences > 0 && statements > 0 && !is_docstring { -6.0 } else { score }
}

/// Evidence from the indentation of a line and of the one before.
fn indentation(lines: &[Line], at: usize, score: f32) -> f32 {
    let line = &lines[at];
    let Some(before) = at.checked_sub(1).map(|before| &lines[before]) else { return 0.0 };
    let header = is_header(before.trimmed());
    let mut evidence = 0.0;
    if line.indentation() > 0 {
        evidence += if score < 2.0 { 3.0 } else { 2.0 };
        if line.indentation() > before.indentation() && !header && before.indentation() == 0 {
            evidence -= 3.0;
        }
    }
    if header && line.indentation() <= before.indentation() {
        evidence -= 4.0;
    }
    evidence
}

/// Cuts the logical line out of lines, the first of which starts it.
fn scan<'t>(lines: impl IntoIterator<Item = Line<'t>>, budget: &mut usize) -> Option<Logical> {
    let mut brackets: Vec<(char, usize)> = Vec::new();
    let mut quote: Option<(char, bool)> = None;
    let mut logical = Logical { length: 0, code: String::new(), has_comment: false, in_string: Vec::new(), too_deep: false };
    let mut depth = 0;
    let mut current = 0;
    for (index, line) in lines.into_iter().enumerate() {
        *budget = budget.saturating_sub(usize::from(index > 0));
        logical.length += 1;
        logical.in_string.push(quote.is_some());
        // A blank line within a string matters to nobody here; a line within it keeps its text.
        let text = if index == 0 { line.trimmed() } else { line.text };
        let mut joined = false;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let mut length = c.len_utf8();
            match quote {
                Some((open, triple)) => {
                    if c == '\\' {
                        length += rest[length..].chars().next().map_or(0, char::len_utf8);
                        joined = length == 1;
                    } else if c == open && !triple {
                        quote = None;
                    } else if c == open && is_triple(rest, open) {
                        quote = None;
                        length = 3;
                    }
                }
                None => match c {
                    '#' => {
                        logical.has_comment |= !logical.code.trim().is_empty();
                        break;
                    }
                    '"' | '\'' => {
                        let triple = is_triple(rest, c);
                        quote = Some((c, triple));
                        length = if triple { 3 } else { 1 };
                        depth += 1;
                        current += 1;
                    }
                    '(' | '[' | '{' => {
                        brackets.push((c, current + 1));
                        logical.too_deep |= brackets.len() > BRACKETS;
                        depth += 1;
                        current = 0;
                    }
                    ')' | ']' | '}' => {
                        let (open, outer) = brackets.pop()?;
                        if !matches!((open, c), ('(', ')') | ('[', ']') | ('{', '}')) {
                            return None;
                        }
                        depth -= current;
                        current = outer;
                    }
                    ',' => {
                        depth -= current;
                        current = 0;
                    }
                    '\\' if rest.len() == 1 => joined = true,
                    // Operators nest, and so do `not`, `lambda` and the like: words count where a blank ends them.
                    _ if c.is_alphanumeric() || c == '_' || logical.code.ends_with(char::is_whitespace) => {}
                    _ => {
                        depth += 1;
                        current += 1;
                    }
                },
            }
            if depth > DEEPEST {
                logical.too_deep = true;
            }
            logical.code.push_str(&rest[..length]);
            rest = &rest[length..];
        }
        logical.code.push('\n');
        match quote {
            Some((_, false)) if !joined => return None,
            Some(_) => continue,
            None if joined => continue,
            None if brackets.is_empty() => {
                logical.code.truncate(logical.code.trim_end().len());
                return Some(logical);
            }
            None => {}
        }
    }
    None
}

fn is_triple(rest: &str, quote: char) -> bool {
    rest.chars().take(3).filter(|&c| c == quote).count() == 3
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// How much the statements of a logical line look like code, `None` where it doesn't parse.
fn parsed(logical: &Logical) -> Option<f32> {
    if logical.too_deep || logical.code.is_empty() {
        return None;
    }
    let code = logical.code.as_str();
    let body = if code.ends_with(':') { " pass" } else { "" };
    let keyword = first_word(code);
    let source = match keyword {
        "else" | "elif" => format!("if x:\n pass\n{code}{body}\n"),
        "except" | "finally" => format!("try:\n pass\n{code}{body}\n"),
        "try" if !body.is_empty() => format!("{code}{body}\nfinally:\n pass\n"),
        "case" => format!("match x:\n {code}{body}\n"),
        _ if code.starts_with('@') => format!("{code}\ndef f(): pass\n"),
        _ => format!("{code}{body}\n"),
    };
    let module = parse_module(&source).ok()?.into_syntax();
    if code.starts_with('@') {
        return Some(5.0);
    }
    if continues_statement(code) {
        return Some(if code.len() <= "finally:".len() { 1.0 } else { 3.0 });
    }
    let score = module.body.iter().map(statement).reduce(f32::max)?;
    // Settings are written without blanks (`NAME=value`), and so are a table's cells that ran together.
    let is_setting = matches!(module.body.as_slice(), [Stmt::Assign(_)]) && logical.length == 1 && !code.contains(" = ");
    Some(if is_setting { score - 2.0 } else { score })
}

fn statement(statement: &Stmt) -> f32 {
    match statement {
        Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::FunctionDef(_) => 6.0,
        Stmt::ClassDef(class) => {
            if class.arguments.is_some() || class.name.starts_with(char::is_uppercase) {
                6.0
            } else {
                1.0
            }
        }
        Stmt::If(statement) => header(&statement.test),
        Stmt::While(statement) => header(&statement.test),
        Stmt::For(statement) => header(&statement.iter) + 1.0,
        Stmt::With(statement) => statement.items.iter().map(|item| header(&item.context_expr)).fold(0.0, f32::max),
        Stmt::Match(_) => 1.0,
        Stmt::Try(_) => 2.0,
        Stmt::Assign(statement) => {
            if is_wordy(&statement.value) {
                3.5
            } else {
                5.0
            }
        }
        Stmt::AugAssign(_) | Stmt::TypeAlias(_) => 4.0,
        Stmt::AnnAssign(statement) if statement.value.is_some() => 5.0,
        Stmt::AnnAssign(statement) => annotation(&statement.annotation),
        Stmt::Return(statement) => statement.value.as_deref().map_or(0.5, |value| 2.0 + expression(value).clamp(-1.0, 2.0)),
        Stmt::Raise(statement) => statement.exc.as_deref().map_or(0.5, |value| 2.0 + expression(value).clamp(-1.0, 2.0)),
        Stmt::Assert(statement) => 2.0 + expression(&statement.test).clamp(-1.0, 2.0),
        Stmt::Delete(_) => 3.0,
        Stmt::Global(_) | Stmt::Nonlocal(_) => 2.0,
        Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => 0.0,
        Stmt::Expr(statement) => expression(&statement.value),
        Stmt::IpyEscapeCommand(_) => -1.0,
    }
}

/// The head of a compound statement: words alone (`with care:`) are prose as well.
fn header(expr: &Expr) -> f32 {
    if is_wordy(expr) { 1.0 } else { 5.0 }
}

/// `name: str` alone: prose is written so as well (`Note: text`).
fn annotation(expr: &Expr) -> f32 {
    match expr {
        Expr::Name(name)
            if matches!(name.id.as_str(), "int" | "str" | "float" | "bool" | "bytes" | "list" | "dict" | "set" | "tuple" | "object") =>
        {
            3.5
        }
        Expr::Subscript(_) => 3.0,
        Expr::BinOp(_) => 1.0,
        _ => -2.0,
    }
}

/// How much an expression that stands alone looks like code.
fn expression(expr: &Expr) -> f32 {
    match expr {
        Expr::Call(call) => {
            let literal = |expr: &Expr| !is_wordy(expr);
            match (call.arguments.args.len(), call.arguments.keywords.len()) {
                (0, 0) => 2.5,
                (_, 0) if !call.arguments.args.iter().any(literal) => 4.0,
                _ => 5.5,
            }
        }
        Expr::Await(_) => 4.5,
        Expr::Yield(inner) => inner.value.as_deref().map_or(2.0, |value| 3.0 + expression(value).clamp(-1.0, 2.0)),
        Expr::YieldFrom(_) => 4.0,
        Expr::Named(_) | Expr::Lambda(_) | Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => 4.0,
        Expr::FString(_) | Expr::TString(_) => 2.0,
        Expr::Subscript(subscript) if is_wordy(&subscript.slice) => 0.0,
        Expr::Subscript(_) => 2.0,
        Expr::Dict(_) => 2.0,
        Expr::List(list) => {
            if list.elts.iter().all(is_wordy) {
                -3.0
            } else {
                0.5
            }
        }
        Expr::Attribute(attribute) => {
            if attribute.value.is_attribute_expr() {
                1.0
            } else {
                0.5
            }
        }
        Expr::StringLiteral(string) => {
            if string.value.iter().any(|part| part.flags.is_triple_quoted()) {
                2.5
            } else {
                -1.0
            }
        }
        Expr::BytesLiteral(_) => 1.0,
        _ if is_wordy(expr) => -3.0,
        Expr::NumberLiteral(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => -2.0,
        _ => 2.0,
    }
}

/// Whether an expression consists of names and numbers with words or signs between them, as prose does (`read/write`,
/// `yes or no`, `Tom, Dick`).
fn is_wordy(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) | Expr::NumberLiteral(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => true,
        Expr::BinOp(operation) => is_wordy(&operation.left) && is_wordy(&operation.right),
        Expr::UnaryOp(operation) => is_wordy(&operation.operand),
        Expr::BoolOp(operation) => operation.values.iter().all(is_wordy),
        Expr::Compare(comparison) => {
            let equality = comparison.ops.iter().any(|op| matches!(op.as_str(), "==" | "!=" | "<=" | ">="));
            !equality && is_wordy(&comparison.left) && comparison.comparators.iter().all(is_wordy)
        }
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_wordy),
        Expr::Set(set) => set.elts.iter().all(is_wordy),
        Expr::If(conditional) => is_wordy(&conditional.test) && is_wordy(&conditional.body) && is_wordy(&conditional.orelse),
        Expr::Starred(starred) => is_wordy(&starred.value),
        _ => false,
    }
}
