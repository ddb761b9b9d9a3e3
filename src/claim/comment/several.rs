//! Comments below several statements that print: one line for each of them, or all that they print.

use super::{
    super::{
        Claim, Form, Subject,
        code::{Code, Comment, Statement},
        lead::{self, Lead},
        reading::Remark,
        template::Template,
        values,
    },
    Text, below, claim, is_value_line, marked,
};

/// The claims of comments below prints of which nothing was said. As many as there are prints speak of one each. `None` where that isn't so, nor all
/// of them are what all of these print.
pub(super) fn claims(code: &Code<'_>, last: &Statement<'_>, group: &[Comment], claims: &[Claim]) -> Option<Vec<Claim>> {
    one_for_each(code, last, group, claims).or_else(|| all_printed(code, last, group, claims))
}

fn one_for_each(code: &Code<'_>, last: &Statement<'_>, group: &[Comment], claims: &[Claim]) -> Option<Vec<Claim>> {
    let prints = prints_above(code, last, claims);
    let first = Text::of(code, group.first()?).text;
    let lead = lead::read(&first);
    let is_heading = lead.end == first.len() && lead.is_explicit && lead.lead == Lead::Output;
    let lines = &group[usize::from(is_heading)..];
    if prints.len() < 2 || prints.len() != lines.len() {
        return None;
    }
    let of_each = prints.iter().zip(lines).map(|(print, comment)| {
        let one = std::slice::from_ref(comment);
        let found = marked::is_marked(code, comment).then(|| marked::claims(code, print, Form::Following, one)).flatten();
        found.unwrap_or_else(|| below(code, Some(print), &print.subject, print.range.clone(), one))
    });
    Some(of_each.flatten().collect())
}

/// A listing of what several statements print, of which one is a loop (or the like): each line is a value, or known from one of them.
fn all_printed(code: &Code<'_>, last: &Statement<'_>, group: &[Comment], claims: &[Claim]) -> Option<Vec<Claim>> {
    let above = all_above(code, last, |statement| !prints_in(code, statement).is_empty() && is_free(statement, claims));
    let prints: Vec<Template> = above.iter().flat_map(|statement| prints_in(code, statement)).collect();
    let has_loop = above.iter().any(|statement| statement.subject == Subject::Compound);
    let is_known = |text: &str| prints.iter().any(|template| template.tells_something() && template.matches(text));
    let lines: Vec<String> = group.iter().map(|comment| Text::of(code, comment).text).collect();
    let is_listing = above.len() > 1 && has_loop && lines.len() > 1 && lines.iter().all(|line| is_value_line(line) || is_known(line));
    if !is_listing || !lines.iter().any(|line| is_known(line)) {
        return None;
    }
    let text = Text::listing(code, group);
    let remark = Remark { code, statement: Some(last), subject: &Subject::Print, text: &text.text, form: Form::Block };
    let found = values::listing(&remark, remark.strength())?;
    Some(claim(last.range.clone(), &last.subject, Form::Block, &text, found).into_iter().collect())
}

/// What the calls of `print` in a statement of the module, or the one that it is, print.
fn prints_in(code: &Code<'_>, outer: &Statement<'_>) -> Vec<Template> {
    let prints = code.prints_in(outer).filter(|inner| inner.function.is_none() && outer.function.is_none());
    prints.filter_map(Template::of_statement).collect()
}

fn is_free(statement: &Statement<'_>, claims: &[Claim]) -> bool {
    !claims
        .iter()
        .rev()
        .take(20)
        .any(|claim| statement.range.start <= claim.target.range.start && claim.target.range.end <= statement.range.end)
}

/// The statements that print on the lines directly above a comment, the last of them being `last`, as far as nothing was said of them.
fn prints_above<'c, 'a>(code: &'c Code<'a>, last: &'c Statement<'a>, claims: &[Claim]) -> Vec<&'c Statement<'a>> {
    all_above(code, last, |statement| {
        statement.subject == Subject::Print && statement.function.is_none() && !statement.in_loop && is_free(statement, claims)
    })
}

/// The statements on the lines directly above a comment, the last of them being `last`, as long as they are such ones.
fn all_above<'c, 'a>(code: &'c Code<'a>, last: &'c Statement<'a>, is_such: impl Fn(&Statement<'_>) -> bool) -> Vec<&'c Statement<'a>> {
    let mut all = Vec::new();
    let mut next = Some(last);
    while let Some(statement) = next.filter(|statement| is_such(statement)) {
        all.push(statement);
        let indent = code.indent(statement.first_line);
        let line = statement.first_line.checked_sub(1);
        next = line.and_then(|line| code.ending_on(line).find(|above| code.indent(above.first_line) == indent));
    }
    all.reverse();
    all
}
