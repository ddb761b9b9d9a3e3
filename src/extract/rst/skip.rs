//! What isn't to be run: sybil's `.. skip: next`, and doctestplus's `.. doctest-skip::`, `.. doctest-requires::` and their like.

use std::collections::BTreeMap;

/// What of the next blocks is to be skipped, by sybil's comments.
#[derive(Debug, Default)]
pub(super) struct Skipping {
    next: Option<Skip>,
    region: Option<Skip>,
}

/// Why, and under which condition.
#[derive(Debug, Clone, Default)]
struct Skip {
    reason: String,
    condition: Option<String>,
}

impl Skipping {
    /// Reads what follows `skip:`: `next`, `start` or `end`, with a condition or a reason behind it.
    pub(super) fn direct(&mut self, what: &str) {
        let (word, rest) = what.split_once([' ', ',']).unwrap_or((what, ""));
        let skip = Some(Skip::read(rest.trim()));
        match word {
            "next" => self.next = skip,
            "start" => self.region = skip,
            "end" => self.region = None,
            _ => {}
        }
    }

    /// Says of the next block what is known of it.
    pub(super) fn apply(&mut self, attributes: &mut BTreeMap<String, String>) {
        let Some(skip) = self.next.take().or_else(|| self.region.clone()) else { return };
        match skip.condition {
            Some(condition) => drop(attributes.insert("skipif".to_owned(), condition)),
            None => drop(attributes.insert("skip".to_owned(), skip.reason)),
        }
    }
}

impl Skip {
    /// `if(expression, reason="why")`, `"why"`.
    fn read(text: &str) -> Skip {
        let unquoted = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
        let Some(inner) = text.strip_prefix("if(").and_then(|rest| rest.strip_suffix(')')) else {
            return Skip { reason: unquoted(text), condition: None };
        };
        let (condition, reason) = inner.rsplit_once("reason=").map_or((inner, ""), |(condition, reason)| (condition, reason));
        Skip { reason: unquoted(reason), condition: Some(condition.trim().trim_end_matches(',').trim_end().to_owned()) }
    }
}

/// Whether a directive says something of the blocks in it.
pub(super) fn is_directive(name: &str) -> bool {
    matches!(name, "doctest-skip" | "doctest-requires" | "doctest-remote-data")
}

/// Adds what such a directive says.
pub(super) fn attributes(name: &str, argument: &str, attributes: &mut BTreeMap<String, String>) {
    match name {
        "doctest-requires" => {
            attributes.insert("requires".to_owned(), argument.to_owned());
        }
        "doctest-remote-data" => {
            attributes.insert("skip".to_owned(), "needs data from the network".to_owned());
        }
        // Its argument may be the platform that it's skipped on.
        _ => {
            let reason = if argument.is_empty() { String::new() } else { format!("on {argument}") };
            attributes.insert("skip".to_owned(), reason);
        }
    }
}

/// What a document says of all its blocks from a line on: the index of the line, and the attributes. `doctest-skip-all` is a comment, so
/// it's also written without colons.
pub(super) fn of_all<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<(usize, BTreeMap<String, String>)> {
    let lines = lines.enumerate().filter(|(_, line)| line.starts_with(".. doctest-"));
    let said = lines.filter_map(|(number, line)| {
        let rest = &line[3..];
        let (name, argument) = if rest == "doctest-skip-all" { (rest, "") } else { rest.split_once("::")? };
        let name = name.strip_suffix("-all").filter(|name| is_directive(name))?;
        let mut all = BTreeMap::new();
        attributes(name, argument.trim(), &mut all);
        Some((number, all))
    });
    said.collect()
}
