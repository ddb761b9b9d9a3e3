//! What later examples of a document take from the imports of earlier ones.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

use regex::Regex;

use super::{Examples, described::Described, modules, standard};
use crate::{
    claim::session,
    syntax::{builtins::is_builtin, imports::Imported, names::Names},
};

impl Examples<'_> {
    /// For each example of one document, the statements with which earlier ones import what it uses and what neither it nor an example that
    /// it continues binds: what a document imports at its beginning holds to its end. What no earlier one imports, a later one may; else it may be a name of
    /// the standard library that speaks for itself, or that of a module.
    ///
    /// `continued` is what [`earlier`](Examples::earlier) gives for the same examples.
    pub fn imports(&self, continued: &[Vec<usize>]) -> Vec<Vec<String>> {
        // What the examples import themselves comes before what the text says of it, and before what it describes.
        let document = self.given.first().map(|(first, _)| &*first.document);
        let mut importing = document.map(|document| stated(&document.text)).unwrap_or_default();
        let described = document.map(Described::of).unwrap_or_default();
        let (later, bound_otherwise) = only_imported(&self.names);
        let mut settings: BTreeMap<String, String> = BTreeMap::new();
        let mut star_imports: Vec<String> = Vec::new();
        let mut bound: Vec<HashSet<&String>> = Vec::with_capacity(self.given.len());
        let mut imports: Vec<Vec<String>> = Vec::with_capacity(self.given.len());
        for (index, ((example, setup), names)) in self.given.iter().zip(&self.names).enumerate() {
            // What those that it continues import from elsewhere, it needs as well.
            let mut found: Vec<String> = Vec::new();
            for statement in continued.get(index).into_iter().flatten().filter_map(|&it| imports.get(it)).flatten() {
                if !found.contains(statement) {
                    found.push(statement.clone());
                }
            }
            let mut binds: HashSet<&String> = setup.and_then(|setup| self.setups.get(setup)).into_iter().flatten().collect();
            if let Some(names) = names {
                let earlier: Vec<&HashSet<&String>> = continued.get(index).into_iter().flatten().filter_map(|&it| bound.get(it)).collect();
                let is_bound = |name: &String| binds.contains(name) || earlier.iter().any(|binds| binds.contains(name));
                for name in names.needs.iter().filter(|name| !is_bound(name)) {
                    let attributes = names.modules.get(name).filter(|_| !bound_otherwise.contains(name));
                    let as_standard = || {
                        let is_free = !bound_otherwise.contains(name);
                        is_free
                            .then(|| {
                                standard::import(
                                    name,
                                    names.modules.get(name),
                                    example.document.text.get(..example.span.start).unwrap_or_default(),
                                )
                            })
                            .flatten()
                            .map(|statement| vec![statement])
                    };
                    let by_star = || match star_imports.as_slice() {
                        [] => described
                            .import(name, names.modules.contains_key(name), example.span.start)
                            .map(|statement| vec![statement.clone()]),
                        imports => Some(imports.to_vec()),
                    };
                    let as_module = || attributes.map(|attributes| vec![modules::import(name, attributes)]);
                    let statements = importing.get(name).map(|statement| vec![statement.clone()]).or_else(by_star);
                    // A class that a star doesn't give may be known without it; what it gives counts. Functions as `sqrt` are what many a star is for.
                    if statements.as_ref() == Some(&star_imports) && name.starts_with(char::is_uppercase) {
                        let module = |star: &String| star.split('*').next().unwrap_or_default().to_owned();
                        let of_star = |known: &String| star_imports.iter().any(|star| known.starts_with(&module(star)));
                        let known = as_standard().into_iter().flatten().filter(|known| !of_star(known) && !found.contains(known));
                        found.splice(0..0, known.collect::<Vec<_>>());
                    }
                    let statements = statements
                        .or_else(|| later.get(name).map(|statement| vec![statement.clone()]))
                        .or_else(as_standard)
                        .or_else(as_module)
                        .unwrap_or_default();
                    found.extend(statements.into_iter().filter(|statement| !found.contains(statement)).collect::<Vec<_>>());
                }
                // A session that imports some of a package anew is still typed where that was set.
                if session::is_session(&example.code) {
                    let set = names.imports.packages.iter().filter_map(|package| settings.get(package));
                    found.extend(set.filter(|statement| !found.contains(statement)).cloned().collect::<Vec<_>>());
                }
                let Imported { names: imported, settings: set, .. } = &names.imports;
                star_imports.extend(imported.iter().filter(|(name, _)| name == "*").map(|(_, statement)| statement.clone()));
                importing.extend(imported.iter().filter(|(name, _)| name != "*").cloned());
                settings.extend(set.clone());
                binds.extend(&names.binds);
            }
            bound.push(binds);
            imports.push(found);
        }
        imports
    }
}

