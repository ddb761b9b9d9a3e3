//! Runs that are interrupted, stopped or killed, and servers that are: what is known is told, and nothing goes on running.

use std::{
    fs,
    io::{self, Write},
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

/// It ends when it has been stopped for a while, and not before.
const NOTICES_A_STOP: &str = "\
import time
before = time.monotonic()
while (now := time.monotonic()) - before < 1:
    before = now
    time.sleep(0.01)
print('stopped')  # 'stopped'
";

#[test]
fn time_of_a_run_that_is_stopped_does_not_count() {
    // On a machine that is very busy the limit may be near before the run can be stopped: that attempt says nothing.
    for _ in 0..10 {
        let begin = Instant::now();
        let run = Run::start_within(SHORT_LIMIT, &["--jobs", "1"], &[NOTICES_A_STOP]);
        run.wait_for_example();
        let processes = run.processes();
        for process in &processes {
            // One of them may have ended meanwhile.
            let _ = kill(*process, Signal::SIGSTOP);
        }
        let in_time = begin.elapsed() < SHORT_LIMIT / 2;
        if in_time {
            thread::sleep(SHORT_LIMIT + Duration::from_millis(1500));
        }
        for process in processes.iter().rev() {
            let _ = kill(*process, Signal::SIGCONT);
        }
        let (code, report) = run.finish();
        if in_time {
            assert_eq!(code, Some(0), "{report}");
            return;
        }
    }
    // The limit of time is checked by `src/run/deadline.rs` as well.
    let told = writeln!(io::stderr(), "left out: this machine is too busy to stop a run in time");
    told.expect("standard error");
}

/// Kills its server, which is its parent where there is no sandbox; a process of its own stays behind.
const KILLS_ITS_SERVER: &str = "\
import os, signal, time
if os.fork() == 0:
    os.setsid()
    time.sleep(1000)
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(1000)
";

/// Kills every server and guard of the run (all processes of its binary but the first), its own server last.
const KILLS_ALL_SERVERS: &str = "\
import os, signal, time
own = os.readlink('/proc/self/exe')
server = os.getppid()
status = lambda pid: dict(line.split(':', 1) for line in open(f'/proc/{pid}/status'))
guard = int(status(server)['PPid'])
first = int(status(guard)['PPid'])
others = []
for pid in map(int, filter(str.isdigit, os.listdir('/proc'))):
    try:
        if os.readlink(f'/proc/{pid}/exe') == own and pid not in (os.getpid(), server, guard, first):
            others.append(pid)
    except OSError:
        pass
for pid in [*others, guard, server]:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
time.sleep(1000)
";

/// `# @n` in it stands for a value that no other one has.
const INNOCENT: &str = "import time\ntime.sleep(0.3)\n1000 + @  # 1@\n1000 + @  # 2@\n";

#[test]
fn an_example_that_kills_its_server_is_told_and_its_neighbours_are_unharmed() {
    for killer in [KILLS_ITS_SERVER, KILLS_ALL_SERVERS] {
        let innocent: Vec<String> = (100..112).map(|number| INNOCENT.replace('@', &number.to_string())).collect();
        let mut codes: Vec<&str> = innocent.iter().map(String::as_str).collect();
        codes.insert(5, killer);
        let (code, report) = Run::start_within(LIMIT, &["--no-sandbox", "--jobs", "4"], &codes).finish();
        let report: serde_json::Value = serde_json::from_str(&report).expect("a whole report");
        assert_eq!(code, Some(1));
        let examples = report["examples"].as_array().expect("examples");
        assert_eq!(examples.len(), codes.len() + 1);
        for (number, example) in examples.iter().skip(1).enumerate() {
            let verdicts: Vec<_> = example["claims"].as_array().expect("claims").iter().map(|claim| &claim["verdict"]).collect();
            if number == 5 {
                assert_eq!(example["outcome"], "crashed", "{example:#}");
                let reason = example["reason"].as_str().expect("a reason");
                assert!(reason.starts_with("its server was lost: ") && reason.contains("tried once more alone"), "{reason}");
            } else {
                assert_eq!(example["outcome"], "ran", "{example:#}");
                assert_eq!(verdicts, ["holds", "wrong"], "{example:#}");
            }
        }
    }
}

#[test]
fn an_example_whose_server_dies_is_tried_once_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("mark");
    // The first time it leaves a mark and kills its server; the second time it finds the mark.
    let code = format!(
        "import os, signal\nif not os.path.exists({mark:?}):\n    open({mark:?}, 'w').close()\n    os.kill(os.getppid(), signal.SIGKILL)\n\
         os.path.exists({mark:?})  # True\n"
    );
    let (code, report) = Run::start_within(LIMIT, &["--no-sandbox"], &[&code]).finish();
    let report: serde_json::Value = serde_json::from_str(&report).expect("a whole report");
    assert_eq!(report["examples"][1]["claims"][0]["verdict"], "holds", "{report:#}");
    assert_eq!(code, Some(0));
}

/// Limit of time of each example.
const LIMIT: Duration = Duration::from_secs(15);
/// The same where a test waits for it to pass.
const SHORT_LIMIT: Duration = Duration::from_secs(4);

/// A run of a copy of the binary, by which all its processes are known.
struct Run {
    folder: tempfile::TempDir,
    binary: PathBuf,
    process: Child,
}

impl Run {
    /// Starts a run of a harmless example with a claim that holds, and the given one behind it.
    fn start(code: &str) -> Run {
        Run::start_within(LIMIT, &["--jobs", "1"], &[code])
    }

    /// The same of several examples, each with this limit of time, and with more arguments.
    fn start_within(limit: Duration, arguments: &[&str], codes: &[&str]) -> Run {
        let folder = tempfile::tempdir().expect("a folder");
        let binary = folder.path().canonicalize().expect("a path").join("copy");
        fs::copy(env!("CARGO_BIN_EXE_verify"), &binary).expect("a copy");
        fs::write(folder.path().join("a.md"), "```python\n1 + 1  # 2\n```\n").expect("a document");
        let examples: String = codes.iter().map(|code| format!("```python\n{code}```\n\n")).collect();
        fs::write(folder.path().join("b.md"), examples).expect("a document");
        fs::write(folder.path().join("verify.toml"), format!("[limits]\ntimeout = {}\n", limit.as_secs())).expect("a configuration");
        fs::create_dir(folder.path().join("tmp")).expect("a folder");
        let mut call = Command::new(&binary);
        call.args(["a.md", "b.md", "--format", "json"])
            .args(arguments)
            .current_dir(folder.path())
            .env("TMPDIR", folder.path().join("tmp"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let process = loop {
            match call.spawn() {
                // Another test forked while the copy was being written, and hasn't closed it yet.
                Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
                process => break process.expect("a run"),
            }
        };
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
