//! Values beside expressions, as cheat sheets have them: `len("tea") → 3` or `len("tea") => 3`, or the arrow and the value on the line below.

use rustpython_ruff_python_ast::{Expr, Stmt};

use super::{Excerpt, Language, output};
use crate::claim::code::parse_valid;

const ARROWS: [&str; 2] = ["→ ", "=> "];

/// What stands behind the arrow that a line starts with: a value, or a number as text has it (`2a`, `007`).
fn value(text: &str) -> Option<&str> {
    let is_numeric = |value: &str| value.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit()) && !value.contains(' ');
    ARROWS
        .iter()
        .find_map(|arrow| text.strip_prefix(arrow))
        .map(str::trim)
        .filter(|value| *value != "None" && (output::is_data(value) || is_numeric(value)))
}

/// Where the arrow of a line is, which has an expression before it and a value behind: 0, where the expression is above.
pub(super) fn arrow(line: &str) -> Option<usize> {
    if value(line.trim_start()).is_some() {
        return Some(line.len() - line.trim_start().len());
    }
    let at = ARROWS.iter().filter_map(|arrow| line.rfind(&format!(" {arrow}"))).max()?;
    (value(&line[at + 1..]).is_some() && is_expression(&line[..at])).then_some(at + 1)
}

/// Whether a text is an expression that says what to do; a name or a sum of names is words of a text.
pub(super) fn is_expression(text: &str) -> bool {
    fn does(expr: &Expr) -> bool {
        match expr {
            Expr::Call(_) | Expr::Subscript(_) | Expr::FString(_) => true,
            Expr::BinOp(operation) => [&operation.left, &operation.right].iter().all(|side| does(side) || side.is_literal_expr()),
            _ => false,
        }
    }
    let Some(parsed) = parse_valid(text) else { return false };
    matches!(&parsed.syntax().body[..], [Stmt::Expr(stmt)] if does(&stmt.value))
}

/// Whether a text may be what a value behind an arrow on the line below is the value of: an expression as above, or a name, which words of a text that stand
/// alone on a line hardly are where they're small.
pub(super) fn may_be_shown(text: &str) -> bool {
    let is_name =
        |text: &str| text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_expression(text) || is_name(text.trim()) && parse_valid(text).is_some()
}

/// Whether a text is a string that is put together.
fn is_formatted(text: &str) -> bool {
    text.starts_with(['f', 'F'])
        && parse_valid(text).is_some_and(|it| matches!(&it.syntax().body[..], [Stmt::Expr(stmt)] if stmt.value.is_f_string_expr()))
}

/// Code with such lines as comments: `len("tea")  # → 3`. `None` where it has none, or where that's no code.
pub(super) fn as_comments(code: &Excerpt, language: &Language) -> Option<Excerpt> {
    let text = code.text();
    if *language != Language::Python || !ARROWS.iter().any(|arrow| text.contains(arrow)) || parse_valid(text).is_some() {
        return None;
    }
    let mut rest = Excerpt::default();
    let lines = code.lines();
    for (number, line) in lines.iter().enumerate() {
        let (mut start, content) = (line.start, &text[line.clone()]);
        let mark = arrow(content);
        let is_above = lines.get(number + 1).is_some_and(|next| arrow(&text[next.clone()]) == Some(0));
        let length = mark.or(is_above.then_some(content.len())).unwrap_or(0);
        // Text is shown as it is, without quotes.
        let is_text = is_formatted(content[..length].trim());
        if is_text {
            rest.push("print(", code.in_document(start));
        }
        rest.extend(code, start..start + content[..length].trim_end().len());
        start += content[..length].trim_end().len();
        if is_text {
            rest.push(")", code.in_document(start));
        }
        if let Some(at) = mark {
            start = line.start + at;
            rest.push(if at == 0 { "# " } else { "  # " }, code.in_document(start));
        }
        rest.extend(code, start..lines.get(number + 1).map_or(text.len(), |next| next.start));
    }
    parse_valid(rest.text()).is_some().then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_behind_arrows_are_comments() {
        let commented = |text: &str| {
            let mut code = Excerpt::default();
            code.push(text, 0);
            as_comments(&code, &Language::Python).map(|code| code.text().to_owned())
        };
        assert_eq!(commented("len('tea') → 3\nx = 2\n").as_deref(), Some("len('tea')  # → 3\nx = 2\n"));
        assert_eq!(commented("f'{n:,}'\n→ 1,234\n").as_deref(), Some("print(f'{n:,}')\n# → 1,234\n"));
        assert_eq!(commented("cups\n=> [1, 3]\nlen(cups) => 2\n").as_deref(), Some("cups\n# => [1, 3]\nlen(cups)  # => 2\n"));
        for text in ["(cup) => 3\n", "pour(cup => 3)\n", "cups >= 3\n", "{ 'tea' => 3 }\n"] {
            assert_eq!(commented(text), None, "{text}");
        }
        for text in ["cups → 3\n", "len(x) → int\n", "pour(x) → None\n", "tea + milk → 2\n", "x = 1  # → 1\n", "pour(cup) → 3 cups\n"]
        {
            assert_eq!(commented(text), None, "{text}");
        }
    }
}
