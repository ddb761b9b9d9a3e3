//! The servers of one interpreter.
//!
//! One server runs one example at a time. Servers are started when they are first needed and kept for the next example. Which
//! interpreters have pools, and whose turn it is to use the processor, is [`super::pools`]' business.
//!
//! A server that is lost is replaced. Its example is tried once more, on a new server and while no other example runs: what one example
//! does to the server of another (where layers of the sandbox are missing) doesn't become the other's fault.

mod packages;
mod server;

use std::{
    collections::{BTreeMap, BTreeSet, hash_map::RandomState},
    hash::BuildHasher,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    thread,
};

use camino::{Utf8Path, Utf8PathBuf};
use packages::{Packages, wants_none};
use server::{Server, ServerError};
use tempfile::TempDir;

use super::{
    circumstances::Circumstances,
    compiled,
    pools::Turn,
    protocol::{End, Job, Limits, Preloaded, Protection, Ready, Report},
    server::ServerArgs,
};
use crate::environment::{EnvironmentError, Interpreter};
use crate::grant::Grants;

/// How a server is started.
#[derive(Debug)]
pub struct ServerCommand {
    /// Arguments of this program's own binary, but for what differs by example.
    arguments: ServerArgs,
    /// Its whole environment: nothing of the caller's.
    environment: Vec<(String, String)>,
    /// Holds the link by which a server finds the interpreter's library, where the user's cache can't; stays as long as servers may be
    /// started.
    _library: Option<TempDir>,
}

impl ServerCommand {
    /// A command that starts a server of this interpreter, in the sandbox or (as the user's own word is) without, that imports the modules of
    /// `preload` before the examples that name them; where it's `None`, those that the jobs say, but none from the trees in `changed`.
    pub fn new(
        interpreter: &Interpreter,
        no_sandbox: bool,
        preload: Option<&BTreeSet<String>>,
        changed: &[Utf8PathBuf],
    ) -> Result<ServerCommand, EnvironmentError> {
        let cached = interpreter.library_folder().and_then(|folder| interpreter.server_environment(&folder).ok());
        let (environment, library) = match cached {
            Some(environment) => (environment, None),
            None => {
                let library = temporary_folder()?;
                let folder = Utf8PathBuf::from(library.path().to_string_lossy().into_owned());
                (interpreter.server_environment(&folder)?, Some(library))
            }
        };
        let arguments = ServerArgs {
            python: Some(interpreter.executable.clone()),
            environment: interpreter.site_packages().map(|_| interpreter.prefix.clone()),
            site_packages: interpreter.site_packages(),
            system_site_packages: interpreter.system_site_packages,
            read: interpreter.folders(),
            no_sandbox,
            preload: preload.cloned().unwrap_or_default(),
            changed: changed.to_vec(),
            harness: compiled::file(interpreter),
            ..ServerArgs::default()
        };
        Ok(ServerCommand { arguments, environment, _library: library })
    }

    fn arguments(&self, setting: &Setting, host_scratch: Option<&Utf8Path>) -> Vec<String> {
        let mut changed = self.arguments.changed.clone();
        if setting.grants.foreign {
            changed.extend(setting.grants.files.values().cloned());
        }
        let arguments = ServerArgs {
            changed,
            files: setting.grants.files.clone(),
            write: setting.grants.writable.iter().cloned().collect(),
            network: setting.grants.network(),
            variables: setting.grants.variables.keys().chain(setting.variables.keys()).cloned().collect(),
            hosts: setting.hosts.clone(),
            scratch_size: Some(setting.scratch_size),
            host_scratch: host_scratch.map(Utf8Path::to_owned),
            circumstances: setting.circumstances,
            ..self.arguments.clone()
        };
        arguments.to_arguments()
    }
}

fn temporary_folder() -> Result<TempDir, EnvironmentError> {
    TempDir::with_prefix("verify-library-").map_err(|source| {
        let folder = std::env::temp_dir();
        let folder = Utf8PathBuf::from_path_buf(folder).unwrap_or_else(|folder| folder.to_string_lossy().into_owned().into());
        EnvironmentError::Folder { folder, source }
    })
}

