//! A family: examples with the same preludes, or that continue one another, each of which ends as a process of its own does, and which the next ones begin as it
//! left them.
//!
//! When the preludes or an example's statements have run, the process goes on with those that continue them, each but the last in a copy of the process. So the
//! code of each runs once, and no example sees more than it does behind the code of those that it continues. Where an example may have exit handlers or finalizers
//! of its own, another copy ends it before, with these and with what they print.
//!
//! That's only so where all that an example has left is in the memory of a process with one thread. Where there is more (files, open descriptors,
//! threads, processes), where something was raised, or where an example waited, the process ends the example itself, and those that continue it are left
//! to whoever asked; so are all behind it, if it has left something that they would find.

use std::{
    cell::Cell,
    ffi::OsString,
    fs, io,
    mem::size_of,
    path::Path,
    ptr::{NonNull, null_mut},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    sys::{
        prctl,
        signal::{Signal, kill},
        wait::{WaitPidFlag, waitpid},
    },
    unistd::{ForkResult, Pid, getpid},
};
use pyo3::prelude::*;

use super::{Names, flush_stdio, json_of, run_steps, to_python, write_script};
use crate::run::{
    protocol::{Behind, End, Follower, Job, Mode, Used},
    server::example::{Usage, last_number, waited},
};

/// How long an example may wait that others are to continue in its process: those that wait had better wait side by side.
const MOST_WAIT: Duration = Duration::from_millis(200);
/// Words of code that runs when its process ends.
const AT_END: [&str; 4] = ["__del__", "atexit", "finalize", "weakref"];

/// What the examples of a family have in common.
pub(super) struct Family<'a, 'py> {
    py: Python<'py>,
    session: &'a Bound<'py, PyAny>,
    job: &'a Job,
    /// Folders that examples may write in.
    writable: &'a [&'a Path],
    /// What is there before the first one runs.
    before: Left,
    /// How many have ended, in all processes.
    ended: Shared,
    /// Some code may run when its process ends.
    runs_at_end: bool,
    /// Processor time of this process, and of the copies that it has waited for, when the example that runs began.
    used: Cell<Duration>,
}

