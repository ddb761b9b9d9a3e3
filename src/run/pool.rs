//! The servers of one interpreter.
//!
//! One server runs one example at a time. Servers are started when they are first needed and kept for the next example. Which
//! interpreters have pools, and whose turn it is to use the processor, is [`super::pools`]' business.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    os::fd::AsFd,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use camino::Utf8PathBuf;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tempfile::TempDir;

use super::{
    deadline::Deadline,
    pools::Turn,
    protocol::{Answer, End, Job, Limits, Ready, Report, read_frame, write_frame},
    server::{GRANTED, ServerArgs},
};
use crate::environment::{EnvironmentError, Interpreter};
use crate::grant::Grants;

/// How long a server may take to start before it counts as lost.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How much longer than an example's own limit the parent waits for the server's word (it ends the example itself, with grace).
const ANSWER_GRACE: Duration = Duration::from_secs(10);
/// How long a server that is told to end may take.
const END_LIMIT: Duration = Duration::from_secs(4);
/// How often a waiting thread looks whether the run was interrupted.
const STEP: Duration = Duration::from_millis(100);

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
    /// A command that starts a server of this interpreter, in the sandbox or (as the user's own word is) without.
    pub fn new(interpreter: &Interpreter, no_sandbox: bool) -> Result<ServerCommand, EnvironmentError> {
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
            ..ServerArgs::default()
        };
        Ok(ServerCommand { arguments, environment, _library: library })
    }

    fn arguments(&self, setting: &Setting) -> Vec<String> {
        let arguments = ServerArgs {
            files: setting.grants.files.clone(),
            variables: setting.grants.variables.keys().chain(setting.variables.keys()).cloned().collect(),
            hosts: setting.hosts.clone(),
            scratch_size: Some(setting.scratch_size),
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
    first: Mutex<Option<Result<(), String>>>,
    stop: &'a AtomicBool,
}

impl<'a> Pool<'a> {
    /// The pool of an interpreter, with so many idle servers of different settings. Nothing is started yet. When `stop` becomes true,
    /// running examples are cut off.
    pub(super) fn new(python: &str, command: ServerCommand, most_idle: usize, stop: &'a AtomicBool) -> Pool<'a> {
        Pool { python: python.to_owned(), command, idle: Mutex::default(), most_idle, first: Mutex::default(), stop }
    }

    /// Starts a first server, to learn what it runs and what protects it.
    pub fn warm_up(&self) -> Result<Ready, PoolError> {
        let default = Setting { scratch_size: Limits::default().scratch_size, ..Setting::default() };
        let server = self.start_server(&default)?;
        let ready = server.ready.clone();
        lock(&self.idle).push(server);
        Ok(ready)
    }

    /// Runs a job on a server that gives its example what it was granted. When the server is lost, the job is tried once more on a new one; then it is reported as lost.
    pub fn run(&self, job: &Job, grants: &Grants, turn: &mut Turn) -> Result<Report, PoolError> {
        let setting = Setting::of(job, grants);
        let mut why = String::new();
        for attempt in 0..2 {
            if self.stop.load(Ordering::SeqCst) {
                return Err(PoolError::Interrupted);
            }
            // What killed one idle server may have killed another: the second attempt takes no chance.
            let free = if attempt == 0 { self.idle_server(&setting) } else { None };
            let mut server = match free {
                Some(server) => server,
                None => self.start_server(&setting)?,
            };
            match server.run(job, turn, self.stop) {
                Ok(report) => {
                    lock(&self.idle).push(server);
                    return Ok(report);
                }
                Err(ServerError::Interrupted) => return Err(PoolError::Interrupted),
                Err(ServerError::Lost(reason)) => why = reason,
            }
        }
        Ok(Report::not_run(job.number, End::Lost(why)))
    }

    /// The server of this setting that was used last. If there are only others and enough of them, the one of those that rested longest
    /// is ended, so that many settings don't mean many servers.
    fn idle_server(&self, setting: &Setting) -> Option<Server> {
        let mut idle = lock(&self.idle);
        if let Some(found) = idle.iter().rposition(|server| server.setting == *setting) {
            return Some(idle.remove(found));
        }
        let surplus = (idle.len() > self.most_idle).then(|| idle.remove(0));
        drop(idle);
        drop(surplus);
        None
    }

    /// Starts a server. The first one is waited for by all who want another, and where it can't start, nobody tries again.
    fn start_server(&self, setting: &Setting) -> Result<Server, PoolError> {
        let mut first = lock(&self.first);
        match &*first {
            Some(Ok(())) => {
                drop(first);
                self.started(Server::start(&self.command, setting, self.stop))
            }
            Some(Err(reason)) => self.started(Err(ServerError::Lost(reason.clone()))),
            None => {
                let server = Server::start(&self.command, setting, self.stop);
                *first = match &server {
                    Ok(_) => Some(Ok(())),
                    Err(ServerError::Lost(reason)) => Some(Err(reason.clone())),
                    Err(ServerError::Interrupted) => None,
                };
                self.started(server)
            }
        }
    }

    fn started(&self, server: Result<Server, ServerError>) -> Result<Server, PoolError> {
        server.map_err(|error| match error {
            ServerError::Interrupted => PoolError::Interrupted,
            ServerError::Lost(reason) => PoolError::NoServer { python: self.python.clone(), reason },
        })
    }
}

enum ServerError {
    Interrupted,
    Lost(String),
}

impl From<io::Error> for ServerError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => ServerError::Lost("the server ended".to_owned()),
            _ => ServerError::Lost(error.to_string()),
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

/// A server process. Dropping it ends it, and with it all that it started.
struct Server {
    process: Child,
    /// `None` once it was told to end.
    input: Option<ChildStdin>,
    output: ChildStdout,
    /// What it said of itself when it had started.
    ready: Ready,
    setting: Setting,
}

impl Server {
    fn start(command: &ServerCommand, setting: &Setting, stop: &AtomicBool) -> Result<Server, ServerError> {
        let program = std::env::current_exe()?;
        let mut process = Command::new(program)
            .arg("__server")
            .args(command.arguments(setting))
            .env_clear()
            .envs(command.environment.iter().map(|(name, value)| (name, value)))
            // Else each example binds the interpreter's functions anew, in copies of the pages that hold them.
            .env("LD_BIND_NOW", "1")
            .envs(setting.variables.iter().chain(&setting.grants.variables).map(|(name, value)| (format!("{GRANTED}{name}"), value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(ServerError::Lost("the server has no pipes".to_owned()));
        };
        let mut server = Server { process, input: Some(input), output, ready: Ready::default(), setting: setting.clone() };
        match server.answer(&mut Deadline::after(START_LIMIT, Instant::now()), stop)? {
            Answer::Ready(ready) => server.ready = ready,
            Answer::Failed(reason) => return Err(ServerError::Lost(reason)),
            Answer::Idle | Answer::Report(_) => return Err(ServerError::Lost("the server spoke out of turn".to_owned())),
        }
        Ok(server)
    }

    fn run(&mut self, job: &Job, turn: &mut Turn, stop: &AtomicBool) -> Result<Report, ServerError> {
        let Some(input) = &mut self.input else { return Err(ServerError::Lost("the server was told to end".to_owned())) };
        write_frame(input, job)?;
        let beforehand = job.provisions.as_ref().map(|provisions| provisions.time()).unwrap_or_default();
        let mut deadline = Deadline::after(job.limits.time.saturating_add(beforehand).saturating_add(ANSWER_GRACE), Instant::now());
        loop {
            match self.answer(&mut deadline, stop)? {
                Answer::Report(report) if report.number == job.number => return Ok(*report),
                Answer::Idle => turn.give_back(),
                Answer::Failed(reason) => return Err(ServerError::Lost(reason)),
                Answer::Report(_) | Answer::Ready(_) => return Err(ServerError::Lost("the server spoke out of turn".to_owned())),
            }
        }
    }

    /// Waits for the next frame.
    fn answer(&mut self, deadline: &mut Deadline, stop: &AtomicBool) -> Result<Answer, ServerError> {
        loop {
            if stop.load(Ordering::SeqCst) {
                return Err(ServerError::Interrupted);
            }
            let left = deadline.left(Instant::now()).unwrap_or(STEP);
            let timeout = PollTimeout::try_from(left.min(STEP)).unwrap_or(PollTimeout::ZERO);
            match poll(&mut [PollFd::new(self.output.as_fd(), PollFlags::POLLIN)], timeout) {
                Ok(0) if left.is_zero() => return Err(ServerError::Lost("the server gave no answer in time".to_owned())),
                Ok(0) | Err(nix::errno::Errno::EINTR) => continue,
                Ok(_) => {}
                Err(error) => return Err(ServerError::Lost(error.to_string())),
            }
            match read_frame(&mut self.output)? {
                Some(answer) => return Ok(answer),
                None => return Err(ServerError::Lost("the server ended".to_owned())),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its pipe closed, it ends all that it started, clears up and ends. Killed, it would leave that to the kernel, which takes its time.
        self.input = None;
        let limit = Instant::now() + END_LIMIT;
        while Instant::now() < limit {
            match self.process.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(1)),
                _ => return,
            }
        }
        // It may have ended by itself in this moment.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Pool<'_> {
    /// Tells the idle servers to end, and doesn't wait for them.
    pub(super) fn end(&self) {
        for server in lock(&self.idle).iter_mut() {
            server.input = None;
        }
    }
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