/// Why a job has no report.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// No server could be started.
    #[error("no server for the examples could be started with Python {python}: {reason}")]
    NoServer {
        /// Version of the interpreter.
        python: String,
        /// What went wrong.
        reason: String,
    },
    /// What a server needs of its interpreter can't be prepared.
    #[error("the servers for the examples can't be set up: {0}")]
    NoInterpreter(#[from] EnvironmentError),
    /// The threads that servers are spoken to from could not be started.
    #[error("the threads of the run could not be started: {0}")]
    NoThreads(#[from] rayon::ThreadPoolBuildError),
    /// The user stopped the run.
    #[error("interrupted")]
    Interrupted,
}

/// The servers of one interpreter.
pub struct Pool<'a> {
    /// Version of the interpreter.
    python: String,
    command: ServerCommand,
    idle: Mutex<Vec<Server>>,
    /// Idle servers above this number make room for those of other settings.
    most_idle: usize,
    /// What became of the first server: an interpreter that can't start is tried once.
    first: Mutex<Option<Result<Ready, String>>>,
    /// How many have been started before there was a job for them.
    warmed_up: Mutex<usize>,
    stop: &'a AtomicBool,
    numbers: Numbers,
    /// Each run of a job holds it together with the others of all pools; a second attempt holds it alone.
    beside: Arc<RwLock<()>>,
    lacks: Mutex<Lacks>,
    /// How many runs are still to come, as far as is known.
    to_come: AtomicU32,
    /// What is imported before the examples; `None` where the configuration says it.
    packages: Option<Packages>,
}

