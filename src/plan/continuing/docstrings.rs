//! What docstrings use without an import of their own.

use std::collections::{BTreeSet, HashMap, HashSet};

use rustpython_ruff_python_ast::{Expr, Stmt, StmtIf};
use rustpython_ruff_text_size::Ranged;

use super::{Imported, modules, names_in, names_of, syntax};
use crate::extract::Example;

/// What a docstring uses and doesn't bind.
#[derive(Debug, Clone, Default)]
pub struct Takes {
    /// The statements that import what neither it, nor an example that it continues, nor the module as it runs binds: as the module imports it for type
    /// checkers, or as another of its docstrings does; else it may be the name of a module.
    pub imports: Vec<String>,
    /// The names that the module may lack, or by which it may know a private module of its package.
    pub lacks: BTreeSet<String>,
}

/// For each docstring of a module (whose source is given), what it uses and doesn't bind.
///
/// `continued` is what [`earlier`](super::earlier) gives for the same examples.
pub fn docstring_imports(examples: &[(&Example, Option<&str>)], continued: &[Vec<usize>], module: &str) -> Vec<Takes> {
    let AtRunTime { bound, private, mut importing } = at_run_time(module);
    let names: Vec<_> = examples.iter().map(|(example, _)| names_of(example).unwrap_or_default()).collect();
    for (name, statement) in names.iter().flat_map(|names| &names.imports.names).filter(|(name, _)| name != "*") {
        importing.entry(name.clone()).or_insert_with(|| statement.clone());
    }
    let mut all: Vec<Takes> = Vec::with_capacity(examples.len());
    for (index, (_, setup)) in examples.iter().enumerate() {
        let earlier = || continued.get(index).into_iter().flatten();
        let provided = setup.and_then(names_in).map(|names| names.binds).unwrap_or_default();
        let is_bound = |name: &String| {
            bound.contains(name)
                || provided.contains(name)
                || earlier().filter_map(|&it| names.get(it)).any(|names| names.binds.contains(name))
        };
        let as_module = |name: &String| names[index].modules.get(name).map(|attributes| modules::import(name, attributes));
        let own = names[index].needs.iter().filter(|name| !is_bound(name));
        let own = own.filter_map(|name| importing.get(name).cloned().or_else(|| as_module(name)));
        // What those that it continues need, it needs as well.
        let of_earlier = || earlier().filter_map(|&it| all.get(it));
        let mut found: Vec<String> = Vec::new();
        for statement in of_earlier().flat_map(|one| &one.imports).cloned().chain(own) {
            if !found.contains(&statement) {
                found.push(statement);
            }
        }
        let lacks = names[index].needs.iter().filter(|name| !is_bound(name) || private.contains(*name));
        let lacks = lacks.chain(of_earlier().flat_map(|one| &one.lacks)).cloned().collect();
        all.push(Takes { imports: found, lacks });
    }
    all
}

/// What a module has when it runs.
#[derive(Default)]
struct AtRunTime {
    /// The names that it binds then.
    bound: HashSet<String>,
    /// Those by which it may know a private module.
    private: HashSet<String>,
    /// Those that it imports for type checkers alone, each with the statement.
    importing: HashMap<String, String>,
}

fn at_run_time(module: &str) -> AtRunTime {
    // The newest grammar: here only names matter.
    let Some(parsed) = syntax::parse(module, (3, 15)) else { return AtRunTime::default() };
    let mut imported = HashMap::new();
    let mut left = module.to_owned();
    let for_checkers = |stmt: &Stmt| stmt.as_if_stmt().filter(|stmt| is_type_checking(stmt)).map(|stmt| stmt.body.clone());
    for body in parsed.syntax().body.iter().rev().filter_map(for_checkers) {
        imported.extend(Imported::of(&body, module, &HashSet::new()).names);
        let ends = body.first().zip(body.last()).map(|(first, last)| first.start().to_usize()..last.end().to_usize());
        if let Some(range) = ends.filter(|range| module.get(range.clone()).is_some()) {
            left.replace_range(range, "pass");
        }
    }
    let names = names_in(&left).unwrap_or_default();
    let is_private = |statement: &str| statement.contains("._") || statement.contains(" _");
    let private = names.imports.names.iter().filter(|(_, statement)| is_private(statement)).map(|(name, _)| name.clone()).collect();
    AtRunTime { bound: names.ever_binds, private, importing: imported }
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
    use super::{
        super::{continues, tests::of_sections},
        *,
    };

    /// What each docstring imports beside its own code, by its name of a section and its code.
    fn taken(module: &str, codes: &[(&str, &str)]) -> Vec<String> {
        let examples = of_sections(codes);
        let examples: Vec<(&Example, Option<&str>)> = examples.iter().map(|example| (example, None)).collect();
        docstring_imports(&examples, &continues(&examples), module).into_iter().map(|one| one.imports.join("; ")).collect()
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
