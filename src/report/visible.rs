//! Text of documents and of examples, made harmless and visible.
//!
//! Documents and outputs are strangers' text: what a terminal would obey (escapes, control characters, reversed writing) is
//! shown, never sent. Everything that a reporter prints and that isn't its own wording passes through here.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A character of a source line, one for one, so that columns stay as they are. Tabs stay tabs.
pub(super) fn source_char(c: char) -> char {
    match c {
        '\t' => '\t',
        c if c.is_control() || is_invisible(c) => picture(c).unwrap_or('\u{fffd}'),
        c => c,
    }
}

/// Columns that a character of a source line takes when it's drawn.
pub(super) fn source_width(c: char) -> usize {
    match source_char(c) {
        '\t' => 4,
        c => c.width().unwrap_or(0),
    }
}

/// A text of one or more lines, for people: control characters as pictures (`␛`, `␉`), invisible ones by number (`<U+200B>`).
pub fn text(text: &str) -> Cow<'_, str> {
    let harmless = |c: char| c == '\n' || !(c.is_control() || is_invisible(c));
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if harmless(c) => shown.push(c),
            c => match picture(c) {
                Some(picture) => shown.push(picture),
                None => shown.push_str(&format!("<U+{:04X}>", u32::from(c))),
            },
        }
    }
    Cow::Owned(shown)
}

/// A text of any length as one line of so many columns at most.
pub(super) fn one_line(given: &str, columns: usize) -> String {
    // What can't be seen anyway need not be made visible.
    let bound = given.char_indices().nth(columns.saturating_mul(2).max(16)).map_or(given.len(), |(at, _)| at);
    let shown = text(&given[..bound]).replace('\n', "↵");
    let whole = bound == given.len();
    if whole && shown.width() <= columns { shown } else { format!("{}…", head(&shown, columns.saturating_sub(1))) }
}

/// The longest start of a line that fits into so many columns.
pub(super) fn head(line: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, c) in line.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns {
            return &line[..at];
        }
    }
    line
}

/// A text broken at blanks into lines of so many columns; a word that is longer than that is broken as well.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(16);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for mut word in paragraph.split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() > columns {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            while line.width() + word.width() > columns {
                let part = head(word, columns - line.width().min(columns));
                if part.is_empty() {
                    break;
                }
                line.push_str(part);
                lines.push(std::mem::take(&mut line));
                word = &word[part.len()..];
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// The picture of a control character: `␛`.
fn picture(c: char) -> Option<char> {
    match u32::from(c) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code),
        0x7f => Some('␡'),
        _ => None,
    }
}

/// What takes no room, or changes how its neighbours are shown. Joiners within emoji are left alone.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_and_controls_become_pictures() {
        assert_eq!(text("a\x1b[31mred\x07\tb\r\n"), "a␛[31mred␇␉b␍\n");
        assert_eq!(text("\u{9b}2J \u{202e}abc \u{200b}"), "<U+009B>2J <U+202E>abc <U+200B>");
        assert_eq!(text("naïve 日本 👩‍🚀"), "naïve 日本 👩‍🚀");
    }

    #[test]
    fn one_line_is_clipped_by_columns() {
        assert_eq!(one_line("a\nb", 10), "a↵b");
        assert_eq!(one_line("日本語日本語", 7), "日本語…");
        assert_eq!(one_line(&"x".repeat(100_000), 5), "xxxx…");
        assert_eq!(one_line("", 5), "");
    }

    #[test]
    fn wrapped_at_blanks_and_inside_long_words() {
        assert_eq!(wrap("one two three four five", 16), ["one two three", "four five"]);
        assert_eq!(wrap("abcdefghijklmnopqrstuvwxyz", 16), ["abcdefghijklmnop", "qrstuvwxyz"]);
        assert_eq!(wrap("a\n\nb", 16), ["a", "", "b"]);
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_is_left(given in any::<String>(), columns in 0_usize..50) {
            let obeyed = |c: char| c.is_control() && c != '\n' || is_invisible(c);
            prop_assert!(!text(&given).contains(obeyed));
            prop_assert!(!one_line(&given, columns).contains(|c| obeyed(c) || c == '\n'));
            prop_assert!(!given.chars().map(source_char).any(|c| c != '\t' && obeyed(c)));
        }

        #[test]
        fn wrapping_keeps_the_words_and_the_width(given in "[a-z日 ]{0,200}", columns in 16_usize..60) {
            let lines = wrap(&given, columns);
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&given));
            for line in lines {
                prop_assert!(line.width() <= columns, "{line:?}");
            }
        }
    }
}
