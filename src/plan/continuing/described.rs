//! What a reference describes: the page of a module imports it, in the minds of its readers, and each function that it describes is that module's.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use regex::Regex;

use crate::{
    claim::code::words,
    document::{Document, Format},
    syntax::builtins::is_builtin,
};

/// A directive of Sphinx that names a module, or something of the last one.
static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    let names = "module|currentmodule|automodule|function|class|exception|data|decorator|autofunction|autoclass|autoexception|autodata";
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
    /// By name, in the order of the page.
    entries: HashMap<String, Vec<Entry>>,
    /// Where the parts of the page begin that are about a module each, in order; the first byte, where something is described before.
    parts: Vec<usize>,
}

/// A name that is described.
#[derive(Debug)]
struct Entry {
    statement: String,
    /// It has the name of its module: `array` of `array`.
    is_namesake: bool,
    /// Where the part of the page begins that it's in.
    part: usize,
}

impl Described {
    /// The names that a document describes.
    pub(super) fn of(document: &Document) -> Described {
        let all = named(document);
        let owners = owners(document, &all);
        // Whatever is described within something else is no module's.
        let objects: HashSet<&str> = all.iter().filter(|found| !found.is_module).map(|found| found.name).collect();
        let is_class =
            |name: &str| objects.contains(name) || name.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase));
        let mut module: Option<&str> = None;
        let mut seen: HashSet<&str> = HashSet::new();
        let (mut part, mut described) = (0, Described::default());
        for Named { is_module, name, at } in &all {
            if *is_module {
                if owners.as_ref().is_none_or(|owners| owners.contains(name)) {
                    part = *at;
                    described.add(name.split('.').next().unwrap_or(name), format!("import {name}"), false, part);
                    module = Some(name);
                    seen.insert(name);
                }
                continue;
            }
            // On a page that was built, names are whole.
            let of_module = match document.format {
                Format::Html => split(name).rfind(|(module, _)| seen.contains(module)),
                _ => module.map(|module| (module, name.strip_prefix(module).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name))),
            };
            // Where no module is named that could have it, its own name says which one does.
            let of_name = || name.rsplit_once('.').filter(|(module, _)| !is_class(module));
            let Some((module, name)) = of_module.filter(|(_, name)| !name.contains('.')).or_else(of_name) else { continue };
            described.add(name, format!("from {module} import {name}"), name == module, part);
        }
        described
    }

    fn add(&mut self, name: &str, statement: String, is_namesake: bool, part: usize) {
        self.entries.entry(name.to_owned()).or_default().push(Entry { statement, is_namesake, part });
        if self.parts.last() != Some(&part) {
            self.parts.push(part);
        }
    }

    /// The statement that imports a name, of which nothing but attributes is used or which is used in another way: `array.typecodes` is the module's, and
    /// `array('i')` isn't. Where several modules have it, that of the one counts whose part of the page the byte `before` is in.
    pub(super) fn import(&self, name: &str, only_attributes: bool, before: usize) -> Option<&String> {
        let entries = self.entries.get(name).filter(|_| !is_builtin(name))?;
        let part = self.parts.iter().rfind(|part| **part < before);
        let statement = |is_namesake: bool| {
            let all = || entries.iter().filter(move |entry| entry.is_namesake == is_namesake);
            let near = all().rfind(|entry| Some(&entry.part) == part);
            let only = || all().next().filter(|first| all().all(|other| other.statement == first.statement));
            // Of a package, any of its modules brings the name.
            let of_package = || all().rfind(|entry| entry.statement.starts_with("import "));
            near.or_else(only).or_else(of_package).map(|entry| &entry.statement)
        };
        statement(true).filter(|_| !only_attributes).or_else(|| statement(false))
    }

    /// Whether a module is described that gives a builtin name a meaning of its own: `format(number)` of `isbn`.
    pub(super) fn redefines(&self, name: &str) -> bool {
        let is_described = |entries: &Vec<Entry>| entries.iter().any(|entry| entry.statement.starts_with("from "));
        is_builtin(name) && self.entries.get(name).is_some_and(is_described)
    }
}

/// Whether a statement uses a builtin name to which what its document describes gives a meaning of its own.
pub(crate) fn uses_redefined(document: &Document, statement: &str) -> bool {
    let described = Described::of(document);
    words(statement).any(|word| described.redefines(word))
}

/// A name that stands in a document, of a module or of what one has.
struct Named<'d> {
    is_module: bool,
    name: &'d str,
    at: usize,
}

/// A dotted name, parted at each of its dots.
fn split(name: &str) -> impl DoubleEndedIterator<Item = (&str, &str)> {
    name.match_indices('.').map(|(at, dot)| (&name[..at], &name[at + dot.len()..]))
}

