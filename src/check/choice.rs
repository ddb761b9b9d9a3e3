//! Example → the interpreters that it runs on. Pure, given those that there are.

use std::sync::OnceLock;

use camino::Utf8PathBuf;

use crate::{
    claim::{Claim, Condition},
    environment::{Interpreter, range::VersionRange},
};

/// The interpreters of a run.
#[derive(Debug)]
pub struct Interpreters {
    asked: Vec<Named>,
    /// The others of this machine, looked for when the first example needs one; `None` where none but the asked ones may run anything.
    others: Option<OnceLock<Vec<Named>>>,
    find: fn() -> Vec<Interpreter>,
}

/// An interpreter under the name that reports have for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its version; where two have the same one, its program as well.
    pub name: String,
    /// The interpreter.
    pub interpreter: Interpreter,
}

/// What an example asks of the Python that runs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demand {
    /// Ranges that its version must lie in, all of them.
    pub ranges: Vec<VersionRange>,
    /// What only newer versions have: the minor version that brought it, and its name.
    pub newer: Option<(u8, String)>,
    /// Versions that single claims are made for.
    pub claimed_for: Vec<Condition>,
}

/// An interpreter, and what an example does on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The interpreter.
    pub on: Named,
    /// What the example does on it.
    pub task: Task,
    /// Why it is this interpreter and not the one that examples run on by default.
    pub why: Option<String>,
}

/// What an example does on an interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// It runs, and all of its claims are judged that aren't made for other versions.
    Whole,
    /// It runs for the claims alone that are made for this version.
    ClaimedFor,
    /// It can't run on it, for this reason.
    Skip(String),
}

impl Interpreters {
    /// These and no others, the oldest first: each example runs on all that fit.
    pub fn exactly(asked: Vec<Interpreter>) -> Interpreters {
        let mut asked = asked;
        asked.sort_by_key(|interpreter| interpreter.release());
        let mut distinct: Vec<Interpreter> = Vec::new();
        for interpreter in asked {
            if !distinct.contains(&interpreter) {
                distinct.push(interpreter);
            }
        }
        Interpreters { asked: named(distinct), others: None, find: Vec::new }
    }

    /// This one; where an example needs another, or makes a claim for another version, those that `find` finds, too.
    pub fn by_default(interpreter: Interpreter, find: fn() -> Vec<Interpreter>) -> Interpreters {
        Interpreters { asked: named(vec![interpreter]), others: Some(OnceLock::new()), find }
    }

    /// Those that were asked for, or the one by default; never empty where none of the constructors was given nothing.
    pub fn asked(&self) -> &[Named] {
        &self.asked
    }

    /// Folders of installed modules that all of those have in sight.
    pub fn installed(&self) -> Vec<Utf8PathBuf> {
        let mut folders = self.asked.first().map(|on| on.interpreter.installed()).unwrap_or_default();
        folders.retain(|folder| self.asked.iter().all(|on| on.interpreter.installed().contains(folder)));
        folders
    }

    /// Where an example runs; the first of the whole runs is where it runs by default.
    pub fn choose(&self, demand: &Demand) -> Vec<Assignment> {
        let Some(others) = &self.others else {
            return self.asked.iter().map(|on| assignment(on, demand)).collect();
        };
        let mut chosen: Vec<Assignment> = self.asked.iter().map(|on| assignment(on, demand)).collect();
        let others = || others.get_or_init(|| named((self.find)()));
        for assignment in &mut chosen {
            let Task::Skip(reason) = &assignment.task else { continue };
            match others().iter().rev().find(|on| demand.unmet(&on.interpreter).is_none()) {
                Some(on) => *assignment = Assignment { on: on.clone(), task: Task::Whole, why: Some(reason.clone()) },
                None => {
                    let reason = format!("{reason}; {}", demand.advice(&assignment.on, others()));
                    assignment.task = Task::Skip(reason);
                }
            }
        }
        for condition in &demand.claimed_for {
            let fits = |on: &Named| condition.fits(on.interpreter.minor()) == Some(true) && demand.unmet(&on.interpreter).is_none();
            if chosen.iter().any(|assignment| fits(&assignment.on)) {
                continue;
            }
            if let Some(on) = others().iter().rev().find(|on| fits(on)) {
                chosen.push(Assignment { on: on.clone(), task: Task::ClaimedFor, why: None });
            }
        }
        chosen
    }
}

