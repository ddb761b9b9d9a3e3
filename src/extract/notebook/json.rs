//! Texts in JSON, with the place of each character.

use serde_json::value::RawValue;

use super::super::Excerpt;

/// The text of a JSON string, or of a list of them joined; empty for anything else. `whole` is the JSON that the value was parsed from.
pub(super) fn text(whole: &str, value: Option<&RawValue>) -> Excerpt {
    let mut text = Excerpt::default();
    let Some(value) = value else { return text };
    if value.get().starts_with('[') {
        for part in serde_json::from_str::<Vec<&RawValue>>(value.get()).unwrap_or_default() {
            string(whole, part, &mut text);
        }
    } else {
        string(whole, value, &mut text);
    }
    text
}

fn string(whole: &str, value: &RawValue, text: &mut Excerpt) {
    let Some(inner) = value.get().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return };
    // A borrowed value is a part of the text that it was parsed from.
    let Some(start) = (inner.as_ptr() as usize).checked_sub(whole.as_ptr() as usize).filter(|start| *start <= whole.len()) else { return };
    let mut at = 0;
    while let Some(escape) = inner[at..].find('\\').map(|found| at + found) {
        text.push(&inner[at..escape], start + at);
        let (char, length) = unescaped(&inner[escape..]);
        text.push(char.encode_utf8(&mut [0; 4]), start + escape);
        at = escape + length;
    }
    text.push(&inner[at..], start + at);
}

/// The character that an escape stands for, and the escape's length. The parser has accepted it.
fn unescaped(text: &str) -> (char, usize) {
    let char = match text[1..].chars().next() {
        Some('n') => '\n',
        Some('t') => '\t',
        Some('r') => '\r',
        Some('b') => '\u{8}',
        Some('f') => '\u{C}',
        Some('u') => return unicode(text),
        Some(other) => return (other, 1 + other.len_utf8()),
        None => return ('\\', 1),
    };
    (char, 2)
}

fn unicode(text: &str) -> (char, usize) {
    let unit =
        |at: usize| text.get(at + 2..at + 6).filter(|_| text[at..].starts_with("\\u")).and_then(|hex| u16::from_str_radix(hex, 16).ok());
    let Some(first) = unit(0) else { return ('\u{FFFD}', 2) };
    let second = text.is_char_boundary(6.min(text.len())).then(|| text.get(6..).and_then(|_| unit(6))).flatten();
    match char::decode_utf16([first].into_iter().chain(second)).next() {
        Some(Ok(char)) => (char, if char.len_utf16() == 2 { 12 } else { 6 }),
        _ => ('\u{FFFD}', 6),
    }
}
