//! What stands around the output below a prompt that isn't output: a label before it, `Output: 5`, a sentence glued to its end, `5The sum of both.`, and
//! what debug builds count.

use super::super::{lead, value};

/// Characters of a value to which a sentence is glued, at the most.
const LONGEST: usize = 200;

/// Bytes of the label before the output that a line starts with: `Output: 5`, `=> 5`; the whole line where the output is below it.
pub(super) fn label_length(line: &str) -> Option<usize> {
    let lead = lead::read(line);
    let is_label = lead.is_explicit && lead.condition.is_none() && lead.end > 0 && !lead::is_command(line);
    is_label.then_some(lead.end)
}

/// Whether a line is a label with output behind it.
pub(crate) fn is_labelled(line: &str) -> bool {
    let line = line.trim();
    label_length(line).is_some_and(|length| length < line.len() && line[..length].contains(|c: char| c.is_alphabetic() || c == '>'))
}

/// Bytes of a value at the start of a line to which a sentence is glued: `'TEA'The method is done.`, `42- Here it is.`
pub(super) fn glued_value(line: &str) -> Option<usize> {
    let starts = line.char_indices().skip(1).take(LONGEST).map(|(at, _)| at);
    starts.filter(|&at| starts_sentence(&line[at..])).find(|&at| is_literal(&line[..at]))
}

/// Whether a text is a number, a string or a display with all that it needs.
fn is_literal(text: &str) -> bool {
    let is_shown = |shape| matches!(shape, value::Shape::Number | value::Shape::String | value::Shape::Display(_));
    value::scan(text).is_some_and(|value| value.text.len() == text.len() && is_shown(value.shape) && !value.is_open)
}

/// Whether a text starts with a word that starts a sentence, or with a dash before words.
fn starts_sentence(text: &str) -> bool {
    let mut chars = text.chars();
    let starts_word = chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase);
    let is_set_off = text.strip_prefix("- ").is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    (starts_word || is_set_off) && text.trim_end().contains(' ')
}

/// Whether a line is what debug builds of Python count at each prompt: `[40794 refs]`, `[8 refs, 3 blocks]`.
pub(crate) fn is_reference_count(line: &str) -> bool {
    let Some(inner) = line.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return false };
    let is_count = |part: &str, unit: &str| {
        part.strip_suffix(unit).is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match inner.split_once(", ") {
        Some((references, blocks)) => is_count(references, " refs") && is_count(blocks, " blocks"),
        None => is_count(inner, " refs"),
    }
}

/// Whether a line is a heading with the numbers of its chapter and section: `7.1.2. Hot cups`.
pub(super) fn is_numbered_heading(line: &str) -> bool {
    let Some((number, title)) = line.split_once(' ') else { return false };
    let mut parts = number.strip_suffix('.').unwrap_or(number).split('.');
    let is_number = parts.clone().count() > 1 && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    is_number && title.starts_with(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for (line, length) in [("Output: 5", 8), ("Result: [1]", 8), ("=> 5", 3), ("Out: tea", 5), ("Output:", 7), ("-> 'tea'", 3)] {
            assert_eq!(label_length(line), Some(length), "{line}");
        }
        for line in ["5", "output 5", "tea: 5", "'Output: 5'", "$ python tea.py", "outputs"] {
            assert_eq!(label_length(line), None, "{line}");
        }
        assert!(is_labelled("Output: 5") && is_labelled("=> 5"));
        assert!(!is_labelled("Output:") && !is_labelled("5") && !is_labelled("== 5"));
    }

    #[test]
    fn sentences_behind_values() {
        for (line, length) in
            [("'TEA'The method is done.", 5), ("42- Here it is.", 2), ("(3, 2)The first is how many.", 6), ("['a']A list. More", 0)]
        {
            assert_eq!(glued_value(line), (length > 0).then_some(length), "{line}");
        }
        for line in ["'TEA'", "42", "42Tea", "3D cups", "'TEA' The method", "42-7", "1E5", "'a'b'The tea is' hot", "Tea pots", "42 - Here"]
        {
            assert_eq!(glued_value(line), None, "{line}");
        }
    }

    #[test]
    fn counted_references() {
        assert!(is_reference_count("[40794 refs]") && is_reference_count("[8 refs, 3 blocks]"));
        assert!(
            !is_reference_count("[8]")
                && !is_reference_count("[ refs]")
                && !is_reference_count("8 refs")
                && !is_reference_count("[8 refs, 3 cups]")
        );
    }

    #[test]
    fn numbered_headings() {
        assert!(is_numbered_heading("7.1.2. Hot cups") && is_numbered_heading("7.2 Tea"));
        assert!(
            !is_numbered_heading("7 Tea")
                && !is_numbered_heading("3.5 cups")
                && !is_numbered_heading("3600.0")
                && !is_numbered_heading("1..2 Tea")
        );
    }
}
