//! Comments above the statement that they speak of: `# Prints: 5`, and below it `print(x)`.

use rustpython_ruff_python_ast::Stmt;

use super::{
    super::{
        Claim, Subject,
        code::{Code, Comment, Statement},
        lead::{self, Lead},
        state, value,
    },
    Text, above, below, soften,
};

/// The claims of comments with a lead-in that are directly above a statement; `None` where they may as well speak of the one above them. They can't be
/// wrong, as the words may lead to what comes of more than one statement; but one line with nothing above it that shows something says what the `print` below it prints.
pub(super) fn claims(code: &Code<'_>, group: &[Comment], claims: &[Claim]) -> Option<Vec<Claim>> {
    let (first, last) = (group.first()?, group.last()?);
    // `# Prints: 5`, maybe below words; or a heading and the lines that it leads to.
    let (group, lead) = match lead_in(code, last) {
        Some((lead, true)) => (std::slice::from_ref(last), lead),
        _ => (group, lead_in(code, first).filter(|(_, is_line)| !is_line && group.len() > 1)?.0),
    };
    let next = next(code, last).filter(|next| may_show(next, lead))?;
    let touching = above(code, first).filter(|(_, touches)| *touches);
    if let Some((statement, _)) = touching {
        let is_free = !claims.iter().rev().take(20).any(|claim| claim.target.range == statement.range);
        // What assigns a value may print as well, rather than an expression.
        let may_print = lead == Lead::Output && next.subject != Subject::Print;
        if is_free && (may_print && !changes(statement) || may_show(statement, lead)) {
            return None;
        }
    }
    let mut found = below(code, Some(next), &next.subject, next.range.clone(), group);
    let is_plain = group.len() == 1
        && lead == Lead::Output
        && next.subject == Subject::Print
        && touching.is_none_or(|(statement, _)| !may_show(statement, lead));
    if !(is_plain && is_whole_value(code, last)) {
        found.iter_mut().for_each(soften);
    }
    Some(found)
}

/// Whether a comment is a lead-in and a value, and nothing else: `This will print 3`.
fn is_whole_value(code: &Code<'_>, comment: &Comment) -> bool {
    let text = Text::of(code, comment).text;
    let behind = text[lead::read(&text).end..].trim();
    value::scan(behind).is_some_and(|value| value.text.len() == behind.len() && value.literals > 0 && value.names.is_empty())
}

/// What a comment leads to in words, and whether that stands on its line.
fn lead_in(code: &Code<'_>, comment: &Comment) -> Option<(Lead, bool)> {
    let text = Text::of(code, comment).text;
    let lead = lead::read(&text);
    // `Prints 5` is as plain as `Prints: 5`.
    let is_verb = lead.lead == Lead::Output && lead.end > 0;
    let is_led = (lead.is_explicit || is_verb) && text.starts_with(char::is_alphabetic);
    is_led.then_some((lead.lead, lead.end < text.len()))
}

/// Whether a statement prints, or has a value where that may be meant.
fn may_show(statement: &Statement<'_>, lead: Lead) -> bool {
    match statement.subject {
        // What changes a list prints nothing.
        Subject::Expression if lead == Lead::Output => !changes(statement),
        Subject::Print | Subject::Expression | Subject::Compound => true,
        Subject::Assignment { .. } => lead != Lead::Output,
        _ => false,
    }
}

/// Whether a statement is a call that changes an object, `cups.append(3)`.
fn changes(statement: &Statement<'_>) -> bool {
    let Stmt::Expr(it) = statement.node else { return false };
    let method = it.value.as_call_expr().and_then(|call| call.func.as_attribute_expr());
    method.is_some_and(|method| state::is_mutator(method.attr.as_str()))
}

/// The statement that begins on the line below a comment, in the same column.
fn next<'c, 'a>(code: &'c Code<'a>, comment: &Comment) -> Option<&'c Statement<'a>> {
    let column = comment.range.start - code.line(comment.line).start;
    let from = code.statements.partition_point(|statement| statement.first_line <= comment.line);
    let next = code.statements.get(from).filter(|next| next.first_line == comment.line + 1 && code.indent(next.first_line) == column)?;
    matches!(next.subject, Subject::Print | Subject::Expression | Subject::Compound).then_some(next)
}
