//! What code imports, and what it sets of that.

use std::{
    collections::{BTreeSet, HashSet},
    ops::Range,
};

use rustpython_ruff_python_ast::{Alias, Expr, Stmt};
use rustpython_ruff_text_size::Ranged;

/// What the statements at the top of a module import.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Imported {
    /// The names that they bind (`*` for any), each with its statement. Statements that set what has been imported (`init_printing()` or `mp.pretty = True` behind
    /// a star import) are part of that: what is printed later depends on them.
    pub(crate) names: Vec<(String, String)>,
    /// The packages that something is imported from.
    pub(crate) packages: BTreeSet<String>,
    /// Packages that are set so, each with the statement.
    pub(crate) settings: Vec<(String, String)>,
}

impl Imported {
    /// What a module's body, of this code, imports. `binds` are the names that are bound there at some moment.
    pub(crate) fn of(body: &[Stmt], code: &str, binds: &HashSet<String>) -> Imported {
        let mut imported = Imported::default();
        // Of each name, the package.
        let mut packages: Vec<&str> = Vec::new();
        for stmt in body {
            let names: Vec<(&str, &str)> = match stmt {
                Stmt::Import(import) => import.names.iter().map(name_and_package).collect(),
                Stmt::ImportFrom(import) if import.module.as_deref() != Some("__future__") => {
                    let module = import.module.as_deref().filter(|_| import.level == 0).unwrap_or_default();
                    import.names.iter().map(|alias| (alias.asname.as_ref().unwrap_or(&alias.name).as_str(), package_of(module))).collect()
                }
                _ => continue,
            };
            let Some(statement) = code.get(stmt.start().to_usize()..stmt.end().to_usize()) else { continue };
            for (name, package) in names {
                imported.names.push((name.to_owned(), statement.to_owned()));
                packages.push(package);
            }
        }
        imported.packages = packages.iter().filter(|package| !package.is_empty()).map(|package| (*package).to_owned()).collect();
        for (name, call) in body.iter().filter_map(setting).filter_map(|(name, range)| Some((name, code.get(range)?))) {
            let of_name = imported.names.iter().position(|(known, _)| known == name);
            let by_star = || imported.names.iter().position(|(known, _)| known == "*" && !binds.contains(name));
            let Some(index) = of_name.or_else(by_star) else { continue };
            let importing = imported.names[index].1.clone();
            let setting = format!("{importing}\n{call}");
            for (_, statement) in imported.names.iter_mut().filter(|(_, statement)| *statement == importing) {
                statement.clone_from(&setting);
            }
            imported.settings.push((packages[index].to_owned(), setting));
        }
        imported
    }
}

/// An import without the attributes that are set below it.
pub(crate) fn without_settings(statement: &str) -> &str {
    let first = super::parse(statement, super::NEWEST).and_then(|parsed| Some(parsed.syntax().body.first()?.range().to_std_range()));
    first.and_then(|range| statement.get(range)).unwrap_or(statement)
}

/// The name that `import a.b` or `import a.b as c` binds, and the package.
fn name_and_package(alias: &Alias) -> (&str, &str) {
    let package = package_of(&alias.name);
    (alias.asname.as_ref().map_or(package, |name| name.as_str()), package)
}

/// The first part of a dotted name.
fn package_of(module: &str) -> &str {
    module.split('.').next().unwrap_or_default()
}

/// First words of functions that set something for all that follows.
const SETTING: [&str; 14] = [
    "init",
    "set",
    "seed",
    "use",
    "enable",
    "disable",
    "configure",
    "config",
    "setup",
    "filterwarnings",
    "simplefilter",
    "register",
    "activate",
    "setlocale",
];

/// The name of which a statement sets something for all that follows: `np` of `np.set_printoptions(2)`.
pub(crate) fn set_name(stmt: &Stmt) -> Option<&str> {
    setting(stmt).map(|(name, _)| name)
}

/// A statement that does no more than to set something by a call that stands for itself, or an attribute to a constant: the name that it starts with, and its
/// bytes.
fn setting(stmt: &Stmt) -> Option<(&str, Range<usize>)> {
    if let Stmt::Assign(assign) = stmt {
        let [target @ (Expr::Attribute(_) | Expr::Subscript(_))] = &assign.targets[..] else { return None };
        return assign.value.is_literal_expr().then(|| Some((first_name(target)?, stmt.start().to_usize()..stmt.end().to_usize())))?;
    }
    let (name, function) = called(stmt)?;
    let call = stmt.as_expr_stmt()?.value.as_call_expr()?;
    let is_plain = |value: &Expr| value.is_literal_expr();
    let arguments = &call.arguments;
    let stands_for_itself = arguments.args.iter().all(is_plain) && arguments.keywords.iter().all(|keyword| is_plain(&keyword.value));
    let range = stmt.start().to_usize()..stmt.end().to_usize();
    (is_setting(function) && stands_for_itself).then_some((name?, range))
}

/// The name that an attribute or an item starts with: `mp` of `mp.dps`, `getcontext` of `getcontext().prec`.
fn first_name(target: &Expr) -> Option<&str> {
    match target {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => first_name(&attribute.value),
        Expr::Subscript(item) => first_name(&item.value).filter(|_| item.slice.is_literal_expr()),
        Expr::Call(call) => first_name(&call.func).filter(|_| call.arguments.is_empty()),
        _ => None,
    }
}

/// Of a statement that is a call, the name that it starts with (where that is one), and the last name of the function.
pub(crate) fn called(stmt: &Stmt) -> Option<(Option<&str>, &str)> {
    let mut function = &*stmt.as_expr_stmt()?.value.as_call_expr()?.func;
    let last = match function {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return None,
    };
    while let Expr::Attribute(attribute) = function {
        function = &attribute.value;
    }
    Some((function.as_name_expr().map(|name| name.id.as_str()), last))
}

/// Whether a function of this name sets something for all that follows.
pub(crate) fn is_setting(function: &str) -> bool {
    SETTING.contains(&function.split('_').next().unwrap_or_default())
}
