//! The same in sessions: the lines behind `...` stand directly behind it.

use super::{indented, levels};
use crate::extract::{Excerpt, prompt};

/// A session with the indentation that the lines of its statements had; `None` where none of them lost it, or where that can't be told.
pub(super) fn restored_session(code: &Excerpt) -> Option<Excerpt> {
    let text = code.text();
    // The code of the statement that is typed in, and where each line of that starts in the text.
    let mut statement = (String::new(), Vec::new());
    let mut lost = Vec::new();
    for line in code.lines() {
        let content = &text[line.clone()];
        let bare = content.trim_start();
        let behind = prompt::behind_prompt(bare);
        if behind.is_some() {
            lost.extend(blanks(&statement));
            statement = (String::new(), Vec::new());
        }
        let Some(behind) = behind.or_else(|| bare.strip_prefix("...").filter(|_| !statement.1.is_empty())) else {
            // What it shows, behind which nothing goes on.
            lost.extend(blanks(&statement));
            statement = (String::new(), Vec::new());
            continue;
        };
        let code = behind.strip_prefix(' ').unwrap_or(behind);
        statement.0 += &format!("{code}\n");
        statement.1.push(line.end - code.len());
    }
    lost.extend(blanks(&statement));
    lost.retain(|(_, level)| *level > 0);
    let gap = |start: usize| if text[..start].ends_with(' ') { "" } else { " " };
    let blanks = lost.iter().map(|&(start, level)| (start, format!("{}{}", gap(start), indented(level))));
    (!lost.is_empty()).then(|| code.with_inserted(blanks))
}

/// Where blanks were lost in a statement, and how deep what stands there is nested.
fn blanks((code, starts): &(String, Vec<usize>)) -> Vec<(usize, usize)> {
    let place = |start: usize| starts.get(code[..start].matches('\n').count()).copied();
    let found = if starts.len() > 1 { levels(code, true).unwrap_or_default() } else { Vec::new() };
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
        for session in [
            ">>> x = 1\n>>> x\n1\n",
            ">>> for cup in [1]:\n...     print(cup)\n1\n",
            ">>> if x:\n... a\n... else:\n... b\n... c\n... if y:\n",
        ] {
            assert_eq!(restored(session), None, "{session}");
        }
    }
}
