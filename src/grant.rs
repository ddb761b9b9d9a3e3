//! Grants: what an example may use that the sandbox keeps from the others.
//!
//! A grant is the project's own word. The configuration grants anything there is to grant. A document's front matter grants what is to be read
//! beside the document, and what the configuration offers it; and only below the folder of a configuration: a document from elsewhere can't
//! help itself to anything.
//!
//! Limits: files and folders, environment variables, and the network as a whole. Whether a variable was used can't be seen.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Deserializer};

/// Something granted, as it's written: `read:data/`, `write:out/`, `env:LANGUAGE`, `network`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// A file, or a folder with all that is in it, to read. Relative to the folder of the file that grants it.
    Read(Utf8PathBuf),
    /// The same to read, to change, and to make and remove files in.
    Write(Utf8PathBuf),
    /// An environment variable of the caller's.
    Variable(String),
    /// The network of this machine, with all that it reaches.
    Network,
}

impl fmt::Display for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Grant::Read(path) => write!(formatter, "read:{path}"),
            Grant::Write(path) => write!(formatter, "write:{path}"),
            Grant::Variable(name) => write!(formatter, "env:{name}"),
            Grant::Network => formatter.write_str("network"),
        }
    }
}

impl FromStr for Grant {
    type Err = String;

    fn from_str(text: &str) -> Result<Grant, String> {
        let is_path = |path: &str| !path.is_empty() && !path.contains('\0');
        match text.split_once(':') {
            Some(("read", path)) if is_path(path) => Ok(Grant::Read(path.into())),
            Some(("write", path)) if is_path(path) => Ok(Grant::Write(path.into())),
            Some(("env", name)) => variable(name).map(|()| Grant::Variable(name.to_owned())),
            None if text == "network" => Ok(Grant::Network),
            _ => Err(format!("`{text}` is no grant; write `read:PATH`, `write:PATH`, `env:NAME` or `network`")),
        }
    }
}

impl<'de> Deserialize<'de> for Grant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Refuses the names of variables that would change what runs, or what each run has the same.
fn variable(name: &str) -> Result<(), String> {
    const OWN: [&str; 7] = ["PATH", "HOME", "TMPDIR", "LANG", "TZ", "COLUMNS", "PWD"];
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if name.is_empty() || !name.chars().all(plain) || name.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(format!("`{name}` is no name of an environment variable"));
    }
    if OWN.contains(&name) || ["LD_", "PYTHON", "LC_"].iter().any(|start| name.starts_with(start)) {
        return Err(format!("`env:{name}` can't be granted: it's the same in each run"));
    }
    Ok(())
}

/// Grants in front matter: a list holds for all examples of the file, a map by example.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a list of grants, or a map of them by example")]
pub enum FileGrants {
    /// Of each example.
    All(Vec<String>),
    /// By example.
    Examples(BTreeMap<String, Vec<String>>),
}

impl Default for FileGrants {
    fn default() -> Self {
        FileGrants::All(Vec::new())
    }
}

impl FileGrants {
    /// All of them, each with the example that it's granted to; `None` stands for each example.
    pub fn all(&self) -> BTreeSet<(Option<&str>, &str)> {
        match self {
            FileGrants::All(all) => all.iter().map(|word| (None, word.as_str())).collect(),
            FileGrants::Examples(examples) => {
                examples.iter().flat_map(|(id, words)| words.iter().map(|word| (Some(id.as_str()), word.as_str()))).collect()
            }
        }
    }

    /// The examples that it speaks of by their ids.
    pub fn examples(&self) -> impl Iterator<Item = &String> {
        match self {
            FileGrants::All(_) => None,
            FileGrants::Examples(examples) => Some(examples.keys()),
        }
        .into_iter()
        .flatten()
    }
}

/// What an example has been granted, found on this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// The grants as they are written, for reports.
    pub words: BTreeSet<Grant>,
    /// Trees and files to read, by the relative path under which they are found in the working folder. An absolute one stands for itself.
    pub files: BTreeMap<Utf8PathBuf, Utf8PathBuf>,
    /// Those of the trees and files that may be changed, too.
    pub writable: BTreeSet<Utf8PathBuf>,
    /// Environment variables and their values.
    pub variables: BTreeMap<String, String>,
    /// They are those of a document from elsewhere: its trees hold nobody's code that is trusted.
    pub foreign: bool,
    /// For each grant of a path: where it really is.
    places: BTreeMap<Grant, Utf8PathBuf>,
}

/// What was seen of an example, for [`Grants::used`].
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Paths of files that it read or wrote; relative ones are relative to its working folder.
    pub files: &'a BTreeSet<String>,
    /// The same of files that it wrote.
    pub written: &'a BTreeSet<String>,
    /// What it did with sockets: `connect 192.0.2.1 80`, `look up example.org`.
    pub sockets: &'a BTreeSet<String>,
}

