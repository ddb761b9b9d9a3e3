//! Statements whose value differs from run to run or from machine to machine, so that a claim about them can't be wrong.
//!
//! Only what a statement shows by itself counts: a call of a clock or of `random` in it, or a name that was assigned from one.

use std::collections::HashSet;

use rustpython_ruff_python_ast::{
    CmpOp, Expr, ModModule, Stmt,
    visitor::{Visitor, walk_expr, walk_stmt},
};
use rustpython_ruff_text_size::Ranged;

use crate::claim::code::words;

mod machine;
mod names;

use names::{FILES, IMPORTED, MODULES, NAMES};

/// Adds the names that a module assigns from what varies, and its functions that return it.
pub(super) fn add_names(names: &mut HashSet<String>, module: &ModModule) {
    let mut found = Varying { names: std::mem::take(names), own: HashSet::new(), at: At::Nowhere, at_place: false, files: false };
    found.visit_body(&module.body);
    *names = found.names;
}

/// Whether the statement at this place depends on what varies, behind code that left these names. `files`: what asks for files and folders
/// varies as well.
pub(super) fn varies(before: &HashSet<String>, module: &ModModule, at: usize, files: bool) -> bool {
    found(before, module, At::Statement(at), files)
}

/// Whether the only thing that varies in code is what day and time it is: another run at another time tells what depends on that.
pub(super) fn knows_clock_alone(code: &str) -> bool {
    const CLOCK: [&str; 3] = ["now", "utcnow", "today"];
    varies_by_these_alone(code, &CLOCK, |word| word.contains("random"))
}

/// What random numbers, texts and bytes are drawn with.
const CHANCE: [&str; 18] = [
    "random",
    "secrets",
    "uuid",
    "uuid4",
    "urandom",
    "token_hex",
    "token_bytes",
    "token_urlsafe",
    "randint",
    "randrange",
    "choice",
    "choices",
    "shuffle",
    "sample",
    "randbelow",
    "randbits",
    "getrandbits",
    "uniform",
];

/// Whether the only thing that varies in code is left to chance, as far as names tell.
pub(super) fn leaves_to_chance_alone(code: &str) -> bool {
    varies_by_these_alone(code, &CHANCE, |word| word == "sys")
}

/// Whether code has one of these words, and no other one of what varies, nor of what else may.
fn varies_by_these_alone(code: &str, these: &[&str], may_vary: impl Fn(&str) -> bool) -> bool {
    let others = |word: &str| (NAMES.contains(&word) || MODULES.contains(&word) || may_vary(word)) && !these.contains(&word);
    words(code).any(|word| these.contains(&word)) && !words(code).any(others)
}

/// Whether a statement shows whether things are equal, how many they are, or of which type: of what is random, too, this is seldom left to chance.
pub(super) fn asks_what_it_is(statement: &Stmt) -> bool {
    let is_such = |expr: &Expr| match expr {
        Expr::Compare(compare) => compare.ops.iter().all(|op| matches!(op, CmpOp::Eq | CmpOp::NotEq | CmpOp::Is | CmpOp::IsNot)),
        Expr::Call(call) => matches!(&*call.func, Expr::Name(name) if ["len", "isinstance", "type"].contains(&name.id.as_str())),
        _ => false,
    };
    let printed = |expr: &Expr| match expr {
        Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id == "print") => {
            matches!(&*call.arguments.args, [only] if is_such(only))
        }
        _ => false,
    };
    matches!(statement, Stmt::Expr(shown) if is_such(&shown.value) || printed(&shown.value))
}

/// Whether something that varies is given to a call whose result nobody takes: it's printed, or a function prints it.
pub(super) fn prints_varying(before: &HashSet<String>, module: &ModModule, files: bool) -> bool {
    found(before, module, At::Calls, files)
}

fn found(before: &HashSet<String>, module: &ModModule, at: At, files: bool) -> bool {
    let mut found = Varying { names: before.clone(), own: HashSet::new(), at, at_place: false, files };
    // A name may be used before the assignment that stands below it, in a loop.
    for _ in 0..2 {
        found.visit_body(&module.body);
    }
    found.at_place
}

/// Whether a module makes a set anywhere: its texts come in another order in each run.
pub(super) fn makes_set(module: &ModModule) -> bool {
    struct Search(bool);
    impl<'a> Visitor<'a> for Search {
        fn visit_expr(&mut self, expr: &'a Expr) {
            self.0 |= match expr {
                Expr::Set(_) | Expr::SetComp(_) => true,
                Expr::Call(call) => matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "set" | "frozenset")),
                _ => false,
            };
            walk_expr(self, expr);
        }
    }
    let mut search = Search(false);
    search.visit_body(&module.body);
    search.0
}

