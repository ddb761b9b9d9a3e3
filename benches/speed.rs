//! How fast `verify` is, as ratios of what runs side by side in one run: `cargo bench --bench speed` (`-- containment`, `-- preload`: that
//! alone).
//!
//! Each comparison is made several times in turn (A B C, A B C, …) and the median of the ratios is printed, so that a machine that
//! speeds up or slows down meanwhile changes both sides.

#![expect(clippy::print_stdout, reason = "a benchmark's table")]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

const VERIFY: &str = env!("CARGO_BIN_EXE_verify");
const JOBS: usize = 2;
const ROUNDS: usize = 5;

fn main() {
    // `cargo test --benches` calls a benchmark with `--test`: there is nothing to measure then.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    if std::env::args().any(|argument| argument == "containment") {
        return containment(folder.path());
    }
    let python = interpreter();
    if std::env::args().any(|argument| argument == "preload") {
        return preloaded(folder.path(), &python);
    }
    println!("{:<66} {:>9}", "median of the ratios", "ratio");
    isolated_examples(folder.path(), &python);
    containment(folder.path());
    single_snippet(&python);
    sleepers(folder.path());
    preloaded(folder.path(), &python);
    documents();
    growth(folder.path());
}

/// 1,000 trivial examples, each isolated: against a process each, and against bare forks of an interpreter that is as warm as a server.
fn isolated_examples(folder: &Path, python: &Path) {
    let count = 1_000;
    let document = trivial(folder, count);
    let mut processes = Vec::new();
    let mut forks = Vec::new();
    let mut running = Vec::new();
    for _ in 0..ROUNDS {
        let ours = seconds(|| check(&[document.as_os_str()]));
        let process_each = seconds(|| process_each(python, count));
        let bare = seconds(|| bare_forks(python, count, "pass"));
        let runs = seconds(|| bare_forks(python, count, RUN));
        processes.push(process_each / ours);
        forks.push(ours / bare);
        running.push(ours / runs);
    }
    row("a `python` process each / verify, 1,000 examples (at least 8)", &mut processes);
    row("verify / bare forks that do nothing (at most 2.5)", &mut forks);
    row("verify / bare forks that run the examples", &mut running);
}

/// What containment costs: the same examples in the sandbox, and without.
fn containment(folder: &Path) {
    let document = trivial(folder, 1_000);
    let mut ratios = Vec::new();
    for round in 0..2 * ROUNDS {
        // Each of the two is first as often as the other.
        let run = |sandboxed: bool| {
            let mut call = Command::new(VERIFY);
            call.args(["--jobs", &JOBS.to_string()]).args((!sandboxed).then_some("--no-sandbox")).arg(&document);
            seconds(|| quiet(&mut call))
        };
        let (with, without) = if round % 2 == 0 {
            let with = run(true);
            (with, run(false))
        } else {
            let without = run(false);
            (run(true), without)
        };
        ratios.push(with / without);
    }
    row("1,000 examples in the sandbox / with --no-sandbox (at most 1.2)", &mut ratios);
}

/// One snippet while editing, against the start of an interpreter.
fn single_snippet(python: &Path) {
    let mut ratios = Vec::new();
    for _ in 0..4 * ROUNDS {
        let ours = seconds(|| quiet(Command::new(VERIFY).args(["--snippet", "q10.1"]).current_dir(env!("CARGO_MANIFEST_DIR"))));
        let start = seconds(|| quiet(Command::new(python).args(["-c", "pass"])));
        ratios.push(ours / start);
    }
    row("verify --snippet q10.1 / python -c pass (at most 3)", &mut ratios);
}

/// Examples that only sleep: the time of all against the time of the longest.
fn sleepers(folder: &Path) {
    let mut text = String::new();
    for number in 0..20 {
        let _ =
            writeln!(text, "```python\nimport time\ntime.sleep({})\nprint({number})  # {number}\n```\n", 0.5 + 0.05 * f64::from(number));
    }
    let document = folder.join("sleepers.md");
    fs::write(&document, text).expect("a document");
    let mut ratios: Vec<f64> = (0..ROUNDS).map(|_| seconds(|| check(&[document.as_os_str()])) / 1.45).collect();
    row("20 sleeping examples / the longest of them (their sum: 13.4 times as long)", &mut ratios);
}

