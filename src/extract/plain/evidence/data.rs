//! Evidence for the formats that hold data: TOML, INI, YAML and JSON.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{Line, prose, python};
use super::{comment, compile, unlike};

/// Lines above a setting among which the head of its table is looked for.
const TABLE: usize = 60;

/// A TOML line; an array over several lines is one logical line, scanned as Python's are.
pub(in crate::extract::plain) fn toml(lines: &[Line], at: usize, python: &mut python::Scanner) -> (f32, usize) {
    static HEADER: LazyLock<Regex> = LazyLock::new(|| compile(r#"^\[\[?[A-Za-z0-9_][\w."'-]*( *\. *[\w"'-]+)*\]\]?( +#.*)?$"#));
    static KEY: LazyLock<Regex> =
        LazyLock::new(|| compile(r#"^("[^"]+"|'[^']+'|[A-Za-z0-9_-]+)( *\. *("[^"]+"|[A-Za-z0-9_-]+))* *= *(.+)$"#));
    static VALUE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r#"^("([^"\\]|\\.)*"|'[^']*'|"""|'''|true|false|[+-]?[0-9][0-9_.eE+:TZ-]*|0x[0-9a-fA-F]+|inf|nan|\[|\{.*\})( *#.*)?$|^\[|^"""|^'''"#,
        )
    });
    let trimmed = lines[at].trimmed();
    if trimmed.starts_with('#') {
        return (comment(trimmed), 1);
    }
    let is_header = |text: &str| HEADER.is_match(text) && !text.contains(' ');
    if HEADER.is_match(trimmed) {
        return (if trimmed.starts_with("[[") || trimmed.contains(['.', '-']) { 5.0 } else { 4.0 }, 1);
    }
    let value = KEY.captures(trimmed).and_then(|captures| captures.get(4)).map(|group| group.as_str());
    match value {
        Some(value) if VALUE.is_match(value) => {
            let key = trimmed.split('=').next().unwrap_or_default().trim();
            let plain = if key.contains('-') || matches!(value, "true" | "false") { 4.0 } else { 3.0 };
            // Below a table's head, settings that Python might have too are the table's.
            let above = lines[..at].iter().rev().take(TABLE).take_while(|line| line.is_comment() || line.weight < 4.0);
            let in_table = above.map(|line| line.text).any(is_header);
            let plain = if in_table { plain + 2.5 } else { plain };
            let length =
                if value.starts_with(['[', '{', '"', '\'']) { python.logical(lines, at).map_or(1, |logical| logical.length) } else { 1 };
            // What stands in brackets fits into them; a string takes anything.
            let further = if value.starts_with(['[', '{']) { 2.0 } else { 0.5 };
            (plain + further * (length - 1) as f32, length)
        }
        _ => (unlike(&lines[at]), 1),
    }
}

pub(in crate::extract::plain) fn ini(lines: &[Line], at: usize) -> f32 {
    static HEADER: LazyLock<Regex> = LazyLock::new(|| compile(r"^\[[\w.:/* -]+\]$"));
    static KEY: LazyLock<Regex> = LazyLock::new(|| compile(r"^[A-Za-z_][\w.-]* *[=:] *([^=(].*)?$"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with(['#', ';']) {
        return comment(trimmed);
    }
    if prose::is_item(trimmed) {
        return unlike(line);
    }
    if HEADER.is_match(trimmed) && line.indentation() == 0 {
        return 3.0;
    }
    let in_section = lines[..at].iter().rev().take(40).any(|line| HEADER.is_match(line.text));
    if KEY.is_match(trimmed) && in_section {
        return 2.0 - line.weight * 0.5;
    }
    if line.indentation() > 0 && in_section { 1.0 } else { unlike(line) }
}

pub(in crate::extract::plain) fn yaml(lines: &[Line], at: usize) -> f32 {
    static KEY: LazyLock<Regex> = LazyLock::new(|| compile(r#"^((?:- +)*)("[^"]+"|'[^']+'|[A-Za-z_.$][\w./$-]*)( [\w-]+)?:( +(.*))?$"#));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with('#') {
        return comment(trimmed);
    }
    if trimmed == "---" {
        return 1.0;
    }
    let inside = line.indentation() > 0 && at > 0;
    if let Some(captures) = KEY.captures(trimmed) {
        let value = captures.get(5).map_or("", |group| group.as_str());
        let value = value.split(" #").next().unwrap_or_default().trim();
        let is_listed = captures.get(1).is_some_and(|group| !group.is_empty());
        let next = lines.get(at + 1).filter(|next| next.gap == 0);
        let opens = next.is_some_and(|next| next.indentation() > line.indentation() || next.trimmed().starts_with("- "));
        let wordy = prose::weight(value);
        let capital = captures.get(2).is_some_and(|group| group.as_str().starts_with(char::is_uppercase));
        let mut score = match (value.is_empty(), opens) {
            (true, true) => 3.0,
            (true, false) => -1.5,
            (false, _) => 1.5 - wordy * 0.6,
        };
        if captures.get(3).is_some() {
            score -= 2.0;
        }
        if capital && !inside {
            score -= 2.0;
        }
        if value.ends_with([',', '{', '(', ';']) {
            score -= 3.0;
        }
        return score + f32::from(u8::from(inside)) * 1.5 + f32::from(u8::from(is_listed)) * 1.0;
    }
    if trimmed.starts_with("- ") && at > 0 {
        let listed = lines[at - 1].trimmed().starts_with("- ") || lines[at - 1].text.ends_with(':');
        return if listed { 2.0 - prose::weight(&trimmed[2..]) } else { -1.0 - line.weight };
    }
    if inside && !prose::is_item(trimmed) { 0.5 - line.weight * 0.3 } else { unlike(line) }
}

pub(in crate::extract::plain) fn json(lines: &[Line], at: usize) -> f32 {
    static MEMBER: LazyLock<Regex> =
        LazyLock::new(|| compile(r#"^"([^"\\]|\\.)*" *: *("([^"\\]|\\.)*"|true|false|null|-?[0-9][0-9.eE+-]*|\{.*|\[.*)? *,?$"#));
    static ITEM: LazyLock<Regex> = LazyLock::new(|| compile(r#"^("([^"\\]|\\.)*"|true|false|null|-?[0-9][0-9.eE+-]*|\{.*\}|\[.*\]) *,?$"#));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if matches!(trimmed, "{" | "[" | "}" | "]" | "}," | "]," | "},{" | "}, {" | "[{" | "}]") {
        return 2.5;
    }
    if MEMBER.is_match(trimmed) {
        return 4.0;
    }
    if ITEM.is_match(trimmed) && (line.indentation() > 0 || trimmed.starts_with("{\"")) {
        return if trimmed.starts_with("{\"") { 4.5 } else { 2.0 };
    }
    unlike(line)
}