/// Whether a module imports what asks for files, or uses a module `glob`, whoever wrote that.
pub(super) fn knows_files(module: &ModModule) -> bool {
    struct Search(bool);
    impl<'a> Visitor<'a> for Search {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            let of_files = |name: &str| ["os", "os.path", "pathlib", "glob", "shutil"].contains(&name);
            self.0 |= match stmt {
                Stmt::Import(import) => import.names.iter().any(|alias| of_files(alias.name.as_str())),
                Stmt::ImportFrom(import) => import.module.as_deref().is_some_and(of_files),
                _ => false,
            };
            walk_stmt(self, stmt);
        }

        fn visit_expr(&mut self, expr: &'a Expr) {
            self.0 |= matches!(expr, Expr::Attribute(it) if it.value.as_name_expr().is_some_and(|module| module.id.as_str() == "glob"));
            walk_expr(self, expr);
        }
    }
    let mut search = Search(false);
    search.visit_body(&module.body);
    search.0
}

/// Where it's asked whether something varies.
#[derive(Clone, Copy)]
enum At {
    Nowhere,
    /// In the statement that starts here.
    Statement(usize),
    /// In what is given to calls that are statements.
    Calls,
}

struct Varying {
    /// Names assigned from what varies, and functions that return it.
    names: HashSet<String>,
    /// Names of modules that vary, which the code gives to something else.
    own: HashSet<String>,
    at: At,
    at_place: bool,
    /// What asks for files varies as well.
    files: bool,
}

impl Varying {
    fn in_expr(&self, expr: &Expr) -> bool {
        struct Search<'v>(&'v Varying, bool);
        impl<'a> Visitor<'a> for Search<'_> {
            fn visit_expr(&mut self, expr: &'a Expr) {
                self.1 |= match expr {
                    Expr::Name(name) => self.0.names.contains(name.id.as_str()),
                    Expr::Call(call) => {
                        is_varying_call(&call.func, &self.0.own) && !is_told(call)
                            || formats_now(call)
                            || machine::is_call(call)
                            || self.0.files && asks_for_files(&call.func)
                    }
                    Expr::Attribute(attribute) => machine::is_attribute(&attribute.value, attribute.attr.as_str()),
                    Expr::StringLiteral(text) => text.value.to_str() == "/etc/localtime",
                    _ => false,
                };
                // What a function written here would give isn't its own value; and whether two identities are one doesn't vary.
                if !matches!(expr, Expr::Lambda(_)) && !compares_identities(expr) {
                    walk_expr(self, expr);
                }
            }
        }
        let mut search = Search(self, false);
        search.visit_expr(expr);
        search.1
    }
}

impl<'a> Visitor<'a> for Varying {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.at_place |= match self.at {
            At::Nowhere => false,
            At::Statement(at) => stmt.start().to_usize() == at && self.in_statement(stmt),
            At::Calls => {
                let call = stmt.as_expr_stmt().and_then(|stmt| stmt.value.as_call_expr());
                call.is_some_and(|call| call.arguments.arguments_source_order().any(|argument| self.in_expr(argument.value())))
            }
        };
        match stmt {
            Stmt::Assign(inner) if self.in_expr(&inner.value) => inner.targets.iter().for_each(|target| self.taint(target)),
            // What a name denotes from here on is certain.
            Stmt::Assign(inner) => {
                for name in inner.targets.iter().filter_map(Expr::as_name_expr) {
                    self.names.remove(name.id.as_str());
                    // What is called so most likely is random all the same.
                    if MODULES.contains(&name.id.as_str()) && name.id != "random" {
                        self.own.insert(name.id.to_string());
                    }
                }
            }
            Stmt::AnnAssign(inner) if inner.value.as_deref().is_some_and(|value| self.in_expr(value)) => self.taint(&inner.target),
            Stmt::AugAssign(inner) if self.in_expr(&inner.value) => self.taint(&inner.target),
            Stmt::For(inner) if self.in_expr(&inner.iter) => self.taint(&inner.target),
            Stmt::ImportFrom(import) if import.module.as_deref().is_some_and(|module| IMPORTED.contains(&module)) => {
                self.names.extend(import.names.iter().map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).to_string()));
            }
            Stmt::FunctionDef(def) => {
                walk_stmt(self, stmt);
                let returns = def
                    .body
                    .iter()
                    .any(|inner| matches!(inner, Stmt::Return(inner) if inner.value.as_deref().is_some_and(|value| self.in_expr(value))));
                if returns {
                    self.names.insert(def.name.to_string());
                }
                return;
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }
}