impl<'a> Pool<'a> {
    /// The pool of an interpreter, with so many idle servers of different settings. Nothing is started yet. When `stop` becomes true,
    /// running examples are cut off. `beside` is that of all pools. With `finds_packages` it finds out by itself what is worth being imported before
    /// the examples.
    pub(super) fn new(
        python: &str,
        command: ServerCommand,
        most_idle: usize,
        finds_packages: bool,
        beside: Arc<RwLock<()>>,
        stop: &'a AtomicBool,
    ) -> Pool<'a> {
        Pool {
            python: python.to_owned(),
            command,
            idle: Mutex::default(),
            most_idle,
            first: Mutex::default(),
            warmed_up: Mutex::default(),
            stop,
            numbers: Numbers::default(),
            beside,
            lacks: Mutex::default(),
            to_come: AtomicU32::new(0),
            packages: finds_packages.then(|| Packages::new(most_idle)),
        }
    }

    /// Says that a run is to come whose example imports these modules of packages.
    pub fn expect(&self, grants: &Grants, packages: &BTreeSet<String>) {
        self.to_come.fetch_add(1, Ordering::Relaxed);
        if let Some(known) = &self.packages {
            known.expect(&grants.files, packages);
        }
    }

    /// Starts so many servers, at least one, less those that were started so before, to learn what they run and what protects it.
    pub fn warm_up(&self, servers: usize) -> Result<Ready, PoolError> {
        // Who comes meanwhile waits for those that are starting.
        let mut warmed_up = lock(&self.warmed_up);
        let (before, servers) = (*warmed_up, servers.max(1).max(*warmed_up));
        *warmed_up = servers;
        let default = Setting { scratch_size: Limits::default().scratch_size, ..Setting::default() };
        let started: Vec<_> = thread::scope(|scope| {
            let start = |number| if number == 0 { self.start_server(&default) } else { self.start(&default) };
            let starting: Vec<_> = (before..servers).map(|number| scope.spawn(move || start(number))).collect();
            starting.into_iter().map(thread::ScopedJoinHandle::join).collect()
        });
        // Without the others it only takes longer.
        lock(&self.idle).extend(started.into_iter().flatten().flatten());
        match &*lock(&self.first) {
            Some(Ok(ready)) => Ok(ready.clone()),
            Some(Err(reason)) => Err(self.failed(ServerError::Lost(reason.clone()))),
            None => Err(PoolError::Interrupted),
        }
    }

    /// Runs a job under these circumstances, on a server that gives its example what it was granted. When the server is lost, the job is tried once more, alone and on a
    /// new server; then it is reported as lost. The job's number is set here.
    ///
    /// Where other examples follow in its process, `part` is given the report of each that leaves it to the next one, once; the result is
    /// that of the example in which the process ended.
    pub fn run(
        &self,
        job: &Job,
        grants: &Grants,
        circumstances: Circumstances,
        turn: &mut Turn,
        part: &mut dyn FnMut(Report),
    ) -> Result<Report, PoolError> {
        let mut setting = Setting { circumstances: circumstances.of_server(), ..Setting::of(job, grants) };
        setting.imports_none = self.packages.is_some() && wants_none(job, circumstances);
        let given = job.given.clone().or_else(|| circumstances.given().map(Box::new));
        let mut job = Job { to_come: self.to_come_for_one(circumstances), given, ..job.clone() };
        let mut told = 0;
        let first = {
            let _with_others = self.beside.read().unwrap_or_else(PoisonError::into_inner);
            let mut part = |report| {
                told += 1;
                part(report);
            };
            match self.attempt(&mut job, &setting, self.idle_server(&setting), turn, &mut part) {
                Ok(report) => return Ok(report),
                Err(ServerError::Lost(why)) if self.can_start() => why,
                Err(error) => return Err(self.failed(error)),
            }
        };
        if let Some(packages) = &self.packages {
            packages.give_up(&mut job, &setting.grants.files);
        }
        // It's to import nothing, lest that be what became the first one's end.
        setting.imports_none |= self.packages.is_some();
        let _alone = self.beside.write().unwrap_or_else(PoisonError::into_inner);
        // What killed one idle server may have killed another: the second attempt takes none of them.
        let mut again = 0;
        let mut part = |report| {
            again += 1;
            if again > told {
                part(report);
            }
        };
        match self.attempt(&mut job, &setting, None, turn, &mut part) {
            Ok(report) => Ok(report),
            Err(ServerError::Interrupted) => Err(PoolError::Interrupted),
            Err(ServerError::Lost(why)) if why == first => Ok(lost(&job, format!("{why}; tried once more alone, the same"))),
            Err(ServerError::Lost(why)) => Ok(lost(&job, format!("{first}; tried once more alone: {why}"))),
        }
    }

    /// How many runs each of the servers may expect behind one that begins now. Second runs nobody expects; there may be as many as others.
    fn to_come_for_one(&self, circumstances: Circumstances) -> u32 {
        // Where a process had to be begun anew, there are more runs than were expected.
        let is_expected = u32::from(circumstances == Circumstances::Usual);
        let less = self.to_come.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(is_expected));
        less.map_or(0, |before| before - is_expected) / u32::try_from(self.most_idle.max(1)).unwrap_or(u32::MAX)
    }

    /// Whether a server of this interpreter has started yet.
    fn can_start(&self) -> bool {
        matches!(&*lock(&self.first), Some(Ok(_)))
    }

    fn failed(&self, error: ServerError) -> PoolError {
        match error {
            ServerError::Interrupted => PoolError::Interrupted,
            ServerError::Lost(reason) => PoolError::NoServer { python: self.python.clone(), reason },
        }
    }

    /// Tells the idle servers to end, and doesn't wait for them.
    pub(super) fn end(&self) {
        lock(&self.idle).iter_mut().for_each(Server::tell_to_end);
    }

    /// What the sandbox of later servers lacks that the first one's has, and which modules aren't imported beforehand, in words for people;
    /// each is given once.
    pub fn new_shortcomings(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.lacks).untold)
    }

    /// Runs a job on the given server, or on a new one. A server that is lost isn't used again.
    fn attempt(
        &self,
        job: &mut Job,
        setting: &Setting,
        server: Option<Server>,
        turn: &mut Turn,
        part: &mut dyn FnMut(Report),
    ) -> Result<Report, ServerError> {
        if self.stop.load(Ordering::SeqCst) {
            return Err(ServerError::Interrupted);
        }
        job.number = self.numbers.next();
        job.clock_ahead = setting.circumstances.clock_ahead();
        if job.clock_ahead.is_some() {
            // Where the server has it, it can be given another clock.
            job.preload.push("datetime".to_owned());
        }
        let mut server = match server {
            Some(server) => server,
            None => self.start_server(setting)?,
        };
        if let Some(packages) = self.packages.as_ref().filter(|_| !setting.imports_none) {
            packages.wait(job, &setting.grants.files, &mut server.missed, self.stop);
            packages.decide(job, &setting.grants.files, &server.asked);
        }
        let mut learn = |preloaded| match &self.packages {
            Some(packages) => packages.learn(&setting.grants.files, &preloaded),
            None => lock(&self.lacks).refuse(&preloaded, &self.python),
        };
        let report = server.run(job, turn, self.stop, &mut learn, part)?;
        lock(&self.idle).push(server);
        Ok(report)
    }

    /// The server of this setting that was used last. If there are only others and enough of them, the one of those that rested longest
    /// is ended, so that many settings don't mean many servers.
    fn idle_server(&self, setting: &Setting) -> Option<Server> {
        let mut idle = lock(&self.idle);
        let found = idle.iter().rposition(|server| server.setting == *setting);
        // One that could have imported something, and hasn't yet.
        let may_import = Setting { imports_none: false, ..setting.clone() };
        let found = found.or_else(|| idle.iter().rposition(|server| server.asked.is_empty() && server.setting == may_import));
        if let Some(found) = found {
            return Some(idle.remove(found));
        }
        let surplus = (idle.len() > self.most_idle).then(|| idle.remove(0));
        drop(idle);
        drop(surplus);
        None
    }

    /// A name that nothing has, where temporary files belong.
    fn host_scratch(&self) -> Option<Utf8PathBuf> {
        let folder = Utf8PathBuf::from_path_buf(std::env::temp_dir()).ok()?;
        folder.is_absolute().then(|| folder.join(format!("verify-{}-{:x}", std::process::id(), self.numbers.next())))
    }

    fn start(&self, setting: &Setting) -> Result<Server, ServerError> {
        let server = Server::start(&self.command, setting, self.host_scratch(), self.stop)?;
        lock(&self.lacks).note(&server.ready.sandbox, setting);
        Ok(server)
    }

    /// Starts a server. The first one is waited for by all who want another, and where it can't start, nobody tries again.
    fn start_server(&self, setting: &Setting) -> Result<Server, ServerError> {
        let mut first = lock(&self.first);
        match &*first {
            Some(Ok(_)) => {
                drop(first);
                self.start(setting)
            }
            Some(Err(reason)) => Err(ServerError::Lost(reason.clone())),
            None => {
                let server = self.start(setting);
                *first = match &server {
                    Ok(server) => Some(Ok(server.ready.clone())),
                    Err(ServerError::Lost(reason)) => Some(Err(reason.clone())),
                    Err(ServerError::Interrupted) => None,
                };
                server
            }
        }
    }
}

