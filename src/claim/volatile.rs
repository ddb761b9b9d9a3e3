//! What differs from run to run or from machine to machine: random numbers, clocks, input, folders. A comment there shows an
//! example of a value; another value doesn't make it wrong.

use std::collections::{HashMap, HashSet};

use rustpython_ruff_python_ast::{
    Expr, Stmt,
    visitor::{self, Visitor},
};

use super::code::{Statement, last_name};

/// Names of variables and functions of the example whose value isn't certain, and what else isn't.
#[derive(Debug, Default)]
pub(super) struct Volatile<'a> {
    /// With the first byte from which on that's so.
    names: HashMap<&'a str, usize>,
    /// The generator of random numbers is seeded: what it gives is certain.
    is_seeded: bool,
    /// Variables of the environment that the example sets itself.
    set: HashSet<&'a str>,
}

impl<'a> Volatile<'a> {
    /// Goes through the statements, each before those inside it.
    pub(super) fn of(statements: &[Statement<'a>]) -> Self {
        let seeds = |statement: &Statement<'_>| match statement.node {
            Stmt::Expr(it) => it.value.as_call_expr().is_some_and(|call| last_name(&call.func) == Some("seed")),
            _ => false,
        };
        let mut volatile = Volatile { is_seeded: statements.iter().any(seeds), ..Volatile::default() };
        for statement in statements {
            // What is done again, or when something is called, may come before what stands above it.
            let since = if statement.in_loop || statement.function.is_some() { 0 } else { statement.range.end };
            let (targets, value): (Vec<&'a Expr>, &'a Expr) = match statement.node {
                Stmt::Assign(it) => (it.targets.iter().collect(), &it.value),
                Stmt::AugAssign(it) => (vec![&it.target], &it.value),
                Stmt::AnnAssign(it) => match &it.value {
                    Some(value) => (vec![&it.target], value),
                    None => continue,
                },
                Stmt::For(it) => (vec![&it.target], &it.iter),
                Stmt::FunctionDef(it) => {
                    let mut search = Search { volatile: &volatile, at: usize::MAX, in_function: true, found: false };
                    search.visit_body(&it.body);
                    if search.found {
                        volatile.bind_name(it.name.as_str(), 0);
                    }
                    continue;
                }
                _ => continue,
            };
            volatile.set.extend(targets.iter().filter_map(|target| environment_variable(target)));
            if volatile.holds_at(value, usize::MAX) {
                targets.into_iter().for_each(|target| volatile.bind(target, since));
            }
        }
        volatile
    }

    /// Whether the value of an expression isn't certain that is looked at where a statement starts at this byte.
    pub(super) fn holds_at(&self, value: &'a Expr, at: usize) -> bool {
        let mut search = Search { volatile: self, at, in_function: false, found: false };
        search.visit_expr(value);
        search.found
    }

    fn bind(&mut self, target: &'a Expr, since: usize) {
        match target {
            Expr::Name(name) => self.bind_name(name.id.as_str(), since),
            Expr::Tuple(it) => it.elts.iter().for_each(|item| self.bind(item, since)),
            Expr::List(it) => it.elts.iter().for_each(|item| self.bind(item, since)),
            Expr::Starred(it) => self.bind(&it.value, since),
            _ => {}
        }
    }

    fn bind_name(&mut self, name: &'a str, since: usize) {
        let first = self.names.entry(name).or_insert(since);
        *first = since.min(*first);
    }
}

/// The name in `os.environ["NAME"]`.
fn environment_variable(expr: &Expr) -> Option<&str> {
    let it = expr.as_subscript_expr()?;
    let environment = it.value.as_attribute_expr().filter(|environment| environment.attr.as_str() == "environ")?;
    environment.value.as_name_expr().filter(|module| module.id.as_str() == "os")?;
    Some(it.slice.as_string_literal_expr()?.value.to_str())
}

/// Looks for something volatile in an expression or a function.
struct Search<'v, 'a> {
    volatile: &'v Volatile<'a>,
    /// Where it is looked at.
    at: usize,
    in_function: bool,
    found: bool,
}

impl<'a> Visitor<'a> for Search<'_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if environment_variable(expr).is_some_and(|name| self.volatile.set.contains(name)) {
            return;
        }
        self.found |= match expr {
            Expr::Name(name) => self.is_uncertain(name.id.as_str()) || name.id.as_str() == "__file__",
            // `random.choice`, `sys.path`: the module tells.
            Expr::Attribute(it) => it.value.as_name_expr().is_some_and(|module| self.is_volatile(module.id.as_str(), it.attr.as_str())),
            Expr::Call(call) => last_name(&call.func).is_some_and(|name| self.is_volatile_call(name)),
            _ => false,
        };
        if !self.found {
            visitor::walk_expr(self, expr);
        }
    }
}

impl Search<'_, '_> {
    fn is_uncertain(&self, name: &str) -> bool {
        self.volatile.names.get(name).is_some_and(|since| *since <= self.at)
    }

    fn is_volatile(&self, module: &str, attribute: &str) -> bool {
        match module {
            "random" => !self.volatile.is_seeded && !matches!(attribute, "Random" | "seed"),
            "uuid" | "secrets" => true,
            "platform" | "psutil" | "resource" | "getpass" | "socket" => true,
            // A function that looks at the clock mostly measures itself; its value isn't the time.
            "time" => !self.in_function && !matches!(attribute, "sleep" | "struct_time"),
            "sys" => matches!(attribute, "version" | "version_info" | "path" | "executable" | "platform" | "prefix" | "argv"),
            "os" => matches!(
                attribute,
                "environ" | "name" | "getcwd" | "getpid" | "getppid" | "listdir" | "urandom" | "getlogin" | "cpu_count" | "uname"
            ),
            _ => false,
        }
    }

    fn is_volatile_call(&self, name: &str) -> bool {
        match name {
            "input" | "id" | "hash" | "uuid1" | "uuid4" | "getpass" | "token_hex" | "token_urlsafe" | "urandom" => true,
            "randint" | "randrange" | "shuffle" | "getrandbits" => !self.volatile.is_seeded,
            "perf_counter" | "monotonic" | "process_time" | "time_ns" | "perf_counter_ns" | "timeit" => !self.in_function,
            "now" | "utcnow" | "today" | "cwd" | "getcwd" | "home" | "expanduser" | "gethostname" | "getpid" | "cpu_count"
            | "get_ident" | "get_native_id" | "get_traced_memory" | "memory_info" | "cpu_percent" | "getuser" | "urlopen" => true,
            _ => false,
        }
    }
}
