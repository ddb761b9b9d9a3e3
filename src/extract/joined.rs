//! Sessions whose lines a page joined into one: `>>> cups = [2, 1] >>> min(cups) 1`, or `In [1]: cups = [2, 1] In [2]: min(cups) Out[2]: 1`.

use rustpython_ruff_python_ast::Stmt;

use super::{Excerpt, Language, output, prompt::behind_number};
use crate::claim::code::parse_valid;

const PROMPT: &str = ">>> ";
const MORE: &str = " ... ";

/// Bytes of what stands at one prompt that are looked at to part it.
const LONGEST: usize = 400;
/// Prompts on one line.
const MOST: usize = 200;

/// A session with each of its prompts, and what is shown for it, on a line of its own; `None` where no line has several. Words that are shown get the mark
/// of a comment: they may be the page's own, and say nothing for certain.
pub(super) fn parted(code: &Excerpt, language: &Language) -> Option<Excerpt> {
    if *language != Language::Session {
        return None;
    }
    let text = code.text();
    let mut cuts = Vec::new();
    for line in code.lines() {
        let content = &text[line.clone()];
        let indentation = &content[..content.len() - content.trim_start().len()];
        let found = of_line(content.trim()).unwrap_or_default();
        for (at, mark) in found {
            let at = line.start + indentation.len() + at;
            // The line starts where its text does.
            cuts.extend([(at, "\n".to_owned()), (at, format!("{indentation}{mark}"))]);
        }
    }
    (!cuts.is_empty()).then(|| code.with_inserted(cuts))
}

/// Whether a line without its indentation has several prompts.
pub(super) fn is_joined(line: &str) -> bool {
    of_line(line).is_some()
}

/// Where lines begin on one that has several prompts, and what is to stand before them.
fn of_line(line: &str) -> Option<Vec<(usize, &'static str)>> {
    if line.starts_with(PROMPT) { of_prompts(line) } else { of_numbers(line) }
}

fn of_prompts(line: &str) -> Option<Vec<(usize, &'static str)>> {
    let starts: Vec<usize> = line.match_indices(" >>> ").map(|(at, _)| at + 1).take(MOST).collect();
    // In a string or a comment.
    if starts.is_empty() || parse_valid(&format!("{}\n", &line[PROMPT.len()..])).is_some() {
        return None;
    }
    let mut cuts = Vec::new();
    let ends = starts.iter().copied().chain([line.len()]);
    for (start, end) in std::iter::once(0).chain(starts.iter().copied()).zip(ends) {
        let behind = start + PROMPT.len();
        cuts.extend((start > 0).then_some((start, "")));
        let typed = line.get(behind..end)?.trim_end();
        cuts.extend(of_typed(typed)?.into_iter().map(|(at, mark)| (behind + at, mark)));
    }
    Some(cuts)
}

/// The same of what stands at one prompt: a statement of several lines, or one and what is shown for it.
fn of_typed(typed: &str) -> Option<Vec<(usize, &'static str)>> {
    if typed.len() > LONGEST {
        return None;
    }
    let padded = format!("{typed} ");
    let more: Vec<usize> = padded.match_indices(MORE).map(|(at, _)| at + 1).collect();
    if !more.is_empty() {
        let statement = padded.trim_end().trim_end_matches(" ...").replace(MORE, "\n    ");
        return parse_valid(&format!("{statement}\n")).map(|_| more.into_iter().map(|at| (at, "")).collect());
    }
    let blanks: Vec<usize> = typed.match_indices(' ').map(|(at, _)| at).collect();
    let shown = |at: &usize| typed[at + 1..].trim_start();
    let start = |at: usize| typed.len() - shown(&at).len();
    let is_whole = parse_valid(&format!("{typed}\n")).is_some();
    let is_value = |text: &str| output::is_data(text) && !text.starts_with(['+', '~']) && !text.starts_with("- ");
    let value = blanks.iter().rev().find(|&at| is_value(shown(at)) && is_shown_for(&typed[..*at], shown(at), is_whole));
    if let Some(&at) = value {
        return Some(vec![(start(at), "")]);
    }
    if is_whole {
        return Some(Vec::new());
    }
    let is_statement = |at: &&usize| parse_valid(&format!("{}\n", &typed[..**at])).is_some_and(|it| !it.syntax().body.is_empty());
    let at = *blanks.iter().rev().find(is_statement)?;
    (!is_old_keyword(&typed[..at])).then(|| vec![(start(at), "# ")])
}

