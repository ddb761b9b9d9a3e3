//! Programs that run beside an example: started with limits, waited for, and what they said.

use std::{
    ffi::OsStr,
    fs::{File, OpenOptions},
    io,
    os::{
        fd::RawFd,
        unix::{
            fs::{FileExt, OpenOptionsExt},
            process::CommandExt,
        },
    },
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        prctl,
        resource::{Resource, getrlimit, setrlimit},
        signal::{SigHandler, Signal, signal},
    },
    unistd::setsid,
};

use super::{NotProvided, Site};

/// How often a program that is waited for is looked at.
const STEP: Duration = Duration::from_millis(10);
/// Bytes of what a program said that are shown at most, the last ones.
const TAIL: u64 = 2048;
/// Lines of it at most.
const TAIL_LINES: usize = 12;
/// Processes and threads that may be started besides the example's.
const PROCESSES: u64 = 128;

/// A program that was started.
pub struct Running {
    /// What it's called in messages.
    name: String,
    child: Child,
    log: File,
}

impl Running {
    /// Starts a program; its output goes to `log`, a file that is made.
    pub fn start(name: &str, command: &mut Command, log: &Path, site: &Site<'_>) -> Result<Running, NotProvided> {
        let failed = |error: io::Error| NotProvided::Failed(format!("{name} can't be started: {error}"));
        let file = OpenOptions::new().append(true).create_new(true).read(true).mode(0o600).open(log).map_err(failed)?;
        let (out, err) = (file.try_clone().map_err(failed)?, file.try_clone().map_err(failed)?);
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        confine(command, site);
        let child = command.spawn().map_err(failed)?;
        Ok(Running { name: name.to_owned(), child, log: file })
    }

    /// Its process.
    pub fn process(&self) -> nix::unistd::Pid {
        nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).unwrap_or(i32::MAX))
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>, NotProvided> {
        self.child.try_wait().map_err(NotProvided::at(&self.name))
    }

    /// Waits until it has ended.
    pub fn wait(&mut self, limit: Duration, site: &Site<'_>) -> Result<ExitStatus, NotProvided> {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if begin.elapsed() > limit {
                return Err(self.failed(&format!("isn't done after {} s", limit.as_secs_f64())));
            }
            rest(STEP, site)?;
        }
    }

    /// That it failed, and what it said last.
    pub fn failed(&self, how: &str) -> NotProvided {
        let said = self.said();
        let said = if said.is_empty() { "it said nothing".to_owned() } else { format!("it said: {said}") };
        NotProvided::Failed(format!("{} {how}; {said}", self.name))
    }

    /// The end of what it said, its lines joined by `|`.
    pub fn said(&self) -> String {
        let length = self.log.metadata().map_or(0, |metadata| metadata.len());
        let start = length.saturating_sub(TAIL);
        let mut bytes = vec![0; usize::try_from(length - start).unwrap_or(0)];
        if self.log.read_exact_at(&mut bytes, start).is_err() {
            return String::new();
        }
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join(" | ")
    }
}

/// Sleeps for a moment, unless the parent is gone.
pub fn rest(time: Duration, site: &Site<'_>) -> Result<(), NotProvided> {
    let mut parent = [PollFd::new(site.parent, PollFlags::empty())];
    match poll(&mut parent, PollTimeout::ZERO) {
        Ok(0) | Err(Errno::EINTR) => thread::sleep(time),
        _ => return Err(NotProvided::Abandoned),
    }
    Ok(())
}

/// Lets a command start apart from the server: in a session of its own, without its descriptors, with limits. The sandbox it has anyway.
fn confine(command: &mut Command, site: &Site<'_>) {
    let limits = limits(site);
    let keep_from_server = site.sandbox.keeper();
    let set_up = move || {
        isolate(&limits)?;
        keep_from_server().map_err(io::Error::other)
    };
    // SAFETY: the server has one thread, so that its child may do whatever it could do itself.
    unsafe { command.pre_exec(set_up) };
}

/// Limits of each process beside an example: those of the example, as they can't be told apart by the kernel, with room for more processes.
pub fn limits(site: &Site<'_>) -> Vec<(Resource, u64)> {
    let own = site.job.limits;
    let mut limits = vec![
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_FSIZE, own.file_size),
        (Resource::RLIMIT_NOFILE, own.open_files.max(1024)),
        (Resource::RLIMIT_CPU, own.cpu_time.as_secs().saturating_add(1)),
        (Resource::RLIMIT_AS, own.memory),
    ];
    limits.extend(site.sandbox.processes_besides().map(|others| (Resource::RLIMIT_NPROC, others + own.processes.max(1) + PROCESSES)));
    limits
}

/// Sets this process apart from the server.
pub fn isolate(limits: &[(Resource, u64)]) -> io::Result<()> {
    setsid()?;
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    // SAFETY: the default action runs no code. (The server ignores it, which would be inherited.)
    unsafe { signal(Signal::SIGXFSZ, SigHandler::SigDfl) }?;
    for (resource, limit) in limits {
        let (_, hard) = getrlimit(*resource)?;
        let limit = (*limit).min(hard);
        setrlimit(*resource, limit, limit)?;
    }
    // SAFETY: marks descriptors of this process, from 3 on, to be closed by the program that it becomes. A kernel before 5.11 doesn't know it;
    // all that the server opens is marked so anyway.
    unsafe { libc::close_range(3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC as libc::c_int) };
    Ok(())
}

/// Closes every descriptor from 3 on but these: for a copy of the server that doesn't become another program, and whose owners of them never run.
pub fn close_all_but(mut kept: Vec<RawFd>) {
    kept.sort_unstable();
    let mut first = 3;
    for last in kept.into_iter().map(|kept| kept - 1).chain([RawFd::MAX]) {
        if last >= first {
            // SAFETY: closes descriptors of the server's that are of no use in this process; it ends by `_exit`, so that no owner closes them again.
            // Where the kernel doesn't know the call (before 5.9), they stay open, and their process runs our own code only.
            unsafe { libc::close_range(first as libc::c_uint, last as libc::c_uint, 0) };
        }
        first = last.saturating_add(2);
    }
}

/// Where a program lies: by its path, or in the folders of the sandbox's `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let is_program = |path: &Path| nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok() && path.is_file();
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| is_program(path));
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| is_program(path))
}

/// A command for a program, in a folder.
pub fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}
