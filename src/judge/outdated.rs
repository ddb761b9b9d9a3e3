//! Code and pages that are written for Python 2: what only that did, and which differences it explains.

use std::sync::LazyLock;

use regex::Regex;

use crate::run::protocol::Raised;

use super::{
    outcome::described,
    reason::Reason,
    shape::{Shape, parse},
};

/// How Python 3 tells that code uses what only Python 2 had.
static GONE: LazyLock<Regex> = LazyLock::new(|| {
    let of_dicts = r"'[\w.]*[dD]ict' object has no attribute '(?:has_key|(?:iter|view)(?:items|keys|values))'";
    let of_iterators = r"'(?:generator|map|filter|zip|enumerate|reversed|\w*iterator)' object has no attribute 'next'";
    let of_functions = r"'(?:function|method)' object has no attribute '(?:func_\w+|im_\w+)'";
    let of_lists =
        r"'(?:map|filter|zip|dict_keys|dict_values|dict_items)' object (?:is not subscriptable|has no attribute '(?:sort|append|index)')";
    let of_ranges =
        r"'range' object (?:does not support item (?:assignment|deletion)|has no attribute '(?:sort|append|remove|pop|extend)')";
    Regex::new(&format!(
        r"^(?:{of_dicts}|{of_iterators}|{of_functions}|{of_lists}|{of_ranges}|'str' object has no attribute 'decode'|'bytes' object has no attribute 'encode'|'cmp' is an invalid keyword argument for sort\(\)|object of type '(?:map|filter|zip)' has no len\(\))"
    ))
    .expect("a pattern")
});

/// What Python 3 raises of values that Python 2 takes.
static STRICT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:'[<>]=?' not supported between instances of|a bytes-like object is required, not 'str'|can't concat str to bytes|can only concatenate str \(not .bytes.\) to str)")
        .expect("a pattern")
});

/// Code and output that only Python 2 takes and gives, on lines without marks of inline code: those of prose that speaks of it.
static PAGE: LazyLock<Regex> = LazyLock::new(|| {
    let typed = r##"(?:>>>|\.\.\.)[ \t]+(?:[^'"#`\n]*:[ \t]+)?print[ \t]+["'\w\[{]"##;
    let texts = r#"[ \t]*print[ \t]+(?:"[^"\n]*"|'[^'\n]*')(?:[ \t]*[%,][^\n]+)?[ \t]*$"#;
    let names = r"[ \t]+print[ \t]+\w+(?:[.(\[][^\n]*)?[ \t]*$";
    let gone = r"[^`\n]*(?:\b(?:xrange|raw_input|unichr|execfile)\(|\.(?:has_key|iteritems|itervalues|iterkeys)\()[^`\n]*$";
    let clauses = r"[ \t>.]*except[ \t]+[\w.]+,[ \t]*\w+:";
    let shown = r#"[ \t]*[\[({]*(?:u(?:'[^'\n]*'|"[^"\n]*")|\d+L\b[^\w\n]|\d+L$|<type '\w+'>)"#;
    Regex::new(&format!("(?m)^(?:{typed}|{texts}|{names}|{gone}|{clauses}|{shown})")).expect("a pattern")
});

