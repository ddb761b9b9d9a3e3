//! What a docstring's example has of its module.

use std::collections::BTreeSet;

/// Adds what a reader takes for granted.
const READER: &str = include_str!("reader.py");
/// Names of a module that are its own.
const OWN: [&str; 5] = ["__builtins__", "__loader__", "__spec__", "__cached__", "__annotations__"];

/// Code that puts the names of a module there, as `doctest` gives them to its docstrings; and where it really `lacks` one of these, or knows a
/// private module of its package by it, what a reader takes for granted.
pub(super) fn names(module: &str, lacks: &BTreeSet<String>) -> String {
    // It's compiled where it's needed: that takes as long as most docstrings run.
    let more = format!(
        "all([name in names and not (type(names[name]) is kind and \"._\" in names[name].__name__) for name in {:?}]) \
         or exec({READER:?}, {{\"names\": names, \"module\": \"{module}\"}}), ",
        lacks.iter().collect::<Vec<_>>()
    );
    format!(
        "(lambda names, kind: ([names.pop(own, None) for own in {OWN:?}], {}globals().update(names)))\
         (dict(vars(__import__(\"importlib\").import_module(\"{module}\"))), type(__import__(\"sys\")))\n",
        if lacks.is_empty() { "" } else { &more }
    )
}
