//! Which earlier examples an example continues: those of its section that define the names it uses and doesn't define itself.
//!
//! Found by scope analysis over the syntax tree, as Python resolves names: a module's statements in their order, the bodies of
//! functions later, when the whole module is defined. Names that only `exec`, `globals()` or `from m import *` could define are
//! beyond it; behind a star import nothing is known to be missing.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::{
    extract::{Example, Language},
    syntax::{builtins::is_builtin, files::Files, names::Names},
};

use super::source::Source;

mod described;
mod docstrings;
mod imports;
mod modules;
mod standard;
mod state;

pub(crate) use described::uses_redefined;
pub use docstrings::Takes;
pub(crate) use modules::imported_by;
pub use state::{State, leaves_to};

/// The examples of one document, with the names of each.
pub struct Examples<'e> {
    /// Each with the code that is run before it (its setup).
    given: &'e [(&'e Example, Option<&'e str>)],
    /// `None` where one can't be read.
    names: Vec<Option<Names>>,
    /// By setup, what it binds.
    setups: HashMap<&'e str, HashSet<String>>,
}

impl<'e> Examples<'e> {
    /// The examples in document order, each with the code that is run before it (its setup).
    pub fn of(given: &'e [(&'e Example, Option<&'e str>)]) -> Examples<'e> {
        let names = given.iter().map(|(example, _)| names_of(example)).collect();
        let setups: BTreeSet<&str> = given.iter().filter_map(|(_, setup)| *setup).collect();
        let setups = setups.into_iter().map(|setup| (setup, Names::of(setup).map(|names| names.binds).unwrap_or_default())).collect();
        Examples { given, names, setups }
    }

    /// For each example, indices of the earlier ones that it continues, in document order.
    ///
    /// A name is taken from the nearest earlier Python example of the same section that binds it at its top level, and what that one
    /// needs in turn comes along, and so do those in between that may change the object. A name that the setup binds, or that no example
    /// binds, is nobody's to continue. A file that it reads by name is taken in the same way from the examples that write it.
    pub fn continues(&self) -> Vec<Vec<usize>> {
        // By section and name, the latest example so far that binds it.
        let mut binders: HashMap<Key, usize> = HashMap::new();
        // By section and name, the examples since then that may have changed what it denotes.
        let mut changers: HashMap<Key, Vec<usize>> = HashMap::new();
        let mut holders: Holders = HashMap::new();
        // By section and file, the examples so far that write it.
        let mut writers: HashMap<Key, Vec<usize>> = HashMap::new();
        // Of each example so far, the names that it needs and none before it binds: those of functions may be bound later.
        let mut open: Vec<Vec<&str>> = Vec::with_capacity(self.given.len());
        let mut continued: Vec<BTreeSet<usize>> = Vec::with_capacity(self.given.len());
        for (index, ((example, setup), names)) in self.given.iter().zip(&self.names).enumerate() {
            let mut found = BTreeSet::new();
            let mut unbound = Vec::new();
            if let Some(names) = names {
                let section = example.section.as_str();
                let mut changed = BTreeSet::new();
                for name in names.needs.iter().filter(|name| !self.provides(*setup, name)) {
                    let key = (section, name.as_str());
                    if let Some(&binder) = binders.get(&key) {
                        for &earlier in changers.get(&key).into_iter().flatten().chain([&binder]) {
                            found.insert(earlier);
                            // What comes earlier has been closed over already.
                            found.extend(continued[earlier].iter().copied());
                        }
                        // What a module makes of a function is nothing that it keeps, as a rule.
                        let is_imported = || {
                            self.names[binder]
                                .as_ref()
                                .is_some_and(|names| names.imports.names.iter().any(|(imported, _)| imported == name))
                        };
                        if names.changes.names.contains(name) || names.changes.registers.contains(name) && !is_imported() {
                            changed.extend(with_holders(key, &holders, &binders));
                        }
                    } else if !is_builtin(name) {
                        unbound.push(name.as_str());
                    }
                }
                let since = found.iter().flat_map(|&earlier: &usize| &open[earlier]).filter(|name| !names.binds.contains(**name));
                let since: Vec<usize> = since.filter_map(|name| binders.get(&(section, *name)).copied()).collect();
                for binder in since {
                    found.insert(binder);
                    found.extend(continued[binder].iter().copied());
                }
                for file in &names.files.needs {
                    for &writer in writers.get(&(section, file.as_str())).into_iter().flatten() {
                        found.insert(writer);
                        found.extend(continued[writer].iter().copied());
                    }
                }
                for file in &names.files.writes {
                    let writers = writers.entry((section, file.as_str())).or_default();
                    // What is written anew has nothing of before.
                    if !names.files.needs.contains(file) {
                        writers.clear();
                    }
                    writers.push(index);
                }
                for key in changed {
                    changers.entry(key).or_default().push(index);
                }
                for name in &names.binds {
                    let key = (section, name.as_str());
                    changers.remove(&key);
                    holders.remove(&key);
                    binders.insert(key, index);
                }
                for (name, held) in names.references.iter().filter(|(name, _)| binders.get(&(section, name.as_str())) == Some(&index)) {
                    for held in held {
                        holders.entry((section, held)).or_default().push((name, index));
                    }
                }
            }
            continued.push(found);
            open.push(unbound);
        }
        continued.into_iter().map(|found| found.into_iter().collect()).collect()
    }

    /// Has some examples (by their numbers) have their files by themselves: nobody takes these from them, nor do they from others.
    pub fn keep_files(&mut self, is_such: impl Fn(usize) -> bool) {
        let such = self.names.iter_mut().enumerate().filter(|(number, _)| is_such(*number));
        such.filter_map(|(_, names)| names.as_mut()).for_each(|names| names.files = Files::default());
    }

    /// The same, where it need not be left to the names: by the state that the document's examples are to see, and by what their attributes
    /// say.
    pub fn earlier(&self, state: State) -> Vec<Vec<usize>> {
        let by_names = if state == State::Names { self.continues() } else { vec![Vec::new(); self.given.len()] };
        let bare: Vec<&Example> = self.given.iter().map(|(example, _)| *example).collect();
        state::earlier(&bare, state, by_names)
    }

    /// Whether a setup binds a name.
    fn provides(&self, setup: Option<&str>, name: &str) -> bool {
        setup.and_then(|setup| self.setups.get(setup)).is_some_and(|binds| binds.contains(name))
    }
}

/// A section, and a name in it.
type Key<'s> = (&'s str, &'s str);

/// By section and name, the names whose objects may hold what it denotes, each with the example that binds them so.
type Holders<'s> = HashMap<Key<'s>, Vec<(&'s str, usize)>>;

/// A name whose object is changed, and the names in whose objects that may show.
fn with_holders<'s>(changed: Key<'s>, holders: &Holders<'s>, binders: &HashMap<Key<'s>, usize>) -> BTreeSet<Key<'s>> {
    let mut all = BTreeSet::new();
    let mut pending = vec![changed];
    while let Some(key) = pending.pop() {
        for (holder, binder) in holders.get(&key).into_iter().flatten() {
            let holder = (key.0, *holder);
            if binders.get(&holder) == Some(binder) && !all.contains(&holder) {
                pending.push(holder);
            }
        }
        all.insert(key);
    }
    all
}

