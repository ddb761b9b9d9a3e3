//! Before a run: for each Python and each set of requirements, the environment that the examples run on, or why there is none.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use camino::{Utf8Path, Utf8PathBuf};

use super::{
    Requirements, Wanted,
    cache::Cache,
    install::{Base, Failure, FailureKind, Installer},
    lock::{FILE, Lock, Package},
    platform,
};
use crate::{
    environment::Interpreter,
    report::{Problem, Severity},
};

/// Environments that are made at the same time.
const AT_ONCE: usize = 4;
/// Examples that a message names.
const NAMED: usize = 3;

/// How requirements become environments.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What `verify.lock` says, where there is one.
    pub lock: Option<Lock>,
    /// Only what is locked is installed (`CI` is set).
    pub only_locked: bool,
    /// Where environments are kept; `None` where the user has no cache folder.
    pub cache: Option<Cache>,
    /// Packages that may be built, which runs their code outside the sandbox.
    pub builds: Vec<String>,
}

/// An example that needs something.
#[derive(Debug, Clone, Copy)]
pub struct Need<'a> {
    /// Its id, for messages.
    pub example: &'a str,
    /// What it is to run on.
    pub interpreter: &'a Interpreter,
    /// What it requires.
    pub requirements: &'a Requirements,
}

/// What happens while environments are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An environment that isn't there is being made, with these requirements.
    Begun(String),
    /// It's made, or it failed.
    Ended(String),
}

/// Why an example can't run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// In a sentence, with the requirement.
    pub reason: String,
    /// The run was interrupted.
    pub interrupted: bool,
}

/// The environments of a run.
#[derive(Debug, Clone, Default)]
pub struct Prepared(BTreeMap<Key, Result<Interpreter, Lack>>);

/// An interpreter's executable, and requirements as it takes them.
type Key = (Utf8PathBuf, Vec<String>);

impl Prepared {
    /// What an example with these requirements runs on in the place of this interpreter.
    pub fn of(&self, interpreter: &Interpreter, requirements: &Requirements) -> Result<Interpreter, Lack> {
        let wanted = requirements.wanted(interpreter);
        if wanted.is_empty() {
            return Ok(interpreter.clone());
        }
        let unprepared = || Lack { reason: format!("needs {wanted}: nothing was made ready for it"), interrupted: false };
        self.0.get(&(interpreter.executable.clone(), wanted.texts())).cloned().unwrap_or_else(|| Err(unprepared()))
    }
}

/// An environment to be made, and for whom.
struct Task<'a> {
    interpreter: &'a Interpreter,
    wanted: Wanted,
    examples: BTreeSet<&'a str>,
}

/// Makes ready what the examples need, beyond what is prepared already. `tell` hears of what takes time, from several threads.
pub fn prepare(
    prepared: Prepared,
    needs: &[Need],
    settings: &Settings,
    stop: &AtomicBool,
    tell: impl Fn(Step) + Sync,
) -> (Prepared, Vec<Problem>) {
    let mut tasks: BTreeMap<Key, Task> = BTreeMap::new();
    for need in needs.iter().filter(|need| !need.requirements.is_empty()) {
        let wanted = need.requirements.wanted(need.interpreter);
        if !wanted.is_empty() {
            let key = (need.interpreter.executable.clone(), wanted.texts());
            if prepared.0.contains_key(&key) {
                continue;
            }
            let task = tasks.entry(key).or_insert_with(|| Task { interpreter: need.interpreter, wanted, examples: BTreeSet::new() });
            task.examples.insert(need.example);
        }
    }
    let tasks: Vec<(Key, Task)> = tasks.into_iter().collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new((prepared, BTreeSet::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(tasks.len()) {
            scope.spawn(|| {
                while let Some((key, task)) = tasks.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let result = task.prepare(settings, stop, &tell);
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    let (prepared, problems) = &mut *done;
                    if let Some((message, severity)) = task.problem(&result) {
                        problems.insert((message, severity == Severity::Error));
                    }
                    let result = result.map(|(interpreter, _)| interpreter).map_err(|failure| task.lack(&failure));
                    prepared.0.insert(key.clone(), result);
                }
            });
        }
    });
    let (prepared, problems) = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let severity = |error| if error { Severity::Error } else { Severity::Warning };
    (prepared, problems.into_iter().map(|(message, error)| Problem { message, severity: severity(error) }).collect())
}

/// The packages that requirements come to on a Python: asked of the package index, whatever is locked or remembered.
pub fn resolve(interpreter: &Interpreter, wanted: &Wanted, settings: &Settings, stop: &AtomicBool) -> Result<Vec<Package>, Failure> {
    let base = Base::of(interpreter);
    let cache = settings.cache.as_ref().ok_or_else(no_cache)?;
    Installer::find(&base, &cache.0, stop)?.resolve(&base, wanted, &settings.builds, stop)
}

