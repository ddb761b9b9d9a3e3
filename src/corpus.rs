//! Front matter of a snippet file: what its examples, and the document's own examples that they stand for, need.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use crate::{
    document::{Document, Position},
    environment::range::VersionRange,
    extract::markdown::front_matter,
    grant::FileGrants,
    hint,
    limits::FileLimits,
    plan::continuing::State,
    requirements::{FileRequirements, Requirement, Requirements},
    run::protocol::{Clock, Mode, Service, WebAnswer},
};

use check::Check;
use needs::{Arguments, Files, Input, PerExample, Variables};
use services::{Companions, Entries};

pub mod check;
pub mod needs;
pub mod services;

/// The front matter of one snippet file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontMatter {
    /// What the examples answer, in one line.
    #[serde(default)]
    pub question: String,
    /// Which examples of which document they stand for.
    pub origin: Option<Origin>,
    /// Python versions that the examples need (`>=3.12`).
    pub python: Option<VersionRange>,
    /// Packages that its examples import (PEP 508), of all or by example. Where the file stands for examples of a document (`origin`), it's
    /// those that import them; the file's own name theirs in the fence.
    #[serde(default)]
    pub requires: FileRequirements,
    /// By example: code that runs before the document's own example.
    #[serde(default)]
    pub setup: BTreeMap<String, String>,
    /// By example: how it runs, where that isn't as a script.
    #[serde(default)]
    pub mode: BTreeMap<String, Mode>,
    /// Whose state its examples see, where the configuration isn't to say it.
    pub state: Option<State>,
    /// By example: its time limit in seconds.
    #[serde(default)]
    pub timeout: BTreeMap<String, f64>,
    /// What its examples may use that the sandbox keeps from others, of all or by example.
    #[serde(default)]
    pub allow: FileGrants,
    /// Limits of its examples, of all or by example.
    #[serde(default)]
    pub limits: FileLimits,
    /// Servers that run beside its examples, of all or by example.
    #[serde(default)]
    pub services: PerExample<Entries<Service>>,
    /// What the web answers its examples, of all or by example.
    #[serde(default)]
    pub web: PerExample<Entries<WebAnswer>>,
    /// Sources in other languages that its examples need, of all or by example.
    #[serde(default)]
    pub companions: PerExample<Companions>,
    /// Files in the working folder of its examples, of all or by example.
    #[serde(default)]
    pub files: PerExample<Files>,
    /// What standard input gives, to all or by example.
    #[serde(default)]
    pub stdin: PerExample<Input>,
    /// Environment variables, of all or by example.
    #[serde(default)]
    pub env: PerExample<Variables>,
    /// Arguments (`sys.argv[1:]`), of all or by example.
    #[serde(default)]
    pub args: PerExample<Arguments>,
    /// The clock that Python code sees, for all or by example.
    #[serde(default, deserialize_with = "needs::clocks")]
    pub clock: PerExample<Clock>,
    /// By example: what settles claims that only measuring settles.
    #[serde(default)]
    pub checks: BTreeMap<String, Vec<Check>>,
    /// Claims that are known to be wrong.
    #[serde(default)]
    pub acknowledged: Vec<Acknowledgement>,
}

/// Which examples of a document a snippet file stands for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// File name of the document.
    pub document: Utf8PathBuf,
    /// Its examples, by id.
    pub examples: BTreeMap<String, OriginExample>,
}

/// One example of a document, as it was when the snippet was written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginExample {
    /// First and last line, from 1.
    pub lines: (u32, u32),
    /// SHA-256 of those lines as they stand in the file, joined by `\n`, in hexadecimal.
    pub sha256: String,
}

/// A claim that is known to be wrong and doesn't fail the run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// Id of the example that makes it.
    pub example: String,
    /// The claimed text.
    pub claim: String,
    /// What really happens, so that a reader can check it.
    pub because: String,
    /// The Python versions on which it is wrong (`<3.12`); on all where it's left out.
    pub python: Option<VersionRange>,
}

impl Acknowledgement {
    /// Whether it speaks of this claim: the same text but for white space; one that ends in `...` means what starts so.
    pub fn means(&self, expected: &str) -> bool {
        means(&self.claim, expected)
    }
}

/// Whether a text of the front matter names a claim.
fn means(named: &str, expected: &str) -> bool {
    let squashed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (named, expected) = (squashed(named), squashed(expected));
    named == expected || named.strip_suffix("...").is_some_and(|start| !start.is_empty() && expected.starts_with(start))
}

