//! Where interpreters are looked for, and in which order.

use std::{
    collections::{BTreeSet, hash_map::DefaultHasher},
    env, fs,
    hash::{Hash, Hasher},
    io::Read,
    ops::RangeInclusive,
    os::unix::fs::{MetadataExt, PermissionsExt},
};

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    EnvironmentError, Interpreter, Request,
    answer::{Answer, QUESTION, ask, keep},
    venv,
};

/// Minor versions of Python 3 that are looked for where no version is asked for: those that could run examples, now or in some years.
const VERSIONS: RangeInclusive<u8> = 10..=20;

/// Where interpreters are looked for, and where their answers are kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub(super) path: Vec<Utf8PathBuf>,
    pub(super) virtual_env: Option<Utf8PathBuf>,
    /// `PYENV_VERSION`: which of pyenv's versions its shims stand for.
    pub(super) pyenv_version: Option<String>,
    pub(super) folder: Utf8PathBuf,
    pub(super) home: Option<Utf8PathBuf>,
    /// Folders of versions: pyenv's, and uv's.
    pub(super) pyenv: Option<Utf8PathBuf>,
    pub(super) uv: Option<Utf8PathBuf>,
    pub(super) cache: Option<Utf8PathBuf>,
}

impl Places {
    /// Those that this process knows from its environment and its working folder.
    pub(super) fn of_this_process() -> Places {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty()).map(Utf8PathBuf::from);
        let home = variable("HOME");
        Places {
            path: env::var("PATH").unwrap_or_default().split(':').filter(|part| !part.is_empty()).map(Utf8PathBuf::from).collect(),
            virtual_env: variable("VIRTUAL_ENV"),
            pyenv_version: variable("PYENV_VERSION").map(Utf8PathBuf::into_string),
            folder: env::current_dir().ok().and_then(|folder| Utf8PathBuf::from_path_buf(folder).ok()).unwrap_or_else(|| ".".into()),
            pyenv: variable("PYENV_ROOT").or_else(|| home.as_ref().map(|home| home.join(".pyenv"))).map(|root| root.join("versions")),
            uv: variable("UV_PYTHON_INSTALL_DIR").or_else(|| {
                let data = variable("XDG_DATA_HOME").or_else(|| home.as_ref().map(|home| home.join(".local/share")));
                data.map(|data| data.join("uv/python"))
            }),
            cache: variable("XDG_CACHE_HOME").or_else(|| home.as_ref().map(|home| home.join(".cache"))).map(|cache| cache.join("verify")),
            home,
        }
    }

    /// The interpreter that is asked for.
    pub(super) fn find(&self, request: &Request) -> Result<Interpreter, EnvironmentError> {
        match request {
            Request::Default => self.first(self.default_ones()?, None, "VIRTUAL_ENV, .venv and python3 on PATH"),
            Request::Version(version) => {
                let looked = format!("python{version} on PATH and among pyenv's, uv's and conda's");
                self.first(self.of_version(version), Some(version), &looked)
            }
            Request::Path(path) => {
                let path = self.folder.join(path);
                if !path.exists() {
                    let advice = "; `--python` takes a version (3.12), an interpreter or the folder of a virtual environment".to_owned();
                    return Err(EnvironmentError::NotFound { version: None, looked: format!("`{path}`"), advice });
                }
                if !path.is_dir() {
                    return self.ask(&path);
                }
                venv::check_folder(&path)?;
                let found =
                    ["bin/python3", "bin/python", "python3", "python"].iter().map(|name| path.join(name)).find(|file| is_program(file));
                match found {
                    Some(file) => self.ask(&file),
                    None => Err(EnvironmentError::NotFound {
                        version: None,
                        looked: format!("`bin/python3` in `{path}`"),
                        advice: String::new(),
                    }),
                }
            }
        }
    }

    /// Each interpreter, the oldest version first, and behind them those that can't run examples with the reason. What can't even be asked
    /// is left out: a shim may lead nowhere.
    pub(super) fn all(&self) -> Vec<Result<Interpreter, EnvironmentError>> {
        let mut candidates: Vec<Utf8PathBuf> = Vec::new();
        for version in VERSIONS.flat_map(|minor| [format!("3.{minor}"), format!("3.{minor}t")]) {
            candidates.extend(self.of_version(&version));
        }
        let mut asked = BTreeSet::new();
        candidates.retain(|candidate| asked.insert(candidate.clone()));
        let mut found: Vec<Interpreter> = Vec::new();
        let mut unusable: Vec<EnvironmentError> = Vec::new();
        for candidate in candidates {
            match self.ask(&candidate) {
                Ok(interpreter) if found.iter().all(|known| known.base_prefix != interpreter.base_prefix) => found.push(interpreter),
                Ok(_) => {}
                Err(error @ (EnvironmentError::Unsupported { .. } | EnvironmentError::NoLibrary { .. })) => {
                    let message = error.to_string();
                    if unusable.iter().all(|known| known.to_string() != message) {
                        unusable.push(error);
                    }
                }
                Err(_) => {}
            }
        }
        found.sort_by_key(Interpreter::release);
        found.into_iter().map(Ok).chain(unusable.into_iter().map(Err)).collect()
    }

    /// What to do where a version isn't there.
    fn advice(&self, version: Option<&str>) -> String {
        let mut here: Vec<String> = self.all().into_iter().flatten().map(|interpreter| interpreter.version).collect();
        here.dedup();
        let found =
            if here.is_empty() { "none that can run examples is here".to_owned() } else { format!("found here: {}", here.join(", ")) };
        match version {
            Some(version) if version.ends_with('t') => format!("; free-threaded builds are not supported yet; {found}"),
            Some(version) => format!("; {found}; install it, as by `uv python install {version}` or `pyenv install {version}`"),
            None if here.is_empty() => format!("; {found}; install CPython 3.10 or newer with its shared library"),
            None => format!("; {found}; choose one with `--python`"),
        }
    }

    /// The first of the candidates that is of the version and can run examples; else the first one's complaint.
    fn first(&self, candidates: Vec<Utf8PathBuf>, version: Option<&str>, looked: &str) -> Result<Interpreter, EnvironmentError> {
        let mut complaint = None;
        for candidate in candidates {
            match self.ask(&candidate) {
                Ok(interpreter) if version.is_none_or(|version| fits(&interpreter.version, version)) => return Ok(interpreter),
                Ok(_) => {}
                Err(error) => {
                    // A shim may lead nowhere, so a candidate that can't be asked says less than one that can't be used.
                    if complaint.is_none() || matches!(complaint, Some(EnvironmentError::Failed { .. })) {
                        complaint = Some(error);
                    }
                }
            }
        }
        Err(complaint.unwrap_or_else(|| {
            let advice = self.advice(version);
            EnvironmentError::NotFound { version: version.map(str::to_owned), looked: looked.to_owned(), advice }
        }))
    }

    fn default_ones(&self) -> Result<Vec<Utf8PathBuf>, EnvironmentError> {
        let here = self.folder.join(".venv");
        let environment = self.virtual_env.clone().or_else(|| here.join("pyvenv.cfg").is_file().then_some(here));
        Ok(match environment {
            Some(environment) => {
                venv::check_folder(&environment)?;
                vec![environment.join("bin/python3")]
            }
            None => ["python3", "python"].iter().flat_map(|name| self.on_path(name)).collect(),
        })
    }

    fn of_version(&self, version: &str) -> Vec<Utf8PathBuf> {
        let mut parts = version.split('.');
        let short: Vec<&str> = parts.by_ref().take(2).collect();
        let name = format!("python{}", short.join("."));
        // Folders first where the patch version is wanted: PATH knows names like `python3.12` only.
        let folders = [(&self.pyenv, ""), (&self.uv, "cpython-")];
        let installed = folders.iter().flat_map(|(folder, prefix)| folder.iter().flat_map(|folder| installed(folder, prefix, version)));
        let mut candidates: Vec<Utf8PathBuf> = installed.map(|folder| folder.join("bin/python3")).collect();
        candidates.extend(self.of_conda(&short.join(".")));
        let on_path = self.on_path(&name).into_iter().chain(self.on_path("python3"));
        if parts.next().is_some() { candidates.into_iter().chain(on_path).collect() } else { on_path.chain(candidates).collect() }
    }

    /// The environments of conda that have this version: conda keeps a list of all of them.
    fn of_conda(&self, short: &str) -> Vec<Utf8PathBuf> {
        let list = self.home.as_ref().and_then(|home| fs::read_to_string(home.join(".conda/environments.txt")).ok()).unwrap_or_default();
        let folders = list.lines().map(str::trim).filter(|line| line.starts_with('/')).map(Utf8PathBuf::from);
        let of_version = folders.filter(|folder| folder.join("lib").join(format!("python{short}")).is_dir());
        of_version.map(|folder| folder.join("bin/python3")).filter(|file| is_program(file)).collect()
    }

    fn on_path(&self, name: &str) -> Vec<Utf8PathBuf> {
        let files = self.path.iter().map(|folder| self.folder.join(folder).join(name)).filter(|file| is_program(file));
        files.map(|file| self.behind_shim(&file).unwrap_or(file)).collect()
    }

    /// The interpreter that a shim of pyenv starts. A shim takes several times as long to start as the interpreter itself, so it is
    /// read as pyenv reads it: the version is named by `PYENV_VERSION`, the nearest `.python-version`, or the file `version`.
    fn behind_shim(&self, file: &Utf8Path) -> Option<Utf8PathBuf> {
        let shims = file.parent().filter(|folder| folder.file_name() == Some("shims"))?;
        let root = shims.parent()?;
        let nearest = self.folder.ancestors().map(|folder| folder.join(".python-version"));
        let named = nearest.chain([root.join("version")]).find_map(|named| fs::read_to_string(named).ok());
        let named = self.pyenv_version.clone().map(|versions| versions.replace(':', "\n")).or(named)?;
        let name = file.file_name()?;
        // A name is a folder of pyenv's, never a path: the file may come with somebody else's project.
        let names = named.split_whitespace().filter(|version| !version.contains('/') && !version.starts_with('.'));
        let mut programs = names.map(|version| root.join("versions").join(version).join("bin").join(name));
        programs.find(|program| is_program(program))
    }

    /// Asks an interpreter what it is, or remembers what it said.
    fn ask(&self, executable: &Utf8Path) -> Result<Interpreter, EnvironmentError> {
        let kept = self.kept(executable);
        let remembered = kept.as_ref().and_then(|file| serde_json::from_slice::<Answer>(&fs::read(file).ok()?).ok());
        // What was said of files that are gone since is asked again.
        if let Some(answer) = remembered.filter(|answer| answer.libpython.as_ref().is_none_or(|library| Utf8Path::new(library).is_file())) {
            return answer.judged(executable).and_then(usable);
        }
        let answer = ask(executable).map_err(|reason| EnvironmentError::Failed { executable: executable.to_owned(), reason })?;
        if let Some(file) = kept {
            keep(&file, &answer);
        }
        answer.judged(executable).and_then(usable)
    }

    /// The file that keeps an interpreter's answer. A script may start another one each time: nothing is kept of it.
    fn kept(&self, executable: &Utf8Path) -> Option<Utf8PathBuf> {
        let mut start = [0; 4];
        fs::File::open(executable).and_then(|mut file| file.read_exact(&mut start)).ok()?;
        if start != *b"\x7fELF" {
            return None;
        }
        let file = fs::metadata(executable).ok()?;
        // A virtual environment is known by its configuration, its interpreter is only a link.
        let configuration = executable.parent().and_then(Utf8Path::parent).and_then(|folder| fs::metadata(folder.join("pyvenv.cfg")).ok());
        let mut hasher = DefaultHasher::new();
        (executable, QUESTION, file.mtime(), file.mtime_nsec(), file.size(), file.ino()).hash(&mut hasher);
        configuration.map(|file| (file.mtime(), file.mtime_nsec(), file.size())).hash(&mut hasher);
        Some(self.cache.as_ref()?.join(format!("interpreter-{:016x}.json", hasher.finish())))
    }
}