/// Why an exception says nothing against a claim: its statement is written for Python 2. `None` for all others.
pub(super) fn exception(raised: &Raised, source: &str) -> Option<Reason> {
    let is_syntax = raised.r#type == "SyntaxError"
        && ["Missing parentheses in call to", "multiple exception types must be parenthesized", "leading zeros in decimal integer"]
            .iter()
            .any(|start| raised.message.starts_with(start));
    // `print (2 + x).name`
    let is_print = source.trim_start().starts_with("print (") && raised.message.contains("'NoneType'");
    let is_gone = || matches!(raised.r#type.as_str(), "AttributeError" | "TypeError") && GONE.is_match(&raised.message);
    (is_syntax || is_print || is_gone()).then(|| Reason::new("python", format!("it's written for Python 2: {}", described(raised))))
}

/// Whether a page has code or output that only Python 2 takes or gives.
pub(super) fn is_page_of_it(text: &str) -> bool {
    PAGE.is_match(text)
}

/// Whether Python 2 takes what raised this.
pub(super) fn takes(raised: &Raised) -> bool {
    STRICT.is_match(&raised.message)
}

/// Whether a claimed text differs from what was seen as Python 2 does: whole numbers divide to whole ones, and lists are what is lazy now. `divides` where
/// the code has a division.
pub(super) fn explains(claimed: &str, actual: &str, divides: bool) -> bool {
    let is_lazy = |actual: &str| {
        let lazy = ["<map object", "<filter object", "<zip object", "range(", "dict_keys(", "dict_values(", "dict_items("];
        lazy.iter().any(|start| actual.starts_with(start))
    };
    let is_list = || matches!(parse(claimed.trim()), Some(Shape::List(_)));
    is_lazy(actual.trim()) && is_list() || divides && differs_in_division(claimed, actual)
}

/// Whether two texts differ in nothing but numbers, of which the claimed ones are the whole ones below those that were seen.
fn differs_in_division(claimed: &str, actual: &str) -> bool {
    let (claimed, actual): (Vec<&str>, Vec<&str>) = (parts(claimed).collect(), parts(actual).collect());
    let is_floor = |claimed: &str, actual: &str| {
        let whole = claimed.parse::<i64>().ok().map(|claimed| claimed as f64);
        let float = actual.parse::<f64>().ok().filter(|_| actual.contains(['.', 'e']));
        whole.zip(float).is_some_and(|(whole, float)| float.floor() == whole)
    };
    claimed != actual
        && claimed.len() == actual.len()
        && claimed.iter().zip(&actual).all(|(claimed, actual)| claimed == actual || is_floor(claimed, actual))
}

/// A text without blanks, at the marks between words and numbers.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || ",:;()[]{}".contains(c)).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_it() {
        for text in [
            "Tea:\n\n>>> print cups\n3\n",
            ">>> for cup in cups: print cup\n",
            "    print \"tea\"\n",
            "print 'tea: %d' % 5\n",
            "for cup in cups:\n    print cup.size\n",
            "for cup in xrange(3):\n",
            ">>> cups\n[u'tea', u'milk']\n",
            ">>> 3 ** 3\n27L\n",
            ">>> type(5)\n<type 'int'>\n",
            "try: pour()\nexcept IOError, error:\n",
        ] {
            assert!(is_page_of_it(text), "{text}");
        }
        for text in [
            ">>> print(cups)\n3\n",
            "To print it, ask.\nprint it twice\n",
            "Where there was `xrange()`, there's `range()` now.\n",
            "A pot of 3L, and\n2 cups\n",
            ">>> u'tea'\n'tea'\n",
            "except (IOError, OSError):\n",
            "print (\"tea\")\n",
        ] {
            assert!(!is_page_of_it(text), "{text}");
        }
    }

    #[test]
    fn differences_that_it_explains() {
        for (claimed, actual) in [
            ("1", "1.5"),
            ("-2", "-1.5"),
            ("mean: 3", "mean: 3.5"),
            ("[1, 2]", "[1.0, 2.5]"),
            ("['1']", "<map object at 0x7f00>"),
            ("[0, 1]", "range(0, 2)"),
            ("['a']", "dict_keys(['a'])"),
        ] {
            assert!(explains(claimed, actual, true), "{claimed}");
        }
        for (claimed, actual) in
            [("2", "1.5"), ("1.6", "1.5"), ("5", "4"), ("mean: 3", "sum: 3.5"), ("1", "<map object at 0x7f00>"), ("1", "1"), ("2", "2e0x")]
        {
            assert!(!explains(claimed, actual, true), "{claimed}");
        }
        assert!(!explains("1", "1.5", false));
    }

    #[test]
    fn what_is_gone() {
        let raised = |r#type: &str, message: &str| Raised {
            r#type: r#type.to_owned(),
            module: "builtins".to_owned(),
            mro: vec![r#type.to_owned()],
            message: message.to_owned(),
            line: Some(1),
            traceback: String::new(),
            subject: None,
        };
        for (kind, message) in [
            ("AttributeError", "'dict' object has no attribute 'has_key'"),
            ("AttributeError", "'collections.OrderedDict' object has no attribute 'iteritems'"),
            ("AttributeError", "'generator' object has no attribute 'next'"),
            ("AttributeError", "'list_iterator' object has no attribute 'next'"),
            ("AttributeError", "'str' object has no attribute 'decode'"),
            ("TypeError", "'cmp' is an invalid keyword argument for sort()"),
            ("TypeError", "'dict_keys' object is not subscriptable"),
        ] {
            assert!(exception(&raised(kind, message), "pour()").is_some(), "{message}");
        }
        for (kind, message) in [
            ("AttributeError", "'dict' object has no attribute 'pour'"),
            ("AttributeError", "'Pot' object has no attribute 'next'"),
            ("TypeError", "'int' object is not subscriptable"),
            ("ValueError", "'str' object has no attribute 'decode'"),
        ] {
            assert!(exception(&raised(kind, message), "pour()").is_none(), "{message}");
        }
        assert!(takes(&raised("TypeError", "'<' not supported between instances of 'int' and 'str'")));
        assert!(!takes(&raised("TypeError", "pour() takes no arguments")));
    }
}
