//! One server, as the parent sees it: a process that is spoken to in frames, and that may be lost at any moment.
//!
//! A server is a process that examples are kept from as well as the system can; its word is bounded all the same: a frame must come in
//! time, whole, in turn, and a report must be the one that was asked for.

use std::{
    collections::BTreeSet,
    io::{self, Read, Write},
    os::fd::{AsFd, BorrowedFd},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use camino::Utf8PathBuf;
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
};

use super::command::{ServerCommand, Setting};
use crate::run::{
    deadline::Deadline,
    pools::Turn,
    protocol::{Answer, Job, PRELOAD_TIME, Preloaded, Ready, Report, read_frame, write_frame},
    sandbox::Scratch,
    server::GRANTED,
};

/// How long a server may take to start before it counts as lost.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How much longer than an example's own limit the parent waits for the server's word (it ends the example itself, with grace).
const ANSWER_GRACE: Duration = Duration::from_secs(10);
/// How long a server that is told to end may take.
const END_LIMIT: Duration = Duration::from_secs(4);
/// How often a waiting thread looks whether the run was interrupted.
const STEP: Duration = Duration::from_millis(100);
/// So many bytes fit into a pipe that isn't full.
const ALWAYS_FITS: usize = 4096;

/// Why a server gave no report.
pub enum ServerError {
    /// The user stopped the run.
    Interrupted,
    /// The server died, or said what it must not; why.
    Lost(String),
}

impl From<io::Error> for ServerError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            _ if error.get_ref().is_some_and(|inner| inner.is::<Stopped>()) => ServerError::Interrupted,
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => ServerError::Lost("the server ended".to_owned()),
            io::ErrorKind::TimedOut => ServerError::Lost("the server gave no answer in time".to_owned()),
            io::ErrorKind::InvalidData => ServerError::Lost(format!("the server's answer can't be read: {error}")),
            _ => ServerError::Lost(error.to_string()),
        }
    }
}

/// A server process. Dropping it ends it, and with it all that it started.
pub struct Server {
    process: Child,
    /// `None` once it was told to end.
    input: Option<ChildStdin>,
    output: ChildStdout,
    /// What it said of itself when it had started.
    pub ready: Ready,
    /// What it was started with.
    pub setting: Setting,
    /// The modules that jobs have told it to import.
    pub asked: BTreeSet<String>,
    /// The modules that it has still to speak of.
    due: BTreeSet<String>,
    /// Its scratch, if that had to lie in the host's tree.
    host_scratch: Option<Utf8PathBuf>,
}

impl Server {
    /// Starts a server and waits until it can take a job. `host_scratch` is a folder that it may make; it's taken away in the end.
    pub fn start(
        command: &ServerCommand,
        setting: &Setting,
        host_scratch: Option<Utf8PathBuf>,
        stop: &AtomicBool,
    ) -> Result<Server, ServerError> {
        let program = std::env::current_exe()?;
        let mut process = Command::new(program);
        process
            .arg("__server")
            .args(command.arguments(setting, host_scratch.as_deref()))
            .env_clear()
            .envs(command.environment.iter().map(|(name, value)| (name, value)))
            // Else each example binds the interpreter's functions anew, in copies of the pages that hold them.
            .env("LD_BIND_NOW", "1")
            .envs(setting.variables.iter().chain(&setting.grants.variables).map(|(name, value)| (format!("{GRANTED}{name}"), value)));
        let mut server = Server::spawn(process, setting)?;
        server.host_scratch = host_scratch;
        server.due = command.chosen().clone();
        let mut deadline = Deadline::after(START_LIMIT, Instant::now());
        match server.answer(&mut deadline, stop)? {
            Answer::Ready(ready) => server.ready = ready,
            Answer::Failed(reason) => return Err(ServerError::Lost(reason)),
            Answer::Idle | Answer::Preloaded(_) | Answer::Part(_) | Answer::Report(_) => return Err(out_of_turn()),
        }
        Ok(server)
    }

