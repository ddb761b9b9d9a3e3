//! Settings of a project: `verify.toml`, or `[tool.verify]` in `pyproject.toml`.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use globset::{Glob, GlobMatcher};
use regex::Regex;
use serde::Deserialize;

use crate::{
    environment::range::VersionRange, grant::Grant, hint, limits::LimitSettings, plan::continuing::State, requirements::Requirement,
};

/// The share of its time limit from which an example counts as slow, where none is given.
const SLOW: f64 = 0.5;

/// Settings, as a file of the project gives them; everything may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// What `verify` without a path checks: files and folders, relative to the configuration's folder.
    #[serde(default)]
    pub paths: Vec<Utf8PathBuf>,
    /// Which Pythons run the examples: a version, an interpreter or a virtual environment each.
    #[serde(default)]
    pub python: OneOrMany,
    /// How many examples use the processor at once.
    pub jobs: Option<usize>,
    /// Limits of each example.
    #[serde(default)]
    pub limits: LimitSettings,
    /// An example that takes more than this share of its time limit is shown as slow.
    pub slow: Option<f64>,
    /// What examples may use that the sandbox keeps from the others.
    #[serde(default)]
    pub allow: Vec<AllowSettings>,
    /// Whose state examples see.
    pub state: Option<State>,
    /// What is said of some documents: how they number their examples, whose state these see, and what they need.
    #[serde(default)]
    pub documents: Vec<DocumentSettings>,
    /// Packages that all examples may import (PEP 508).
    #[serde(default)]
    pub requires: Vec<String>,
    /// Packages that may be built where they have no wheel, which runs their code outside the sandbox.
    #[serde(default)]
    pub builds: Vec<String>,
    /// Modules of packages that are imported once, before the examples that name them, where that is safe; where it's left out, those that
    /// examples import.
    pub preload: Option<Vec<String>>,
}

/// A text, or a list of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OneOrMany(pub Vec<String>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<OneOrMany, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "give a text, or a list of texts: \"3.12\", [\"3.12\", \"3.13\"]")]
        enum Written {
            One(String),
            Many(Vec<String>),
        }
        Ok(OneOrMany(match Written::deserialize(deserializer)? {
            Written::One(text) => vec![text],
            Written::Many(texts) => texts,
        }))
    }
}

/// What is said of some documents: how they number their examples, whose state these see, and what they need.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DocumentSettings {
    /// Which documents: a glob over their paths.
    #[serde(deserialize_with = "glob")]
    pub path: GlobMatcher,
    /// What ids start with: `q` gives `q1.1`. It comes with `opens`.
    #[serde(default)]
    pub prefix: Option<String>,
    /// Opens a section where it matches at the start of a line; its first group is the section's number, else sections are counted.
    #[serde(default, deserialize_with = "regex")]
    pub opens: Option<Regex>,
    /// Whose state their examples see.
    pub state: Option<State>,
    /// Python versions that the examples need (`>=3.12`).
    #[serde(default)]
    pub python: Option<VersionRange>,
    /// Packages that the examples import (PEP 508).
    #[serde(default)]
    pub requires: Vec<String>,
}

/// What some examples may use that the sandbox keeps from the others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AllowSettings {
    /// Whose examples: a glob over the documents' paths, relative to the configuration's folder. All below it where it's left out.
    #[serde(default, deserialize_with = "optional_glob")]
    pub documents: Option<GlobMatcher>,
    /// Which of them, by id. All where it's left out.
    #[serde(default)]
    pub examples: Vec<String>,
    /// What is granted.
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// What the documents' front matter may grant, besides what is to be read beside them.
    #[serde(default)]
    pub on_request: Vec<Grant>,
}

impl AllowSettings {
    /// Whether it speaks of an example of a document, by the document's path relative to the configuration's folder.
    pub fn means(&self, document: &Utf8Path, example: &str) -> bool {
        self.documents.as_ref().is_none_or(|documents| documents.is_match(document))
            && (self.examples.is_empty() || self.examples.iter().any(|id| id == example))
    }
}

/// A configuration that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{path}: can't be read")]
    Unreadable {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file says something wrong.
    #[error("{path}:{line}:{column}: {reason}")]
    Wrong {
        /// The file.
        path: Utf8PathBuf,
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
        /// What.
        reason: String,
    },
}

