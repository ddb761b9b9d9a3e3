//! uv and pip: which versions some requirements come to, and installing them into an environment of its own.
//!
//! Installers run outside the sandbox, with the user's own settings for package indexes (`PIP_*`, `UV_*`, their configuration files). They run
//! no code of packages as long as only wheels are taken, which is how it is for all packages but those that the configuration names in `builds`.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use serde::Deserialize;

use super::{
    Wanted,
    cache::{lock, unwritable},
    lock::Package,
    platform,
};
use crate::environment::Interpreter;

mod said;

pub(super) use said::normalised;

/// How long an installer may take for one environment.
const LIMIT: Duration = Duration::from_secs(900);
/// The last part of what an installer says, bytes: what went wrong stands there.
const TAIL: u64 = 1 << 18;
/// The first pip that installs into another environment (`--python`).
const FIRST_PIP: (u32, u32) = (22, 3);

/// Why something isn't installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whose fault it is.
    pub kind: FailureKind,
    /// The package that it's about, by its normalised name, where that is known.
    pub package: Option<String>,
    /// What went wrong, in a sentence.
    pub reason: String,
}

/// Whose fault it is that something isn't installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The package index can't be reached.
    Unreachable,
    /// The requirements, or the lock, ask for what can't be had.
    Requirements,
    /// This machine lacks something.
    Machine,
    /// The run was interrupted.
    Interrupted,
}

impl Failure {
    /// A failure of this machine.
    pub fn machine(reason: String) -> Failure {
        Failure { kind: FailureKind::Machine, package: None, reason }
    }
}

/// What makes environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installer {
    /// uv, by its program.
    Uv(Utf8PathBuf),
    /// pip, as a module of this Python.
    Pip(Utf8PathBuf),
}

impl Installer {
    /// uv where it is on `PATH`; else the pip of the interpreter; else the one that comes with it, in an environment of its own in
    /// `cache`.
    pub fn find(base: &Base, cache: &Utf8Path, stop: &AtomicBool) -> Result<Installer, Failure> {
        if let Some(uv) = on_path("uv") {
            return Ok(Installer::Uv(uv));
        }
        if pip_is_new_enough(&base.executable, stop)? {
            return Ok(Installer::Pip(base.executable.clone()));
        }
        let bundled = cache.join(format!("pip-{}", base.key()));
        fs::create_dir_all(cache).map_err(|error| unwritable(cache, &error))?;
        let _lock = lock(&cache.join(format!("pip-{}.lock", base.key())), stop)?;
        let python = bundled.join("bin/python");
        if !python.is_file() || !pip_is_new_enough(&python, stop)? {
            // One that was left half made.
            let _ = fs::remove_dir_all(&bundled);
            let mut command = base.python();
            command.args(["-m", "venv"]).arg(bundled.as_str());
            run(command, stop)?;
        }
        if python.is_file() && pip_is_new_enough(&python, stop)? {
            return Ok(Installer::Pip(python));
        }
        let (major, minor) = FIRST_PIP;
        Err(Failure::machine(format!(
            "`{}` has no pip {major}.{minor} or newer, and there is no uv on PATH; install one of them (Debian, Ubuntu: the package `python3-pip`)",
            base.executable
        )))
    }

    /// The packages that some requirements come to on a Python: each with its exact version and hashes. Asks the package index.
    pub fn resolve(&self, base: &Base, wanted: &Wanted, builds: &[String], stop: &AtomicBool) -> Result<Vec<Package>, Failure> {
        let folder = tempfile::tempdir().map_err(|error| Failure::machine(format!("there is no temporary folder: {error}")))?;
        let folder =
            Utf8Path::from_path(folder.path()).ok_or_else(|| Failure::machine("the temporary folder's name isn't UTF-8".to_owned()))?;
        let (input, output) = (folder.join("requirements.txt"), folder.join("resolved"));
        let lines: String = wanted.texts().iter().map(|text| format!("{text}\n")).collect();
        fs::write(&input, lines).map_err(|error| Failure::machine(format!("{input}: can't be written: {error}")))?;
        let command = |verbose: bool| match self {
            Installer::Uv(uv) => {
                let mut command = Command::new(uv);
                command.args(["pip", "compile", "--quiet", "--generate-hashes", "--no-header", "--no-annotate", "--no-python-downloads"]);
                command.args(["--python", base.executable.as_str(), "--output-file", output.as_str(), input.as_str()]);
                command
            }
            Installer::Pip(python) => {
                let mut command = pip(python);
                command.args(["install", "--dry-run", "--ignore-installed", "--report", output.as_str(), "--requirement", input.as_str()]);
                command.args(verbose.then_some("-vv"));
                command
            }
        };
        let complete = |mut command: Command| {
            command.args(only_wheels(builds)).current_dir(folder);
            run(command, stop)
        };
        let said = complete(command(false))?;
        if !said.fine {
            // pip tells only when asked for more that there is a package, but without a wheel.
            let more = match self {
                Installer::Pip(_) if said::finds_nothing(&said.text) => complete(command(true))?.text,
                _ => String::new(),
            };
            return Err(said::failure(&said.text, &more, base, &self.to_string()));
        }
        let report = fs::read_to_string(&output).map_err(|error| Failure::machine(format!("{self} says nothing: {error}")))?;
        let packages = match self {
            Installer::Uv(_) => said::compiled(&report),
            Installer::Pip(_) => from_report(&report, wanted),
        };
        let packages = packages.and_then(|packages| packages.iter().try_for_each(Package::check).map(|()| packages));
        packages.map_err(|reason| Failure::machine(format!("what {self} says can't be read: {reason}")))
    }

