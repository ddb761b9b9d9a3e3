//! Numbers and letters in comments that count the statements of an example.

use super::{
    super::{
        Claim, Form, Subject,
        code::{Code, last_name},
        reading::Remark,
    },
    Text, in_front,
};

/// Numbers that count the steps of an example (`connect()  # 1`, `send()  # 2`) aren't values, nor are letters that do.
pub(super) fn soften(code: &Code<'_>, claims: &mut [Claim]) {
    let callee = |claim: &Claim| {
        let statement = code.statement(&claim.target.range)?;
        let remark = Remark { code, statement: Some(statement), subject: &statement.subject, text: "", form: Form::Trailing };
        remark.call().and_then(|call| last_name(&call.func)).map(str::to_string)
    };
    let numbers: Vec<usize> = (0..claims.len())
        .filter(|&index| {
            let claim = &claims[index];
            claim.form == Form::Trailing
                && matches!(claim.subject(), Subject::Expression | Subject::Assignment { .. })
                && claim.expected.parse::<u32>().is_ok()
        })
        .collect();
    // Call-outs stand behind every kind of statement: `class A:  # 1`, `run(A())  # 2`.
    let callouts: Vec<(String, bool)> = code
        .comments
        .iter()
        .filter(|comment| !comment.alone)
        .map(|comment| (Text::of(code, comment).text, in_front(code, comment).is_none()))
        .filter(|(text, _)| text.parse::<u32>().is_ok())
        .collect();
    let is_numbered = callouts.len() > 1
        && callouts.iter().any(|(_, behind_clause)| *behind_clause)
        && callouts.iter().enumerate().all(|(place, (text, _))| *text == (place + 1).to_string());
    let counts = numbers.iter().enumerate().all(|(place, &index)| claims[index].expected == (place + 1).to_string());
    let callees: std::collections::HashSet<_> = numbers.iter().map(|&index| callee(&claims[index])).collect();
    if is_numbered || (numbers.len() > 1 && counts && callees.len() == numbers.len()) {
        for index in numbers {
            super::soften(&mut claims[index]);
        }
    }
    soften_letters(code, claims);
}

/// `cups = 1  # A`, `print(cups)  # B`: the letters of all comments with one alone, in their order.
fn soften_letters(code: &Code<'_>, claims: &mut [Claim]) {
    let is_letter = |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic());
    let texts = code.comments.iter().filter(|comment| !comment.alone).map(|comment| Text::of(code, comment).text);
    let letters: Vec<u8> = texts.filter(|text| is_letter(text)).flat_map(String::into_bytes).collect();
    if letters.len() > 1 && letters.iter().zip(b'a'..).all(|(letter, place)| letter.to_ascii_lowercase() == place) {
        claims.iter_mut().filter(|claim| is_letter(&claim.expected)).for_each(super::soften);
    }
}
