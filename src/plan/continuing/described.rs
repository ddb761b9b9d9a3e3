//! What a reference describes: the page of a module imports it, in the minds of its readers, and each function that it describes is that module's.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    document::{Document, Format},
    syntax::builtins::is_builtin,
};

/// A directive of Sphinx that names a module, or something of the last one.
static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    let names = "module|currentmodule|function|class|exception|data|decorator";
    Regex::new(&format!(r"(?m-u)^[ \t]*\.\. (?:py:)?({names})::[ \t]+([A-Za-z][\w.]*)")).expect("a pattern")
});
/// What these are on a page that Sphinx built.
static TARGET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"<(?:section|span|div)[^<>]* id="module-([A-Za-z](?-u:[\w.])*)"|<dt[^<>]* id="([A-Za-z](?-u:[\w.])*)""#)
        .expect("a pattern")
});

/// The names that a reference describes, each with the statement that imports it.
pub(super) fn described(document: &Document) -> Vec<(String, String)> {
    let mut module = None;
    let mut found = Vec::new();
    for (is_module, name) in named(document) {
        if is_module {
            found.push((name.split('.').next().unwrap_or(name).to_owned(), format!("import {name}")));
            module = Some(name);
            continue;
        }
        let Some(module) = module else { continue };
        let name = name.strip_prefix(module).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name);
        if !name.contains('.') && !is_builtin(name) && name != module {
            found.push((name.to_owned(), format!("from {module} import {name}")));
        }
    }
    found
}

/// The names of modules and of what they have, in their order.
fn named(document: &Document) -> Vec<(bool, &str)> {
    let text = document.text.as_str();
    match document.format {
        Format::Rst => {
            let all = DIRECTIVE.captures_iter(text).filter_map(|found| Some((found.get(1)?.as_str(), found.get(2)?.as_str())));
            all.map(|(directive, name)| (matches!(directive, "module" | "currentmodule"), name)).collect()
        }
        Format::Html => {
            let all = TARGET.captures_iter(text);
            all.filter_map(|found| found.get(1).map(|name| (true, name.as_str())).or_else(|| Some((false, found.get(2)?.as_str()))))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(name: &str, text: &str) -> Vec<String> {
        let document = Document::decode(name, text.as_bytes()).expect("is text");
        described(&document).into_iter().map(|(name, statement)| format!("{name}: {statement}")).collect()
    }

    #[test]
    fn of_references() {
        let page = "\
.. function:: early(x)

.. module:: kettle.pots

.. function:: boil(water, *, heat=5)
.. class:: Pot
   .. method:: pour()
.. function:: len(x)
.. data:: Pot.size
.. currentmodule:: cup

.. py:exception:: Broken
";
        let found = [
            "kettle: import kettle.pots",
            "boil: from kettle.pots import boil",
            "Pot: from kettle.pots import Pot",
            "cup: import cup",
            "Broken: from cup import Broken",
        ];
        assert_eq!(statements("a.rst", page), found);
        assert_eq!(statements("a.md", page), [] as [&str; 0]);
    }

    #[test]
    fn of_pages_that_were_built() {
        let page =
            "<html><section id=\"module-kettle\"><dt class=\"sig py\" id=\"kettle.boil\">\n<dt class=\"sig py\" id=\"kettle.Pot.pour\">";
        assert_eq!(statements("a.html", page), ["kettle: import kettle", "boil: from kettle import boil"]);
    }
}
