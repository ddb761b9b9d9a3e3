//! Comments that speak to a tool: `<!-- skip: next -->`, `<!--pytest-codeblocks:cont-->`, `% invisible-code-block: python`.
//!
//! Each tool has a grammar of its own; all of them come to a few directions. `docs/peers.md` has the table. A comment that is none of
//! these says nothing.

use std::ops::Range;

use super::info;

/// What a comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Direction {
    /// Something of the next block: an attribute with its value, in the words of whichever tool.
    Next(String, String),
    /// Blocks from here on are skipped, and why.
    SkipFrom(String),
    /// No longer.
    SkipEnds,
    /// Nothing in this document is to be run.
    SkipFile,
    /// Blocks from here on share one namespace.
    GroupFrom(String),
    /// No longer.
    GroupEnds,
    /// What comes before is no longer known.
    ForgetNames,
    /// The same behind the next block.
    ForgetAfterNext,
    /// The next block is what the one before it gives.
    OutputNext,
    /// The comment's own code: its language, and its bytes in the comment.
    Hidden(String, Range<usize>),
}

use Direction::{ForgetAfterNext, ForgetNames, GroupEnds, GroupFrom, Hidden, Next, OutputNext, SkipEnds, SkipFile, SkipFrom};

/// The directions of a comment's text, without its marks.
pub(super) fn directions(comment: &str) -> Vec<Direction> {
    let text = comment.trim_matches(|c: char| c == '-' || c == ';' || c.is_whitespace());
    let start = comment.len() - comment.trim_start_matches(|c: char| c == '-' || c == ';' || c.is_whitespace()).len();
    if let Some(found) = hidden(text) {
        return vec![shifted(found, start)];
    }
    let line = text.lines().next().unwrap_or_default().trim();
    if text.lines().count() > 1 && !line.contains(':') {
        return Vec::new();
    }
    let found = sybil(line)
        .or_else(|| codeblocks(line))
        .or_else(|| phmdoctest(line))
        .or_else(|| pytest_mark(line))
        .or_else(|| words(line))
        .or_else(|| keys(line));
    found.unwrap_or_default()
}

fn shifted(direction: Direction, by: usize) -> Direction {
    match direction {
        Hidden(language, range) => Hidden(language, range.start + by..range.end + by),
        other => other,
    }
}

fn next(name: &str, value: &str) -> Direction {
    Next(name.to_owned(), value.to_owned())
}

/// `invisible-code-block: python` and the code below it.
fn hidden(text: &str) -> Option<Direction> {
    let (first, _) = text.split_once('\n')?;
    let language = ["invisible-code-block:", "invisible-code:"].iter().find_map(|name| first.trim().strip_prefix(name))?;
    Some(Hidden(language.trim().to_owned(), first.len() + 1..text.len()))
}

/// `skip: next if(expr, reason="why")`, `skip: start "why"`, `clear-namespace`, and doccmd's `skip doccmd[all]: next`.
fn sybil(line: &str) -> Option<Vec<Direction>> {
    if line == "clear-namespace" {
        return Some(vec![ForgetNames]);
    }
    let rest = ["skip:", "skip doccmd[all]:"].iter().find_map(|name| line.strip_prefix(name));
    let Some(rest) = rest else {
        let (group, what) = line.strip_prefix("group doccmd[")?.split_once("]:")?;
        return match what.trim() {
            "start" => Some(vec![GroupFrom(group.to_owned())]),
            "end" => Some(vec![GroupEnds]),
            _ => None,
        };
    };
    let (what, more) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    let more = more.trim();
    let (expression, reason) = match more.strip_prefix("if(").and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => arguments(inner),
        None => (None, Some(more.trim_matches(['"', '\'']).to_owned()).filter(|reason| !reason.is_empty())),
    };
    let reason = reason.unwrap_or_else(|| format!("marked `{line}`"));
    match (what, expression) {
        ("next", Some(expression)) => Some(vec![next("skipif", &expression)]),
        ("next", None) => Some(vec![next("skip", &reason)]),
        ("start", _) => Some(vec![SkipFrom(reason)]),
        ("end", _) => Some(vec![SkipEnds]),
        _ => None,
    }
}

/// The condition and the reason of `expr, reason="why"`.
fn arguments(inner: &str) -> (Option<String>, Option<String>) {
    let (expression, reason) = match inner.rsplit_once("reason=") {
        Some((expression, reason)) => (expression.trim_end().trim_end_matches(','), Some(reason)),
        None => (inner, None),
    };
    let reason = reason.map(|reason| reason.trim().trim_matches(['"', '\'']).to_owned()).filter(|reason| !reason.is_empty());
    (Some(expression.trim().to_owned()).filter(|expression| !expression.is_empty()), reason)
}

/// `pytest-codeblocks:cont` and its kin.
fn codeblocks(line: &str) -> Option<Vec<Direction>> {
    let word = line.strip_prefix("pytest-codeblocks:")?.trim();
    let argument = |name: &str| word.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    Some(match word {
        "cont" => vec![next("continues", "")],
        "expected-output" | "expected-output-ignore-whitespace" => vec![OutputNext],
        "skipfile" => vec![SkipFile],
        "skip" => vec![next("skip", "")],
        "expect-error" | "expect-exception" => vec![next(word, "")],
        _ => match (argument("skipif"), argument("importorskip")) {
            (Some(expression), _) => vec![next("skipif", expression)],
            // An example without the package it needs says so itself.
            (_, Some(_)) => Vec::new(),
            _ => return None,
        },
    })
}

