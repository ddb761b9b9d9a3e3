//! What an example uses that older Pythons don't have: syntax, modules of the standard library and names in them.
//!
//! What is guarded (`try` with `except ImportError`, `if sys.version_info …`), and what is said to raise, needs nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use rustpython_ruff_python_ast::{
    ExceptHandler, Expr, ExprContext, ModModule, Stmt,
    visitor::{Visitor, walk_expr, walk_stmt},
};
use rustpython_ruff_python_parser::{Parsed, UnsupportedSyntaxError, UnsupportedSyntaxErrorKind as Kind};

use rustpython_ruff_text_size::Ranged;

use super::source::Source;
use crate::{
    claim::{Claim, Says},
    extract::Example,
    syntax,
};

mod library;

/// The oldest Python that runs examples: what it has needs nothing newer.
const OLDEST: (u8, u8) = (3, 10);

/// Attributes behind a module's first name that may be parts of a name in the standard library (`importlib.resources.abc.Traversable`).
const DEEPEST_NAME: usize = 3;

/// What needs the newest Python: its minor version, and what that brought.
pub type Needed = (u8, String);

/// What code uses that not every Python has, and what it imports. Code that isn't valid is CPython's to judge.
#[derive(Debug)]
pub struct Uses {
    by_syntax: Option<Needed>,
    names: Names,
    /// What its statements at top level import, whether or not it's said to raise.
    imports: BTreeMap<String, String>,
}

impl Uses {
    /// Of an example with these claims.
    pub fn of(example: &Example, claims: &[Claim]) -> Option<Uses> {
        let source = Source::of(example);
        let raises = |claim: &&Claim| claim.readings.iter().any(|reading| matches!(reading.says, Says::Raises { .. }));
        Uses::read(&source.code, claims.iter().filter(raises).map(|claim| source.range(&claim.target.range)).collect())
    }

    /// Of code that runs before an example.
    pub fn of_code(code: &str) -> Option<Uses> {
        Uses::read(code, Vec::new())
    }

    /// `raising` are the statements that are said to raise.
    fn read(code: &str, raising: Vec<Range<usize>>) -> Option<Uses> {
        let parsed = syntax::parse(code, OLDEST)?;
        let module = parsed.syntax();
        let mut names = Names { raising, ..Names::default() };
        names.visit_body(&module.body);
        let mut imports = Names::default();
        let importing = module.body.iter().filter(|stmt| matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_)));
        importing.for_each(|import| imports.visit_stmt(import));
        let by_syntax = by_syntax(&parsed).map(|(minor, what)| (minor, what.to_owned()));
        Some(Uses { by_syntax, names, imports: imports.imported })
    }

    /// The names that it imports, and what each denotes.
    pub fn imports(&self) -> impl Iterator<Item = (&str, &str)> {
        self.imports.iter().map(|(name, denotes)| (name.as_str(), denotes.as_str()))
    }

    /// The minor version of Python 3 that it needs at least, and what of it; `None` where the oldest will do. What was imported before it (by
    /// a setup, an earlier example) is known by its name.
    pub fn newer(&self, before: &BTreeMap<String, String>) -> Option<Needed> {
        self.by_syntax.clone().into_iter().chain(self.names.newer(before)).max_by_key(|(minor, _)| *minor)
    }
}

fn by_syntax(parsed: &Parsed<ModModule>) -> Option<(u8, &'static str)> {
    if parsed.has_invalid_syntax() {
        return None;
    }
    parsed.unsupported_syntax_errors().iter().filter_map(since).max_by_key(|(minor, _)| *minor)
}

/// The minor version that brought a piece of syntax, and its name; `None` for what was removed or is older than 3.10.
fn since(error: &UnsupportedSyntaxError) -> Option<(u8, &'static str)> {
    Some(match error.kind {
        Kind::ExceptStar => (11, "`except*`"),
        Kind::StarExpressionInIndex => (11, "`*` in an index"),
        Kind::StarAnnotation => (11, "`*` in an annotation"),
        Kind::TypeAliasStatement => (12, "`type` statement"),
        Kind::TypeParameterList => (12, "type parameters"),
        Kind::Pep701FString(_) => (12, "quotes, comments or backslashes inside an f-string's braces"),
        Kind::TypeParamDefault => (13, "default of a type parameter"),
        Kind::TemplateStrings => (14, "t-string"),
        Kind::UnparenthesizedExceptionTypes => (14, "several exception types without parentheses"),
        Kind::LazyImportStatement => (15, "`lazy` import"),
        Kind::IterableUnpackingInListComprehension => (15, "unpacking in a comprehension"),
        _ => return None,
    })
}

/// The names that code uses and where they come from.
#[derive(Debug, Default)]
struct Names {
    /// Statements that are said to raise.
    raising: Vec<Range<usize>>,
    /// Names that are imported: what each denotes, with dots.
    imported: BTreeMap<String, String>,
    /// Names that are assigned or defined.
    bound: BTreeSet<String>,
    /// Names that are read.
    names: BTreeSet<String>,
    /// Attributes that are read: of which name, and their own name, with dots.
    attributes: BTreeSet<(String, String)>,
}

