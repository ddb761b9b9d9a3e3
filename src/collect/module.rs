//! The module that a Python file is: its dotted name, and what its examples must be able to read to import it.
//!
//! That is the package that the file belongs to (or the file), and of what lies beside it the modules that these import. Where its source lacks
//! modules that are made when it's built, and the same package has them where it's installed, it's that one, if the file has the same code there.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::LazyLock,
};

use camino::{Utf8Path, Utf8PathBuf};
use regex::Regex;

use crate::{
    config::Project,
    grant::{Grant, Grants},
    syntax::docstrings::without_docstrings,
};

/// Files of a package that are looked at for what they import from beside it.
const MOST_FILES: usize = 2000;

/// Bytes at the start of a file in which its imports are looked for.
const MOST_BYTES: u64 = 1 << 20;

/// Folders of namespace packages in each other, at most.
const MOST_NAMESPACES: usize = 3;

/// A module as an example imports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Module {
    /// `package.module`.
    pub(super) name: String,
    /// What importing it reads.
    pub(super) grants: Grants,
}

/// Modules by their files. What a package reads is found once for all of its files.
#[derive(Debug, Default)]
pub(super) struct Modules {
    /// By the folder that the import starts from and the topmost name.
    known: HashMap<(Utf8PathBuf, String), Grants>,
    /// By the same: where the package is installed with modules that are made when it's built, and that it lacks here.
    built: HashMap<(Utf8PathBuf, String), Option<Utf8PathBuf>>,
}

impl Modules {
    /// The module that a file is; `None` where no `import` statement could name it. Of `ours`, modules beside it that it imports may be read
    /// as well. What is installed for the Python that runs it is read anyway.
    pub(super) fn of(&mut self, path: &Utf8Path, ours: bool, project: &Project) -> Option<Module> {
        let file = path.canonicalize_utf8().ok()?;
        let mut folder = file.parent()?;
        let mut parts = match file.file_stem()? {
            "__init__" => Vec::new(),
            "__main__" => return None,
            stem => vec![stem],
        };
        while folder.join("__init__.py").is_file() {
            parts.push(folder.file_name()?);
            folder = folder.parent()?;
        }
        if parts.is_empty() || !parts.iter().all(|part| is_identifier(part)) {
            return None;
        }
        parts.reverse();
        let namespace = namespace(&file, folder, &project.installed);
        let name = namespace.iter().chain(parts.iter().copied()).collect::<Vec<_>>().join(".");
        let start = folder.ancestors().nth(namespace.iter().count())?;
        let is_installed =
            project.installed.iter().any(|installed| installed.canonicalize_utf8().is_ok_and(|installed| installed == start));
        if is_installed {
            return Some(Module { name, grants: Grants::default() });
        }
        let key = (folder.to_owned(), parts[0].to_owned());
        let installed = self.built.entry(key.clone()).or_insert_with(|| built_elsewhere(folder, parts[0], &project.installed));
        let there = installed.as_ref().zip(file.strip_prefix(folder).ok()).map(|(installed, path)| installed.join(path));
        // What a `.pxd` beside it declares, no Python sees once it's compiled.
        if there.is_some_and(|there| has_same_code(&file, &there)) && !file.with_extension("pxd").exists() {
            return Some(Module { name, grants: Grants::default() });
        }
        let mut grants = self.known.entry(key).or_insert_with(|| reads(folder, parts[0], ours && namespace == "", &project.root)).clone();
        let below = |(link, path): (Utf8PathBuf, Utf8PathBuf)| (namespace.join(link), path);
        grants.files = grants.files.into_iter().map(below).collect();
        Some(Module { name, grants })
    }
}

/// The folders of namespace packages, which have no `__init__.py`, that a module lies in by its full name; empty where it's in none. That name is known
/// from where it's installed. By the rest of it it might hide a module of the standard library, as `tea/functools/` does that lies beside `tea/cups/`.
fn namespace<'f>(file: &Utf8Path, folder: &'f Utf8Path, installed: &[Utf8PathBuf]) -> &'f Utf8Path {
    let none = Utf8Path::new("");
    let Ok(own) = file.strip_prefix(folder) else { return none };
    let has = |below: &Utf8Path| installed.iter().any(|installed| installed.join(below).join(own).is_file());
    let spaces = folder.ancestors().skip(1).filter_map(|above| folder.strip_prefix(above).ok());
    let mut spaces = spaces.take(MOST_NAMESPACES).take_while(|below| below.iter().all(is_identifier));
    if has(none) { none } else { spaces.find(|below| has(below)).unwrap_or(none) }
}

