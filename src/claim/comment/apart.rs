//! Comments behind an empty line: what the statement above it comes to, or what the next code is about.

use super::{
    super::{
        Claim, Form, Kind, Subject,
        code::{Code, Comment, Statement},
        lead,
        reading::Remark,
        value::{self, Shape},
        values, words,
    },
    Text, below, claim, is_value_line, soften,
};

/// The claims of comments behind an empty line below a statement; `is_output` where they begin with `Output:` or the like.
pub(super) fn claims(code: &Code<'_>, statement: &Statement<'_>, group: &[Comment], claims: &[Claim], is_output: bool) -> Vec<Claim> {
    let has_claim = claims.iter().rev().take(20).any(|claim| claim.target.range == statement.range);
    let at_end = group.last().is_some_and(|last| code.text[last.range.end..].trim().is_empty());
    let goes_on = group.last().is_some_and(|last| !code.text[code.line(last.line + 1)].trim().is_empty());
    let of_statement = || below(code, Some(statement), &statement.subject, statement.range.clone(), group);
    match (is_output, at_end) {
        (true, true) if !claims.iter().any(|claim| claim.form == Form::Block) => {
            below(code, None, &Subject::Example, 0..code.text.len(), group)
        }
        (true, true) if !has_claim => of_statement(),
        (true, false) if !goes_on && !has_claim => of_statement(),
        (false, _) if !goes_on && !has_claim && is_listing(code, statement, group) => {
            let text = Text::listing(code, group);
            let remark = Remark { code, statement: Some(statement), subject: &statement.subject, text: &text.text, form: Form::Block };
            let found = values::listing(&remark, remark.strength()).filter(|found| found.kind == Kind::Stdout);
            found.and_then(|found| claim(statement.range.clone(), &statement.subject, Form::Block, &text, found)).into_iter().collect()
        }
        // It may be what comes of the statement, or what other code would give; below a `print`, it's what that prints.
        (false, true) if !has_claim && is_literal(code, statement, group) => {
            let mut claims = of_statement();
            if statement.subject != Subject::Print || !is_near(statement, group) {
                claims.iter_mut().for_each(soften);
            }
            claims
        }
        (false, true) => quantities(code, group),
        _ => Vec::new(),
    }
}

/// Whether comments behind one empty line below a loop (or the like) that prints show what that prints: several lines, each a value or known from it.
fn is_listing(code: &Code<'_>, statement: &Statement<'_>, group: &[Comment]) -> bool {
    let prints = statement.subject == Subject::Compound && statement.function.is_none() && code.prints_in(statement).next().is_some();
    let is_shown = |comment: &Comment| {
        let text = Text::of(code, comment).text;
        let remark = Remark { code, statement: Some(statement), subject: &statement.subject, text: &text, form: Form::Block };
        is_value_line(&text) || words::is_printed_line(&remark)
    };
    group.len() > 1 && is_near(statement, group) && prints && group.iter().all(is_shown)
}

/// Whether a single empty line is between them.
fn is_near(statement: &Statement<'_>, group: &[Comment]) -> bool {
    group.first().is_some_and(|first| statement.last_line + 2 == first.line)
}

/// Whether comments are nothing but one text in quotes or one display, which the statement above an empty line can have come to.
fn is_literal(code: &Code<'_>, statement: &Statement<'_>, group: &[Comment]) -> bool {
    let gives = matches!(statement.subject, Subject::Print | Subject::Expression | Subject::Assignment { .. });
    let text = Text::listing(code, group).text;
    let text = &text[lead::strip_mark(&text)..];
    let is_whole = |value: &value::Value<'_>| value.text.len() == text.trim_end().len() && value.literals > 0;
    gives && value::scan(text).filter(is_whole).is_some_and(|value| matches!(value.shape, Shape::String | Shape::Display('[' | '{')))
}

/// `Total: ~152 bytes`, below everything.
fn quantities(code: &Code<'_>, group: &[Comment]) -> Vec<Claim> {
    let mut claims = Vec::new();
    for comment in group {
        let text = Text::of(code, comment);
        let is_amount = lead::label(&text.text).is_some_and(|at| text.text[at..].starts_with(['~', '≈']));
        if is_amount {
            let remark = Remark { code, statement: None, subject: &Subject::Example, text: &text.text, form: Form::Following };
            claims.extend(
                remark.read().into_iter().filter_map(|found| claim(0..code.text.len(), &Subject::Example, Form::Following, &text, found)),
            );
        }
    }
    claims
}
