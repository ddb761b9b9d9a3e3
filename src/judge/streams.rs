//! Standard output and standard error together, as they stand on a terminal.

use super::text::lines;

/// Whether the claimed lines are those of both, each in its own order.
pub(super) fn are_mixed(claimed: &str, output: &str, errors: &str) -> bool {
    let (output, errors) = (lines(output), lines(errors));
    let mut waiting = errors.iter().peekable();
    let rest: Vec<&str> = lines(claimed).into_iter().filter(|line| waiting.next_if(|error| *error == line).is_none()).collect();
    !errors.is_empty() && waiting.peek().is_none() && rest == output
}

/// Whether the claimed lines are the first ones of more.
pub(super) fn is_beginning(claimed: &str, errors: &str) -> bool {
    let (claimed, errors) = (lines(claimed), lines(errors));
    !claimed.is_empty() && errors.len() > claimed.len() && errors.starts_with(&claimed)
}

/// Whether claimed lines end with a value as a prompt shows it, behind what was printed before.
pub(super) fn end_with_value(claimed: &str, repr: &str) -> bool {
    let (claimed, repr) = (lines(claimed), lines(repr));
    claimed.len() > repr.len() && !repr.is_empty() && claimed.ends_with(&repr)
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
    fn values_behind_output() {
        assert!(end_with_value("tea\n5", "5") && end_with_value("tea\n[1,\n 2]", "[1,\n 2]"));
        assert!(!end_with_value("5", "5") && !end_with_value("tea\n5", "6") && !end_with_value("tea", ""));
    }

    #[test]
    fn where_errors_begin() {
        assert!(is_beginning("no tea", "no tea\nTraceback …\n"));
        assert!(!is_beginning("no tea", "no tea\n"));
        assert!(!is_beginning("tea", "no tea\nmore\n"));
        assert!(!is_beginning("", "no tea\n"));
    }
}
