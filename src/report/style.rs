//! Colours of the reports for people: those of the compiler, and none where none are wanted.

use annotate_snippets::renderer::{AnsiColor, Effects, Style};

/// The styles in use; all of them empty where colours aren't wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Palette {
    /// What fails the run.
    pub(super) error: Style,
    /// What should be known.
    pub(super) warning: Style,
    /// What is as it should be.
    pub(super) good: Style,
    /// What is only mentioned.
    pub(super) quiet: Style,
    /// Headings and names.
    pub(super) strong: Style,
    /// Claimed and not seen; the second for the part of a line that differs.
    pub(super) removed: [Style; 2],
    /// Seen and not claimed; the second for the part of a line that differs.
    pub(super) added: [Style; 2],
}

impl Palette {
    /// The compiler's colours, or none.
    pub(super) fn new(color: bool) -> Palette {
        if !color {
            return Palette::default();
        }
        let removed = AnsiColor::Red.on_default();
        let added = AnsiColor::Green.on_default();
        Palette {
            error: AnsiColor::BrightRed.on_default().effects(Effects::BOLD),
            warning: AnsiColor::Yellow.on_default().effects(Effects::BOLD),
            good: AnsiColor::Green.on_default().effects(Effects::BOLD),
            quiet: Style::new().effects(Effects::DIMMED),
            strong: Style::new().effects(Effects::BOLD),
            removed: [removed, removed.effects(Effects::BOLD.insert(Effects::UNDERLINE))],
            added: [added, added.effects(Effects::BOLD.insert(Effects::UNDERLINE))],
        }
    }
}

/// The text in a style.
pub(super) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
