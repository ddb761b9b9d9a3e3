//! Evidence for languages other than Python, from the form of a line and of those next to it. Positive: likelier in such code
//! than in prose. What a language's lines don't look like counts against it, less so when indented, since prose isn't.

mod data;
mod markup;
mod shell;

use std::sync::LazyLock;

use regex::Regex;

pub(super) use data::{ini, json, toml, yaml};
pub(super) use markup::{c, html, javascript, sql};
pub(super) use shell::{dockerfile, shell};

use super::{Line, State, prose, python, session};

/// Evidence for a line within a logical line of Python: it explains the line as well as the line's own look does, be it
/// Python in an argument's list or another language in a string.
pub(super) fn within_python(lines: &[Line], at: usize, in_string: bool) -> f32 {
    let others: &[State] = if in_string { &State::CODE } else { &[State::Python, State::Json] };
    // The line alone: what it opens belongs to the logical line that it's in.
    let alone = &lines[..=at];
    let mut scanner = python::Scanner::default();
    // What stands in brackets fits into them; a string takes anything.
    let least = if in_string { 0.5 } else { 2.0 };
    others.iter().map(|state| state.evidence(alone, at, &mut scanner).0).fold(least, f32::max)
}

pub(super) fn tree(lines: &[Line], at: usize) -> f32 {
    static FOLDER: LazyLock<Regex> = LazyLock::new(|| compile(r"^(\./)?[\w.@{}<>-]+(/[\w.@{}<>-]+)*/( +(#|<-|←|//).*)?$"));
    static FILE: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^([\w@{}<>-]*\.[\w.]+|\.\.\.|…|Makefile|Dockerfile|LICENSE|README)( +(#|<-|←|//).*)?$"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with(['├', '└', '│']) && !trimmed.ends_with(['│', '┘', '┤']) {
        return 6.0;
    }
    let drawn = lines.get(at + 1).is_some_and(|next| next.gap == 0 && next.trimmed().starts_with(['├', '└', '│']));
    if drawn && line.weight < 2.0 {
        return 4.0;
    }
    if trimmed == "." {
        return 1.0;
    }
    if FOLDER.is_match(trimmed) {
        return if line.indentation() > 0 { 4.5 } else { 3.0 };
    }
    if FILE.is_match(trimmed) && at > 0 {
        let above = lines[at - 1].trimmed();
        let is_listed = line.gap == 0 && (FOLDER.is_match(above) || FILE.is_match(above));
        return match line.indentation() {
            0 => 0.0,
            _ if is_listed => 4.0,
            _ => 1.0,
        };
    }
    unlike(line)
}

pub(super) fn output(lines: &[Line], at: usize) -> f32 {
    static ERROR: LazyLock<Regex> = LazyLock::new(|| compile(r"^([a-z_]\w*\.)*[A-Z]\w*(Error|Exception|Warning)(: .*)?$"));
    static RULE: LazyLock<Regex> = LazyLock::new(|| compile(r"^([+|][-=+|]{3,}|[┏┌╭│┃├┡└╰┗╔║╚╠].*)$"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with("Traceback (most recent call last):") {
        return 6.0;
    }
    if trimmed.starts_with("File \"") && line.indentation() > 0 {
        return 5.0;
    }
    if RULE.is_match(trimmed) {
        return if shell::below_command(lines, at) { 2.0 } else { 4.0 };
    }
    if trimmed.starts_with('|') && trimmed.ends_with('|') && trimmed.len() > 2 {
        return 3.0;
    }
    let in_traceback = line.gap == 0 && session::in_traceback(lines, at);
    if in_traceback && ERROR.is_match(trimmed) {
        return 4.0;
    }
    if line.indentation() > 0 && in_traceback && !prose::is_item(trimmed) { 2.0 } else { unlike(line) }
}

/// Evidence for a comment in any of the languages that have `#`. `#308` is an issue's number.
pub(super) fn comment(trimmed: &str) -> f32 {
    match trimmed.chars().nth(1) {
        None | Some(' ' | '!') => 3.5,
        Some(c) if c.is_ascii_digit() => -2.0,
        Some(_) => 0.5,
    }
}

/// A pattern whose `\w` is ASCII's: words of other languages' code are hardly written with other letters, and the tables of all take longer to
/// compile than most documents to read.
pub(super) fn compile(pattern: &'static str) -> Regex {
    Regex::new(&pattern.replace(r"\w", "[0-9A-Za-z_]")).expect("the pattern is a constant")
}

/// Evidence against a language that has no such lines.
fn unlike(line: &Line) -> f32 {
    let base = if line.indentation() > 0 && !prose::is_item(line.trimmed()) { -2.5 } else { -4.0 };
    base - line.weight
}
