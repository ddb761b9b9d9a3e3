//! `verify __server`: runs one example after the other, each in a fork of an interpreter that has started.
//!
//! Two processes: the *guard*, which the parent started, stays outside and waits; the *server* is its child (the first process of
//! the process namespace, where there is one), enters the sandbox, starts Python in it, and answers [`Job`]s. The interpreter starts
//! inside the finished sandbox because starting it runs code already: that of the `.pth` files of an environment.
//!
//! The server ends when the parent closes its pipe, the guard after it; when the guard is killed, the kernel kills the server,
//! and with the first process of its namespace all that it started.

mod capture;
mod cpu;
mod example;
mod given;
mod guard;
mod heap;
mod memory;
mod preload;
pub(super) mod processor;
mod provided;

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs::{File, OpenOptions},
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

use preload::{Preload, Preloaded};
use provided::{Provided, Site, web::Web};

use super::{
    circumstances::Circumstances,
    protocol::{Answer, End, Given, Job, Protection, Ready, Report, read_frame, read_frame_bytes, write_frame},
    python::{self, StartOptions, VirtualEnvironment},
    sandbox::{Layer, Sandbox, Scratch, Trees},
};

/// The server's pipes and log are put above the numbers that examples use.
const FIRST_PRIVATE: RawFd = 100;
/// What the names of granted variables start with in the server's own environment.
pub const GRANTED: &str = "VERIFY_GRANTED_";
/// Exit status of a server that has said why it ends.
const SAID_WHY: u8 = 3;

/// How a server is started: the arguments behind `__server`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerArgs {
    /// `--python PATH`: the interpreter's executable, for `sys.executable`.
    pub python: Option<Utf8PathBuf>,
    /// `--environment FOLDER`: the virtual environment, where there is one (its `sys.prefix`).
    pub environment: Option<Utf8PathBuf>,
    /// `--site-packages FOLDER`: the virtual environment's installed modules.
    pub site_packages: Option<Utf8PathBuf>,
    /// `--system-site-packages`: the base interpreter's installed modules stay importable in the virtual environment.
    pub system_site_packages: bool,
    /// `--read PATH`, any number: trees that examples may read besides the system's: the interpreter's prefixes, its
    /// site-packages, the folder of its libpython.
    pub read: Vec<Utf8PathBuf>,
    /// `--file NAME=PATH`, any number: a tree or file that examples were granted to read; a link of this name in their working folder leads
    /// there. An absolute name stands for no link.
    pub files: BTreeMap<Utf8PathBuf, Utf8PathBuf>,
    /// `--write PATH`, any number: those of the trees and files that examples were granted to change, too.
    pub write: Vec<Utf8PathBuf>,
    /// `--network`: examples were granted the network of this machine.
    pub network: bool,
    /// `--variable NAME`, any number: an environment variable that examples were granted. Its value comes in the server's own environment,
    /// as `VERIFY_GRANTED_NAME`: where no loader and no Python looks at it.
    pub variables: BTreeSet<String>,
    /// `--host NAME:PORT`, any number: names that lead to the sandbox's own loopback, where their ports are answered.
    pub hosts: BTreeSet<(String, u16)>,
    /// `--preload MODULE`, any number: modules of packages that are imported before the examples that name them, where that is safe.
    pub preload: BTreeSet<String>,
    /// `--scratch-size BYTES`: of the scratch folder, where there is a private root.
    pub scratch_size: Option<u64>,
    /// `--host-scratch FOLDER`: where the scratch is made if it must lie in the host's tree; nothing is there yet. Whoever names it can take it
    /// away should the server and its guard both be killed.
    pub host_scratch: Option<Utf8PathBuf>,
    /// `--circumstances NAME`: those of its examples.
    pub circumstances: Circumstances,
    /// `--no-sandbox`: only limits.
    pub no_sandbox: bool,
    /// `--without LAYER`, any number: layers to leave out, as if the system refused them (for tests).
    pub without: Vec<Layer>,
    /// `--probe`: answer with a [`Protection`], and end.
    pub probe: bool,
}