/// A configuration and the folder that it holds for.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// The folder that relative paths of the configuration start from.
    pub root: Utf8PathBuf,
    /// The configuration's file, where there is one.
    pub file: Option<Utf8PathBuf>,
    /// The settings.
    pub config: Config,
    /// Folders of installed modules that each Python of the call has in sight: examples need no grant for what lies there.
    pub installed: Vec<Utf8PathBuf>,
}

/// The configuration of the folder or the nearest one above it; an empty one where there is none.
pub fn find(folder: &Utf8Path) -> Result<Project, ConfigError> {
    for root in folder.ancestors() {
        for file in ["verify.toml", "pyproject.toml"].map(|name| root.join(name)) {
            if file.is_file()
                && let Some(config) = parse(&file, &text(&file)?)?
            {
                return Ok(Project { root: root.to_owned(), config, file: Some(file), installed: Vec::new() });
            }
        }
    }
    Ok(Project { root: folder.to_owned(), ..Project::default() })
}

/// The settings that the text of a `pyproject.toml` or `verify.toml` gives; `None` for the former where it doesn't speak to us.
pub fn parse(path: &Utf8Path, text: &str) -> Result<Option<Config>, ConfigError> {
    match path.file_name() {
        Some("pyproject.toml") => parse_pyproject(path, text),
        _ => checked(path, text, toml::from_str(text).map_err(|error| wrong(path, text, &error))?).map(Some),
    }
}

impl Project {
    /// The trees that the configuration lets some examples change, as far as they are there.
    pub fn changed(&self) -> Vec<Utf8PathBuf> {
        let changed = self.config.all_grants().filter_map(|grant| match grant {
            Grant::Write(path) => self.root.join(path).canonicalize_utf8().ok(),
            _ => None,
        });
        changed.collect()
    }
}

impl Config {
    /// The share of its time limit from which an example counts as slow.
    pub fn slow(&self) -> f64 {
        self.slow.unwrap_or(SLOW)
    }

    /// All that is granted or offered to any example.
    pub fn all_grants(&self) -> impl Iterator<Item = &Grant> {
        self.allow.iter().flat_map(|allow| allow.grants.iter().chain(&allow.on_request))
    }

    /// Whose state the examples of a document are to see, where that's said.
    pub fn state(&self, document: &Utf8Path) -> Option<State> {
        let own = self.documents.iter().filter(|settings| settings.path.is_match(document)).find_map(|settings| settings.state);
        own.or(self.state)
    }
}

fn text(path: &Utf8Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })
}

/// The part of a `pyproject.toml` that speaks to us. Other tools' tables are none of our business.
fn parse_pyproject(path: &Utf8Path, text: &str) -> Result<Option<Config>, ConfigError> {
    #[derive(Deserialize)]
    struct PyProject {
        #[serde(default)]
        tool: Tool,
    }
    #[derive(Default, Deserialize)]
    struct Tool {
        verify: Option<Config>,
        #[serde(flatten)]
        _others: BTreeMap<String, serde::de::IgnoredAny>,
    }
    let parsed: PyProject = toml::from_str(text).map_err(|error| wrong(path, text, &error))?;
    parsed.tool.verify.map(|config| checked(path, text, config)).transpose()
}

