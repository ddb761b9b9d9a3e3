//! Output in comments of its own, apart from the code: a block of nothing but `# Output:` and `# [1, 2]` below.

use super::{Excerpt, output};

/// A block of nothing but comments, the first of which is a label of output: what stands below that, without the marks.
pub(super) fn as_output(code: &Excerpt) -> Option<Excerpt> {
    let text = code.text().trim_end();
    let lines = code.lines();
    let (label, _) = text.split_once('\n')?;
    let is_output = text.lines().all(|line| line.starts_with('#')) && output::label(label.trim_start_matches('#').trim()) == Some("");
    let first = lines.get(1).filter(|_| is_output)?.start;
    without_marks(&code.slice(first..code.text().len()))
}

/// Comments without their marks, and without the blank behind each.
pub(super) fn without_marks(comments: &Excerpt) -> Option<Excerpt> {
    comments.without_starts(|_, line| {
        let bare = line.strip_prefix('#').map_or(line, |bare| bare.strip_prefix(' ').unwrap_or(bare));
        Some(line.len() - bare.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_below_a_label_are_output() {
        let output = |text: &str| {
            let mut code = Excerpt::default();
            code.push(text, 0);
            as_output(&code).map(|shown| shown.text().to_owned())
        };
        assert_eq!(output("# Output:\n# [1]\n#\n#  2\n").as_deref(), Some("[1]\n\n 2\n"));
        for text in ["# Output:\n", "# Cups:\n# 1\n", "# Output:\nprint(1)\n", "# Output: 3\n# 4\n", ""] {
            assert_eq!(output(text), None, "{text}");
        }
    }
}