impl Demand {
    /// Why an interpreter doesn't fit; `None` if it does.
    pub fn unmet(&self, interpreter: &Interpreter) -> Option<String> {
        let version = &interpreter.version;
        if let Some(range) = self.ranges.iter().find(|range| !range.contains(version)) {
            return Some(format!("needs Python {range}, this is {version}"));
        }
        let (minor, what) = self.newer.as_ref()?;
        (interpreter.minor() < (3, *minor)).then(|| format!("needs Python 3.{minor} or newer: {what}"))
    }

    /// Adds the versions that claims are made for.
    pub fn claimed(&mut self, claims: &[Claim]) {
        for condition in claims.iter().filter_map(|claim| claim.condition.as_ref()) {
            if matches!(condition, Condition::Python(_)) && !self.claimed_for.contains(condition) {
                self.claimed_for.push(condition.clone());
            }
        }
    }

    /// What to do where nothing fits.
    fn advice(&self, default: &Named, others: &[Named]) -> String {
        let mut versions: Vec<&str> = others.iter().map(|on| on.name.as_str()).collect();
        if !versions.contains(&default.name.as_str()) {
            versions.push(&default.name);
        }
        let fits = |minor: &u8| {
            let newer = self.newer.as_ref().is_none_or(|(needed, _)| minor >= needed);
            newer && (0..40).any(|patch| self.ranges.iter().all(|range| range.contains(&format!("3.{minor}.{patch}"))))
        };
        let found = format!("found here: {}", versions.join(", "));
        match (10..30).find(fits) {
            Some(minor) => format!("{found}; install one that fits, as by `uv python install 3.{minor}` or `pyenv install 3.{minor}`"),
            None => format!("{found}; examples run on CPython 3.10 or newer"),
        }
    }
}

fn assignment(on: &Named, demand: &Demand) -> Assignment {
    let task = demand.unmet(&on.interpreter).map_or(Task::Whole, Task::Skip);
    Assignment { on: on.clone(), task, why: None }
}