impl<'a, 'py> Family<'a, 'py> {
    /// The family of a session's job, whose first example hasn't begun.
    pub(super) fn new(session: &'a Bound<'py, PyAny>, job: &'a Job, writable: &'a [&'a Path]) -> io::Result<Family<'a, 'py>> {
        let codes = job.prelude.iter().map(|prelude| &prelude.code).chain([&job.code]).chain(job.followers.iter().map(|one| &one.code));
        Ok(Family {
            py: session.py(),
            session,
            job,
            writable,
            before: Left::see(writable)?,
            ended: Shared::new()?,
            runs_at_end: codes.into_iter().any(|code| AT_END.iter().any(|word| code.contains(word))),
            used: Cell::new(used(libc::RUSAGE_SELF).processor),
        })
    }

    /// Runs all of them, where the session has taken the job's own example. The status that this process is to end with.
    pub(super) fn run(&self) -> PyResult<i32> {
        let beside = self.behind(Behind::Preludes);
        if beside.is_empty() {
            return self.run_example(0);
        }
        let (begun, busy_before) = (Instant::now(), busy());
        run_steps(self.py, self.session, &Names::of(self.py).prelude)?;
        match self.leaves_all(false, begun, busy_before)? {
            true => self.run_behind(&[&[0], &beside[..]].concat()),
            false => self.run_example(0),
        }
    }

    /// Runs the example at this place, which the session has taken, and those that continue it. The status that this process is to end with.
    fn run_example(&self, place: usize) -> PyResult<i32> {
        let (begun, busy_before, number) = (Instant::now(), busy(), last_number());
        run_steps(self.py, self.session, &Names::of(self.py).next)?;
        let started = last_number().zip(number).map(|(now, before)| now.saturating_sub(before));
        if !self.leaves_all(true, begun, busy_before)? || !self.end(place, started)? {
            return self.finish();
        }
        self.run_behind(&self.behind(Behind::Example(place)))
    }

    /// Runs the examples at these places, which begin in what this process has now, each with those that continue it; the last one in this very process.
    fn run_behind(&self, places: &[usize]) -> PyResult<i32> {
        for (number, place) in places.iter().enumerate() {
            if let Some(next) = places.get(number + 1)
                && let Some(ForkResult::Parent { child }) = self.copy()?
            {
                let begun = Instant::now();
                let (end, usage) = wait(child)?;
                if !(self.ended.get() == *next || self.end_for(*place, *next, &end, usage, begun.elapsed())?) || !self.is_as_before() {
                    end_as(&end);
                }
                continue;
            }
            // A copy, or where none can be made, this process: then those behind it are left.
            self.used.set(used(libc::RUSAGE_SELF).processor + used(libc::RUSAGE_CHILDREN).processor);
            if let Some(follower) = place.checked_sub(1).and_then(|number| self.job.followers.get(number)) {
                self.follow(follower)?;
            }
            return self.run_example(*place);
        }
        Ok(0)
    }

    /// The places of the examples that begin there.
    fn behind(&self, behind: Behind) -> Vec<usize> {
        (1..).zip(&self.job.followers).filter(|(_, follower)| follower.behind == Some(behind)).map(|(place, _)| place).collect()
    }

    /// Says that a copy has ended the example at this place as a process of its own does, and all of it with it: where nothing continues it, the one at the place
    /// `next` finds what it would have found. Whether that's so.
    fn end_for(&self, place: usize, next: usize, end: &End, usage: Usage, took: Duration) -> PyResult<bool> {
        let &End::Exited(status) = end else { return Ok(false) };
        if self.ended.get() != place || next != place + 1 || !self.is_as_before() {
            return Ok(false);
        }
        let used = Used { cpu_seconds: usage.processor.as_secs_f64(), memory: usage.memory, started: None };
        self.say_ended(place, Some(status), used, Some(took))?;
        Ok(true)
    }

    /// Makes an example the session's.
    fn follow(&self, follower: &Follower) -> PyResult<()> {
        if follower.mode == Mode::Script {
            write_script(&follower.code);
        }
        self.session.call_method1(&Names::of(self.py).follow, (to_python(self.py, &json_of(follower)?)?,)).map(drop)
    }

    /// Whether all that the example has left is in this process's memory, so that a copy of it is as good; or its preludes, where it hasn't started.
    fn leaves_all(&self, started: bool, begun: Instant, busy_before: Duration) -> PyResult<bool> {
        let leaves: bool = self.session.call_method1(&Names::of(self.py).leaves, (started,))?.extract()?;
        flush_stdio();
        let waited = begun.elapsed().saturating_sub(busy().saturating_sub(busy_before));
        Ok(leaves && waited < MOST_WAIT && self.is_as_before())
    }

    /// Whether there is nothing that wasn't there before the first example, as far as copies would share it.
    fn is_as_before(&self) -> bool {
        let threads = fs::read_dir("/proc/self/task").map(Iterator::count);
        matches!(threads, Ok(1))
            && waitpid(None::<Pid>, Some(WaitPidFlag::WNOHANG)) == Err(Errno::ECHILD)
            && Left::see(self.writable).is_ok_and(|now| now == self.before)
    }

    /// Ends the example at this place, in a copy of this process if there is something to do for it. `false`: in this very process, it's to be ended now.
    fn end(&self, place: usize, started: Option<u64>) -> PyResult<bool> {
        let mut status = None;
        if self.runs_at_end {
            let Some(ForkResult::Parent { child }) = self.copy()? else { return Ok(false) };
            match wait(child)? {
                (End::Exited(of_copy), _) => status = Some(of_copy),
                (other, _) => end_as(&other),
            }
        }
        let (own, copies) = (used(libc::RUSAGE_SELF), used(libc::RUSAGE_CHILDREN));
        let cpu_seconds = (own.processor + copies.processor).saturating_sub(self.used.get()).as_secs_f64();
        let used = Used { cpu_seconds, memory: own.memory.max(copies.memory), started };
        self.say_ended(place, status, used, None)?;
        Ok(true)
    }

    fn say_ended(&self, place: usize, status: Option<i32>, used: Used, took: Option<Duration>) -> PyResult<()> {
        let used = to_python(self.py, &json_of(&used)?)?;
        self.session.call_method1(&Names::of(self.py).ended, (status, used, took.map(|took| took.as_secs_f64())))?;
        self.ended.set(place + 1);
        Ok(())
    }

    /// Makes a copy of this process, in which the session goes on as well; `None` where that can't be.
    fn copy(&self) -> PyResult<Option<ForkResult>> {
        let Ok(side) = fork() else { return Ok(None) };
        if side.is_child() {
            self.session.call_method0(&Names::of(self.py).copied)?;
        }
        Ok(Some(side))
    }

    fn finish(&self) -> PyResult<i32> {
        flush_stdio();
        self.session.call_method0(&Names::of(self.py).finish)?.extract()
    }
}

/// What an example may leave outside of its memory, as far as it can be seen.
#[derive(PartialEq)]
struct Left {
    /// How many descriptors are open.
    descriptors: usize,
    /// What is in the folders that it may write in.
    entries: Vec<OsString>,
}

impl Left {
    fn see(writable: &[&Path]) -> io::Result<Left> {
        let descriptors = fs::read_dir("/proc/self/fd")?.count();
        let mut entries = Vec::new();
        for folder in writable {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                entries.push(entry?.file_name());
            }
        }
        entries.retain(|name| name != "main.py"); // written for each script
        entries.sort();
        Ok(Left { descriptors, entries })
    }
}

