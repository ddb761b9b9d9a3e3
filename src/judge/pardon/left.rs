//! What examples that an example continues left, as far as its claims show it.

use super::super::shape::{Shape, parse};

/// Whether a list is claimed that has more in front of all that was seen: an example may have put it there which isn't among those that are continued.
pub(super) fn has_more_in_front(claimed: &str, actual: &str) -> bool {
    let items = |text: &str| match parse(text.trim()) {
        Some(Shape::List(items)) => Some(items),
        _ => None,
    };
    items(claimed)
        .zip(items(actual))
        .is_some_and(|(claimed, actual)| !actual.is_empty() && claimed.len() > actual.len() && claimed.ends_with(&actual))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_with_more_in_front() {
        assert!(has_more_in_front("['tea', 'milk', 'cup']", "['milk', 'cup']"));
        for (claimed, actual) in
            [("['tea']", "[]"), ("['tea', 'milk']", "['tea']"), ("['tea']", "['tea']"), ("('tea', 'milk')", "('milk',)")]
        {
            assert!(!has_more_in_front(claimed, actual), "{claimed}");
        }
    }
}