/// Whether the packages are those of the lock.
type IsLocked = bool;

impl Task<'_> {
    fn prepare(&self, settings: &Settings, stop: &AtomicBool, tell: &impl Fn(Step)) -> Result<(Interpreter, IsLocked), Failure> {
        let interpreter = self.interpreter;
        // A virtual environment that has what is needed was made for that by its owner.
        if interpreter.site_packages().is_some_and(|folder| self.wanted.are_met_by(&installed(&folder))) {
            return Ok((interpreter.clone(), true));
        }
        let base = Base::of(interpreter);
        let cache = settings.cache.as_ref().ok_or_else(no_cache)?;
        let texts = self.wanted.texts();
        let locked = settings.lock.as_ref().and_then(|lock| lock.find(&texts, base.minor, &platform()));
        let is_locked = locked.is_some();
        if !is_locked && settings.only_locked {
            let (major, minor) = base.minor;
            let reason = format!(
                "{FILE} doesn't cover it for Python {major}.{minor} on {}; call `verify lock` and commit {FILE} (where `CI` is set, only what is \
                 locked is installed)",
                platform()
            );
            return Err(Failure { kind: FailureKind::Requirements, package: None, reason });
        }
        let known = locked.or_else(|| cache.resolved(&texts, &base, &settings.builds));
        if let Some(folder) = known.as_ref().and_then(|packages| cache.find(&base, packages, &settings.builds)) {
            return Ok((environment(interpreter, &folder), is_locked));
        }
        tell(Step::Begun(self.wanted.to_string()));
        let made = || {
            let packages = match known {
                Some(packages) => packages,
                None => {
                    let packages = resolve(interpreter, &self.wanted, settings, stop)?;
                    cache.keep_resolved(&texts, &base, &settings.builds, &packages);
                    packages
                }
            };
            cache.environment(&base, &packages, &settings.builds, stop)
        };
        let made = made();
        tell(Step::Ended(self.wanted.to_string()));
        Ok((environment(interpreter, &made?), is_locked))
    }

    fn lack(&self, failure: &Failure) -> Lack {
        let about = failure.package.as_deref().and_then(|package| self.wanted.of_package(package));
        let about = about.map_or_else(|| self.wanted.to_string(), ToString::to_string);
        Lack { reason: format!("needs {about}: {}", failure.reason), interrupted: failure.kind == FailureKind::Interrupted }
    }

    /// What a person has to hear besides the examples' own outcomes.
    fn problem(&self, result: &Result<(Interpreter, IsLocked), Failure>) -> Option<(String, Severity)> {
        match result {
            Ok((_, true)) => None,
            Ok((_, false)) => {
                let place = &self.wanted.first()?.place;
                let message =
                    format!("{place}: `requires` isn't locked, so others may get other versions; call `verify lock` and commit {FILE}");
                Some((message, Severity::Warning))
            }
            Err(Failure { kind: FailureKind::Interrupted, .. }) => None,
            Err(failure) => {
                let about = failure.package.as_deref().and_then(|package| self.wanted.of_package(package)).or(self.wanted.first())?;
                let what = match &failure.package {
                    Some(package) if self.wanted.of_package(package).is_none() => format!("{} (by way of {package})", self.wanted),
                    Some(_) => about.to_string(),
                    None => self.wanted.to_string(),
                };
                let named: Vec<&str> = self.examples.iter().copied().take(NAMED).collect();
                let more = self.examples.len().saturating_sub(NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let message = format!("{}: {} can't run: requires {what}: {}", about.place, named.join(", ") + &more, failure.reason);
                // What isn't to be had here and now is no fault of the documents.
                let is_fault = failure.kind == FailureKind::Requirements;
                Some((message, if is_fault { Severity::Error } else { Severity::Warning }))
            }
        }
    }
}

/// The environment in a folder, as an interpreter.
fn environment(interpreter: &Interpreter, folder: &Utf8Path) -> Interpreter {
    Interpreter { executable: folder.join("bin/python3"), prefix: folder.to_owned(), system_site_packages: false, ..interpreter.clone() }
}

/// What is installed in a folder of modules: normalised name → version.
fn installed(site_packages: &Utf8Path) -> BTreeMap<String, String> {
    let entries = site_packages.read_dir_utf8().into_iter().flatten().flatten();
    let packages = entries.filter_map(|entry| {
        let (name, version) = entry.file_name().strip_suffix(".dist-info")?.split_once('-')?;
        Some((super::install::normalised(name), version.to_owned()))
    });
    packages.collect()
}

fn no_cache() -> Failure {
    Failure::machine("there is no cache folder to install into; set HOME or XDG_CACHE_HOME".to_owned())
}
