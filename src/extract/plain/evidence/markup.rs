//! Evidence for HTML, and for languages with braces or semicolons: JavaScript, C and SQL.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{Line, prose};
use super::{compile, unlike};

/// Lines above a line of text among which the tag is looked for whose element holds it.
const ELEMENT: usize = 20;

pub(in crate::extract::plain) fn html(lines: &[Line], at: usize) -> f32 {
    static TAG: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^(</?[A-Za-z][A-Za-z0-9:.-]*([ />]|$)|<!--|<!DOCTYPE|<!doctype|<\?xml|-->|\{%|\{\{|\{#)"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if TAG.is_match(trimmed) {
        return if line.indentation() > 0 { 4.0 } else { 4.5 };
    }
    if trimmed.ends_with("/>") || trimmed == ">" || (line.indentation() > 0 && trimmed.contains("=\"")) {
        return 2.0;
    }
    let within = || lines[..at].iter().rev().take(ELEMENT).any(|above| TAG.is_match(above.trimmed()));
    if line.indentation() > 0 && !prose::is_item(trimmed) && within() { 1.0 } else { unlike(line) }
}

pub(in crate::extract::plain) fn javascript(lines: &[Line], at: usize) -> f32 {
    static OWN: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r#"^((export )?(default )?(const|let|var) [\w\[{$]|(export |async |default )*function\b.*\(|export (default|\{|\*)|import .*['"];?$|console\.\w+\(|document\.|window\.)|=>( |$)|^type \w+ = |^interface \w+ |=== |!== "#,
        )
    });
    static KEY: LazyLock<Regex> = LazyLock::new(|| compile(r#"^[A-Za-z_$][\w$]*\??: ?("[^"]*"|'[^']*'|[\w.$]+|[\[{(`].*),?$"#));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with("//") && !trimmed.starts_with("///") {
        return 2.5;
    }
    let code = trimmed.split(" //").next().unwrap_or_default().trim_end();
    let mut score = 0.0;
    if OWN.is_match(code) {
        score += 3.5;
    }
    if code.ends_with(';') {
        score += 2.5;
    }
    if code.starts_with(['}', ')', ']']) {
        score += 2.0;
    }
    if code.ends_with(['{', '(', '[']) && code.len() > 1 {
        score += 1.5;
    }
    if line.indentation() > 0 && KEY.is_match(code) {
        score += 2.5;
    }
    braced(line, score)
}

pub(in crate::extract::plain) fn c(lines: &[Line], at: usize) -> f32 {
    static OWN: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^(static|int|void|char|double|float|long|short|unsigned|struct|enum|union|typedef|extern|inline|const char|size_t|u?int\d+_t|Py\w+|std::\w+|namespace|template *<|using namespace|public:|private:|class \w+ *[{:]|auto|bool)\b.*[;{(,)=:*]",
        )
    });
    static DIRECTIVE: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^# *(include *[<\x22]|define \w|ifdef \w|ifndef \w|if |endif|else$|pragma \w|undef \w)"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if DIRECTIVE.is_match(trimmed) {
        return 6.0;
    }
    if trimmed.starts_with("//") && !trimmed.starts_with("///") {
        return 2.0;
    }
    if trimmed.starts_with("/*") || trimmed.ends_with("*/") {
        return 3.5;
    }
    let code = trimmed.split(" //").next().unwrap_or_default().split(" /*").next().unwrap_or_default().trim_end();
    let mut score = 0.0;
    if OWN.is_match(code) {
        score += 3.5;
    }
    if code.ends_with(')') && lines.get(at + 1).is_some_and(|next| next.gap == 0 && next.text == "{") {
        score += 3.0;
    }
    if code.ends_with(';') {
        score += 2.5;
    }
    if code.starts_with('}') {
        score += 1.0;
    }
    if code.len() == 1 || code.ends_with(") {") || code.ends_with("] = {") || code.ends_with("else {") {
        score += if code.ends_with('{') { 3.0 } else { 0.0 };
    }
    braced(line, score)
}

pub(in crate::extract::plain) fn sql(lines: &[Line], at: usize) -> f32 {
    static STATEMENT: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^((SELECT|select)\b.|(INSERT INTO|insert into) |(UPDATE|update) \w+ (SET|set)\b|(DELETE FROM|delete from) |(CREATE|create|ALTER|alter|DROP|drop) (OR REPLACE |or replace |UNIQUE |unique |TEMP |temp )?(TABLE|table|INDEX|index|VIEW|view|DATABASE|database|FUNCTION|function|EXTENSION|extension|TYPE|type|SCHEMA|schema|USER|user)\b|WITH \w+ AS|EXPLAIN |PRAGMA |GRANT )",
        )
    });
    static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^(FROM|WHERE|(LEFT |RIGHT |INNER |OUTER |FULL |CROSS )*JOIN|GROUP BY|ORDER BY|LIMIT|OFFSET|SET|VALUES|AND|OR|ON|HAVING|RETURNING|UNION( ALL)?|SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|END)\b",
        )
    });
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with("-- ") {
        return 2.0;
    }
    let mut score = 0.0;
    if STATEMENT.is_match(trimmed) {
        score += if trimmed.starts_with(|c: char| c.is_uppercase()) { 5.0 } else { 2.0 };
    } else if CLAUSE.is_match(trimmed) {
        score += 3.0;
    }
    if trimmed.ends_with(';') {
        score += 2.0;
    }
    if trimmed.starts_with(");") {
        score += 2.0;
    }
    if prose::words(trimmed).1 >= 3 {
        score -= 4.0;
    }
    braced(line, score)
}

/// Evidence for a language with braces, whose lines may be anything as long as they're indented.
fn braced(line: &Line, score: f32) -> f32 {
    if score > 0.0 {
        let is_ended = line.text.ends_with([';', '{', '}', ',', '(', ')']) || line.text.contains("//") || line.text.contains("/*");
        let doubt = if is_ended { 0.0 } else { line.weight };
        return score - doubt + if line.indentation() > 0 { 1.0 } else { 0.0 };
    }
    if line.indentation() > 0 && !prose::is_item(line.trimmed()) { 1.0 - line.weight * 0.5 } else { unlike(line) }
}
