//! The lock file `verify.lock`: for each set of requirements the exact versions and hashes that are installed.
//!
//! It lies beside the configuration and is meant to be committed, so that everybody gets the same packages. Only `verify lock` writes it. A
//! Python or a platform for which versions differ has an entry of its own; a set of requirements that isn't in it isn't covered.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write},
};

use camino::{Utf8Path, Utf8PathBuf};
use pep440_rs::Version;
use serde::{Deserialize, Serialize};

/// The file's name.
pub const FILE: &str = "verify.lock";
/// Version of the file's format.
const FORMAT: u32 = 1;
const HEADER: &str = "# Exact packages for what `requires` names, made by `verify lock`. Commit it, and don't edit it by hand.\n";

/// A package of an exact version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its normalised name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The wheel's address, where a requirement names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// SHA-256 of the files that may be installed, in hexadecimal.
    pub sha256: BTreeSet<String>,
}

impl Package {
    /// A line of a requirements file, with hashes.
    pub fn line(&self) -> String {
        let what = match &self.url {
            Some(url) => format!("{} @ {url}", self.name),
            None => format!("{}=={}", self.name, self.version),
        };
        let hashes = self.sha256.iter().map(|hash| format!(" --hash=sha256:{hash}"));
        std::iter::once(what).chain(hashes).collect()
    }

    /// Refuses what isn't a package: it becomes a line that an installer reads.
    pub fn check(&self) -> Result<(), String> {
        let name = !self.name.is_empty()
            && self.name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && self.name.chars().all(|character| character.is_ascii_alphanumeric() || "-_.".contains(character));
        let is_hash = |hash: &String| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        let is_address = |url: &String| {
            ["https://", "http://", "file://"].iter().any(|scheme| url.starts_with(scheme))
                && !url.contains(|character: char| character.is_whitespace() || character.is_control() || character == '\\')
        };
        if !name {
            Err(format!("`{}` is no name of a package", self.name.escape_debug()))
        } else if self.version.parse::<Version>().is_err() {
            Err(format!("`{}` is no version of `{}`", self.version.escape_debug(), self.name))
        } else if self.sha256.is_empty() || !self.sha256.iter().all(is_hash) {
            Err(format!("`{}` has no `sha256` of 64 hexadecimal digits", self.name))
        } else if !self.url.iter().all(is_address) {
            Err(format!("the `url` of `{}` is no address", self.name))
        } else {
            Ok(())
        }
    }
}

/// What an entry is found by: requirements without markers, in order; Python's minor version; platform.
type Key = (Vec<String>, String, (u8, u8));
/// Name and version.
type Pin = (String, String);

/// What the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    entries: BTreeMap<Key, BTreeSet<Pin>>,
    packages: BTreeMap<Pin, Package>,
}

/// A lock file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It can't be read or written.
    #[error("{path}: can't be {what}")]
    Unusable {
        /// The file.
        path: Utf8PathBuf,
        /// `read` or `written`.
        what: &'static str,
        /// Why.
        source: io::Error,
    },
    /// It says something wrong.
    #[error("{path}:{line}:{column}: {reason}; remove the file and call `verify lock`")]
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

