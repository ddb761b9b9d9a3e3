//! Comments that are marked as output, `#> 3 items`: they say what is printed, whatever that looks like.

use super::{
    super::{
        Claim, Form, Kind, Reading, Says, Subject,
        code::{Code, Comment, Statement},
        reading::{Found, Remark},
        values,
    },
    Text, claim, is_firm,
};

/// Whether a comment is marked as output.
pub(super) fn is_marked(code: &Code<'_>, comment: &Comment) -> bool {
    code.text[comment.range.clone()].strip_prefix("#>").is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// The claim of marked comments behind or below a statement that prints or has a value; `None` where what they show is read as that of any others.
pub(super) fn claims(code: &Code<'_>, statement: &Statement<'_>, form: Form, comments: &[Comment]) -> Option<Vec<Claim>> {
    let count = comments.iter().take_while(|comment| is_marked(code, comment)).count();
    let text = Text::listing(code, &comments[..count]);
    let shows = matches!(statement.subject, Subject::Print | Subject::Compound | Subject::Expression);
    if !shows || text.text.trim().is_empty() || text.text.starts_with("Traceback (most recent call last)") {
        return None;
    }
    let form = if count > 1 { Form::Block } else { form };
    let remark = Remark { code, statement: Some(statement), subject: &statement.subject, text: &text.text, form };
    let others = if count == 1 { remark.read() } else { Vec::new() };
    if statement.subject == Subject::Expression && others.iter().any(is_firm) {
        return None;
    }
    let found = shown(&remark, others)?;
    Some(claim(statement.range.clone(), &statement.subject, form, &text, found).into_iter().collect())
}

/// The whole text as what is printed, or as the value of an expression; `others` are the ways to read it without the mark.
fn shown(remark: &Remark<'_, '_>, others: Vec<Found>) -> Option<Found> {
    let strength = remark.strength();
    let mut found = values::listing(remark, strength)?;
    let value = Reading { says: Says::Value(remark.text.trim_end().to_string()), strength };
    if *remark.subject == Subject::Expression && !found.readings.contains(&value) {
        found.readings.insert(0, value);
        found.kind = Kind::Value;
    }
    found.readings.extend(others.into_iter().flat_map(|other| other.readings));
    Some(found)
}