/// The names that examples bind by nothing but imports, each with the first; and those that they bind otherwise.
fn only_imported(names: &[Option<Names>]) -> (HashMap<String, String>, HashSet<String>) {
    let mut importing = HashMap::new();
    let mut bound_otherwise: HashSet<String> = HashSet::new();
    for names in names.iter().flatten() {
        let imported: HashSet<&String> = names.imports.names.iter().map(|(name, _)| name).collect();
        bound_otherwise.extend(names.ever_binds.iter().filter(|name| !imported.contains(name)).cloned());
        for (name, statement) in &names.imports.names {
            importing.entry(name.clone()).or_insert_with(|| statement.clone());
        }
    }
    importing.retain(|name, _| !bound_otherwise.contains(name));
    (importing, bound_otherwise)
}

/// What a document's text says to be imported, in a literal of its own: "assume that it's imported by `import kettle as k`". Text that has lost
/// the marks of literals says so within a sentence; words are hardly named there.
fn stated(text: &str) -> HashMap<String, String> {
    static SAID: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?-u)(\bfrom [\w.]+ |[a-z][,:(]* )(import [\w.]+ as \w+)").expect("a pattern"));
    static IMPORT: LazyLock<Regex> = LazyLock::new(|| {
        let names = r"\w+(?: as \w+)?(?:, \w+(?: as \w+)?)*";
        Regex::new(&format!(r"(?-u)`(from [\w.]+ import {names}|import [\w.]+(?: as \w+)?)`")).expect("a pattern")
    });
    let said = SAID.captures_iter(text).filter(|found| !found[1].starts_with("from ")).map(|found| found.extract::<2>().1[1]);
    let literal = IMPORT.captures_iter(text).map(|found| found.extract::<1>().1[0]);
    let mut importing = HashMap::new();
    for statement in said.chain(literal) {
        let names = Names::of(statement).map(|names| names.imports.names).unwrap_or_default();
        importing.extend(names.into_iter().filter(|(name, _)| !is_builtin(name)));
    }
    importing
}

#[cfg(test)]
mod tests {
    use super::{super::tests::of_sections, *};
    use crate::extract::Example;

    fn imports_of(examples: &[(&Example, Option<&str>)]) -> Vec<Vec<String>> {
        let examples = Examples::of(examples);
        examples.imports(&examples.continues())
    }

