//! Prose that is glued to the last line of a function, `return cups / 2Then:`, where a page lost the line end between them.

use super::{super::Line, first_word, is_header};
use crate::{claim::code::parse_valid, extract::Excerpt};

/// So many lines above are searched for the head of the function that a line ends.
const LONGEST: usize = 40;

/// A line without the prose that is glued to it; as it is where none is, or where it can't be told where that begins.
pub(in crate::extract::plain) fn without(line: &str) -> &str {
    if !is_end(line.trim_start()) || parses(line) {
        return line;
    }
    let mut starts = line
        .char_indices()
        .zip(line.chars().skip(1))
        .filter(|((_, before), first)| (before.is_ascii_digit() || matches!(before, ')' | ']' | '}' | '\'' | '"')) && first.is_uppercase());
    let cut = starts.find_map(|((at, before), _)| {
        let (code, prose) = line.split_at(at + before.len_utf8());
        (is_word(prose) && parses(code)).then_some(code)
    });
    cut.unwrap_or(line)
}

/// Code without the prose that is glued to its lines.
pub(in crate::extract::plain) fn without_tails(code: &Excerpt) -> Excerpt {
    let text = code.text();
    let lines = code.lines();
    let mut rest = Excerpt::default();
    for (number, line) in lines.iter().enumerate() {
        let next = lines.get(number + 1).map_or(text.len(), |next| next.start);
        rest.extend(code, line.start..line.start + without(&text[line.clone()]).len());
        rest.extend(code, line.end..next);
    }
    rest
}

/// Whether a line ends a function, and doesn't parse: without it the function would do something else.
pub(super) fn is_torn_end(lines: &[Line], at: usize) -> bool {
    let line = &lines[at];
    let above = || lines[at.saturating_sub(LONGEST)..at].iter().rev();
    let is_in_function = || {
        let mut head = above().map(|line| line.trimmed()).filter(|line| is_header(line));
        head.any(|line| matches!(first_word(line), "def" | "async"))
    };
    // Prose begins with these words as well; not in a block, nor with a word glued to another.
    let is_glued = || line.text.split(' ').any(glued_words);
    let is_torn = is_end(line.trimmed()) && line.gap == 0 && at > 0 && (line.indentation() > 0 || is_glued());
    is_torn && is_in_function() && above().take(1).all(|line| line.weight < 3.0)
}

fn is_end(trimmed: &str) -> bool {
    matches!(first_word(trimmed), "return" | "yield" | "raise") && trimmed.contains(' ')
}

/// `cupsThen:`
fn glued_words(word: &str) -> bool {
    let start = word.char_indices().zip(word.chars().skip(1)).find(|((_, before), first)| before.is_lowercase() && first.is_uppercase());
    start.is_some_and(|((at, before), _)| is_word(&word[at + before.len_utf8()..]) && word.ends_with([':', '.', ',']))
}

/// Whether a text begins with a word of prose.
fn is_word(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let behind = &text[word.len()..];
    word.chars().skip(1).all(char::is_lowercase)
        && (word.len() > 1 || word == "A" || word == "I")
        && (behind.is_empty() || behind.starts_with([' ', ':', '.', ',', '\'']))
}

fn parses(line: &str) -> bool {
    parse_valid(&format!("def f():\n {}\n", line.trim())).is_some()
}

#[cfg(test)]
mod tests {
    use super::{super::super::lines, *};

    #[test]
    fn prose_behind_code() {
        for (line, code) in [
            ("    return cups / 2Then:", "    return cups / 2"),
            ("return pour(cups)The kettle is empty.", "return pour(cups)"),
            ("yield \"tea\"Now, call it:", "yield \"tea\""),
            ("return cups / 2", "return cups / 2"),
            ("return cupsThen:", "return cupsThen:"),
            ("return \"2Then:", "return \"2Then:"),
            ("return 2Then", "return 2"),
            ("return to 2Then:", "return to 2Then:"),
            ("pour(2)Then:", "pour(2)Then:"),
        ] {
            assert_eq!(without(line), code);
        }
    }

    #[test]
    fn ends_of_functions() {
        for (text, expected) in [
            ("def half(cups):\n    pour(cups)\n    return cupsThen:", true),
            ("def half(cups):\npour(cups)\nreturn cupsThen:", true),
            ("def half(cups):\npour(cups)\nreturn to the kettle", false),
            ("def half(cups):\n    pour(cups)\n\nreturn cupsThen:", false),
            ("pour(cups)\n    return cupsThen:", false),
        ] {
            let lines = lines(text.lines());
            assert_eq!(is_torn_end(&lines, lines.len() - 1), expected, "{text}");
        }
    }
}
