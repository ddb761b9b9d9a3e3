//! Imports that are tried in a fork of the server. Where one isn't fit, the fork ends, and the server is as it was. Where all are, and the
//! sandbox allows it, the fork goes on as the server, so that nothing is imported twice; the one before it ends.

use std::{
    fs, io,
    io::{Read, Write},
    os::fd::AsFd,
};

use nix::{
    errno::Errno,
    fcntl::OFlag,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        prctl,
        resource::{Resource, getrlimit, setrlimit},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::{Pid, pipe2},
};

use super::{example, memory, preload::single_threaded, python};
use crate::run::{
    protocol::Job,
    python::{Fork, Places},
    sandbox::Sandbox,
};

/// How long an import may take, seconds.
const LIMIT: u16 = 20;
/// Bytes of address space that a module may take which nobody chose.
const LARGEST: u64 = 512 << 20;
/// Exit status of a server in whose place a fork of it goes on.
const FOLLOWED: i32 = 71;
/// The line of a fork that goes on as the server.
const STAYS: &[u8] = b"=\n";

/// What came of a trial.
pub enum Tried {
    /// For each module: `None` where all is well; empty where there is no such module; else why it isn't fit. Nothing is imported.
    Apart(Vec<Option<String>>),
    /// All is well, and this process, which is another one than before, has imported them: the bytes of address space that each took.
    Here(Vec<u64>),
}

/// Tries imports in forks; where all are fit and it `may_stay`, the first one goes on as the server.
pub fn tried(modules: &[String], places: Option<&Places>, job: &Job, sandbox: &Sandbox, may_stay: bool) -> io::Result<Tried> {
    let may_stay = may_stay && sandbox.keeps_forks_of_server();
    let mut all = Vec::with_capacity(modules.len());
    // What one has left behind that isn't fit is nothing for the next one.
    while all.len() < modules.len() {
        match tried_in_turn(&modules[all.len()..], places, job, sandbox, may_stay && all.is_empty())? {
            Tried::Apart(some) => all.extend(some),
            here => return Ok(here),
        }
    }
    Ok(Tried::Apart(all))
}

/// Tries imports in a fork, up to the first one that isn't fit.
fn tried_in_turn(modules: &[String], places: Option<&Places>, job: &Job, sandbox: &Sandbox, may_stay: bool) -> io::Result<Tried> {
    let (reader, writer) = pipe2(OFlag::O_CLOEXEC)?;
    // As long as this process is the server.
    let processes = sandbox.processes_besides();
    let child = match python::fork()? {
        Fork::Child => {
            let taken = try_in_fork(modules, places, job, processes, may_stay, fs::File::from(writer));
            // SAFETY: ends this copy of the server, with nothing of the server's own being run.
            return taken.map(Tried::Here).ok_or_else(|| unsafe { libc::_exit(0) });
        }
        Fork::Parent(child) => Pid::from_raw(child),
    };
    drop(writer);
    let mut reader = fs::File::from(reader);
    let (mut said, mut in_time) = (Vec::new(), true);
    let lines = modules.len() + usize::from(may_stay);
    while said.iter().filter(|byte| **byte == b'\n').count() < lines {
        let timeout = PollTimeout::try_from(u32::from(LIMIT) * 1000).unwrap_or(PollTimeout::MAX);
        let mut buffer = [0; 2048];
        match poll(&mut [PollFd::new(reader.as_fd(), PollFlags::POLLIN)], timeout) {
            Err(Errno::EINTR) => continue,
            ended => in_time = ended? != 0,
        }
        if !in_time {
            break;
        }
        match reader.read(&mut buffer)? {
            0 => break,
            length => said.extend_from_slice(&buffer[..length]),
        }
    }
    if said.ends_with(STAYS) {
        stand_back();
    }
    example::end(child, sandbox)?;
    let said = String::from_utf8_lossy(&said).into_owned();
    let complete = said.split_inclusive('\n').take(modules.len()).filter_map(|line| line.strip_suffix('\n'));
    let mut all: Vec<Option<String>> = complete.map(|line| line.strip_prefix('-').map(str::to_owned)).collect();
    if all.len() < modules.len() && !all.iter().any(|one| one.as_ref().is_some_and(|why| !why.is_empty())) {
        let why = if in_time { "its import ends the process".to_owned() } else { format!("its import takes more than {LIMIT} s") };
        all.push(Some(why));
    }
    Ok(Tried::Apart(all))
}

