//! The names that code needs from outside, and those that it leaves behind.

use std::collections::{BTreeSet, HashMap, HashSet};

use rustpython_ruff_python_ast::ModModule;

use super::{changes::Changes, files::Files, imports::Imported, modules, parse, references, scopes};

/// What code needs from outside and leaves behind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Names that it uses and that neither it nor Python defines.
    pub(crate) needs: BTreeSet<String>,
    /// Names that are bound at its top level when it's over.
    pub(crate) binds: HashSet<String>,
    /// What its own statements import.
    pub(crate) imports: Imported,
    /// What it may change by its own statements.
    pub(crate) changes: Changes,
    /// Names that are assigned at its top, with those in what they are assigned.
    pub(crate) references: HashMap<String, BTreeSet<String>>,
    /// Names of which nothing but attributes are read, each with these.
    pub(crate) modules: HashMap<String, BTreeSet<String>>,
    /// Names that are bound there at some moment.
    pub(crate) ever_binds: HashSet<String>,
    /// It has a `from m import *`, which may bind any name.
    pub(crate) star_import: bool,
    /// The files that it writes and reads by name.
    pub(crate) files: Files,
}

impl Names {
    /// The names of code; `None` where it can't be parsed.
    pub(crate) fn of(code: &str) -> Option<Names> {
        // The newest grammar: here only names matter.
        parse(code, (3, 15)).map(|parsed| Names::of_module(parsed.syntax(), code))
    }

    /// The names of a module that has been parsed from this code.
    pub(crate) fn of_module(module: &ModModule, code: &str) -> Names {
        let mut names = scopes::names(module);
        names.references = references::references(module);
        names.modules = modules::modules(module);
        names.imports = Imported::of(&module.body, code, &names.ever_binds);
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Space-separated names that the code needs.
    fn needs(code: &str) -> String {
        let names = Names::of(code).expect("Python");
        names.needs.into_iter().collect::<Vec<_>>().join(" ")
    }

    /// Space-separated names that the code binds, in alphabetical order.
    fn binds(code: &str) -> String {
        let names = Names::of(code).expect("Python");
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
}
