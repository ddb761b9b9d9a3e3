//! One example: fork, watch, end, report.

use std::{
    collections::HashSet,
    fs, io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};

use super::{
    capture::{Capture, Notes},
    cpu::CpuWatch,
    guard::process_descriptor,
    memory::{self, MemoryWatch},
    processor::Processors,
    provided::{NotProvided, Provided},
    sequence::Sequence,
};
use crate::run::{
    deadline::Deadline,
    protocol::{Answer, End, Job, Report},
    python::{self, Fork, Prepared},
    sandbox::{Layer, Sandbox, Scratch, remove_system_v_objects},
    worker::Worker,
};

/// How long an example that has just started is left alone: most are over by then.
const FIRST_STEP: Duration = Duration::from_millis(5);
/// How often a running example's output and processor time are looked at.
const STEP: Duration = Duration::from_millis(10);
/// The same once it's known to be idle and quiet.
const IDLE_STEP: Duration = Duration::from_millis(50);
/// How long an example must need no processor to count as idle …
const IDLE_AFTER: Duration = Duration::from_millis(20);
/// … and how little is none.
const IDLE_PROCESSOR: Duration = Duration::from_millis(1);
/// From SIGTERM to SIGKILL.
const GRACE: Duration = Duration::from_millis(500);
/// How long what an example left behind may take to die.
const REAP_LIMIT: Duration = Duration::from_secs(5);

/// What an example needs of its server.
pub struct Surroundings<'a> {
    /// What holds it.
    pub sandbox: &'a Sandbox,
    /// Where it may write.
    pub scratch: &'a Scratch,
    /// What was started for it; not its own.
    pub provided: &'a Provided,
    /// Its limit of memory, and with it what its process has of the server's besides.
    pub memory: u64,
    /// Its standard input.
    pub stdin: BorrowedFd<'a>,
    /// The parent's pipe: when it's closed, nobody waits for the report.
    pub parent: BorrowedFd<'a>,
}

/// Runs a job. `tell` is called once when an example waits, and for each example that ends and leaves its process to the next one; when it
/// returns false, or the parent closed its pipe, the process is ended and there is no report. The report is that of the example in which
/// the process ended.
pub fn run(job: &Job, server: &Surroundings<'_>, tell: impl FnMut(Answer) -> bool) -> io::Result<Option<Report>> {
    let stdout = Capture::new(c"stdout")?;
    let stderr = Capture::new(c"stderr")?;
    let (notes, notes_end) = Notes::new()?;
    // One process is the example's own, the others are those that it may start.
    let processes = server
        .sandbox
        .processes_besides()
        .map(|others| others.saturating_add(job.limits.processes.max(1)).saturating_add(server.provided.tasks()));
    let prepared = Prepared::new(job)?;
    let started = Instant::now();
    let processors = Processors::stay();
    let child = match python::fork()? {
        Fork::Parent(child) => Pid::from_raw(child),
        Fork::Child => Worker {
            job,
            prepared: &prepared,
            memory: server.memory,
            stdin: server.stdin,
            stdout: stdout.as_fd(),
            stderr: stderr.as_fd(),
            notes: notes_end.as_fd(),
            scratch: server.scratch,
            sandbox: server.sandbox,
            processes,
            processors,
        }
        .run(),
    };
    processors.leave();
    drop(notes_end);
    // What services start can't be told apart.
    let counts = server.sandbox.own_processes && server.sandbox.proc_shows_own && server.provided.is_empty();
    let mut watch = Watch {
        child,
        memory: MemoryWatch::new(server.memory, stdout.device()),
        cpu: CpuWatch::new(job.limits.cpu_time),
        beside: Beside::new(job, server.provided, stdout.device()),
        sandbox: server.sandbox,
        ended: None,
        descriptor: process_descriptor(child).ok(),
        stdout,
        stderr,
        notes,
        started,
        sequence: Sequence::new(job, counts),
        stop: None,
        idle: IdleWatch::new(server.sandbox.own_processes && server.sandbox.proc_shows_own),
        tell,
    };
    let status = watch.wait(job, server.parent);
    let tasks = counts.then(last_number).flatten();
    let started = tasks.and_then(|last| last.checked_sub(u64::try_from(child.as_raw()).ok()?));
    // Whatever came of it: nothing of the example may stay.
    let mut usage = watch.ended.take().unwrap_or_default();
    end_all(Some(child), server.sandbox, server.provided, &mut usage)?;
    remove_system_v_objects();
    let Some(status) = status? else { return Ok(None) };
    let in_time = watch.notes.take()?;
    if !watch.hand_over(job)? {
        return Ok(None);
    }
    if let Some(report) = watch.sequence.last() {
        return Ok(Some(report));
    }
    let (notes, wrong) = watch.notes.parse(matches!(status, End::Exited(_)) && watch.stop.is_none());
    let end = match (watch.stop.map(|stop| stop.why), wrong) {
        (Some(Stop::Time), _) => End::TimedOut,
        (Some(Stop::Cpu), _) => End::CpuLimit,
        (None, _) if ended_by_cpu_limit(&status, usage.processor, job.cpu_time()) => End::CpuLimit,
        (Some(Stop::Output), _) => End::OutputLimit,
        (Some(Stop::Memory), _) => End::MemoryLimit,
        (Some(Stop::Notes), wrong) => End::Garbled(wrong.unwrap_or_else(|| "too many notes".to_owned())),
        (None, Some(wrong)) => End::Garbled(wrong),
        (None, None) if !in_time => End::Garbled("too many notes".to_owned()),
        (None, None) if watch.sequence.wrote_more_than(job.limits.output, &watch.stdout, &watch.stderr) => End::OutputLimit,
        (None, None) => status,
    };
    let outputs = (&watch.stdout, &watch.stderr);
    watch.sequence.rest(job, (end, notes, started), outputs, (usage.processor, usage.memory)).map(Some)
}

