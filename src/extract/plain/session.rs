//! Evidence for prompt sessions: prompts can't be mistaken; what they print looks like anything, and ends nowhere in particular.

use std::sync::LazyLock;

use regex::Regex;
use rustpython_ruff_python_ast::{Expr, Stmt};
use rustpython_ruff_python_parser::parse_module;

use super::{
    Line, Prompt, Shown,
    evidence::{self, comment, compile},
    prose, python,
};
use crate::{
    claim::session::{is_labelled, is_reference_count},
    extract::{
        indentation, joined,
        prompt::{behind_number, behind_prompt},
    },
};

/// Lines of one prompt that are looked at to see whether it shows something.
const LONGEST: usize = 200;

/// Lines of comments above a prompt.
const COMMENTS: usize = 10;

/// Lines of a traceback that are looked back over.
const TRACEBACK: usize = 60;

/// What a line of output may look like that doesn't look like anything else.
const FORMS: [fn(&[Line], usize) -> f32; 4] = [evidence::output, evidence::tree, evidence::html, evidence::json];

/// Whether a line without its indentation has Python's prompt, or IPython's.
pub(super) fn is_prompt(trimmed: &str) -> bool {
    source(trimmed).is_some()
}

/// What stands behind a prompt.
fn source(trimmed: &str) -> Option<&str> {
    let rest = behind_prompt(trimmed).map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
    // A mark alone is a notebook's, above the code of a cell.
    rest.or_else(|| behind_number(trimmed, "In").filter(|rest| !rest.trim().is_empty()).map(str::trim_start))
}

/// What stands behind the mark of a prompt's further lines: `...`, or IPython's dots and a colon.
fn continued(trimmed: &str) -> Option<&str> {
    let rest = trimmed.trim_start_matches('.');
    if trimmed.len() - rest.len() < 3 {
        return None;
    }
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

/// Whether a line is IPython's mark before a value.
fn is_out(trimmed: &str) -> bool {
    behind_number(trimmed, "Out").is_some()
}

/// The prompt that the line below `line` may be the output of; `before` are the lines before it.
pub(super) fn prompt_below(before: &[Line], line: &Line) -> Option<Prompt> {
    let trimmed = line.trimmed();
    if let Some(source) = source(trimmed) {
        if joined::is_joined(trimmed) {
            return Some(Prompt { is_python: true, shown: Shown::Nothing, distance: 1, open: 0 });
        }
        // What goes on in its brackets may have no prompt.
        return Some(Prompt { is_python: true, shown: shown(source), distance: 1, open: balance(source).max(0) });
    }
    if trimmed.starts_with("$ ") {
        return Some(Prompt { is_python: false, shown: Shown::Lines, distance: 1, open: 0 });
    }
    let prompt = line.printed_by?;
    if prompt.is_python && prompt.distance == 1 && is_continuation(trimmed) {
        let mut lines: Vec<&str> = vec![continued(trimmed).unwrap_or_default()];
        for above in before.iter().rev().take(LONGEST) {
            if let Some(source) = source(above.trimmed()) {
                lines.push(source);
                break;
            }
            lines.push(continued(above.trimmed()).unwrap_or_default());
        }
        lines.reverse();
        let source = lines.join("\n");
        return Some(Prompt { shown: shown(&source), open: balance(&source).max(0), ..prompt });
    }
    if is_out(trimmed) && trimmed.ends_with(':') {
        return Some(Prompt { shown: Shown::Value, ..prompt });
    }
    let opened =
        prompt.distance == 1 && is_opened(trimmed.split_once("]: ").filter(|_| is_out(trimmed)).map_or(trimmed, |(_, value)| value));
    let open = if prompt.open > 0 || opened { prompt.open + balance(trimmed) } else { 0 };
    // A value is over where its brackets are closed, unless it's drawn over some lines.
    let is_over = open <= 0 && line.indentation() == 0 && is_value(trimmed);
    let shown = match prompt.shown {
        Shown::Value if is_over => Shown::Nothing,
        Shown::Called if is_over => Shown::More,
        shown => shown,
    };
    Some(Prompt { shown, distance: prompt.distance + 1, open, ..prompt })
}

/// How much likelier a line is one of a session than prose.
pub(super) fn evidence(lines: &[Line], at: usize) -> f32 {
    static ERROR: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^([a-z_]\w*\.)*[A-Z]\w*(Error|Exception|Warning|Interrupt|Exit|Iteration|Group)\b(:|$)"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if is_prompt(trimmed) {
        return if shows_below_code(lines, at) { 2.0 } else { 6.0 };
    }
    if line.is_comment() && heads_prompt(lines, at) {
        return comment(trimmed);
    }
    let Some(prompt) = line.printed_by.filter(|prompt| prompt.is_python) else {
        return -7.0 - line.weight;
    };
    if is_body(lines, at) {
        return 8.0;
    }
    if prompt.distance == 1 && is_continuation(trimmed) {
        return 4.0;
    }
    if trimmed.starts_with("Traceback (most recent call last)") || ERROR.is_match(trimmed) || is_chain(trimmed) || is_out(trimmed) {
        return 7.0;
    }
    if in_traceback(lines, at) {
        // The line that ends it is the exception, whatever that is called.
        return if line.indentation() > 0 || trimmed == "..." { 4.0 } else { 3.0 };
    }
    if at > 0 && ERROR.is_match(lines[at - 1].trimmed()) {
        // An exception is the last that a prompt shows.
        return -3.0 - line.weight;
    }
    if prompt.open > 0 && prompt.distance < LONGEST as u32 || is_reference_count(trimmed) || shows_labelled(prompt, trimmed) {
        return 4.0;
    }
    if trimmed.starts_with('#') {
        return comment(trimmed);
    }
    let literal = is_value(trimmed) || trimmed.starts_with(['-', '[', '{', '(']);
    if matches!(prompt.shown, Shown::Nothing | Shown::More) {
        return match prompt.distance {
            _ if is_drawn(trimmed) => 1.5,
            _ if prompt.shown == Shown::More && trimmed.contains(" = ") => 1.5,
            1 if literal => 1.5,
            // What was taken for the value was printed.
            2.. if literal && prompt.shown == Shown::More && line.gap == 0 => 1.5,
            1 => -3.5,
            _ => -2.0,
        } - line.weight;
    }
    let introduces = trimmed.ends_with(':') && lines.get(at + 1).is_some_and(|next| is_prompt(next.trimmed()));
    if prompt.distance > 1 && !literal && (introduces || prose::is_title(trimmed)) {
        return -2.0 - line.weight;
    }
    // What is printed may have any form: a table, a drawing, markup.
    let alone = &lines[..=at];
    let form = FORMS.iter().map(|form| form(alone, at)).fold(0.0, f32::max);
    let mut bonus = if literal || line.indentation() > 0 { 2.5_f32 } else { 1.5 }.max(form);
    // Something follows a prompt that shows something; how much more does, nobody knows.
    let doubt = if prompt.distance == 1 {
        bonus += if line.gap == 0 { 2.0 } else { 0.0 };
        0.6
    } else {
        1.2
    };
    bonus - line.weight * doubt
}

