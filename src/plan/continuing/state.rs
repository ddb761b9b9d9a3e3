//! Whose state an example sees, where that isn't left to the names: a document's, a group's, or only its own.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::extract::{Example, Language};

/// Whose state an example sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// That of the earlier examples of its section that define what it uses.
    #[default]
    Names,
    /// That of all earlier examples of its group.
    Group,
    /// That of all earlier examples of its document; a docstring is a document by itself.
    Document,
    /// None but its own.
    Example,
}

/// Whether an earlier example of a document leaves its state to a later one, where the document's examples share theirs.
pub fn leaves_to(earlier: &Example, later: &Example) -> bool {
    is_python(earlier) && space(earlier) == space(later) && runs(earlier)
}

/// For each example, the earlier ones that it continues, in document order. `by_names` is what is found from the names.
pub(super) fn earlier(examples: &[&Example], state: State, by_names: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut all: Vec<BTreeSet<usize>> = Vec::with_capacity(examples.len());
    for (index, (example, names)) in examples.iter().zip(by_names).enumerate() {
        let before = |found: &dyn Fn(&Example) -> bool| -> Vec<usize> {
            let fits = |other: &Example| is_python(other) && space(other) == space(example) && found(other);
            (0..index).filter(|&other| fits(examples[other])).collect()
        };
        let mut found: BTreeSet<usize> = match state {
            _ if !is_python(example) => BTreeSet::new(),
            State::Example => BTreeSet::new(),
            State::Names => names.into_iter().collect(),
            State::Group => before(&|other| runs(other) && shares_group(other, example)).into_iter().collect(),
            State::Document => before(&runs).into_iter().collect(),
        };
        if state == State::Names && is_python(example) {
            // What a document marks is heeded besides. Few of them mark anything, and there may be many examples.
            let is_marked = directive(example).is_some() || example.group().is_some();
            let marked = if is_marked {
                before(&|other| {
                    let is_setup = directive(other) == Some("testsetup") && directive(example).is_some();
                    let is_named = other.group().is_some() && example.group().is_some() && runs(other);
                    (is_setup || is_named) && shares_group(other, example)
                })
            } else {
                Vec::new()
            };
            let last = example.is_continuation().then(|| (0..index).rfind(|&other| is_python(examples[other]))).flatten();
            for other in marked.into_iter().chain(last) {
                found.insert(other);
                found.extend(all[other].iter().copied());
            }
        }
        all.push(found);
    }
    all.into_iter().map(|found| found.into_iter().collect()).collect()
}

fn is_python(example: &Example) -> bool {
    matches!(example.language, Language::Python | Language::Session)
}

/// Whether it leaves something behind for others: what is skipped doesn't, and a cleanup comes when all is over.
fn runs(example: &Example) -> bool {
    !example.attributes.contains_key("skip") && !example.attributes.contains_key("comment") && directive(example) != Some("testcleanup")
}

fn directive(example: &Example) -> Option<&str> {
    example.attributes.get("directive").map(String::as_str)
}

/// The part of a document that is a document by itself.
fn space(example: &Example) -> &str {
    let part = example.section.strip_prefix(example.document.path.as_str()).and_then(|rest| rest.strip_prefix("::"));
    part.unwrap_or_default()
}

/// Whether two examples have a group in common: `default` where they name none, and each where one of them names `*`.
fn shares_group(one: &Example, other: &Example) -> bool {
    let groups = |example: &'_ Example| -> BTreeSet<String> {
        let named = example.group().unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
        let named: BTreeSet<String> = named.map(str::to_owned).collect();
        if named.is_empty() { BTreeSet::from(["default".to_owned()]) } else { named }
    };
    let (one, other) = (groups(one), groups(other));
    one.contains("*") || other.contains("*") || !one.is_disjoint(&other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::example;

    /// Examples by their code and attributes.
    fn earlier_of(state: State, examples: &[(&str, &[(&str, &str)])]) -> Vec<Vec<usize>> {
        let examples: Vec<Example> = examples
            .iter()
            .map(|(code, attributes)| {
                let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
                Example { attributes, ..example("q1.1", code) }
            })
            .collect();
        let with_setup: Vec<(&Example, Option<&str>)> = examples.iter().map(|example| (example, None)).collect();
        super::super::Examples::of(&with_setup).earlier(state)
    }

    #[test]
    fn a_document_or_an_example_by_itself() {
        let examples: &[(&str, &[(&str, &str)])] = &[("a = 1", &[]), ("b = 2", &[("skip", "")]), ("c = a", &[]), ("d = 4", &[])];
        assert_eq!(earlier_of(State::Document, examples), [vec![], vec![0], vec![0], vec![0, 2]]);
        assert_eq!(earlier_of(State::Example, examples), [vec![], vec![], vec![], vec![]] as [Vec<usize>; 4]);
        assert_eq!(earlier_of(State::Names, examples), [vec![], vec![], vec![0], vec![]]);
    }

    #[test]
    fn groups_of_sphinx() {
        let examples: &[(&str, &[(&str, &str)])] = &[
            ("import os", &[("directive", "testsetup"), ("group", "*")]),
            ("a = 1", &[("directive", "testcode"), ("group", "x, y")]),
            ("b = 1", &[("directive", "testcode"), ("group", "x")]),
            ("c = 1", &[("directive", "testcode")]),
            ("d = 1", &[("directive", "testcleanup")]),
            ("e = 1", &[]),
        ];
        assert_eq!(earlier_of(State::Group, examples), [vec![], vec![0], vec![0, 1], vec![0], vec![0, 3], vec![0, 3]]);
        assert_eq!(earlier_of(State::Names, examples), [vec![], vec![0], vec![0, 1], vec![0], vec![0], vec![]]);
    }

    #[test]
    fn what_is_marked_to_go_on() {
        let examples: &[(&str, &[(&str, &str)])] =
            &[("a = 1", &[]), ("b = a", &[]), ("c = 1", &[("continues", "")]), ("d = 1", &[("group", "x")]), ("e = 1", &[("group", "x")])];
        assert_eq!(earlier_of(State::Names, examples), [vec![], vec![0], vec![0, 1], vec![], vec![3]]);
    }
}