impl Names {
    /// What of the standard library is used that came last.
    fn newer(&self, before: &BTreeMap<String, String>) -> Option<Needed> {
        let denoted = |name: &str| self.imported.get(name).or_else(|| before.get(name).filter(|_| self.names.contains(name)));
        let used = self.attributes.iter().filter_map(|(base, rest)| {
            let module = denoted(base).filter(|_| !self.bound.contains(base))?;
            Some(format!("{module}.{rest}"))
        });
        let of_before = self.names.iter().filter(|name| !self.imported.contains_key(*name)).filter_map(|name| before.get(name));
        let of_library = self.imported.values().chain(of_before).cloned().chain(used).filter_map(|dotted| {
            // `compression.zstd.compress` is new because `compression` is.
            let ends = dotted.match_indices('.').map(|(at, _)| at).chain([dotted.len()]);
            ends.filter_map(|end| dotted.get(..end)).find_map(|name| Some((library::since(name)?, format!("`{name}`"))))
        });
        let builtins = self.names.iter().filter(|name| !self.bound.contains(*name) && denoted(name).is_none());
        let builtins = builtins.filter_map(|name| Some((library::builtin_since(name)?, format!("`{name}`"))));
        let all: BTreeSet<Needed> = of_library.chain(builtins).collect();
        all.into_iter().next_back()
    }
}

impl<'a> Visitor<'a> for Names {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let range = stmt.start().to_usize()..stmt.end().to_usize();
        if self.raising.contains(&range) {
            return;
        }
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.name.as_str();
                    match &alias.asname {
                        Some(own) => self.imported.insert(own.to_string(), name.to_owned()),
                        None => {
                            // All of it is needed, though its first part alone is bound.
                            self.imported.insert(name.to_owned(), name.to_owned());
                            let first = name.split('.').next().unwrap_or(name);
                            self.imported.insert(first.to_owned(), first.to_owned())
                        }
                    };
                }
            }
            Stmt::ImportFrom(import) if import.level == 0 => {
                let module = import.module.as_deref().unwrap_or_default();
                for alias in &import.names {
                    let own = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.imported.insert(own.to_string(), format!("{module}.{}", alias.name));
                }
            }
            // One branch of several: which one runs is the example's own business.
            Stmt::If(inner) if !is_main(&inner.test) => {}
            Stmt::Try(inner) if inner.handlers.iter().any(catches_what_is_missing) => self.visit_body(&inner.finalbody),
            Stmt::FunctionDef(def) => {
                self.bound.insert(def.name.to_string());
                walk_stmt(self, stmt);
            }
            Stmt::ClassDef(def) => {
                self.bound.insert(def.name.to_string());
                walk_stmt(self, stmt);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Load => drop(self.names.insert(name.id.to_string())),
            Expr::Name(name) => drop(self.bound.insert(name.id.to_string())),
            Expr::Attribute(_) => {
                let (base, attributes) = chain(expr);
                match base {
                    Expr::Name(name) if name.ctx == ExprContext::Load => {
                        self.names.insert(name.id.to_string());
                        self.attributes.insert((name.id.to_string(), attributes.join(".")));
                    }
                    _ => self.visit_expr(base),
                }
            }
            _ => walk_expr(self, expr),
        }
    }
}

/// What attributes are taken of, and the first of them, as many as a name in the standard library has parts.
fn chain(expr: &Expr) -> (&Expr, Vec<&str>) {
    let mut attributes = Vec::new();
    let mut base = expr;
    while let Expr::Attribute(attribute) = base {
        attributes.push(attribute.attr.as_str());
        base = &attribute.value;
    }
    attributes.reverse();
    attributes.truncate(DEEPEST_NAME);
    (base, attributes)
}

/// `__name__ == "__main__"`
fn is_main(test: &Expr) -> bool {
    matches!(test, Expr::Compare(compare) if matches!(&*compare.left, Expr::Name(name) if name.id.as_str() == "__name__"))
}