/// A snippet file and its front matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Snippet {
    /// The file.
    pub path: Utf8PathBuf,
    /// What it says of its examples.
    pub front_matter: FrontMatter,
    /// What `requires` says, by its text.
    requirements: BTreeMap<String, Requirement>,
    /// Where its keys stand.
    places: BTreeMap<&'static str, Position>,
}

impl Snippet {
    /// Where a key of its front matter stands, as errors name it: `q03.md:4:1`.
    pub fn place(&self, key: &str) -> String {
        self.places.get(key).map_or_else(|| self.path.to_string(), |at| format!("{}:{}:{}", self.path, at.line, at.column))
    }

    /// What an example requires that the front matter speaks of.
    pub fn requirements(&self, example: &str) -> Requirements {
        let mut all = Requirements::default();
        let named = self.front_matter.requires.of(example).iter().filter_map(|text| self.requirements.get(text));
        named.for_each(|requirement| all.add(requirement.clone()));
        all
    }

    /// What each example of the document requires that the file stands for, where it requires something.
    pub fn of_origin(&self) -> Vec<Requirements> {
        let examples = self.front_matter.origin.iter().flat_map(|origin| origin.examples.keys());
        examples.map(|example| self.requirements(example)).filter(|requirements| !requirements.is_empty()).collect()
    }
}

impl FrontMatter {
    /// Whether what it gives is for this example of a document of ours (or of others, for `ours` false). What stands by the id of an
    /// example of an origin is for the origin's own example: the one of the same id in this file stands for itself.
    pub fn gives_to(&self, example: &str, ours: bool) -> bool {
        !ours || self.origin.as_ref().is_none_or(|origin| !origin.examples.contains_key(example))
    }

    /// Keys that name examples, each with the ids that it names.
    fn named(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let keys: [(&str, Vec<&String>); 15] = [
            ("setup", self.setup.keys().collect()),
            ("mode", self.mode.keys().collect()),
            ("timeout", self.timeout.keys().collect()),
            ("limits", self.limits.examples.keys().collect()),
            ("allow", self.allow.examples().collect()),
            ("acknowledged", self.acknowledged.iter().map(|acknowledgement| &acknowledgement.example).collect()),
            ("files", self.files.examples.keys().collect()),
            ("stdin", self.stdin.examples.keys().collect()),
            ("env", self.env.examples.keys().collect()),
            ("args", self.args.examples.keys().collect()),
            ("clock", self.clock.examples.keys().collect()),
            ("services", self.services.examples.keys().collect()),
            ("web", self.web.examples.keys().collect()),
            ("companions", self.companions.examples.keys().collect()),
            ("checks", self.checks.keys().collect()),
        ];
        keys.into_iter().flat_map(|(key, ids)| ids.into_iter().map(move |id| (key, id)))
    }
}

/// Front matter that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{}:{}: front matter: {reason}", .at.line, .at.column)]
pub struct FrontMatterError {
    path: Utf8PathBuf,
    at: Position,
    reason: String,
}

/// Open brackets in front matter.
const DEEPEST: usize = 100;

/// The keys of front matter that are ours.
const KEYS: [&str; 20] = [
    "allow",
    "question",
    "origin",
    "python",
    "requires",
    "setup",
    "mode",
    "timeout",
    "limits",
    "acknowledged",
    "files",
    "stdin",
    "env",
    "args",
    "clock",
    "services",
    "web",
    "companions",
    "checks",
    "state",
];

/// Reads the front matter of a document; `None` where it has none, or none that is meant for us.
///
/// Documents may carry front matter for other tools (`title`, `layout`, …): in a file that isn't a snippet of a corpus, keys are left
/// alone that neither are ours nor look like a slip of the pen.
pub fn read(document: &Arc<Document>) -> Result<Option<Snippet>, FrontMatterError> {
    let Some((_, yaml)) = front_matter(document) else { return Ok(None) };
    let text = &document.text[yaml.clone()];
    if let Some(deep) = too_deep(text) {
        let reason = format!("more than {DEEPEST} brackets are open here; close them");
        return Err(FrontMatterError { path: document.path.clone(), at: document.position(yaml.start + deep), reason });
    }
    let whole: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| broken(document, &yaml, &error))?;
    let keys = whole.as_mapping().into_iter().flat_map(|mapping| mapping.keys()).filter_map(|key| key.as_str());
    let (ours, others): (Vec<&str>, Vec<&str>) = keys.partition(|key| is_ours(key));
    if ours.is_empty() {
        return Ok(None);
    }
    let is_snippet = ours.iter().any(|key| ["question", "origin"].contains(key));
    let parsed: FrontMatter = if is_snippet || others.is_empty() {
        serde_yaml::from_str(text).map_err(|error| broken(document, &yaml, &error))?
    } else {
        let mut kept = whole.as_mapping().cloned().unwrap_or_default();
        kept.retain(|key, _| key.as_str().is_some_and(is_ours));
        serde_yaml::from_value(kept.into()).map_err(|error| broken(document, &yaml, &error))?
    };
    for acknowledgement in &parsed.acknowledged {
        if acknowledgement.because.trim().is_empty() {
            let at = yaml.start + text.find(&acknowledgement.claim).unwrap_or(0);
            return Err(FrontMatterError {
                path: document.path.clone(),
                at: document.position(at),
                reason: format!("the acknowledgement of `{}` has no `because`; say what really happens", acknowledgement.claim),
            });
        }
    }
    let requirements = requirements(document, &yaml, &parsed.requires)?;
    let places = KEYS.iter().filter_map(|key| Some((*key, document.position(yaml.start + key_in(text, key)?)))).collect();
    Ok(Some(Snippet { path: document.path.clone(), front_matter: parsed, requirements, places }))
}

