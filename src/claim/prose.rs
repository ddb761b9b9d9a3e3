//! Comments that aren't claims, whatever they look like: marks for tools, call-outs of documentation, complexities, versions.

use super::value::number_length;

/// Whether a comment's text (without `#`) is certainly none.
pub(super) fn is_no_claim(text: &str) -> bool {
    let text = text.trim();
    !text.chars().any(|c| c.is_alphanumeric() || "✅✓✔❌✗[](){}\"'".contains(c))
        || is_for_a_tool(text)
        || is_call_out(text)
        || is_complexity(text)
        || is_version(text)
        || has_ditto_marks(text)
        || text.starts_with("http://")
        || text.starts_with("https://")
}

/// `noqa`, `type: ignore`, `pragma: no cover`, `fmt: off`, `TODO`, `-*- coding -*-`, `region`.
fn is_for_a_tool(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let marks = [
        "noqa",
        "type:",
        "pragma",
        "pylint:",
        "pyright:",
        "mypy:",
        "fmt:",
        "ruff:",
        "isort:",
        "flake8:",
        "nosec",
        "nosonar",
        "yapf:",
        "black:",
        "doctest:",
        "-*-",
        "vim:",
        "!/",
        "region",
        "endregion",
        "[start",
        "[end",
        "--8<--",
        "todo",
        "fixme",
        "xxx",
        "hack:",
        "note:",
        "nb:",
        "noinspection",
        "language=",
        "cython:",
        "distutils:",
        "ty:",
        "pyre-",
        "%%",
        "copyright",
        "spdx-",
    ];
    marks.iter().any(|mark| lower.starts_with(mark))
}

/// `"    "   and so on`: quotes that stand for the words of the line above.
fn has_ditto_marks(text: &str) -> bool {
    let quoted: Vec<&str> = text.split('"').collect();
    quoted.len() > 2 && quoted[1..quoted.len() - 1].iter().filter(|part| part.len() > 1 && part.trim().is_empty()).count() > 1
}

/// `(1)`, `(1)!`, `<4>`, `①`: a number that a paragraph below explains.
fn is_call_out(text: &str) -> bool {
    let text = text.strip_suffix('!').unwrap_or(text).trim_end();
    let inside = |open: char, close: char| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let number = inside('(', ')').or_else(|| inside('<', '>'));
    let circled = text.chars().all(|c| ('①'..='⓿').contains(&c) || ('❶'..='❿').contains(&c));
    circled || number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// `O(1)`, `O(n log n)`, `Θ(n)`.
fn is_complexity(text: &str) -> bool {
    let text = text.trim_start_matches("amortized ").trim_start_matches('~');
    ["O(", "Θ(", "Ω(", "o("].iter().any(|start| text.starts_with(start))
}

/// `3.10+`, `>= 3.9`, `v1.2`, `Python 3.8`.
fn is_version(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let rest = ["python", "py", "v", ">=", "new in", "since", "version"].iter().find_map(|start| lower.strip_prefix(start));
    match rest {
        Some(rest) => number_length(rest.trim_start(), false).is_some_and(|end| {
            let behind = rest.trim_start()[end..].trim_start();
            behind.is_empty() || behind.starts_with(['+', '.', '(', ':', '-', '—', '–', ','])
        }),
        None => lower.strip_suffix('+').is_some_and(|number| number_length(number, false) == Some(number.len())),
    }
}
