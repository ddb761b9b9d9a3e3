//! Evidence for prompt sessions: prompts can't be mistaken; what they print looks like anything, and ends nowhere in particular.

use std::sync::LazyLock;

use regex::Regex;
use rustpython_ruff_python_ast::Stmt;
use rustpython_ruff_python_parser::parse_module;

use super::{
    Line, Prompt,
    evidence::{comment, compile},
    python,
};

/// Lines of one prompt that are looked at to see whether it shows something.
const LONGEST: usize = 200;

/// Lines of a traceback that are looked back over.
const TRACEBACK: usize = 60;

/// Whether a line without its indentation is Python's prompt.
pub(super) fn is_prompt(trimmed: &str) -> bool {
    trimmed == ">>>" || trimmed.starts_with(">>> ")
}

/// The prompt that the line below `line` may be the output of; `before` are the lines before it.
pub(super) fn prompt_below(before: &[Line], line: &Line) -> Option<Prompt> {
    let trimmed = line.trimmed();
    if is_prompt(trimmed) {
        return Some(Prompt { is_python: true, shows: shows(trimmed.get(4..).unwrap_or_default()), distance: 1 });
    }
    if trimmed.starts_with("$ ") {
        return Some(Prompt { is_python: false, shows: true, distance: 1 });
    }
    let prompt = line.printed_by?;
    if prompt.is_python && prompt.distance == 1 && is_continuation(trimmed) {
        let group = before.iter().rev().take(LONGEST);
        let mut lines: Vec<&str> = vec![trimmed];
        for above in group {
            lines.push(above.trimmed());
            if is_prompt(above.trimmed()) {
                break;
            }
        }
        let source: Vec<&str> = lines.iter().rev().map(|line| line.get(4..).unwrap_or_default()).collect();
        return Some(Prompt { shows: shows(&source.join("\n")), distance: 1, ..prompt });
    }
    Some(Prompt { distance: prompt.distance + 1, ..prompt })
}

/// How much likelier a line is one of a session than prose.
pub(super) fn evidence(lines: &[Line], at: usize) -> f32 {
    static ERROR: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^([a-z_]\w*\.)*[A-Z]\w*(Error|Exception|Warning|Interrupt|Exit|Iteration|Group)\b(:|$)"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if is_prompt(trimmed) {
        return 6.0;
    }
    if line.is_comment() && lines.get(at + 1).is_some_and(|next| next.gap == 0 && is_prompt(next.trimmed())) {
        return 1.5;
    }
    let Some(prompt) = line.printed_by.filter(|prompt| prompt.is_python) else {
        return -7.0 - line.weight;
    };
    if prompt.distance == 1 && is_continuation(trimmed) {
        return 4.0;
    }
    if trimmed.starts_with("Traceback (most recent call last)") || ERROR.is_match(trimmed) {
        return 7.0;
    }
    if (line.indentation() > 0 || trimmed == "...") && in_traceback(lines, at) {
        return 4.0;
    }
    if at > 0 && ERROR.is_match(lines[at - 1].trimmed()) {
        // An exception is the last that a prompt shows.
        return -3.0 - line.weight;
    }
    let quoted = trimmed.starts_with(['\'', '"', '[', '{', '(', '<']) && trimmed.ends_with(['\'', '"', ']', '}', ')', '>', ',']);
    let literal = quoted || trimmed.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    if trimmed.starts_with('#') {
        return comment(trimmed);
    }
    if !prompt.shows {
        return if literal { 1.5 } else { -5.0 } - line.weight;
    }
    let mut bonus = if literal || line.indentation() > 0 { 2.5 } else { 1.0 };
    // Something follows a prompt that shows something; how much more does, nobody knows.
    let doubt = if prompt.distance == 1 {
        bonus += 2.0;
        0.9
    } else {
        1.4
    };
    bonus - line.weight * doubt
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

fn is_continuation(trimmed: &str) -> bool {
    trimmed == "..." || trimmed.starts_with("... ")
}

/// Whether code goes on below: the head of a statement, or a decorator.
fn is_cut_off(source: &str) -> bool {
    source.trim_end().ends_with(':') || source.starts_with('@')
}

/// Whether code at a prompt shows something: what isn't complete may, too.
fn shows(source: &str) -> bool {
    if !python::is_shallow(source) {
        return !is_cut_off(source);
    }
    let Ok(module) = parse_module(source) else { return !is_cut_off(source) };
    !module.syntax().body.last().is_some_and(|statement| {
        matches!(
            statement,
            Stmt::FunctionDef(_)
                | Stmt::ClassDef(_)
                | Stmt::Import(_)
                | Stmt::ImportFrom(_)
                | Stmt::Assign(_)
                | Stmt::AugAssign(_)
                | Stmt::AnnAssign(_)
                | Stmt::Delete(_)
                | Stmt::Pass(_)
        )
    }) && !module.syntax().body.is_empty()
}