/// The report of an example that wasn't run, as what it needs could not be provided; `None` where the parent is gone. Ends what was started.
pub fn not_run(job: &Job, why: NotProvided, sandbox: &Sandbox) -> io::Result<Option<Report>> {
    end_all(None, sandbox, &Provided::default(), &mut Usage::default())?;
    remove_system_v_objects();
    let end = match why {
        NotProvided::Lacks(what) => End::Lacks(what),
        NotProvided::Failed(why) => End::NotGiven(why),
        NotProvided::Abandoned => return Ok(None),
    };
    Ok(Some(Report::not_run(job.number, end)))
}

/// Ends a process that was forked for another purpose, and all that it started.
pub fn end(child: Pid, sandbox: &Sandbox) -> io::Result<()> {
    end_all(Some(child), sandbox, &Provided::default(), &mut Usage::default())
}

/// Why an example is being ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Time,
    Cpu,
    Output,
    Memory,
    Notes,
}

/// An end that was begun: why, and when it is to be enforced.
#[derive(Debug, Clone, Copy)]
struct Stopping {
    why: Stop,
    kill_at: Option<Instant>,
}

/// A running example.
struct Watch<'a, F> {
    child: Pid,
    memory: MemoryWatch,
    cpu: CpuWatch,
    /// What was started for it, where there is any.
    beside: Option<Beside<'a>>,
    sandbox: &'a Sandbox,
    /// Set when it has ended and was waited for.
    ended: Option<Usage>,
    descriptor: Option<OwnedFd>,
    stdout: Capture,
    stderr: Capture,
    notes: Notes,
    started: Instant,
    sequence: Sequence,
    stop: Option<Stopping>,
    idle: IdleWatch,
    tell: F,
}

