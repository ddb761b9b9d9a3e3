//! Names that code uses as those of modules: `time.sleep(1)`.

use std::collections::{BTreeSet, HashMap};

use rustpython_ruff_python_ast::{
    Expr, ExprContext, ModModule,
    visitor::{Visitor, walk_expr},
};

/// The names of which nothing but attributes are read, each with these.
pub(super) fn modules(module: &ModModule) -> HashMap<String, BTreeSet<String>> {
    let mut uses = Uses::default();
    uses.visit_body(&module.body);
    uses.attributes.retain(|name, _| !uses.otherwise.contains(name));
    uses.attributes
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
    use crate::syntax::parse;

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
            let parsed = parse(code, (3, 13)).expect("Python");
            let mut found: Vec<String> = modules(parsed.syntax())
                .into_iter()
                .map(|(name, attributes)| format!("{name}: {}", attributes.into_iter().collect::<Vec<_>>().join(" ")))
                .collect();
            found.sort();
            assert_eq!(found.join("; "), expected, "{code}");
        }
    }
}
