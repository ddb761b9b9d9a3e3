//! What docstrings use without an import of their own.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use rustpython_ruff_python_ast::{Expr, Stmt, StmtIf};
use rustpython_ruff_text_size::Ranged;

use super::{Examples, modules};
use crate::{
    plan::imports::standard,
    syntax::{self, builtins::is_builtin, imports::Imported, names::Names},
};

/// What an example uses and doesn't bind.
#[derive(Debug, Clone, Default)]
pub struct Takes {
    /// The statements that import what neither it, nor an example that it continues, nor the module as it runs binds: as the module imports it for type
    /// checkers, or as another of its docstrings does; else it may be the name of a module.
    pub imports: Vec<String>,
    /// The names that its module may lack, or by which that may know a private module of its package.
    pub lacks: BTreeSet<String>,
    /// It needs the names of its module: it uses some that neither it, nor an example that it continues, nor Python binds, or that mean something
    /// else there than in Python. What the module binds isn't asked, as it may do that in ways which its source doesn't show.
    pub uses_module: bool,
    /// Modules of the standard library that its module imports, where it needs the names of that.
    pub standard: Arc<[String]>,
}

impl Examples<'_> {
    /// For each docstring of a module (whose source is given), what it uses and doesn't bind.
    ///
    /// `continued` is what [`earlier`](Examples::earlier) gives for the same examples.
    pub fn taken_by_docstrings(&self, continued: &[Vec<usize>], module: &str) -> Vec<Takes> {
        let OfModule { ever_bound, bound, private, mut importing, standard } = OfModule::of(module);
        let redefined = |name: &str| is_builtin(name) && !name.starts_with("__") && ever_bound.contains(name);
        let nothing = Names::default();
        let names: Vec<&Names> = self.names.iter().map(|names| names.as_ref().unwrap_or(&nothing)).collect();
        for (name, statement) in names.iter().flat_map(|names| &names.imports.names).filter(|(name, _)| name != "*") {
            importing.entry(name.clone()).or_insert_with(|| statement.clone());
        }
        let mut own_uses: Vec<bool> = Vec::with_capacity(self.given.len());
        let mut all: Vec<Takes> = Vec::with_capacity(self.given.len());
        for (index, ((example, setup), own)) in self.given.iter().zip(&names).enumerate() {
            let earlier = || continued.get(index).into_iter().flatten();
            let is_provided = |name: &String| {
                self.provides(*setup, name) || earlier().filter_map(|&it| names.get(it)).any(|names| names.binds.contains(name))
            };
            let taken: Vec<&String> = own.needs.iter().filter(|name| !is_provided(name)).collect();
            let missing = || taken.iter().filter(|name| !bound.contains(**name));
            let as_module = |name: &str| own.modules.get(name).map(|attributes| modules::import(name, attributes));
            let imports = missing().filter_map(|name| importing.get(*name).cloned().or_else(|| as_module(name)));
            let words = || example.code.split(|c: char| !c.is_alphanumeric() && c != '_');
            // A star import binds what it binds; what the module has besides may still be used.
            let besides = |name: &str| own.star_import && ever_bound.contains(name) && !own.ever_binds.contains(name);
            own_uses.push(!taken.is_empty() || words().any(|word| redefined(word) || besides(word)));
            // What those that it continues need, it needs as well.
            let of_earlier = || earlier().filter_map(|&it| all.get(it));
            let mut found: Vec<String> = Vec::new();
            for statement in of_earlier().flat_map(|one| &one.imports).cloned().chain(imports) {
                if !found.contains(&statement) {
                    found.push(statement);
                }
            }
            let by_private = own.needs.iter().filter(|name| private.contains(*name));
            let lacks = missing().copied().chain(by_private).chain(of_earlier().flat_map(|one| &one.lacks)).cloned().collect();
            let uses_module = own_uses[index] || earlier().any(|&it| own_uses.get(it) == Some(&true));
            let standard = if uses_module { Arc::clone(&standard) } else { Arc::default() };
            all.push(Takes { imports: found, lacks, uses_module, standard });
        }
        all
    }
}