impl Lock {
    /// Reads the file of a folder; `None` where there is none.
    pub fn read(folder: &Utf8Path) -> Result<Option<Lock>, LockError> {
        let path = folder.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) => Lock::parse(&text, &path).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(LockError::Unusable { path, what: "read", source }),
        }
    }

    /// Writes the file of a folder: beside and renamed, so that nobody reads half of it. Says whether anything changed.
    pub fn write(&self, folder: &Utf8Path) -> Result<bool, LockError> {
        let path = folder.join(FILE);
        let text = self.to_text();
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(false);
        }
        let write = || -> io::Result<()> {
            let mut beside = tempfile::Builder::new().prefix(".verify.lock.").permissions(permissions()).tempfile_in(folder)?;
            beside.write_all(text.as_bytes())?;
            beside.persist(&path)?;
            Ok(())
        };
        write().map_err(|source| LockError::Unusable { path: path.clone(), what: "written", source })?;
        Ok(true)
    }

    /// The packages for some requirements on a Python, if they are covered.
    pub fn find(&self, requires: &[String], python: (u8, u8), platform: &str) -> Option<Vec<Package>> {
        let pins = self.entries.get(&(requires.to_vec(), platform.to_owned(), python))?;
        pins.iter().map(|pin| self.packages.get(pin).cloned()).collect()
    }

    /// Covers some requirements on a Python with these packages.
    pub fn set(&mut self, requires: Vec<String>, python: (u8, u8), platform: String, packages: Vec<Package>) {
        let pins = packages.iter().map(|package| (package.name.clone(), package.version.clone())).collect();
        for package in packages {
            let pin = (package.name.clone(), package.version.clone());
            match self.packages.get_mut(&pin) {
                Some(known) if known.url == package.url => known.sha256.extend(package.sha256),
                _ => drop(self.packages.insert(pin, package)),
            }
        }
        self.entries.insert((requires, platform, python), pins);
    }

    /// Forgets the entries of requirements that nothing needs any more, for this `keep` says no, and their packages.
    pub fn retain(&mut self, keep: impl Fn(&[String]) -> bool) {
        self.entries.retain(|(requires, ..), _| keep(requires));
        let used: BTreeSet<&Pin> = self.entries.values().flatten().collect();
        self.packages.retain(|pin, _| used.contains(pin));
    }

    fn parse(text: &str, path: &Utf8Path) -> Result<Lock, LockError> {
        let wrong = |offset: usize, reason: String| {
            let before = text.get(..offset).unwrap_or_default();
            LockError::Wrong {
                path: path.to_owned(),
                line: before.matches('\n').count() + 1,
                column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
                reason,
            }
        };
        // The version first: a newer format has keys that aren't known here.
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let at = |error: toml::de::Error| wrong(error.span().map_or(0, |span| span.start), error.message().trim().to_owned());
        let Versioned { version } = toml::from_str(text).map_err(at)?;
        if version != FORMAT {
            return Err(wrong(0, format!("`version` is {version}, this program knows {FORMAT}")));
        }
        let file: File = toml::from_str(text).map_err(at)?;
        let mut lock = Lock::default();
        for package in file.package {
            let place = text.find(&format!("name = \"{}\"", package.name)).unwrap_or(0);
            package.check().map_err(|reason| wrong(place, reason))?;
            lock.packages.insert((package.name.clone(), package.version.clone()), package);
        }
        for entry in file.environment {
            let mut pins = BTreeSet::new();
            for pin in &entry.packages {
                let known = pin.split_once("==").map(|(name, version)| (name.to_owned(), version.to_owned()));
                let known = known.filter(|known| lock.packages.contains_key(known));
                let unknown = || wrong(text.find(&format!("\"{pin}\"")).unwrap_or(0), format!("`{pin}` isn't among the packages below"));
                pins.insert(known.ok_or_else(unknown)?);
            }
            for python in &entry.python {
                let parts = python.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
                let unknown =
                    || wrong(text.find(&format!("\"{python}\"")).unwrap_or(0), format!("`{python}` is no version such as \"3.12\""));
                lock.entries.insert((entry.requires.clone(), entry.platform.clone(), parts.ok_or_else(unknown)?), pins.clone());
            }
        }
        Ok(lock)
    }

    fn to_text(&self) -> String {
        // Pythons that get the same packages share an entry.
        let mut grouped: BTreeMap<_, Vec<(&BTreeSet<Pin>, Vec<String>)>> = BTreeMap::new();
        for ((requires, platform, (major, minor)), pins) in &self.entries {
            let groups = grouped.entry((requires, platform)).or_default();
            let python = format!("{major}.{minor}");
            match groups.iter_mut().find(|(known, _)| *known == pins) {
                Some((_, pythons)) => pythons.push(python),
                None => groups.push((pins, vec![python])),
            }
        }
        let mut text = format!("{HEADER}version = {FORMAT}\n");
        let list = |items: &mut dyn Iterator<Item = &String>| items.map(|item| format!("    {},\n", quoted(item))).collect::<String>();
        for ((requires, platform), groups) in grouped {
            for (pins, pythons) in groups {
                let packages: Vec<String> = pins.iter().map(|(name, version)| format!("{name}=={version}")).collect();
                text.push_str(&format!(
                    "\n[[environment]]\nrequires = [{}]\npython = [{}]\nplatform = {}\npackages = [\n{}]\n",
                    requires.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "),
                    pythons.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "),
                    quoted(platform),
                    list(&mut packages.iter()),
                ));
            }
        }
        for Package { name, version, url, sha256 } in self.packages.values() {
            let url = url.as_ref().map(|url| format!("url = {}\n", quoted(url))).unwrap_or_default();
            text.push_str(&format!(
                "\n[[package]]\nname = {}\nversion = {}\n{url}sha256 = [\n{}]\n",
                quoted(name),
                quoted(version),
                list(&mut sha256.iter()),
            ));
        }
        text
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// As other files of a project: readable by all that its owner lets in.
fn permissions() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o644)
}

