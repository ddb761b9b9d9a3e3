//! Text → [`Shape`].

use super::{Shape, angle, raw};

/// Deeper displays are not taken apart.
const DEEPEST: usize = 64;

/// The shape of a text; `None` for an empty text, unbalanced brackets and nesting beyond measure.
pub(in crate::judge) fn parse(text: &str) -> Option<Shape> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let items = parser.items(&[])?;
    (parser.at == text.len()).then_some(())?;
    match <[Shape; 1]>::try_from(items.shapes) {
        Ok([only]) if !items.trailing_comma => Some(only),
        Ok([only]) => Some(Shape::Tuple(vec![only])),
        Err(shapes) if shapes.is_empty() => None,
        Err(shapes) => Some(Shape::Tuple(shapes)),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

struct Items {
    shapes: Vec<Shape>,
    trailing_comma: bool,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, char: char) -> bool {
        let there = self.peek() == Some(char);
        if there {
            self.at += char.len_utf8();
        }
        there
    }

    /// Items between commas, up to the text's end or a closing bracket, which is left.
    fn items(&mut self, stops: &[char]) -> Option<Items> {
        let mut items = Items { shapes: Vec::new(), trailing_comma: false };
        loop {
            self.skip_blanks();
            if self.peek().is_none_or(is_closing) {
                return Some(items);
            }
            items.shapes.push(self.item(stops)?);
            self.skip_blanks();
            items.trailing_comma = self.eat(',');
            if !items.trailing_comma {
                return Some(items);
            }
        }
    }

    /// One item, up to a comma, a closing bracket, a stop or the end.
    fn item(&mut self, stops: &[char]) -> Option<Shape> {
        self.skip_blanks();
        let start = self.at;
        if let Some(shape) = self.understood(stops) {
            let end = self.at;
            self.skip_blanks();
            if self.peek().is_none_or(|char| char == ',' || is_closing(char) || stops.contains(&char)) {
                return Some(shape);
            }
            self.at = end;
        }
        self.at = start;
        self.skip_raw(stops)?;
        Some(raw(&self.text[start..self.at]))
    }

    fn understood(&mut self, stops: &[char]) -> Option<Shape> {
        if let Some(shape) = self.string() {
            return Some(shape);
        }
        match self.peek()? {
            '[' => self.bracketed(']').map(|items| Shape::List(items.shapes)),
            '(' => self.bracketed(')').map(|items| {
                let trailing = items.trailing_comma;
                match <[Shape; 1]>::try_from(items.shapes) {
                    Ok([only]) if !trailing => only,
                    Ok([only]) => Shape::Tuple(vec![only]),
                    Err(shapes) => Shape::Tuple(shapes),
                }
            }),
            '{' => self.braced(),
            '<' => self.angled(),
            '…' => {
                self.at += '…'.len_utf8();
                Some(Shape::Ellipsis)
            }
            _ if self.rest().starts_with("...") => {
                self.at += 3;
                Some(Shape::Ellipsis)
            }
            _ => self.number_or_name(stops),
        }
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn bracketed(&mut self, close: char) -> Option<Items> {
        self.at += 1;
        self.deeper(|parser| {
            let items = parser.items(&[])?;
            parser.skip_blanks();
            parser.eat(close).then_some(items)
        })
    }

    /// `{…}`: a dictionary if there are colons.
    fn braced(&mut self) -> Option<Shape> {
        self.at += 1;
        self.deeper(|parser| {
            let (mut keys, mut values) = (Vec::new(), Vec::new());
            loop {
                parser.skip_blanks();
                if parser.eat('}') {
                    break;
                }
                let key = parser.item(&[':'])?;
                if parser.eat(':') {
                    values.push(parser.item(&[])?);
                } else if key == Shape::Ellipsis {
                    values.push(Shape::Ellipsis);
                }
                keys.push(key);
                parser.skip_blanks();
                if !parser.eat(',') {
                    parser.skip_blanks();
                    if parser.eat('}') {
                        break;
                    }
                    return None;
                }
            }
            let only_ellipses = !keys.is_empty() && keys.iter().all(|key| *key == Shape::Ellipsis);
            if keys.len() == values.len() && !only_ellipses {
                Some(Shape::Dict(keys.into_iter().zip(values).collect()))
            } else if values.iter().all(|value| *value == Shape::Ellipsis) {
                Some(Shape::Set(keys))
            } else {
                None
            }
        })
    }

    /// `<…>`, whose content is text, brackets of its kind and quotes.
    fn angled(&mut self) -> Option<Shape> {
        let start = self.at;
        let mut depth = 0_usize;
        for (offset, char) in self.rest().char_indices() {
            match char {
                '<' => depth += 1,
                '>' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at += offset + 1;
                return Some(angle(&self.text[start..self.at]));
            }
        }
        None
    }

    fn string(&mut self) -> Option<Shape> {
        let rest = self.rest();
        let prefix = rest.len() - rest.trim_start_matches(['b', 'B', 'r', 'R', 'u', 'U']).len();
        let quote = rest[prefix..].chars().next().filter(|char| matches!(char, '\'' | '"'))?;
        if prefix > 2 {
            return None;
        }
        let bytes = rest[..prefix].contains(['b', 'B']);
        let is_raw = bytes || rest[..prefix].contains(['r', 'R']);
        let body = &rest[prefix..];
        let triple: String = std::iter::repeat_n(quote, 3).collect();
        let delimiter = if body.starts_with(&triple) { triple } else { quote.to_string() };
        let content = &body[delimiter.len()..];
        let mut escaped = false;
        let (end, _) = content.char_indices().find(|(at, char)| {
            let ends = !escaped && content[*at..].starts_with(&delimiter);
            escaped = !escaped && *char == '\\';
            ends
        })?;
        self.at += prefix + delimiter.len() + end + delimiter.len();
        let content = &content[..end];
        Some(match bytes {
            // As repr writes it, whichever quotes are around it.
            true => Shape::Bytes(content.replace("\\'", "'").replace("\\\"", "\"")),
            false if is_raw => Shape::Str(content.to_owned()),
            false => Shape::Str(unescape(content)),
        })
    }

    fn number_or_name(&mut self, stops: &[char]) -> Option<Shape> {
        let rest = self.rest();
        let length = rest
            .char_indices()
            .find(|(at, char)| {
                let sign =
                    matches!(char, '+' | '-') && (*at == 0 || (rest[..*at].ends_with(['e', 'E']) && rest.starts_with(starts_number)));
                !(char.is_alphanumeric() || matches!(char, '_' | '.') || sign) || stops.contains(char)
            })
            .map_or(rest.len(), |(at, _)| at);
        let word = &rest[..length];
        if word.is_empty() {
            return None;
        }
        self.at += length;
        if let Some(number) = number(word) {
            return Some(number);
        }
        if !is_name(word.strip_prefix('-').filter(|word| *word == "inf").unwrap_or(word)) {
            return None;
        }
        if self.peek() == Some('(') {
            let name = word.to_owned();
            self.at += 1;
            return self.deeper(|parser| parser.arguments(name));
        }
        Some(Shape::Word(word.to_owned()))
    }

    fn arguments(&mut self, callee: String) -> Option<Shape> {
        let mut arguments = Vec::new();
        loop {
            self.skip_blanks();
            if self.eat(')') {
                return Some(Shape::Call(callee, arguments));
            }
            let name = self.argument_name();
            arguments.push((name, self.item(&[])?));
            self.skip_blanks();
            if !self.eat(',') {
                return self.eat(')').then_some(Shape::Call(callee, arguments));
            }
        }
    }

    /// `name=`
    fn argument_name(&mut self) -> Option<String> {
        let rest = self.rest();
        let length = rest.find(|char: char| !(char.is_alphanumeric() || char == '_'))?;
        let (name, behind) = rest.split_at(length);
        let behind = behind.trim_start();
        if !is_name(name) || !behind.starts_with('=') || behind.starts_with("==") {
            return None;
        }
        self.at = self.text.len() - behind.len() + 1;
        Some(name.to_owned())
    }

    /// Passes over what isn't understood, brackets and quotes as wholes.
    fn skip_raw(&mut self, stops: &[char]) -> Option<()> {
        let mut depth = 0_usize;
        let mut quote = None;
        let start = self.at;
        for (offset, char) in self.text[start..].char_indices() {
            self.at = start + offset;
            match (quote, char) {
                (Some(open), char) if open == char => quote = None,
                (Some(_), _) => {}
                // An apostrophe in a word opens nothing.
                (None, '\'' | '"') if !self.text[..self.at].ends_with(char::is_alphanumeric) => quote = Some(char),
                (None, '(' | '[' | '{') => depth += 1,
                (None, ')' | ']' | '}') if depth > 0 => depth -= 1,
                (None, ')' | ']' | '}') => return Some(()),
                (None, char) if depth == 0 && (char == ',' || stops.contains(&char)) => return Some(()),
                _ => {}
            }
        }
        self.at = self.text.len();
        (depth == 0 && quote.is_none()).then_some(())
    }
}

fn is_closing(char: char) -> bool {
    matches!(char, ')' | ']' | '}')
}

fn starts_number(char: char) -> bool {
    char.is_ascii_digit() || matches!(char, '+' | '-' | '.')
}

fn is_name(word: &str) -> bool {
    word.split('.').all(|part| part.starts_with(|char: char| char.is_alphabetic() || char == '_'))
}

fn number(word: &str) -> Option<Shape> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    if !digits.starts_with(|char: char| char.is_ascii_digit() || char == '.') || digits.ends_with('_') {
        return None;
    }
    let plain = digits.replace('_', "").to_ascii_lowercase();
    let signed = |digits: String| if negative && digits != "0" { format!("-{digits}") } else { digits };
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = plain.strip_prefix(prefix) {
            return u128::from_str_radix(digits, radix).ok().map(|value| Shape::Int(signed(value.to_string())));
        }
    }
    if plain.bytes().all(|byte| byte.is_ascii_digit()) {
        let trimmed = plain.trim_start_matches('0');
        return Some(Shape::Int(signed(if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() })));
    }
    let value: f64 = plain.parse().ok()?;
    Some(Shape::Float(if negative { -value } else { value }, word.to_owned()))
}