    /// Makes the environment `folder` of an interpreter with exactly these packages. What it leaves there when it fails is of no use.
    pub fn make(&self, base: &Base, packages: &[Package], builds: &[String], folder: &Utf8Path, stop: &AtomicBool) -> Result<(), Failure> {
        let create = match self {
            Installer::Uv(uv) => {
                let mut command = Command::new(uv);
                command.args([
                    "venv",
                    "--quiet",
                    "--no-project",
                    "--no-python-downloads",
                    "--python",
                    base.executable.as_str(),
                    folder.as_str(),
                ]);
                command
            }
            Installer::Pip(_) => {
                let mut command = base.python();
                command.args(["-m", "venv", "--without-pip", folder.as_str()]);
                command
            }
        };
        let said = run(create, stop)?;
        if !said.fine {
            return Err(Failure::machine(format!("no environment can be made for Python {}: {}", base.version, said::last(&said.text))));
        }
        let list = folder.join("requirements.txt");
        let lines: String = packages.iter().map(|package| package.line() + "\n").collect();
        fs::write(&list, lines).map_err(|error| Failure::machine(format!("{list}: can't be written: {error}")))?;
        let python = folder.join("bin/python");
        let mut command = match self {
            Installer::Uv(uv) => {
                let mut command = Command::new(uv);
                command.args(["pip", "install", "--quiet", "--compile-bytecode", "--no-python-downloads", "--python", python.as_str()]);
                command
            }
            Installer::Pip(pip_python) => {
                let mut command = pip(pip_python);
                command.args(["--python", python.as_str(), "install"]);
                command
            }
        };
        command.args(["--no-deps", "--require-hashes", "--requirement", list.as_str()]).args(only_wheels(builds)).current_dir(folder);
        let said = run(command, stop)?;
        if said.fine { Ok(()) } else { Err(said::failure(&said.text, "", base, &self.to_string())) }
    }
}

impl std::fmt::Display for Installer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Installer::Uv(_) => "uv",
            Installer::Pip(_) => "pip",
        })
    }
}

/// The interpreter that an environment is made of: not a virtual one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// What starts it.
    pub executable: Utf8PathBuf,
    /// `3.13.0`.
    pub version: String,
    /// Major and minor version.
    pub minor: (u8, u8),
    prefix: Utf8PathBuf,
}

impl Base {
    /// The base of an interpreter, which may itself be a virtual environment.
    pub fn of(interpreter: &Interpreter) -> Base {
        let minor = interpreter.minor();
        let named = interpreter.base_prefix.join(format!("bin/python{}.{}", minor.0, minor.1));
        // The same one, however it was found: environments are found again by it.
        let executable = if named.is_file() {
            named
        } else if interpreter.prefix == interpreter.base_prefix {
            interpreter.executable.clone()
        } else {
            interpreter.executable.canonicalize_utf8().unwrap_or_else(|_| interpreter.executable.clone())
        };
        Base { executable, version: interpreter.version.clone(), minor, prefix: interpreter.base_prefix.clone() }
    }

    /// Tells it from other interpreters.
    pub fn key(&self) -> String {
        super::cache::hash(&[&self.version, self.prefix.as_str(), self.executable.as_str(), &platform()])
    }

    fn python(&self) -> Command {
        let mut command = Command::new(&self.executable);
        command.args(["-I"]);
        command
    }
}

/// pip, unmoved by settings that would lead it to another place than it's told.
fn pip(python: &Utf8Path) -> Command {
    let mut command = Command::new(python);
    command.args(["-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-color"]);
    for name in
        ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_QUIET", "PIP_VERBOSE", "PIP_LOG", "PIP_REQUIREMENT", "PIP_REPORT"]
    {
        command.env_remove(name);
    }
    command.env("PIP_REQUIRE_VIRTUALENV", "0").env("PIP_USER", "0");
    if std::env::var_os("PIP_RETRIES").is_none() {
        // Its own number makes a minute of an index that can't be reached.
        command.env("PIP_RETRIES", "2");
    }
    command
}

