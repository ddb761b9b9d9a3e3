//! Paths → documents → examples: the only place that reads documents from disk.

mod convention;
mod include;
mod module;
mod reader;

pub use reader::Reader;

use std::sync::{Arc, mpsc};

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};

use crate::{
    config::{AllowSettings, DocumentSettings, Project},
    corpus::{self, Corpus, Snippet},
    document::{Document, Format},
    environment::range::VersionRange,
    extract::{self, Example, Extraction, Language, Sections},
    grant::{Grant, Grants},
    plan::continuing::State,
    provide::Surroundings,
    report::{Problem, Severity},
    requirements::{self, Requirement, Requirements, pep723},
};

use convention::Conventions;
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
    /// What it finds around it: see [`crate::provide`].
    pub surroundings: Surroundings,
    /// Ids of the examples that have its code as a companion.
    pub used_by: Vec<String>,
    /// What it needs installed.
    pub requirements: Requirements,
    /// Python versions that its fence and the configuration say it needs: each of them.
    pub python: Vec<VersionRange>,
    /// Its document is ours (not one given by `--documents`).
    pub ours: bool,
    /// The module that its document is, where that's a Python file: its names are there for its docstrings.
    pub module: Option<String>,
    /// Whose state it is to see.
    pub state: State,
    /// Somebody chose that.
    pub has_chosen_state: bool,
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

/// What was found out besides the documents, for all of them.
#[derive(Debug, Default)]
struct Known {
    modules: Modules,
    conventions: Conventions,
}

/// Reads the documents under `paths` and extracts their examples. A path that can't be read is a problem, and the others are read all the
/// same. With `ours`, front matter of a file belongs to its own examples.
pub fn collect(paths: &[Utf8PathBuf], project: &Project, ours: bool) -> Collection {
    Reader::new(paths, project, ours).read(usize::MAX)
}

/// Extracts the examples of a document that isn't read from a file of its own (standard input), by the name that it's given.
pub fn collect_named(name: &Utf8Path, bytes: &[u8], project: &Project, ours: bool) -> Collection {
    let mut collection = Collection::default();
    take_in(name, (bytes, find(name, bytes, project)), project, ours, &mut Known::default(), &mut collection);
    collection
}

/// A document, and what was found in it; else why it's none.
type Found = Result<(Arc<Document>, Extraction), String>;

/// Finds the examples of a document. What is read from other files isn't looked at, so that many documents can be looked through at once.
fn find(path: &Utf8Path, bytes: &[u8], project: &Project) -> Found {
    let document = Arc::new(Document::decode(path, bytes).map_err(|error| error.to_string())?);
    let extraction = extract::read(&document, &sections(project, path));
    Ok((document, extraction))
}

