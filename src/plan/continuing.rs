//! Which earlier examples an example continues: those of its section that define the names it uses and doesn't define itself.
//!
//! Found by scope analysis over the syntax tree, as Python resolves names: a module's statements in their order, the bodies of
//! functions later, when the whole module is defined. Names that only `exec`, `globals()` or `from m import *` could define are
//! beyond it; behind a star import nothing is known to be missing.

use std::collections::{BTreeSet, HashMap, HashSet};

use rustpython_ruff_python_ast::ModModule;

use crate::extract::{Example, Language};

use super::{source::Source, syntax};

mod changes;
mod described;
mod docstrings;
mod files;
mod imports;
mod modules;
mod references;
mod scopes;
mod standard;
mod state;

pub use docstrings::Takes;
pub(crate) use imports::{called, is_setting};
pub(crate) use modules::imported_by;
pub use state::{State, leaves_to};

use changes::Changes;
use files::Files;
use imports::Imported;

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
        let setups = setups.into_iter().map(|setup| (setup, names_in(setup).map(|names| names.binds).unwrap_or_default())).collect();
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
        let mut continued: Vec<BTreeSet<usize>> = Vec::with_capacity(self.given.len());
        for (index, ((example, setup), names)) in self.given.iter().zip(&self.names).enumerate() {
            let mut found = BTreeSet::new();
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
                    }
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

/// What an example needs from outside and leaves behind.
#[derive(Debug, Default, PartialEq, Eq)]
struct Names {
    /// Names that it uses and that neither it nor Python defines.
    needs: BTreeSet<String>,
    /// Names that are bound at its top level when it's over.
    binds: HashSet<String>,
    /// What its own statements import.
    imports: Imported,
    /// What it may change.
    changes: Changes,
    /// Names that are assigned at its top, with those in what they are assigned.
    references: HashMap<String, BTreeSet<String>>,
    /// Names of which nothing but attributes are read, each with these.
    modules: HashMap<String, BTreeSet<String>>,
    /// Names that are bound there at some moment.
    ever_binds: HashSet<String>,
    /// It has a `from m import *`, which may bind any name.
    star_import: bool,
    /// The files that it writes and reads by name.
    files: Files,
}

fn names_of(example: &Example) -> Option<Names> {
    matches!(example.language, Language::Python | Language::Session).then(|| names_in(&Source::of(example).code)).flatten()
}

/// The names that code takes from before it, binds and changes.
pub(crate) struct Uses {
    /// Names that it uses and that neither it nor Python defines.
    pub(crate) needs: BTreeSet<String>,
    /// Names that are bound at its top level when it's over.
    pub(crate) binds: HashSet<String>,
    /// Names whose objects it may change.
    pub(crate) changes: HashSet<String>,
}

/// What names code uses; `None` where it can't be parsed.
pub(crate) fn uses(code: &str) -> Option<Uses> {
    names_in(code).map(|Names { needs, binds, changes, .. }| Uses { needs, binds, changes: changes.names })
}

fn names_in(code: &str) -> Option<Names> {
    // The newest grammar: here only names matter.
    syntax::parse(code, (3, 15)).map(|parsed| names_of_module(parsed.syntax(), code))
}

