//! `verify __server`: runs one example after the other, each in a fork of an interpreter that has started.
//!
//! Two processes: the *guard*, which the parent started, stays outside and waits; the *server* is its child (the first process of
//! the process namespace, where there is one), enters the sandbox, starts Python in it, and answers [`Job`]s. The interpreter starts
//! inside the finished sandbox because starting it runs code already: that of the `.pth` files of an environment.
//!
//! The server ends when the parent closes its pipe, the guard after it; when the guard is killed, the kernel kills the server,
//! and with the first process of its namespace all that it started.

mod args;
mod caches;
mod capture;
mod cpu;
pub(super) mod example;
mod given;
mod guard;
mod memory;
mod preload;
pub(super) mod processor;
mod provided;
mod sequence;
mod trial;

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use camino::Utf8PathBuf;
use nix::{
    errno::Errno,
    sys::{
        memfd::{MFdFlags, memfd_create},
        prctl,
        resource::{Resource, setrlimit},
        signal::{SigHandler, SigSet, Signal, signal},
        wait::waitpid,
    },
    unistd::{ForkResult, dup2_stderr, dup2_stdin, dup2_stdout, fork, setsid},
};

pub use args::ServerArgs;
use preload::Preload;
use provided::{Provided, Site, web::Web};

use super::{
    protocol::{Answer, End, Given, Job, Protection, Ready, Report, read_frame, read_frame_bytes, write_frame},
    python,
    sandbox::{Sandbox, Scratch, Trees},
};

/// The server's pipes and log are put above the numbers that examples use.
const FIRST_PRIVATE: RawFd = 100;
/// What the names of granted variables start with in the server's own environment.
pub const GRANTED: &str = "VERIFY_GRANTED_";
/// Exit status of a server that has said why it ends.
const SAID_WHY: u8 = 3;