impl Grants {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether the network is granted.
    pub fn network(&self) -> bool {
        self.words.contains(&Grant::Network)
    }

    /// Adds others; where two name the same path, the first one stays.
    pub fn add(&mut self, others: &Grants) {
        self.words.extend(others.words.iter().cloned());
        for (name, path) in &others.files {
            self.files.entry(name.clone()).or_insert_with(|| path.clone());
        }
        self.writable.extend(others.writable.iter().cloned());
        self.foreign |= others.foreign;
        self.variables.extend(others.variables.iter().map(|(name, value)| (name.clone(), value.clone())));
        self.places.extend(others.places.iter().map(|(word, place)| (word.clone(), place.clone())));
    }

    /// Adds a grant of the configuration, whose folder is `root`. `all` are all grants of the configuration: what an example may change, it
    /// may have changed to a link. A variable that isn't set (or isn't UTF-8) isn't set for the example, either: see
    /// [`Grants::unset`]. The error is a sentence.
    pub fn add_configured<'a>(&mut self, grant: &Grant, root: &Utf8Path, all: impl IntoIterator<Item = &'a Grant>) -> Result<(), String> {
        match grant {
            Grant::Read(path) | Grant::Write(path) => {
                let real = real(grant, root, path)?;
                for changed in all {
                    refuse_planted_link(grant, path, &real, changed, root)?;
                }
                let home = root.canonicalize_utf8().unwrap_or_else(|_| root.to_owned());
                if matches!(grant, Grant::Write(_)) && home.starts_with(&real) {
                    return Err(format!(
                        "`{grant}` can't be granted: examples could change the configuration; grant a folder below {root}"
                    ));
                }
                // Outside of the folder, and by an absolute path, it's found where it is.
                self.add_path(grant, relative(path).unwrap_or_else(|| real.clone()), real);
            }
            Grant::Variable(name) => {
                self.variables.extend(std::env::var(name).ok().map(|value| (name.clone(), value)));
            }
            Grant::Network => {}
        }
        self.words.insert(grant.clone());
        Ok(())
    }

    /// Granted variables that have no value here.
    pub fn unset(&self) -> impl Iterator<Item = &str> {
        self.words.iter().filter_map(|word| match word {
            Grant::Variable(name) if !self.variables.contains_key(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Adds a grant of a document's front matter; the document is in `folder`. `offered` is what the configuration lets it grant. The error is
    /// a sentence.
    pub fn add_own(&mut self, grant: &Grant, folder: &Utf8Path, offered: &Grants) -> Result<(), String> {
        let (Grant::Read(path) | Grant::Write(path)) = grant else {
            if !offered.words.contains(grant) {
                return Err(format!("`{grant}` can't be granted here; {ASK_THE_CONFIGURATION}"));
            }
            if let Grant::Variable(name) = grant {
                self.variables.extend(offered.variables.get(name).map(|value| (name.clone(), value.clone())));
            }
            self.words.insert(grant.clone());
            return Ok(());
        };
        let folder = folder.canonicalize_utf8().map_err(|error| format!("{folder}: {error}"))?;
        let real = real(grant, &folder, path)?;
        let write = matches!(grant, Grant::Write(_));
        let mut offers = offered.places.iter().filter(|(offer, _)| !write || matches!(offer, Grant::Write(_)));
        let name = if offers.any(|(_, place)| real.starts_with(place)) {
            relative(path).unwrap_or_else(|| real.clone())
        } else if write {
            return Err(format!("`{grant}` can't be granted here; {ASK_THE_CONFIGURATION}"));
        } else {
            beside(grant, path, &real, &folder)?
        };
        self.add_path(grant, name, real);
        self.words.insert(grant.clone());
        Ok(())
    }

    fn add_path(&mut self, grant: &Grant, name: Utf8PathBuf, real: Utf8PathBuf) {
        if matches!(grant, Grant::Write(_)) {
            self.writable.insert(real.clone());
        }
        self.places.insert(grant.clone(), real.clone());
        self.files.insert(name, real);
    }

    /// The grants of which was seen that the example used them. Of variables nothing is seen.
    pub fn used(&self, seen: Seen<'_>) -> BTreeSet<&Grant> {
        let touches = |grant: &Grant, path: &Utf8Path, seen: &BTreeSet<String>| {
            let mut places = relative(path).into_iter().chain(self.places.get(grant).cloned());
            places.any(|place| seen.iter().any(|seen| Utf8Path::new(seen).starts_with(&place)))
        };
        let used = self.words.iter().filter(|grant| match grant {
            Grant::Read(path) => touches(grant, path, seen.files),
            Grant::Write(path) => touches(grant, path, seen.written),
            Grant::Network => seen.sockets.iter().any(|deed| is_of_the_network(deed)),
            Grant::Variable(_) => false,
        });
        used.collect()
    }
}

/// What a document's front matter can't grant by itself.
const ASK_THE_CONFIGURATION: &str =
    "the configuration can grant it, or let this document do so (`grants` or `on-request` of `[[allow]]` in verify.toml)";

/// The name in the working folder of what lies beside a document.
fn beside(grant: &Grant, path: &Utf8Path, real: &Utf8Path, folder: &Utf8Path) -> Result<Utf8PathBuf, String> {
    let beside = real.strip_prefix(folder).ok().filter(|rest| !rest.as_str().is_empty());
    let (Some(beside), Some(name)) = (beside, relative(path)) else {
        return Err(format!("`{grant}` isn't below the document's folder; {ASK_THE_CONFIGURATION}"));
    };
    if beside.components().any(|component| component.as_str().starts_with('.')) {
        return Err(format!("`{grant}` is hidden; {ASK_THE_CONFIGURATION}"));
    }
    Ok(name)
}

/// Whether something done with a socket is done in the network: all but sockets with a path, or an abstract name.
fn is_of_the_network(deed: &str) -> bool {
    let target = deed.split_once(' ').map_or(deed, |(_, target)| target);
    !target.starts_with(['/', '\0'])
}

/// Where a granted path really is.
fn real(grant: &Grant, folder: &Utf8Path, path: &Utf8Path) -> Result<Utf8PathBuf, String> {
    /// What holds a system's state, or the examples' own folders: nothing to show there, or to put something over.
    const NEVER: [&str; 6] = ["/proc", "/sys", "/dev", "/run", "/tmp/work", "/tmp/home"];
    /// What runs the machine: nothing that an example may change.
    const SYSTEM: [&str; 6] = ["/usr", "/bin", "/sbin", "/lib", "/etc", "/boot"];
    let real = folder.join(path).canonicalize_utf8().map_err(|error| format!("`{grant}`: {}: {error}", folder.join(path)))?;
    let never = NEVER.iter().any(|never| real.starts_with(never))
        || ["/tmp", "/var", "/etc"].iter().any(|top| Utf8Path::new(top).starts_with(&real))
        || (matches!(grant, Grant::Write(_)) && SYSTEM.iter().any(|system| real.starts_with(system)));
    if never { Err(format!("`{grant}`: {real} can't be granted")) } else { Ok(real) }
}

/// A path in a tree that examples may change must stay in that tree: what leads out of it may be a link that an example made, in a run before.
fn refuse_planted_link(grant: &Grant, path: &Utf8Path, real: &Utf8Path, changed: &Grant, root: &Utf8Path) -> Result<(), String> {
    let Grant::Write(tree) = changed else { return Ok(()) };
    let inside = lexical(&root.join(path)).strip_prefix(lexical(&root.join(tree))).is_ok_and(|rest| !rest.as_str().is_empty());
    let stays = || root.join(tree).canonicalize_utf8().is_ok_and(|tree| real.starts_with(tree));
    if inside && !stays() {
        return Err(format!("`{grant}` can't be granted: it lies in `{changed}`, and a link there leads to {real}"));
    }
    Ok(())
}

/// A path without `.` and `..`, as it's written; links aren't looked at.
fn lexical(path: &Utf8Path) -> Utf8PathBuf {
    let mut clean = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::ParentDir => drop(clean.pop()),
            Utf8Component::CurDir => {}
            other => clean.push(other),
        }
    }
    clean
}

/// A path that stays where it starts, without needless parts; `None` for others.
fn relative(path: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut clean = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::Normal(name) => clean.push(name),
            Utf8Component::CurDir => {}
            _ => return None,
        }
    }
    (!clean.as_str().is_empty()).then_some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        std::fs::create_dir_all(path.join("docs/data")).unwrap();
        std::fs::create_dir_all(path.join("docs/.hidden")).unwrap();
        std::fs::write(path.join("secret"), "s").unwrap();
        std::os::unix::fs::symlink("../secret", path.join("docs/out")).unwrap();
        (folder, path)
    }

    #[test]
    fn front_matter_grants_only_what_lies_beside_the_document() {
        let (_folder, path) = folder();
        let docs = path.join("docs");
        let mut grants = Grants::default();
        assert_eq!(grants.add_own(&"read:./data/".parse().unwrap(), &docs, &Grants::default()), Ok(()));
        assert_eq!(grants.files[Utf8Path::new("data")], docs.join("data"));
        for (grant, why) in [
            ("read:../secret", "isn't below"),
            ("read:out", "isn't below"),
            ("read:.", "isn't below"),
            ("read:data/../../secret", "isn't below"),
            ("read:/etc/passwd", "isn't below"),
            ("read:.hidden", "hidden"),
            ("read:nothing", "No such file"),
            ("env:TOKEN", "the configuration can grant it"),
            ("network", "the configuration can grant it"),
            ("write:data", "the configuration can grant it"),
        ] {
            let error = grants.add_own(&grant.parse().unwrap(), &docs, &Grants::default()).unwrap_err();
            assert!(error.contains(why), "{grant}: {error}");
        }
        assert_eq!(grants.words.len(), 1);
    }

    #[test]
    fn the_configuration_grants_more_but_not_everything() {
        let (_folder, path) = folder();
        let mut grants = Grants::default();
        assert_eq!(grants.add_configured(&"read:docs/../secret".parse().unwrap(), &path, []), Ok(()));
        assert_eq!(grants.files[&path.join("secret")], path.join("secret"));
        for path_of_all in ["/", "/tmp", "/proc/self", "/dev/null"] {
            assert!(grants.add_configured(&Grant::Read(path_of_all.into()), &path, []).is_err(), "{path_of_all}");
        }
        for never_written in [".", "..", "docs/..", "/usr/lib", "/etc", path.as_str()] {
            assert!(grants.add_configured(&Grant::Write(never_written.into()), &path, []).is_err(), "{never_written}");
        }
    }

    #[test]
    fn front_matter_grants_what_the_configuration_offers_it_and_no_more() {
        let (_folder, path) = folder();
        let docs = path.join("docs");
        let mut offered = Grants::default();
        for offer in ["network", "write:docs/data", "read:secret"] {
            assert_eq!(offered.add_configured(&offer.parse().unwrap(), &path, []), Ok(()));
        }
        std::fs::create_dir(docs.join("data/inner")).unwrap();
        let mut grants = Grants::default();
        for asked in ["network", "write:data/inner", "read:../secret"] {
            assert_eq!(grants.add_own(&asked.parse().unwrap(), &docs, &offered), Ok(()), "{asked}");
        }
        assert!(grants.network());
        assert_eq!(grants.writable, [docs.join("data/inner")].into());
        assert_eq!(grants.files[&path.join("secret")], path.join("secret"));
        for refused in ["write:.", "write:../secret", "env:TOKEN", "read:.."] {
            assert!(grants.add_own(&refused.parse().unwrap(), &docs, &offered).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_link_in_a_tree_that_examples_change_grants_nothing() {
        let (_folder, path) = folder();
        std::os::unix::fs::symlink(path.join("secret"), path.join("docs/data/cache")).unwrap();
        let all = ["write:docs/./data".parse().unwrap(), "read:docs/data/cache".parse().unwrap()];
        let error = Grants::default().add_configured(&all[1], &path, &all).unwrap_err();
        assert!(error.contains("a link there leads to"), "{error}");
        // What nobody may change may lead where it likes.
        assert_eq!(Grants::default().add_configured(&all[1], &path, []), Ok(()));
    }

    #[test]
    fn what_was_used_is_told_by_what_was_seen() {
        let (_folder, path) = folder();
        let mut grants = Grants::default();
        for grant in ["read:docs/data", "write:docs", "network", "env:HOME_OF_NOBODY"] {
            assert_eq!(grants.add_configured(&grant.parse().unwrap(), &path, []), Ok(()));
        }
        let used = |files: &[&str], written: &[&str], sockets: &[&str]| {
            let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<BTreeSet<_>>();
            let (files, written, sockets) = (set(files), set(written), set(sockets));
            let used = grants.used(Seen { files: &files, written: &written, sockets: &sockets });
            used.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(used(&["docs/data/t.csv"], &[], &["connect /tmp/socket", "bind \0name"]), ["read:docs/data"]);
        let real = path.join("docs/x").into_string();
        assert_eq!(used(&[&real, "docs/database"], &[&real], &["look up example.org"]), ["write:docs", "network"]);
    }

    #[test]
    fn what_is_no_grant_is_told() {
        for (text, why) in [
            ("network:all", "no grant"),
            ("networks", "no grant"),
            ("write:", "no grant"),
            ("read:", "no grant"),
            ("env:LD_PRELOAD", "same in each run"),
            ("env:PYTHONPATH", "same in each run"),
            ("env:A=B", "no name"),
            ("env:", "no name"),
            ("everything", "no grant"),
        ] {
            let error = text.parse::<Grant>().unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
