//! Paths → documents → examples: the only place that reads documents from disk.

mod include;
mod module;

use std::{collections::BTreeMap, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};

use crate::{
    config::{AllowSettings, Project},
    corpus::{self, Corpus, FrontMatter, Snippet},
    document::{Document, Format},
    extract::{self, Example, Sections},
    grant::Grants,
    plan::continuing::State,
    report::{Problem, Severity},
};

use module::Modules;

/// An example, and what is known of it besides its text.
#[derive(Debug, Clone)]
pub struct Case {
    /// The example.
    pub example: Arc<Example>,
    /// The document that shows it: its own, or one that includes lines of its.
    pub page: Utf8PathBuf,
    /// SHA-256 of its lines as they stand in the file, joined by `\n`, in hexadecimal.
    pub sha256: String,
    /// The snippet file that it stands in, or that stands for it.
    pub snippet: Option<Arc<Snippet>>,
    /// What it may use that the sandbox keeps from others.
    pub grants: Grants,
    /// Its document is ours (not one given by `--documents`).
    pub ours: bool,
    /// The module that its document is, where that's a Python file: its names are there for its docstrings.
    pub module: Option<String>,
    /// Whose state it is to see.
    pub state: State,
}

/// What was found under some paths.
#[derive(Debug, Default)]
pub struct Collection {
    /// The examples, in document order.
    pub cases: Vec<Case>,
    /// The front matter of the documents, where they have one.
    pub corpus: Corpus,
    /// What could not be read, or not be understood.
    pub problems: Vec<Problem>,
}

/// Reads the documents under `paths` and extracts their examples. A path that can't be read is a problem, and the others are read all the
/// same. With `ours`, front matter of a file belongs to its own examples.
pub fn collect(paths: &[Utf8PathBuf], project: &Project, ours: bool) -> Collection {
    let mut collection = Collection::default();
    let mut modules = Modules::default();
    for path in paths {
        for file in files(path, &mut collection.problems) {
            read_file(&file, project, ours, &mut modules, &mut collection);
        }
    }
    let duplicates = extract::duplicates(collection.cases.iter().map(|case| &*case.example));
    collection.problems.extend(duplicates.iter().map(|duplicate| unusable(duplicate.to_string())));
    collection
}

fn read_file(path: &Utf8Path, project: &Project, ours: bool, modules: &mut Modules, collection: &mut Collection) {
    match std::fs::read(path) {
        Ok(bytes) => take_in(path, &bytes, project, ours, modules, collection),
        Err(error) => collection.problems.push(unusable(format!("{path}: can't be read: {error}"))),
    }
}

/// Extracts the examples of a document that isn't read from a file of its own (standard input), by the name that it's given.
pub fn collect_named(name: &Utf8Path, bytes: &[u8], project: &Project, ours: bool) -> Collection {
    let mut collection = Collection::default();
    take_in(name, bytes, project, ours, &mut Modules::default(), &mut collection);
    collection
}

fn take_in(path: &Utf8Path, bytes: &[u8], project: &Project, ours: bool, modules: &mut Modules, collection: &mut Collection) {
    let document = match Document::decode(path, bytes) {
        Ok(document) => Arc::new(document),
        Err(error) => return collection.problems.push(unusable(error.to_string())),
    };
    let snippet = match ours.then(|| corpus::read(&document)).transpose() {
        Ok(snippet) => snippet.flatten().map(Arc::new),
        Err(error) => {
            collection.problems.push(unusable(error.to_string()));
            None
        }
    };
    if let Some(snippet) = &snippet {
        collection.corpus.add(snippet);
    }
    let lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    let allow = ours.then(|| Allow::new(path, snippet.as_deref(), project, &mut collection.problems));
    let extraction = extract::read(&document, &sections(project, path));
    let doubts = extraction.doubts.iter().map(|doubt| Problem { message: doubt.to_string(), severity: Severity::Warning });
    collection.problems.extend(doubts);
    let is_module = document.format == Format::Python && !extraction.examples.is_empty();
    let module = is_module.then(|| modules.of(path, ours, &project.root)).flatten();
    let own = snippet.as_ref().and_then(|snippet| snippet.front_matter.state);
    let state = own.unwrap_or_else(|| project.config.state(path));
    let mut examples: Vec<(u32, Example, String)> = Vec::with_capacity(extraction.examples.len());
    for example in extraction.examples {
        let sha256 = hash(&lines, &example);
        examples.push((example.first_line, example, sha256));
    }
    for include in extraction.includes {
        match include::example(&include, &document, ours.then_some(&project.root)) {
            Ok(example) => examples.extend(example.map(|(example, sha256)| (include.line, example, sha256))),
            Err(why) => {
                let message = format!("{path}:{}:1: literalinclude: {why}", include.line);
                collection.problems.push(Problem { message, severity: Severity::Warning });
            }
        }
    }
    examples.sort_by_key(|(line, ..)| *line);
    for (_, example, sha256) in examples {
        let mut grants = allow.as_ref().map(|allow| allow.of(&example.id)).unwrap_or_default();
        if let Some(module) = &module {
            grants.add(&module.grants);
        }
        let module = module.as_ref().map(|module| module.name.clone());
        let (example, snippet, page) = (Arc::new(example), snippet.clone(), path.to_owned());
        collection.cases.push(Case { example, page, sha256, snippet, grants, ours, module, state });
    }
}