/// Where a package of a folder is installed with a module that is made when it's built, and that it lacks in that folder.
fn built_elsewhere(folder: &Utf8Path, package: &str, installed: &[Utf8PathBuf]) -> Option<Utf8PathBuf> {
    let is_made = |path: &std::path::Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".so") || name.ends_with("version.py") || name.ends_with("version__.py")
    };
    let has_more = |installed: &&Utf8PathBuf| {
        let files = ignore::WalkBuilder::new(installed.join(package)).standard_filters(false).build().flatten().take(MOST_FILES);
        let mut made = files.filter(|entry| is_made(entry.path()));
        made.any(|entry| entry.path().strip_prefix(installed).is_ok_and(|path| !folder.as_std_path().join(path).exists()))
    };
    installed.iter().find(has_more).cloned()
}

/// Whether two files have the same code; whoever edits its docstrings doesn't build it anew.
fn has_same_code(one: &Utf8Path, other: &Utf8Path) -> bool {
    let Ok((one, other)) = std::fs::read(one).and_then(|one| Ok((one, std::fs::read(other)?))) else { return false };
    let code = |text: &[u8]| std::str::from_utf8(text).ok().and_then(without_docstrings);
    one == other || code(&one).is_some_and(|own| code(&other) == Some(own))
}

/// What a module of a folder, and what it imports from there, reads.
fn reads(folder: &Utf8Path, top: &str, siblings: bool, root: &Utf8Path) -> Grants {
    let beside = if siblings { modules_in(folder) } else { BTreeMap::new() };
    let mut grants = Grants::default();
    let mut pending = vec![top.to_owned()];
    let mut files = 0;
    let mut known = BTreeSet::from([top.to_owned()]);
    while let Some(name) = pending.pop() {
        let Some(path) = module_in(folder, &name) else { continue };
        let link = path.file_name().unwrap_or_default().to_owned();
        grants.words.insert(Grant::Read(path.strip_prefix(root).unwrap_or(&path).to_owned()));
        if !beside.is_empty() {
            let imported = imported(&path, &mut files);
            pending.extend(imported.into_iter().filter(|name| beside.contains_key(name) && known.insert(name.clone())));
        }
        grants.files.insert(link.into(), path);
    }
    grants
}

/// Where a module of a folder lies: its own folder, or its file. What is only linked there lies elsewhere.
fn module_in(folder: &Utf8Path, name: &str) -> Option<Utf8PathBuf> {
    let (package, file) = (folder.join(name), folder.join(format!("{name}.py")));
    let path = if package.join("__init__.py").is_file() { package } else { file };
    (path.canonicalize_utf8().ok()? == path).then_some(path)
}

/// The modules that lie in a folder, by name.
fn modules_in(folder: &Utf8Path) -> BTreeMap<String, Utf8PathBuf> {
    let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| {
        let name = entry.file_name();
        let name = name.strip_suffix(".py").unwrap_or(name);
        is_identifier(name).then(|| name.to_owned())
    });
    names.filter_map(|name| Some((name.clone(), module_in(folder, &name)?))).collect()
}

/// Topmost names that the files of a module import, as far as their lines show it.
fn imported(path: &Utf8Path, files: &mut usize) -> BTreeSet<String> {
    static IMPORT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m-u)^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*(?:[ \t]*,[ \t]*[A-Za-z_]\w*)*)").ok());
    let mut names = BTreeSet::new();
    let Some(import) = IMPORT.as_ref() else { return names };
    for entry in ignore::WalkBuilder::new(path).standard_filters(false).build().flatten() {
        let is_source = entry.path().extension().is_some_and(|ending| ending == "py" || ending == "pyi");
        if !is_source || *files >= MOST_FILES || entry.metadata().is_ok_and(|metadata| metadata.len() > MOST_BYTES) {
            continue;
        }
        *files += 1;
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        let found = import.captures_iter(&text).filter_map(|captures| captures.get(1));
        names.extend(found.flat_map(|names| names.as_str().split(',').map(|name| name.trim().to_owned())));
    }
    names
}

