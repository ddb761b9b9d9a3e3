//! Texts that code prints or returns, as far as its source shows them: `print(f"{n} items")` prints something, then ` items`.
//!
//! A comment without quotes behind such a call (`# 3 items`) can be told from prose by them.

use rustpython_ruff_python_ast::{Expr, ExprCall, InterpolatedStringElement, Operator};

use super::{code::Statement, value};

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
        self.holes(text).is_some()
    }

    /// Whether a text is this one, which has nothing but signs and numbers between its holes, with a value in each: `3 - 4 = -1`.
    pub(super) fn is_calculation(&self, text: &str) -> bool {
        let is_sign = |c: char| "+-*/%=<>!^&|×÷".contains(c);
        let is_plain = |c: char| is_sign(c) || c.is_whitespace() || c.is_ascii_digit() || c == '.';
        let is_value = |hole: &&str| value::is_whole(hole.trim());
        self.literals.iter().all(|literal| literal.chars().all(is_plain))
            && self.literals.iter().any(|literal| literal.contains(is_sign))
            && self.holes(text).is_some_and(|holes| holes.iter().all(is_value))
    }

    /// Whether a text differs from this one in a number that is written out, and in nothing else: `3 - 2` where `{cups} - 1` is printed.
    pub(super) fn differs_in_number(&self, text: &str) -> bool {
        const HOLE: &str = "\u{0}";
        let own = self.literals.join(HOLE);
        let (wanted, given): (Vec<&str>, Vec<&str>) = (own.split_whitespace().collect(), text.split_whitespace().collect());
        let is_number = |word: &str| word.parse::<f64>().is_ok();
        let is_filled = |wanted: &str, given: &str| wanted == HOLE && value::is_whole(given);
        let others: Vec<_> = wanted.iter().zip(&given).filter(|(wanted, given)| wanted != given && !is_filled(wanted, given)).collect();
        let has_more = wanted.iter().any(|word| !word.contains(HOLE) && !is_number(word));
        has_more && wanted.len() == given.len() && matches!(others[..], [(wanted, given)] if is_number(wanted) && is_number(given))
    }

    /// What stands in the holes, where a text can be this one.
    fn holes<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let (first, last) = (self.literals.first()?, self.literals.last()?);
        let mut rest = text.strip_prefix(first.as_str())?;
        if self.literals.len() == 1 {
            return rest.is_empty().then(Vec::new);
        }
        let mut holes = Vec::new();
        for literal in &self.literals[1..self.literals.len() - 1] {
            let at = rest.find(literal.as_str())?;
            holes.push(&rest[..at]);
            rest = &rest[at + literal.len()..];
        }
        holes.push(rest.strip_suffix(last.as_str())?);
        Some(holes)
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
            // `"Tea: " + name`
            Expr::BinOp(it) if it.op == Operator::Add && (is_text(&it.left) || is_text(&it.right)) => {
                self.push(&it.left);
                self.push(&it.right);
            }
            _ => match formatted(expr) {
                Some(literals) => {
                    for (index, literal) in literals.iter().enumerate() {
                        if index > 0 {
                            self.push_hole();
                        }
                        self.push_text(literal);
                    }
                }
                None => self.push_hole(),
            },
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

/// Whether an expression is certainly a text.
fn is_text(expr: &Expr) -> bool {
    match expr {
        Expr::BinOp(it) => it.op == Operator::Add && (is_text(&it.left) || is_text(&it.right)),
        _ => expr.is_string_literal_expr() || expr.is_f_string_expr(),
    }
}

/// What stands between the holes of `"{} cups".format(3)` and `"%d cups" % 3`.
fn formatted(expr: &Expr) -> Option<Vec<String>> {
    match expr {
        Expr::Call(call) => {
            let method = call.func.as_attribute_expr().filter(|method| method.attr.as_str() == "format")?;
            between_braces(method.value.as_string_literal_expr()?.value.to_str())
        }
        Expr::BinOp(it) if it.op == Operator::Mod => between_percents(it.left.as_string_literal_expr()?.value.to_str()),
        _ => None,
    }
}

/// What stands between the fields of a format, `{}` or `{0:>5}`; `None` where a brace stands alone.
fn between_braces(format: &str) -> Option<Vec<String>> {
    let mut literals = vec![String::new()];
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.next_if_eq(&c).is_some() => literals.last_mut()?.push(c),
            '{' => {
                let mut depth = 1;
                while depth > 0 {
                    match chars.next()? {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                }
                literals.push(String::new());
            }
            '}' => return None,
            _ => literals.last_mut()?.push(c),
        }
    }
    Some(literals)
}

/// What stands between the fields of a format, `%s` or `%5.2f`; `None` where a sign of one stands alone.
fn between_percents(format: &str) -> Option<Vec<String>> {
    let (first, rest) = format.split_once('%').unwrap_or((format, ""));
    let mut literals = vec![first.to_owned()];
    let mut rest = (first.len() < format.len()).then_some(rest);
    while let Some(field) = rest {
        let (behind, is_hole) = match field.strip_prefix('%') {
            Some(behind) => (behind, false),
            None => {
                let named = field.strip_prefix('(').map_or(Some(field), |name| name.split_once(')').map(|(_, behind)| behind))?;
                let kind = named.trim_start_matches(|c: char| c.is_ascii_digit() || "#-+ .*".contains(c));
                (kind.strip_prefix(|c: char| "diouxXeEfFgGcrsa".contains(c))?, true)
            }
        };
        if is_hole {
            literals.push(String::new());
        } else {
            literals.last_mut()?.push('%');
        }
        let (text, next) = behind.split_once('%').map_or((behind, None), |(text, next)| (text, Some(next)));
        literals.last_mut()?.push_str(text);
        rest = next;
    }
    Some(literals)
}

/// The expression of `{x=}` as it is printed, where it is a name.
fn expression_text(hole: &rustpython_ruff_python_ast::InterpolatedElement) -> &str {
    hole.expression.as_name_expr().map_or("", |name| name.id.as_str())
}