/// Arguments that keep code of packages from running, but of those that may be built.
fn only_wheels(builds: &[String]) -> Vec<String> {
    let mut arguments = vec!["--only-binary".to_owned(), ":all:".to_owned()];
    if !builds.is_empty() {
        arguments.extend(["--no-binary".to_owned(), builds.join(",")]);
    }
    arguments
}

fn pip_is_new_enough(python: &Utf8Path, stop: &AtomicBool) -> Result<bool, Failure> {
    let mut command = pip(python);
    command.arg("--version");
    let said = run(command, stop)?;
    let version = said.text.trim().strip_prefix("pip ").and_then(|rest| rest.split_whitespace().next());
    let mut numbers = version.unwrap_or_default().split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    Ok(said.fine && (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= FIRST_PIP)
}

fn on_path(name: &str) -> Option<Utf8PathBuf> {
    let path = std::env::var("PATH").ok()?;
    // Only absolute folders: what lies in the working folder may be somebody else's.
    path.split(':').filter(|folder| folder.starts_with('/')).map(|folder| Utf8Path::new(folder).join(name)).find(|file| {
        fs::metadata(file).is_ok_and(|file| file.is_file() && std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o111 != 0)
    })
}

/// What a program said.
struct Said {
    fine: bool,
    /// Standard output and standard error, the end of it.
    text: String,
}

/// Runs a program to its end. It and what it started are killed when the run is interrupted, and when it takes too long.
fn run(mut command: Command, stop: &AtomicBool) -> Result<Said, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |error: std::io::Error| Failure::machine(format!("`{program}` can't be run: {error}"));
    let mut log = tempfile::tempfile().map_err(failed)?;
    let (output, errors) = (log.try_clone().map_err(failed)?, log.try_clone().map_err(failed)?);
    command.stdin(Stdio::null()).stdout(output).stderr(errors).process_group(0);
    // An active environment isn't the one that is meant.
    command.env_remove("VIRTUAL_ENV").env_remove("PYTHONHOME").env_remove("PYTHONPATH").env("PYTHONUTF8", "1");
    let mut child = command.spawn().map_err(failed)?;
    let deadline = Instant::now() + LIMIT;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        let stopped = stop.load(Ordering::SeqCst);
        if stopped || Instant::now() >= deadline {
            // Gone already is as good.
            let _ = killpg(Pid::from_raw(child.id().cast_signed()), Signal::SIGKILL);
            let _ = child.wait();
            return Err(match stopped {
                true => Failure { kind: FailureKind::Interrupted, package: None, reason: "interrupted".to_owned() },
                false => Failure {
                    kind: FailureKind::Unreachable,
                    package: None,
                    reason: format!("`{program}` wasn't done after {} s", LIMIT.as_secs()),
                },
            });
        }
        thread::sleep(Duration::from_millis(10));
    };
    Ok(Said { fine: status.success(), text: tail(&mut log).map_err(failed)? })
}

fn tail(log: &mut File) -> std::io::Result<String> {
    let length = log.seek(SeekFrom::End(0))?;
    log.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    log.take(TAIL).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The packages of a report of pip's (`--report`), by its documented format.
fn from_report(report: &str, wanted: &Wanted) -> Result<Vec<Package>, String> {
    #[derive(Deserialize)]
    struct Report {
        install: Vec<Item>,
    }
    #[derive(Deserialize)]
    struct Item {
        download_info: Download,
        #[serde(default)]
        is_direct: bool,
        metadata: Metadata,
    }
    #[derive(Deserialize)]
    struct Download {
        url: String,
        archive_info: Option<Archive>,
    }
    #[derive(Deserialize)]
    struct Archive {
        hash: Option<String>,
        #[serde(default)]
        hashes: Hashes,
    }
    #[derive(Default, Deserialize)]
    struct Hashes {
        sha256: Option<String>,
    }
    #[derive(Deserialize)]
    struct Metadata {
        name: String,
        version: String,
    }
    let report: Report = serde_json::from_str(report).map_err(|error| error.to_string())?;
    let packages = report.install.into_iter().map(|item| {
        let Item { download_info, is_direct, metadata } = item;
        let archive = download_info.archive_info.unwrap_or(Archive { hash: None, hashes: Hashes::default() });
        let old = archive.hash.and_then(|hash| hash.strip_prefix("sha256=").map(str::to_owned));
        let sha256 = archive.hashes.sha256.or(old).ok_or_else(|| format!("no SHA-256 of {}", metadata.name))?;
        let name = normalised(&metadata.name);
        let url = (is_direct && wanted.of_package(&name).is_some()).then_some(download_info.url);
        Ok(Package { name, version: metadata.version, url, sha256: BTreeSet::from([sha256]) })
    });
    packages.collect()
}