/// The requirements of `requires`, each with its place.
fn requirements(
    document: &Document,
    yaml: &Range<usize>,
    requires: &FileRequirements,
) -> Result<BTreeMap<String, Requirement>, FrontMatterError> {
    let text = &document.text[yaml.clone()];
    let from = key_in(text, "requires").unwrap_or(0);
    let read = |word: &String| {
        let at = document.position(yaml.start + from + text[from..].find(word.as_str()).unwrap_or(0));
        let place = format!("{}:{}:{}", document.path, at.line, at.column);
        let wrong = |reason| FrontMatterError { path: document.path.clone(), at, reason: format!("requires: {reason}") };
        Requirement::parse(word, &place).map(|requirement| (word.clone(), requirement)).map_err(wrong)
    };
    requires.all().map(read).collect()
}

/// The names in front matter that no example has: neither one of `ids`, those of its document, nor one of its origin.
pub fn unknown_examples(document: &Document, front_matter: &FrontMatter, ids: &BTreeSet<&str>) -> Vec<FrontMatterError> {
    let origin = front_matter.origin.iter().flat_map(|origin| origin.examples.keys().map(String::as_str));
    let known: BTreeSet<&str> = ids.iter().copied().chain(origin).collect();
    let Some((_, yaml)) = self::front_matter(document) else { return Vec::new() };
    let text = &document.text[yaml.clone()];
    let unknown = front_matter.named().filter(|(_, id)| !known.contains(id.as_str()));
    let errors = unknown.map(|(key, id)| {
        let at = key_in(text, key).unwrap_or(0);
        let at = at + key_in(&text[at..], id).unwrap_or(0);
        let hint = match (hint::nearest(id, known.iter().copied()), key) {
            (Some(nearest), _) => format!("did you mean `{nearest}`?"),
            (None, "files") => "a file is a text or `{ base64: … }`, `{ size: … }`, `{ lines: …, pattern: … }`".to_owned(),
            (None, _) => "`verify list` shows the examples and their ids".to_owned(),
        };
        let reason = format!("{key}: there is no example `{id}`; {hint}");
        FrontMatterError { path: document.path.clone(), at: document.position(yaml.start + at), reason }
    });
    errors.collect()
}

/// Where brackets are nested so deeply that the parser would take very long: its time grows with the square of that. Brackets in texts
/// count as well, for nobody has so many.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}

/// Whether a key is one of ours, or one of ours misspelt.
fn is_ours(key: &str) -> bool {
    // Of a short one, more than a letter off is another word: `tags` isn't `args`.
    let slip = |own: &str| if own.len() > 5 { 2 } else { 1 };
    KEYS.iter().any(|own| *own == key || (strsim::damerau_levenshtein(own, key) <= slip(own) && key.len() > 3))
}

fn broken(document: &Document, yaml: &Range<usize>, error: &serde_yaml::Error) -> FrontMatterError {
    let text = &document.text[yaml.clone()];
    let message = error.to_string();
    // Of a key that it doesn't know, the parser tells the place of what it stands in.
    let unknown = message.strip_prefix("unknown field `").or_else(|| message.split(": unknown field `").nth(1));
    let key = unknown.and_then(|rest| rest.split('`').next()).and_then(|key| key_in(text, key));
    // Errors of values that are read in steps tell no place: it's where the text stands that they name first.
    let named = message.starts_with('`').then(|| named_in(text, &message)).flatten();
    let told = error.location().map(|place| place.index().min(text.len())).filter(|place| *place > 0);
    let quoted = || message.split('`').skip(1).step_by(2).find_map(|word| text.find(word).filter(|_| !word.is_empty()));
    let offset = key.or(named).or(told).or_else(quoted).unwrap_or(0);
    let offset = text.floor_char_boundary(offset);
    // The place is said by path:line:column of the file; the parser's own counts from the start of the front matter.
    let reason = message.split(" at line ").next().unwrap_or(&message).to_owned();
    FrontMatterError { path: document.path.clone(), at: document.position(yaml.start + offset), reason: hint::on_unknown_field(&reason) }
}