/// What an example leaves to the world around: names that it doesn't define, and exceptions that it doesn't raise itself.
#[derive(Debug, Default)]
pub(crate) struct Undefined {
    /// Those that it uses and that neither it nor Python ever defines.
    needs: BTreeSet<String>,
    /// Those that it binds at some moment, where a star import may bind any other.
    besides: Option<HashSet<String>>,
    /// Exceptions that it raises itself.
    raises: HashSet<String>,
}

impl Undefined {
    /// The names that an example leaves undefined.
    pub(crate) fn of(example: &Example) -> Undefined {
        let Some(names) = names_of(example) else { return Undefined::default() };
        let needs = names.needs.into_iter().filter(|name| !names.ever_binds.contains(name)).collect();
        let raised = |(at, keyword): (usize, &str)| {
            let name = example.code[at + keyword.len()..].split(|char: char| !char.is_alphanumeric() && char != '_').next();
            name.unwrap_or_default().to_owned()
        };
        let raises = example.code.match_indices("raise ").map(raised).collect();
        Undefined { needs, besides: names.star_import.then_some(names.ever_binds), raises }
    }

    /// Whether the example raises exceptions of this name itself, so that none of them speaks of the world around.
    pub(crate) fn raises(&self, name: &str) -> bool {
        self.raises.contains(name)
    }

