//! Prompt sessions in Markdown's prose, outside of any fence: to doctest and sybil a `>>>` is a prompt wherever it stands, to CommonMark it
//! opens three quotes, one in the other.
//!
//! A prompt says what Python can read; what merely looks like one (a mail that quotes a mail that quotes a mail) is left alone.

use std::ops::Range;

use rustpython_ruff_python_ast::Stmt;

use crate::claim::code::parse_valid;

/// The bytes of each session among the lines of a part of a text, except where others of its bytes are taken already.
///
/// A session goes on to an empty line, one that is indented less or the closing mark of what stands around it, and behind empty lines if there's another prompt. With `known`, code
/// of the document came before: then a prompt may also hold nothing but a name.
pub(super) fn sessions(text: &str, part: Range<usize>, taken: &[Range<usize>], known: bool) -> Vec<Range<usize>> {
    let is_taken = |line: &Line| taken.iter().any(|range| range.start < line.range.end && line.range.start < range.end);
    let lines = lines(text, part);
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if !lines[at].is_prompt() || is_taken(&lines[at]) {
            at += 1;
            continue;
        }
        let end = session_end(&lines, at);
        let session = &lines[at..end];
        let above = at.checked_sub(1).map(|above| &lines[above]);
        let is_quote = above.into_iter().chain(session).any(Line::is_quoted) || session.iter().any(is_taken);
        if !is_quote && says_something(session, known || !found.is_empty()) {
            found.push(session[0].range.start..session[session.len() - 1].range.end);
        }
        at = end;
    }
    found
}

/// A line of the text.
struct Line<'t> {
    /// Its bytes, without the line end.
    range: Range<usize>,
    /// It, without the blanks around it.
    text: &'t str,
    /// How far it's indented, in bytes.
    indentation: usize,
}

impl Line<'_> {
    fn is_prompt(&self) -> bool {
        self.text == ">>>" || self.text.starts_with(">>> ")
    }

    fn is_quoted(&self) -> bool {
        self.text.starts_with('>') && !self.is_prompt()
    }
}

fn lines(text: &str, part: Range<usize>) -> Vec<Line<'_>> {
    let mut at = part.start;
    let mut lines = Vec::new();
    for line in text[part].split_inclusive(['\n', '\r']) {
        let content = line.trim_end();
        // Of `\r\n`, the second is no line of its own.
        if line != "\n" || !text[..at].ends_with('\r') {
            lines.push(Line {
                range: at..at + content.len(),
                text: content.trim_start(),
                indentation: content.len() - content.trim_start().len(),
            });
        }
        at += line.len();
    }
    lines
}

/// The line behind a session.
fn session_end(lines: &[Line], start: usize) -> usize {
    let column = lines[start].indentation;
    let mut at = start + 1;
    loop {
        let goes_on =
            |at: usize, line: &Line| !line.text.is_empty() && line.indentation >= column && !is_closing(&lines[start..at], line.text);
        while lines.get(at).is_some_and(|line| goes_on(at, line)) {
            at += 1;
        }
        let next = (at..lines.len()).find(|&next| !lines[next].text.is_empty());
        match next.filter(|&next| next > at && lines[next].is_prompt() && lines[next].indentation == column) {
            Some(next) => at = next + 1,
            None => return at,
        }
    }
}

/// Whether a line below a session is markup that closes what stands around that, `</details>`, or says something of it: kramdown's `{: .output}`. Tags that the
/// session itself speaks of are shown by it.
fn is_closing(session: &[Line], line: &str) -> bool {
    if line.starts_with("{:") && line.ends_with('}') {
        return !session.iter().any(|line| line.text.contains("{:"));
    }
    let Some(tags) = line.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else { return false };
    let is_own =
        |name: &str| session.iter().any(|line| line.text.contains(&format!("<{name}")) || line.text.contains(&format!("</{name}")));
    tags.split("><").all(|tag| {
        let name = tag.strip_prefix('/').or_else(|| Some(tag.trim_end_matches([' ', '/'])).filter(|name| *name == "br"));
        name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !is_own(name))
    })
}

/// Whether there's a prompt with code behind it that can't be a word or two of prose.
fn says_something(session: &[Line], known: bool) -> bool {
    let mut codes: Vec<String> = Vec::new();
    for line in session {
        if line.is_prompt() {
            codes.push(line.text.get(4..).unwrap_or_default().to_owned());
        } else if let Some(code) = codes.last_mut()
            && (line.text == "..." || line.text.starts_with("... "))
        {
            code.push('\n');
            code.push_str(line.text.get(4..).unwrap_or_default());
        }
    }
    codes.iter().any(|code| {
        let is_wordy = !code.contains(|c: char| c.is_ascii_digit() || "()[]{}=\"'".contains(c));
        let Some(parsed) = parse_valid(&format!("{code}\n")) else { return false };
        let body = &parsed.syntax().body;
        !body.is_empty() && (known || !is_wordy || !body.iter().all(Stmt::is_expr_stmt))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<&str> {
        sessions(text, 0..text.len(), &[], false).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_session_goes_on_to_an_empty_line_or_another_prompt() {
        assert_eq!(found("Text\n>>> f(1)\n2\nmore\n\nText\n"), [">>> f(1)\n2\nmore"]);
        assert_eq!(found(">>> import x\n\n>>> x\n1\n\nText\n\n>>> x\n1"), [">>> import x\n\n>>> x\n1", ">>> x\n1"]);
        assert_eq!(found("- item\n\n  >>> for x in y:\n  ...     x\n  1\n\nText\n"), ["  >>> for x in y:\n  ...     x\n  1"]);
        assert_eq!(found("  >>> f()\r\n  1\r\nText\r\n"), ["  >>> f()\r\n  1"]);
    }

    #[test]
    fn what_closes_markup_ends_a_session() {
        for mark in ["</pre>", "</div></details>", "<br>", "<br />", "{: .output}", "{:.language-python}"] {
            assert_eq!(found(&format!(">>> f(1)\n2\n{mark}\nText\n")), [">>> f(1)\n2"], "{mark}");
        }
        for shown in ["<cup>", "</>", "{2: 3}", "<b>tea</b>"] {
            let text = format!(">>> f(1)\n{shown}");
            assert_eq!(found(&format!("{text}\n")), [text], "{shown}");
        }
        assert_eq!(found(">>> page()\n<div>\n2\n</div>\n"), [">>> page()\n<div>\n2\n</div>"]);
    }

    #[test]
    fn quotes_are_left_alone() {
        for text in [
            ">>> What do you think?\n>>> I don't know.\n",
            ">>> thanks\nBob\n",
            "> Yes.\n>>> f(1)\n>> No.\n",
            ">>> f(1)\n> No.\n",
            ">>>> f(1)\n",
            ">>>\n",
            ">>> Hello, world\n",
            ">>> This is nice\n",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn what_is_taken_stays_so() {
        assert!(sessions(">>> f(1)\n2\n", 0..11, std::slice::from_ref(&(3..5)), false).is_empty());
        assert_eq!(sessions(">>> x\n1\n", 0..8, &[], true).first(), Some(&(0..7)));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "(>>> |>>>|>|\\.\\.\\. |f\\(1\\)|x|\n|\r|  |é|\\(){0,40}") {
            let mut last = 0;
            for range in sessions(&text, 0..text.len(), &[], false) {
                prop_assert!(last <= range.start && text[range.clone()].trim_start().starts_with(">>>"));
                last = range.end;
            }
        }
    }
}
