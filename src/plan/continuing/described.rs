//! What a reference describes: the page of a module imports it, in the minds of its readers, and each function that it describes is that module's.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

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

/// What a reference describes.
#[derive(Debug, Default)]
pub(super) struct Described {
    /// By name, the statement that imports it.
    imports: HashMap<String, String>,
    /// The same of what has the name of its module: `array` of `array`.
    namesakes: HashMap<String, String>,
}

impl Described {
    /// The names that a document describes.
    pub(super) fn of(document: &Document) -> Described {
        let all = named(document);
        let owners = owners(document, &all);
        let mut module: Option<&str> = None;
        let mut seen: HashSet<&str> = HashSet::new();
        let mut found = Described::default();
        for (is_module, name) in all {
            if is_module {
                if owners.as_ref().is_none_or(|owners| owners.contains(name)) {
                    let first = name.split('.').next().unwrap_or(name);
                    found.imports.insert(first.to_owned(), format!("import {name}"));
                    module = Some(name);
                    seen.insert(name);
                }
                continue;
            }
            // On a page that was built, names are whole.
            let own = match document.format {
                Format::Html => split(name).rfind(|(module, _)| seen.contains(module)),
                _ => module.map(|module| (module, name.strip_prefix(module).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name))),
            };
            let Some((module, name)) = own.filter(|(_, name)| !name.contains('.') && !is_builtin(name)) else { continue };
            let names = if name == module { &mut found.namesakes } else { &mut found.imports };
            names.insert(name.to_owned(), format!("from {module} import {name}"));
        }
        found
    }

    /// The statement that imports a name, of which nothing but attributes is used or which is used in another way: `array.typecodes` is the module's, and
    /// `array('i')` isn't.
    pub(super) fn import(&self, name: &str, only_attributes: bool) -> Option<&String> {
        self.namesakes.get(name).filter(|_| !only_attributes).or_else(|| self.imports.get(name))
    }
}

/// A dotted name, parted at each of its dots.
fn split(name: &str) -> impl DoubleEndedIterator<Item = (&str, &str)> {
    name.match_indices('.').map(|(at, dot)| (&name[..at], &name[at + dot.len()..]))
}

/// The modules of a built page of which it describes something, where there are any: what else has such a mark is a heading, `Module contents`.
fn owners<'d>(document: &Document, all: &[(bool, &'d str)]) -> Option<HashSet<&'d str>> {
    let prefixes: HashSet<&str> =
        all.iter().filter(|(is_module, _)| !is_module).flat_map(|(_, name)| split(name)).map(|(module, _)| module).collect();
    let modules = all.iter().filter(|(is_module, name)| *is_module && prefixes.contains(name)).map(|(_, name)| *name);
    let owners: HashSet<&str> = modules.filter(|_| document.format == Format::Html).collect();
    (!owners.is_empty()).then_some(owners)
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
        let mut found: Vec<String> =
            Described::of(&document).imports.into_iter().map(|(name, statement)| format!("{name}: {statement}")).collect();
        found.sort();
        found
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
            "Broken: from cup import Broken",
            "Pot: from kettle.pots import Pot",
            "boil: from kettle.pots import boil",
            "cup: import cup",
            "kettle: import kettle.pots",
        ];
        assert_eq!(statements("a.rst", page), found);
        assert_eq!(statements("a.md", page), [] as [&str; 0]);
    }

    #[test]
    fn of_pages_that_were_built() {
        let page =
            "<html><section id=\"module-kettle\"><dt class=\"sig py\" id=\"kettle.boil\">\n<dt class=\"sig py\" id=\"kettle.Pot.pour\">";
        assert_eq!(statements("a.html", page), ["boil: from kettle import boil", "kettle: import kettle"]);
        assert_eq!(statements("a.html", "<section id=\"module-kettle\">"), ["kettle: import kettle"]);
    }

    #[test]
    fn headings_are_no_modules() {
        let page = "<section id=\"module-kettle\"><section id=\"module-contents\"><dt id=\"kettle.boil\"><dt id=\"cup.pour\">\
                    <section id=\"module-kettle.pots\"><dt id=\"kettle.pots.Pot\"><dt id=\"kettle.fill\">";
        let found = [
            "Pot: from kettle.pots import Pot",
            "boil: from kettle import boil",
            "fill: from kettle import fill",
            "kettle: import kettle.pots",
        ];
        assert_eq!(statements("a.html", page), found);
    }

    #[test]
    fn namesakes_of_their_module() {
        let page = ".. module:: kettle\n.. class:: kettle(size)\n.. function:: boil()\n";
        let document = Document::decode("a.rst", page.as_bytes()).expect("is text");
        let described = Described::of(&document);
        let import = |name, only_attributes| described.import(name, only_attributes).map(String::as_str);
        assert_eq!(import("kettle", false), Some("from kettle import kettle"));
        assert_eq!(import("kettle", true), Some("import kettle"));
        assert_eq!(import("boil", true), Some("from kettle import boil"));
    }
}
