//! The server by itself, started as the pool starts it and spoken to in frames: what gets out of it, and what must not.
#![allow(missing_docs, reason = "a test")]

mod layers;
mod limits;

use std::{
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

use nix::{
    sched::{CpuSet, sched_getaffinity},
    unistd::Pid,
};
use verify::run::protocol::{Answer, End, Job, Limits, Mode, Note, Ready, Report, read_frame, write_frame};

/// The interpreter that the binary is built with, and what examples must be able to read of it.
fn python() -> &'static [String] {
    static PYTHON: OnceLock<Vec<String>> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let program = std::env::var("PYO3_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let code = "import sys; print(sys.executable); print(sys.prefix); print(sys.base_prefix)";
        let output = Command::new(program).args(["-I", "-c", code]).output().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let mut arguments = Vec::new();
        for (name, line) in ["--python", "--read", "--read"].iter().zip(lines.lines()) {
            arguments.extend([(*name).to_owned(), line.to_owned()]);
        }
        arguments
    })
}

struct Server {
    process: Child,
    requests: Option<ChildStdin>,
    answers: ChildStdout,
    ready: Ready,
    idle: bool,
}

impl Server {
    fn start(arguments: &[&str]) -> Server {
        Server::try_start(arguments).unwrap()
    }

    fn try_start(arguments: &[&str]) -> Result<Server, String> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_verify"))
            .arg("__server")
            .args(python())
            .args(arguments)
            .env_clear()
            .env("SECRET", "of the caller")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let requests = process.stdin.take();
        let mut answers = process.stdout.take().unwrap();
        match read_frame(&mut answers).unwrap() {
            Some(Answer::Ready(ready)) => Ok(Server { process, requests, answers, ready, idle: false }),
            Some(Answer::Failed(why)) => {
                assert_eq!(process.wait().unwrap().code(), Some(3));
                Err(why)
            }
            other => panic!("{other:?}"),
        }
    }

    fn run(&mut self, code: &str) -> Report {
        self.run_within(code, limits())
    }

    fn run_within(&mut self, code: &str, limits: Limits) -> Report {
        self.send(code, limits);
        self.report()
    }

    fn send(&mut self, code: &str, limits: Limits) {
        let job = Job {
            number: 17,
            filename: "<t1>".to_owned(),
            code: code.to_owned(),
            mode: Mode::Script,
            prelude: Vec::new(),
            pieces: Vec::new(),
            probes: Vec::new(),
            limits,
            preload: Vec::new(),
            packages: Default::default(),
            beforehand: Default::default(),
            to_come: 0,
            provisions: None,
            followers: Vec::new(),
            given: None,
            clock_ahead: None,
        };
        write_frame(self.requests.as_mut().unwrap(), &job).unwrap();
    }

    fn report(&mut self) -> Report {
        self.idle = false;
        loop {
            match read_frame(&mut self.answers).unwrap() {
                Some(Answer::Idle) => self.idle = true,
                Some(Answer::Report(report)) => {
                    assert_eq!(report.number, 17);
                    return *report;
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// Runs code that prints, and gives what it printed.
    #[track_caller]
    fn output(&mut self, code: &str) -> String {
        let report = self.run(code);
        assert_eq!(report.end, End::Exited(0), "{}{}", report.stdout.text, report.stderr.text);
        report.stdout.text
    }

    /// Closes the pipe, as the parent does at its end; gives the exit status.
    fn close(mut self) -> Option<i32> {
        self.requests = None;
        self.process.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An orderly end: one who is killed can't take the scratch folder away, where that lies in the host's tree.
        self.requests = None;
        let _ = self.process.wait();
    }
}

fn limits() -> Limits {
    Limits { time: Duration::from_secs(60), cpu_time: Duration::from_secs(240), ..Limits::default() }
}

fn seconds(time: f64) -> Limits {
    Limits { time: Duration::from_secs_f64(time), ..limits() }
}

/// Whether this machine gives all that the sandbox asks for; tests of what only the whole sandbox does are told apart by it, not skipped.
fn whole(server: &Server) -> bool {
    server.ready.sandbox.missing.is_empty()
}

#[test]
fn output_and_exit_status_are_reported() {
    let mut server = Server::start(&[]);
    let report = server.run("import sys; print('zwölf'); print('err', file=sys.stderr); sys.exit(3)");
    assert_eq!((report.end, report.stdout.text.as_str(), report.stderr.text.as_str()), (End::Exited(3), "zwölf\n", "err\n"));
    assert!(
        report.seconds > 0.0 && report.cpu_seconds > 0.0 && report.memory > 1 << 20,
        "{report:?}",
        report = (report.seconds, report.memory)
    );
    assert_eq!(server.close(), Some(0));
}

/// A child starts on its server's processor, and may use all.
#[test]
fn all_processors_are_there() {
    let mut server = Server::start(&[]);
    let own = sched_getaffinity(Pid::from_raw(0)).expect("a set");
    let own = (0..CpuSet::count()).filter(|&number| own.is_set(number) == Ok(true)).count().to_string();
    let code = "import os\nprint(len(os.sched_getaffinity(0)))\n";
    assert_eq!([server.output(code), server.output(code)].map(|output| output.trim().to_owned()), [own.clone(), own]);
}

#[test]
fn files_of_the_host_are_not_there() {
    let mut server = Server::start(&[]);
    let here = env!("CARGO_MANIFEST_DIR");
    let code = format!(
        r#"
import os
def tell(path):
    try:
        if os.path.isdir(path):
            return sorted(os.listdir(path))
        return open(path, 'rb').read(10)
    except OSError as error:
        return type(error).__name__
for path in ['/etc/shadow', '/home', {here:?}, '/var/run/docker.sock', '/sys', '/boot', '/run', '/proc/1/environ', '/proc/1/mem']:
    print(path.rpartition('/')[2], tell(path))
"#
    );
    let output = server.output(&code);
    for line in output.lines() {
        assert!(line.ends_with("FileNotFoundError") || line.ends_with("PermissionError"), "{output}");
    }
    assert_eq!(output.lines().count(), 9);
}

#[test]
fn nothing_outside_the_scratch_can_be_written() {
    let mut server = Server::start(&[]);
    let output = server.output(
        r#"
import os, sys
for path in ['/x', '/usr/x', '/etc/passwd', '/usr/bin/env', '/dev/x', '/proc/sys/kernel/hostname', sys.executable, os.__file__, '/proc/self/oom_score_adj']:
    try:
        open(path, 'ab').write(b'x')
        print(path, 'WRITTEN')
    except OSError as error:
        print(type(error).__name__)
for path in ['x', os.path.expanduser('~/x'), os.environ['TMPDIR'] + '/x', '/dev/null']:
    open(path, 'w').write('x')
os.makedirs('a/b'); os.rename('x', 'a/b/x'); print(open('a/b/x').read())
"#,
    );
    assert!(!output.contains("WRITTEN"), "{output}");
    assert!(output.ends_with("x\n"), "{output}");
}

#[test]
fn an_example_starts_in_fresh_folders() {
    let mut server = Server::start(&[]);
    let leave = r#"
import os
open('file', 'w').write('x')
os.makedirs('locked/inner'); os.chmod('locked/inner', 0); os.chmod('locked', 0)
for root in [os.path.expanduser('~'), os.environ['TMPDIR']]:
    open(os.path.join(root, 'left'), 'w').write('x')
try:
    open('/dev/shm/left', 'w').write('x')
except OSError:
    pass
here = os.getcwd()
for _ in range(2000):
    os.mkdir('deep'); os.chdir('deep')
os.chdir(here); os.rename(here, here + '.moved')
"#;
    let look = "import os; print(os.listdir(), os.listdir(os.path.expanduser('~')), sorted(os.listdir(os.environ['TMPDIR'])), os.path.exists('/dev/shm/left'))";
    let before = server.output(look);
    server.output(leave);
    assert_eq!(server.output(look), before);
}

#[test]
fn the_environment_is_the_same_everywhere() {
    let mut server = Server::start(&[]);
    let output = server.output("import os, time; print(sorted(os.environ)); print(time.tzname, os.environ.get('SECRET'))");
    assert!(output.contains("('UTC', 'UTC') None"), "{output}");
    for name in ["HOME", "PATH", "TMPDIR", "LANG", "PYTHONHASHSEED"] {
        assert!(output.contains(&format!("'{name}'")), "{output}");
    }
}

#[test]
fn the_network_is_its_own() {
    let mut server = Server::start(&[]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let output = server.output(&format!(
        r#"
import socket
for address in [('127.0.0.1', {port}), ('192.0.2.1', 80)]:
    try:
        socket.create_connection(address, timeout=1)
        print('CONNECTED')
    except OSError as error:
        print(type(error).__name__)
"#
    ));
    assert!(!output.contains("CONNECTED"), "{output}");
    if server.ready.sandbox.network == "isolated" {
        let own = r#"
import socket, threading
server = socket.create_server(('127.0.0.1', 0))
threading.Thread(target=lambda: server.accept()[0].sendall(b'hello')).start()
print(socket.create_connection(server.getsockname()).recv(5), socket.getaddrinfo('localhost', 80)[0][4][1], socket.gethostname(), [name for _, name in socket.if_nameindex()][:1])
"#;
        assert_eq!(server.output(own), "b'hello' 80 localhost ['lo']\n");
    }
}

#[test]
fn forbidden_calls_fail_and_the_example_goes_on() {
    let mut server = Server::start(&[]);
    let output = server.output(
        r#"
import ctypes, errno, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *args):
    result = getattr(libc, name)(*args)
    print(name, errno.errorcode.get(ctypes.get_errno()) if result < 0 else 'DONE')
call('unshare', 0x10000000)
call('mount', b'tmpfs', b'/tmp', b'tmpfs', 0, None)
call('chroot', b'/tmp')
call('ptrace', 16, 1, 0, 0)
call('sethostname', b'x', 1)
call('syscall', 165, b'tmpfs', b'/tmp', b'tmpfs', 0, None) if os.uname().machine == 'x86_64' else print('EPERM')
call('syscall', 435, 0, 0)
call('setuid', 54321)
for family in [socket.AF_PACKET, 40, 38]:
    try:
        socket.socket(family, socket.SOCK_RAW)
        print('DONE')
    except OSError as error:
        print(errno.errorcode[error.errno])
"#,
    );
    assert!(!output.contains("DONE"), "{output}");
    assert!(output.contains("unshare EPERM") && output.contains("syscall ENOSYS") && output.contains("EAFNOSUPPORT"), "{output}");
}

#[test]
fn signals_reach_only_what_the_example_started() {
    let mut server = Server::start(&[]);
    // Only where nothing else is in reach: elsewhere this would end the processes of whoever runs the tests.
    if server.ready.sandbox.namespaces.iter().any(|name| name == "pid") {
        for (target, number) in [("-1", "SIGKILL"), ("1", "SIGKILL"), ("os.getppid()", "SIGINT"), ("os.getppid()", "SIGSTOP")] {
            let code = format!("import os, signal\ntry:\n    os.kill({target}, signal.{number})\nexcept OSError: pass\nprint('alive')");
            assert_eq!(server.output(&code), "alive\n", "{target} {number}");
        }
    }
    assert_eq!(server.output("print('next')"), "next\n");
}

#[test]
fn what_is_left_running_is_ended() {
    let mut server = Server::start(&[]);
    let daemon = r#"
import os, time
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(write, str(os.getpid()).encode())
        for fd in range(3): os.close(fd)
        while True: time.sleep(60)
    os._exit(0)
os.wait()
print(os.read(read, 20).decode())
"#;
    let pid = server.output(daemon);
    let look = format!(
        "import os\ntry:\n    os.kill({}, 0); print('ALIVE')\nexcept OSError as error:\n    print(type(error).__name__)",
        pid.trim()
    );
    assert_eq!(server.output(&look), "ProcessLookupError\n");
}

#[test]
fn crashes_are_told() {
    let mut server = Server::start(&[]);
    for (code, end) in [
        ("import os; os._exit(7)", End::Exited(7)),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", End::Signalled(11)),
        ("import ctypes; ctypes.string_at(0)", End::Signalled(11)),
        ("import os; os.abort()", End::Signalled(6)),
    ] {
        assert_eq!(server.run(code).end, end, "{code}");
    }
    // An overflow of the C stack: newer interpreters raise before it comes to that, but it's never an abort of Rust's.
    let deep = "import sys\nsys.setrecursionlimit(10 ** 9)\nclass A:\n    def __repr__(self): return repr(self)\nrepr(A())";
    let end = server.run(deep).end;
    assert!(matches!(end, End::Signalled(11) | End::Exited(1)), "{end:?}");
}

#[test]
fn standard_input_is_empty() {
    let mut server = Server::start(&[]);
    assert_eq!(server.output("import sys; print(repr(sys.stdin.read()))"), "''\n");
}

#[test]
fn the_server_ends_with_its_parent_while_an_example_runs() {
    let mut server = Server::start(&[]);
    server.send("import time; time.sleep(50)", limits());
    assert_eq!(read_frame::<Answer>(&mut server.answers).unwrap(), Some(Answer::Idle));
    assert_eq!(server.close(), Some(0));
}

#[test]
fn a_job_that_is_none_fails() {
    let mut server = Server::start(&[]);
    write_frame(server.requests.as_mut().unwrap(), &"no job").unwrap();
    let answer = read_frame::<Answer>(&mut server.answers).unwrap();
    assert!(matches!(&answer, Some(Answer::Failed(why)) if why.contains("a job can't be read")), "{answer:?}");
    assert_eq!(read_frame::<Answer>(&mut server.answers).unwrap(), None);
    assert_eq!(server.close(), Some(3));
}

#[test]
fn a_wrong_argument_is_told() {
    let why = Server::try_start(&["--nonsense"]).err().unwrap();
    assert!(why.contains("--nonsense"), "{why}");
}

#[test]
fn ordinary_programs_work() {
    let mut server = Server::start(&[]);
    if !whole(&server) {
        // Locks and sockets are among what a poorer sandbox forbids; `each_layer_can_be_missing` has what it leaves.
        return assert_eq!(
            server.output("import subprocess, sys; print(subprocess.check_output([sys.executable, '-c', 'print(1)']))"),
            "b'1\\n'\n"
        );
    }
    let output = server.output(
        r#"
import asyncio, concurrent.futures, getpass, hashlib, multiprocessing, os, pathlib, signal, socket, sqlite3, ssl, subprocess, sys, tempfile, threading, time

def square(x):
    return x * x

if __name__ == '__main__':
    for method in ['fork', 'spawn']:
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(method, pool.map(square, range(4)))
    with multiprocessing.Manager() as manager:
        shared = manager.dict(a=1)
        print('manager', dict(shared))
    lock = multiprocessing.Lock(); lock.acquire(); lock.release()
    print('subprocess', subprocess.run([sys.executable, '-c', 'import json; print(json.dumps([1]))'], capture_output=True, text=True).stdout.strip())
    print('shell', subprocess.check_output('echo $HOME | sed s/h/H/ | awk "{print NF}"', shell=True, text=True).strip())
    with concurrent.futures.ThreadPoolExecutor(50) as executor:
        print('threads', sum(executor.map(square, range(200))))
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, 'x').write_text('y'); print('files', os.listdir(folder))
    print('sqlite', sqlite3.connect('base.db').execute('select 6 * 7').fetchone())
    ssl.create_default_context()
    async def main():
        process = await asyncio.create_subprocess_exec('cat', stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        print('asyncio', (await process.communicate(b'cat'))[0])
        server = await asyncio.start_unix_server(lambda reader, writer: writer.write(b'z') or writer.close(), 'socket')
        reader, writer = await asyncio.open_unix_connection('socket')
        print('unix', await reader.read(1))
    asyncio.run(main())
    print(getpass.getuser(), os.getuid(), os.path.exists('/dev/fd/1'), len(os.urandom(8)), time.strftime('%Z'))
"#,
    );
    let expected = "fork [0, 1, 4, 9]\nspawn [0, 1, 4, 9]\nmanager {'a': 1}\nsubprocess [1]\nshell 1\nthreads 2646700\nfiles ['x']\nsqlite (42,)\nasyncio b'cat'\nunix b'z'\nuser 1000 True 8 UTC\n";
    assert_eq!(output, expected);
}

#[test]
fn shared_memory_of_system_v_does_not_stay() {
    let mut server = Server::start(&[]);
    let code = "import ctypes\nlibc = ctypes.CDLL(None)\nprint(libc.shmget(0x77, 4096, 0o600) >= 0, libc.shmget(0x77, 4096, 0o1600) >= 0, libc.semget(0x77, 1, 0o1600) >= 0, libc.msgget(0x77, 0o1600) >= 0)";
    let first = server.output(code);
    assert!(first.starts_with("False"), "{first}");
    assert_eq!(server.output(code), first);
}

#[test]
fn a_tree_below_tmp_can_be_shown() {
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let shown = folder.path().join("a/b");
    std::fs::create_dir_all(&shown).unwrap();
    std::fs::write(shown.join("module.py"), "answer = 42").unwrap();
    std::fs::write(folder.path().join("a/secret"), "x").unwrap();
    let mut server = Server::start(&["--read", shown.to_str().unwrap()]);
    let code = format!(
        "import os, sys; sys.path.insert(0, {shown:?}); import module; print(module.answer)\ntry:\n    open(os.path.join({shown:?}, 'x'), 'w')\nexcept OSError:\n    print('refused')\ntry:\n    open({:?})\nexcept OSError:\n    print('hidden')",
        folder.path().join("a/secret")
    );
    for _ in 0..2 {
        assert_eq!(server.output(&code), "42\nrefused\nhidden\n");
    }
    assert!(!shown.join("x").exists());
}

#[test]
fn notes_that_are_none_are_told() {
    let mut server = Server::start(&[]);
    let code = "import os\nfor fd in range(3, 1024):\n    try:\n        os.write(fd, b'junk\\n')\n    except OSError: pass";
    let report = server.run(code);
    assert!(matches!(&report.end, End::Garbled(why) if why.contains("junk")), "{:?}", report.end);
}

#[test]
fn the_end_is_noted_once_even_if_two_processes_come_to_it() {
    let mut server = Server::start(&[]);
    let report = server.run("import os\nchild = os.fork()\nif child: os.wait()\nprint('end', flush=True)");
    assert_eq!((report.end, report.stdout.text.as_str()), (End::Exited(0), "end\nend\n"));
    assert_eq!(report.notes.iter().filter(|note| **note == Note::Finished).count(), 1);
}
