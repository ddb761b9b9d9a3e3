//! Grants: what an example may use that the sandbox keeps from the others.
//!
//! A grant is the project's own word. The configuration grants anything there is to grant; a document's front matter only what lies beside
//! the document, and only below the folder of a configuration: a document from elsewhere can't help itself to anything.
//!
//! Limits: files and folders to read, and environment variables. Network and folders to write in can't be granted.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Deserializer};

/// Something granted, as it's written: `read:data/`, `env:LANGUAGE`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// A file, or a folder with all that is in it, to read. Relative to the folder of the file that grants it.
    Read(Utf8PathBuf),
    /// An environment variable of the caller's.
    Variable(String),
}

impl fmt::Display for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Grant::Read(path) => write!(formatter, "read:{path}"),
            Grant::Variable(name) => write!(formatter, "env:{name}"),
        }
    }
}

impl FromStr for Grant {
    type Err = String;

    fn from_str(text: &str) -> Result<Grant, String> {
        match text.split_once(':') {
            Some(("read", path)) if !path.is_empty() && !path.contains('\0') => Ok(Grant::Read(path.into())),
            Some(("env", name)) => variable(name).map(|()| Grant::Variable(name.to_owned())),
            _ if text == "network" || text.starts_with("write:") => {
                Err(format!("`{text}` can't be granted: only `read:PATH` and `env:NAME`"))
            }
            _ => Err(format!("`{text}` is no grant; write `read:PATH` or `env:NAME`")),
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
    /// All of them.
    pub fn all(&self) -> BTreeSet<&String> {
        match self {
            FileGrants::All(all) => all.iter().collect(),
            FileGrants::Examples(examples) => examples.values().flatten().collect(),
        }
    }

    /// Those of an example.
    pub fn of(&self, example: &str) -> &[String] {
        match self {
            FileGrants::All(all) => all,
            FileGrants::Examples(examples) => examples.get(example).map_or(&[], Vec::as_slice),
        }
    }
}

/// What an example has been granted, found on this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// The grants as they are written, for reports.
    pub words: BTreeSet<Grant>,
    /// Trees and files to read, by the relative path under which they are found in the working folder.
    pub files: BTreeMap<Utf8PathBuf, Utf8PathBuf>,
    /// Environment variables and their values.
    pub variables: BTreeMap<String, String>,
}

impl Grants {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Adds others; where two name the same path, the first one stays.
    pub fn add(&mut self, others: &Grants) {
        self.words.extend(others.words.iter().cloned());
        for (name, path) in &others.files {
            self.files.entry(name.clone()).or_insert_with(|| path.clone());
        }
        self.variables.extend(others.variables.iter().map(|(name, value)| (name.clone(), value.clone())));
    }

    /// Adds a grant of the configuration, whose folder is `root`. A variable that isn't set (or isn't UTF-8) isn't set for the example, either: see
    /// [`Grants::unset`]. The error is a sentence.
    pub fn add_configured(&mut self, grant: &Grant, root: &Utf8Path) -> Result<(), String> {
        match grant {
            Grant::Read(path) => {
                let real = real(grant, root, path)?;
                // Outside of the folder, and by an absolute path, it's found where it is.
                self.files.insert(relative(path).unwrap_or_else(|| real.clone()), real);
            }
            Grant::Variable(name) => {
                self.variables.extend(std::env::var(name).ok().map(|value| (name.clone(), value)));
            }
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

    /// Adds a grant of a document's front matter; the document is in `folder`. The error is a sentence.
    pub fn add_own(&mut self, grant: &Grant, folder: &Utf8Path) -> Result<(), String> {
        let Grant::Read(path) = grant else {
            return Err(format!("`{grant}` can't be granted here, only in the configuration (`[[allow]]` of verify.toml)"));
        };
        let folder = folder.canonicalize_utf8().map_err(|error| format!("{folder}: {error}"))?;
        let real = real(grant, &folder, path)?;
        let beside = real.strip_prefix(&folder).ok().filter(|rest| !rest.as_str().is_empty());
        let (Some(beside), Some(name)) = (beside, relative(path)) else {
            return Err(format!(
                "`{grant}` isn't below the document's folder; the configuration can grant it (`[[allow]]` of verify.toml)"
            ));
        };
        if beside.components().any(|component| component.as_str().starts_with('.')) {
            return Err(format!("`{grant}` is hidden; the configuration can grant it (`[[allow]]` of verify.toml)"));
        }
        self.files.insert(name, real);
        self.words.insert(grant.clone());
        Ok(())
    }
}

/// Where a granted path really is.
fn real(grant: &Grant, folder: &Utf8Path, path: &Utf8Path) -> Result<Utf8PathBuf, String> {
    /// What holds a system's state, or the examples' own folders: nothing to show there, or to put something over.
    const NEVER: [&str; 6] = ["/proc", "/sys", "/dev", "/run", "/tmp/work", "/tmp/home"];
    let real = folder.join(path).canonicalize_utf8().map_err(|error| format!("`{grant}`: {}: {error}", folder.join(path)))?;
    let never = NEVER.iter().any(|never| real.starts_with(never))
        || ["/tmp", "/var", "/etc"].iter().any(|top| Utf8Path::new(top).starts_with(&real));
    if never { Err(format!("`{grant}`: {real} can't be granted")) } else { Ok(real) }
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
        assert_eq!(grants.add_own(&"read:./data/".parse().unwrap(), &docs), Ok(()));
        assert_eq!(grants.files[Utf8Path::new("data")], docs.join("data"));
        for (grant, why) in [
            ("read:../secret", "isn't below"),
            ("read:out", "isn't below"),
            ("read:.", "isn't below"),
            ("read:data/../../secret", "isn't below"),
            ("read:/etc/passwd", "isn't below"),
            ("read:.hidden", "hidden"),
            ("read:nothing", "No such file"),
            ("env:TOKEN", "only in the configuration"),
        ] {
            let error = grants.add_own(&grant.parse().unwrap(), &docs).unwrap_err();
            assert!(error.contains(why), "{grant}: {error}");
        }
        assert_eq!(grants.words.len(), 1);
    }

    #[test]
    fn the_configuration_grants_more_but_not_everything() {
        let (_folder, path) = folder();
        let mut grants = Grants::default();
        assert_eq!(grants.add_configured(&"read:docs/../secret".parse().unwrap(), &path), Ok(()));
        assert_eq!(grants.files[&path.join("secret")], path.join("secret"));
        for path_of_all in ["/", "/tmp", "/proc/self", "/dev/null"] {
            assert!(grants.add_configured(&Grant::Read(path_of_all.into()), &path).is_err(), "{path_of_all}");
        }
    }

    #[test]
    fn what_is_no_grant_is_told() {
        for (text, why) in [
            ("network", "can't be granted"),
            ("write:data", "can't be granted"),
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