/// What a module has.
#[derive(Default)]
struct OfModule {
    /// The names that it binds.
    ever_bound: HashSet<String>,
    /// Those that it binds when it runs.
    bound: HashSet<String>,
    /// Those by which it may know a private module.
    private: HashSet<String>,
    /// Those that it imports for type checkers alone, each with the statement.
    importing: HashMap<String, String>,
    /// The modules of the standard library that it imports.
    standard: Arc<[String]>,
}

impl OfModule {
    fn of(module: &str) -> OfModule {
        // The newest grammar: here only names matter.
        let Some(parsed) = syntax::parse(module, (3, 15)) else { return OfModule::default() };
        let mut importing = HashMap::new();
        let mut left = module.to_owned();
        let for_checkers = |stmt: &Stmt| stmt.as_if_stmt().filter(|stmt| is_type_checking(stmt)).map(|stmt| stmt.body.clone());
        for body in parsed.syntax().body.iter().rev().filter_map(for_checkers) {
            importing.extend(Imported::of(&body, module, &HashSet::new()).names);
            let ends = body.first().zip(body.last()).map(|(first, last)| first.start().to_usize()..last.end().to_usize());
            if let Some(range) = ends.filter(|range| module.get(range.clone()).is_some()) {
                left.replace_range(range, "pass");
            }
        }
        let all = Names::of_module(parsed.syntax(), module);
        let at_run_time = if left == module { None } else { Names::of(&left) };
        let Names { ever_binds, imports, .. } = at_run_time.as_ref().unwrap_or(&all);
        let is_private = |statement: &str| statement.contains("._") || statement.contains(" _");
        let private = imports.names.iter().filter(|(_, statement)| is_private(statement)).map(|(name, _)| name.clone()).collect();
        let standard = standard(parsed.syntax()).into();
        OfModule { bound: ever_binds.clone(), private, importing, standard, ever_bound: all.ever_binds }
    }
}

/// Whether an `if` asks whether a type checker reads it.
fn is_type_checking(stmt: &StmtIf) -> bool {
    let name = match &*stmt.test {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    name == "TYPE_CHECKING"
}

#[cfg(test)]
mod tests {
    use super::{super::tests::of_sections, *};
    use crate::extract::Example;

    /// What each docstring imports beside its own code, by its name of a section and its code.
    fn taken(module: &str, codes: &[(&str, &str)]) -> Vec<String> {
        let examples = of_sections(codes);
        let examples: Vec<(&Example, Option<&str>)> = examples.iter().map(|example| (example, None)).collect();
        let examples = Examples::of(&examples);
        examples.taken_by_docstrings(&examples.continues(), module).into_iter().map(|one| one.imports.join("; ")).collect()
    }

    #[test]
    fn as_another_docstring_imports() {
        let tea = [("a", "t.brew()"), ("b", "import tea as t\nt.pour()"), ("c", "import tee as t"), ("d", "t = 1\nt")];
        assert_eq!(taken("", &tea), ["import tea as t", "", "", ""]);
        assert_eq!(taken("t = 1\n", &tea), [""; 4]);
        assert_eq!(taken("", &[("a", "sqrt(2)"), ("b", "from math import *")]), ["", ""]);
        assert_eq!(taken("", &[("a", "import os"), ("b", "here = os.sep"), ("b", "print(here)")]), ["", "import os", "import os"]);
    }

    #[test]
    fn as_for_type_checkers() {
        let module = "import typing\nif typing.TYPE_CHECKING:\n    import os\n    from .pots import (\n        Pot,\n        Cup,\n    )\nelse:\n    Cup = 1\n";
        let pot = "from .pots import (\n        Pot,\n        Cup,\n    )";
        assert_eq!(taken(module, &[("a", "Pot()"), ("b", "Cup"), ("c", "import pots as Pot")]), [pot, "", ""]);
        assert_eq!(taken(&module.replace("typing.TYPE_CHECKING", "x"), &[("a", "Pot()")]), [""]);
    }
}
