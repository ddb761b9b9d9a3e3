//! What an example uses that older Pythons don't have: its syntax.

use rustpython_ruff_python_ast::ModModule;
use rustpython_ruff_python_parser::{Parsed, UnsupportedSyntaxError, UnsupportedSyntaxErrorKind as Kind};

use super::{source::Source, syntax};
use crate::extract::Example;

/// The oldest Python that runs examples: what it has needs nothing newer.
const OLDEST: (u8, u8) = (3, 10);

/// The minor version of Python 3 that an example needs at least, and what of it; `None` where the oldest will do. Code that isn't valid
/// is CPython's to judge.
pub fn newer(example: &Example) -> Option<(u8, String)> {
    let source = Source::of(example);
    let parsed = syntax::parse(&source.code, OLDEST)?;
    by_syntax(&parsed).map(|(minor, what)| (minor, what.to_owned()))
}

fn by_syntax(parsed: &Parsed<ModModule>) -> Option<(u8, &'static str)> {
    if parsed.has_invalid_syntax() {
        return None;
    }
    parsed.unsupported_syntax_errors().iter().filter_map(since).max_by_key(|(minor, _)| *minor)
}

/// The minor version that brought a piece of syntax, and its name; `None` for what was removed or is older than 3.10.
fn since(error: &UnsupportedSyntaxError) -> Option<(u8, &'static str)> {
    Some(match error.kind {
        Kind::ExceptStar => (11, "`except*`"),
        Kind::StarExpressionInIndex => (11, "`*` in an index"),
        Kind::StarAnnotation => (11, "`*` in an annotation"),
        Kind::TypeAliasStatement => (12, "`type` statement"),
        Kind::TypeParameterList => (12, "type parameters"),
        Kind::Pep701FString(_) => (12, "quotes, comments or backslashes inside an f-string's braces"),
        Kind::TypeParamDefault => (13, "default of a type parameter"),
        Kind::TemplateStrings => (14, "t-string"),
        Kind::UnparenthesizedExceptionTypes => (14, "several exception types without parentheses"),
        Kind::LazyImportStatement => (15, "`lazy` import"),
        Kind::IterableUnpackingInListComprehension => (15, "unpacking in a comprehension"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::example;

    #[test]
    fn newer_syntax() {
        let needs = |code: &str| newer(&example("q1.1", code)).map(|(minor, what)| format!("3.{minor}: {what}"));
        assert_eq!(needs("type A = int\n").as_deref(), Some("3.12: `type` statement"));
        assert_eq!(needs(">>> type A = int\n").as_deref(), Some("3.12: `type` statement"));
        assert_eq!(needs("def f[T](x: T) -> T: return x\n").as_deref(), Some("3.12: type parameters"));
        assert_eq!(needs("class A[T = int]: pass\n").as_deref(), Some("3.13: default of a type parameter"));
        assert_eq!(needs("try:\n    pass\nexcept* ValueError:\n    pass\n").as_deref(), Some("3.11: `except*`"));
        assert_eq!(needs("x = t'{1}'\n").as_deref(), Some("3.14: t-string"));
        assert_eq!(needs("match 1:\n    case _: pass\n"), None);
        assert_eq!(needs("type A = int\nif x is None:\n"), None, "code that is invalid anyway is CPython's to judge");
    }
}