/// Whether `import` could take it.
fn is_module(name: &str) -> bool {
    let is_identifier = |part: &str| {
        part.starts_with(|first: char| first.is_alphabetic() || first == '_') && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    name.split('.').all(is_identifier)
}

/// Refuses what the types can't.
fn checked(path: &Utf8Path, text: &str, config: Config) -> Result<Config, ConfigError> {
    let is_package = |name: &&String| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if let Some(package) = config.builds.iter().find(|name| !is_package(name)) {
        return Err(at(path, text, package, format!("`builds`: `{package}` is no name of a package; give names without versions")));
    }
    if let Some(module) = config.preload.iter().flatten().find(|name| !is_module(name)) {
        let reason = format!("`preload`: `{module}` is no name of a module; give names as `import` takes them: \"numpy\", \"xml.dom\"");
        return Err(at(path, text, module, reason));
    }
    for requirement in config.requires.iter().chain(config.documents.iter().flat_map(|settings| &settings.requires)) {
        Requirement::parse(requirement, path.as_str()).map_err(|reason| at(path, text, requirement, format!("`requires`: {reason}")))?;
    }
    let reason = match (config.jobs, config.limits.check(), config.slow()) {
        (Some(0), ..) => "`jobs` is 0; give at least 1, or leave it out for one per processor".to_owned(),
        (_, Err(reason), _) => reason,
        _ if config.documents.iter().any(|documents| documents.prefix.is_some() != documents.opens.is_some()) => {
            "`prefix` and `opens` of `[[documents]]` come together: what ids start with, and which lines open a section".to_owned()
        }
        (_, _, slow) if !(0.0..=1.0).contains(&slow) => format!("`slow` is {slow}; give a share of the time limit, from 0 to 1"),
        _ if config.allow.iter().any(|allow| allow.grants.is_empty() && allow.on_request.is_empty()) => {
            "an `[[allow]]` allows nothing; give it `grants` or `on-request`".to_owned()
        }
        _ => return Ok(config),
    };
    Err(ConfigError::Wrong { path: path.to_owned(), line: 1, column: 1, reason })
}

/// An error of a word of the file.
fn at(path: &Utf8Path, text: &str, word: &str, reason: String) -> ConfigError {
    let before = &text[..text.find(word).unwrap_or(0)];
    ConfigError::Wrong {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.rsplit('\n').next().unwrap_or("").chars().count() + 1,
        reason,
    }
}

fn wrong(path: &Utf8Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
    ConfigError::Wrong {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.rsplit('\n').next().unwrap_or("").chars().count() + 1,
        reason: hint::on_unknown_field(error.message().trim()),
    }
}

fn glob<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<GlobMatcher, D::Error> {
    let text = String::deserialize(deserializer)?;
    Glob::new(&text).map(|glob| glob.compile_matcher()).map_err(serde::de::Error::custom)
}

fn optional_glob<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<GlobMatcher>, D::Error> {
    glob(deserializer).map(Some)
}

fn regex<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Regex>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Regex::new(&text).map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        parse(Utf8Path::new("verify.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn unknown_key_is_an_error_with_a_hint_at_its_place() {
        let message = message("paths = []\n[limits]\ntimeuot = 3\n");
        assert!(message.starts_with("verify.toml:3:1: unknown field `timeuot`"), "{message}");
        assert!(message.ends_with("did you mean `timeout`?"), "{message}");
    }

    #[test]
    fn wrong_regular_expression_names_its_place() {
        assert!(message("[[documents]]\npath = '*'\nprefix = 'q'\nopens = '('\n").starts_with("verify.toml:"));
    }

    #[test]
    fn pyproject_of_other_tools_is_left_alone() {
        let none = parse_pyproject(Utf8Path::new("pyproject.toml"), "[tool.other]\nx = 1\n[project]\nname = 'a'\n").unwrap();
        assert!(none.is_none());
        let some = parse_pyproject(Utf8Path::new("pyproject.toml"), "[tool.other]\nx = 1\n[tool.verify]\njobs = 3\n").unwrap();
        assert_eq!(some.unwrap().jobs, Some(3));
    }

    #[test]
    fn pythons_are_one_or_several_and_ranges_are_checked() {
        let config =
            |text: &str| parse(Utf8Path::new("verify.toml"), text).map(Option::unwrap_or_default).map_err(|error| error.to_string());
        let pythons = |text: &str| config(text).map(|config| config.python.0);
        assert_eq!(pythons("python = '3.12'"), Ok(vec!["3.12".to_owned()]));
        assert_eq!(pythons("python = ['3.12', '.venv']"), Ok(vec!["3.12".to_owned(), ".venv".to_owned()]));
        assert_eq!(pythons(""), Ok(Vec::new()));
        assert!(message("python = 3.12").contains("give a text, or a list of texts"));
        let range = config("[[documents]]\npath = 'a.md'\npython = '>=3.12'\n").map(|config| config.documents[0].python.clone());
        assert_eq!(range.map(|range| range.map(|range| range.to_string())), Ok(Some(">=3.12".to_owned())));
        let wrong = message("[[documents]]\npath = 'a.md'\npython = 'new'\n");
        assert!(wrong.starts_with("verify.toml:3:10: `new` is no range of Python versions"), "{wrong}");
        assert!(message("[[documents]]\npath = 'a.md'\nprefix = 'q'\n").contains("come together"));
    }

    #[test]
    fn zero_jobs_and_negative_time_are_refused() {
        assert!(message("jobs = 0").contains("at least 1"));
        assert!(message("[limits]\ntimeout = -1").contains("above 0"));
        let shared = parse_pyproject(Utf8Path::new("pyproject.toml"), "[tool.verify]\njobs = 0\n").unwrap_err();
        assert!(shared.to_string().contains("at least 1"));
    }
}
