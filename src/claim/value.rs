//! The values that claims state: literals, displays and reprs, found at the start of a text.
//!
//! This is not Python's grammar, on purpose. A comment is prose until shown otherwise, and `2 (twice)`, `50, not 0` or `True and so`
//! are expressions too. What is found here is what `repr` writes (`<object at 0x…>`, `array('i', [1])`, numpy's `[1. 2.]`) and what
//! people write for it (names, `...` for what's left out, JSON's words).

use std::ops::Range;

/// Nested brackets that a claim may have.
const MAX_DEPTH: usize = 40;

/// A value found in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value<'t> {
    /// Its text.
    pub(super) text: &'t str,
    /// What it is.
    pub(super) shape: Shape<'t>,
    /// Names in it that stand for objects, but for those of called classes.
    pub(super) names: Vec<&'t str>,
    /// How many literals are in it.
    pub(super) literals: usize,
    /// Something is left out of it.
    pub(super) has_ellipsis: bool,
    /// Of a display or of the one list in a call: the items' bytes in `text`.
    pub(super) items: Vec<Range<usize>>,
    /// More items follow those.
    pub(super) is_open: bool,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape<'t> {
    /// A number.
    Number,
    /// A string or bytes in quotes.
    String,
    /// `True`, `None` and the like.
    Constant,
    /// A list, tuple, set or dictionary, by its opening bracket.
    Display(char),
    /// `Counter({…})`, by the name before the bracket.
    Call(&'t str),
    /// `<object at 0x…>`.
    Angle,
    /// A name, perhaps dotted.
    Name,
    /// `list[int]`.
    Generic,
}

/// Whether a text is one value, and nothing else.
pub(super) fn is_whole(text: &str) -> bool {
    scan(text).is_some_and(|value| value.text.len() == text.trim_end().len())
}

/// The value at the start of a text. What follows it is the caller's to judge, but it isn't glued to a letter or digit.
pub(super) fn scan(text: &str) -> Option<Value<'_>> {
    let mut scanner =
        Scanner { text, at: 0, depth: 0, names: Vec::new(), literals: 0, has_ellipsis: false, items: Vec::new(), is_open: false };
    let shape = scanner.value()?;
    if matches!(shape, Shape::Name) {
        scanner.names.clear();
    }
    let glued = text[scanner.at..].chars().next().is_some_and(|c| match shape {
        Shape::Number => c.is_alphanumeric() || matches!(c, '_' | '%' | '/' | '°' | '+' | '*' | '-') || scanner.continues_number(c),
        _ => {
            c.is_alphanumeric()
                || matches!(c, '_' | '(' | '[' | '{' | '\'' | '"' | '/' | '%')
                || (c == '.' && scanner.letter_at(scanner.at + 1))
        }
    });
    (!glued).then(|| Value {
        text: &text[..scanner.at],
        shape,
        names: scanner.names,
        literals: scanner.literals,
        has_ellipsis: scanner.has_ellipsis,
        items: scanner.items,
        is_open: scanner.is_open,
    })
}

impl Value<'_> {
    /// Names in parentheses: rather a remark (`(again)`) than a tuple.
    pub(super) fn is_remark(&self) -> bool {
        matches!(self.shape, Shape::Display('(')) && self.literals == 0 && !self.names.is_empty()
    }
}

