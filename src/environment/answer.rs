//! What an interpreter says of itself: asking it, keeping the answer, and whether it can run examples.

use std::{
    fs,
    io::{self, Read},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use super::{EnvironmentError, Interpreter};

/// How long an interpreter may take to say what it is.
const ASK_LIMIT: Duration = Duration::from_secs(20);
/// What is asked. `-I -S` keeps everything installed out of it, so virtual environments are recognised here.
pub(super) const QUESTION: &str = r#"
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

/// What an interpreter says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Answer {
    implementation: String,
    version: String,
    executable: String,
    base_prefix: String,
    prefix: String,
    system_site_packages: bool,
    pub(super) libpython: Option<String>,
    free_threaded: bool,
}

impl Answer {
    /// The interpreter, if it can run examples. `asked` is what was started to ask.
    pub(super) fn judged(self, asked: &Utf8Path) -> Result<Interpreter, EnvironmentError> {
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
pub(super) fn advice(executable: &Utf8Path, version: &str) -> String {
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

/// Starts the interpreter and asks it.
pub(super) fn ask(executable: &Utf8Path) -> Result<Answer, String> {
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
pub(super) fn keep(file: &Utf8Path, answer: &Answer) {
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
