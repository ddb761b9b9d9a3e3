//! Texts behind a `print` that look like what it shows and like nothing else, though nothing in the code tells them: `.zip`, `/tea`, `9001ab12`. What was
//! printed tells whether they were meant to be a copy of it.

use super::super::{
    Form, Kind, Says, Subject,
    lead::{self, Lead},
    reading::{Found, Remark, firm, soft},
    tail,
};

/// The most words that may be a line of output behind an arrow.
const MOST_WORDS: usize = 8;

/// The least characters of a digest.
const SHORTEST_DIGEST: usize = 8;

/// A text that may be copied from what a `print` shows: a token that's no word, or a few words behind an arrow.
pub(in crate::claim) fn copied(remark: &Remark<'_, '_>) -> Option<Found> {
    let is_print = *remark.subject == Subject::Print && remark.form == Form::Trailing;
    let lead = Some(lead::read(remark.text)).filter(|lead| lead.is_explicit && lead.lead != Lead::Value);
    let start = lead.as_ref().map_or(0, |lead| lead.end);
    let text = remark.text[start..].trim_end();
    let is_short = lead.is_some() && !text.contains('\n') && text.split(' ').count() <= MOST_WORDS;
    (is_print && (is_copied_token(text) || is_short)).then(|| found(remark, start, text)).flatten()
}

/// Whether a text is one token with a digit or a mark in it that words haven't: a path, an ending, a digest.
pub(in crate::claim) fn is_copied_token(text: &str) -> bool {
    let is_mark = |c: char| "/.\\_@~#|".contains(c);
    text.chars().all(|c| c.is_alphanumeric() || is_mark(c) || "-+:".contains(c))
        && text.contains(char::is_alphanumeric)
        && text.contains(|c: char| c.is_ascii_digit() || is_mark(c))
        && text.ends_with(|c: char| c.is_alphanumeric() || c == '/')
}

/// Whether a text is a digest in hexadecimal digits.
pub(in crate::claim) fn is_digest(text: &str) -> bool {
    text.len() >= SHORTEST_DIGEST && text.bytes().all(|b| b.is_ascii_hexdigit()) && text.contains(|c: char| c.is_ascii_digit())
}

/// The claim that a text from `start` on is printed, which may be a remark.
pub(in crate::claim) fn found(remark: &Remark<'_, '_>, start: usize, text: &str) -> Option<Found> {
    let mut readings = vec![soft(Says::Printed(text.to_owned())), firm(Says::Words(text.to_owned()))];
    readings.extend(tail::cuts(text).map(|cut| soft(Says::Printed(text[..cut].trim_end().to_owned()))));
    remark.found(start..start + text.len(), Kind::Stdout, readings)
}
