//! Objects as Python 2 showed them: `u'tea'`, `<type 'int'>`, `5L`, `<tea.Pot instance at 0x7f…>`, and several arguments of a `print` in brackets.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::shape::{Shape, parse},
    differences::is_same_elsewhere,
};

/// A prefix of a text that is no part of a word before it, a type, the module of its exceptions, and a long number.
static TEXT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"(^|[^\w'"])u(['"])"#).expect("a pattern"));
static TYPE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<type '(?:exceptions\.)?").expect("a pattern"));
static LONG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(\d+)L\b").expect("a pattern"));
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" at 0x[0-9A-Fa-f]+").expect("a pattern"));

/// Whether two texts differ only in that the claimed one is Python 2's.
pub(super) fn is_of_python_2(claimed: &str, actual: &str) -> bool {
    is_tuple_of_printed(claimed, actual) || {
        let own = today(claimed);
        own != claimed && is_same(&own, actual)
    }
}

/// A text of Python 2's as Python shows the same now.
fn today(text: &str) -> String {
    let text = text.replace(" instance at 0x", " object at 0x").replace("<type 'unicode'>", "<class 'str'>");
    let text = TYPE.replace_all(&text, "<class '");
    let text = LONG.replace_all(&text, "$1");
    TEXT.replace_all(&text, "$1$2").into_owned()
}

fn is_same(claimed: &str, actual: &str) -> bool {
    let bare = |text: &str| ADDRESS.replace_all(text.trim(), " at 0x").into_owned();
    let (claimed, actual) = (bare(claimed), bare(actual));
    claimed == actual || is_same_elsewhere(&claimed, &actual)
}

/// Whether the claimed tuple has the words that were printed side by side: `('tea', 2)` for `tea 2`.
fn is_tuple_of_printed(claimed: &str, actual: &str) -> bool {
    let Some(Shape::Tuple(items)) = parse(&today(claimed.trim())) else { return false };
    let shown = |item: &Shape| match item {
        Shape::Str(text) => Some(text.clone()),
        Shape::Int(number) => Some(number.to_string()),
        _ => None,
    };
    let words: Option<Vec<String>> = items.iter().map(shown).collect();
    words.is_some_and(|words| words.len() > 1 && words.join(" ") == actual.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_python_2() {
        for (claimed, actual) in [
            ("<__main__.Pot instance at 0x7f00>", "<__main__.Pot object at 0x1234>"),
            ("[<tea.Pot instance at 0x7f00>]", "[<__main__.Pot object at 0x1234>]"),
            ("<Tea u'hot'>", "<Tea 'hot'>"),
            ("[(u'tea', 1), (u\"it's\", 2L)]", "[('tea', 1), (\"it's\", 2)]"),
            ("<type 'int'>", "<class 'int'>"),
            ("<type 'exceptions.KeyError'>", "<class 'KeyError'>"),
            ("<type 'unicode'>", "<class 'str'>"),
            ("<type 'tea.Pot'>", "<class '__main__.Pot'>"),
            ("('tea', 2)", "tea 2"),
        ] {
            assert!(is_of_python_2(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in [
            ("<__main__.Pot instance at 0x7f00>", "<__main__.Cup object at 0x1234>"),
            ("<__main__.Pot instance at 0x7f00>", "<__main__.Pot>"),
            ("<Tea u'hot'>", "<Tea 'cold'>"),
            ("<type 'int'>", "<class 'float'>"),
            ("[1, 2L]", "[1, 3]"),
            ("('tea', 2)", "tea 3"),
            ("('tea',)", "tea"),
            ("menu'tea'", "men'tea'"),
            ("'u'", "'v'"),
        ] {
            assert!(!is_of_python_2(claimed, actual), "{claimed}");
        }
    }
}
