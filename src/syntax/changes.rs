//! Which names' objects a module may change without binding the names anew: `box[0] = 1`, `box.append(1)`, `fill(box)`.
//!
//! A guess to the safe side: an example that changes an object belongs to the examples that are continued where the object is used.
//! What only reads (`len(box)`, `box.keys()`, `print(box)`) isn't a change.

use std::collections::HashSet;

use rustpython_ruff_python_ast::{
    Decorator, Expr, ExprCall, ModModule, Stmt,
    visitor::{Visitor, walk_expr, walk_stmt},
};

/// Builtins that leave their arguments as they are.
const READING_FUNCTIONS: [&str; 36] = [
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytes",
    "callable",
    "chr",
    "dict",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "hasattr",
    "hash",
    "hex",
    "id",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "print",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
];
const MORE_READING_FUNCTIONS: [&str; 10] = ["pprint", "sorted", "str", "sum", "super", "tuple", "type", "vars", "zip", "help"];

/// Methods of the builtin types that leave their object as it is.
const READING_METHODS: [&str; 40] = [
    "as_integer_ratio",
    "bit_count",
    "bit_length",
    "capitalize",
    "casefold",
    "center",
    "copy",
    "count",
    "decode",
    "difference",
    "encode",
    "endswith",
    "find",
    "format",
    "get",
    "hex",
    "index",
    "intersection",
    "isalpha",
    "isdigit",
    "isdisjoint",
    "issubset",
    "issuperset",
    "items",
    "join",
    "keys",
    "lower",
    "lstrip",
    "partition",
    "replace",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "title",
    "union",
    "upper",
    "values",
];

/// What decorators are called that register something with the object that has them.
const REGISTERING: [&str; 7] = ["register", "route", "command", "event", "errorhandler", "get", "post"];

/// What a module's own statements may change. Bodies of functions don't count: they run when they're called.
pub(super) fn changes(module: &ModModule) -> Changes {
    let mut changes = Changes::default();
    changes.visit_body(&module.body);
    changes
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// The names whose objects they may change.
    pub(crate) names: HashSet<String>,
    /// The names whose objects may register what they decorate, unless they are modules: `@Tea.kind("green")`.
    pub(crate) registers: HashSet<String>,
}

impl Changes {
    /// The name that a chain of attributes and subscripts starts with.
    fn root(&mut self, expr: &Expr) {
        let mut expr = expr;
        loop {
            expr = match expr {
                Expr::Attribute(it) => &it.value,
                Expr::Subscript(it) => &it.value,
                Expr::Call(it) => &it.func,
                Expr::Starred(it) => &it.value,
                Expr::Name(name) => {
                    self.names.insert(name.id.to_string());
                    return;
                }
                _ => return,
            };
        }
    }

    fn target(&mut self, expr: &Expr) {
        match expr {
            Expr::Attribute(_) | Expr::Subscript(_) => self.root(expr),
            Expr::Tuple(it) => it.elts.iter().for_each(|item| self.target(item)),
            Expr::List(it) => it.elts.iter().for_each(|item| self.target(item)),
            _ => {}
        }
    }

    fn decorators(&mut self, decorators: &[Decorator]) {
        for decorator in decorators {
            let function = decorator.expression.as_call_expr().map_or(&decorator.expression, |call| &*call.func);
            let Some(it) = function.as_attribute_expr() else { continue };
            if REGISTERING.contains(&it.attr.as_str()) {
                self.root(&it.value);
            } else if let Some(name) = it.value.as_name_expr() {
                self.registers.insert(name.id.to_string());
            }
        }
    }

    fn call(&mut self, call: &ExprCall) {
        let reads = match &*call.func {
            Expr::Name(name) => {
                READING_FUNCTIONS.contains(&name.id.as_str())
                    || MORE_READING_FUNCTIONS.contains(&name.id.as_str())
                    // A new object is hardly made by changing what it's made of.
                    || name.id.starts_with(char::is_uppercase)
            }
            Expr::Attribute(method) => {
                let reads = READING_METHODS.contains(&method.attr.as_str());
                if !reads {
                    self.root(&method.value);
                }
                reads
            }
            _ => false,
        };
        if !reads {
            let arguments = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
            for argument in arguments.filter(|argument| matches!(argument, Expr::Name(_) | Expr::Attribute(_) | Expr::Starred(_))) {
                self.root(argument);
            }
        }
    }
}

impl<'a> Visitor<'a> for Changes {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                self.decorators(&def.decorator_list);
                return;
            }
            Stmt::ClassDef(def) => self.decorators(&def.decorator_list),
            Stmt::Assign(it) => it.targets.iter().for_each(|target| self.target(target)),
            Stmt::AugAssign(it) => self.root(&it.target),
            Stmt::AnnAssign(it) => self.target(&it.target),
            Stmt::Delete(it) => it.targets.iter().for_each(|target| self.target(target)),
            // Going through an iterator uses it up.
            Stmt::For(it) => self.root(&it.iter),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => return,
            Expr::Call(call) => self.call(call),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes() {
        for (code, expected) in [
            ("box[0] = 1", "box"),
            ("box.size = 1", "box"),
            ("a.b[0], c = 1, 2", "a"),
            ("box += [1]", "box"),
            ("del box[0]", "box"),
            ("box.append(other)", "box other"),
            ("print(box.pop())", "box"),
            ("next(it)", "it"),
            ("for x in it:\n    print(x)", "it"),
            ("fill(box, n=other)", "box other"),
            ("box.rows[0].add(1)", "box"),
            ("box = 1", ""),
            ("print(box, len(box), box.keys())", ""),
            ("box[0] + box.size", ""),
            ("Tree(box)", ""),
            ("def f():\n    box.append(1)", ""),
            ("@box.register\ndef f(x): pass", "box"),
            ("@app.route('/')\ndef f(x): pass", "app"),
            ("@box.sorted\ndef f(x): pass", ""),
            ("lambda: box.append(1)", ""),
        ] {
            let parsed = rustpython_ruff_python_parser::parse_module(code).expect("valid code");
            let mut names: Vec<_> = changes(parsed.syntax()).names.into_iter().collect();
            names.sort();
            assert_eq!(names.join(" "), expected, "{code}");
        }
    }
}