/// Whether a handler gets what a missing module or name raises.
fn catches_what_is_missing(handler: &ExceptHandler) -> bool {
    let ExceptHandler::ExceptHandler(handler) = handler;
    let is_one = |expr: &Expr| {
        let name = match expr {
            Expr::Name(name) => name.id.as_str(),
            _ => return false,
        };
        ["ImportError", "ModuleNotFoundError", "AttributeError", "NameError", "Exception", "BaseException"].contains(&name)
    };
    match handler.type_.as_deref() {
        None => true,
        Some(Expr::Tuple(types)) => types.elts.iter().any(is_one),
        Some(one) => is_one(one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{claim::claims, judge::tests::example};

    fn needs(code: &str) -> Option<String> {
        let example = example("q1.1", code);
        Uses::of(&example, &claims(&example))?.newer(&BTreeMap::new()).map(|(minor, what)| format!("3.{minor}: {what}"))
    }

    #[test]
    fn what_was_imported_before_is_known() {
        let needs = |before: &str, code: &str| {
            let example = example("q1.1", code);
            let before = Uses::of_code(before).map(|before| before.imports).unwrap_or_default();
            Uses::of(&example, &claims(&example))?.newer(&before).map(|(_, what)| what)
        };
        let group = "async with asyncio.TaskGroup() as group:\n    pass\n";
        assert_eq!(needs("import asyncio\n\nasync def load(): pass\n", group).as_deref(), Some("`asyncio.TaskGroup`"));
        assert_eq!(needs("import itertools as it\n", "it.batched('abc', 2)\n").as_deref(), Some("`itertools.batched`"));
        // A name of its own, one that only a function knows, another one, and code that can't be read.
        assert_eq!(needs("import itertools\n", "itertools = 1\nitertools.batched\n"), None);
        assert_eq!(needs("def f():\n    import asyncio\n", group), None);
        assert_eq!(needs("import tomllib\n", "1 + 1\n"), None);
        assert_eq!(needs("import asyncio\nif:\n", "1 + 1\n"), None);
    }

    #[test]
    fn newer_parts_of_the_standard_library() {
        for (code, expected) in [
            ("import tomllib\n", "3.11: `tomllib`"),
            (">>> import tomllib\n", "3.11: `tomllib`"),
            ("from itertools import chain, batched\n", "3.12: `itertools.batched`"),
            ("from itertools import batched as b\n", "3.12: `itertools.batched`"),
            ("import itertools as it\nit.batched('abc', 2)\n", "3.12: `itertools.batched`"),
            ("import os.path\nos.path.splitroot('/a')\n", "3.12: `os.path.splitroot`"),
            ("from os import path\npath.splitroot('/a')\n", "3.12: `os.path.splitroot`"),
            ("import compression.zstd\n", "3.14: `compression`"),
            ("from compression import zstd\n", "3.14: `compression`"),
            ("from concurrent import interpreters\n", "3.14: `concurrent.interpreters`"),
            (
                "import asyncio\nasync def f():\n    try:\n        async with asyncio.TaskGroup(): pass\n    except ValueError: pass\n",
                "3.11: `asyncio.TaskGroup`",
            ),
            ("raise ExceptionGroup('a', [])\n", "3.11: `ExceptionGroup`"),
            ("if __name__ == '__main__':\n    import tomllib\n", "3.11: `tomllib`"),
            ("import itertools\nprint([itertools.batched('abc', 2).x.y])\n", "3.12: `itertools.batched`"),
            ("import itertools\nf(itertools.batched('abc', 2)).x\n", "3.12: `itertools.batched`"),
            ("import math, tomllib\nmath.sumprod([], [])\n", "3.12: `math.sumprod`"),
        ] {
            assert_eq!(needs(code).as_deref(), Some(expected), "{code}");
        }
    }

    #[test]
    fn what_needs_nothing_newer() {
        for code in [
            "import itertools\nitertools.chain()\n",
            "try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib\n",
            "try:\n    import tomllib\nexcept (OSError, ModuleNotFoundError):\n    tomllib = None\n",
            "import sys\nif sys.version_info >= (3, 11):\n    import tomllib\n",
            "import tomllib  # ModuleNotFoundError\n",
            "import math\nmath.cbrt(8)  # AttributeError\n",
            "class itertools:\n    batched = 1\nimport itertools\nitertools.batched\n",
            "from .itertools import batched\n",
            "from more_itertools import batched\n",
            "class ExceptionGroup(Exception): pass\nraise ExceptionGroup\n",
            "from exceptiongroup import ExceptionGroup\n",
            "self.math.cbrt(8)\n",
            "x = 1\nx.batched\n",
            "f().batched\n",
            "import math\nmath.pi.cbrt\n",
        ] {
            assert_eq!(needs(code), None, "{code}");
        }
    }

    #[test]
    fn newer_syntax() {
        assert_eq!(needs("type A = int\n").as_deref(), Some("3.12: `type` statement"));
        assert_eq!(needs(">>> type A = int\n").as_deref(), Some("3.12: `type` statement"));
        assert_eq!(needs("def f[T](x: T) -> T: return x\n").as_deref(), Some("3.12: type parameters"));
        assert_eq!(needs("class A[T = int]: pass\n").as_deref(), Some("3.13: default of a type parameter"));
        assert_eq!(needs("try:\n    pass\nexcept* ValueError:\n    pass\n").as_deref(), Some("3.11: `except*`"));
        assert_eq!(needs("x = t'{1}'\n").as_deref(), Some("3.14: t-string"));
        assert_eq!(needs("match 1:\n    case _: pass\n"), None);
        assert_eq!(needs("type A = int\nif x is None:\n"), None, "code that is invalid anyway is CPython's to judge");
    }
}