/// The length of the brackets that stay open at the end of a text; strings are skipped. `None` where none is open, or one closes
/// that wasn't opened.
pub(super) fn open_brackets(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut chars = text.chars();
    let mut quote = None;
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                chars.next();
            }
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[' | '(' | '{') => depth += 1,
            (None, ']' | ')' | '}') => depth = depth.checked_sub(1)?,
            (None, _) => {}
        }
    }
    (depth > 0).then_some(depth)
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    names: Vec<&'t str>,
    literals: usize,
    has_ellipsis: bool,
    items: Vec<Range<usize>>,
    is_open: bool,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn letter_at(&self, at: usize) -> bool {
        self.text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|c| c.is_alphabetic() || c == '_')
    }

    /// `1.2.3`, `12:30` and `1,000` aren't numbers.
    fn continues_number(&self, next: char) -> bool {
        let mut behind = self.rest().chars().skip(1);
        match next {
            '.' | ':' => behind.next().is_some_and(|c| c.is_ascii_digit()),
            ',' => behind.clone().take(3).filter(char::is_ascii_digit).count() == 3 && !behind.nth(3).is_some_and(|c| c.is_ascii_digit()),
            _ => false,
        }
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn value(&mut self) -> Option<Shape<'t>> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        if let Some(string) = self.string() {
            return string.then_some(Shape::String);
        }
        match self.peek()? {
            '[' | '(' | '{' => self.display(),
            '<' => self.angle(),
            c if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => self.number(),
            c if c.is_alphabetic() || c == '_' => self.name(),
            _ => None,
        }
    }

    /// A string with its prefix: `None` where there is none here, `Some(false)` where it isn't closed.
    fn string(&mut self) -> Option<bool> {
        let rest = self.rest();
        let prefix = rest.bytes().take(2).take_while(|b| matches!(b, b'b' | b'r' | b'u' | b'f' | b'B' | b'R' | b'U' | b'F')).count();
        let quote = rest[prefix..].chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let triple: String = [quote; 3].iter().collect();
        let body = &rest[prefix..];
        let closing = if body.starts_with(&triple) && body.len() >= 6 { triple } else { quote.to_string() };
        let mut offset = prefix + closing.len();
        loop {
            let here = &rest[offset..];
            if here.starts_with(&closing) {
                offset += closing.len();
                break;
            }
            let Some(c) = here.chars().next() else { return Some(false) };
            offset += c.len_utf8();
            if c == '\\' {
                offset += rest[offset..].chars().next().map_or(0, char::len_utf8);
            }
        }
        if rest[..offset].contains("...") || rest[..offset].contains('…') {
            self.has_ellipsis = true;
        }
        self.at += offset;
        self.literals += 1;
        Some(true)
    }

    fn number(&mut self) -> Option<Shape<'t>> {
        let length = number_length(self.rest(), self.depth > 0)?;
        self.at += length;
        // A complex number's repr.
        if matches!(self.peek(), Some('+' | '-'))
            && let Some(second) = number_length(self.rest(), false)
            && self.rest()[..second].ends_with(['j', 'J'])
        {
            self.at += second;
        }
        // `1.4142...`
        if self.rest().starts_with("...") || self.rest().starts_with('…') {
            self.ellipsis();
        }
        self.literals += 1;
        Some(Shape::Number)
    }

    fn angle(&mut self) -> Option<Shape<'t>> {
        if !self.letter_at(self.at + 1) {
            return None;
        }
        let mut depth = 0_usize;
        for (offset, c) in self.rest().char_indices() {
            match c {
                '<' => depth += 1,
                '>' => depth -= 1,
                '\n' => return None,
                _ => {}
            }
            if depth == 0 {
                self.has_ellipsis |= self.rest()[..offset].contains("...") || self.rest()[..offset].contains('…');
                self.at += offset + c.len_utf8();
                self.literals += 1;
                return Some(Shape::Angle);
            }
        }
        None
    }

    fn name(&mut self) -> Option<Shape<'t>> {
        let rest = self.rest();
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let mut end = 0;
        loop {
            let part = rest[end..].chars().take_while(|&c| is_part(c)).map(char::len_utf8).sum::<usize>();
            if part == 0 {
                return None;
            }
            end += part;
            let next_is_part =
                rest[end..].strip_prefix('.').is_some_and(|next| next.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_'));
            if !next_is_part {
                break;
            }
            end += 1;
        }
        let name = &rest[..end];
        if is_keyword(name) {
            return None;
        }
        self.at += end;
        match self.peek() {
            Some('(') => {
                self.display()?;
                // A class that is called denotes nothing by itself.
                return Some(Shape::Call(name));
            }
            Some('[') if !is_constant(name) => {
                self.names.push(name);
                self.display()?;
                return Some(Shape::Generic);
            }
            _ => {}
        }
        if is_constant(name) || (self.depth > 0 && matches!(name, "true" | "false" | "null")) {
            self.literals += 1;
            return Some(Shape::Constant);
        }
        self.names.push(name);
        Some(Shape::Name)
    }

    fn display(&mut self) -> Option<Shape<'t>> {
        let open = self.peek()?;
        let close = match open {
            '[' => "]",
            '(' => ")",
            _ => "}",
        };
        self.at += 1;
        self.depth += 1;
        let outermost = self.depth == 1;
        let literals = self.literals;
        let mut items = Vec::new();
        loop {
            self.skip_blanks();
            if self.eat(close) {
                break;
            }
            if self.ellipsis() {
                self.is_open |= outermost;
            } else {
                let start = self.at;
                self.item(open)?;
                items.push(start..self.at);
            }
            let behind = self.at;
            self.skip_blanks();
            if self.eat(",") || self.rest().starts_with(close) {
                continue;
            }
            // `[0, 1 ...]`, and numpy's arrays, which have blanks between their numbers.
            let blank = self.at > behind;
            let number_follows = number_length(self.rest(), true).is_some();
            if self.rest().starts_with("...") || self.rest().starts_with('…') || (blank && open == '[' && number_follows) {
                continue;
            }
            return None;
        }
        self.depth -= 1;
        if items.is_empty() {
            // `[]`, `{}`: nothing is missing in it.
            self.literals = literals + 1;
        }
        if outermost && self.items.is_empty() {
            self.items = items;
        }
        Some(Shape::Display(open))
    }

    fn item(&mut self, open: char) -> Option<()> {
        self.value()?;
        self.skip_blanks();
        let pair = match open {
            '{' => self.eat(":"),
            '(' => !self.rest().starts_with("==") && self.eat("="),
            _ => false,
        };
        if pair {
            // The name before `=` is a parameter's.
            if open == '(' {
                self.names.pop()?;
            }
            self.skip_blanks();
            if !self.ellipsis() {
                self.value()?;
            }
        }
        Some(())
    }

    fn ellipsis(&mut self) -> bool {
        let found = self.eat("...") || self.eat("…");
        self.has_ellipsis |= found;
        found
    }
}