impl Varying {
    /// Whether a statement itself shows what varies.
    fn in_statement(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Expr(inner) => self.in_expr(&inner.value) || is_command(&inner.value),
            Stmt::Assign(inner) => self.in_expr(&inner.value),
            Stmt::AugAssign(inner) => self.in_expr(&inner.value) || self.in_expr(&inner.target),
            Stmt::AnnAssign(inner) => inner.value.as_deref().is_some_and(|value| self.in_expr(value)),
            Stmt::Return(inner) => inner.value.as_deref().is_some_and(|value| self.in_expr(value)),
            Stmt::For(inner) => self.in_expr(&inner.iter),
            _ => false,
        }
    }

    fn taint(&mut self, target: &Expr) {
        match target {
            Expr::Name(name) => {
                self.names.insert(name.id.to_string());
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|item| self.taint(item)),
            Expr::List(list) => list.elts.iter().for_each(|item| self.taint(item)),
            Expr::Starred(starred) => self.taint(&starred.value),
            _ => {}
        }
    }
}

/// `id(a) == id(b)`
fn compares_identities(expr: &Expr) -> bool {
    let is_identity = |expr: &Expr| matches!(expr, Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id == "id"));
    matches!(expr, Expr::Compare(compare) if is_identity(&compare.left) && compare.comparators.iter().all(is_identity))
}

/// `random_cups(5, seed=3)`, `gmtime(0)`, `datetime.time(9, 30)`, `uuid.UUID('…')` and `day.ctime()` are what they're told to be; without arguments, and of the module, they
/// are now.
fn is_told(call: &rustpython_ruff_python_ast::ExprCall) -> bool {
    let (name, module) = match &*call.func {
        Expr::Name(name) => (name.id.as_str(), None),
        Expr::Attribute(it) => (it.attr.as_str(), it.value.as_name_expr().map(|module| module.id.as_str())),
        _ => return false,
    };
    let is_seed = |name: &str| name.contains("seed") || matches!(name, "random_state" | "rng");
    if call.arguments.keywords.iter().any(|keyword| keyword.arg.as_ref().is_some_and(|name| is_seed(name))) {
        return true;
    }
    match name {
        "time" | "localtime" | "gmtime" => !call.arguments.is_empty() || call.func.is_attribute_expr() && module.is_none(),
        "ctime" => !call.arguments.is_empty() || call.func.is_attribute_expr() && module != Some("time"),
        "UUID" | "uuid3" | "uuid5" => true,
        _ => false,
    }
}

fn is_varying_call(function: &Expr, own: &HashSet<String>) -> bool {
    // `get_random_cup`
    let varies = |name: &str| NAMES.contains(&name) || name.contains("random_") || name.ends_with("random");
    match function {
        Expr::Name(name) => varies(&name.id),
        Expr::Attribute(attribute) => {
            let is_module = |name: &str| MODULES.contains(&name) && !own.contains(name);
            varies(&attribute.attr) || matches!(&*attribute.value, Expr::Name(name) if is_module(&name.id))
        }
        _ => false,
    }
}

/// `help`, `quit`: names that only prompts have, and that other programs' prompts understand as well.
fn is_command(expr: &Expr) -> bool {
    matches!(expr, Expr::Name(name) if matches!(name.id.as_str(), "help" | "quit" | "exit" | "copyright" | "credits" | "license"))
}

fn asks_for_files(function: &Expr) -> bool {
    match function {
        Expr::Name(name) => FILES.contains(&name.id.as_str()),
        Expr::Attribute(attribute) => FILES.contains(&attribute.attr.as_str()),
        _ => false,
    }
}