/// What a server is started with for its examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Setting {
    grants: Grants,
    scratch_size: u64,
    /// Names and ports that the sandbox answers.
    hosts: BTreeSet<(String, u16)>,
    /// Environment variables besides the granted ones.
    variables: BTreeMap<String, String>,
    circumstances: Circumstances,
    /// It imports no packages for its examples.
    imports_none: bool,
}

impl Setting {
    fn of(job: &Job, grants: &Grants) -> Setting {
        let mut setting = Setting { grants: grants.clone(), scratch_size: job.limits.scratch_size, ..Setting::default() };
        if let Some(provisions) = &job.provisions {
            setting.scratch_size = setting.scratch_size.saturating_add(provisions.scratch_bytes());
            setting.hosts = provisions.hosts();
            setting.variables = provisions.variables();
        }
        setting
    }
}

/// Numbers of the jobs of a run: each job its own, and none that could be told from those before it. An example that speaks
/// in its server's place can't answer for another one.
#[derive(Default)]
struct Numbers {
    key: RandomState,
    next: AtomicU64,
}

impl Numbers {
    fn next(&self) -> u64 {
        self.key.hash_one(self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// What servers lack of the sandbox that the first one had: what they are started with (a grant) may cost a layer. And of what they were to
/// import.
#[derive(Default)]
struct Lacks {
    first: Option<BTreeSet<String>>,
    told: BTreeSet<String>,
    untold: Vec<String>,
}

impl Lacks {
    fn note(&mut self, sandbox: &Protection, setting: &Setting) {
        let missing: BTreeSet<String> = sandbox.missing.iter().cloned().collect();
        let Some(first) = &self.first else { return self.first = Some(missing) };
        let granted: Vec<String> = setting.grants.words.iter().map(ToString::to_string).collect();
        let whose = if granted.is_empty() { "some examples".to_owned() } else { format!("what is granted {}", granted.join(", ")) };
        for lack in missing.difference(first) {
            let text = format!("sandbox of {whose}: {lack}");
            if self.told.insert(text.clone()) {
                self.untold.push(text);
            }
        }
    }
}

impl Lacks {
    /// A module that the configuration names and that isn't installed is the matter of the examples that import it.
    fn refuse(&mut self, Preloaded { module, refused }: &Preloaded, python: &str) {
        let Some(why) = refused.as_ref().filter(|why| !why.is_empty()) else { return };
        let text = format!("`preload`: {module} isn't imported beforehand with Python {python}: {why}; each example imports it itself");
        if self.told.insert(text.clone()) {
            self.untold.push(text);
        }
    }
}

/// The report of a job whose servers died.
fn lost(job: &Job, why: String) -> Report {
    Report::not_run(job.number, End::Lost(why))
}

impl Drop for Pool<'_> {
    fn drop(&mut self) {
        // All are told before the first is waited for.
        self.end();
    }
}

/// A panic of another thread leaves these values whole: they are counters and lists.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_jobs_are_distinct_and_tell_nothing_of_the_next() {
        let numbers = Numbers::default();
        let some: Vec<u64> = (0..100_000).map(|_| numbers.next()).collect();
        assert_eq!(some.iter().collect::<BTreeSet<_>>().len(), some.len());
        // The same run twice doesn't give the same numbers.
        assert_ne!(some[..8], (0..8).map(|_| Numbers::default().next()).collect::<Vec<_>>()[..]);
    }

    #[test]
    fn a_later_server_that_lacks_more_than_the_first_is_told_once() {
        let protection =
            |missing: &[&str]| Protection { missing: missing.iter().map(|text| text.to_string()).collect(), ..Protection::default() };
        let mut granted = Setting { scratch_size: 1 << 20, ..Setting::default() };
        granted.grants.words.insert("env:TOKEN".parse().unwrap());
        let mut lacks = Lacks::default();
        lacks.note(&protection(&["a"]), &granted);
        lacks.note(&protection(&["a", "b"]), &granted);
        lacks.note(&protection(&["a", "b"]), &granted);
        assert_eq!(lacks.untold, ["sandbox of what is granted env:TOKEN: b"]);
    }
}