fn names_of_module(module: &ModModule, code: &str) -> Names {
    let mut names = scopes::names(module);
    names.references = references::references(module);
    names.modules = modules::modules(module);
    names.imports = Imported::of(&module.body, code, &names.ever_binds);
    names
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::judge::tests::example;

    /// Space-separated names that the code needs.
    fn needs(code: &str) -> String {
        let names = names_of(&example("q1.1", code)).expect("Python");
        names.needs.into_iter().collect::<Vec<_>>().join(" ")
    }

    /// Space-separated names that the code binds, in alphabetical order.
    fn binds(code: &str) -> String {
        let names = names_of(&example("q1.1", code)).expect("Python");
        names.binds.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn free_names() {
        for (code, expected) in [
            ("print(x)", "x"),
            ("x = 1\nprint(x)", ""),
            ("x = x + 1", "x"),
            ("x += 1", "x"),
            ("x: int = 1\nx", ""),
            ("x: Thing = 1", "Thing"),
            ("from __future__ import annotations\nx: Thing = 1", ""),
            ("def f():\n    y: Thing = 1", ""),
            ("x: int\nprint(x)", "x"),
            ("print(x)\nx = 1", "x"),
            ("def f():\n    return x\nx = 1", ""),
            ("def f():\n    return x", "x"),
            ("def f(x, *a, y=z, **k):\n    return x, a, y, k", "z"),
            ("def f(x: T) -> U: pass", "T U"),
            ("@deco\ndef f(): pass", "deco"),
            ("def f():\n    x = 1\n    def g():\n        return x\n    return g", ""),
            ("def f():\n    def g():\n        nonlocal x\n        x = 2\n    x = 1", ""),
            ("def f():\n    global x\n    x = 1\nf()\nprint(x)", ""),
            ("def f():\n    global x\n    x += 1", ""),
            ("class C(Base, metaclass=M):\n    a = 1\n    b = a\n    c = d", "Base M d"),
            ("class C:\n    a = 1\n    def f(self):\n        return a", "a"),
            ("class C:\n    def f(self):\n        return __class__, super(), self.a", ""),
            ("class C:\n    def f(self) -> C: pass", "C"),
            ("class C:\n    x = x", "x"),
            ("class C:\n    xs = [1]\n    ys = [i for i in xs]", ""),
            ("class C:\n    n = 1\n    ys = [n for i in [1]]", "n"),
            ("[i for i in xs if i > low]", "low xs"),
            ("[i for i in [1]]\nprint(i)", "i"),
            ("[j for i in xs for j in i]", "xs"),
            ("[i for i in i]", "i"),
            ("{k: v for k, v in d.items()}", "d"),
            ("any((hit := n) > 1 for n in ns)\nprint(hit)", "ns"),
            ("if (n := 10) > 5: print(n)", ""),
            ("lambda a, *b, c=d: a + e", "d e"),
            ("f = lambda: late\nlate = 1", ""),
            ("for i, (a, *b) in pairs:\n    print(i, a, b)\nprint(i)", "pairs"),
            ("with open('f') as f, lock as (a, b):\n    f, a, b", "lock"),
            ("try:\n    pass\nexcept E as e:\n    print(e)", "E"),
            ("try:\n    pass\nexcept OSError as e:\n    pass\nprint(e)", "e"),
            ("import a.b.c, d as e\nfrom f import g as h, i\na, e, h, i", ""),
            ("import a.b as c\na", "a"),
            ("from m import *\nwhatever", ""),
            ("before\nfrom m import *\nafter", "before"),
            ("x = 1\ndel x\nx", "x"),
            ("del x", "x"),
            ("match v:\n    case [a, *b]: a, b\n    case {'k': c, **d}: c, d\n    case P(x=e) | Q(e): e\n    case _ as g: g", "P Q v"),
            ("match v:\n    case Color.RED: pass", "Color v"),
            ("x.y = 1\nz[k] = 2", "k x z"),
            ("f'{a} {b!r:>{width}}'", "a b width"),
            ("def f[T](x: T) -> T:\n    return x", ""),
            ("class Box[T: Bound]:\n    item: T", "Bound"),
            ("type Pair[T] = tuple[T, U]\nPair", "U"),
            ("async def f():\n    async with a as b:\n        await b\n    async for c in d: c", "a d"),
            ("await main()", "main"),
            ("print(__name__, __file__, ExceptionGroup)", ""),
            ("x = [y for y in range(3)]\nprint(x, y)", "y"),
            ("def f():\n    print(x)\n    x = 1", ""),
            ("if cond:\n    x = 1\nprint(x)", "cond"),
            ("while True:\n    n = n + 1", "n"),
            ("a = b = c", "c"),
            ("(a := b)", "b"),
            ("def f():\n    class C:\n        x = y\n    y = 1", ""),
            ("def f():\n    if (m := g()):\n        return m", "g"),
            ("def f():\n    import os\n    return os", ""),
            ("def f(a=[q for q in r]): pass", "r"),
            ("import typing\nif typing.TYPE_CHECKING:\n    from m import T\nx: T", ""),
            ("def broken(:\n    x = y\nz = w", "w y"),
        ] {
            assert_eq!(needs(code), expected, "{code}");
        }
    }

    #[test]
    fn bound_names() {
        for (code, expected) in [
            ("x = 1\ndef f(): y = 2\nclass C: z = 3", "C f x"),
            ("import a.b\nfrom c import d as e", "a e"),
            ("x = 1\ndel x", ""),
            ("for i in y: k = i", "i k"),
            ("[n for n in y]", ""),
            ("[(w := n) for n in y]", "w"),
            ("try: pass\nexcept E as e: k = 1", "k"),
            ("def f():\n    global g\n    g = 1", "f g"),
            ("with a as b: pass", "b"),
            ("match v:\n    case [p, *q]: pass", "p q"),
            ("x: int", ""),
            ("x.y = 1\nx[0] = 2", ""),
            ("type A = int", "A"),
            ("(a, [b, *c]) = v", "a b c"),
        ] {
            assert_eq!(binds(code), expected, "{code}");
        }
    }

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
