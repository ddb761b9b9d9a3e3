//! The process of one example: a fork of the server that sets its own limits and descriptors and runs the example.

use std::{
    io,
    os::fd::{AsRawFd, BorrowedFd, RawFd},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Duration,
};

use nix::{
    errno::Errno,
    sys::{
        prctl,
        resource::{Resource, getrlimit, setrlimit},
        signal::Signal,
        stat::{Mode, umask},
    },
    unistd::setsid,
};

use super::{
    protocol::Job,
    python::{self, Prepared},
    sandbox::{Sandbox, Scratch},
    server::processor::Processors,
};

/// Where the harness finds its pipe: high, so that an example that closes or counts descriptors from 3 on doesn't meet it.
const NOTES: RawFd = 900;
/// Bytes of memory beyond the limit that are left for the report of a `MemoryError` (see [`python::run_example`]).
const MEMORY_RESERVE: u64 = 64 << 20;
/// Exit status of a worker that could not start its example.
const BROKEN: i32 = 70;

/// What a worker needs.
pub struct Worker<'a> {
    /// What to run.
    pub job: &'a Job,
    /// The same for the interpreter.
    pub prepared: &'a Prepared<'a>,
    /// Its limit of memory.
    pub memory: u64,
    /// Standard input.
    pub stdin: BorrowedFd<'a>,
    /// Standard output.
    pub stdout: BorrowedFd<'a>,
    /// Standard error.
    pub stderr: BorrowedFd<'a>,
    /// Write end of the pipe of notes.
    pub notes: BorrowedFd<'a>,
    /// Where it may write.
    pub scratch: &'a Scratch,
    /// What holds it.
    pub sandbox: &'a Sandbox,
    /// The limit of processes, as the kernel counts them; `None` where there can't be one.
    pub processes: Option<u64>,
    /// Those that it may run on: it starts on the one of its server.
    pub processors: Processors,
}

unsafe extern "C" {
    /// Standard output as C code has it.
    static mut stdout: *mut libc::FILE;
}

impl Worker<'_> {
    /// Runs the example in this process, and ends it.
    pub fn run(self) -> ! {
        // A panic must not unwind into the server's loop, of which this process is a copy.
        let status = catch_unwind(AssertUnwindSafe(|| match self.set_up() {
            Ok(()) => {
                let Scratch { work, home, tmp, roots, .. } = self.scratch;
                let writable: Vec<&Path> = [work, home, tmp].into_iter().chain(roots).map(PathBuf::as_path).collect();
                python::run_example(self.prepared, work, &writable, NOTES)
            }
            Err(error) => {
                self.complain(&format!("the example's process could not be set up: {error}"));
                BROKEN
            }
        }));
        // SAFETY: ends the process at once. What Python had to flush, the harness has flushed; the server's own state isn't touched.
        unsafe { libc::_exit(status.unwrap_or(BROKEN)) }
    }

    fn set_up(&self) -> io::Result<()> {
        self.processors.leave();
        setsid()?;
        // Where there is no process namespace, the kernel takes the example along when the server dies.
        prctl::set_pdeathsig(Signal::SIGKILL)?;
        // The server hides from its examples; they themselves are ordinary processes, which may look at themselves.
        prctl::set_dumpable(true)?;
        umask(Mode::from_bits_truncate(0o022));
        self.set_descriptors()?;
        std::env::set_current_dir(&self.scratch.work)?;
        self.set_limits()?;
        self.sandbox.keep_from_server().map_err(io::Error::other)
    }

    /// 0, 1, 2 and the notes' pipe; everything else is closed.
    fn set_descriptors(&self) -> io::Result<()> {
        for (from, to) in [(self.stdin, 0), (self.stdout, 1), (self.stderr, 2), (self.notes, NOTES)] {
            // SAFETY: `dup2` takes two numbers. 0 to 2 are /dev/null and the server's log, which nothing in this process writes to from
            // here on, and `NOTES` is above all that the server opens.
            Errno::result(unsafe { libc::dup2(from.as_raw_fd(), to) })?;
        }
        // What C code prints is seen line by line, as on a terminal, and not when the example ends.
        // SAFETY: nothing in this process has printed by way of stdio, nor does it at this moment; no buffer is handed over.
        unsafe { libc::setvbuf(stdout, std::ptr::null_mut(), libc::_IOLBF, 0) };
        // The harness's pipe isn't for the example's children.
        // SAFETY: sets a flag of a descriptor of this process.
        Errno::result(unsafe { libc::fcntl(NOTES, libc::F_SETFD, libc::FD_CLOEXEC) })?;
        for (first, last) in [(3, NOTES - 1), (NOTES + 1, RawFd::MAX)] {
            // SAFETY: closes descriptors of the server's which are of no use in this process; it ends by `_exit`, so that no owner
            // closes them again.
            if unsafe { libc::close_range(first as _, last as _, 0) } != 0 {
                for descriptor in first..=last.min(1 << 16) {
                    // SAFETY: as above, one by one, for kernels before 5.9.
                    unsafe { libc::close(descriptor) };
                }
            }
        }
        Ok(())
    }

    fn set_limits(&self) -> io::Result<()> {
        let mut limits = vec![
            (Resource::RLIMIT_CORE, 0, 0),
            (Resource::RLIMIT_FSIZE, self.job.limits.file_size, 0),
            (Resource::RLIMIT_NOFILE, self.job.limits.open_files, 0),
            // Of each process; the server looks at the sum. Who handles the first signal is killed a second later.
            (Resource::RLIMIT_CPU, cpu_seconds(self.job.cpu_time()), 1),
            (Resource::RLIMIT_AS, self.memory, MEMORY_RESERVE),
        ];
        limits.extend(self.processes.map(|processes| (Resource::RLIMIT_NPROC, processes, 0)));
        for (resource, limit, reserve) in limits {
            // A limit that the caller has already can't be raised.
            let (_, hard) = getrlimit(resource)?;
            let limit = limit.min(hard);
            setrlimit(resource, limit, limit.saturating_add(reserve).min(hard))?;
        }
        Ok(())
    }

    /// Tells the server what went wrong, by a line that is no note.
    fn complain(&self, what: &str) {
        for descriptor in [self.notes.as_raw_fd(), NOTES] {
            // SAFETY: only borrowed for a write; of a number that isn't open (any more, or yet) the write fails.
            let notes = unsafe { BorrowedFd::borrow_raw(descriptor) };
            // If both fail, the exit status is all there is to say.
            if nix::unistd::write(notes, format!("{what}\n").as_bytes()).is_ok() {
                return;
            }
        }
    }
}

/// Whole seconds, as the kernel counts them, at least one.
fn cpu_seconds(time: Duration) -> u64 {
    time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0)).max(1)
}