impl ServerArgs {
    /// Reads the arguments; the error is a sentence.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<ServerArgs, String> {
        let mut args = ServerArgs::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || -> Result<String, String> {
                let value = arguments.next().ok_or_else(|| format!("{} needs a value", argument.display()))?;
                value.into_string().map_err(|value| format!("{} isn't UTF-8", value.display()))
            };
            match argument.to_str() {
                Some("--python") => args.python = Some(value()?.into()),
                Some("--environment") => args.environment = Some(value()?.into()),
                Some("--site-packages") => args.site_packages = Some(value()?.into()),
                Some("--system-site-packages") => args.system_site_packages = true,
                Some("--read") => args.read.push(value()?.into()),
                Some("--file") => {
                    let value = value()?;
                    let (name, path) = value.split_once('=').ok_or_else(|| format!("--file {value}: not NAME=PATH"))?;
                    args.files.insert(name.into(), path.into());
                }
                Some("--write") => args.write.push(value()?.into()),
                Some("--network") => args.network = true,
                Some("--variable") => drop(args.variables.insert(value()?)),
                Some("--host") => {
                    let value = value()?;
                    let host = value.split_once(':').and_then(|(name, port)| Some((name.to_owned(), port.parse().ok()?)));
                    args.hosts.insert(host.ok_or_else(|| format!("--host {value}: not NAME:PORT"))?);
                }
                Some("--preload") => drop(args.preload.insert(value()?)),
                Some("--scratch-size") => {
                    let value = value()?;
                    args.scratch_size = Some(value.parse().map_err(|error| format!("--scratch-size {value}: {error}"))?);
                }
                Some("--host-scratch") => args.host_scratch = Some(value()?.into()),
                Some("--circumstances") => args.circumstances = value()?.parse()?,
                Some("--without") => args.without.push(value()?.parse()?),
                Some("--no-sandbox") => args.no_sandbox = true,
                Some("--probe") => args.probe = true,
                _ => return Err(format!("the server has no argument {}", argument.display())),
            }
        }
        if let Some(path) = args
            .read
            .iter()
            .chain(args.files.values())
            .chain(&args.host_scratch)
            .find(|path| !path.is_absolute() || path.parent().is_none())
        {
            return Err(format!("{path}: not an absolute path below the root"));
        }
        if let Some(path) = args.write.iter().find(|path| !args.files.values().any(|file| file == *path)) {
            return Err(format!("--write {path}: no --file names it"));
        }
        if args.environment.is_some() != args.site_packages.is_some() {
            return Err("--environment and --site-packages go together".to_owned());
        }
        Ok(args)
    }

    /// The arguments that [`ServerArgs::parse`] reads.
    pub fn to_arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        for (name, values) in [
            ("--python", self.python.iter().map(ToString::to_string).collect::<Vec<_>>()),
            ("--environment", self.environment.iter().map(ToString::to_string).collect()),
            ("--site-packages", self.site_packages.iter().map(ToString::to_string).collect()),
            ("--read", self.read.iter().map(ToString::to_string).collect()),
            ("--file", self.files.iter().map(|(name, path)| format!("{name}={path}")).collect()),
            ("--write", self.write.iter().map(ToString::to_string).collect()),
            ("--variable", self.variables.iter().cloned().collect()),
            ("--host", self.hosts.iter().map(|(name, port)| format!("{name}:{port}")).collect()),
            ("--preload", self.preload.iter().cloned().collect()),
            ("--scratch-size", self.scratch_size.iter().map(ToString::to_string).collect()),
            ("--host-scratch", self.host_scratch.iter().map(ToString::to_string).collect()),
            ("--without", self.without.iter().map(ToString::to_string).collect()),
        ] {
            arguments.extend(values.into_iter().flat_map(|value| [name.to_owned(), value]));
        }
        if self.circumstances != Circumstances::Usual {
            arguments.extend(["--circumstances".to_owned(), self.circumstances.to_string()]);
        }
        arguments.extend(self.system_site_packages.then(|| "--system-site-packages".to_owned()));
        arguments.extend(self.network.then(|| "--network".to_owned()));
        arguments.extend(self.no_sandbox.then(|| "--no-sandbox".to_owned()));
        arguments.extend(self.probe.then(|| "--probe".to_owned()));
        arguments
    }

    fn start_options(&self) -> StartOptions {
        let environment = match (&self.environment, &self.site_packages) {
            (Some(prefix), Some(site_packages)) => Some(VirtualEnvironment {
                prefix: prefix.into(),
                site_packages: site_packages.into(),
                system_site_packages: self.system_site_packages,
            }),
            _ => None,
        };
        StartOptions { executable: self.python.as_ref().map(PathBuf::from), environment }
    }
}

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
    let sandbox = if args.no_sandbox { Sandbox::none() } else { Sandbox::leave_host(&args.without) };
    // SAFETY: the process has one thread, so the child may do whatever it could do.
    match unsafe { fork() }.map_err(|error| format!("no process for the server: {error}"))? {
        ForkResult::Parent { child } => Ok(guard::wait(child, streams, &host_scratch)),
        ForkResult::Child => {
            let served = Server::start(args, sandbox, streams, &host_scratch).and_then(|mut server| match args.probe {
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

/// From so many examples on it's worth the time to arrange the server's memory for those to come.
const MANY: u64 = 8;

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
}

impl<'a> Server<'a> {
    fn start(args: &ServerArgs, mut sandbox: Sandbox, streams: &'a mut Streams, host_scratch: &Path) -> Result<Server<'a>, String> {
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
        let python = if args.probe { String::new() } else { python::start(&args.start_options())?.version };
        // Only this interpreter is to be found there, not another one that an example starts.
        // SAFETY: the process has one thread.
        unsafe { std::env::remove_var("PYTHONHOME") };
        streams.say(&Answer::Ready(Ready { python, sandbox: sandbox.protection.clone() }))?;
        // From here on what goes wrong is the matter of the examples that ask for it, not of the whole run.
        let listeners = std::mem::replace(&mut sandbox.listeners, Ok(Vec::new()))?;
        let web = match listeners.is_empty() {
            true => None,
            false => Some(Web::new(&args.hosts, listeners).map_err(|error| format!("the hosts' certificates can't be made: {error}"))?),
        };
        Ok(Server { sandbox, scratch, web, preload: Preload::new(args.preload.clone()), streams, examples: 0 })
    }

    /// One job after the other, until the parent closes the pipe.
    fn answer_jobs(&mut self) -> Result<(), String> {
        let unreadable = |error: &dyn std::fmt::Display| format!("a job can't be read: {error}");
        while let Some(json) = read_frame_bytes(&mut self.streams.requests).map_err(|error| unreadable(&error))? {
            let job: Job = serde_json::from_slice(&json).map_err(|error| unreadable(&error))?;
            let standard = python::preload(&job.preload);
            let Preloaded { any, refused } = self.preload.before(&job, &self.sandbox, &self.scratch.work);
            for refused in refused {
                self.streams.say(&Answer::NotPreloaded(refused))?;
            }
            self.settle(standard || any);
            let Some(report) = self.run(&job)? else { break };
            self.streams.say(&Answer::Report(Box::new(report)))?;
            self.scratch.renew().map_err(|error| format!("the scratch folders can't be emptied: {error}"))?;
        }
        Ok(())
    }

    /// Arranges the memory, so that children copy less of it: once there have been some, and again whenever more was imported.
    fn settle(&mut self, imported: bool) {
        self.examples += 1;
        if self.examples == MANY || self.examples > MANY && imported {
            python::empty_type_cache();
            heap::fill_holes();
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
            stdin: stdin.as_ref().unwrap_or(null).as_fd(),
            parent: requests.as_fd(),
        };
        // A parent that doesn't take the word is noticed as gone.
        example::run(job, &server, || write_frame(answers, &Answer::Idle).is_ok())
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
        ("TZ", "UTC".into()),
        ("COLUMNS", "80".into()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_make_the_round_trip() {
        let args = ServerArgs {
            python: Some("/opt/python/bin/python3".into()),
            environment: Some("/srv/venv".into()),
            site_packages: Some("/srv/venv/lib/python3.13/site-packages".into()),
            system_site_packages: true,
            read: vec!["/opt/python".into(), "/srv/venv".into()],
            files: [("data".into(), "/srv/docs/a=b".into()), ("/srv/x".into(), "/srv/x".into())].into(),
            write: vec!["/srv/x".into()],
            network: true,
            variables: ["LANGUAGE".to_owned()].into(),
            hosts: [("example.org".to_owned(), 443)].into(),
            preload: ["numpy".to_owned()].into(),
            scratch_size: Some(1 << 20),
            host_scratch: Some("/tmp/verify-1".into()),
            circumstances: Circumstances::Other,
            no_sandbox: true,
            without: vec![Layer::Pid, Layer::Landlock],
            probe: true,
        };
        assert_eq!(ServerArgs::parse(args.to_arguments().into_iter().map(OsString::from)), Ok(args));
    }

    #[test]
    fn wrong_arguments_are_named() {
        let parse = |arguments: &[&str]| ServerArgs::parse(arguments.iter().map(OsString::from));
        for (arguments, named) in [
            (["--read", "/"].as_slice(), "/: not"),
            (&["--file", "x=/"], "/: not"),
            (&["--file", "/srv"], "not NAME=PATH"),
            (&["--write", "/srv"], "no --file"),
            (&["--scratch-size", "much"], "much"),
            (&["--host", "example.org"], "not NAME:PORT"),
            (&["--read", "relative"], "relative"),
            (&["--read"], "--read needs a value"),
            (&["--circumstances", "odd"], "odd"),
            (&["--without", "belts"], "belts"),
            (&["--environment", "/srv/venv"], "go together"),
            (&["--help"], "--help"),
        ] {
            let error = parse(arguments).unwrap_err();
            assert!(error.contains(named), "{arguments:?}: {error}");
        }
    }
}
