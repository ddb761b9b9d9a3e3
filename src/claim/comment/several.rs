//! Comments below several statements that print, one line for each of them.

use super::{
    super::{
        Claim, Subject,
        code::{Code, Comment, Statement},
        lead::{self, Lead},
    },
    Text, below, marked,
};

/// The claims of as many comments as there are prints above them of which nothing was said: each speaks of its own. `None` where that isn't so.
pub(super) fn claims(code: &Code<'_>, last: &Statement<'_>, group: &[Comment], claims: &[Claim]) -> Option<Vec<Claim>> {
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
        let found = marked::is_marked(code, comment).then(|| marked::claims(code, print, super::Form::Following, one)).flatten();
        found.unwrap_or_else(|| below(code, Some(print), &print.subject, print.range.clone(), one))
    });
    Some(of_each.flatten().collect())
}

/// The statements that print on the lines directly above a comment, the last of them being `last`, as far as nothing was said of them.
fn prints_above<'c, 'a>(code: &'c Code<'a>, last: &'c Statement<'a>, claims: &[Claim]) -> Vec<&'c Statement<'a>> {
    let is_open = |statement: &Statement<'_>| {
        let is_free = !claims.iter().rev().take(20).any(|claim| claim.target.range == statement.range);
        statement.subject == Subject::Print && statement.function.is_none() && !statement.in_loop && is_free
    };
    let mut prints = Vec::new();
    let mut next = Some(last);
    while let Some(statement) = next.filter(|statement| is_open(statement)) {
        prints.push(statement);
        let indent = code.indent(statement.first_line);
        let line = statement.first_line.checked_sub(1);
        next = line.and_then(|line| code.ending_on(line).find(|above| code.indent(above.first_line) == indent));
    }
    prints.reverse();
    prints
}
