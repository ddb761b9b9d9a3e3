//! Texts between triple quotes below a `print` or a loop, maybe behind an empty line: pytest-examples writes there what it prints, where that has several lines.
//!
//! ```text
//! print(table)
//! """
//! a  b
//! 1  2
//! """
//! ```

use rustpython_ruff_python_ast::{Stmt, StringFlags};

use super::{
    Claim, Form, Kind, Reading, Says, Strength, Subject, Target,
    code::{Code, Statement, parse_valid},
    lead, reading,
};

/// The claims of such texts, in order.
pub(super) fn claims(code: &Code<'_>) -> Vec<Claim> {
    let texts = code.statements.iter().filter(|statement| !statement.docstring);
    texts.filter_map(|text| claim(code, text)).collect()
}

fn claim(code: &Code<'_>, text: &Statement<'_>) -> Option<Claim> {
    let Stmt::Expr(expression) = text.node else { return None };
    let literal = expression.value.as_string_literal_expr()?.as_single_part_string()?;
    let content = literal.content_range();
    let (start, end) = (content.start().to_usize(), content.end().to_usize());
    let source = code.text.get(start..end)?;
    // The quotes stand on lines of their own.
    let is_apart = literal.flags.is_triple_quoted() && source.starts_with('\n') && source.rsplit('\n').next()?.trim().is_empty();
    let last = source.trim_end();
    if !is_apart || last.is_empty() {
        return None;
    }
    let is_above = |other: &&Statement<'_>| other.parent == text.parent && other.range.end <= text.range.start;
    let may_print = |above: &&Statement<'_>| above.subject == Subject::Print || matches!(above.node, Stmt::For(_) | Stmt::While(_));
    let print = code.statements.iter().rfind(is_above).filter(may_print)?;
    let between = code.text.get(print.range.end..text.range.start)?;
    if !between.trim().is_empty() || between.matches('\n').count() > 2 {
        return None;
    }
    let is_direct = print.last_line + 1 == text.first_line;
    let indentation = code.indent(text.first_line);
    let lines = literal.value.trim_end().split('\n').skip(1);
    let lines: Vec<&str> = lines.map(|line| &line[indentation.min(line.len() - line.trim_start_matches(' ').len())..]).collect();
    // `Output:` on a line of its own is none of it.
    let is_labelled = lines.len() > 1 && lines.first().is_some_and(|first| lead::is_label(first.trim()));
    let lines = &lines[usize::from(is_labelled)..];
    let expected = lines.join("\n");
    let from = if is_labelled { 1 + source[1..].find('\n')? + 1 } else { 1 };
    let first = source[from..].lines().next()?;
    let first = start + from + indentation.min(first.len() - first.trim_start_matches(' ').len());
    let span = first.min(start + last.len())..start + last.len();
    // Behind an empty line, words may lead to what follows, and code may be left out.
    let strength = if is_direct || is_labelled || lines.len() > 1 && !is_remark(lines) { Strength::Firm } else { Strength::Soft };
    let readings = if print.subject == Subject::Print || is_labelled {
        vec![Reading { says: Says::Printed(expected.clone()), strength }]
    } else {
        vec![reading::soft(Says::Printed(expected.clone())), reading::firm(Says::Words(expected.clone()))]
    };
    let target = Target { range: print.range.clone(), subject: print.subject.clone() };
    Claim::new(span, Form::Output, Kind::Stdout, expected, target, readings, None)
}

/// Whether lines are sentences, or code.
fn is_remark(lines: &[&str]) -> bool {
    let is_sentence = |line: &str| line.split_whitespace().count() > 2 && line.trim_end().ends_with(['.', ':', '!', '?']);
    lines.iter().any(|line| is_sentence(line)) || is_program(&lines.join("\n"))
}

fn is_program(text: &str) -> bool {
    parse_valid(text).is_some_and(|parsed| !parsed.syntax().body.iter().all(Stmt::is_expr_stmt))
}