/// The content of a string literal; escapes that aren't known stay as written.
fn unescape(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    let mut chars = content.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        let hex = |length: usize, chars: &mut std::str::Chars| {
            let digits = chars.as_str().get(..length)?;
            let char = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?;
            *chars = chars.as_str()[length..].chars();
            Some(char)
        };
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('\n') => {}
            Some(kind @ ('x' | 'u' | 'U')) => {
                let length = match kind {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                match hex(length, &mut chars) {
                    Some(char) => out.push(char),
                    None => out.extend(['\\', kind]),
                }
            }
            Some(char @ ('\\' | '\'' | '"')) => out.push(char),
            Some(char) => out.extend(['\\', char]),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shapes() {
        for (text, expected) in [
            ("'a'", Shape::Str("a".into())),
            ("'''a'b'''", Shape::Str("a'b".into())),
            ("r'\\n'", Shape::Str("\\n".into())),
            ("'\\x41\\u00e9\\n\\q'", Shape::Str("Aé\n\\q".into())),
            ("b'\\x01'", Shape::Bytes("\\x01".into())),
            ("-0", Shape::Int("0".into())),
            ("007", Shape::Int("7".into())),
            ("-1.5e-3", Shape::Float(-0.0015, "-1.5e-3".into())),
            ("a.b", Shape::Word("a.b".into())),
            ("it's", Shape::Raw("it's".into())),
            ("2024-01-31", Shape::Raw("2024-01-31".into())),
            ("{}", Shape::Dict(vec![])),
            ("()", Shape::Tuple(vec![])),
            ("f()", Shape::Call("f".into(), vec![])),
            ("1.2.3", Shape::Raw("1.2.3".into())),
            ("{...}", Shape::Set(vec![Shape::Ellipsis])),
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        for text in ["", "[1", "1]", "(", "{1:", "'", "f(1"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"[".repeat(100_000)), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\](){}<>'\"\\\\,:=.…a-zé0-9 \\n-]{0,40}") {
            let _ = parse(&text);
        }

        #[test]
        fn a_list_of_numbers_is_itself(items in proptest::collection::vec(any::<i64>(), 0..20)) {
            let text = format!("{items:?}");
            let Some(Shape::List(shapes)) = parse(&text) else { panic!("{text}") };
            let expected: Vec<_> = items.iter().map(|item| Shape::Int(item.to_string())).collect();
            prop_assert_eq!(shapes, expected);
        }
    }
}
