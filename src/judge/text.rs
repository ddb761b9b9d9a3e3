//! Texts made comparable: whitespace, quotes, addresses and ellipses.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

/// Where the code of a code object stands.
static PLACE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#", file "[^"]*", line \d+>"#).expect("a pattern"));

/// Lines without blanks at their ends, and without empty lines above and below; `\r\n` and `\r` end lines as `\n` does.
pub(super) fn lines(text: &str) -> Vec<&str> {
    let all: Vec<&str> = text.lines().map(str::trim_end).collect();
    let Some(first) = all.iter().position(|line| !line.is_empty()) else { return Vec::new() };
    let last = all.iter().rposition(|line| !line.is_empty()).unwrap_or(first);
    all[first..=last].to_vec()
}

/// A repr with NumPy's scalars as releases before 2 show them, without their types: `(0.5, True)` for `(np.float64(0.5), np.True_)`.
pub(super) fn without_scalar_types(repr: &str) -> Cow<'_, str> {
    static SCALAR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"\bnp\.(?:(?:u?int|float)\d+\(([^()\s]+)\)|complex\d+(\([^()\s]+\))|(?:str|bytes)_\((b?'[^'\n]*'|b?"[^"\n]*")\)|(True|False)_)"#)
            .expect("a pattern")
    });
    if repr.contains("np.") { SCALAR.replace_all(repr, "$1$2$3$4") } else { Cow::Borrowed(repr) }
}

/// A line without the remark behind it, `5.5  # in all`; other texts as they are.
pub(super) fn without_remark(text: &str) -> &str {
    let shown = text.split_once("  # ").filter(|_| !text.contains('\n')).map(|(shown, _)| shown.trim_end());
    shown.filter(|shown| !shown.is_empty()).unwrap_or(text)
}

/// A text without the sequences that set colours on a terminal.
pub(super) fn without_colours(text: &str) -> Cow<'_, str> {
    static COLOUR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\x1b\[[0-9;]*m").expect("a pattern"));
    COLOUR.replace_all(text, "")
}

/// Blanks made one or none, one kind of quotes, addresses and the name of the main module left out: for texts whose exact blanks can't
/// be seen in a comment anyway.
pub(super) fn squeeze(text: &str) -> String {
    let text = without_addresses(text);
    let mut squeezed = String::with_capacity(text.len());
    let mut blank = false;
    for char in text.chars() {
        if char.is_whitespace() {
            blank = true;
            continue;
        }
        let glued = squeezed.ends_with([',', ':', '(', '[', '{', '=']) || matches!(char, ',' | ':' | ')' | ']' | '}' | '=');
        if blank && !squeezed.is_empty() && !glued {
            squeezed.push(' ');
        }
        blank = false;
        squeezed.push(if char == '"' { '\'' } else { char });
    }
    squeezed
}

/// Object addresses (` at 0x7f…`, ` at 10e4f2a0>`, and the ` object` before them, which IPython leaves out), `__main__.` and `typing.` left out, and the
/// places of code objects: they say nothing about what happened.
pub(super) fn without_addresses(text: &str) -> String {
    let mut rest = text;
    let mut out = String::with_capacity(text.len());
    while let Some(at) = rest.find(" at ") {
        let (before, from) = rest.split_at(at + " at ".len());
        let digits = from.strip_prefix("0x").unwrap_or(from);
        let behind = digits.trim_start_matches(|char: char| char.is_ascii_hexdigit());
        let is_bare = digits.len() - behind.len() >= 6 && behind.starts_with('>');
        out.push_str(before);
        rest = from;
        let is_address = from.starts_with("0x") || is_bare;
        if (is_address || from.starts_with("...") || from.starts_with('…'))
            && let Some(bare) = out.strip_suffix(" object at ")
        {
            out.replace_range(bare.len().., " at ");
        }
        if is_address {
            out.push_str("0x");
            rest = behind;
        }
    }
    out.push_str(rest);
    let out = PLACE.replace_all(&out, ">");
    out.replace("__main__.", "").replace("typing.", "")
}

/// Whether a text holds an ellipsis (`...` or `…`).
pub(super) fn has_ellipsis(text: &str) -> bool {
    text.contains("...") || text.contains('…')
}