/// Bytes of the number that a text starts with. With `trailing_dot`, `1.` is one (numpy's arrays).
pub(super) fn number_length(text: &str, trailing_dot: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit() || **b == b'_').count();
    let mut at = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    if bytes.get(at) == Some(&b'0') && matches!(bytes.get(at + 1), Some(b'x' | b'X' | b'o' | b'O' | b'b' | b'B')) {
        let radix_digits = bytes[at + 2..].iter().take_while(|b| b.is_ascii_hexdigit() || **b == b'_').count();
        return (radix_digits > 0).then_some(at + 2 + radix_digits);
    }
    let whole = digits(at);
    let starts_with_digit = bytes.get(at).is_some_and(u8::is_ascii_digit);
    if whole > 0 && !starts_with_digit {
        return None;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) { digits(at + 1) } else { 0 };
        if fraction > 0 || (whole > 0 && trailing_dot && bytes.get(at + 1) != Some(&b'.')) {
            at += 1 + fraction;
        } else if whole == 0 {
            return None;
        }
    } else if whole == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'-' | b'+')));
        let exponent = bytes.get(at + 1 + sign..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count());
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    if matches!(bytes.get(at), Some(b'j' | b'J')) {
        at += 1;
    }
    Some(at)
}

/// A name that is its own value.
pub(super) fn is_constant(name: &str) -> bool {
    matches!(name, "True" | "False" | "None" | "Ellipsis" | "NotImplemented" | "nan" | "inf")
}

fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "and"
            | "as"
            | "assert"
            | "async"
            | "await"
            | "break"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "nonlocal"
            | "not"
            | "or"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "while"
            | "with"
            | "yield"
    )
}
