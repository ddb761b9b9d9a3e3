//! Names that an example uses as those of modules, `time.sleep(1)`: many pages leave out the import of what every reader knows.

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

use rustpython_ruff_python_ast::{
    Expr, ExprContext, ModModule,
    visitor::{Visitor, walk_expr},
};

/// Imports the module, where it has all that is used of it.
const IMPORT: &str = include_str!("modules.py");
/// How a statement that does so begins, up to the name of the module.
static BEGINNING: LazyLock<String> = LazyLock::new(|| format!("exec({IMPORT:?}, {{\"path\": \""));

/// Names by which everybody imports a module, and that pages use without it.
const SHORT: [(&str, &str); 6] =
    [("np", "numpy"), ("nx", "networkx"), ("pd", "pandas"), ("plt", "matplotlib.pyplot"), ("sns", "seaborn"), ("xr", "xarray")];

/// The names of which nothing but attributes are read, each with these.
pub(super) fn modules(module: &ModModule) -> HashMap<String, BTreeSet<String>> {
    let mut uses = Uses::default();
    uses.visit_body(&module.body);
    uses.attributes.retain(|name, _| !uses.otherwise.contains(name));
    uses.attributes
}

/// The code that imports a module of this name, or the one that it's short for, if there is one that has all these attributes, and else does nothing.
pub(super) fn import(name: &str, attributes: &BTreeSet<String>) -> String {
    let attributes: Vec<&str> = attributes.iter().map(String::as_str).collect();
    let module = SHORT.iter().find(|(short, _)| *short == name).map_or(name, |(_, module)| module);
    format!("{}{module}\", \"name\": {name:?}, \"attributes\": {attributes:?}, \"shown\": globals()}})", *BEGINNING)
}

/// The module that such code imports.
pub(crate) fn imported_by(code: &str) -> Option<&str> {
    code.strip_prefix(BEGINNING.as_str())?.split('"').next()
}

#[derive(Default)]
struct Uses {
    attributes: HashMap<String, BTreeSet<String>>,
    /// Names that stand for themselves, or are bound.
    otherwise: BTreeSet<String>,
}

impl<'a> Visitor<'a> for Uses {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(attribute) if attribute.ctx == ExprContext::Load => match &*attribute.value {
                Expr::Name(name) => {
                    self.attributes.entry(name.id.to_string()).or_default().insert(attribute.attr.to_string());
                }
                value => self.visit_expr(value),
            },
            Expr::Name(name) => {
                self.otherwise.insert(name.id.to_string());
            }
            _ => walk_expr(self, expr),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::syntax;

    #[test]
    fn short_names() {
        for (name, module) in [("np", "numpy"), ("plt", "matplotlib.pyplot"), ("time", "time")] {
            assert_eq!(imported_by(&import(name, &BTreeSet::new())), Some(module));
        }
    }

    #[test]
    fn names_of_modules() {
        for (code, expected) in [
            ("time.sleep(time.time())", "time: sleep time"),
            ("os.path.join(a.b, c)", "a: b; os: path"),
            ("def f(x: typing.Any):\n    return f(tea).cup", "typing: Any"),
            ("tea.cup = 1", ""),
            ("queue = []\nqueue.pop()", ""),
            ("print(tea); tea.brew()", ""),
        ] {
            let parsed = syntax::parse(code, (3, 13)).expect("Python");
            let mut found: Vec<String> = modules(parsed.syntax())
                .into_iter()
                .map(|(name, attributes)| format!("{name}: {}", attributes.into_iter().collect::<Vec<_>>().join(" ")))
                .collect();
            found.sort();
            assert_eq!(found.join("; "), expected, "{code}");
        }
    }

    #[test]
    fn what_imports_a_module_names_it() {
        let attributes = BTreeSet::from(["sleep".to_owned()]);
        assert_eq!(imported_by(&import("time", &attributes)), Some("time"));
        assert_eq!(imported_by("import time"), None);
        assert_eq!(imported_by("exec('import time')"), None);
    }
}