/// The file's tables.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u32,
    #[serde(default)]
    environment: Vec<Entry>,
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    requires: Vec<String>,
    python: Vec<String>,
    platform: String,
    packages: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, hash: char) -> Package {
        Package { name: name.to_owned(), version: version.to_owned(), url: None, sha256: BTreeSet::from([hash.to_string().repeat(64)]) }
    }

    fn lock() -> Lock {
        let mut lock = Lock::default();
        let fresh = vec!["fresh>=1; \"quoted\"".to_owned()];
        for minor in [10, 11, 12] {
            lock.set(fresh.clone(), (3, minor), "linux-x86_64".to_owned(), vec![package("fresh", "1.0", 'a'), package("more", "2", 'b')]);
        }
        lock.set(fresh, (3, 13), "linux-x86_64".to_owned(), vec![package("fresh", "1.0", 'c')]);
        lock.set(vec!["other".to_owned()], (3, 13), "linux-x86_64".to_owned(), vec![package("other", "3", 'd')]);
        lock
    }

    #[test]
    fn what_is_written_is_read() {
        let text = lock().to_text();
        assert!(text.contains("python = [\"3.10\", \"3.11\", \"3.12\"]"), "{text}");
        assert_eq!(Lock::parse(&text, Utf8Path::new("verify.lock")).unwrap(), lock());
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        assert!(Lock::read(folder).unwrap().is_none());
        assert!(lock().write(folder).unwrap() && !lock().write(folder).unwrap());
        assert_eq!(Lock::read(folder).unwrap(), Some(lock()));
    }

    #[test]
    fn only_what_was_locked_is_covered() {
        let requires = ["fresh>=1; \"quoted\"".to_owned()];
        let found = lock().find(&requires, (3, 12), "linux-x86_64").unwrap();
        assert_eq!(found.iter().map(|package| package.name.as_str()).collect::<Vec<_>>(), ["fresh", "more"]);
        // Hashes of all Pythons: one of them is that of the file for this one.
        assert_eq!(found[0].line(), format!("fresh==1.0 --hash=sha256:{} --hash=sha256:{}", "a".repeat(64), "c".repeat(64)));
        assert_eq!(lock().find(&requires, (3, 14), "linux-x86_64"), None);
        assert_eq!(lock().find(&requires, (3, 12), "linux-aarch64"), None);
        assert_eq!(lock().find(&[], (3, 12), "linux-x86_64"), None);
    }

    #[test]
    fn what_nothing_needs_is_forgotten() {
        let mut lock = lock();
        lock.retain(|requires| requires[0] == "other");
        assert_eq!((lock.entries.len(), lock.packages.len()), (1, 1));
    }

    #[test]
    fn wrong_files_are_told_at_their_place() {
        let message = |text: &str| Lock::parse(text, Utf8Path::new("verify.lock")).unwrap_err().to_string();
        let package =
            |name: &str, hash: &str| format!("version = 1\n[[package]]\nname = \"{name}\"\nversion = \"1\"\nsha256 = [\"{hash}\"]\n");
        assert!(message("version = 9\n").starts_with("verify.lock:1:1: `version` is 9"));
        assert!(
            message("version = 1\nnonsense = 2\n").starts_with("verify.lock:2:1: unknown field"),
            "{}",
            message("version = 1\nnonsense = 2\n")
        );
        assert!(message("<<<<<<< ours").starts_with("verify.lock:1:"));
        assert!(message(&package("-r /etc/passwd", &"a".repeat(64))).starts_with("verify.lock:3:1: `-r /etc/passwd` is no name"));
        assert!(message(&package("a", "xyz")).contains("no `sha256` of 64"));
        let entry = "version = 1\n[[environment]]\nrequires = []\npython = [\"3.12\"]\nplatform = \"linux\"\npackages = [\"a==1\"]\n";
        assert!(message(entry).starts_with("verify.lock:6:13: `a==1` isn't among the packages"), "{}", message(entry));
    }
}
