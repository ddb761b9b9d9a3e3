//! Typographic quotes, which text processors put in the place of straight ones, in code as well.

use crate::claim::{code::parse_valid, session};
use crate::extract::{Excerpt, Language, language};

const SINGLE: [char; 2] = ['‘', '’'];
const DOUBLE: [char; 2] = ['“', '”'];

fn is_typographic(c: char) -> bool {
    SINGLE.contains(&c) || DOUBLE.contains(&c)
}

fn straight(c: char) -> Option<&'static str> {
    SINGLE.contains(&c).then_some("'").or(DOUBLE.contains(&c).then_some("\""))
}

/// Whether the quotes of a line may be meant to be straight: it has others, and such ones aren't there.
fn is_meant(line: &str) -> bool {
    line.contains(is_typographic) && !line.contains(['\'', '"'])
}

/// A line with straight quotes, where it has others instead.
pub(super) fn straightened(line: &str) -> Option<String> {
    is_meant(line).then(|| line.replace(SINGLE, "'").replace(DOUBLE, "\""))
}

/// Code with straight quotes, where that makes it Python.
pub(in crate::extract::plain) fn in_code(code: &Excerpt, language: &Language) -> Option<Excerpt> {
    if !matches!(language, Language::Python | Language::Session) || !code.text().contains(is_typographic) || is_valid(code.text(), language)
    {
        return None;
    }
    let text = code.text();
    let mut meant = Excerpt::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        if !is_meant(line) {
            meant.extend(code, range);
            continue;
        }
        for (at, c) in line.char_indices().map(|(at, c)| (range.start + at, c)) {
            match straight(c) {
                Some(quote) => meant.push(quote, code.in_document(at)),
                None => meant.extend(code, at..at + c.len_utf8()),
            }
        }
    }
    is_valid(meant.text(), language).then_some(meant)
}

fn is_valid(text: &str, language: &Language) -> bool {
    let indentation = language::common_indentation(text.lines()).len();
    let code: String = text.lines().map(|line| format!("{}\n", line.get(indentation..).unwrap_or_default())).collect();
    let code = if *language == Language::Session { session::without_prompts(&code) } else { code };
    parse_valid(&code).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(text: &str, language: &Language) -> Option<String> {
        let mut code = Excerpt::default();
        code.push(text, 5);
        in_code(&code, language).map(|code| {
            let last = code.text().len() - 1;
            assert_eq!(code.in_document(last), 5 + text.len() - 1);
            code.text().to_owned()
        })
    }

    #[test]
    fn quotes_of_code_are_straight() {
        assert_eq!(meant("    print(“tea”)\n    x = ‘milk’\n", &Language::Python).as_deref(), Some("    print(\"tea\")\n    x = 'milk'\n"));
        assert_eq!(meant(">>> x = ‘milk’\n>>> x\n‘milk’\n", &Language::Session).as_deref(), Some(">>> x = 'milk'\n>>> x\n'milk'\n"));
        assert_eq!(meant("print(“it’s tea”)\n", &Language::Python).as_deref(), Some("print(\"it's tea\")\n"));
    }

    #[test]
    fn quotes_in_strings_stay() {
        assert_eq!(meant("print('“tea”')  # “tea”\n", &Language::Python), None);
        assert_eq!(meant(">>> print('“tea”')\n“tea”\n", &Language::Session), None);
        assert_eq!(meant("print(“tea”))\n", &Language::Python), None);
        assert_eq!(meant("print(“tea”)\n", &Language::Text), None);
    }
}
