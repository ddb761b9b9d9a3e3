//! How much a statement that parses looks like code: words with an operator or a keyword between them parse as well.

use rustpython_ruff_python_ast::{Expr, ExprSubscript, Operator, Stmt, StringFlags};
use rustpython_ruff_python_parser::parse_module;
use rustpython_ruff_text_size::Ranged;

use super::{Logical, continues_statement, first_word};

/// How much the statements of a logical line look like code, `None` where it doesn't parse.
pub(super) fn evidence(logical: &Logical) -> Option<f32> {
    let code = logical.code.as_str();
    if logical.too_deep || code.is_empty() || is_path(code) {
        return None;
    }
    let body = if code.ends_with(':') { " pass" } else { "" };
    let keyword = first_word(code);
    let source = match keyword {
        "else" | "elif" => format!("if x:\n pass\n{code}{body}\n"),
        "except" | "finally" => format!("try:\n pass\n{code}{body}\n"),
        "try" if !body.is_empty() => format!("{code}{body}\nfinally:\n pass\n"),
        "case" => format!("match x:\n {code}{body}\n"),
        "match" if !body.is_empty() => format!("{code}\n case _: pass\n"),
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
    // Prose has a blank before a bracket, and some of its languages have one before a colon.
    let spaced = match module.body.as_slice() {
        [Stmt::Expr(expression)] => expression.value.as_call_expr().is_some_and(|call| {
            call.func.range().end() < call.arguments.range().start() && call.func.is_name_expr() && call.arguments.args.iter().all(is_wordy)
        }),
        [Stmt::AnnAssign(statement)] => source[usize::from(statement.target.range().end())..].starts_with(' '),
        _ => false,
    };
    if spaced {
        return Some(-3.0);
    }
    // Settings are written without blanks (`NAME=value`), and so are a table's cells that ran together.
    let is_setting = matches!(module.body.as_slice(), [Stmt::Assign(_)]) && logical.length == 1 && !code.contains(" = ");
    Some(if is_setting { score - 3.0 } else { score })
}

/// Whether code is a file's path, which parses as a division of attributes.
fn is_path(code: &str) -> bool {
    code.contains('/')
        && code.split('/').all(|part| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_') && part.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c))
        })
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
        Stmt::Match(statement) => header(&statement.subject).min(3.0),
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
        Stmt::AnnAssign(statement) if statement.target.as_name_expr().is_some_and(|name| name.id.starts_with(char::is_uppercase)) => -2.0,
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
        Expr::BinOp(operation) if operation.op == Operator::BitOr => 1.0,
        _ => -2.0,
    }
}

/// How much an expression that stands alone looks like code.
fn expression(expr: &Expr) -> f32 {
    match expr {
        // Cells of a table's row that stand side by side.
        Expr::Call(call) if is_literal(&call.func) => -3.0,
        Expr::Subscript(subscript) if is_literal(&subscript.value) => -3.0,
        // A heading; names are hardly written in other scripts.
        Expr::Name(name) if name.id.starts_with(char::is_uppercase) || is_foreign(expr) => -5.0,
        Expr::Call(call) if !call.arguments.args.is_empty() && call.arguments.args.iter().all(is_foreign) => -3.0,
        // A method, as references list it.
        Expr::Call(call) if call.arguments.args.first().and_then(Expr::as_name_expr).is_some_and(|name| name.id == "self") => -2.0,
        Expr::Call(call) => {
            let literal = |expr: &Expr| !is_wordy(expr);
            match (call.arguments.args.len(), call.arguments.keywords.len()) {
                (0, 0) => match call.func.as_ref() {
                    Expr::Attribute(attribute) if attribute.value.is_call_expr() => expression(&attribute.value),
                    _ => 0.1,
                },
                (_, 0) if call.func.as_name_expr().is_some_and(|name| name.id == "print") => 5.5,
                (_, 0) if !call.arguments.args.iter().any(literal) => 3.5,
                _ => 5.5,
            }
        }
        Expr::Await(_) => 4.5,
        Expr::Yield(inner) => inner.value.as_deref().map_or(2.0, |value| 3.0 + expression(value).clamp(-1.0, 2.0)),
        Expr::YieldFrom(_) => 4.0,
        Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => 5.5,
        Expr::Named(_) | Expr::Lambda(_) => 4.0,
        Expr::FString(_) | Expr::TString(_) => 2.0,
        Expr::Subscript(subscript) if is_type(subscript) => -2.0,
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
        Expr::Attribute(_) => -0.5,
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

/// Whether an expression is a name in another script than code has.
fn is_foreign(expr: &Expr) -> bool {
    expr.as_name_expr().is_some_and(|name| !name.id.contains(|c: char| c.is_ascii_alphanumeric()))
}

/// Whether an expression is a number, or in brackets.
fn is_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::NumberLiteral(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Dict(_) | Expr::Set(_))
}

/// Whether an expression is a type, as references name them: `Callable[[int], str]`.
fn is_type(subscript: &ExprSubscript) -> bool {
    let parts = match subscript.slice.as_ref() {
        Expr::Tuple(tuple) => tuple.elts.as_slice(),
        single => std::slice::from_ref(single),
    };
    let is_part = |part: &Expr| match part {
        Expr::Subscript(inner) => is_type(inner),
        Expr::List(list) => list.elts.iter().all(|part| part.as_subscript_expr().map_or_else(|| is_wordy(part), is_type)),
        _ => is_wordy(part),
    };
    subscript.value.as_name_expr().is_some_and(|name| name.id.starts_with(char::is_uppercase)) && parts.iter().all(is_part)
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
        // Where a name stands for a file or a page: `src/report.py`.
        Expr::Attribute(attribute) => is_wordy(&attribute.value),
        _ => false,
    }
}

/// Whether a line holds several statements without their line ends, of which the first imports: it's code that can't run.
pub(super) fn is_run_together(line: &str) -> bool {
    if !line.starts_with("import ") && !line.starts_with("from ") {
        return false;
    }
    let is_import = |text: &str| parse_module(text).is_ok();
    let starts_statement = |text: &str| {
        let behind = text.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let is_assignment = behind.trim_start().strip_prefix('=').is_some_and(|rest| !rest.starts_with('='));
        let keyword = first_word(text);
        behind.len() < text.len() && (is_assignment || behind.starts_with('(')) && text.contains(')')
            || matches!(keyword, "import" | "from" | "def" | "class") && text.contains(['(', '='])
    };
    line.match_indices(' ').take(12).any(|(at, _)| starts_statement(&line[at + 1..]) && is_import(&line[..at]))
}