/// Whether all that is typed is a word that was a keyword of Python 2, behind which something else stands.
fn is_old_keyword(typed: &str) -> bool {
    matches!(typed.trim(), "print" | "exec")
}

/// Whether a value may be what is shown for a statement before it, which may be Python together with it.
fn is_shown_for(typed: &str, value: &str, is_whole: bool) -> bool {
    let Some(parsed) = parse_valid(&format!("{typed}\n")) else { return false };
    let [Stmt::Expr(stmt)] = parsed.syntax().body.as_slice() else { return false };
    // Some write a blank before an index.
    let is_index = is_whole && stmt.value.is_name_expr() && value.starts_with(['[', '(']) && !value.contains([',', '\'', '"']);
    !is_old_keyword(typed) && !is_index
}

fn of_numbers(line: &str) -> Option<Vec<(usize, &'static str)>> {
    let starts_mark = |at: &usize| ["In", "Out"].iter().any(|word| behind_number(&line[*at..], word).is_some());
    let starts: Vec<usize> = line.match_indices(' ').map(|(at, _)| at + 1).filter(starts_mark).take(MOST).collect();
    behind_number(line, "In").filter(|_| !starts.is_empty())?;
    let ends = starts.iter().copied().chain([line.len()]);
    let is_valid = |(start, end): (usize, usize)| {
        behind_number(&line[start..end], "In").is_none_or(|typed| parse_valid(&format!("{}\n", typed.trim())).is_some())
    };
    std::iter::once(0).chain(starts.iter().copied()).zip(ends).all(is_valid).then(|| starts.into_iter().map(|at| (at, "")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted_of(text: &str) -> Option<String> {
        let mut code = Excerpt::default();
        code.push(text, 7);
        let parted = parted(&code, &Language::Session)?;
        // Each line knows where it stands.
        for line in parted.lines() {
            let start = parted.in_document(line.start) - 7;
            let shown = parted.text()[line].trim_start().trim_start_matches("# ").to_owned();
            assert!(text[start..].trim_start().starts_with(shown.trim()), "{shown}");
        }
        Some(parted.text().lines().map(str::trim_end).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn prompts_on_one_line() {
        for (line, lines) in [
            (">>> cups = [2, 1] >>> min(cups) 1 >>> len(cups) 2", ">>> cups = [2, 1]\n>>> min(cups)\n1\n>>> len(cups)\n2"),
            (">>> x = 'tea' >>> x.upper() 'TEA' >>> x", ">>> x = 'tea'\n>>> x.upper()\n'TEA'\n>>> x"),
            (">>> sorted('ab') ['a', 'b'] >>> 1 + 2 3", ">>> sorted('ab')\n['a', 'b']\n>>> 1 + 2\n3"),
            (">>> print('tea') tea >>> 5 -5", ">>> print('tea')\n# tea\n>>> 5\n-5"),
            (">>> 2 + 3 >>> 2 - 3 -1", ">>> 2 + 3\n>>> 2 - 3\n-1"),
            (">>> def f(x): ... return x ... >>> f(2) 2", ">>> def f(x):\n... return x\n...\n>>> f(2)\n2"),
            ("In [86]: cups = [1, 2] In [87]: cups[0] Out[87]: 1", "In [86]: cups = [1, 2]\nIn [87]: cups[0]\nOut[87]: 1"),
        ] {
            assert_eq!(parted_of(line).as_deref(), Some(lines), "{line}");
        }
    }

    #[test]
    fn what_is_one_line() {
        for line in
            [">>> len(cups) 2", ">>> x = 5 # >>> y", ">>> f(1)\n2", ">>> the tea >>> is hot", "In [1]: x", "In [1]: the tea In [2]: y"]
        {
            assert_eq!(parted_of(line), None, "{line}");
        }
        for line in [">>> print 'tea' >>> 1 + 1 2", ">>> print('a >>> b')"] {
            assert_eq!(parted_of(line), None, "{line}");
        }
        assert_eq!(parted_of(">>> x = [1] >>> x [0]").as_deref(), Some(">>> x = [1]\n>>> x [0]"));
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_survived(text in "(>>> |\\.\\.\\. |In \\[1\\]: |Out\\[1\\]: |f\\(x\\) |[0-9'é\\[\\]]| |x = |\n){0,30}") {
            parted_of(&text);
        }
    }
}
