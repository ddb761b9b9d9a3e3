//! What docstrings use without an import of their own.

use std::collections::{HashMap, HashSet};

use rustpython_ruff_python_ast::{Expr, Stmt, StmtIf};
use rustpython_ruff_text_size::Ranged;

use super::{Imported, modules, names_in, names_of, syntax};
use crate::extract::Example;

/// For each docstring of a module (whose source is given), the statements that import what it uses and what neither it, nor an example that it continues,
/// nor the module as it runs binds: as the module imports it for type checkers, or as another of its docstrings does; else it may be the name of a module.
///
/// `continued` is what [`earlier`](super::earlier) gives for the same examples.
pub fn docstring_imports(examples: &[(&Example, Option<&str>)], continued: &[Vec<usize>], module: &str) -> Vec<Vec<String>> {
    let (bound, mut importing) = at_run_time(module);
    let names: Vec<_> = examples.iter().map(|(example, _)| names_of(example).unwrap_or_default()).collect();
    for (name, statement) in names.iter().flat_map(|names| &names.imports.names).filter(|(name, _)| name != "*") {
        importing.entry(name.clone()).or_insert_with(|| statement.clone());
    }
    let mut imports: Vec<Vec<String>> = Vec::with_capacity(examples.len());
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
        let of_earlier = earlier().filter_map(|&it| imports.get(it)).flatten().cloned();
        let mut found: Vec<String> = Vec::new();
        for statement in of_earlier.chain(own) {
            if !found.contains(&statement) {
                found.push(statement);
            }
        }
        imports.push(found);
    }
    imports
}

/// The names that a module binds when it runs; and those that it imports for type checkers alone, each with the statement.
fn at_run_time(module: &str) -> (HashSet<String>, HashMap<String, String>) {
    // The newest grammar: here only names matter.
    let Some(parsed) = syntax::parse(module, (3, 15)) else { return Default::default() };
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
    let bound = names_in(&left).map(|names| names.ever_binds).unwrap_or_default();
    (bound, imported)
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
        docstring_imports(&examples, &continues(&examples), module).into_iter().map(|found| found.join("; ")).collect()
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