    fn spawn(mut command: Command, setting: &Setting) -> Result<Server, ServerError> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(ServerError::Lost("the server has no pipes".to_owned()));
        };
        Ok(Server {
            process,
            input: Some(input),
            output,
            ready: Ready::default(),
            setting: setting.clone(),
            asked: BTreeSet::new(),
            due: BTreeSet::new(),
            host_scratch: None,
        })
    }

    /// Has a job run. `part` is given the report of each example that ends and leaves its process to the next one; the result is that of
    /// the example in which the process ended. One of another number is a server's that can't be trusted. `learn` is given what becomes of modules
    /// that it was to import for its examples, as soon as it says so.
    pub fn run(
        &mut self,
        job: &Job,
        turn: &mut Turn,
        stop: &AtomicBool,
        learn: &mut dyn FnMut(Preloaded),
        part: &mut dyn FnMut(Report),
    ) -> Result<Report, ServerError> {
        let beforehand = job.provisions.as_ref().map(|provisions| provisions.time()).unwrap_or_default();
        self.asked.extend(job.beforehand.keys().cloned());
        self.due.extend(job.beforehand.keys().cloned());
        let modules = u32::try_from(self.due.len()).unwrap_or(u32::MAX);
        let beforehand = beforehand.saturating_add(PRELOAD_TIME.saturating_mul(modules));
        let mut deadline = Deadline::after(job.limits.time.saturating_add(beforehand).saturating_add(ANSWER_GRACE), Instant::now());
        self.send(job, &mut deadline, stop)?;
        let mut idle = false;
        let mut parts = 0;
        loop {
            match self.answer(&mut deadline, stop)? {
                Answer::Report(_) if self.due.iter().any(|module| job.beforehand.contains_key(module)) => return Err(out_of_turn()),
                Answer::Report(report) if report.number == job.number => return Ok(*report),
                Answer::Part(report) if report.number == job.number && parts < job.followers.len() => {
                    parts += 1;
                    deadline = Deadline::after(job.limits.time.saturating_add(ANSWER_GRACE), Instant::now());
                    part(*report);
                }
                Answer::Part(_) | Answer::Report(_) => {
                    return Err(ServerError::Lost("the server reported another job than the one it was given".to_owned()));
                }
                Answer::Idle if !idle => {
                    idle = true;
                    turn.give_back();
                }
                Answer::Preloaded(preloaded) if !idle && self.due.remove(&preloaded.module) => learn(preloaded),
                Answer::Failed(reason) => return Err(ServerError::Lost(reason)),
                Answer::Idle | Answer::Preloaded(_) | Answer::Ready(_) => return Err(out_of_turn()),
            }
        }
    }

    fn send(&mut self, job: &Job, deadline: &mut Deadline, stop: &AtomicBool) -> Result<(), ServerError> {
        let Some(input) = &mut self.input else { return Err(ServerError::Lost("the server was told to end".to_owned())) };
        match write_frame(&mut Patient { pipe: input, deadline, stop }, job) {
            // It may have said why it ended.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => match self.answer(deadline, stop)? {
                Answer::Failed(reason) => Err(ServerError::Lost(reason)),
                _ => Err(out_of_turn()),
            },
            written => Ok(written?),
        }
    }

    /// Waits for the next frame.
    fn answer(&mut self, deadline: &mut Deadline, stop: &AtomicBool) -> Result<Answer, ServerError> {
        match read_frame(&mut Patient { pipe: &mut self.output, deadline, stop })? {
            Some(answer) => Ok(answer),
            None => Err(ServerError::Lost("the server ended".to_owned())),
        }
    }

    /// Tells it to end, without waiting.
    pub fn tell_to_end(&mut self) {
        self.input = None;
    }
}

fn out_of_turn() -> ServerError {
    ServerError::Lost("the server spoke out of turn".to_owned())
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its pipe closed, it ends all that it started, clears up and ends. Killed, it would leave that to the kernel, which takes its time.
        self.tell_to_end();
        let limit = Instant::now() + END_LIMIT;
        while matches!(self.process.try_wait(), Ok(None)) {
            if Instant::now() >= limit {
                // It may have ended by itself in this moment.
                let _ = self.process.kill();
                let _ = self.process.wait();
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        // Its guard has done so, unless it was killed.
        if let Some(folder) = &self.host_scratch {
            Scratch::remove_from_host(folder.as_std_path());
        }
    }
}

/// A pipe that is read and written with patience, but no more than there is: until the deadline, or until the run is stopped. A server
/// that stops in the middle of a frame, or takes none, holds nobody up for longer.
struct Patient<'a, P> {
    pipe: &'a mut P,
    deadline: &'a mut Deadline,
    stop: &'a AtomicBool,
}

/// The run was stopped.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
struct Stopped;

impl<P: AsFd> Patient<'_, P> {
    /// Waits until the pipe can be read or written without waiting, or is broken.
    fn wait(&mut self, events: PollFlags) -> io::Result<()> {
        loop {
            if self.stop.load(Ordering::SeqCst) {
                return Err(io::Error::other(Stopped));
            }
            let left = self.deadline.left(Instant::now()).unwrap_or(STEP);
            let timeout = PollTimeout::try_from(left.min(STEP)).unwrap_or(PollTimeout::ZERO);
            let pipe: BorrowedFd = self.pipe.as_fd();
            match poll(&mut [PollFd::new(pipe, events)], timeout) {
                Ok(0) if left.is_zero() => return Err(io::ErrorKind::TimedOut.into()),
                Ok(0) | Err(Errno::EINTR) => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl<P: AsFd + Read> Read for Patient<'_, P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait(PollFlags::POLLIN)?;
        self.pipe.read(buffer)
    }
}

impl<P: AsFd + Write> Write for Patient<'_, P> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wait(PollFlags::POLLOUT)?;
        self.pipe.write(&bytes[..bytes.len().min(ALWAYS_FITS)])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pipe.flush()
    }
}

#[cfg(test)]
pub(super) mod tests;