/// A hundred examples that import a package, which is imported once or by each of them. The package is one that is slow to import: it's made of as many
/// small modules as NumPy has.
fn preloaded(folder: &Path, python: &Path) {
    let environment = folder.join("environment");
    quiet(Command::new(python).args(["-m", "venv", "--without-pip"]).arg(&environment));
    let site_packages = fs::read_dir(environment.join("lib")).expect("a folder").next().expect("a version").expect("an entry").path();
    let package = site_packages.join("site-packages/large");
    fs::create_dir_all(&package).expect("a package");
    let mut all = String::new();
    for number in 0..150 {
        let functions =
            (0..30).fold(String::new(), |text, name| text + &format!("def f{name}(a, b=1, *c, d=2, **e):\n    return a + b * {name}\n"));
        fs::write(package.join(format!("part{number}.py")), functions).expect("a module");
        let _ = writeln!(all, "from . import part{number}");
    }
    fs::write(package.join("__init__.py"), all).expect("a module");
    // As an installer does: compiled beforehand.
    quiet(Command::new(environment.join("bin/python")).args(["-m", "compileall", "-q"]).arg(&package));
    let document: String =
        (0..100).map(|number| format!("```python\nimport large\nlarge.part1.f2({number})  # {}\n```\n\n", number + 2)).collect();
    let time = |configuration: &str| {
        let project = folder.join(if configuration.is_empty() { "by-default" } else { "by-each" });
        fs::create_dir_all(&project).expect("a folder");
        fs::write(project.join("verify.toml"), configuration).expect("a configuration");
        fs::write(project.join("page.md"), &document).expect("a document");
        let mut call = Command::new(VERIFY);
        call.args(["--jobs", &JOBS.to_string(), "--python"]).arg(&environment).arg("page.md").current_dir(&project);
        seconds(|| quiet(&mut call))
    };
    let mut ratios: Vec<f64> = (0..ROUNDS).map(|_| time("preload = []\n") / time("")).collect();
    row("100 examples that import a package of 150 modules: with `preload = []` / by default", &mut ratios);
}

/// The documents' own examples: the time of all against the time of the longest.
fn documents() {
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/documents");
    if !documents.is_dir() {
        return println!("left out: the documents aren't there");
    }
    let mut ratios = Vec::new();
    for _ in 0..3 {
        let mut call = Command::new(VERIFY);
        call.args(["--format", "json", "--jobs", &JOBS.to_string(), "--documents"]).arg(&documents).current_dir(env!("CARGO_MANIFEST_DIR"));
        let begin = Instant::now();
        let output = call.stderr(Stdio::null()).output().expect("verify runs");
        let all = begin.elapsed().as_secs_f64();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let examples = report["examples"].as_array().expect("examples");
        let longest = examples.iter().filter_map(|example| example["seconds"].as_f64()).fold(0.0, f64::max);
        ratios.push(all / longest);
    }
    row("all examples of the documents / the longest of them", &mut ratios);
}

/// Time per example and the parent's memory, as the number of examples grows.
fn growth(folder: &Path) {
    for count in [200, 2_000, 20_000] {
        let document = trivial(folder, count);
        let begin = Instant::now();
        let mut call = Command::new(VERIFY);
        call.args(["--format", "json", "--jobs", &JOBS.to_string()]).arg(&document).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = call.spawn().expect("verify runs");
        let mut peak = 0;
        while process.try_wait().expect("the process is ours").is_none() {
            peak = peak.max(resident(process.id()));
            thread::sleep(Duration::from_millis(20));
        }
        let each = begin.elapsed().as_secs_f64() * 1e3 / count as f64;
        println!("{count:>6} examples: {each:.2} ms each, the parent's memory at most {:.0} MB (below 100)", peak as f64 / 1e6);
    }
}

/// A document with so many trivial examples, each with a claim that holds.
fn trivial(folder: &Path, count: usize) -> PathBuf {
    let mut text = String::new();
    for number in 0..count {
        let _ = writeln!(text, "```python\nx = {number}\nprint(x + 1)  # {}\n```\n", number + 1);
    }
    let document = folder.join(format!("trivial-{count}.md"));
    fs::write(&document, text).expect("a document");
    document
}

fn check(documents: &[&std::ffi::OsStr]) {
    quiet(Command::new(VERIFY).args(["--jobs", &JOBS.to_string()]).args(documents));
}

fn process_each(python: &Path, count: usize) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..JOBS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    quiet(Command::new(python).args(["-c", &format!("x = {number}\nprint(x + 1)")]));
                }
            });
        }
    });
}

/// What runs one of the examples, in a fork.
const RUN: &str = "exec(compile(f'x = {number}\\nprint(x + 1)', 'main.py', 'exec'), {'__name__': '__main__'}); sys.stdout.flush()";

/// Forks, one after the other, of interpreters that have imported what a server has.
fn bare_forks(python: &Path, count: usize, work: &str) {
    let script = format!(
        "import ast, functools, json, linecache, os, sys, tokenize, traceback, unicodedata, warnings
for number in range({}):
    child = os.fork()
    if not child:
        {work}
        os._exit(0)
    os.waitpid(child, 0)
",
        count / JOBS
    );
    let mut call = Command::new(python);
    call.args(["-c", &script]).stdout(Stdio::null());
    let children: Vec<_> = (0..JOBS).map(|_| call.spawn().expect("python runs")).collect();
    for mut child in children {
        child.wait().expect("python ends");
    }
}

fn quiet(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the command runs");
    assert!(status.success(), "{command:?} ended with {status}");
}

fn seconds(work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    begin.elapsed().as_secs_f64()
}

fn row(name: &str, ratios: &mut [f64]) {
    ratios.sort_by(f64::total_cmp);
    println!("{name:<66} {:>9.2}", ratios[ratios.len() / 2]);
}

/// The interpreter itself, past any shim: a shim's own start would count against `python`.
fn interpreter() -> PathBuf {
    let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().expect("python3 runs");
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
}
