//! What a Python says when it starts, above the first prompt of a session that was pasted with it.

use std::sync::LazyLock;

use regex::Regex;

use super::{Excerpt, language};

/// The command that starts it, and its own lines.
static BANNER: LazyLock<Regex> = LazyLock::new(|| {
    let command = r"[$%#>] ?(?:\S*[/\\])?(?:i|b|pt)?(?:python|pypy)[\d.]*(?: -\S+)*";
    let names = r"Python \d+\.\d.*|IPython \d+\.\d.*|Anaconda .*";
    Regex::new(&format!(r#"^(?:{command}|{names}|\[(?:GCC|Clang|MSC|PyPy)\b.*|Type ["'].*|Tip: .*)$"#)).expect("a pattern")
});

/// The most lines that it has.
const MOST: usize = 8;

/// How many of the lines are said before the first prompt; none where anything else stands there.
pub(super) fn lines<'l>(lines: impl IntoIterator<Item = &'l str>) -> usize {
    let mut has_words = false;
    for (count, line) in lines.into_iter().map(str::trim).take(MOST + 1).enumerate() {
        if language::is_session([line]) {
            return if has_words { count } else { 0 };
        }
        let is_banner = BANNER.is_match(line);
        if !is_banner && !line.is_empty() {
            return 0;
        }
        has_words |= is_banner;
    }
    0
}

/// A block without them; `None` where it has none.
pub(super) fn without(code: &Excerpt) -> Option<Excerpt> {
    let count = lines(code.text().lines());
    let start = code.lines().get(count).filter(|_| count > 0)?.start;
    Some(code.slice(start..code.text().len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_the_first_prompt() {
        let plain = "$ python3.8\nPython 3.8.2 (default, Apr  8 2020)\n[GCC 9.3.0] on linux\nType \"help\" for more information.\n>>> 1\n1";
        let own = "Python 3.11.0 (main) [Clang 14]\nType 'copyright' for more\nIPython 8.9.0 -- An enhanced one\n\nIn [1]: 1\nOut[1]: 1";
        for (text, expected) in [
            (plain, 4),
            (own, 4),
            ("$ ipython\nIn [1]: 1", 1),
            ("\n>>> 1\n1", 0),
            (">>> 1\n1", 0),
            ("$ brew tea\n>>> 1", 0),
            ("$ python tea.py\n>>> 1", 0),
            ("Python 3.8.2\nx = 1\n", 0),
            ("x = 1\n>>> 1\n1", 0),
        ] {
            assert_eq!(lines(text.lines()), expected, "{text}");
        }
    }
}
