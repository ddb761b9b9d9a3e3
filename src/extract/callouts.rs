//! Callouts at the ends of lines of code, which the text below explains: `<1>`, `❶`. They are no code.

use super::{Excerpt, Language};
use crate::claim::{code::parse_valid, session};

/// Code without its callouts, line by line where it was; `None` where it has none, or where that doesn't make it valid.
pub(super) fn without(code: &Excerpt, language: &Language) -> Option<Excerpt> {
    let text = code.text();
    let ends = |line: &str| line_without(without_circles(line)).len();
    if text.lines().all(|line| ends(line) == line.len()) {
        return None;
    }
    let source = |text: &str| match language {
        Language::Session => session::with_code_before(text),
        _ => text.to_owned(),
    };
    if !matches!(language, Language::Python | Language::Session) || parse_valid(&source(text)).is_some() {
        return None;
    }
    let lines = code.lines();
    let mut rest = Excerpt::default();
    for (number, line) in lines.iter().enumerate() {
        rest.extend(code, line.start..line.start + ends(&text[line.clone()]));
        rest.extend(code, line.end..lines.get(number + 1).map_or(text.len(), |next| next.start));
    }
    parse_valid(&source(rest.text())).is_some().then_some(rest)
}

/// A line without its callouts; as it is, where it holds nothing else.
pub(super) fn bare(line: &str) -> &str {
    Some(line_without(without_circles(line))).filter(|rest| !rest.is_empty()).unwrap_or(line)
}

/// A line without the numbers in circles at its end, and the mark of a comment that stands there for them alone.
fn without_circles(line: &str) -> &str {
    let is_circle = |c: char| matches!(c, '\u{2460}'..='\u{2473}' | '\u{24eb}'..='\u{24ff}' | '\u{2776}'..='\u{2793}');
    let rest = line.trim_end().trim_end_matches(|c: char| is_circle(c) || c == ' ');
    if rest.len() == line.trim_end_matches(' ').len() { line } else { rest.strip_suffix('#').unwrap_or(rest).trim_end() }
}

/// A line of code without the callouts at its end, and the mark of a comment that stands there for them alone.
pub(super) fn line_without(line: &str) -> &str {
    let mut rest = line.trim_end();
    while let Some(start) = rest.rfind('<') {
        let is_number = |text: &str| text == "." || !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let inner = rest[start..].strip_prefix('<').and_then(|inner| inner.strip_suffix('>'));
        let inner = inner.map(|inner| inner.trim_start_matches("!--").trim_end_matches("--"));
        let before = &rest[..start];
        if !inner.is_some_and(is_number) || !before.is_empty() && !before.ends_with([' ', '\t', '>', '#', '/']) {
            break;
        }
        rest = before.trim_end();
    }
    if rest.len() == line.trim_end().len() {
        return line;
    }
    ["#", "//", ";;"].iter().find_map(|mark| rest.strip_suffix(mark)).unwrap_or(rest).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str, language: Language) -> Option<String> {
        let mut code = Excerpt::default();
        code.push(text, 0);
        without(&code, &language).map(|code| code.text().to_owned())
    }

    #[test]
    fn callouts_are_taken_away_where_code_is_valid_without_them() {
        use Language::{Python, Session};
        assert_eq!(left("a = 1  ❶\nprint(a)  ❷ ❸\n", Python).as_deref(), Some("a = 1\nprint(a)\n"));
        assert_eq!(left("if a:  <1>\r\n    b()\r\n", Python).as_deref(), Some("if a:\r\n    b()\r\n"));
        assert_eq!(left(">>> a = 1  <1>\n>>> a  ②\n1\n", Session).as_deref(), Some(">>> a = 1\n>>> a\n1\n"));
        for text in ["a = '①'\n", "a = 1  # ①\n", "a <1> b\n", "a = (  ①\n"] {
            assert_eq!(left(text, Python), None, "{text}");
        }
        assert_eq!(left("echo  ①\n", Language::Shell), None);
    }
}