/// What the project grants to the examples of one of its documents.
struct Allow<'a> {
    /// The configuration's, found on this machine.
    configured: Vec<(&'a AllowSettings, Grants)>,
    /// The document's own, found on this machine.
    own: BTreeMap<String, Grants>,
    front_matter: Option<&'a FrontMatter>,
    /// The document's path, relative to the configuration's folder.
    path: Utf8PathBuf,
}

impl<'a> Allow<'a> {
    /// What can't be granted is a problem, told once for each document.
    fn new(path: &Utf8Path, snippet: Option<&'a Snippet>, project: &'a Project, problems: &mut Vec<Problem>) -> Allow<'a> {
        let front_matter = snippet.map(|snippet| &snippet.front_matter);
        let mut allow = Allow { configured: Vec::new(), own: BTreeMap::new(), front_matter, path: path.to_owned() };
        let asked = front_matter.map(|front_matter| front_matter.allow.all()).unwrap_or_default();
        let (Some(file), Some((real, below))) = (&project.file, below(path, &project.root)) else {
            if !asked.is_empty() {
                let message =
                    format!("{path}: `allow` isn't heeded: there is no configuration (verify.toml) in a folder above the document");
                problems.push(Problem { message, severity: Severity::Warning });
            }
            return allow;
        };
        allow.path = below;
        let speaking =
            project.config.allow.iter().filter(|settings| settings.documents.as_ref().is_none_or(|glob| glob.is_match(&allow.path)));
        for settings in speaking {
            let mut grants = Grants::default();
            for grant in &settings.grants {
                if let Err(why) = grants.add_configured(grant, &project.root) {
                    let problem = unusable(format!("{file}: {why}"));
                    if !problems.contains(&problem) {
                        problems.push(problem);
                    }
                }
            }
            for name in grants.unset() {
                let message = format!("{file}: `env:{name}` is granted, but there is no such variable; the examples run without it");
                let problem = Problem { message, severity: Severity::Warning };
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
            allow.configured.push((settings, grants));
        }
        for word in asked {
            let mut grants = Grants::default();
            let added = word.parse().and_then(|grant| grants.add_own(&grant, real.parent().unwrap_or(&real)));
            match added {
                Ok(()) => drop(allow.own.insert(word.clone(), grants)),
                Err(why) => problems.push(unusable(format!("{path}: front matter: allow: {why}"))),
            }
        }
        allow
    }

    fn of(&self, example: &str) -> Grants {
        let mut all = Grants::default();
        for (_, grants) in self.configured.iter().filter(|(settings, _)| settings.means(&self.path, example)) {
            all.add(grants);
        }
        let words = self.front_matter.map_or(&[][..], |front_matter| front_matter.allow.of(example));
        for grants in words.iter().filter_map(|word| self.own.get(word)) {
            all.add(grants);
        }
        all
    }
}

/// Where a document really is, and its path below the folder, if it's there.
fn below(path: &Utf8Path, folder: &Utf8Path) -> Option<(Utf8PathBuf, Utf8PathBuf)> {
    let (path, folder) = (path.canonicalize_utf8().ok()?, folder.canonicalize_utf8().ok()?);
    let below = path.strip_prefix(folder).ok()?.to_owned();
    Some((path, below))
}

/// How the configuration says that this document numbers its examples.
fn sections(project: &Project, path: &Utf8Path) -> Sections {
    let settings = project.config.documents.iter().find(|settings| settings.opens.is_some() && settings.path.is_match(path));
    settings.map_or_else(Sections::default, |settings| Sections { prefix: settings.prefix.clone(), opens: settings.opens.clone() })
}

fn hash(lines: &[&[u8]], example: &Example) -> String {
    let last = (example.last_line as usize).min(lines.len());
    let first = (example.first_line as usize - 1).min(last);
    let mut hasher = Sha256::new();
    for (number, line) in lines[first..last].iter().enumerate() {
        if number > 0 {
            hasher.update(b"\n");
        }
        hasher.update(line);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files that a path stands for: itself, or the documents below a folder, as git sees it, in the order of their names.
fn files(path: &Utf8Path, problems: &mut Vec<Problem>) -> Vec<Utf8PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let mut found = Vec::new();
    for entry in ignore::WalkBuilder::new(path).sort_by_file_path(Ord::cmp).build() {
        match entry {
            Ok(entry) => match Utf8PathBuf::from_path_buf(entry.into_path()) {
                Ok(file) if file.is_file() && is_document(&file) => found.push(file),
                Ok(_) => {}
                Err(name) => problems.push(unusable(format!("{}: the name isn't UTF-8; rename the file", name.display()))),
            },
            Err(error) => problems.push(unusable(format!("{path}: {error}"))),
        }
    }
    found
}

/// Whether a walk through a folder takes a file for a document: plain text is one, and what has the ending of another format.
fn is_document(file: &Utf8Path) -> bool {
    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt") || Format::of_ending(ending).is_some())
}

fn unusable(message: String) -> Problem {
    Problem { message, severity: Severity::Error }
}