impl<F: FnMut(Answer) -> bool> Watch<'_, F> {
    /// Waits for the example's end, and brings it about where a limit is reached. `None`: the parent is gone.
    fn wait(&mut self, job: &Job, parent: BorrowedFd<'_>) -> io::Result<Option<End>> {
        let mut deadline = Deadline::after(job.limits.time, self.started);
        let mut written = 0;
        // Nothing can be exceeded yet, and its notes have room in the pipe: only its end is worth waking up for.
        let first = deadline.left(self.started).map_or(FIRST_STEP, |left| left.min(FIRST_STEP));
        if self.poll(parent, first, false)? {
            return Ok(None);
        }
        loop {
            self.notes.take()?;
            if !job.followers.is_empty() {
                let to_come = self.sequence.to_come();
                if !self.hand_over(job)? {
                    return Ok(None);
                }
                if self.sequence.to_come() < to_come {
                    deadline = Deadline::after(job.limits.time, Instant::now());
                }
            }
            if !self.notes.fits() {
                self.stop(Stop::Notes, Duration::ZERO);
            }
            if let Some((_, status, usage)) = waited(self.child, libc::WNOHANG)? {
                self.ended = Some(usage);
                return Ok(Some(status));
            }
            let now = Instant::now();
            let size = self.stdout.size() + self.stderr.size();
            if self.sequence.wrote_more_than(job.limits.output, &self.stdout, &self.stderr) {
                self.stop(Stop::Output, Duration::ZERO);
            }
            let (child, sandbox) = (self.child, self.sandbox);
            let others = self.beside.as_ref().map(|beside| beside.provided.processes()).unwrap_or_default();
            let processes = || if sandbox.proc_shows_own { processes_of(child, sandbox.own_processes, &others) } else { Vec::new() };
            if let Some(stop) = self.beside.as_mut().and_then(|beside| beside.exceeded(now, &others)) {
                self.stop(stop, Duration::ZERO);
            }
            if self.memory.exceeded(now, sandbox.has_own(Layer::Ipc), processes) {
                self.stop(Stop::Memory, Duration::ZERO);
            }
            if self.cpu.exceeded(now, processes) {
                self.stop(Stop::Cpu, GRACE);
            }
            let left = deadline.left(now);
            if left.is_some_and(|left| left.is_zero()) {
                self.stop(Stop::Time, GRACE);
            }
            self.enforce(now);
            if self.idle.look(self.child, now, &others) && !(self.tell)(Answer::Idle) {
                return Ok(None);
            }
            let quiet = self.idle.told && size == written;
            written = size;
            let step = if quiet { IDLE_STEP } else { STEP };
            // A time that has passed was acted upon: nothing is to be done at once.
            let next = self.stop.map_or(left, |stop| stop.kill_at.map(|at| at.saturating_duration_since(now)));
            let timeout = next.filter(|next| !next.is_zero()).map_or(step, |next| step.min(next));
            // Where examples follow one another, each of them would be stopped for by what it notes.
            if self.poll(parent, timeout, job.followers.is_empty())? {
                return Ok(None);
            }
        }
    }

    /// Reports the examples that have ended while their process goes on. `false`: the parent is gone.
    fn hand_over(&mut self, job: &Job) -> io::Result<bool> {
        if job.followers.is_empty() {
            return Ok(true);
        }
        // What the process has used is known of those together that have ended since it was asked last.
        let (child, sandbox) = (self.child, self.sandbox);
        let mut used = None;
        while let Some(noted) = self.notes.ended() {
            let memory = || if sandbox.proc_shows_own { memory::highest(child) } else { 0 };
            let used = *used.get_or_insert_with(|| (processor_time(child), memory()));
            let Some(report) = self.sequence.next(job, noted, (&self.stdout, &self.stderr), used)? else { continue };
            if !(self.tell)(Answer::Part(Box::new(report))) {
                return Ok(false);
            }
        }
        if used.is_some() {
            let others = self.beside.as_ref().map(|beside| beside.provided.processes()).unwrap_or_default();
            self.cpu.renew(|| if sandbox.proc_shows_own { processes_of(child, sandbox.own_processes, &others) } else { Vec::new() });
        }
        Ok(true)
    }

    /// Sleeps until there is something to do; that there are `notes` to read counts if it's said. `true` when the parent is gone.
    fn poll(&self, parent: BorrowedFd<'_>, timeout: Duration, notes: bool) -> io::Result<bool> {
        let mut watched = vec![PollFd::new(parent, PollFlags::empty())];
        watched.extend(self.notes.descriptor().filter(|_| notes).map(|notes| PollFd::new(notes, PollFlags::POLLIN)));
        watched.extend(self.descriptor.as_ref().map(|process| PollFd::new(process.as_fd(), PollFlags::POLLIN)));
        // Rounded up: a timeout of 0 would turn the loop into a spin.
        let timeout = PollTimeout::try_from(timeout + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX);
        match poll(&mut watched, timeout) {
            Ok(_) | Err(Errno::EINTR) => Ok(watched[0].any() == Some(true)),
            Err(error) => Err(error.into()),
        }
    }

    /// Begins to end the example; the first reason stays.
    fn stop(&mut self, why: Stop, grace: Duration) {
        if self.stop.is_some() {
            return;
        }
        if !grace.is_zero() {
            self.signal(Signal::SIGTERM);
        }
        self.stop = Some(Stopping { why, kill_at: Some(Instant::now() + grace) });
    }

    fn enforce(&mut self, now: Instant) {
        if let Some(Stopping { kill_at: at @ Some(_), .. }) = &mut self.stop
            && at.is_some_and(|at| at <= now)
        {
            *at = None;
            self.signal(Signal::SIGKILL);
        }
    }

    /// To its group, or to itself as long as it has none.
    fn signal(&self, signal: Signal) {
        // It isn't waited for yet, so the number is still its own.
        if killpg(self.child, signal).is_err() {
            let _ = kill(self.child, signal);
        }
    }
}