    /// Whether a name is missing for want of something outside the example: that it isn't defined says nothing of it.
    pub(crate) fn lacks(&self, name: &str) -> bool {
        self.needs.contains(name) || self.besides.as_ref().is_some_and(|binds| !binds.contains(name))
    }
}

/// The names of an example; `None` where it can't be parsed, or isn't Python.
fn names_of(example: &Example) -> Option<Names> {
    matches!(example.language, Language::Python | Language::Session).then(|| Names::of(&Source::of(example).code)).flatten()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::judge::tests::example;

    fn continued(examples: &[(&str, &str)]) -> Vec<Vec<usize>> {
        let examples: Vec<Example> =
            examples.iter().map(|(section, code)| Example { section: (*section).to_owned(), ..example("x", code) }).collect();
        Examples::of(&examples.iter().map(|example| (example, None)).collect::<Vec<_>>()).continues()
    }

    #[test]
    fn takes_the_nearest_and_what_it_needs() {
        assert_eq!(continued(&[("q1", "a = 1"), ("q1", "b = a"), ("q1", "print(b)")]), [vec![], vec![0], vec![0, 1]]);
        assert_eq!(continued(&[("q1", "a = 1"), ("q1", "a = 2"), ("q1", "print(a)")]), [vec![], vec![], vec![1]]);
        assert_eq!(continued(&[("q1", "a = 1"), ("q1", "b = 2"), ("q1", "print(a, b)")]), [vec![], vec![], vec![0, 1]]);
    }

    #[test]
    fn what_functions_need_may_be_bound_later() {
        let cases = |codes: &[&str]| continued(&codes.iter().map(|code| ("q1", *code)).collect::<Vec<_>>());
        let pour = "def pour(cups): return size * cups";
        assert_eq!(cases(&[pour, "size = 3", "pour(2)"])[2], [0, 1]);
        assert_eq!(cases(&[pour, "unit = 1", "size = 3 * unit", "pour(2)"])[3], [0, 1, 2]);
        assert_eq!(cases(&[pour, "size = 3", "size = 4\npour(2)"])[2], [0]);
        assert_eq!(cases(&["def pour(cups): return sum(cups)", "sum = 3", "pour([2])"])[2], [0]);
    }

    #[test]
    fn files_are_taken_from_what_writes_them() {
        let (write, add, read) = ("open('tea.txt', 'w').write('hot')", "open('tea.txt', 'a').write('er')", "open('tea.txt').read()");
        assert_eq!(continued(&[("q1", write), ("q1", read)]), [vec![], vec![0]]);
        assert_eq!(continued(&[("q1", write), ("q1", add), ("q1", read)]), [vec![], vec![0], vec![0, 1]]);
        assert_eq!(continued(&[("q1", write), ("q1", write), ("q1", read)]), [vec![], vec![], vec![1]]);
        assert_eq!(
            continued(&[("q1", write), ("q2", read), ("q1", "open('cup.txt').read()")]),
            [vec![], vec![], vec![]] as [Vec<usize>; 3]
        );
    }

    #[test]
    fn only_in_its_section_and_only_backwards() {
        assert_eq!(continued(&[("q1", "a = 1"), ("q2", "print(a)")]), [vec![], vec![]] as [Vec<usize>; 2]);
        assert_eq!(continued(&[("q1", "print(a)"), ("q1", "a = 1")]), [vec![], vec![]] as [Vec<usize>; 2]);
    }

    #[test]
    fn what_redefines_everything_continues_nothing() {
        assert_eq!(continued(&[("q1", "a = 1\ndef f(): pass"), ("q1", "a = 2\ndef f(): pass\nf(a)")]), [vec![], vec![]] as [Vec<usize>; 2]);
        assert_eq!(continued(&[("q1", "a = 1"), ("q1", "print(nowhere)")]), [vec![], vec![]] as [Vec<usize>; 2]);
    }

    #[test]
    fn what_the_setup_binds_is_not_taken_from_elsewhere() {
        let (first, second) = (example("q1.1", "db = 1"), example("q1.2", "print(db)"));
        assert_eq!(Examples::of(&[(&first, None), (&second, Some("db = 2"))]).continues(), [vec![], vec![]] as [Vec<usize>; 2]);
        assert_eq!(Examples::of(&[(&first, None), (&second, Some("other = 2"))]).continues(), [vec![], vec![0]]);
    }

    #[test]
    fn other_languages_neither_give_nor_take() {
        let shell = Example { language: Language::Shell, ..example("q1.1", "a = 1") };
        let python = Example { document: Arc::clone(&shell.document), ..example("q1.2", "print(a)") };
        assert_eq!(Examples::of(&[(&shell, None), (&python, None)]).continues(), [vec![], vec![]] as [Vec<usize>; 2]);
    }

    pub(super) fn of_sections<'a>(examples: &'a [(&'a str, &'a str)]) -> Vec<Example> {
        let of = |(number, (section, code)): (usize, &(&str, &str))| {
            let mut example = example(&format!("{section}.{number}"), code);
            example.section = (*section).to_owned();
            example
        };
        examples.iter().enumerate().map(of).collect()
    }

    #[test]
    fn what_an_example_in_between_changes() {
        let cases = |codes: &[&str]| continued(&codes.iter().map(|code| ("q1", *code)).collect::<Vec<_>>());
        assert_eq!(cases(&["tree = {}", "tree['a'] = 1", "print(tree)"])[2], [0, 1]);
        assert_eq!(cases(&["tree = {}", "print(tree)", "len(tree)"])[2], [0]);
        assert_eq!(cases(&["tree = {}", "tree.clear()", "tree = {}", "print(tree)"])[3], [2]);
        assert_eq!(cases(&["class Tree: pass", "@Tree.leaf('a')\ndef f(): pass", "print(Tree)"])[2], [0, 1]);
        assert_eq!(cases(&["import tree", "@tree.leaf('a')\ndef f(): pass", "print(tree)"])[2], [0]);
        assert_eq!(cases(&["oak = []\nwood = [oak]", "oak.append(1)\nprint(wood)"])[1], [0]);
        // What holds the object is changed with it, whatever becomes of its name.
        assert_eq!(cases(&["tree = {}\nwood = [tree]", "tree.clear()", "tree = {}\nprint(wood)"])[2], [0, 1]);
        assert_eq!(cases(&["tree = {}", "wood = [tree]", "land = (wood,)", "tree.clear()", "print(land)"])[4], [0, 1, 2, 3]);
        assert_eq!(cases(&["tree = {}\nwood = [tree]", "tree = {}", "tree.clear()", "print(wood)"])[3], [0]);
        assert_eq!(cases(&["tree = {}\nwood = [tree]", "wood = []", "tree.clear()", "print(wood)"])[3], [1]);
    }

    #[test]
    fn names_of_the_module() {
        let module = "def total(items): pass\ndef sum(items): pass\n";
        let uses = |codes: &[&str]| {
            let examples = of_sections(&codes.iter().map(|code| ("a", *code)).collect::<Vec<_>>());
            let examples: Vec<(&Example, Option<&str>)> = examples.iter().map(|example| (example, None)).collect();
            let examples = Examples::of(&examples);
            let takes = examples.taken_by_docstrings(&examples.continues(), module);
            takes.into_iter().map(|takes| takes.uses_module).collect::<Vec<_>>()
        };
        assert_eq!(uses(&["total([1])", "len([1])", "sum([1])", "x = 1", "x + 1"]), [true, false, true, false, false]);
        assert_eq!(uses(&["x = total", "x([1])", "made_at_run_time"]), [true, true, true]);
        // A star import may bind anything; what the module binds is needed from there all the same.
        assert_eq!(uses(&["from math import *\ntotal([1])", "from math import *\npi"]), [true, false]);
    }
}