/// What would protect examples on this machine: starts `program` (this program's own binary) as a server that only tries.
pub fn probe(program: &Path) -> io::Result<Protection> {
    let arguments = ServerArgs { probe: true, ..ServerArgs::default() }.to_arguments();
    let mut server = Command::new(program)
        .arg("__server")
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let answer = match server.stdout.take() {
        Some(mut answers) => read_frame::<Answer>(&mut answers)?,
        None => None,
    };
    server.wait()?;
    match answer {
        Some(Answer::Ready(ready)) => Ok(ready.sandbox),
        Some(Answer::Failed(why)) => Err(io::Error::other(why)),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Runs a server until its parent closes standard input. `arguments` are those behind `__server`; see [`ServerArgs`]. To be called by `main`
/// before anything else: the process must have one thread. What goes wrong is said in an [`Answer::Failed`].
pub fn serve(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let Ok(mut streams) = Streams::take() else { return ExitCode::FAILURE };
    match ServerArgs::parse(arguments).and_then(|args| start(&args, &mut streams)) {
        Ok(code) => code,
        Err(why) => streams.fail(why),
    }
}

fn start(args: &ServerArgs, streams: &mut Streams) -> Result<ExitCode, String> {
    // Away from the terminal and its signals. Fails for a leader of a group, which has left already.
    let _ = setsid();
    prctl::set_no_new_privs().map_err(|error| format!("new privileges can't be ruled out: {error}"))?;
    // Of all processes these two hold the most interesting memory, and a dump would be of no use to anybody.
    setrlimit(Resource::RLIMIT_CORE, 0, 0).map_err(|error| format!("core dumps can't be ruled out: {error}"))?;
    let host_scratch = args.host_scratch.as_ref().map_or_else(name_of_host_scratch, PathBuf::from);
    // From within the sandbox it can't be read; where it can't be read at all, it's compiled anew.
    let compiled = args.harness.as_ref().and_then(|file| std::fs::read(file).ok());
    let sandbox = if args.no_sandbox { Sandbox::none() } else { Sandbox::leave_host(&args.without) };
    // SAFETY: the process has one thread, so the child may do whatever it could do.
    match unsafe { fork() }.map_err(|error| format!("no process for the server: {error}"))? {
        ForkResult::Parent { child } => Ok(guard::wait(child, streams, &host_scratch)),
        ForkResult::Child => {
            let served = Server::start(args, compiled, sandbox, streams, &host_scratch).and_then(|mut server| match args.probe {
                true => Ok(()),
                false => server.answer_jobs(),
            });
            Ok(match served {
                Ok(()) => ExitCode::SUCCESS,
                Err(why) => streams.fail(why),
            })
        }
    }
}

/// A name that nothing has yet, for the case that the scratch must lie in the host's tree.
fn name_of_host_scratch() -> PathBuf {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    std::env::temp_dir().join(format!("verify-{}-{:x}", std::process::id(), now.as_nanos()))
}

/// What has the threads of OpenBLAS (numpy) sleep when there is nothing to do: they'd turn idly for 2^26 cycles first, on a processor that
/// another example could use. The least that it takes is 2^4.
const SLEEPY_THREADS: (&str, &str) = ("OPENBLAS_THREAD_TIMEOUT", "4");

/// From so many examples on it shows what children do, …
const MANY: u64 = 8;
/// … and where so many are still to come, it's worth the time to arrange the server's memory for them: that takes as long as it saves on about thirty.
const WORTH_SETTLING: u32 = 30;

/// The pipes to the parent, taken away from standard input and output, and the log in the place of standard output and error.
struct Streams {
    requests: File,
    answers: File,
    log: File,
    null: File,
}

impl Streams {
    fn take() -> io::Result<Streams> {
        let requests = private(0)?;
        let answers = private(1)?;
        let null = OpenOptions::new().read(true).open("/dev/null")?;
        let null = private(null.as_raw_fd())?;
        let log = File::from(memfd_create(c"log", MFdFlags::MFD_CLOEXEC)?);
        let log = private(log.as_raw_fd())?;
        dup2_stdin(&null)?;
        dup2_stdout(&log)?;
        dup2_stderr(&log)?;
        Ok(Streams { requests, answers, log, null })
    }

    fn say(&mut self, answer: &Answer) -> Result<(), String> {
        write_frame(&mut self.answers, answer).map_err(|error| format!("an answer could not be sent: {error}"))
    }

    /// Says why the server ends. If the parent is gone, there is nobody to tell.
    fn fail(&mut self, why: String) -> ExitCode {
        let _ = self.say(&Answer::Failed(why));
        ExitCode::from(SAID_WHY)
    }
}

/// The same file under a number that examples don't use, closed in programs that are started.
fn private(descriptor: RawFd) -> io::Result<File> {
    // SAFETY: makes a new descriptor of one that is open, or fails.
    let copy = Errno::result(unsafe { libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, FIRST_PRIVATE) })?;
    // SAFETY: a descriptor just made, owned by nobody else.
    Ok(File::from(unsafe { OwnedFd::from_raw_fd(copy) }))
}

/// A server in its sandbox, with Python running.
struct Server<'a> {
    sandbox: Sandbox,
    scratch: Scratch,
    web: Option<Web>,
    preload: Preload,
    streams: &'a mut Streams,
    /// How many examples it has been given.
    examples: u64,
    /// Its memory is arranged for children, as far as what it has imported.
    is_settled: bool,
}