/// Whether a version is the wanted one, or begins with it.
fn fits(version: &str, wanted: &str) -> bool {
    version.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn usable(interpreter: Interpreter) -> Result<Interpreter, EnvironmentError> {
    venv::check_version(&interpreter).map(|()| interpreter)
}

pub(super) fn is_program(file: &Utf8Path) -> bool {
    fs::metadata(file).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// The installations in a folder whose names say that version, the newest first.
fn installed(folder: &Utf8Path, prefix: &str, version: &str) -> Vec<Utf8PathBuf> {
    let Ok(entries) = folder.read_dir_utf8() else {
        return Vec::new();
    };
    let mut found: Vec<(Vec<u32>, Utf8PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().strip_prefix(prefix)?;
            let number = name.split(['-', '+']).next()?;
            let is_free_threaded = number.ends_with('t') || name.contains("+freethreaded");
            let (number, version) = match version.strip_suffix('t') {
                Some(version) if is_free_threaded => (number.trim_end_matches('t'), version),
                None if !is_free_threaded => (number, version),
                _ => return None,
            };
            let numbers: Vec<u32> = number.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
            fits(number, version).then(|| (numbers, entry.path().to_owned()))
        })
        .collect();
    found.sort_by(|one, other| other.cmp(one));
    found.into_iter().map(|(_, folder)| folder).collect()
}