/// `time.strftime("%H")`: without a time, it's the present one.
fn formats_now(call: &rustpython_ruff_python_ast::ExprCall) -> bool {
    let is_time = |value: &Expr| matches!(value, Expr::Name(name) if name.id == "time");
    call.arguments.len() < 2 && matches!(&*call.func, Expr::Attribute(it) if it.attr.as_str() == "strftime" && is_time(&it.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varying(code: &str) -> bool {
        last_varies(code, false)
    }

    fn last_varies(code: &str, files: bool) -> bool {
        let parsed = rustpython_ruff_python_parser::parse_module(code).expect("valid code");
        let last = parsed.syntax().body.last().expect("a statement").start().to_usize();
        varies(&HashSet::new(), parsed.syntax(), last, files)
    }

    #[test]
    fn what_depends_on_the_time_alone() {
        assert!(knows_clock_alone("tea = arrow.utcnow()\ntea.humanize()"));
        for code in ["tea = 5", "random.choice([now(), 5])", "now() - time.time()", "uuid.uuid1(), today()"] {
            assert!(!knows_clock_alone(code), "{code}");
        }
    }

    #[test]
    fn what_is_left_to_chance() {
        assert!(leaves_to_chance_alone("import os\ncups = os.urandom(5)\nlen(cups)"));
        for code in ["cups = 5", "random.seed(time.time())", "random.choice(os.listdir())", "sys.argv, random.random()"] {
            assert!(!leaves_to_chance_alone(code), "{code}");
        }
        let asks = |code: &str| asks_what_it_is(&rustpython_ruff_python_parser::parse_module(code).expect("valid code").syntax().body[0]);
        assert!(asks("cups == unpack(pack(cups))") && asks("len(cups)") && asks("print(type(cup))"));
        for code in ["cups > 5", "cup in cups", "random.choice(cups)", "print(cups)", "print(len(cups), 5)", "x = len(cups)"] {
            assert!(!asks(code), "{code}");
        }
    }

    #[test]
    fn what_varies_is_printed() {
        let prints = |code: &str| {
            let parsed = rustpython_ruff_python_parser::parse_module(code).expect("valid code");
            prints_varying(&HashSet::new(), parsed.syntax(), false)
        };
        for code in [
            "import tracemalloc\nsize = tracemalloc.get_traced_memory()\nprint(f'{size=}')\n",
            "top = tracemalloc.take_snapshot().statistics('lineno')\nfor each in top[:3]:\n    print(each)\n",
            "def show(x):\n    print(x)\nshow(random.random())\n",
        ] {
            assert!(prints(code), "{code}");
        }
        for code in ["tracemalloc.start()\nprint(5)\n", "start = time.time()\nprint('done')\n", "x = [random.random()]\nx = 5\nprint(x)\n"]
        {
            assert!(!prints(code), "{code}");
        }
    }

    #[test]
    fn files_vary_where_that_is_asked() {
        for code in ["Path('tea').exists()", "print(glob.glob('*.py'))", "found = sorted(p.rglob('*'))\nfound"] {
            assert!(last_varies(code, true) && !last_varies(code, false), "{code}");
        }
        assert!(!last_varies("p.name", true));
        let knows = |code: &str| knows_files(rustpython_ruff_python_parser::parse_module(code).expect("valid code").syntax());
        assert!(knows("def f():\n    import os.path\n") && knows("from pathlib import Path\n"));
        assert!(knows("from tea import glob\nglob.glob('*')\n"));
        assert!(!knows("import osmosis\nfrom tea import glob\n"));
    }

    #[test]
    fn what_varies() {
        for code in [
            "id(x)",
            "print(random.randint(1, 6))",
            "datetime.now()",
            "start = time.time()\nelapsed = time.time() - start\nprint(f'{elapsed:.2f}')",
            "def f():\n    return uuid4()\nprint(f())",
            "a, b = random.random(), 2\nprint(b)",
            "sys.version_info[:2]",
            "for x in random.sample(y, 2): print(x)",
            "time.strftime('%H')",
            "cups[pick_random_number() % 5]",
            "pot.at_random()",
            "multiprocessing.get_start_method()",
            "zlib.ZLIB_RUNTIME_VERSION",
            "for name in sorted(hashlib.algorithms_available): print(name)",
            "print(errno.EAGAIN)",
            "signal.SIGUSR1",
            "struct.calcsize('hhl')",
            "array('L').itemsize",
            "int.__subclasses__()",
            "sys._getframe().f_lineno",
            "sysconfig.get_config_var('A')",
            "from importlib.metadata import version as v\nv('tea')",
            "zone = tz.tzlocal()\nnoon.astimezone(zone)",
            "tz.tzfile('/etc/localtime')",
            "shutil.disk_usage('/').free",
            "tea.__version__",
            "tea.version_tuple[:2]",
            "pot = psutil.Process()\nprint(pot.cpu_affinity())",
            "sys.last_value",
            "context.get_ciphers()",
            "print(fpathconf(0, 'PC_NAME_MAX'))",
            "help",
            "x = 1\nx = random.random()\nx",
        ] {
            assert!(varying(code), "{code}");
        }
        for code in [
            "len(x)",
            "x = random.random()\nx = 1\nx",
            "tea.pot.__version__",
            "tea.pot.version_tuple",
            "time.strftime('%H', then)",
            "then.strftime('%H')",
            "x = random.random()\nprint(y)",
            "def timed():\n    start = time.time()\n    return 5\nprint(timed())",
            "f = lambda: time.time()\nprint(1)",
            "obj.identity(3)",
            "print('id(x)')",
            "print(id(x) == id(y))",
            "gmtime(0)",
            "datetime.time(9, 30)",
            "uuid.UUID('1' * 32)",
            "day.ctime()",
            "random_cups(5, seed=3)",
            "randomness(5)",
            "errno.ENOENT",
            "signal.SIGTERM",
            "signal.signal(5)",
            "struct.calcsize('<hhl')",
            "struct.calcsize('hhi')",
            "array('i').itemsize",
            "Pot.__subclasses__()",
            "pot.EAGAIN",
        ] {
            assert!(!varying(code), "{code}");
        }
    }
}