impl<'a> Server<'a> {
    fn start(
        args: &ServerArgs,
        compiled: Option<Vec<u8>>,
        mut sandbox: Sandbox,
        streams: &'a mut Streams,
        host_scratch: &Path,
    ) -> Result<Server<'a>, String> {
        prctl::set_pdeathsig(Signal::SIGKILL).map_err(|error| error.to_string())?;
        reset_signals().map_err(|error| format!("signals can't be reset: {error}"))?;
        sandbox.watch_children();
        skip_ids(args.circumstances.skipped_ids())?;
        let scratch = if args.no_sandbox {
            Scratch::on_host(host_scratch).map_err(|error| format!("no scratch folder {}: {error}", host_scratch.display()))?
        } else {
            let read: Vec<PathBuf> = args.read.iter().map(PathBuf::from).collect();
            let (written, granted): (Vec<_>, Vec<_>) = args.files.values().partition(|path| args.write.contains(*path));
            let paths = |paths: Vec<&Utf8PathBuf>| paths.into_iter().map(PathBuf::from).collect();
            let trees = Trees {
                read,
                granted: paths(granted),
                written: paths(written),
                scratch_size: args.scratch_size,
                root_size: args.circumstances.disk_size(),
                hosts: args.hosts.clone(),
            };
            let scratch = sandbox.enter_all(&trees, args.network, host_scratch)?;
            // Who only asks what there is is told, and starts nothing.
            match sandbox.refusal() {
                Some(why) if !args.probe => return Err(why),
                _ => scratch,
            }
        };
        let links = args.files.iter().filter(|(name, _)| name.is_relative());
        let links = links.map(|(name, path)| (name.into(), path.into())).collect();
        let work = args.circumstances.subfolder().map_or_else(|| scratch.work.clone(), |name| scratch.work.join(name));
        let scratch = Scratch { links, work, ..scratch };
        // Dropping privileges forgot it.
        prctl::set_pdeathsig(Signal::SIGKILL).map_err(|error| error.to_string())?;
        // Its memory and descriptors are not for the examples, which have the same uid.
        prctl::set_dumpable(false).map_err(|error| error.to_string())?;
        prctl::set_child_subreaper(true).map_err(|error| error.to_string())?;
        // Threads of an example each get an arena of 64 MiB of address space from the C library, else; the limit of memory counts them.
        // SAFETY: sets a number of the allocator's, before there are threads.
        unsafe { libc::mallopt(libc::M_ARENA_MAX, 4) };
        scratch.renew().map_err(|error| format!("the scratch folders can't be made: {error}"))?;
        set_environment(args, &scratch);
        std::env::set_current_dir(&scratch.work).map_err(|error| error.to_string())?;
        let python = if args.probe { String::new() } else { python::start(&args.start_options(compiled))?.version };
        // Only this interpreter is to be found there, not another one that an example starts.
        // SAFETY: the process has one thread.
        unsafe { std::env::remove_var("PYTHONHOME") };
        let (name, value) = SLEEPY_THREADS;
        // SAFETY: as above. `os.environ` was made before: for examples it isn't there.
        unsafe { std::env::set_var(name, value) };
        streams.say(&Answer::Ready(Ready { python, sandbox: sandbox.protection.clone() }))?;
        // From here on what goes wrong is the matter of the examples that ask for it, not of the whole run.
        let listeners = std::mem::replace(&mut sandbox.listeners, Ok(Vec::new()))?;
        let web = match listeners.is_empty() {
            true => None,
            false => Some(Web::new(&args.hosts, listeners).map_err(|error| format!("the hosts' certificates can't be made: {error}"))?),
        };
        let preload = Preload::new(args, &scratch);
        Ok(Server { sandbox, scratch, web, preload, streams, examples: 0, is_settled: false })
    }

    /// One job after the other, until the parent closes the pipe.
    fn answer_jobs(&mut self) -> Result<(), String> {
        let unreadable = |error: &dyn std::fmt::Display| format!("a job can't be read: {error}");
        while let Some(json) = read_frame_bytes(&mut self.streams.requests).map_err(|error| unreadable(&error))? {
            let job: Job = serde_json::from_slice(&json).map_err(|error| unreadable(&error))?;
            let standard = python::preload(&job.preload);
            let Server { preload, sandbox, scratch, streams, .. } = self;
            let packages = preload.before(&job, sandbox, scratch, |preloaded| streams.say(&Answer::Preloaded(preloaded)))?;
            self.is_settled &= !standard && !packages;
            self.settle(job.to_come);
            self.preload.lay_caches(&job, &self.scratch).map_err(|error| format!("the home folder can't be prepared: {error}"))?;
            let Some(report) = self.run(&job)? else { break };
            self.streams.say(&Answer::Report(Box::new(report)))?;
            self.scratch.renew().map_err(|error| format!("the scratch folders can't be emptied: {error}"))?;
        }
        Ok(())
    }

    /// Has the interpreter arranged for children: once there have been some, and again whenever more was imported, if enough are to come.
    fn settle(&mut self, to_come: u32) {
        self.examples += 1;
        if !self.is_settled && self.examples >= MANY && to_come >= WORTH_SETTLING {
            python::settle(&self.scratch.work);
            self.is_settled = true;
        }
    }

    fn run(&mut self, job: &Job) -> Result<Option<Report>, String> {
        let stdin = match job.given.as_deref().map(|given| self.give(given)).transpose() {
            Ok(stdin) => stdin.flatten(),
            Err(why) => return Ok(Some(Report::not_run(job.number, End::NotGiven(why)))),
        };
        let Streams { requests, answers, null, .. } = &mut *self.streams;
        let provided = match &job.provisions {
            None => Provided::default(),
            Some(provisions) => {
                let (sandbox, scratch, web, parent) = (&self.sandbox, &self.scratch, self.web.as_ref(), requests.as_fd());
                match Provided::start(provisions, &Site { sandbox, scratch, web, parent, job }) {
                    Ok(provided) => provided,
                    Err(why) => {
                        return example::not_run(job, why, &self.sandbox).map_err(|error| format!("services can't be ended: {error}"));
                    }
                }
            }
        };
        let server = example::Surroundings {
            sandbox: &self.sandbox,
            scratch: &self.scratch,
            provided: &provided,
            memory: job.limits.memory.saturating_add(self.preload.taken_for_others(job)),
            stdin: stdin.as_ref().unwrap_or(null).as_fd(),
            parent: requests.as_fd(),
        };
        // A parent that doesn't take the word is noticed as gone.
        example::run(job, &server, |answer| write_frame(answers, &answer).is_ok())
            .map_err(|error| format!("an example can't be run: {error}"))
    }

    /// Lays files into the working folder. The result is what standard input gives.
    fn give(&self, given: &Given) -> Result<Option<File>, String> {
        given::lay(given, &self.scratch.work)?;
        given.stdin.as_deref().map(given::input).transpose().map_err(|error| format!("standard input can't be made: {error}"))
    }
}