/// Tries imports in this process, a fork, and says what came of each. What each took, where the fork is the server from here on.
fn try_in_fork(
    modules: &[String],
    places: Option<&Places>,
    job: &Job,
    processes: Option<u64>,
    may_stay: bool,
    mut parent: fs::File,
) -> Option<Vec<u64>> {
    // Whether it arrives can't be told to anybody.
    let mut say = |refused: &Option<String>| {
        let line = refused.as_ref().map_or("+\n".to_owned(), |why| format!("-{}\n", why.replace('\n', " ")));
        parent.write_all(line.as_bytes()).is_ok()
    };
    // What somebody chose is his own matter.
    let limited = places.map_or(Ok(Vec::new()), |_| limit(job, processes)).map_err(|error| format!("it can't be limited: {error}"));
    let tried = limited.and_then(|former| Ok((former, single_threaded(|| try_here(modules, places, &mut say))?)));
    let (former, taken) = tried.map_err(|why| say(&Some(why))).ok()?;
    let stays = may_stay && taken.len() == modules.len() && python::keep_trial() == Ok(true) && is_server_now(&former).is_ok();
    (stays && parent.write_all(STAYS).is_ok()).then_some(taken)
}

/// Gives this process what a server has. It needs no signal when its parent dies: with the first process of its namespace it dies as well.
fn is_server_now(former: &[(Resource, u64)]) -> nix::Result<()> {
    for (resource, limit) in former {
        setrlimit(*resource, *limit, getrlimit(*resource)?.1)?;
    }
    prctl::set_child_subreaper(true)
}

/// Leaves it to a fork of this process to be the server. The first process of the namespace waits for the end of the one that is the server
/// then, and ends as it does; those between them are gone.
fn stand_back() -> ! {
    let mut status = FOLLOWED;
    while std::process::id() == 1 && status == FOLLOWED {
        status = match waitpid(None, None) {
            Err(Errno::EINTR) => continue,
            Ok(WaitStatus::Exited(_, status)) => status,
            Ok(WaitStatus::Signaled(_, signal, _)) => 128 + signal as i32,
            _ => 1,
        };
    }
    // SAFETY: ends this process, with nothing of the server's own being run: that is the other's now.
    unsafe { libc::_exit(status) }
}

/// Holds this process to the limits of an example, whose user has so many processes besides. The result is what held before.
fn limit(job: &Job, processes: Option<u64>) -> nix::Result<Vec<(Resource, u64)>> {
    let processes = processes.map(|others| others.saturating_add(job.limits.processes.max(1)));
    let mut limits = vec![
        (Resource::RLIMIT_AS, job.limits.memory),
        (Resource::RLIMIT_FSIZE, job.limits.file_size),
        (Resource::RLIMIT_CPU, u64::from(LIMIT)),
    ];
    limits.extend(processes.map(|processes| (Resource::RLIMIT_NPROC, processes)));
    let set = limits.into_iter().map(|(resource, limit)| {
        let (former, hard) = getrlimit(resource)?;
        // A limit that the caller has already can't be raised.
        setrlimit(resource, limit.min(hard), hard)?;
        Ok((resource, former))
    });
    set.collect()
}

/// Imports modules in this process and looks at what that leaves, up to the first one that isn't fit. The bytes of address space that each of the
/// others took.
fn try_here(modules: &[String], places: Option<&Places>, say: &mut impl FnMut(&Option<String>) -> bool) -> Result<Vec<u64>, String> {
    let look = || Ok::<_, io::Error>((fs::read_dir("/proc/self/fd")?.count(), said()?));
    let mut before = (look(), memory::address_space());
    let mut taken = Vec::new();
    python::preload_packages(modules, places, true, |refused| {
        let now = (look(), memory::address_space());
        let grown = now.1.saturating_sub(before.1);
        let refused = refused
            .or_else(|| left(&before.0, &now.0))
            .or_else(|| (places.is_some() && grown > LARGEST).then(|| format!("its import takes {} MiB", grown >> 20)));
        before = now;
        let is_fit = refused.is_none();
        taken.extend(is_fit.then_some(grown));
        say(&refused) && refused.is_none_or(|why| why.is_empty())
    })?;
    Ok(taken)
}

/// Why an import isn't fit by what it left: descriptors and bytes of output were counted before and behind it.
fn left(before: &io::Result<(usize, u64)>, now: &io::Result<(usize, u64)>) -> Option<String> {
    let (Ok((files, said)), Ok((files_now, said_now)), Ok(threads)) = (before, now, fs::read_dir("/proc/self/task")) else {
        return Some("what its import leaves can't be seen here: there is no /proc".to_owned());
    };
    match threads.count().saturating_sub(1) {
        0 => {}
        1 => return Some("its import starts a thread".to_owned()),
        threads => return Some(format!("its import starts {threads} threads")),
    }
    // A process that has ended already counts as well: the next one may not.
    if waitpid(Pid::from_raw(-1), Some(WaitPidFlag::WNOHANG)).is_ok_and(|status| status != WaitStatus::StillAlive)
        || waitpid(Pid::from_raw(-1), Some(WaitPidFlag::WNOHANG)) == Ok(WaitStatus::StillAlive)
    {
        return Some("its import starts a process".to_owned());
    }
    if files_now > files {
        return Some("its import leaves a file or a socket open".to_owned());
    }
    (said_now > said).then(|| "its import prints or warns, which each example is to see".to_owned())
}

/// Bytes that were written to standard output and standard error, which lead to the server's log.
fn said() -> io::Result<u64> {
    Ok(fs::metadata("/proc/self/fd/1")?.len())
}
