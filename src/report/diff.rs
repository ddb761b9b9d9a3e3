//! The difference that edits make to a document, in the unified format, as `patch` and `git apply` take it.

use std::io::{self, Write};

use similar::TextDiff;

use super::{
    Settings, Updated,
    output::Output,
    style::{Palette, paint},
    visible,
};

/// Lines around a change that are shown.
const CONTEXT: usize = 3;

/// The difference between two texts of a document; empty, where there is none.
pub fn unified(path: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(CONTEXT).header(path, path).to_string()
}

/// Shows differences on standard output, and nothing else.
pub struct Diffs<'a> {
    out: Output<'a>,
    settings: Settings,
}

impl<'a> Diffs<'a> {
    /// A reporter that writes to `out`.
    pub fn new(out: &'a mut dyn Write, settings: Settings) -> Diffs<'a> {
        Diffs { out: Output::new(out), settings }
    }

    /// Writes the difference of a document. Where it's for eyes (on a terminal, with colours), nothing in it can steer the terminal.
    pub fn show(&mut self, updated: &Updated) -> io::Result<()> {
        if !self.settings.color {
            return self.out.write(&updated.diff);
        }
        self.out.write(&painted(&updated.diff, true))
    }
}

/// A difference for eyes, in colours where they're wanted: nothing in it can steer the terminal.
pub(super) fn painted(diff: &str, color: bool) -> String {
    let palette = Palette::new(color);
    let mut text = String::new();
    for line in diff.lines() {
        let style = match line {
            _ if line.starts_with("---") || line.starts_with("+++") => palette.strong,
            _ if line.starts_with('@') => palette.quiet,
            _ if line.starts_with('-') => palette.removed[0],
            _ if line.starts_with('+') => palette.added[0],
            _ => annotate_snippets::renderer::Style::new(),
        };
        text.push_str(&paint(style, &visible::text(line)));
        text.push('\n');
    }
    text
}