/// `phmdoctest-skip` and its kin, of phmdoctest and phmutest.
fn phmdoctest(line: &str) -> Option<Vec<Direction>> {
    let word = line.strip_prefix("phmdoctest").or_else(|| line.strip_prefix("phmutest"))?.strip_prefix('-')?;
    if let Some(group) = word.strip_prefix("group ") {
        return Some(vec![next("group", group.trim())]);
    }
    if let Some(version) = word.strip_prefix("mark.skipif<") {
        return Some(vec![next("py", version.trim())]);
    }
    let name = word.split_whitespace().next().unwrap_or_default();
    Some(match name {
        "skip" | "mark.skip" => vec![next("skip", "")],
        "label" => vec![next("label", word["label".len()..].trim())],
        "clear-names" => vec![ForgetAfterNext],
        // What a setup binds, or names are shared of, is found by the names.
        _ => Vec::new(),
    })
}

/// `pytest.mark.skipif(expr, reason="why")`, also as rustest, pytest-codeblock and markdown-pytest write marks.
fn pytest_mark(line: &str) -> Option<Vec<Direction>> {
    let prefixes = ["pytest.mark.", "rustest.mark.", "pytestmark:", "pytestmark-"];
    let word = prefixes.iter().find_map(|prefix| line.strip_prefix(prefix))?.trim();
    Some(of_mark(word))
}

fn of_mark(word: &str) -> Vec<Direction> {
    let (name, inner) = word.split_once('(').unwrap_or((word, ""));
    let (expression, reason) = arguments(inner.trim_end().strip_suffix(')').unwrap_or(inner));
    match name.trim() {
        "skip" => vec![next("skip", reason.as_deref().unwrap_or_default())],
        "skipif" => expression.map(|expression| next("skipif", &expression)).into_iter().collect(),
        "xfail" => match expression.as_deref().and_then(|inner| inner.strip_prefix("raises=")) {
            Some(exception) => vec![next("raises", exception.trim())],
            None => vec![next("xfail", "")],
        },
        _ => Vec::new(),
    }
}

/// `verify: skip`, `pmd-metadata: notest fixture:x`: the words of a fence.
fn words(line: &str) -> Option<Vec<Direction>> {
    let rest = line.strip_prefix("verify:").or_else(|| line.strip_prefix("pmd-metadata:"))?;
    let (_, attributes) = info::parse(&format!("- {rest}"));
    Some(attributes.into_iter().map(|(name, value)| Next(name, value)).collect())
}

/// `name: test_x; mark: skip` and `continue: test_x`.
fn keys(line: &str) -> Option<Vec<Direction>> {
    let mut found = Vec::new();
    for part in line.split(';').filter(|part| !part.trim().is_empty()) {
        let (key, value) = part.split_once(':')?;
        let value = value.trim();
        match key.trim() {
            "name" => found.push(next("group", value.trim_start_matches("async "))),
            "continue" => found.push(next("continues", "")),
            "mark" => found.extend(of_mark(value)),
            "case" | "fixtures" | "repl" | "pytestfixture" => {}
            _ => return None,
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_each_tool_are_understood() {
        for (comment, expected) in [
            ("--- skip: next --", vec![next("skip", "marked `skip: next`")]),
            (" skip: next \"too slow\" ", vec![next("skip", "too slow")]),
            ("; skip: next if(sys.version_info < (3, 9), reason=\"old\")", vec![next("skipif", "sys.version_info < (3, 9)")]),
            ("skip: start", vec![SkipFrom("marked `skip: start`".to_owned())]),
            ("skip: end", vec![SkipEnds]),
            ("skip doccmd[all]: next", vec![next("skip", "marked `skip doccmd[all]: next`")]),
            ("skip doccmd[mypy]: next", vec![]),
            ("group doccmd[a]: start", vec![GroupFrom("a".to_owned())]),
            ("clear-namespace", vec![ForgetNames]),
            ("pytest-codeblocks:cont", vec![next("continues", "")]),
            ("pytest-codeblocks: expected-output", vec![OutputNext]),
            ("pytest-codeblocks:skipif(sys.platform == 'win32')", vec![next("skipif", "sys.platform == 'win32'")]),
            ("pytest-codeblocks:importorskip(numpy)", vec![]),
            ("pytest.mark.skip", vec![next("skip", "")]),
            ("pytest.mark.skipif(sys.version_info < (3, 8), reason=\"x\")", vec![next("skipif", "sys.version_info < (3, 8)")]),
            ("rustest.mark.skip(reason=\"x\")", vec![next("skip", "x")]),
            ("pytest.mark.xfail", vec![next("xfail", "")]),
            ("phmdoctest-mark.skipif<3.8", vec![next("py", "3.8")]),
            ("phmdoctest-label test_x", vec![next("label", "test_x")]),
            ("phmutest-group slow", vec![next("group", "slow")]),
            ("name: test_x; mark: xfail(raises=ZeroDivisionError)", vec![next("group", "test_x"), next("raises", "ZeroDivisionError")]),
            ("pytestmark: skip", vec![next("skip", "")]),
            ("continue: test_x", vec![next("continues", "")]),
            ("pmd-metadata: notest fixture:x", vec![next("fixture:x", ""), next("notest", "")]),
            ("verify: skip=\"why not\"", vec![next("skip", "why not")]),
            ("invisible-code-block: python\nx = 1\n", vec![Hidden("python".to_owned(), 29..34)]),
            ("TODO: rewrite", vec![]),
            ("a note: more\nof it", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(directions(comment), expected, "{comment}");
        }
    }
}
