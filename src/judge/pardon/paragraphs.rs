//! Output with empty lines in it, of which a session shows the lines up to the first of them: those behind it may be output as well, or said of it.

use crate::{
    claim::{Claim, Form, Says, session::PROSE},
    extract::plain,
};

use super::{
    super::text::{fits, lines, squeeze},
    machine,
};

/// Whether what a claim shows is where the output begins, up to an empty line, and nothing behind that shows that it goes on otherwise.
pub(super) fn is_beginning(claim: &Claim, actual: &str) -> bool {
    claim.form == Form::Session && is_first_paragraph(&claim.expected, actual) && !goes_on_otherwise(claim, actual)
}

fn is_first_paragraph(claimed: &str, actual: &str) -> bool {
    let (mut claimed, actual) = (lines(claimed), lines(actual));
    // What is shown may be indented further than its prompt.
    let indent = claimed.iter().filter(|line| !line.is_empty()).map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    claimed.iter_mut().for_each(|line| *line = line.get(indent..).unwrap_or_default());
    let same = |(claimed, actual): (&&str, &&str)| claimed == actual || fits(claimed, actual) || machine::is_other_line(claimed, actual);
    actual.len() > claimed.len() && claimed.iter().zip(&actual).all(same) && actual[claimed.len()].is_empty()
}

/// What is to be said of a claim that is wrong by lines which are shown below an empty one.
pub(crate) const GOES_ON: &str = "what stands below the empty line belongs to it";

/// Whether the lines behind the empty one are those of the output, as many and parted in the same way, but for one or a few: then they're shown as well.
pub(in super::super) fn goes_on_otherwise(claim: &Claim, actual: &str) -> bool {
    claim.form == Form::Session
        && claim.readings.iter().any(|reading| match &reading.says {
            Says::Printed(text) => text.len() > claim.expected.len() && text.starts_with(&claim.expected) && is_nearly(text, actual),
            _ => false,
        })
}

fn is_nearly(shown: &str, actual: &str) -> bool {
    /// Of so many lines one may differ, where it's more than one.
    const EACH: usize = 4;
    let (shown, actual) = (lines(shown), lines(actual));
    if shown.len() != actual.len() || shown.iter().zip(&actual).any(|(shown, actual)| shown.is_empty() != actual.is_empty()) {
        return false;
    }
    let filled = shown.iter().filter(|line| !line.is_empty()).count();
    let others: Vec<&str> = shown.iter().zip(&actual).filter(|(shown, actual)| !is_same(shown, actual)).map(|(shown, _)| *shown).collect();
    let is_few = others.len() == 1 && filled > 1 || others.len() * EACH <= filled;
    !others.is_empty() && is_few && others.iter().all(|line| plain::weight(line) < PROSE)
}

fn is_same(shown: &str, actual: &str) -> bool {
    let (one, other) = (squeeze(shown), squeeze(actual));
    one == other || fits(&one, &other) || machine::difference(shown, actual).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim;

    #[test]
    fn beginnings() {
        assert!(is_first_paragraph("Help on f:", "Help on f:\n\nf()\n    Does it.\n"));
        assert!(!is_first_paragraph("Help on f:", "Help on f:\nf()\n"));
        assert!(!is_first_paragraph("Help on g:", "Help on f:\n\nf()\n"));
        assert!(is_first_paragraph("    Help on f:", "Help on f:\n\nf()\n"));
        assert!(is_first_paragraph("Help on f in module <...>:", "Help on f in module tea:\n\nf()\n"));
        assert!(!is_first_paragraph("same", "same"));
        let shown = |line: u32, name: &str| format!("  {line}           0 LOAD_FAST                0 ({name})");
        let rest = "\n\n  3           2 RETURN_VALUE\n";
        assert!(is_first_paragraph(&shown(5, "cup"), &(shown(2, "cup") + rest)));
        assert!(!is_first_paragraph(&shown(5, "pot"), &(shown(2, "cup") + rest)));
    }

    #[test]
    fn what_goes_on_otherwise() {
        let is_beginning_of = |shown: &str, actual: &str| {
            let text = format!(">>> pour()\n{shown}\n>>> 1\n1\n");
            is_beginning(&claim::find(&text, true)[0], actual)
        };
        for shown in ["tea", "tea\n\nAnd so it goes on, as you may have thought.", "tea\n\nhot\nmilk", "tea\n\nhot\n\nmilk"] {
            assert!(is_beginning_of(shown, "tea\n\nhot\n"), "{shown}");
        }
        assert!(is_beginning_of("tea\n\n<Pot at 0x12ab>", "tea\n\n<Pot at 0x34cd>\n") && is_beginning_of("a\n\nb\nc", "a\n\nd\ne\n"));
        assert!(!is_beginning_of("tea\n\ncold", "tea\n\nhot\n"));
        assert!(!is_beginning_of("a\n\nb\nc\n\nd\ne", "a\n\nb\nc\n\nd\nf\n"));
    }
}
