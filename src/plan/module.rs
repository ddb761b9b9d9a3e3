//! What a docstring's example has of its module.

/// Puts the names there.
const NAMES: &str = include_str!("module.py");

/// Code that puts the names of a module there, as `doctest` gives them to its docstrings, and `besides` what a reader takes for granted.
pub(super) fn names(module: &str, besides: bool) -> String {
    let besides = if besides { "True" } else { "False" };
    format!(
        "exec({NAMES:?}, {{\"names\": dict(vars(__import__(\"importlib\").import_module(\"{module}\"))), \
         \"module\": \"{module}\", \"besides\": {besides}, \"shown\": globals()}})\n"
    )
}