fn is_identifier(name: &str) -> bool {
    let starts = name.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_');
    starts && name.chars().all(|char| char.is_alphanumeric() || char == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_another_encoding_have_the_same_code_where_they_are_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &[u8]| {
            let path = Utf8PathBuf::from_path_buf(folder.path().join(name)).expect("UTF-8");
            std::fs::write(&path, text).expect("a file");
            path
        };
        let text = b"# coding: latin-1\ncup = '\xe9'\n";
        let (one, same, other) = (write("a.py", text), write("b.py", text), write("c.py", b"# coding: latin-1\ncup = '\xe8'\n"));
        assert!(has_same_code(&one, &same) && !has_same_code(&one, &other));
    }

    #[test]
    fn names_and_what_they_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("a path")).expect("UTF-8");
        let write = |path: &str, text: &str| {
            std::fs::create_dir_all(root.join(path).parent().expect("a folder")).expect("a folder");
            std::fs::write(root.join(path), text).expect("a file");
        };
        write("src/pkg/__init__.py", "import os, helper\n");
        write("src/pkg/sub/__init__.py", "");
        write("src/pkg/sub/mod.py", "    from deep import x\n");
        write("src/helper.py", "import secret_data\n");
        write("src/deep/__init__.py", "");
        write("src/unused.py", "");
        write("src/my-script.py", "");
        write("key", "secret");
        std::os::unix::fs::symlink("../key", root.join("src/secret_data.py")).expect("a link");
        let mut modules = Modules::default();
        let mut project = Project { root: root.clone(), ..Project::default() };
        let module = modules.of(&root.join("src/pkg/sub/mod.py"), true, &project).expect("a module");
        assert_eq!(module.name, "pkg.sub.mod");
        assert_eq!(module.grants.files.keys().map(|name| name.as_str()).collect::<Vec<_>>(), ["deep", "helper.py", "pkg"]);
        assert_eq!(
            module.grants.words.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["read:src/deep", "read:src/helper.py", "read:src/pkg"]
        );
        assert_eq!(modules.of(&root.join("src/pkg/__init__.py"), true, &project).expect("a module").name, "pkg");
        let alone = Modules::default().of(&root.join("src/helper.py"), false, &project).expect("a module");
        assert_eq!((alone.name.as_str(), alone.grants.files.len()), ("helper", 1));
        assert_eq!(modules.of(&root.join("src/my-script.py"), true, &project), None);
        project.installed = vec![root.join("src")];
        let installed = modules.of(&root.join("src/pkg/sub/mod.py"), true, &project).expect("a module");
        assert_eq!((installed.name.as_str(), installed.grants), ("pkg.sub.mod", Grants::default()));
    }

    #[test]
    fn namespace_packages() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("a path")).expect("UTF-8");
        let write = |path: &str, text: &str| {
            std::fs::create_dir_all(root.join(path).parent().expect("a folder")).expect("a folder");
            std::fs::write(root.join(path), text).expect("a file");
        };
        for folder in ["src", "site"] {
            write(&format!("{folder}/tea/functools/__init__.py"), "x = 1\n");
            write(&format!("{folder}/tea/green/pots/__init__.py"), "x = 2\n");
            write(&format!("{folder}/cups/__init__.py"), "x = 3\n");
        }
        write("src/tea/milk/__init__.py", "x = 4\n");
        let project = Project { root: root.clone(), installed: vec![root.join("site")], ..Project::default() };
        let module = |path: &str| Modules::default().of(&root.join(path), true, &project).expect("a module");
        let name = |path: &str| module(path).name;
        assert_eq!(name("src/tea/functools/__init__.py"), "tea.functools");
        assert_eq!(name("src/tea/green/pots/__init__.py"), "tea.green.pots");
        let links = module("src/tea/green/pots/__init__.py").grants.files;
        assert_eq!(links.keys().map(|name| name.as_str()).collect::<Vec<_>>(), ["tea/green/pots"]);
        assert_eq!(name("src/cups/__init__.py"), "cups");
        assert_eq!(name("src/tea/milk/__init__.py"), "milk", "nobody tells what it's in");
    }

    #[test]
    fn modules_that_are_made_where_it_is_built() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("a path")).expect("UTF-8");
        let write = |path: &str, text: &str| {
            std::fs::create_dir_all(root.join(path).parent().expect("a folder")).expect("a folder");
            std::fs::write(root.join(path), text).expect("a file");
        };
        for (path, text) in [("__init__.py", ""), ("same.py", "x = 1\n"), ("other.py", "x = 2\n")] {
            write(&format!("src/pkg/{path}"), text);
            write(&format!("site/pkg/{path}"), if path == "other.py" { "x = 3\n" } else { text });
        }
        let project = Project { root: root.clone(), installed: vec![root.join("site")], ..Project::default() };
        let reads = |path: &str| Modules::default().of(&root.join(path), true, &project).expect("a module").grants != Grants::default();
        assert!(reads("src/pkg/same.py"));
        write("site/pkg/_fast.abi3.so", "");
        assert!(!reads("src/pkg/same.py") && reads("src/pkg/other.py"));
        write("src/pkg/same.pxd", "");
        assert!(reads("src/pkg/same.py") && !reads("src/pkg/__init__.py"));
        write("src/pkg/_fast.abi3.so", "");
        assert!(reads("src/pkg/same.py"));
    }
}
