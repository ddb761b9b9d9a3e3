//! Limits: what uses too much is ended, and told.

use super::*;

#[test]
fn an_endless_loop_is_timed_out() {
    let mut server = Server::start(&[]);
    let report = server.run_within("print('before', flush=True)\nwhile True: pass", seconds(0.5));
    assert_eq!((report.end, report.stdout.text.as_str()), (End::TimedOut, "before\n"));
    assert!(report.cpu_seconds > 0.1, "{}", report.cpu_seconds);
    assert_eq!(server.output("print('next')"), "next\n");
}

#[test]
fn an_example_that_ignores_sigterm_is_killed() {
    let mut server = Server::start(&[]);
    let code = "import signal, time\nsignal.signal(signal.SIGTERM, lambda *_: print('asked', flush=True))\nwhile True: time.sleep(1)";
    let report = server.run_within(code, seconds(1.0));
    assert_eq!((report.end, report.stdout.text.as_str()), (End::TimedOut, "asked\n"));
}

#[test]
fn an_output_bomb_is_cut() {
    let mut server = Server::start(&[]);
    let report = server.run_within("while True: print('x' * 1000)", Limits { output: 100_000, ..limits() });
    assert_eq!(report.end, End::OutputLimit);
    assert!(report.stdout.truncated && report.stdout.text.len() == 100_000, "{}", report.stdout.text.len());
}

#[test]
fn a_memory_bomb_raises() {
    let mut server = Server::start(&[]);
    let limits = Limits { memory: 512 << 20, ..limits() };
    let report = server.run_within("try:\n    x = bytearray(1 << 30)\nexcept MemoryError:\n    print('MemoryError')", limits);
    assert_eq!((report.end, report.stdout.text.as_str()), (End::Exited(0), "MemoryError\n"));
}

#[test]
fn a_fork_bomb_is_bounded() {
    let mut server = Server::start(&[]);
    let code = "import os, time\nmade = 0\ntry:\n    while made < 500:\n        if os.fork() == 0:\n            time.sleep(60)\n            os._exit(0)\n        made += 1\nexcept BlockingIOError:\n    print('refused', made)";
    let report = server.run_within(code, Limits { processes: 20, ..limits() });
    if whole(&server) {
        assert_eq!((report.end, report.stdout.text.as_str()), (End::Exited(0), "refused 19\n"));
    }
    let recursive = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass";
    assert_eq!(server.run_within(recursive, Limits { processes: 20, ..seconds(0.5) }).end, End::TimedOut);
    assert_eq!(server.output("print('next')"), "next\n");
}

#[test]
fn a_file_bomb_is_bounded() {
    let mut server = Server::start(&[]);
    let code = "try:\n    with open('big', 'wb') as file:\n        while True: file.write(bytes(1 << 20))\nexcept OSError as error:\n    print(type(error).__name__)";
    assert_eq!(server.output(code), "OSError\n");
}

#[test]
fn a_sleeping_example_is_called_idle_and_a_busy_one_is_not() {
    let mut server = Server::start(&[]);
    server.output("import time; time.sleep(0.5)");
    assert!(server.idle);
    server.output("import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass");
    assert!(!server.idle);
}

#[test]
fn limits_without_bounds_are_none() {
    let mut server = Server::start(&[]);
    let all = Limits {
        time: Duration::MAX,
        memory: u64::MAX,
        output: u64::MAX,
        processes: u64::MAX,
        cpu_time: Duration::MAX,
        open_files: u64::MAX,
        file_size: u64::MAX,
        scratch_size: u64::MAX,
    };
    let report = server.run_within("print(1)", all);
    assert_eq!((report.end, report.stdout.text.as_str()), (End::Exited(0), "1\n"));
}

#[test]
fn processes_together_are_bounded_and_what_they_share_counts_once() {
    let mut server = Server::start(&[]);
    let fork = |bytes: u32, wait: f64| {
        format!(
            "import os, time\nshared = bytearray(os.urandom(1 << 20)) * 100\nfor _ in range(6):\n    if os.fork() == 0:\n        own = bytearray(os.urandom(1 << 10)) * {}\n        time.sleep({wait})\n        os._exit(0)\nfor _ in range(6): os.wait()\nprint('done')",
            bytes >> 10
        )
    };
    let limits = Limits { memory: 512 << 20, ..limits() };
    let report = server.run_within(&fork(1 << 20, 0.5), limits);
    assert_eq!((report.end, report.stdout.text.as_str()), (End::Exited(0), "done\n"));
    if server.ready.sandbox.namespaces.iter().any(|name| name == "pid") {
        assert_eq!(server.run_within(&fork(200 << 20, 30.0), limits).end, End::MemoryLimit);
    }
}