/// What was started for an example: it's held to the example's limits by itself.
struct Beside<'a> {
    provided: &'a Provided,
    memory: MemoryWatch,
    cpu: CpuWatch,
}

impl<'a> Beside<'a> {
    fn new(job: &Job, provided: &'a Provided, device: u64) -> Option<Beside<'a>> {
        let watches = || Beside { provided, memory: MemoryWatch::new(job.limits.memory, device), cpu: CpuWatch::new(job.limits.cpu_time) };
        (!provided.is_empty()).then(watches)
    }

    fn exceeded(&mut self, now: Instant, processes: &HashSet<Pid>) -> Option<Stop> {
        let processes = || processes.iter().copied().collect();
        if self.memory.exceeded(now, false, processes) {
            return Some(Stop::Memory);
        }
        self.cpu.exceeded(now, processes).then_some(Stop::Cpu)
    }
}

/// What processes have used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    pub processor: Duration,
    /// Largest resident size of one process, bytes.
    pub memory: u64,
}

impl From<libc::rusage> for Usage {
    fn from(usage: libc::rusage) -> Usage {
        let time =
            |time: libc::timeval| Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_micros(time.tv_usec.unsigned_abs());
        Usage { processor: time(usage.ru_utime) + time(usage.ru_stime), memory: usage.ru_maxrss.unsigned_abs() << 10 }
    }
}

impl Usage {
    fn add(&mut self, other: Usage) {
        self.processor += other.processor;
        self.memory = self.memory.max(other.memory);
    }
}

/// Waits for a process (-1: any). `None` when it hasn't ended.
pub fn waited(child: Pid, options: i32) -> io::Result<Option<(Pid, End, Usage)>> {
    let mut status = 0;
    // SAFETY: all zeros is a valid `rusage`.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: `wait4` writes an `int` and an `rusage`, which live until it returns.
    let process = match Errno::result(unsafe { libc::wait4(child.as_raw(), &mut status, options, &mut usage) }) {
        Ok(0) | Err(Errno::EINTR) => return Ok(None),
        Ok(process) => Pid::from_raw(process),
        Err(error) => return Err(error.into()),
    };
    let end = if libc::WIFSIGNALED(status) { End::Signalled(libc::WTERMSIG(status)) } else { End::Exited(libc::WEXITSTATUS(status)) };
    Ok(Some((process, end, usage.into())))
}