/// A number that all copies of this process share.
struct Shared(NonNull<AtomicUsize>);

impl Shared {
    fn new() -> io::Result<Shared> {
        let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
        // SAFETY: a new mapping, of zeros, which nobody else knows of. It stays until the process ends.
        let place = unsafe { libc::mmap(null_mut(), size_of::<AtomicUsize>(), protection, flags, -1, 0) };
        match NonNull::new(place.cast()).filter(|_| place != libc::MAP_FAILED) {
            Some(place) => Ok(Shared(place)),
            None => Err(io::Error::last_os_error()),
        }
    }

    fn get(&self) -> usize {
        // SAFETY: the mapping is as large as the number, aligned to a page, and is never taken away.
        unsafe { self.0.as_ref() }.load(Ordering::SeqCst)
    }

    fn set(&self, number: usize) {
        // SAFETY: as above.
        unsafe { self.0.as_ref() }.store(number, Ordering::SeqCst);
    }
}

/// Makes a copy of this process, of which its example is told nothing: functions that are to be called in a child (a new seed for `random`, say) are not.
/// Only where no other thread runs.
fn fork() -> nix::Result<ForkResult> {
    // SAFETY: the process has one thread, which holds what the interpreter locks, here and in the copy.
    let side = unsafe { nix::unistd::fork() }?;
    if side.is_child() {
        // Where there is no process namespace, it ends with the one that it's a copy of.
        prctl::set_pdeathsig(Signal::SIGKILL)?;
    }
    Ok(side)
}

fn wait(child: Pid) -> io::Result<(End, Usage)> {
    loop {
        if let Some((_, end, usage)) = waited(child, 0)? {
            return Ok((end, usage));
        }
    }
}

/// Ends this process as a copy has ended. Nothing is flushed: what there was had been flushed before the copy was made.
fn end_as(end: &End) -> ! {
    let status = match end {
        End::Exited(status) => *status,
        End::Signalled(signal) => {
            // SAFETY: the default action runs no code.
            unsafe { libc::signal(*signal, libc::SIG_DFL) };
            let _ = Signal::try_from(*signal).map(|signal| kill(getpid(), signal));
            128 + signal
        }
        _ => super::HARNESS_FAILED,
    };
    // SAFETY: ends the process at once.
    unsafe { libc::_exit(status) }
}

/// How long this process has used a processor, or has wanted to, while others did; nothing where that can't be known.
fn busy() -> Duration {
    let statistics = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let times = statistics.split_whitespace().take(2).filter_map(|time| time.parse().ok());
    Duration::from_nanos(times.fold(0, u64::saturating_add))
}

/// What this process has used, or the copies that it has waited for.
fn used(who: libc::c_int) -> Usage {
    // SAFETY: all zeros is a valid `rusage`, which the call writes to while it lives.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(who, &mut usage);
        usage.into()
    }
}
