//! Fences in a text that isn't read as Markdown: pages lose their languages, and the line end behind the opening fence or before the closing
//! one, so that code is glued to it.

use std::ops::Range;

/// The least number of backticks.
const LEAST: usize = 3;

/// Whether a line is nothing but a fence, maybe with a word behind it.
pub(super) fn is_fence(line: &str) -> bool {
    let line = line.trim();
    let rest = line.trim_start_matches('`');
    line.len() - rest.len() >= LEAST && is_word(rest)
}

/// A line without the fence that is glued to its code.
pub(super) fn without(line: &str) -> &str {
    if is_fence(line) { line } else { &line[inner(line)] }
}

/// The bytes of a text within the fences that are glued to its start and its end.
pub(super) fn inner(text: &str) -> Range<usize> {
    let count = |rest: &str| Some(text.len() - rest.len()).filter(|count| (LEAST..text.len()).contains(count)).unwrap_or(0);
    let end = text.trim_end();
    let closing = count(end.trim_end_matches('`')).saturating_sub(text.len() - end.len());
    let opening = count(text.trim_start_matches('`'));
    opening..if closing >= LEAST && opening + closing < end.len() { end.len() - closing } else { text.len() }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '+' | '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_parted_from_the_fence() {
        for (line, code) in [
            ("``````>>> cups = 2", ">>> cups = 2"),
            ("```def pour(n):", "def pour(n):"),
            ("return cups]``````", "return cups]"),
            ("```pour(2)```", "pour(2)"),
            ("pour(2)", "pour(2)"),
            ("``n``", "``n``"),
            ("```", "```"),
            ("```python", "```python"),
        ] {
            assert_eq!(without(line), code);
        }
        assert_eq!(&"```x = 1\ny = 2```\n"[inner("```x = 1\ny = 2```\n")], "x = 1\ny = 2");
    }

    #[test]
    fn fences_are_told_from_code() {
        assert!(is_fence("``````") && is_fence("  ```python") && is_fence("```c++"));
        assert!(!is_fence("```x = 1") && !is_fence("``x``") && !is_fence("x"));
    }
}
