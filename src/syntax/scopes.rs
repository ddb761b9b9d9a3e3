//! Scope analysis of one module: the names it needs and the names it binds.

use std::collections::{BTreeSet, HashMap, HashSet};

use rustpython_ruff_python_ast::{
    AnyParameterRef, Comprehension, ExceptHandler, Expr, ExprContext, ModModule, Parameters, Pattern, Stmt, TypeParams,
    visitor::{Visitor, walk_body, walk_except_handler, walk_expr, walk_pattern, walk_stmt},
};

use super::{builtins::is_builtin, changes, files, imports::Imported, names::Names};

/// The names that a module needs from outside and leaves bound.
pub(super) fn names(module: &ModModule) -> Names {
    let mut analysis = Analysis {
        scopes: vec![Scope::new(Kind::Module, None)],
        current: 0,
        later: Vec::new(),
        running: true,
        ever_bound: HashSet::new(),
        star_import: false,
        lazy_annotations: has_lazy_annotations(&module.body),
        needs: BTreeSet::new(),
    };
    analysis.visit_body(&module.body);
    // Bodies of functions run when the module is complete; those found on the way are put behind them.
    analysis.running = false;
    let mut next = 0;
    while let Some((scope, body)) = analysis.later.get(next).copied() {
        next += 1;
        analysis.current = scope;
        match body {
            Body::Statements(body) => analysis.visit_body(body),
            Body::Expression(expr) => analysis.visit_expr(expr),
        }
    }
    Names {
        needs: analysis.needs,
        binds: std::mem::take(&mut analysis.scopes[0].bound),
        ever_binds: analysis.ever_bound,
        star_import: analysis.star_import,
        imports: Imported::default(),
        references: HashMap::new(),
        modules: HashMap::new(),
        changes: changes::changes(module),
        files: files::files(module),
    }
}

