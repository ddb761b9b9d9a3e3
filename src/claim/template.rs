//! Texts that code prints or returns, as far as its source shows them: `print(f"{n} items")` prints something, then ` items`.
//!
//! A comment without quotes behind such a call (`# 3 items`) can be told from prose by them.

use rustpython_ruff_python_ast::{Expr, ExprCall, InterpolatedStringElement};

use super::code::Statement;

/// A text with holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    /// What stands between the holes; a text without holes has one part.
    literals: Vec<String>,
}

impl Template {
    /// What a call of `print` prints, without the line end. `None` where its separator isn't known.
    pub(super) fn of_print(call: &ExprCall) -> Option<Template> {
        let separator = match call.arguments.find_keyword("sep").map(|keyword| &keyword.value) {
            None => " ".to_string(),
            Some(Expr::StringLiteral(it)) => it.value.to_str().to_string(),
            Some(_) => return None,
        };
        let mut template = Template { literals: vec![String::new()] };
        for (index, argument) in call.arguments.args.iter().enumerate() {
            if index > 0 {
                template.push_text(&separator);
            }
            template.push(argument);
        }
        template.trim_line_ends();
        Some(template)
    }

    /// Takes off the line ends around the text: `print("\nTea:", cups)` sets it apart from what was printed before.
    fn trim_line_ends(&mut self) {
        if let Some(first) = self.literals.first_mut() {
            *first = first.trim_start_matches('\n').to_owned();
        }
        if let Some(last) = self.literals.last_mut() {
            *last = last.trim_end_matches('\n').to_owned();
        }
    }

    /// What a statement prints that is such a call.
    pub(super) fn of_statement(statement: &Statement<'_>) -> Option<Template> {
        statement.node.as_expr_stmt()?.value.as_call_expr().and_then(Template::of_print)
    }

    /// What an expression's text is. `None` where nothing of it is known.
    pub(super) fn of_value(value: &Expr) -> Option<Template> {
        let mut template = Template { literals: vec![String::new()] };
        template.push(value);
        template.tells_something().then_some(template)
    }

    /// Whether a text can be this one.
    pub(super) fn matches(&self, text: &str) -> bool {
        let (Some(first), Some(last)) = (self.literals.first(), self.literals.last()) else { return false };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        if self.literals.len() == 1 {
            return rest.is_empty();
        }
        for literal in &self.literals[1..self.literals.len() - 1] {
            match rest.find(literal.as_str()) {
                Some(at) => rest = &rest[at + literal.len()..],
                None => return false,
            }
        }
        rest.ends_with(last.as_str())
    }

    /// Whether a text begins as this one up to its first hole, but for one of several words: `The pot is cold` where `The pot is hot` is printed.
    pub(super) fn nearly_matches(&self, text: &str) -> bool {
        const SEVERAL: usize = 3;
        let Some(first) = self.literals.first() else { return false };
        let (wanted, given): (Vec<&str>, Vec<&str>) = (first.split_whitespace().collect(), text.split_whitespace().collect());
        let others = wanted.iter().zip(&given).filter(|(wanted, given)| wanted != given).count();
        let is_as_long = if self.literals.len() == 1 { given.len() == wanted.len() } else { given.len() > wanted.len() };
        wanted.len() >= SEVERAL && is_as_long && others == 1
    }

    /// The text with this in one of its holes and `...` in the others, for each hole, also without the quotes that it's in; nothing for a text that is
    /// only a hole.
    pub(super) fn filled(&self, value: &str) -> Vec<String> {
        if self.literals.iter().all(|literal| literal.trim().is_empty()) || self.literals.iter().any(|literal| literal.contains('\n')) {
            return Vec::new();
        }
        let bare = ['\'', '"'].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
        let fill = |(hole, value): (usize, &str)| {
            let mut text = String::new();
            for (index, literal) in self.literals.iter().enumerate() {
                if index > 0 {
                    text.push_str(if index == hole { value } else { "..." });
                }
                text.push_str(literal);
            }
            text
        };
        std::iter::once(value).chain(bare).flat_map(|value| (1..self.literals.len()).map(move |hole| (hole, value))).map(fill).collect()
    }

    fn push(&mut self, expr: &Expr) {
        match expr {
            Expr::StringLiteral(it) => self.push_text(it.value.to_str()),
            Expr::FString(it) => {
                for part in it.value.iter() {
                    match part {
                        rustpython_ruff_python_ast::FStringPart::Literal(literal) => self.push_text(literal.as_str()),
                        rustpython_ruff_python_ast::FStringPart::FString(string) => {
                            for element in &string.elements {
                                match element {
                                    InterpolatedStringElement::Literal(literal) => self.push_text(literal),
                                    InterpolatedStringElement::Interpolation(hole) => {
                                        if let Some(debug) = &hole.debug_text {
                                            self.push_text(&format!("{}{}{}", debug.leading, expression_text(hole), debug.trailing));
                                        }
                                        self.push_hole();
                                    }
                                }
                            }
                        }
                    }
                }
            }
            _ => self.push_hole(),
        }
    }

    fn push_text(&mut self, text: &str) {
        if let Some(last) = self.literals.last_mut() {
            last.push_str(text);
        }
    }

    fn push_hole(&mut self) {
        self.literals.push(String::new());
    }

    /// Two letters or digits at least, on one line.
    pub(super) fn tells_something(&self) -> bool {
        let known = self.literals.iter().flat_map(|literal| literal.chars());
        known.clone().filter(|c| c.is_alphanumeric()).count() >= 2 && !known.clone().any(|c| c == '\n')
    }
}

/// The expression of `{x=}` as it is printed, where it is a name.
fn expression_text(hole: &rustpython_ruff_python_ast::InterpolatedElement) -> &str {
    hole.expression.as_name_expr().map_or("", |name| name.id.as_str())
}
