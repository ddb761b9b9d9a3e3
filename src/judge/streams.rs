//! Standard output and standard error together, as they stand on a terminal.

use super::{
    shape::{Likeness, compare, parse},
    text::lines,
};
use crate::claim::{Claim, Form, Kind, Says};

/// Whether the claimed lines are those of both, each in its own order.
pub(super) fn are_mixed(claimed: &str, output: &str, errors: &str) -> bool {
    let (output, errors) = (lines(output), lines(errors));
    let mut waiting = errors.iter().peekable();
    let rest: Vec<&str> = lines(claimed).into_iter().filter(|line| waiting.next_if(|error| *error == line).is_none()).collect();
    !errors.is_empty() && waiting.peek().is_none() && rest == output
}

/// Both streams as claimed lines show them: those of standard output where these are, and of standard error in between; or nothing but standard error, where
/// not one line is of the other. `None` where the claimed lines lack some of the output, or nothing was written to standard error.
pub(super) fn as_shown(claimed: &str, output: &str, errors: &str) -> Option<String> {
    let (claimed, output, errors) = (lines(claimed), lines(output), lines(errors));
    if errors.is_empty() {
        return None;
    }
    let mut printed = output.iter().peekable();
    let mut written = errors.iter();
    let mut shown = Vec::new();
    for line in &claimed {
        match printed.next_if(|own| *own == line) {
            Some(own) => shown.push(*own),
            None => shown.extend(written.next()),
        }
    }
    shown.extend(written);
    match printed.peek() {
        None => Some(shown.join("\n")),
        Some(_) => (!claimed.iter().any(|line| output.contains(line))).then(|| errors.join("\n")),
    }
}

/// Whether the claimed lines are the first ones of more.
pub(super) fn is_beginning(claimed: &str, errors: &str) -> bool {
    let (claimed, errors) = (lines(claimed), lines(errors));
    !claimed.is_empty() && errors.len() > claimed.len() && errors.starts_with(&claimed)
}

/// Whether the claimed lines stand in an output, one below the other.
pub(super) fn has_lines(output: &str, claimed: &str) -> bool {
    let (claimed, output) = (lines(claimed), lines(output));
    !claimed.is_empty() && output.windows(claimed.len()).any(|part| part == claimed)
}

/// Whether claimed lines end with a value as a prompt shows it, behind what was printed before.
fn end_with_value(claimed: &str, repr: &str) -> bool {
    let (claimed, repr) = (lines(claimed), lines(repr));
    claimed.len() > repr.len() && !repr.is_empty() && claimed.ends_with(&repr)
}

/// Whether claimed lines are what was printed and the value behind it, of which one isn't as claimed.
pub(super) fn are_of_output_and_value(claimed: &str, output: &str, repr: &str) -> bool {
    let (all, value) = (lines(claimed), lines(repr));
    let mut printed = lines(output);
    // At a prompt, the value is shown with the rest.
    if printed.len() > value.len() && printed.ends_with(&value) {
        printed.truncate(printed.len() - value.len());
    }
    let rest = all.strip_prefix(&printed[..]).filter(|rest| !printed.is_empty() && !rest.is_empty()).map(|rest| rest.join("\n"));
    let is_another =
        |rest: &str| parse(rest.trim()).zip(parse(repr.trim())).is_some_and(|(one, other)| compare(&one, &other) == Likeness::Different);
    end_with_value(claimed, repr) || rest.is_some_and(|rest| is_another(&rest))
}

/// Whether what is claimed is the output before a traceback that another claim is about.
pub(super) fn leads_to_traceback(claim: &Claim) -> bool {
    let shows = |says: &Says| matches!(says, Says::Printed(text) if text.contains("\nTraceback (most recent call last)"));
    claim.form == Form::Session && claim.kind != Kind::Exception && claim.readings.iter().any(|reading| shows(&reading.says))
}

/// What a prompt shows of output and a value: its own display of the value is part of the output already.
pub(super) fn with_value(output: String, repr: &str) -> String {
    if end_with(&output, repr) { output } else { output + repr }
}

/// Whether the last lines of an output are those of a value.
pub(super) fn end_with(output: &str, repr: &str) -> bool {
    lines(output).ends_with(&lines(repr))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams() {
        assert!(are_mixed("hot\ntea\ncold\n", "tea\n", "hot\ncold\n"));
        assert!(are_mixed("tea\nhot", "tea", "hot"));
        for claimed in ["tea\nhot", "hot\ncold\ntea\nmilk", "cold\nhot\ntea", "tea"] {
            assert!(!are_mixed(claimed, "tea\n", "hot\ncold\n"), "{claimed}");
        }
        assert!(!are_mixed("tea", "tea", ""));
    }

    #[test]
    fn both_as_they_are_shown() {
        assert_eq!(as_shown("tea\nhot milk\ncold", "tea\ncold\n", "hot tea\n").as_deref(), Some("tea\nhot tea\ncold"));
        assert_eq!(as_shown("hot milk", "", "hot tea\nand\n").as_deref(), Some("hot tea\nand"));
        assert_eq!(as_shown("hot milk", "cups\n", "hot tea\n").as_deref(), Some("hot tea"));
        assert_eq!(as_shown("tea\nhot milk", "tea\ncups\n", "hot tea\n"), None);
        assert_eq!(as_shown("tea", "", ""), None);
    }

    #[test]
    fn values_behind_output() {
        assert!(end_with_value("tea\n5", "5") && end_with_value("tea\n[1,\n 2]", "[1,\n 2]"));
        assert!(are_of_output_and_value("tea\n6", "tea\n", "5") && are_of_output_and_value("tea\n6", "tea\n5\n", "5"));
        assert!(are_of_output_and_value("milk\n5", "tea\n", "5"));
        for claimed in ["milk\n6", "tea", "6"] {
            assert!(!are_of_output_and_value(claimed, "tea\n", "5"), "{claimed}");
        }
        assert!(!end_with_value("5", "5") && !end_with_value("tea\n5", "6") && !end_with_value("tea", ""));
    }

    #[test]
    fn values_are_shown_once() {
        assert_eq!(with_value("tea\n5\n".to_owned(), "5"), "tea\n5\n");
        assert_eq!(with_value("tea\n".to_owned(), "5"), "tea\n5");
    }

    #[test]
    fn lines_among_others() {
        assert!(has_lines("\n\nbrew\n['tea']\nmilk\n", "['tea']\nmilk") && has_lines("tea\n", "tea"));
        assert!(!has_lines("brew\nmilk\ntea\n", "brew\ntea") && !has_lines("tea time\n", "tea") && !has_lines("tea\n", ""));
    }

    #[test]
    fn where_errors_begin() {
        assert!(is_beginning("no tea", "no tea\nTraceback …\n"));
        assert!(!is_beginning("no tea", "no tea\n"));
        assert!(!is_beginning("tea", "no tea\nmore\n"));
        assert!(!is_beginning("", "no tea\n"));
    }
}