/// Whether a line is of the body, without prompts, of the statement whose head stands behind the prompt above.
pub(super) fn is_body(lines: &[Line], at: usize) -> bool {
    let is_indented = |line: &&Line| line.indentation() > 0;
    let body = lines[..=at].iter().rev().take(LONGEST).take_while(is_indented).count();
    let head =
        at.checked_sub(body).map(|head| &lines[head]).filter(|_| body > 0 && lines[at + 1 - body..=at].iter().all(|line| line.gap == 0));
    head.and_then(|line| source(line.trimmed())).is_some_and(is_cut_off)
}

/// Whether comments from a line on stand directly above a prompt.
pub(super) fn heads_prompt(lines: &[Line], at: usize) -> bool {
    let mut below = lines[at + 1..].iter().take(COMMENTS).take_while(|line| line.gap == 0).skip_while(|line| line.is_comment());
    below.next().is_some_and(|line| is_prompt(line.trimmed()))
}

/// Whether a line is what the line of code above shows, with a prompt before it: some write it so.
pub(super) fn shows_below_code(lines: &[Line], at: usize) -> bool {
    let line = &lines[at];
    let shows = source(line.trimmed()).is_some_and(|source| is_value(source.split(" #").next().unwrap_or_default().trim_end()));
    shows && line.gap == 0 && line.printed_by.is_none() && at > 0 && lines[at - 1].weight < 3.0
}

/// Whether a line is below a traceback's first, without anything else between.
pub(super) fn in_traceback(lines: &[Line], at: usize) -> bool {
    for (line, below) in lines[..at].iter().zip(&lines[1..=at]).rev().take(TRACEBACK) {
        if below.gap > 0 {
            return false;
        }
        if line.trimmed().starts_with("Traceback (most recent call last)") {
            return true;
        }
        if line.indentation() == 0 && line.text != "..." {
            return false;
        }
    }
    false
}

/// Whether what belongs to a prompt goes on behind a blank line, between the lines `above` and `below`: that ends a compound statement, and
/// stands between the tracebacks of exceptions that are chained.
pub(super) fn goes_on(above: &Line, below: &str, prompt: Prompt) -> bool {
    let ends_statement = prompt.distance == 1 && prompt.shown == Shown::Lines && is_continuation(above.trimmed());
    prompt.is_python
        && (ends_statement || is_chain(below.trim_start()) || is_chain(above.trimmed()) || shows_labelled(prompt, below.trim_start()))
}

/// Whether a line is the output of the prompt above it, with a label: `Output: 5`.
fn shows_labelled(prompt: Prompt, trimmed: &str) -> bool {
    prompt.is_python && prompt.distance == 1 && prompt.shown != Shown::Nothing && is_labelled(trimmed)
}

