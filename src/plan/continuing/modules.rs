//! Imports of modules that an example uses without one, `time.sleep(1)`: many pages leave out the import of what every reader knows.

use std::{collections::BTreeSet, sync::LazyLock};

/// Imports the module, where it has all that is used of it.
const IMPORT: &str = include_str!("modules.py");
/// How a statement that does so begins, up to the name of the module.
static BEGINNING: LazyLock<String> = LazyLock::new(|| format!("exec({IMPORT:?}, {{\"path\": \""));

/// Names by which everybody imports a module, and that pages use without it.
const SHORT: [(&str, &str); 8] = [
    ("jnp", "jax.numpy"),
    ("np", "numpy"),
    ("nx", "networkx"),
    ("pd", "pandas"),
    ("pl", "polars"),
    ("plt", "matplotlib.pyplot"),
    ("sns", "seaborn"),
    ("xr", "xarray"),
];

/// The code that imports a module of this name, or the one that it's short for, if there is one that has all these attributes, and else does nothing.
pub(super) fn import(name: &str, attributes: &BTreeSet<String>) -> String {
    let attributes: Vec<&str> = attributes.iter().map(String::as_str).collect();
    let module = SHORT.iter().find(|(short, _)| *short == name).map_or(name, |(_, module)| module);
    format!("{}{module}\", \"name\": {name:?}, \"attributes\": {attributes:?}, \"shown\": globals()}})", *BEGINNING)
}

/// The module that such code imports.
pub(crate) fn imported_by(code: &str) -> Option<&str> {
    code.strip_prefix(BEGINNING.as_str())?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names() {
        for (name, module) in [("np", "numpy"), ("plt", "matplotlib.pyplot"), ("time", "time")] {
            assert_eq!(imported_by(&import(name, &BTreeSet::new())), Some(module));
        }
    }

    #[test]
    fn what_imports_a_module_names_it() {
        let attributes = BTreeSet::from(["sleep".to_owned()]);
        assert_eq!(imported_by(&import("time", &attributes)), Some("time"));
        assert_eq!(imported_by("import time"), None);
        assert_eq!(imported_by("exec('import time')"), None);
    }
}