/// Interpreters with names that tell them apart.
fn named(interpreters: Vec<Interpreter>) -> Vec<Named> {
    let shared = |version: &str| interpreters.iter().filter(|other| other.version == version).count() > 1;
    let name = |interpreter: &Interpreter| match shared(&interpreter.version) {
        true => format!("{} ({})", interpreter.version, interpreter.executable),
        false => interpreter.version.clone(),
    };
    let names: Vec<String> = interpreters.iter().map(name).collect();
    names.into_iter().zip(interpreters).map(|(name, interpreter)| Named { name, interpreter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interpreter(version: &str, prefix: &str) -> Interpreter {
        Interpreter {
            version: version.to_owned(),
            executable: format!("{prefix}/bin/python3").into(),
            base_prefix: prefix.into(),
            prefix: prefix.into(),
            system_site_packages: true,
            libpython: format!("{prefix}/lib/libpython3.so").into(),
            free_threaded: false,
        }
    }

    fn here() -> Vec<Interpreter> {
        ["3.10.13", "3.11.7", "3.12.1", "3.13.0"].map(|version| interpreter(version, &format!("/{version}"))).to_vec()
    }

    fn by_default(version: &str) -> Interpreters {
        Interpreters::by_default(interpreter(version, "/default"), here)
    }

    fn range(text: &str) -> Demand {
        Demand { ranges: vec![text.parse().expect("a range")], ..Demand::default() }
    }

    fn newer(minor: u8) -> Demand {
        Demand { newer: Some((minor, "`thing`".to_owned())), ..Demand::default() }
    }

    fn claimed_for(specifiers: &[&str]) -> Demand {
        let claimed_for = specifiers.iter().map(|specifier| Condition::Python((*specifier).to_owned())).collect();
        Demand { claimed_for, ..Demand::default() }
    }

    /// `3.11.7` for a whole run, `(3.11.7)` for one for claims alone, `-3.11.7` for one that can't be.
    fn chosen(interpreters: &Interpreters, demand: &Demand) -> Vec<String> {
        let shown = |Assignment { on, task, .. }: Assignment| match task {
            Task::Whole => on.name,
            Task::ClaimedFor => format!("({})", on.name),
            Task::Skip(_) => format!("-{}", on.name),
        };
        interpreters.choose(demand).into_iter().map(shown).collect()
    }

    #[test]
    fn by_default_another_one_is_taken_where_it_must_be() {
        let default = by_default("3.11.7");
        for (demand, expected) in [
            (Demand::default(), ["3.11.7"]),
            (newer(11), ["3.11.7"]),
            (newer(12), ["3.13.0"]),
            (newer(14), ["-3.11.7"]),
            (range(">=3.10"), ["3.11.7"]),
            (range(">=3.12"), ["3.13.0"]),
            (range("<3.13,>=3.12"), ["3.12.1"]),
            (range("<3.11"), ["3.10.13"]),
            (range(">=3.20"), ["-3.11.7"]),
            (Demand { newer: newer(12).newer, ..range("<3.13") }, ["3.12.1"]),
        ] {
            assert_eq!(chosen(&default, &demand), expected, "{demand:?}");
        }
    }

    #[test]
    fn the_reason_says_what_was_needed_or_what_to_install() {
        let default = by_default("3.11.7");
        let why = |demand: &Demand| default.choose(demand).remove(0).why;
        assert_eq!(why(&newer(12)).as_deref(), Some("needs Python 3.12 or newer: `thing`"));
        assert_eq!(why(&range("<3.11")).as_deref(), Some("needs Python <3.11, this is 3.11.7"));
        assert_eq!(why(&Demand::default()), None);
        let skipped = |demand: &Demand| match default.choose(demand).remove(0).task {
            Task::Skip(reason) => reason,
            other => panic!("{other:?}"),
        };
        let reason = skipped(&newer(14));
        assert!(reason.starts_with("needs Python 3.14 or newer: `thing`; found here: 3.10.13, 3.11.7, 3.12.1, 3.13.0; "), "{reason}");
        assert!(reason.contains("`uv python install 3.14`"), "{reason}");
        assert!(skipped(&range("<3.9")).ends_with("examples run on CPython 3.10 or newer"));
    }

    #[test]
    fn claims_for_other_versions_have_runs_of_their_own() {
        let default = by_default("3.11.7");
        assert_eq!(chosen(&default, &claimed_for(&["3.12"])), ["3.11.7", "(3.12.1)"]);
        assert_eq!(chosen(&default, &claimed_for(&[">=3.12", "3.13"])), ["3.11.7", "(3.13.0)"]);
        assert_eq!(chosen(&default, &claimed_for(&["3.12", "<3.11"])), ["3.11.7", "(3.12.1)", "(3.10.13)"]);
        for specifier in [">=3.9", "3.11", "2.7", "newest"] {
            assert_eq!(chosen(&default, &claimed_for(&[specifier])), ["3.11.7"], "{specifier}");
        }
        let bounded = Demand { ranges: range("<3.12").ranges, ..claimed_for(&["3.13"]) };
        assert_eq!(chosen(&default, &bounded), ["3.11.7"], "it can't run there");
    }

    #[test]
    fn those_that_were_asked_for_are_taken_and_no_others() {
        let asked = Interpreters::exactly(vec![interpreter("3.13.0", "/a"), interpreter("3.9.1", "/b"), interpreter("3.13.0", "/a")]);
        assert_eq!(chosen(&asked, &Demand::default()), ["3.9.1", "3.13.0"], "the oldest first, each once");
        assert_eq!(chosen(&asked, &newer(12)), ["-3.9.1", "3.13.0"]);
        assert_eq!(chosen(&asked, &claimed_for(&["3.12"])), ["3.9.1", "3.13.0"]);
        let same = Interpreters::exactly(vec![interpreter("3.13.0", "/a"), interpreter("3.13.0", "/b")]);
        assert_eq!(chosen(&same, &Demand::default()), ["3.13.0 (/a/bin/python3)", "3.13.0 (/b/bin/python3)"]);
    }
}