/// Whether a line stands between the tracebacks of chained exceptions.
fn is_chain(trimmed: &str) -> bool {
    matches!(
        trimmed,
        "During handling of the above exception, another exception occurred:"
            | "The above exception was the direct cause of the following exception:"
    )
}

fn is_continuation(trimmed: &str) -> bool {
    continued(trimmed).is_some()
}

/// Whether code goes on below: the head of a statement, or a decorator.
fn is_cut_off(source: &str) -> bool {
    source.trim_end().ends_with(':') || source.starts_with('@')
}

/// What code at a prompt shows. What isn't complete may show anything.
fn shown(source: &str) -> Shown {
    // Nothing but a definition starts so, whatever became of the indentation of its body.
    let defines = ["def ", "class ", "async def ", "@"].iter().any(|word| source.starts_with(word));
    let unknown = if is_cut_off(source) || defines { Shown::Nothing } else { Shown::Lines };
    if !python::is_shallow(source) {
        return unknown;
    }
    let Ok(module) = parse_module(source).or_else(|_| parse_module(&indentation::below_head(source))) else { return unknown };
    match module.syntax().body.last() {
        None => Shown::Nothing,
        Some(stmt) if is_silent(stmt) => Shown::Nothing,
        Some(Stmt::Expr(expression)) if !prints(&expression.value) => {
            if expression.value.as_call_expr().is_some_and(|call| call.func.as_name_expr().is_some_and(|name| !is_builtin(&name.id))) {
                Shown::Called
            } else {
                Shown::Value
            }
        }
        Some(_) => Shown::Lines,
    }
}

/// Whether a statement shows nothing when it goes well.
fn is_silent(stmt: &Stmt) -> bool {
    let are_silent = |body: &[Stmt]| body.iter().all(is_silent);
    match stmt {
        Stmt::FunctionDef(_)
        | Stmt::ClassDef(_)
        | Stmt::Import(_)
        | Stmt::ImportFrom(_)
        | Stmt::Assign(_)
        | Stmt::AugAssign(_)
        | Stmt::AnnAssign(_)
        | Stmt::Assert(_)
        | Stmt::Delete(_)
        | Stmt::Pass(_) => true,
        Stmt::For(it) => are_silent(&it.body) && are_silent(&it.orelse),
        Stmt::While(it) => are_silent(&it.body) && are_silent(&it.orelse),
        Stmt::If(it) => are_silent(&it.body) && it.elif_else_clauses.iter().all(|clause| are_silent(&clause.body)),
        _ => false,
    }
}

/// Whether a function is one of Python's own that give a value.
fn is_builtin(name: &str) -> bool {
    const NAMES: [&str; 24] = [
        "abs",
        "all",
        "any",
        "bool",
        "dict",
        "dir",
        "enumerate",
        "float",
        "id",
        "int",
        "isinstance",
        "len",
        "list",
        "max",
        "min",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "sorted",
        "str",
        "sum",
        "type",
    ];
    NAMES.contains(&name)
}

/// Whether an expression is a call of what prints.
fn prints(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else { return false };
    match call.func.as_ref() {
        Expr::Name(name) => name.id.contains("print"),
        Expr::Attribute(attribute) => attribute.attr.contains("print"),
        _ => false,
    }
}

/// Whether text is a value as Python shows it: a literal, a call, something in angle brackets.
pub(super) fn is_value(trimmed: &str) -> bool {
    let closed = trimmed.ends_with(['\'', '"', ']', '}', ')', '>', ',']);
    let opened = trimmed.starts_with(['\'', '"', '[', '{', '(', '<']);
    let prefixed = trimmed.starts_with("b'") || trimmed.starts_with("b\"");
    (closed && (opened || prefixed || is_called(trimmed)))
        || trimmed.strip_prefix('-').unwrap_or(trimmed).starts_with(|c: char| c.is_ascii_digit())
        || matches!(trimmed, "True" | "False" | "...")
}

/// Whether text starts with a name and a bracket.
fn is_called(trimmed: &str) -> bool {
    trimmed.split_once('(').is_some_and(|(name, _)| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')))
}

/// Whether text starts as a value does that may go on below.
fn is_opened(trimmed: &str) -> bool {
    trimmed.starts_with(['[', '{', '(']) || is_called(trimmed)
}

/// Whether text is a line of a drawing: formulas and tables are shown so.
fn is_drawn(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '─' | '│' | '⎛' | '⎝' | '⎜' | '⎞' | '⎠' | '⎟' | '⎡' | '⎣' | '⎢' | '⎤' | '⎦' | '⎥' | '√' | '⋅'))
}

/// How many brackets more a line opens than it closes.
fn balance(text: &str) -> i32 {
    text.chars().map(|c| i32::from(matches!(c, '(' | '[' | '{')) - i32::from(matches!(c, ')' | ']' | '}'))).sum()
}
