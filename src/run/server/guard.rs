//! The guard: waits outside for the server, and says for it what it can't say itself any more.

use std::{
    fs, io,
    os::{
        fd::{AsFd, FromRawFd, OwnedFd},
        unix::fs::FileExt,
    },
    path::Path,
    process::ExitCode,
    time::Duration,
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        signal::{Signal, kill},
        wait::{WaitStatus, waitpid},
    },
    unistd::Pid,
};

use super::{SAID_WHY, Streams};

/// How long the server may take to end after the parent closed its pipe.
const GRACE: Duration = Duration::from_secs(2);
/// Bytes of the server's log that are passed on at most, the last ones.
const LOG_TAIL: u64 = 4096;

/// Waits for the server to end, and passes on how. A parent that is gone (it closed the pipe, or died) ends the server.
pub fn wait(server: Pid, streams: &mut Streams, host_scratch: &Path) -> ExitCode {
    wait_for_end_or_parent(server, streams);
    let status = loop {
        match waitpid(server, None) {
            Err(Errno::EINTR) => {}
            status => break status,
        }
    };
    // There only if there was no private root; examples may have left anything in it.
    if host_scratch.exists() {
        let _ = fs::remove_dir_all(host_scratch);
    }
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