/// Where the texts stand that a message names first, up to two, the second one behind the first.
fn named_in(text: &str, message: &str) -> Option<usize> {
    let mut found = None;
    for name in message.split('`').skip(1).step_by(2).take(2).filter(|name| !name.is_empty()) {
        let from: usize = found.unwrap_or(0);
        let in_word = |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
        let mut places = text[from..].match_indices(name).map(|(at, _)| from + at);
        let whole = places.find(|at| !in_word(text[..*at].chars().next_back()) && !in_word(text[at + name.len()..].chars().next()));
        match whole {
            Some(at) => found = Some(at),
            None => break,
        }
    }
    found
}

/// Where a key stands in a YAML text: at the start of a line, of an item, or of an entry in braces; maybe in quotes.
fn key_in(text: &str, key: &str) -> Option<usize> {
    text.match_indices(key).map(|(at, _)| at).find(|&at| {
        let before = text[..at].trim_end_matches(['"', '\'']).trim_end_matches(' ');
        let after = text[at + key.len()..].trim_start_matches(['"', '\'']).trim_start_matches(' ');
        after.starts_with(':') && (before.is_empty() || before.ends_with(['\n', '-', '{', ',']))
    })
}

/// The snippets of a corpus, found by the examples of documents that they stand for.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    /// By the document's file name and the example's id: documents may number their examples alike.
    by_example: BTreeMap<(String, String), Arc<Snippet>>,
}

impl Corpus {
    /// Adds a snippet file.
    pub fn add(&mut self, snippet: &Arc<Snippet>) {
        let Some(origin) = &snippet.front_matter.origin else { return };
        let document = origin.document.file_name().unwrap_or_default();
        for id in origin.examples.keys() {
            self.by_example.insert((document.to_owned(), id.clone()), Arc::clone(snippet));
        }
    }

    /// The snippet file that stands for this example of this document.
    pub fn of_document_example(&self, document: &Utf8Path, id: &str) -> Option<&Arc<Snippet>> {
        self.by_example.get(&(document.file_name().unwrap_or_default().to_owned(), id.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front_matter_of(yaml: &str) -> Result<Option<Snippet>, String> {
        let document = Document::decode("page.md", format!("---\n{yaml}---\ntext\n").as_bytes()).expect("it is text");
        read(&Arc::new(document)).map_err(|error| error.to_string())
    }

    #[test]
    fn front_matter_of_other_tools_is_left_alone() {
        assert_eq!(front_matter_of("title: A page\nlayout: post\ntags: [a, b]\n"), Ok(None));
        let mixed = front_matter_of("title: A page\nacknowledged:\n  - { example: a, claim: '1', because: it is 2 }\n");
        assert_eq!(mixed.map(|snippet| snippet.map(|snippet| snippet.front_matter.acknowledged.len())), Ok(Some(1)));
    }

    #[test]
    fn misspelt_keys_are_told_at_their_place() {
        let message = front_matter_of("title: A page\nacknowleged: []\n").unwrap_err();
        assert!(message.starts_with("page.md:3:1: front matter: unknown field `acknowleged`"), "{message}");
        let message = front_matter_of("question: What?\nlayout: post\n").unwrap_err();
        assert!(message.starts_with("page.md:3:1: "), "{message}");
    }

    #[test]
    fn brackets_beyond_measure_are_refused_at_once() {
        let message = front_matter_of(&format!("{}\n", "question: [".repeat(10_000))).unwrap_err();
        assert!(message.starts_with("page.md:2:1111: front matter: more than 100 brackets"), "{message}");
    }

    #[test]
    fn an_acknowledgement_means_its_text_or_what_starts_so() {
        let means = |claim: &str, expected: &str| {
            Acknowledgement { example: String::new(), claim: claim.to_owned(), because: String::new(), python: None }.means(expected)
        };
        assert!(means("a  b\nc", "a b c"));
        assert!(means("a b...", "a b c"));
        assert!(!means("a b", "a b c"));
        assert!(!means("...", "a"));
    }
}