    #[test]
    fn imports_that_the_text_states() {
        let found = |text: &str| {
            let mut found: Vec<(String, String)> = stated(text).into_iter().collect();
            found.sort();
            found.into_iter().map(|(name, statement)| format!("{name}: {statement}")).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(found("Assume `import kettle as k`, or ``from pots import Pot``."), "Pot: from pots import Pot; k: import kettle as k");
        assert_eq!(found("import kettle as k\n`import this or that` and `from io import open`"), "");
        assert_eq!(found("It's imported using import kettle as k, as usual."), "k: import kettle as k");
        assert_eq!(found("x = 1  # from pots import Pot as P\n>>> import kettle as k\n"), "");
    }

    #[test]
    fn imports_from_elsewhere() {
        let taken = |codes: &[(&str, &str)]| {
            let examples = of_sections(codes);
            let examples: Vec<(&Example, Option<&str>)> = examples.iter().map(|example| (example, None)).collect();
            imports_of(&examples).pop().expect("an example")
        };
        let json = "from json import dumps as text, loads";
        assert_eq!(taken(&[("a", json), ("b", "text(1)")]), [json]);
        assert_eq!(taken(&[("a", json), ("b", "text(1), loads('1')")]), [json]);
        assert_eq!(taken(&[("a", "import os.path"), ("b", "os.sep")]), ["import os.path"]);
        assert_eq!(taken(&[("a", "from math import *"), ("b", "sqrt(2)")]), ["from math import *"]);
        // What it doesn't give may speak for itself.
        let both = ["from decimal import Decimal", "from math import *"];
        assert_eq!(taken(&[("a", "from math import *"), ("b", "Decimal(sqrt(e))")]), both);
        assert_eq!(taken(&[("a", "from __future__ import annotations"), ("b", "annotations")]), [] as [&str; 0]);
        // What has been set comes along.
        let printing = "from sympy import *\ninit_printing(use_unicode=True)";
        assert_eq!(taken(&[("a", &format!("{printing}\nx = 1")), ("b", "limit(2)")]), [printing]);
        let digits = "import numpy as np\nnp.set_printoptions(precision=3)";
        assert_eq!(taken(&[("a", digits), ("b", "np.pi")]), [digits]);
        assert_eq!(taken(&[("a", &format!("{digits}\nnp.seed(x)\nnp.sqrt(2)")), ("b", "np.pi")]), [digits]);
        let pretty = "from mpmath import *\nmp.dps = 25; mp.pretty = True";
        let set = "from mpmath import *\nmp.dps = 25\nmp.pretty = True";
        assert_eq!(taken(&[("a", pretty), ("b", "besselj(0, 2)")]), [set]);
        let context = "from decimal import *\ngetcontext().prec = 6";
        assert_eq!(taken(&[("a", context), ("b", "Context()")]), [context]);
        let plain = "import kettle as k\nx = k.Pot()\nx.size = 3\nk.size = x\nk.pots[x] = 1";
        assert_eq!(taken(&[("a", plain), ("b", "k.boil()")]), ["import kettle as k"]);
        let own = "from math import *\ndef setup(): pass\nsetup()\nx = e\nx.set_a(1)";
        assert_eq!(taken(&[("a", own), ("b", "sqrt(2)")]), ["from math import *"]);
        // So it does for a session that imports more of the same package by itself.
        let session = ">>> from sympy import Integral\n>>> Integral(1)";
        assert_eq!(taken(&[("a", printing), ("b", session)]), [printing]);
        assert_eq!(taken(&[("a", printing), ("b", &session[4..32])]), [] as [&str; 0]);
        assert_eq!(taken(&[("a", printing), ("b", ">>> from math import pi\n>>> pi")]), [] as [&str; 0]);
        // What it continues imports it, or needs it as well.
        assert_eq!(taken(&[("b", "import os"), ("b", "os.sep")]), [] as [&str; 0]);
        assert_eq!(taken(&[("a", "import os"), ("b", "here = os.sep"), ("b", "print(here)")]), ["import os"]);
        assert_eq!(taken(&[("a", "os = 1"), ("b", "os.sep")]), [] as [&str; 0]);
        assert_eq!(taken(&[("b", "os.sep"), ("a", "import os"), ("b", "1")]), [] as [&str; 0]);
    }

    #[test]
    fn imports_from_below_and_by_name() {
        let first = |codes: &[(&str, &str)]| {
            let examples = of_sections(codes);
            let examples: Vec<(&Example, Option<&str>)> = examples.iter().map(|example| (example, None)).collect();
            imports_of(&examples).swap_remove(0)
        };
        let pots = "from pots import Pot, Cup";
        assert_eq!(first(&[("a", "Pot()"), ("b", pots), ("c", "from cups import Pot")]), [pots]);
        assert_eq!(first(&[("a", "Pot()"), ("b", pots), ("c", "class Pot: pass")]), [] as [&str; 0]);
        // Where nothing says what it is, it may be a module that has what is used.
        assert_eq!(first(&[("a", "time.sleep(1)")]), [modules::import("time", &["sleep".to_owned()].into())]);
        assert_eq!(first(&[("a", "print(time)")]), [] as [&str; 0]);
        // Or it speaks for itself.
        assert_eq!(first(&[("a", "Counter('tea')")]), ["from collections import Counter"]);
        assert_eq!(first(&[("a", "Counter('tea')"), ("b", "Counter = 5")]), [] as [&str; 0]);
    }
}
