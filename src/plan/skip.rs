//! Why a document doesn't want an example to be run: its attributes `skip` and `skipif`.
//!
//! A condition is worked out here as far as it asks for nothing but the Python and the system that will run the example. What it asks for
//! besides (a package, a variable of the project's) isn't known; then the example runs, and its claims can't be wrong.

use rustpython_ruff_python_ast::{BoolOp, CmpOp, Expr, Number, UnaryOp};
use rustpython_ruff_python_parser::parse_expression;

use super::platform;
use crate::extract::Example;

/// What the document says about running an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// Nothing, or that it runs here.
    Run,
    /// It isn't to be run; why.
    Skip(String),
    /// It may not be meant to be run; why that isn't known.
    Unknown(String),
}

/// What the document says about running an example on this Python.
pub(super) fn wish(example: &Example, python: (u8, u8)) -> Wish {
    let attribute = |name: &str| example.attributes.get(name).map(String::as_str);
    match (attribute("skip"), attribute("skipif")) {
        (Some(""), _) => Wish::Skip("the document says to skip it".to_owned()),
        (Some(reason), _) => Wish::Skip(format!("the document says to skip it: {reason}")),
        (None, Some(condition)) => match evaluate(condition, python) {
            Some(true) => Wish::Skip(format!("the document says to skip it if `{condition}`")),
            Some(false) => Wish::Run,
            None => Wish::Unknown(format!("not skipped by `{condition}`")),
        },
        (None, None) if attribute("comment").is_some() => Wish::Unknown("in a comment of the document".to_owned()),
        (None, None) => match attribute("requires").filter(|requires| requires.contains(['<', '>', '=', '!', '~'])) {
            Some(requires) => Wish::Unknown(format!("required: `{requires}`")),
            None => platform::elsewhere(example).map_or(Wish::Run, Wish::Unknown),
        },
    }
}

/// A value that a condition works with.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
enum Value {
    Bool(bool),
    Int(i64),
    Text(String),
    Tuple(Vec<Value>),
    /// `sys.version_info`: major and minor version.
    Version(u8, u8),
}

/// Whether a condition is true on this Python; `None` where that can't be said.
fn evaluate(condition: &str, python: (u8, u8)) -> Option<bool> {
    // A condition is a line that a person wrote; the parser recurses into brackets.
    if condition.len() > 500 {
        return None;
    }
    let parsed = parse_expression(condition).ok()?;
    value(parsed.expr(), python).map(|value| is_true(&value))
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::Int(value) => *value != 0,
        Value::Text(text) => !text.is_empty(),
        Value::Tuple(items) => !items.is_empty(),
        Value::Version(..) => true,
    }
}

fn value(expr: &Expr, python: (u8, u8)) -> Option<Value> {
    let of = |expr| value(expr, python);
    Some(match expr {
        Expr::BooleanLiteral(it) => Value::Bool(it.value),
        Expr::NumberLiteral(it) => match &it.value {
            Number::Int(number) => Value::Int(number.as_i64()?),
            _ => return None,
        },
        Expr::StringLiteral(it) => Value::Text(it.value.to_str().to_owned()),
        Expr::Tuple(it) => Value::Tuple(it.elts.iter().map(of).collect::<Option<_>>()?),
        Expr::List(it) => Value::Tuple(it.elts.iter().map(of).collect::<Option<_>>()?),
        Expr::UnaryOp(it) if it.op == UnaryOp::Not => Value::Bool(!is_true(&of(&it.operand)?)),
        Expr::BoolOp(it) => {
            let decides = it.op == BoolOp::Or;
            let values: Vec<Option<bool>> = it.values.iter().map(|part| of(part).map(|value| is_true(&value))).collect();
            // One that decides does so whatever the others are.
            if values.contains(&Some(decides)) {
                return Some(Value::Bool(decides));
            }
            values.into_iter().collect::<Option<Vec<_>>>()?;
            Value::Bool(!decides)
        }
        Expr::Attribute(_) => named(&dotted(expr)?, python)?,
        Expr::Subscript(it) => match (of(&it.value)?, of(&it.slice)?) {
            (Value::Version(major, _), Value::Int(0)) => Value::Int(major.into()),
            (Value::Version(_, minor), Value::Int(1)) => Value::Int(minor.into()),
            _ => return None,
        },
        Expr::Call(it) => {
            let arguments: Vec<Value> = it.arguments.args.iter().map(of).collect::<Option<_>>()?;
            let name = dotted(&it.func)?;
            match (name.rsplit_once('.'), arguments.as_slice()) {
                (Some(("platform", "system")), []) => Value::Text("Linux".to_owned()),
                (Some(("platform", "python_implementation")), []) => Value::Text("CPython".to_owned()),
                (Some((subject, "startswith")), [Value::Text(start)]) => match named(subject, python)? {
                    Value::Text(text) => Value::Bool(text.starts_with(start)),
                    _ => return None,
                },
                _ => return None,
            }
        }
        Expr::Compare(it) => {
            let mut left = of(&it.left)?;
            let mut all = true;
            for (op, right) in it.ops.iter().zip(&it.comparators) {
                let right = of(right)?;
                all &= compared(&left, *op, &right)?;
                left = right;
            }
            Value::Bool(all)
        }
        _ => return None,
    })
}

