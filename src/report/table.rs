//! Text in aligned columns.

use unicode_width::UnicodeWidthStr;

use super::{
    style::{Palette, paint},
    visible,
};

/// Blanks between two columns.
const GAP: usize = 2;
/// Columns that the last one keeps, however wide the others are.
const LEAST: usize = 16;

/// Rows under headings. Each column is as wide as it has to be; the last one takes what is left of the line, and is cut there.
pub(super) struct Table {
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(headings: &[&'static str]) -> Table {
        Table { headings: headings.to_vec(), rows: Vec::new() }
    }

    /// Adds a row: a stranger's text is made visible.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| visible::one_line(&cell, usize::MAX)).collect());
    }

    /// The table, a heading and a rule above it; each line ends in `\n`.
    pub(super) fn render(&self, width: usize, palette: Palette) -> String {
        let width_of = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
            cells.max().unwrap_or(0).max(self.headings[column].width())
        };
        let mut widths: Vec<usize> = (0..self.headings.len()).map(width_of).collect();
        let before: usize = widths.iter().rev().skip(1).map(|column| column + GAP).sum();
        if let Some(last) = widths.last_mut() {
            *last = (*last).min(width.saturating_sub(before).max(LEAST));
        }
        let line = |cells: &[String]| {
            let padded = cells.iter().zip(&widths).map(|(cell, &width)| {
                let cell = visible::one_line(cell, width);
                let blanks = " ".repeat(width.saturating_sub(cell.width()));
                cell + &blanks
            });
            padded.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
        };
        let headings: Vec<String> = self.headings.iter().map(|heading| (*heading).to_owned()).collect();
        let rules: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
        let mut text = format!("{}\n{}\n", paint(palette.strong, &line(&headings)), paint(palette.quiet, &line(&rules)));
        for row in &self.rows {
            text.push_str(&line(row));
            text.push('\n');
        }
        text
    }
}