/// Whether a text fits a pattern in which an ellipsis stands for anything, also for nothing. A pattern without a letter or digit fits
/// nothing: it doesn't say anything.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    // `<...>` is what somebody left out of a text that has angle brackets of its own.
    let pattern = pattern.replace('…', "...").replace("<...>", "...");
    if !has_ellipsis(&pattern) || !pattern.chars().any(char::is_alphanumeric) {
        return false;
    }
    // Blanks beside an ellipsis belong to it: it may stand on a line of its own.
    let parts: Vec<&str> = pattern.split("...").map(str::trim).collect();
    let text = text.trim();
    let [first, inner @ .., last] = parts.as_slice() else { return false };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    for part in inner {
        // A longer run of dots leaves dots at the part's ends.
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// A text in the quotes that the claim uses, as Python would escape it.
pub(crate) fn quoted_like(claim: &str, text: &str) -> String {
    let quote = if claim.trim_start().starts_with('"') { '"' } else { '\'' };
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(quote);
    for char in text.chars() {
        match char {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '\\' => quoted.push_str("\\\\"),
            char if char == quote => quoted.extend(['\\', quote]),
            char => quoted.push(char),
        }
    }
    quoted.push(quote);
    quoted
}

/// The part of a text between two byte offsets, moved inwards to whole characters; `None` where they lie outside of it.
pub(super) fn between(text: &str, from: u64, to: u64) -> Option<&str> {
    let (mut from, mut to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
    if from > to || to > text.len() {
        return None;
    }
    while !text.is_char_boundary(from) {
        from += 1;
    }
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    Some(text.get(from..to).unwrap_or_default())
}

/// The items between commas that stand outside of brackets and quotes.
pub(crate) fn split_commas(text: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut start, mut escaped) = (0_i32, None, 0, false);
    let mut items = Vec::new();
    for (at, char) in text.char_indices() {
        match (quote, char) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), char) if char == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(char),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                items.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(text[start..].trim());
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_of_numpy_with_and_without_their_types() {
        for (repr, plain) in [
            ("np.float64(0.5)", "0.5"),
            ("(np.int64(-3), np.True_, 2)", "(-3, True, 2)"),
            ("{'a': np.complex128(1+2j)}", "{'a': (1+2j)}"),
            ("[np.str_('a b'), np.bytes_(b'c')]", "['a b', b'c']"),
            ("[np.float32(nan)]", "[nan]"),
        ] {
            assert_eq!(without_scalar_types(repr), plain);
        }
        for repr in ["np.datetime64('2024-01-02')", "np.array([1])", "cnp.int64(3)", "'np.int64'", "np.float64(f(1))"] {
            assert_eq!(without_scalar_types(repr), repr);
        }
    }

    #[test]
    fn squeezes() {
        assert_eq!(squeeze("{\"a\" : 1,\n  'b':2 }"), "{'a':1,'b':2}");
        assert_eq!(squeeze("  a   b  "), "a b");
        assert_eq!(squeeze("<__main__.A object at 0x7f00ab>"), "<A at 0x>");
        assert_eq!(squeeze("<code object f at 0x7f00ab, file \"<stdin>\", line 1>"), "<code object f at 0x>");
        assert_eq!(squeeze("<A object at ...>"), "<A at ...>");
        assert_eq!(squeeze("<function f at 10e4f2a0> at tea at 1200"), "<function f at 0x> at tea at 1200");
    }

    #[test]
    fn fits_ellipses() {
        for (pattern, text, expected) in [
            ("[0, 1, ...]", "[0, 1, 4, 9]", true),
            ("[0, 1, …, 9]", "[0, 1, 4, 9]", true),
            ("[0, 2, ...]", "[0, 1, 4, 9]", false),
            ("a...b...c", "a1b2c", true),
            ("a...b...c", "a1c2b", false),
            ("...", "anything", false),
            ("abc", "abc", false),
            ("ab...bc", "abc", false),
            ("a....", "a.b.", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn cuts_at_characters() {
        assert_eq!(between("aéb", 0, 2), Some("a"));
        assert_eq!(between("aéb", 2, 4), Some("b"));
        assert_eq!(between("é", 1, 1), Some(""));
        assert_eq!(between("abc", 2, 1), None);
        assert_eq!(between("abc", 0, u64::MAX), None);
    }

    #[test]
    fn splits_at_commas() {
        assert_eq!(split_commas("1, (2, 3), 'a,b', \"c\\\",d\""), ["1", "(2, 3)", "'a,b'", "\"c\\\",d\""]);
    }
}
