//! The interpreters of this machine: which one runs the examples, where its library lies, and what a server needs to be one.
//!
//! One build runs each CPython from 3.10 on that has a shared library. Interpreters are asked once for their paths; the answers
//! are kept in the user's cache folder, by the interpreter's file, its time and size.

mod answer;
mod places;
pub mod range;
#[cfg(test)]
mod tests;
mod venv;

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    io,
    os::unix::fs::symlink,
};

use camino::{Utf8Path, Utf8PathBuf};

use self::places::Places;
use crate::run::python;

/// Which interpreter is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// The one that this folder and this shell stand for.
    Default,
    /// A version, or the beginning of one: `3.12`, `3.12.1`.
    Version(String),
    /// An interpreter, or the folder of one or of a virtual environment.
    Path(Utf8PathBuf),
}

/// An interpreter that can run examples.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Interpreter {
    /// `3.13.0`.
    pub version: String,
    /// What starts it.
    pub executable: Utf8PathBuf,
    /// Folder of its installation.
    pub base_prefix: Utf8PathBuf,
    /// The virtual environment's folder; else the same.
    pub prefix: Utf8PathBuf,
    /// A virtual environment sees what is installed for the interpreter itself, too.
    pub system_site_packages: bool,
    /// Its shared library.
    pub libpython: Utf8PathBuf,
    /// A free-threaded build.
    pub free_threaded: bool,
}

/// Why there is no interpreter to run examples with.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// None fits.
    #[error("no Python{} was found (looked for {looked}){advice}", .version.as_ref().map(|version| format!(" {version}")).unwrap_or_default())]
    NotFound {
        /// The wanted version.
        version: Option<String>,
        /// Where was looked.
        looked: String,
        /// What to do about it: empty, or `; …`.
        advice: String,
    },
    /// It's a virtual environment that is of no use here.
    #[error(
        "the virtual environment `{folder}` can't be used: {reason}; make it anew: `python3 -m venv --clear {folder}`, and install into it again"
    )]
    VirtualEnvironment {
        /// Its folder.
        folder: Utf8PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It can't be asked.
    #[error("`{executable}` doesn't work as a Python interpreter: {reason}")]
    Failed {
        /// What was started.
        executable: Utf8PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// It's one that can't be embedded.
    #[error("`{executable}` is {found}; {}", if *.free_threaded { "free-threaded builds are not supported yet; choose one with the interpreter lock" } else { "examples run on CPython 3.10 or newer" })]
    Unsupported {
        /// What was asked.
        executable: Utf8PathBuf,
        /// What it is.
        found: String,
        /// It's the free-threading that is in the way.
        free_threaded: bool,
    },
    /// It was built without a shared library.
    #[error("Python {version} at `{executable}` has no shared library; {advice}")]
    NoLibrary {
        /// What was asked.
        executable: Utf8PathBuf,
        /// Its version.
        version: String,
        /// What to do about it.
        advice: String,
    },
    /// The server's folder can't be prepared.
    #[error("could not prepare `{folder}` for Python")]
    Folder {
        /// The folder.
        folder: Utf8PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

impl Request {
    /// Reads `--python`: nothing, a version, or a path.
    pub fn parse(text: Option<&str>) -> Request {
        match text.map(str::trim) {
            None | Some("") => Request::Default,
            Some(text) => {
                let version = text.strip_prefix("python").unwrap_or(text);
                // `3.13t` is a free-threaded build.
                let numbers = version.strip_suffix('t').unwrap_or(version);
                if numbers.starts_with('3')
                    && numbers.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
                {
                    Request::Version(version.to_owned())
                } else {
                    Request::Path(text.into())
                }
            }
        }
    }
}

impl Interpreter {
    /// The virtual environment's folder of installed modules; `None` for an interpreter that is none.
    pub fn site_packages(&self) -> Option<Utf8PathBuf> {
        if self.prefix == self.base_prefix {
            return None;
        }
        let (major, minor) = self.minor();
        Some(self.prefix.join(format!("lib/python{major}.{minor}/site-packages")))
    }

    /// Folders of installed modules that are in its sight.
    pub fn installed(&self) -> Vec<Utf8PathBuf> {
        let (major, minor) = self.minor();
        let own = (self.prefix == self.base_prefix || self.system_site_packages)
            .then(|| self.base_prefix.join(format!("lib/python{major}.{minor}/site-packages")));
        self.site_packages().into_iter().chain(own).collect()
    }

    /// Folders that the sandbox must let it read, besides those of the system.
    pub fn folders(&self) -> Vec<Utf8PathBuf> {
        let library = self.libpython.parent().map(Utf8Path::to_owned);
        let mut folders = vec![self.base_prefix.clone(), self.prefix.clone()];
        folders.extend(library);
        folders.extend(self.executable.parent().map(Utf8Path::to_owned));
        folders.sort();
        folders.dedup();
        folders
    }

    /// The environment variables that make a server this interpreter. Puts a link into `folder`, a private one that stays as long
    /// as servers start: the interpreter's library, under the name of the one that this program was built with.
    pub fn server_environment(&self, folder: &Utf8Path) -> Result<Vec<(String, String)>, EnvironmentError> {
        let mut variables = vec![("PYTHONHOME".to_owned(), self.base_prefix.to_string())];
        if let Some(name) = python::library_name() {
            let link = folder.join(name);
            let made = fs::create_dir_all(folder).and_then(|()| match symlink(&self.libpython, &link) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if fs::read_link(&link)? == self.libpython {
                        return Ok(());
                    }
                    fs::remove_file(&link)?;
                    symlink(&self.libpython, &link)
                }
                other => other,
            });
            made.map_err(|source| EnvironmentError::Folder { folder: folder.to_owned(), source })?;
            variables.push(("LD_LIBRARY_PATH".to_owned(), folder.to_string()));
        }
        Ok(variables)
    }

    /// A folder in the user's cache for [`Interpreter::server_environment`]: the link in it is the same for each run, so that a run that
    /// is killed leaves nothing. `None` where the user has no cache.
    pub fn library_folder(&self) -> Option<Utf8PathBuf> {
        let mut hasher = DefaultHasher::new();
        self.libpython.hash(&mut hasher);
        python::library_name().hash(&mut hasher);
        Some(Places::of_this_process().cache?.join(format!("library-{:016x}", hasher.finish())))
    }

    /// The numbers of its version, to compare by.
    pub fn release(&self) -> Vec<u32> {
        self.version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
    }

    /// Major and minor version.
    pub fn minor(&self) -> (u8, u8) {
        let mut parts = self.version.split('.').map(|part| part.parse().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    }
}

/// The interpreter that is asked for.
pub fn find(request: &Request) -> Result<Interpreter, EnvironmentError> {
    Places::of_this_process().find(request)
}

/// The folder of this program in the user's cache; `None` where the user has none.
pub fn cache_folder() -> Option<Utf8PathBuf> {
    Places::of_this_process().cache
}

/// Each interpreter of this machine that can run examples, the oldest version first.
pub fn all() -> Vec<Interpreter> {
    found().into_iter().flatten().collect()
}

/// Each interpreter of this machine, the oldest version first, and behind them why those that can't run examples can't.
pub fn found() -> Vec<Result<Interpreter, EnvironmentError>> {
    Places::of_this_process().all()
}