/// Whether annotations stay unevaluated by `from __future__ import annotations`.
fn has_lazy_annotations(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| {
        matches!(stmt, Stmt::ImportFrom(import) if import.module.as_deref() == Some("__future__")
            && import.names.iter().any(|alias| alias.name.as_str() == "annotations"))
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Class,
    Function,
    /// Also type parameters: names of its own, but no place for statements.
    Comprehension,
}

struct Scope {
    kind: Kind,
    parent: Option<usize>,
    /// Names bound in it: all of a function's from the start, a module's and a class's as its statements pass.
    bound: HashSet<String>,
    /// Names declared `global` in it.
    globals: HashSet<String>,
    /// Names declared `nonlocal` in it.
    nonlocals: HashSet<String>,
}

impl Scope {
    fn new(kind: Kind, parent: Option<usize>) -> Self {
        Scope { kind, parent, bound: HashSet::new(), globals: HashSet::new(), nonlocals: HashSet::new() }
    }
}

/// What runs later than it's met.
#[derive(Clone, Copy)]
enum Body<'a> {
    Statements(&'a [Stmt]),
    Expression(&'a Expr),
}

struct Analysis<'a> {
    scopes: Vec<Scope>,
    current: usize,
    /// Bodies of functions with their scopes.
    later: Vec<(usize, Body<'a>)>,
    /// The module's own statements are passing: what is bound below them isn't bound yet.
    running: bool,
    /// Names that were bound in the module at some moment.
    ever_bound: HashSet<String>,
    /// `from m import *` was passed: any name may be bound.
    star_import: bool,
    lazy_annotations: bool,
    needs: BTreeSet<String>,
}

impl<'a> Analysis<'a> {
    fn load(&mut self, name: &str) {
        let mut at = Some(self.current);
        while let Some(index) = at {
            let scope = &self.scopes[index];
            // The names of a class are seen from its body alone.
            let visible = scope.kind != Kind::Class || index == self.current;
            if scope.kind != Kind::Module && visible {
                if scope.globals.contains(name) {
                    break;
                }
                if scope.bound.contains(name) {
                    return;
                }
            }
            at = scope.parent;
        }
        let bound = if self.running { self.scopes[0].bound.contains(name) } else { self.ever_bound.contains(name) };
        if !bound && !self.star_import && !is_builtin(name) {
            self.needs.insert(name.to_owned());
        }
    }

    fn bind(&mut self, name: &str) {
        let mut index = self.current;
        // `:=` in a comprehension binds around it.
        while self.scopes[index].kind == Kind::Comprehension {
            index = self.scopes[index].parent.unwrap_or(0);
        }
        if self.scopes[index].globals.contains(name) {
            index = 0;
        } else if self.scopes[index].nonlocals.contains(name) {
            return;
        }
        if index == 0 {
            self.ever_bound.insert(name.to_owned());
        }
        self.scopes[index].bound.insert(name.to_owned());
    }

    fn unbind(&mut self, name: &str) {
        // A function's names stay its own, bound or not.
        if matches!(self.scopes[self.current].kind, Kind::Module | Kind::Class) {
            self.scopes[self.current].bound.remove(name);
        }
    }

    /// Opens a scope, to be left by [`Analysis::leave`].
    fn enter(&mut self, kind: Kind) -> usize {
        let outer = self.current;
        self.scopes.push(Scope::new(kind, Some(outer)));
        self.current = self.scopes.len() - 1;
        outer
    }

    fn leave(&mut self, outer: usize) {
        self.current = outer;
    }

    /// Notes a function's body for later, with a scope of its own that holds its parameters and locals.
    fn function(&mut self, parameters: Option<&'a Parameters>, body: Body<'a>) {
        let mut scope = Scope::new(Kind::Function, Some(self.current));
        if let Some(parameters) = parameters {
            scope.bound.extend(parameters.iter().map(|parameter| parameter.name().to_string()));
        }
        let mut locals = Locals::default();
        match body {
            Body::Statements(body) => locals.visit_body(body),
            Body::Expression(expr) => locals.visit_expr(expr),
        }
        for name in &locals.globals {
            // What it will assign is taken to be there: the function may have been called.
            self.ever_bound.insert(name.clone());
            self.scopes[0].bound.insert(name.clone());
        }
        locals.bound.retain(|name| !locals.globals.contains(name) && !locals.nonlocals.contains(name));
        scope.bound.extend(locals.bound);
        scope.globals = locals.globals;
        scope.nonlocals = locals.nonlocals;
        self.scopes.push(scope);
        self.later.push((self.scopes.len() - 1, body));
    }

    fn parameters(&mut self, parameters: &'a Parameters) {
        for parameter in parameters.iter() {
            if let AnyParameterRef::NonVariadic(parameter) = parameter
                && let Some(default) = &parameter.default
            {
                self.visit_expr(default);
            }
        }
    }

    fn parameter_annotations(&mut self, parameters: &'a Parameters) {
        for annotation in parameters.iter().filter_map(|parameter| parameter.annotation()) {
            self.visit_annotation(annotation);
        }
    }

    /// Opens a scope with type parameters, if there are any.
    fn enter_type_params(&mut self, type_params: Option<&'a TypeParams>) -> usize {
        let Some(type_params) = type_params else { return self.current };
        let outer = self.enter(Kind::Comprehension);
        for param in &type_params.type_params {
            self.scopes[self.current].bound.insert(param.name().to_string());
        }
        self.visit_type_params(type_params);
        outer
    }

    fn comprehension(&mut self, generators: &'a [Comprehension], elements: &[&'a Expr]) {
        let Some((first, rest)) = generators.split_first() else { return };
        // The first iterable is evaluated outside.
        self.visit_expr(&first.iter);
        let outer = self.enter(Kind::Comprehension);
        self.comprehension_target(&first.target);
        first.ifs.iter().for_each(|test| self.visit_expr(test));
        for generator in rest {
            self.visit_expr(&generator.iter);
            self.comprehension_target(&generator.target);
            generator.ifs.iter().for_each(|test| self.visit_expr(test));
        }
        elements.iter().for_each(|element| self.visit_expr(element));
        self.leave(outer);
    }

    /// Binds a comprehension's own names in it, not around it as [`Analysis::bind`] does.
    fn comprehension_target(&mut self, target: &'a Expr) {
        let mut locals = Locals::default();
        locals.visit_expr(target);
        self.scopes[self.current].bound.extend(locals.bound);
    }
}

impl<'a> Visitor<'a> for Analysis<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                def.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.parameters(&def.parameters);
                let outer = self.enter_type_params(def.type_params.as_deref());
                self.parameter_annotations(&def.parameters);
                if let Some(returns) = &def.returns {
                    self.visit_annotation(returns);
                }
                self.function(Some(&def.parameters), Body::Statements(&def.body));
                self.leave(outer);
                self.bind(&def.name);
            }
            Stmt::ClassDef(def) => {
                def.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                let outer = self.enter_type_params(def.type_params.as_deref());
                if let Some(arguments) = &def.arguments {
                    self.visit_arguments(arguments);
                }
                let around = self.enter(Kind::Class);
                walk_body(self, &def.body);
                self.leave(around);
                self.leave(outer);
                self.bind(&def.name);
            }
            Stmt::TypeAlias(alias) => {
                let outer = self.enter_type_params(alias.type_params.as_deref());
                // Its value is looked up when somebody asks for it.
                self.later.push((self.current, Body::Expression(&alias.value)));
                self.leave(outer);
                self.visit_expr(&alias.name);
            }
            Stmt::AugAssign(assign) => {
                self.visit_expr(&assign.value);
                if let Expr::Name(name) = &*assign.target {
                    self.load(&name.id);
                }
                self.visit_expr(&assign.target);
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
                if self.scopes[self.current].kind != Kind::Function {
                    self.visit_annotation(&assign.annotation);
                }
                // Without a value, a name is declared but not bound.
                if assign.value.is_some() || !assign.target.is_name_expr() {
                    self.visit_expr(&assign.target);
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.bind(name.split('.').next().unwrap_or(name));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    match alias.name.as_str() {
                        "*" => self.star_import = true,
                        name => self.bind(alias.asname.as_ref().map_or(name, |asname| asname.as_str())),
                    }
                }
            }
            Stmt::Global(global) if self.current != 0 => {
                let names: Vec<String> = global.names.iter().map(|name| name.to_string()).collect();
                self.scopes[self.current].globals.extend(names);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_annotation(&mut self, expr: &'a Expr) {
        if !self.lazy_annotations {
            self.visit_expr(expr);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => match name.ctx {
                ExprContext::Store => self.bind(&name.id),
                ExprContext::Del => {
                    self.load(&name.id);
                    self.unbind(&name.id);
                }
                ExprContext::Load | ExprContext::Invalid => self.load(&name.id),
            },
            Expr::Lambda(lambda) => {
                if let Some(parameters) = lambda.parameters.as_deref() {
                    self.parameters(parameters);
                }
                self.function(lambda.parameters.as_deref(), Body::Expression(&lambda.body));
            }
            Expr::ListComp(comp) => self.comprehension(&comp.generators, &[&comp.elt]),
            Expr::SetComp(comp) => self.comprehension(&comp.generators, &[&comp.elt]),
            Expr::Generator(comp) => self.comprehension(&comp.generators, &[&comp.elt]),
            Expr::DictComp(comp) => self.comprehension(&comp.generators, &[&comp.key, &comp.value]),
            _ => walk_expr(self, expr),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            // Its type is evaluated before, but can't use the name for anything else.
            self.bind(name);
        }
        walk_except_handler(self, handler);
        if let Some(name) = &inner.name {
            self.unbind(name);
        }
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        captured(pattern).into_iter().for_each(|name| self.bind(name));
        walk_pattern(self, pattern);
    }
}