/// Signals as in a process that was started from a terminal: Python installs its handlers only where nothing is ignored, and a caller
/// in the background may have been started with some of them ignored or blocked.
fn reset_signals() -> nix::Result<()> {
    SigSet::empty().thread_set_mask()?;
    for number in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT, Signal::SIGCHLD, Signal::SIGUSR1, Signal::SIGUSR2] {
        // SAFETY: the default action runs no code.
        unsafe { signal(number, SigHandler::SigDfl) }?;
    }
    for number in [Signal::SIGPIPE, Signal::SIGXFSZ] {
        // An interpreter that is embedded leaves to its program what it does itself otherwise: these become exceptions.
        // SAFETY: an ignored signal runs no code.
        unsafe { signal(number, SigHandler::SigIgn) }?;
    }
    Ok(())
}

/// Lets processes pass so that later ones have other ids. To be called while there is one thread.
fn skip_ids(count: u32) -> Result<(), String> {
    // Whoever has a process namespace of its own may say which number is the next one.
    if count > 0 && std::process::id() == 1 && fs::write("/proc/sys/kernel/ns_last_pid", (1 + count).to_string()).is_ok() {
        return Ok(());
    }
    for _ in 0..count {
        // SAFETY: the process has one thread, and the child ends without running what belongs to the parent.
        match unsafe { fork() }.map_err(|error| format!("no process: {error}"))? {
            // SAFETY: ends the child.
            ForkResult::Child => unsafe { libc::_exit(0) },
            ForkResult::Parent { child } => {
                waitpid(child, None).map_err(|error| format!("a process can't be waited for: {error}"))?;
            }
        }
    }
    Ok(())
}

/// Nothing of the caller's environment reaches an example; what is there is the same everywhere.
fn set_environment(args: &ServerArgs, scratch: &Scratch) {
    let mut path = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin".to_owned();
    if let Some(folder) = args.python.as_ref().and_then(|python| python.parent()) {
        path = format!("{folder}:{path}");
    }
    let variables = [
        ("PATH", path.into()),
        ("HOME", scratch.home.clone().into_os_string()),
        ("TMPDIR", scratch.tmp.clone().into_os_string()),
        ("LANG", "C.UTF-8".into()),
        ("TZ", args.circumstances.time_zone().into()),
        ("COLUMNS", args.circumstances.columns().into()),
        ("PYTHONHASHSEED", args.circumstances.hash_seed().to_string().into()),
        ("PYTHONUNBUFFERED", "1".into()),
        ("PYTHONDONTWRITEBYTECODE", "1".into()),
    ];
    let granted: Vec<(&String, OsString)> =
        args.variables.iter().filter_map(|name| Some((name, std::env::var_os(format!("{GRANTED}{name}"))?))).collect();
    let given: Vec<OsString> = std::env::vars_os().map(|(name, _)| name).filter(|name| name != "PYTHONHOME").collect();
    for name in given {
        // SAFETY: the process has one thread.
        unsafe { std::env::remove_var(name) };
    }
    for (name, value) in variables {
        // SAFETY: the process has one thread.
        unsafe { std::env::set_var(name, value) };
    }
    for (name, value) in granted {
        // SAFETY: the process has one thread.
        unsafe { std::env::set_var(name, value) };
    }
}
