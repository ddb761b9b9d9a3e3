//! The servers of one interpreter.
//!
//! One server runs one example at a time. Servers are started when they are first needed and kept for the next example. Which
//! interpreters have pools, and whose turn it is to use the processor, is [`super::pools`]' business.
//!
//! A server that is lost is replaced. Its example is tried once more, on a new server and while no other example runs: what one example
//! does to the server of another (where layers of the sandbox are missing) doesn't become the other's fault.

mod affinity;
mod command;
mod idle;
mod lacks;
mod packages;
mod server;

use std::{
    collections::{BTreeSet, hash_map::RandomState},
    hash::BuildHasher,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    thread,
};

use camino::Utf8PathBuf;
pub use command::ServerCommand;
use command::Setting;
use idle::Idle;
use lacks::Lacks;
use packages::{Packages, wants_none};
use server::{Server, ServerError};

use super::{
    circumstances::Circumstances,
    pools::Turn,
    protocol::{End, Job, Ready, Report},
};
use crate::{environment::EnvironmentError, grant::Grants};

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
    idle: Idle,
    /// How many servers share the runs.
    servers: u32,
    /// What became of the first server: an interpreter that can't start is tried once.
    first: Mutex<Option<Result<Ready, String>>>,
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
            idle: Idle::new(most_idle),
            servers: u32::try_from(most_idle.max(1)).unwrap_or(u32::MAX),
            first: Mutex::default(),
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

    /// Says that so many servers are going to be started by [`warm_up`](Pool::warm_up): from here on nobody starts one in their place.
    pub fn expect_servers(&self, servers: usize) {
        self.idle.expect(servers);
    }

    /// Starts so many servers, which were expected, before there is a job for them.
    pub fn warm_up(&self, servers: usize) {
        let default = Setting::usual();
        thread::scope(|scope| {
            for _ in 1..servers {
                // Without the others it only takes longer.
                scope.spawn(|| self.idle.arrived(self.start(&default).ok()));
            }
            self.idle.arrived(self.start_server(&default).ok());
        });
    }

    /// What servers run and what protects it: that of the first one, which is started if none is expected.
    pub fn ready(&self) -> Result<Ready, PoolError> {
        self.idle.wait_for_expected();
        if lock(&self.first).is_none() {
            let server = self.start_server(&Setting::usual()).map_err(|error| self.failed(error))?;
            self.idle.put(server);
        }
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
            let idle = self.idle.take(&setting, &job.packages, turn);
            match self.attempt(&mut job, &setting, idle, turn, &mut part) {
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
        less.map_or(0, |before| before - is_expected) / self.servers
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
        self.idle.end();
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
        let _running = self.idle.running(setting);
        let mut server = match server {
            Some(server) => server,
            None => self.start_server(setting)?,
        };
        if let Some(packages) = self.packages.as_ref().filter(|_| !setting.imports_none) {
            packages.decide(job, &setting.grants.files, &server.asked);
        }
        let mut learn = |preloaded| match &self.packages {
            Some(packages) => packages.learn(&setting.grants.files, &preloaded),
            None => lock(&self.lacks).refuse(&preloaded, &self.python),
        };
        let mut loaded = Vec::new();
        let mut part = |report: Report| {
            loaded.extend(report.loaded().cloned());
            part(report);
        };
        let report = server.run(job, turn, self.stop, &mut learn, &mut part)?;
        loaded.extend(report.loaded().cloned());
        if let Some(packages) = self.packages.as_ref().filter(|_| !setting.imports_none) {
            packages.ended(&setting.grants.files, &job.packages, &loaded);
        }
        self.idle.put(server);
        Ok(report)
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
}