fn take_in(path: &Utf8Path, (bytes, found): (&[u8], Found), project: &Project, ours: bool, known: &mut Known, collection: &mut Collection) {
    let (document, extraction) = match found {
        Ok(found) => found,
        Err(message) => return collection.problems.push(unusable(message)),
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
    let require = Require::new(path, snippet.as_deref(), project, ours);
    let mut unheeded = false;
    let doubts = extraction.doubts.iter().map(|doubt| Problem { message: doubt.to_string(), severity: Severity::Warning });
    collection.problems.extend(doubts);
    let is_module = document.format == Format::Python && !extraction.examples.is_empty();
    let module = is_module.then(|| known.modules.of(path, ours, project)).flatten();
    let own = snippet.as_ref().and_then(|snippet| snippet.front_matter.state);
    let chosen = own.or_else(|| project.config.state(path));
    let (state, has_chosen_state) = (chosen.unwrap_or_default(), chosen.is_some());
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
    if let Some(snippet) = &snippet {
        let ids = examples.iter().map(|(_, example, _)| example.id.as_str()).collect();
        let unknown = corpus::unknown_examples(&document, &snippet.front_matter, &ids);
        collection.problems.extend(unknown.iter().map(|error| unusable(error.to_string())));
    }
    let configured: Vec<VersionRange> = said_of(project, path).filter_map(|settings| settings.python.clone()).collect();
    let options = known.conventions.of(path);
    for (_, mut example, sha256) in examples {
        if !options.is_empty() {
            let own = example.attributes.entry("options".to_owned()).or_default();
            own.insert_str(0, &options);
        }
        let mut grants = allow.as_ref().map(|allow| allow.of(&example.id)).unwrap_or_default();
        if let Some(module) = &module {
            grants.add(&module.grants);
            grants.foreign = !ours;
        }
        let python = pythons(&example, &configured, ours, &mut collection.problems);
        let requirements = require.of(&example, &mut unheeded, &mut collection.problems);
        let module = module.as_ref().map(|module| module.name.clone());
        let (example, snippet, page, surroundings) = (Arc::new(example), snippet.clone(), path.to_owned(), Surroundings::default());
        let used_by = Vec::new();
        let case = Case {
            example,
            page,
            sha256,
            snippet,
            grants,
            surroundings,
            used_by,
            python,
            requirements,
            ours,
            module,
            state,
            has_chosen_state,
        };
        collection.cases.push(case);
    }
    if unheeded {
        let message = format!("{path}: `requires` isn't heeded: there is no configuration (verify.toml) in a folder above the document");
        collection.problems.push(Problem { message, severity: Severity::Warning });
    }
}

/// What the project grants to the examples of one of its documents.
#[derive(Default)]
struct Allow<'a> {
    /// The configuration's, found on this machine.
    configured: Vec<(&'a AllowSettings, Grants)>,
    /// The document's own, found on this machine, each with the example that it's for; `None` stands for each.
    own: Vec<(Option<&'a str>, Grants)>,
    /// The document's path, relative to the configuration's folder.
    path: Utf8PathBuf,
}

impl<'a> Allow<'a> {
    /// What can't be granted is a problem, told once for each document.
    fn new(path: &Utf8Path, snippet: Option<&'a Snippet>, project: &'a Project, problems: &mut Vec<Problem>) -> Allow<'a> {
        let asked = snippet.map(|snippet| snippet.front_matter.allow.all()).unwrap_or_default();
        let (Some(file), Some((real, below))) = (&project.file, below(path, &project.root)) else {
            if !asked.is_empty() {
                let message =
                    format!("{path}: `allow` isn't heeded: there is no configuration (verify.toml) in a folder above the document");
                problems.push(Problem { message, severity: Severity::Warning });
            }
            return Allow::default();
        };
        let mut allow = Allow { path: below, ..Allow::default() };
        let speaking =
            project.config.allow.iter().filter(|settings| settings.documents.as_ref().is_none_or(|glob| glob.is_match(&allow.path)));
        let mut offered = Vec::new();
        for settings in speaking {
            allow.configured.push((settings, configured(&settings.grants, file, project, problems)));
            offered.push((settings, configured(&settings.on_request, file, project, problems)));
        }
        for (example, word) in asked {
            let mut offer = Grants::default();
            // What is offered to some examples isn't offered to a document as a whole.
            let means = |settings: &AllowSettings| match example {
                Some(id) => settings.means(&allow.path, id),
                None => settings.examples.is_empty(),
            };
            offered.iter().filter(|(settings, _)| means(settings)).for_each(|(_, grants)| offer.add(grants));
            let mut grants = Grants::default();
            match word.parse().and_then(|grant| grants.add_own(&grant, real.parent().unwrap_or(&real), &offer)) {
                Ok(()) => allow.own.push((example, grants)),
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
        for (_, grants) in self.own.iter().filter(|(id, _)| id.is_none_or(|id| id == example)) {
            all.add(grants);
        }
        all
    }
}

/// Grants of the configuration, found on this machine. What can't be granted is a problem, told once.
fn configured(asked: &[Grant], file: &Utf8Path, project: &Project, problems: &mut Vec<Problem>) -> Grants {
    let mut grants = Grants::default();
    let mut told = Vec::new();
    for grant in asked {
        if let Err(why) = grants.add_configured(grant, &project.root, project.config.all_grants()) {
            told.push(unusable(format!("{file}: {why}")));
        }
    }
    told.extend(grants.unset().map(|name| {
        let message = format!("{file}: `env:{name}` is granted, but there is no such variable; the examples run without it");
        Problem { message, severity: Severity::Warning }
    }));
    for problem in told {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    grants
}

/// What the examples of a document need installed. A document's own word counts only where its owner let this program in, by a
/// configuration in a folder above: to name a package is to have it fetched.
struct Require<'a> {
    /// By the configuration.
    configured: Requirements,
    snippet: Option<&'a Snippet>,
    ours: bool,
    heeded: bool,
}

impl<'a> Require<'a> {
    fn new(path: &Utf8Path, snippet: Option<&'a Snippet>, project: &'a Project, ours: bool) -> Require<'a> {
        let heeded = ours && project.file.is_some() && below(path, &project.root).is_some();
        let place = project.file.as_ref().map_or("", |file| file.as_str());
        let named = project.config.requires.iter().chain(said_of(project, path).flat_map(|settings| &settings.requires));
        let mut configured = Requirements::default();
        // What isn't a requirement was told when the configuration was read.
        named.filter_map(|text| Requirement::parse(text, place).ok()).for_each(|requirement| configured.add(requirement));
        Require { configured, snippet, ours, heeded }
    }

    /// `unheeded` becomes true where the document's own word doesn't count.
    fn of(&self, example: &Example, unheeded: &mut bool, problems: &mut Vec<Problem>) -> Requirements {
        let mut all = self.configured.clone();
        if !matches!(example.language, Language::Python | Language::Session) {
            return all;
        }
        let mut own = Requirements::default();
        // What stands for examples of a document speaks of those.
        let front_matter = self.snippet.filter(|snippet| snippet.front_matter.origin.is_none());
        front_matter.iter().for_each(|snippet| own.add_all(&snippet.requirements(&example.id)));
        let mut add = |text: &str, place: String, problems: &mut Vec<Problem>| match Requirement::parse(text, &place) {
            Ok(requirement) => own.add(requirement),
            Err(reason) if self.heeded => problems.push(unusable(format!("{place}: {reason}"))),
            // Of no consequence, in a document that nothing is installed for.
            Err(_) => {}
        };
        let in_fence = example.attributes.get("requires").map(|value| requirements::of_fence(value)).unwrap_or_default();
        let fence = format!("{}:{}:1", example.document.path, example.first_line.saturating_sub(1).max(1));
        in_fence.iter().for_each(|text| add(text, fence.clone(), problems));
        let at = |offset| {
            let at = example.position(offset);
            format!("{}:{}:{}", example.document.path, at.line, at.column)
        };
        match pep723::read(&example.code) {
            Ok(script) => {
                let script = script.unwrap_or_default();
                script.dependencies.iter().for_each(|text| add(text, at(script.offset), problems));
                if let Some(Err(error)) = script.python.as_deref().map(str::parse::<VersionRange>) {
                    let severity = if self.ours { Severity::Error } else { Severity::Warning };
                    problems.push(Problem { message: format!("{}: `requires-python`: {error}", at(script.offset)), severity });
                }
            }
            Err(error) if self.heeded => problems.push(unusable(format!("{}: {}", at(error.offset), error.reason))),
            Err(_) => {}
        }
        if self.heeded {
            all.add_all(&own);
        } else if !own.is_empty() && self.ours {
            *unheeded = true;
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

/// What the configuration says of a document: by its path as it was given, or relative to the configuration's folder.
fn said_of<'a>(project: &'a Project, path: &'a Utf8Path) -> impl Iterator<Item = &'a DocumentSettings> {
    let below = below(path, &project.root).map(|(_, below)| below);
    let means = move |settings: &&DocumentSettings| {
        settings.path.is_match(path) || below.as_ref().is_some_and(|below| settings.path.is_match(below))
    };
    project.config.documents.iter().filter(means)
}

/// How the configuration says that this document numbers its examples: the first entry that says so.
fn sections(project: &Project, path: &Utf8Path) -> Sections {
    let mut settings = said_of(project, path);
    let numbered = settings.find_map(|settings| Some((settings.prefix.clone()?, settings.opens.clone()?)));
    numbered.map_or_else(Sections::default, |(prefix, opens)| Sections { prefix, opens: Some(opens) })
}

/// The Python versions that an example needs by its fence (`python=">=3.12"`) and by the configuration.
fn pythons(example: &Example, configured: &[VersionRange], ours: bool, problems: &mut Vec<Problem>) -> Vec<VersionRange> {
    let path = &example.document.path;
    let mut ranges = configured.to_vec();
    // A lone word has the empty value; it is somebody else's.
    if let Some(text) = example.attributes.get("python").filter(|text| !text.is_empty()) {
        match text.parse() {
            Ok(range) => ranges.push(range),
            Err(error) => {
                let message = format!("{path}:{}:1: attribute `python` of the fence: {error}", example.first_line.saturating_sub(1));
                let severity = if ours { Severity::Error } else { Severity::Warning };
                problems.push(Problem { message, severity });
            }
        }
    }
    ranges
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
    let (sender, entries) = mpsc::channel();
    ignore::WalkBuilder::new(path).build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            let entry = match entry {
                Ok(entry) => match Utf8PathBuf::from_path_buf(entry.into_path()) {
                    Ok(file) if is_document(&file) && file.is_file() => Ok(file),
                    Ok(_) => return ignore::WalkState::Continue,
                    Err(name) => Err(format!("{}: the name isn't UTF-8; rename the file", name.display())),
                },
                Err(error) => Err(format!("{path}: {error}")),
            };
            // Both ends live as long as the walk.
            let _ = sender.send(entry);
            ignore::WalkState::Continue
        })
    });
    drop(sender);
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        entry.map_or_else(|message| failed.push(message), |file| found.push(file));
    }
    // Whichever thread was quicker.
    found.sort_unstable();
    failed.sort_unstable();
    problems.extend(failed.into_iter().map(unusable));
    found
}

/// Whether a walk through a folder takes a file for a document: plain text is one, and what has the ending of another format.
fn is_document(file: &Utf8Path) -> bool {
    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt") || Format::of_ending(ending).is_some())
}

fn unusable(message: String) -> Problem {
    Problem { message, severity: Severity::Error }
}
