//! The guard: waits outside for the server, and says for it what it can't say itself any more.

use std::{
    fs, io,
    os::{
        fd::{AsFd, FromRawFd, OwnedFd},
        unix::fs::FileExt,
    },
    path::Path,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        prctl,
        signal::{Signal, kill},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::Pid,
};

use super::{SAID_WHY, Streams};
use crate::run::sandbox::Scratch;

/// How long the server may take to end after the parent closed its pipe.
const GRACE: Duration = Duration::from_secs(2);
/// How long what the server left behind may take to die.
const REAP_LIMIT: Duration = Duration::from_secs(2);
/// Bytes of the server's log that are passed on at most, the last ones.
const LOG_TAIL: u64 = 4096;

/// Waits for the server to end, and passes on how. A parent that is gone (it closed the pipe, or died) ends the server.
pub fn wait(server: Pid, streams: &mut Streams, host_scratch: &Path) -> ExitCode {
    // Without it, what a server that was killed leaves would be nobody's; the end of a process namespace ends all in it.
    let _ = prctl::set_child_subreaper(true);
    wait_for_end_or_parent(server, streams);
    let status = loop {
        match waitpid(server, None) {
            Err(Errno::EINTR) => {}
            status => break status,
        }
    };
    end_orphans();
    // There only if there was no private root; examples may have left anything in it.
    Scratch::remove_from_host(host_scratch);
    let how = match status {
        Ok(WaitStatus::Exited(_, 0)) => return ExitCode::SUCCESS,
        Ok(WaitStatus::Exited(_, status)) if status == i32::from(SAID_WHY) => return ExitCode::from(SAID_WHY),
        Ok(WaitStatus::Exited(_, status)) => format!("the server ended with exit status {status}"),
        Ok(WaitStatus::Signaled(_, signal, _)) => format!("the server was ended by {signal}"),
        Ok(_) => "the server stopped".to_owned(),
        Err(error) => format!("the server can't be waited for: {error}"),
    };
    let log = tail_of(streams);
    let log = log.trim();
    streams.fail(if log.is_empty() { how } else { format!("{how}; it said: {log}") })
}

/// Returns when the server ended, or was killed because the parent is gone.
fn wait_for_end_or_parent(server: Pid, streams: &Streams) {
    // Without descriptors for processes (before Linux 5.3) the server must notice the parent's end itself, as it does.
    let Ok(process) = process_descriptor(server) else { return };
    let mut watched = [PollFd::new(process.as_fd(), PollFlags::POLLIN), PollFd::new(streams.requests.as_fd(), PollFlags::empty())];
    while poll(&mut watched, PollTimeout::NONE) == Err(Errno::EINTR) {}
    let grace = PollTimeout::try_from(GRACE).unwrap_or(PollTimeout::ZERO);
    while poll(&mut watched[..1], grace) == Err(Errno::EINTR) {}
    if watched[0].any() != Some(true) {
        // It may have ended by itself in this moment.
        let _ = kill(server, Signal::SIGKILL);
    }
}

/// Ends what a server left that was killed: orphans of the examples' come to this process.
fn end_orphans() {
    let limit = Instant::now() + REAP_LIMIT;
    while Instant::now() < limit {
        let children = fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
        let children: Vec<Pid> = children.split_whitespace().filter_map(|number| number.parse().ok()).map(Pid::from_raw).collect();
        if children.is_empty() {
            return;
        }
        for child in children {
            // It may have ended by itself in this moment.
            let _ = kill(child, Signal::SIGKILL);
        }
        while matches!(waitpid(None, Some(WaitPidFlag::WNOHANG)), Ok(status) if status != WaitStatus::StillAlive) {}
        thread::sleep(Duration::from_millis(1));
    }
}

/// A descriptor that becomes readable when the process has ended.
pub fn process_descriptor(process: Pid) -> io::Result<OwnedFd> {
    // SAFETY: a plain system call; the result is checked.
    let descriptor = Errno::result(unsafe { libc::syscall(libc::SYS_pidfd_open, process.as_raw(), 0) })?;
    let descriptor = i32::try_from(descriptor).map_err(io::Error::other)?;
    // SAFETY: a descriptor just made, owned by nobody else. The kernel sets close-on-exec.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

fn tail_of(streams: &Streams) -> String {
    let length = streams.log.metadata().map_or(0, |metadata| metadata.len());
    let start = length.saturating_sub(LOG_TAIL);
    let mut tail = vec![0; usize::try_from(length - start).unwrap_or(0)];
    match streams.log.read_exact_at(&mut tail, start) {
        Ok(()) => String::from_utf8_lossy(&tail).into_owned(),
        Err(_) => String::new(),
    }
}