/// Ends all that an example left and all that was started for it, waits for each, and adds up what the example's own have used.
fn end_all(child: Option<Pid>, sandbox: &Sandbox, provided: &Provided, usage: &mut Usage) -> io::Result<()> {
    let others = provided.processes();
    if sandbox.own_processes {
        // The first process of the namespace is spared, and so is this one. None escapes: a fork under way fails, as a signal is pending.
        let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
    } else if let Some(child) = child {
        let _ = killpg(child, Signal::SIGKILL);
    }
    let limit = Instant::now() + REAP_LIMIT;
    loop {
        // Orphans become children of this process (it's a subreaper), so that none is missed in the end.
        for orphan in sandbox.children() {
            let _ = kill(orphan, Signal::SIGKILL);
        }
        match waited(Pid::from_raw(-1), libc::WNOHANG) {
            Ok(Some((process, ..))) if others.contains(&process) => {}
            Ok(Some((_, _, more))) => usage.add(more),
            Ok(None) if Instant::now() > limit => return Err(io::Error::other("what it started can't be ended")),
            Ok(None) => std::thread::sleep(Duration::from_millis(1)),
            Err(error) if error.raw_os_error() == Some(libc::ECHILD) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Notices that an example only waits.
struct IdleWatch {
    /// Its processes are all those of the namespace but the server.
    own_processes: bool,
    told: bool,
    since: Option<(Instant, Duration)>,
}

impl IdleWatch {
    fn new(own_processes: bool) -> IdleWatch {
        IdleWatch { own_processes, told: false, since: None }
    }

    /// `true` once: when the example has hardly used the processor for a while, and isn't waiting for one.
    fn look(&mut self, child: Pid, now: Instant, others: &HashSet<Pid>) -> bool {
        if self.told {
            return false;
        }
        let processes = processes_of(child, self.own_processes, others);
        let used = processes.iter().map(|process| processor_time(*process)).sum::<Duration>();
        match self.since {
            // A process that ended takes its time along.
            Some((since, before)) if used.abs_diff(before) <= IDLE_PROCESSOR => {
                self.told = now.duration_since(since) >= IDLE_AFTER && !processes.iter().any(|process| wants_processor(*process));
            }
            _ => self.since = Some((now, used)),
        }
        self.told
    }
}

/// The processes of an example, as far as they can be known; `others` aren't its own.
fn processes_of(child: Pid, own_processes: bool, others: &HashSet<Pid>) -> Vec<Pid> {
    let mut processes = if own_processes { all_but_servers() } else { Vec::new() };
    processes.retain(|process| !others.contains(process));
    if processes.is_empty() { vec![child] } else { processes }
}

/// The processes of the namespace but the first and this one; none where `/proc` shows none.
fn all_but_servers() -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.map(Pid::from_raw).filter(|process| process.as_raw() != 1 && *process != Pid::this()).collect()
}

/// The number given last to a process or thread of the namespace that `/proc` shows. They are given one after the other.
pub fn last_number() -> Option<u64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().last()?.parse().ok()
}

/// Whether the kernel ended it for its processor time: by SIGXCPU, and one that doesn't end then, by SIGKILL.
fn ended_by_cpu_limit(status: &End, used: Duration, limit: Duration) -> bool {
    /// What is reported afterwards is counted in another way than what the limit is held against.
    const INEXACT: Duration = Duration::from_millis(500);
    matches!(status, End::Signalled(libc::SIGXCPU | libc::SIGKILL)) && used >= limit.saturating_sub(INEXACT)
}

fn processor_time(process: Pid) -> Duration {
    let mut clock = 0;
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: each call writes to the one place that it's given, which lives until it returns. A process that is gone has no clock.
    let known = unsafe { libc::clock_getcpuclockid(process.as_raw(), &mut clock) == 0 && libc::clock_gettime(clock, &mut time) == 0 };
    if !known {
        return Duration::ZERO;
    }
    Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_nanos(time.tv_nsec.unsigned_abs())
}

/// Whether a thread of a process runs, could run, or waits for a disk.
fn wants_processor(process: Pid) -> bool {
    let Ok(tasks) = fs::read_dir(format!("/proc/{process}/task")) else { return false };
    tasks.flatten().any(|task| {
        let stat = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        // The name, in parentheses, may hold anything; the state follows the last one.
        stat.rsplit_once(") ").is_some_and(|(_, fields)| fields.starts_with(['R', 'D']))
    })
}
