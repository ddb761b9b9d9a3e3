//! The modules that code imports, as far as they may be there before it runs.

use std::collections::BTreeSet;

use rustpython_ruff_python_ast::{
    ModModule, Stmt,
    visitor::{Visitor, walk_stmt},
};

use crate::syntax::builtins::is_standard_library;

/// The top-level modules of the standard library that the code imports, in alphabetical order.
pub(super) fn standard(module: &ModModule) -> Vec<String> {
    #[derive(Default)]
    struct Imports(BTreeSet<String>);
    impl<'a> Visitor<'a> for Imports {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            let mut add = |name: &str| {
                let top = name.split('.').next().unwrap_or(name);
                if is_standard_library(top) {
                    self.0.insert(top.to_owned());
                }
            };
            match stmt {
                Stmt::Import(import) => import.names.iter().for_each(|alias| add(&alias.name)),
                Stmt::ImportFrom(import) if import.level == 0 => {
                    if let Some(module) = &import.module {
                        add(module);
                    }
                }
                _ => walk_stmt(self, stmt),
            }
        }
    }
    let mut imports = Imports::default();
    imports.visit_body(&module.body);
    imports.0.into_iter().collect()
}

/// The modules of a package that an import may mean by this dotted name: `from a.b import c` and `import a.b.c` import `a` and `a.b`, and `a.b.c`,
/// if that's a module. None for the standard library.
pub(crate) fn packages(dotted: &str) -> impl Iterator<Item = &str> {
    let dotted = dotted.trim_end_matches(".*");
    let top = dotted.split('.').next().unwrap_or(dotted);
    let is_package = !top.is_empty() && !is_standard_library(top);
    let ends = dotted.match_indices('.').map(|(at, _)| at).chain([dotted.len()]);
    ends.filter_map(move |end| dotted.get(..end).filter(|_| is_package))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn imports_of_the_standard_library() {
        let code = "import os.path, numpy\nfrom collections import deque\nfrom .json import x\ndef f():\n    import asyncio as a\n";
        let parsed = syntax::parse(code, (3, 15)).expect("Python");
        assert_eq!(standard(parsed.syntax()), ["asyncio", "collections", "os"]);
    }

    #[test]
    fn modules_of_packages() {
        let packages = |dotted| packages(dotted).collect::<Vec<_>>();
        assert_eq!(packages("numpy"), ["numpy"]);
        assert_eq!(packages("matplotlib.pyplot.plot"), ["matplotlib", "matplotlib.pyplot", "matplotlib.pyplot.plot"]);
        assert_eq!(packages("sympy.*"), ["sympy"]);
        assert!(packages("os.path").is_empty() && packages("").is_empty());
    }
}
