//! Runs that are interrupted, stopped or killed: what is known is told, and nothing goes on running.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// How long what was interrupted may take to be gone, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// An example that ends by itself only when it's ended, with a process in a session of its own beside it.
const STUBBORN: &str = "\
import os, signal, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    time.sleep(1000)
while True:
    time.sleep(0.05)
";

#[test]
fn first_interrupt_tells_what_is_known() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let run = Run::start(STUBBORN);
        run.wait_for_example();
        run.signal(signal);
        let (code, report) = run.finish();
        assert_eq!(code, Some(130), "{signal}");
        let report: serde_json::Value = serde_json::from_str(&report).expect("a whole report");
        assert_eq!(report["run"]["interrupted"], true);
        assert_eq!(report["examples"][0]["claims"][0]["verdict"], "holds", "{report:#}");
    }
}

#[test]
fn second_interrupt_ends_the_run_at_once() {
    let run = Run::start(STUBBORN);
    run.wait_for_example();
    run.signal(Signal::SIGSTOP);
    run.signal(Signal::SIGINT);
    run.signal(Signal::SIGTERM);
    run.signal(Signal::SIGCONT);
    assert_eq!(run.finish().0, Some(130));
}

#[test]
fn nothing_outlives_a_run_that_is_killed_or_hung_up() {
    for signal in [Signal::SIGKILL, Signal::SIGHUP] {
        let run = Run::start(STUBBORN);
        run.wait_for_example();
        run.signal(signal);
        run.finish();
    }
}

#[test]
fn time_of_a_run_that_is_stopped_does_not_count() {
    let run = Run::start("import time\nwhile time.process_time() < 1.5:\n    pass\nprint('done')  # 'done'\n");
    run.wait_for_example();
    let processes = run.processes();
    for process in &processes {
        // One of them may have ended meanwhile.
        let _ = kill(*process, Signal::SIGSTOP);
    }
    thread::sleep(LIMIT + Duration::from_secs(2));
    for process in processes.iter().rev() {
        let _ = kill(*process, Signal::SIGCONT);
    }
    let (code, report) = run.finish();
    assert_eq!(code, Some(0), "{report}");
}

/// Limit of time of each example.
const LIMIT: Duration = Duration::from_secs(15);

/// A run of a copy of the binary, by which all its processes are known.
struct Run {
    folder: tempfile::TempDir,
    binary: PathBuf,
    process: Child,
}

impl Run {
    /// Starts a run of a harmless example with a claim that holds, and the given one.
    fn start(code: &str) -> Run {
        let folder = tempfile::tempdir().expect("a folder");
        let binary = folder.path().canonicalize().expect("a path").join("copy");
        fs::copy(env!("CARGO_BIN_EXE_verify"), &binary).expect("a copy");
        fs::write(folder.path().join("a.md"), "```python\n1 + 1  # 2\n```\n").expect("a document");
        fs::write(folder.path().join("b.md"), format!("```python\n{code}```\n")).expect("a document");
        fs::write(folder.path().join("verify.toml"), format!("[limits]\ntimeout = {}\n", LIMIT.as_secs())).expect("a configuration");
        fs::create_dir(folder.path().join("tmp")).expect("a folder");
        let process = Command::new(&binary)
            .args(["a.md", "b.md", "--format", "json", "--jobs", "1"])
            .current_dir(folder.path())
            .env("TMPDIR", folder.path().join("tmp"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a run");
        Run { folder, binary, process }
    }

    fn processes(&self) -> Vec<Pid> {
        let entries = fs::read_dir("/proc").expect("/proc").flatten();
        let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter(|number: &i32| runs(*number, &self.binary)).map(Pid::from_raw).collect()
    }

    /// Waits until the second example runs: the first is done, and there are the call, a guard, a server and a process of the example.
    fn wait_for_example(&self) {
        let limit = Instant::now() + PATIENCE;
        let mut seen = 0;
        while seen < 5 {
            assert!(Instant::now() < limit, "the example never ran");
            thread::sleep(Duration::from_millis(50));
            // The harmless one is over sooner than it could be seen so often.
            seen = if self.processes().len() >= 4 { seen + 1 } else { 0 };
        }
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.process.id()).expect("a process")), signal).expect("it still runs");
    }

    /// The exit code and the report, once nothing of the run is left.
    fn finish(mut self) -> (Option<i32>, String) {
        let mut report = String::new();
        let mut output = self.process.stdout.take().expect("a pipe");
        std::io::Read::read_to_string(&mut output, &mut report).expect("text");
        let status = self.process.wait().expect("its status");
        let limit = Instant::now() + PATIENCE;
        while !self.processes().is_empty() {
            assert!(Instant::now() < limit, "{:?} outlived the run", self.processes());
            thread::sleep(Duration::from_millis(20));
        }
        let left = fs::read_dir(self.folder.path().join("tmp")).expect("the folder").count();
        assert_eq!(left, 0, "files are left");
        (status.code(), report)
    }
}

/// Whether a process runs this binary. One that may not be looked at doesn't.
fn runs(process: i32, binary: &Path) -> bool {
    fs::read_link(format!("/proc/{process}/exe")).is_ok_and(|program| program == binary)
}
