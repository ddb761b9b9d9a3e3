//! A string literal as the lines of its value, with the way back to the source: escapes, continued lines and parts side by side.

use rustpython_ruff_python_ast::{ExprStringLiteral, StringLiteral};

use crate::extract::rst::Line;

/// The lines of a literal's value; one at least.
pub(super) fn lines(source: &str, literal: &ExprStringLiteral) -> Vec<Line> {
    let mut value = Value { lines: vec![Line { offset: literal.range.start().to_usize(), ..Line::default() }], expected: 0 };
    for part in literal.value.iter() {
        value.part(source, part);
    }
    value.lines
}

struct Value {
    lines: Vec<Line>,
    /// Where the next character stands, if it stands right behind the last one.
    expected: usize,
}

impl Value {
    fn part(&mut self, source: &str, part: &StringLiteral) {
        let range = part.content_range();
        let (start, end) = (range.start().to_usize(), range.end().to_usize().max(range.start().to_usize()));
        let Some(text) = source.get(start..end) else { return };
        let is_raw = part.flags.prefix().is_raw();
        let mut rest = text;
        // What `\N{…}` names, only the parser knows: its value has a character for each of ours.
        let mut count = 0;
        while let Some(char) = rest.chars().next() {
            let at = start + (text.len() - rest.len());
            let (decoded, length) = match char {
                '\r' => (Some('\n'), if rest.starts_with("\r\n") { 2 } else { 1 }),
                '\\' if !is_raw => match escape(&rest[1..]) {
                    Escape::Char(char, length) => (Some(char), 1 + length),
                    Escape::Named(length) => (part.value.chars().nth(count).or(Some('\u{FFFD}')), 1 + length),
                    Escape::Continued(length) => (None, 1 + length),
                    Escape::Not => (Some('\\'), 1),
                },
                char => (Some(char), char.len_utf8()),
            };
            if let Some(decoded) = decoded {
                self.push(decoded, at, length);
                count += 1;
            }
            rest = &rest[length..];
        }
    }

    /// Adds a character that is written at an offset of the source, in so many bytes.
    fn push(&mut self, char: char, offset: usize, length: usize) {
        if char == '\n' {
            self.expected = offset + length;
            return self.lines.push(Line { offset: self.expected, ..Line::default() });
        }
        let Some(line) = self.lines.last_mut() else { return };
        if line.text.is_empty() {
            line.offset = offset;
        } else if offset != self.expected {
            line.jumps.push((line.text.len(), offset));
        }
        line.text.push(char);
        self.expected = offset + char.len_utf8();
    }
}

enum Escape {
    /// A character, and the bytes behind the backslash.
    Char(char, usize),
    /// A character by its name, and the bytes behind the backslash.
    Named(usize),
    /// The end of a line, which isn't part of the value.
    Continued(usize),
    /// The backslash is one.
    Not,
}

/// What a backslash with this text behind it stands for.
fn escape(text: &str) -> Escape {
    let Some(char) = text.chars().next() else { return Escape::Not };
    let of_digits = |start: usize, most: usize, radix: u32, exactly: bool| -> Escape {
        let digits = text[start..].bytes().take(most).take_while(|byte| char::from(*byte).is_digit(radix)).count();
        if exactly && digits != most {
            return Escape::Not;
        }
        let code = u32::from_str_radix(&text[start..start + digits], radix).ok();
        Escape::Char(code.and_then(char::from_u32).unwrap_or('\u{FFFD}'), start + digits)
    };
    match char {
        '\n' => Escape::Continued(1),
        '\r' => Escape::Continued(if text.starts_with("\r\n") { 2 } else { 1 }),
        '\\' | '\'' | '"' => Escape::Char(char, 1),
        'a' => Escape::Char('\u{07}', 1),
        'b' => Escape::Char('\u{08}', 1),
        'f' => Escape::Char('\u{0C}', 1),
        'n' => Escape::Char('\n', 1),
        'r' => Escape::Char('\r', 1),
        't' => Escape::Char('\t', 1),
        'v' => Escape::Char('\u{0B}', 1),
        '0'..='7' => of_digits(0, 3, 8, false),
        'x' => of_digits(1, 2, 16, true),
        'u' => of_digits(1, 4, 16, true),
        'U' => of_digits(1, 8, 16, true),
        'N' if text[1..].starts_with('{') => text.find('}').map_or(Escape::Not, |end| Escape::Named(end + 1)),
        _ => Escape::Not,
    }
}