/// The modules of a built page of which it describes something, where there are any: what else has such a mark is a heading, `Module contents`.
fn owners<'d>(document: &Document, all: &[Named<'d>]) -> Option<HashSet<&'d str>> {
    let prefixes: HashSet<&str> =
        all.iter().filter(|one| !one.is_module).flat_map(|one| split(one.name)).map(|(module, _)| module).collect();
    let modules = all.iter().filter(|one| one.is_module && prefixes.contains(one.name)).map(|one| one.name);
    let owners: HashSet<&str> = modules.filter(|_| document.format == Format::Html).collect();
    (!owners.is_empty()).then_some(owners)
}

/// The names of modules and of what they have, in their order.
fn named(document: &Document) -> Vec<Named<'_>> {
    let text = document.text.as_str();
    match document.format {
        Format::Rst => {
            let all = DIRECTIVE.captures_iter(text).filter_map(|found| Some((found.get(1)?.as_str(), found.get(2)?)));
            all.map(|(directive, name)| Named { is_module: directive.ends_with("module"), name: name.as_str(), at: name.start() }).collect()
        }
        Format::Html => {
            let all = TARGET.captures_iter(text).filter_map(|found| Some((found.get(1).is_some(), found.get(1).or(found.get(2))?)));
            all.map(|(is_module, name)| Named { is_module, name: name.as_str(), at: name.start() }).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(name: &str, text: &str) -> Vec<String> {
        let document = Document::decode(name, text.as_bytes()).expect("is text");
        let described = Described::of(&document);
        let names: std::collections::BTreeSet<&str> = described.entries.keys().map(String::as_str).collect();
        let statement = |name: &str| described.import(name, true, usize::MAX).map(|statement| format!("{name}: {statement}"));
        names.into_iter().filter_map(statement).collect()
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
            "pour: from cup import pour",
        ];
        assert_eq!(statements("a.html", page), found);
    }

    #[test]
    fn names_that_say_their_module() {
        let page = "<section id=\"module-kettle.pots\"><dt id=\"kettle.Pot\"><dt id=\"kettle.Pot.pour\"><dt id=\"kettle.pour\"><dt id=\"kettle.pour.hot\">";
        assert_eq!(
            statements("a.html", page),
            ["Pot: from kettle import Pot", "kettle: import kettle.pots", "pour: from kettle import pour"]
        );
        let page = ".. autoclass:: kettle.Pot\n   :members:\n\n.. autofunction:: kettle.boil\n.. class:: Cup\n";
        assert_eq!(statements("a.rst", page), ["Pot: from kettle import Pot", "boil: from kettle import boil"]);
    }

    #[test]
    fn the_same_name_of_several_modules() {
        let page = ".. module:: black\n.. function:: pour(x)\n\nHere.\n\n.. module:: green\n.. function:: pour(x)\n\n.. module:: milk\n.. function:: stir(x)\n";
        let document = Document::decode("a.rst", page.as_bytes()).expect("is text");
        let described = Described::of(&document);
        let import = |before: &str| described.import("pour", false, page.find(before).expect("is there")).map(String::as_str);
        assert_eq!(import("Here"), Some("from black import pour"));
        assert_eq!(import("milk\n"), Some("from green import pour"));
        assert_eq!(import("stir"), None);
    }

    #[test]
    fn builtins_with_another_meaning() {
        let of = |page: &str| Described::of(&Document::decode("a.rst", page.as_bytes()).expect("is text"));
        let described = of(".. module:: isbn\n.. function:: format(number)\n");
        assert!(described.redefines("format") && !described.redefines("compile") && !described.redefines("isbn"));
        assert!(!of(".. function:: format(number)\n").redefines("format"));
        let document = Document::decode("a.rst", b".. module:: isbn\n.. function:: format(number)\n").expect("is text");
        assert!(uses_redefined(&document, "format('123')") && !uses_redefined(&document, "compact('123')"));
    }

    #[test]
    fn namesakes_of_their_module() {
        let page = ".. module:: kettle\n.. class:: kettle(size)\n.. function:: boil()\n";
        let document = Document::decode("a.rst", page.as_bytes()).expect("is text");
        let described = Described::of(&document);
        let import = |name, only_attributes| described.import(name, only_attributes, 0).map(String::as_str);
        assert_eq!(import("kettle", false), Some("from kettle import kettle"));
        assert_eq!(import("kettle", true), Some("import kettle"));
        assert_eq!(import("boil", true), Some("from kettle import boil"));
    }
}
