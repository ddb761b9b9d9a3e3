//! The same in sessions: the lines behind `...` stand directly behind it, or behind the `...:` of IPython.

use super::{indented, levels};
use crate::extract::{Excerpt, prompt};

/// A session with the indentation that the lines of its statements had; `None` where none of them lost it, or where that can't be told.
pub(super) fn restored_session(code: &Excerpt) -> Option<Excerpt> {
    let text = code.text();
    let mut statement = Typed::default();
    let mut lost = Vec::new();
    for line in code.lines() {
        let content = &text[line.clone()];
        let bare = content.trim_start();
        let python = prompt::behind_prompt(bare);
        let first = python.or_else(|| prompt::behind_number(bare, "In"));
        if first.is_some() {
            lost.extend(blanks(&statement));
            statement = Typed { is_one: python.is_some(), ..Typed::default() };
        }
        let Some(behind) = first.or_else(|| prompt::behind_dots(bare).filter(|_| !statement.starts.is_empty())) else {
            // What it shows, behind which nothing goes on.
            lost.extend(blanks(&statement));
            statement = Typed::default();
            continue;
        };
        let code = behind.strip_prefix(' ').unwrap_or(behind);
        statement.code += &format!("{code}\n");
        statement.starts.push(line.end - code.len());
    }
    lost.extend(blanks(&statement));
    lost.retain(|(_, level)| *level > 0);
    let gap = |start: usize| if text[..start].ends_with(' ') { "" } else { " " };
    let blanks = lost.iter().map(|&(start, level)| (start, format!("{}{}", gap(start), indented(level))));
    (!lost.is_empty()).then(|| code.with_inserted(blanks))
}

/// What is typed in at one prompt.
#[derive(Default)]
struct Typed {
    code: String,
    /// Where each line of it starts in the text.
    starts: Vec<usize>,
    /// Whether all of it is one statement; IPython takes several.
    is_one: bool,
}

/// Where blanks were lost in what was typed, and how deep what stands there is nested.
fn blanks(Typed { code, starts, is_one }: &Typed) -> Vec<(usize, usize)> {
    let place = |start: usize| starts.get(code[..start].matches('\n').count()).copied();
    let found = if starts.len() > 1 { levels(code, *is_one).unwrap_or_default() } else { Vec::new() };
    found.into_iter().filter_map(|(start, level)| Some((place(start)?, level))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_behind_dots() {
        let restored = |text: &str| {
            let mut code = Excerpt::default();
            code.push(text, 0);
            restored_session(&code).map(|code| code.text().to_owned())
        };
        let lost = ">>> def pour(cup):\n... print(cup)\n...return cup\n...\n>>> pour(2)\n2\n2\n";
        assert_eq!(restored(lost).as_deref(), Some(">>> def pour(cup):\n...     print(cup)\n...     return cup\n...\n>>> pour(2)\n2\n2\n"));
        // All that stands behind dots belongs to the statement.
        let lost = "  >>> total = 0\n  >>> for cup in [1, 2]:\n  ... total += cup\n  ... print(total)\n  1\n  3\n";
        let loop_of = "  >>> total = 0\n  >>> for cup in [1, 2]:\n  ...     total += cup\n  ...     print(total)\n  1\n  3\n";
        assert_eq!(restored(lost).as_deref(), Some(loop_of));
        let lost = "In [4]: for cup in 'ab':\n   ...: print(cup, len(cup))\n   ...:\na 1\nb 1\n";
        let loop_of = "In [4]: for cup in 'ab':\n   ...:     print(cup, len(cup))\n   ...:\na 1\nb 1\n";
        assert_eq!(restored(lost).as_deref(), Some(loop_of));
        for session in [
            // IPython takes several statements at once.
            "In [1]: for cup in [1]:\n   ...: total += cup\n   ...: print(total)\n1\n",
            ">>> x = 1\n>>> x\n1\n",
            ">>> for cup in [1]:\n...     print(cup)\n1\n",
            ">>> if x:\n... a\n... else:\n... b\n... c\n... if y:\n",
        ] {
            assert_eq!(restored(session), None, "{session}");
        }
    }
}
