//! The interpreters of this machine: which one runs the examples, where its library lies, and what a server needs to be one.
//!
//! One build runs each CPython from 3.10 on that has a shared library. Interpreters are asked once for their paths; the answers
//! are kept in the user's cache folder, by the interpreter's file, its time and size.

use std::{
    collections::hash_map::DefaultHasher,
    env, fs,
    hash::{Hash, Hasher},
    io::{self, Read},
    os::unix::fs::{MetadataExt, PermissionsExt},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use crate::run::python;

/// How long an interpreter may take to say what it is.
const ASK_LIMIT: Duration = Duration::from_secs(20);
/// What is asked. `-I -S` keeps everything installed out of it, so virtual environments are recognised here.
const QUESTION: &str = r#"
import json, os, sys, sysconfig
executable = sys.executable
prefix, system = sys.base_prefix, True
for folder in (os.path.dirname(executable), os.path.dirname(os.path.dirname(executable))):
    configuration = os.path.join(folder, "pyvenv.cfg")
    if os.path.isfile(configuration):
        prefix, system = folder, False
        with open(configuration, encoding="utf-8") as lines:
            for line in lines:
                key, _, value = line.partition("=")
                if key.strip().lower() == "include-system-site-packages":
                    system = value.strip().lower() == "true"
        break
names = [sysconfig.get_config_var("INSTSONAME"), sysconfig.get_config_var("LDLIBRARY")]
folders = [sysconfig.get_config_var("LIBDIR"), os.path.join(sys.base_prefix, "lib"), sysconfig.get_config_var("LIBPL")]
libraries = [os.path.join(folder, name) for name in names if name and ".so" in name for folder in folders if folder]
print(json.dumps({
    "implementation": sys.implementation.name,
    "version": "%d.%d.%d" % sys.version_info[:3],
    "executable": executable,
    "base_prefix": sys.base_prefix,
    "prefix": prefix,
    "system_site_packages": system,
    "libpython": next((path for path in libraries if os.path.isfile(path)), None),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
}))
"#;

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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    #[error("no Python{} was found (looked for {looked})", .version.as_ref().map(|version| format!(" {version}")).unwrap_or_default())]
    NotFound {
        /// The wanted version.
        version: Option<String>,
        /// Where was looked.
        looked: String,
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
    #[error("`{executable}` is {found}; examples run on CPython 3.10 or newer{}", if *.free_threaded { ", not on a free-threaded build" } else { "" })]
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
    #[error("could not prepare `{folder}` for Python: {source}")]
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
                if version.starts_with('3')
                    && version.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
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
        let short = self.version.rsplit_once('.').map_or(self.version.as_str(), |(short, _)| short);
        Some(self.prefix.join(format!("lib/python{short}/site-packages")))
    }

    /// What a server is told about the interpreter that it is to start.
    pub fn start_options(&self) -> python::StartOptions {
        python::StartOptions {
            executable: Some(self.executable.clone().into()),
            environment: self.site_packages().map(|site_packages| python::VirtualEnvironment {
                prefix: self.prefix.clone().into(),
                site_packages: site_packages.into(),
                system_site_packages: self.system_site_packages,
            }),
        }
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
            let made = fs::create_dir_all(folder).and_then(|()| match std::os::unix::fs::symlink(&self.libpython, &link) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if fs::read_link(&link)? == self.libpython {
                        return Ok(());
                    }
                    fs::remove_file(&link)?;
                    std::os::unix::fs::symlink(&self.libpython, &link)
                }
                other => other,
            });
            made.map_err(|source| EnvironmentError::Folder { folder: folder.to_owned(), source })?;
            variables.push(("LD_LIBRARY_PATH".to_owned(), folder.to_string()));
        }
        Ok(variables)
    }
}

