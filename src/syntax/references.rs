//! Which names' objects may hold others': behind `total = price + 1` and `shop = Shop(shelf)`, a change of `price` or `shelf` may show in
//! `total` and `shop`.

use std::collections::{BTreeSet, HashMap};

use rustpython_ruff_python_ast::{
    Expr, ModModule, Stmt,
    visitor::{Visitor, walk_expr},
};

/// For each name that an assignment at the top of a module binds, the names in what is assigned.
pub(super) fn references(module: &ModModule) -> HashMap<String, BTreeSet<String>> {
    let mut references: HashMap<String, BTreeSet<String>> = HashMap::new();
    for stmt in &module.body {
        let (targets, value) = match stmt {
            Stmt::Assign(assign) => (&assign.targets[..], Some(&*assign.value)),
            Stmt::AnnAssign(assign) => (std::slice::from_ref(&*assign.target), assign.value.as_deref()),
            _ => continue,
        };
        let Some(value) = value else { continue };
        let held = names_in(value);
        for name in targets.iter().flat_map(names_in) {
            references.entry(name).or_default().extend(held.iter().cloned());
        }
    }
    references
}

fn names_in(expr: &Expr) -> BTreeSet<String> {
    let mut names = Names::default();
    names.visit_expr(expr);
    names.0
}

#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'a> Visitor<'a> for Names {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr {
            self.0.insert(name.id.to_string());
        }
        walk_expr(self, expr);
    }
}
