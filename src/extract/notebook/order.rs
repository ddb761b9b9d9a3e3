//! Which cells' outputs rest on the order in which the cells were run, where that isn't the notebook's.
//!
//! A cell that needs nothing of others shows the same whenever it's run, and so does one whose names were all bound and changed before it, in the
//! order in which the notebook has that.

use std::collections::{BTreeSet, HashSet};

use rustpython_ruff_python_ast::Stmt;

use crate::syntax::{self, imports, names::Names};

/// A cell with what it does to names.
struct Run {
    /// Which one it was of all that were run.
    count: Option<i64>,
    /// `None` where it can't be parsed: it may bind and change anything.
    names: Option<Names>,
    /// Names of which it sets something for all that follows: `np.set_printoptions(2)`.
    sets: BTreeSet<String>,
}

/// Of each cell, given as its code and its count, whether another order would show something else.
pub(super) fn matters<'c>(cells: impl Iterator<Item = (&'c str, Option<i64>)>) -> Vec<bool> {
    let runs: Vec<Run> = cells.map(|(code, count)| Run::new(code, count)).collect();
    (0..runs.len()).map(|at| matters_to(&runs, at)).collect()
}

impl Run {
    fn new(code: &str, count: Option<i64>) -> Run {
        let body = syntax::parse(code, (3, 15)).filter(|parsed| !parsed.has_invalid_syntax());
        let sets = |body: &[Stmt]| body.iter().filter_map(imports::set_name).map(str::to_owned).collect();
        Run {
            count,
            sets: body.as_ref().map(|parsed| sets(&parsed.syntax().body)).unwrap_or_default(),
            names: body.map(|parsed| Names::of_module(parsed.syntax(), code)),
        }
    }

    /// Whether it may bind a name anew, or change its object. Importing it again does neither.
    fn touches(&self, name: &str, is_imported: bool) -> bool {
        let Some(names) = &self.names else { return true };
        let imports = || names.imports.names.iter().any(|(imported, _)| imported == name);
        let changes = || if is_imported { self.sets.contains(name) } else { names.changes.names.contains(name) };
        names.ever_binds.contains(name) && !imports() || changes() || names.changes.registers.contains(name)
    }

    /// Names that it changes, whose objects may hold that of another name.
    fn changes_through(&self, name: &str, holders: &HashSet<&str>) -> bool {
        self.names
            .as_ref()
            .is_some_and(|names| names.changes.names.iter().any(|changed| changed != name && holders.contains(changed.as_str())))
    }
}

fn matters_to(runs: &[Run], at: usize) -> bool {
    let (Some(own), Some(count)) = (&runs[at].names, runs[at].count) else { return true };
    let is_history = |name: &str| {
        matches!(name, "Out" | "In") || name.starts_with('_') && name[1..].bytes().all(|byte| byte == b'_' || byte.is_ascii_digit())
    };
    let all_names = || runs.iter().filter_map(|run| run.names.as_ref());
    let mut names: Vec<&str> = own.needs.iter().map(String::as_str).collect();
    let mut seen: HashSet<&str> = names.iter().copied().collect();
    let mut before: BTreeSet<usize> = BTreeSet::new();
    while let Some(name) = names.pop() {
        if is_history(name) {
            return true;
        }
        let is_imported = all_names().any(|names| names.imports.names.iter().any(|(imported, _)| imported == name));
        let references = || all_names().filter(|_| !is_imported).flat_map(|names| &names.references);
        let holders: HashSet<&str> = references().filter(|(_, held)| held.contains(name)).map(|(holder, _)| holder.as_str()).collect();
        let touches = |run: &Run| run.touches(name, is_imported) || run.changes_through(name, &holders);
        for (other, run) in runs.iter().enumerate().filter(|(other, run)| *other != at && touches(run)) {
            if run.count.is_none_or(|its| (its < count) != (other < at)) {
                return true;
            }
            if other < at && before.insert(other) {
                let needs = run.names.iter().flat_map(|names| &names.needs).map(String::as_str);
                names.extend(needs.filter(|name| seen.insert(name)));
            }
        }
    }
    !before.iter().map(|&other| runs[other].count).is_sorted()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matters_of(cells: &[(&str, i64)]) -> Vec<bool> {
        matters(cells.iter().map(|(code, count)| (*code, Some(*count).filter(|count| *count > 0))))
    }

    #[test]
    fn cells_that_need_what_was_run_elsewhere() {
        for (cells, expected) in [
            // In order, and with gaps.
            (&[("cups = 2", 1), ("cups", 3), ("cups + 1", 9)][..], vec![false, false, false]),
            // Looked at again, or changed afterwards.
            (&[("cups = 2", 1), ("cups", 8), ("tea = 3", 5), ("tea + cups", 6)], vec![false; 4]),
            (&[("cups = 2", 1), ("cups", 8), ("cups = 3", 5), ("cups", 6)], vec![false, true, false, false]),
            (&[("cups = [2]", 1), ("cups", 3), ("cups.pop()", 2)], vec![false, true, false]),
            (&[("cups = [2]", 1), ("tray = cups", 2), ("cups", 4), ("tray.append(1)", 3)], vec![false, false, true, false]),
            // What they need was made in another order.
            (&[("cups = 2", 2), ("tea = cups", 1), ("tea", 3)], vec![false, true, true]),
            (&[("cups = 2", 4), ("cups = 3", 1), ("cups", 5)], vec![false, false, true]),
            // Not run, or not to be read.
            (&[("cups = 2", 3), ("cups = 3", 0), ("cups", 4), ("1 + 1", 2)], vec![false, true, true, false]),
            (&[("cups = 2", 3), ("?cups", 1), ("cups", 4), ("1 + 1", 2)], vec![false, true, true, false]),
            // Imports do no more than they did, but what is set of them does.
            (&[("import tea", 4), ("tea.pour(2)", 2), ("import tea", 1), ("tea.pour(3)", 6)], vec![false; 4]),
            (&[("import tea", 1), ("tea.set_size(2)", 5), ("tea.pour(3)", 3)], vec![false, false, true]),
            (&[("1 + 1", 3), ("_ + 1", 4), ("2", 1), ("Out[3]", 5), ("_3", 6)], vec![false, true, false, true, true]),
        ] {
            assert_eq!(matters_of(cells), expected, "{cells:?}");
        }
    }
}