impl Interpreter {
    /// A folder in the user's cache for [`Interpreter::server_environment`]: the link in it is the same for each run, so that a run that
    /// is killed leaves nothing. `None` where the user has no cache.
    pub fn library_folder(&self) -> Option<Utf8PathBuf> {
        let mut hasher = DefaultHasher::new();
        self.libpython.hash(&mut hasher);
        python::library_name().hash(&mut hasher);
        Some(Places::of_this_process().cache?.join(format!("library-{:016x}", hasher.finish())))
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

/// Each interpreter of this machine that can run examples, the oldest version first.
pub fn all() -> Vec<Interpreter> {
    let places = Places::of_this_process();
    let mut found: Vec<Interpreter> = Vec::new();
    for version in (10..=20).map(|minor| format!("3.{minor}")) {
        for candidate in places.of_version(&version) {
            if let Ok(interpreter) = places.ask(&candidate)
                && fits(&interpreter.version, &version)
                && found.iter().all(|known| known.base_prefix != interpreter.base_prefix)
            {
                found.push(interpreter);
            }
        }
    }
    found
}

/// Where interpreters are looked for, and where their answers are kept.
#[derive(Debug, Clone, Default)]
struct Places {
    path: Vec<Utf8PathBuf>,
    virtual_env: Option<Utf8PathBuf>,
    /// `PYENV_VERSION`: which of pyenv's versions its shims stand for.
    pyenv_version: Option<String>,
    folder: Utf8PathBuf,
    home: Option<Utf8PathBuf>,
    cache: Option<Utf8PathBuf>,
}

impl Places {
    fn of_this_process() -> Places {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty()).map(Utf8PathBuf::from);
        let home = variable("HOME");
        Places {
            path: env::var("PATH").unwrap_or_default().split(':').filter(|part| !part.is_empty()).map(Utf8PathBuf::from).collect(),
            virtual_env: variable("VIRTUAL_ENV"),
            pyenv_version: variable("PYENV_VERSION").map(Utf8PathBuf::into_string),
            folder: env::current_dir().ok().and_then(|folder| Utf8PathBuf::from_path_buf(folder).ok()).unwrap_or_else(|| ".".into()),
            cache: variable("XDG_CACHE_HOME").or_else(|| home.as_ref().map(|home| home.join(".cache"))).map(|cache| cache.join("verify")),
            home,
        }
    }

    fn find(&self, request: &Request) -> Result<Interpreter, EnvironmentError> {
        match request {
            Request::Default => self.first(self.default_ones(), None, "VIRTUAL_ENV, .venv and python3 on PATH"),
            Request::Version(version) => {
                let looked = format!("python{version} on PATH, pyenv's and uv's folders");
                self.first(self.of_version(version), Some(version), &looked)
            }
            Request::Path(path) => {
                let path = self.folder.join(path);
                if !path.is_dir() {
                    return self.ask(&path);
                }
                let found =
                    ["bin/python3", "bin/python", "python3", "python"].iter().map(|name| path.join(name)).find(|file| is_program(file));
                match found {
                    Some(file) => self.ask(&file),
                    None => Err(EnvironmentError::NotFound { version: None, looked: format!("`bin/python3` in `{path}`") }),
                }
            }
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
        Err(complaint.unwrap_or_else(|| EnvironmentError::NotFound { version: version.map(str::to_owned), looked: looked.to_owned() }))
    }

    fn default_ones(&self) -> Vec<Utf8PathBuf> {
        let here = self.folder.join(".venv");
        let environment = self.virtual_env.clone().or_else(|| here.join("pyvenv.cfg").is_file().then_some(here));
        match environment {
            Some(environment) => vec![environment.join("bin/python3")],
            None => ["python3", "python"].iter().flat_map(|name| self.on_path(name)).collect(),
        }
    }

    fn of_version(&self, version: &str) -> Vec<Utf8PathBuf> {
        let mut parts = version.split('.');
        let short: Vec<&str> = parts.by_ref().take(2).collect();
        let name = format!("python{}", short.join("."));
        let mut candidates = Vec::new();
        if let Some(home) = &self.home {
            // Folders first where the patch version is wanted: PATH knows names like `python3.12` only.
            let installed = [(".pyenv/versions", ""), (".local/share/uv/python", "cpython-")]
                .iter()
                .flat_map(|(folder, prefix)| installed(&home.join(folder), prefix, version));
            candidates.extend(installed.map(|folder| folder.join("bin/python3")));
        }
        let on_path = self.on_path(&name).into_iter().chain(self.on_path("python3"));
        if parts.next().is_some() { candidates.into_iter().chain(on_path).collect() } else { on_path.chain(candidates).collect() }
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
            return answer.judged(executable);
        }
        let answer = ask(executable).map_err(|reason| EnvironmentError::Failed { executable: executable.to_owned(), reason })?;
        if let Some(file) = kept {
            keep(&file, &answer);
        }
        answer.judged(executable)
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

/// What an interpreter says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Answer {
    implementation: String,
    version: String,
    executable: String,
    base_prefix: String,
    prefix: String,
    system_site_packages: bool,
    libpython: Option<String>,
    free_threaded: bool,
}

impl Answer {
    fn judged(self, asked: &Utf8Path) -> Result<Interpreter, EnvironmentError> {
        let numbers: Vec<u32> = self.version.split('.').map_while(|part| part.parse().ok()).collect();
        if self.implementation != "cpython" || numbers.as_slice() < &[3, 10][..] || self.free_threaded {
            let found = format!("{}{} {}", if self.free_threaded { "free-threaded " } else { "" }, self.implementation, self.version);
            return Err(EnvironmentError::Unsupported { executable: asked.to_owned(), found, free_threaded: self.free_threaded });
        }
        let executable = if self.executable.is_empty() { asked.to_owned() } else { self.executable.into() };
        let Some(libpython) = self.libpython else {
            let advice = advice(&executable, &self.version);
            return Err(EnvironmentError::NoLibrary { executable, version: self.version, advice });
        };
        Ok(Interpreter {
            version: self.version,
            executable,
            base_prefix: self.base_prefix.into(),
            prefix: self.prefix.into(),
            system_site_packages: self.system_site_packages,
            libpython: libpython.into(),
            free_threaded: self.free_threaded,
        })
    }
}

/// How to get a shared library, by where the interpreter comes from.
fn advice(executable: &Utf8Path, version: &str) -> String {
    let short = version.rsplit_once('.').map_or(version, |(short, _)| short);
    let place = executable.as_str();
    if place.contains("/.pyenv/") || place.contains("/pyenv/") {
        format!("build it with one: `PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install --force {version}`")
    } else if place.contains("conda") || place.contains("mamba") {
        "install conda-forge's `python`, which has one, or choose another with `--python`".to_owned()
    } else if place.starts_with("/usr/bin/") {
        format!("install the package `libpython{short}` (Debian, Ubuntu) or `python3-libs` (Fedora), or choose another with `--python`")
    } else {
        "build it with `--enable-shared`, or choose another with `--python`".to_owned()
    }
}

fn fits(version: &str, wanted: &str) -> bool {
    version.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn is_program(file: &Utf8Path) -> bool {
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
            let numbers: Vec<u32> = number.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
            fits(number, version).then(|| (numbers, entry.path().to_owned()))
        })
        .collect();
    found.sort_by(|one, other| other.cmp(one));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// Starts the interpreter and asks it.
fn ask(executable: &Utf8Path) -> Result<Answer, String> {
    let mut command = Command::new(executable);
    command.args(["-I", "-S", "-c", QUESTION]).env_remove("PYTHONHOME");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let deadline = Instant::now() + ASK_LIMIT;
    let mut child = loop {
        match command.spawn() {
            Ok(child) => break child,
            // Somebody is just writing it: an installation, say.
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(10))
            }
            Err(error) => return Err(error.to_string()),
        }
    };
    // The answer is far smaller than a pipe: waiting first can't block it.
    let status = loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status,
            None if Instant::now() >= deadline => {
                // It may have ended just now; either way it is gone.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it didn't answer within {} s", ASK_LIMIT.as_secs()));
            }
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    let read = |stream: Option<&mut dyn Read>| {
        let mut bytes = Vec::new();
        if let Some(stream) = stream {
            // What can't be read counts as not said.
            let _ = stream.take(1 << 16).read_to_end(&mut bytes);
        }
        bytes
    };
    let answer = read(child.stdout.as_mut().map(|stream| stream as &mut dyn Read));
    if !status.success() {
        let complaint = read(child.stderr.as_mut().map(|stream| stream as &mut dyn Read));
        let last = String::from_utf8_lossy(&complaint).lines().last().unwrap_or_default().to_owned();
        return Err(if last.is_empty() { status.to_string() } else { last });
    }
    serde_json::from_slice(&answer).map_err(|_| "it doesn't answer as Python does".to_owned())
}

/// Keeps an answer: written beside and renamed, so that nobody reads half of it. Without a cache everything works, only slower.
fn keep(file: &Utf8Path, answer: &Answer) {
    let Some(folder) = file.parent() else {
        return;
    };
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut beside = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut beside, answer)?;
        beside.persist(file)?;
        Ok(())
    };
    let _ = write();
}

#[cfg(test)]
mod tests;