/// `sys.version_info` as it's written.
fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(it) => Some(format!("{}.{}", dotted(&it.value)?, it.attr)),
        _ => None,
    }
}

fn named(name: &str, python: (u8, u8)) -> Option<Value> {
    let text = |text: &str| Value::Text(text.to_owned());
    Some(match name {
        "sys.version_info" => Value::Version(python.0, python.1),
        "sys.version_info.major" => Value::Int(python.0.into()),
        "sys.version_info.minor" => Value::Int(python.1.into()),
        "sys.platform" => text("linux"),
        "os.name" => text("posix"),
        "sys.implementation.name" => text("cpython"),
        _ => return None,
    })
}

fn compared(left: &Value, op: CmpOp, right: &Value) -> Option<bool> {
    if let (CmpOp::In | CmpOp::NotIn, Value::Tuple(items)) = (op, right) {
        return Some(items.contains(left) == (op == CmpOp::In));
    }
    let ordering = match (left, right) {
        (Value::Version(major, minor), Value::Tuple(items)) => {
            // Of a longer one, what comes behind the minor version decides, where these are the same.
            let wanted =
                items.iter().map(|item| if let Value::Int(number) = item { Some(*number) } else { None }).collect::<Option<Vec<i64>>>()?;
            let (own, known) = ([i64::from(*major), i64::from(*minor)], wanted.len().min(2));
            match own[..known].cmp(&wanted[..known]) {
                std::cmp::Ordering::Equal if wanted.len() > 2 => return None,
                std::cmp::Ordering::Equal => std::cmp::Ordering::Greater,
                other => other,
            }
        }
        (Value::Int(_), Value::Int(_)) | (Value::Text(_), Value::Text(_)) | (Value::Bool(_), Value::Bool(_)) => left.partial_cmp(right)?,
        _ => return None,
    };
    Some(match op {
        CmpOp::Eq | CmpOp::Is => ordering.is_eq(),
        CmpOp::NotEq | CmpOp::IsNot => ordering.is_ne(),
        CmpOp::Lt => ordering.is_lt(),
        CmpOp::LtE => ordering.is_le(),
        CmpOp::Gt => ordering.is_gt(),
        CmpOp::GtE => ordering.is_ge(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::example;

    #[test]
    fn conditions() {
        for (condition, expected) in [
            ("True", Some(true)),
            ("0", Some(false)),
            ("sys.version_info < (3, 12)", Some(true)),
            ("sys.version_info >= (3, 11)", Some(true)),
            ("sys.version_info > (3, 11)", Some(true)),
            ("sys.version_info <= (3, 11)", Some(false)),
            ("sys.version_info >= (3, 11, 4)", None),
            ("sys.version_info[0] == 2", Some(false)),
            ("sys.version_info[:2] == (3, 11)", None),
            ("sys.version_info.minor in (10, 11)", Some(true)),
            ("sys.platform == 'win32'", Some(false)),
            ("sys.platform.startswith('linux')", Some(true)),
            ("platform.system() != 'Linux'", Some(false)),
            ("not os.name == 'posix'", Some(false)),
            ("pd is None", None),
            ("pd is None or True", Some(true)),
            ("pd is None and os.name == 'nt'", Some(false)),
            ("pd is None and os.name == 'posix'", None),
            ("f(", None),
        ] {
            assert_eq!(evaluate(condition, (3, 11)), expected, "{condition}");
        }
        assert_eq!(evaluate(&"(".repeat(10_000), (3, 11)), None);
    }

    #[test]
    fn wishes() {
        let of = |attributes: &[(&str, &str)]| {
            let mut example = example("q1.1", "1");
            example.attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            wish(&example, (3, 11))
        };
        assert_eq!(of(&[]), Wish::Run);
        assert_eq!(of(&[("skip", "slow")]), Wish::Skip("the document says to skip it: slow".to_owned()));
        assert_eq!(of(&[("skipif", "False")]), Wish::Run);
        assert_eq!(of(&[("skipif", "x")]), Wish::Unknown("not skipped by `x`".to_owned()));
        assert_eq!(of(&[("requires", "scipy")]), Wish::Run);
        assert!(matches!(of(&[("requires", "scipy>1")]), Wish::Unknown(_)));
    }
}