/// The name that a pattern itself captures, without those in it.
fn captured(pattern: &Pattern) -> Option<&str> {
    match pattern {
        Pattern::MatchAs(inner) => inner.name.as_deref(),
        Pattern::MatchStar(inner) => inner.name.as_deref(),
        Pattern::MatchMapping(inner) => inner.rest.as_deref(),
        _ => None,
    }
}

/// The names that a function's body binds, without those of functions and classes in it.
#[derive(Default)]
struct Locals {
    bound: HashSet<String>,
    globals: HashSet<String>,
    nonlocals: HashSet<String>,
    /// Depth of comprehensions, whose targets are their own.
    comprehensions: usize,
}

impl<'a> Visitor<'a> for Locals {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let mut bind = |name: &str| {
            self.bound.insert(name.to_owned());
        };
        match stmt {
            Stmt::FunctionDef(def) => bind(&def.name),
            Stmt::ClassDef(def) => bind(&def.name),
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    bind(name.split('.').next().unwrap_or(name));
                }
            }
            Stmt::ImportFrom(import) => {
                import.names.iter().for_each(|alias| bind(alias.asname.as_ref().unwrap_or(&alias.name)));
            }
            Stmt::Global(global) => self.globals.extend(global.names.iter().map(|name| name.to_string())),
            Stmt::Nonlocal(nonlocal) => self.nonlocals.extend(nonlocal.names.iter().map(|name| name.to_string())),
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx != ExprContext::Load && self.comprehensions == 0 => {
                self.bound.insert(name.id.to_string());
            }
            Expr::Named(named) => {
                if let Expr::Name(name) = &*named.target {
                    self.bound.insert(name.id.to_string());
                }
                self.visit_expr(&named.value);
            }
            Expr::Lambda(_) => {}
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehensions += 1;
                walk_expr(self, expr);
                self.comprehensions -= 1;
            }
            _ => walk_expr(self, expr),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        self.bound.extend(inner.name.as_ref().map(|name| name.to_string()));
        walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        self.bound.extend(captured(pattern).map(str::to_owned));
        walk_pattern(self, pattern);
    }
}
