//! Bad input through the real binary: a clear message at its place, an exit code, and none of the other results lost.

mod common;

use std::{
    fs::{self, OpenOptions},
    io::Read,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use common::{Call, command, finish, folder_of, verify_in};

const GOOD: &str = "```python id=good.1\nprint(6 * 7)  # 42\n```\n";

/// A folder with `good.md` and one more document.
fn beside_good(name: &str, bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("good.md"), GOOD).expect("a document");
    fs::write(folder.path().join(name), bytes).expect("a document");
    folder
}

fn check(folder: &Path) -> Call {
    verify_in(folder, &["--format", "json", "."])
}

fn good_is_there(call: &Call) {
    assert_eq!(call.example("good.1")["claims"][0]["verdict"], "holds", "{}", call.stdout);
}

fn problem(call: &Call) -> String {
    call.json()["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(|problem| problem["message"].as_str().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn binary_document() {
    let folder = beside_good("bad.md", b"\x7fELF\x00\x00\x01\x02");
    let call = check(folder.path());
    assert_eq!(call.code, Some(2), "{}", call.stderr);
    assert!(problem(&call).contains("bad.md"), "{}", problem(&call));
    good_is_there(&call);
}

#[test]
fn document_that_is_not_utf8() {
    let folder = beside_good("bad.md", b"# Title\n\ncaf\xe9\n");
    let call = check(folder.path());
    assert_eq!(call.code, Some(2));
    assert!(problem(&call).contains("bad.md:3:4"), "{}", problem(&call));
    good_is_there(&call);
}

#[test]
fn missing_document() {
    let folder = beside_good("other.md", b"");
    let call = verify_in(folder.path(), &["nowhere.md"]);
    assert_eq!(call.code, Some(2));
    assert!(call.stderr.contains("nowhere.md: no such file"), "{}", call.stderr);
}

#[test]
fn empty_document_runs_nothing_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("empty.md"), "").expect("a document");
    let call = verify_in(folder.path(), &["empty.md"]);
    assert_eq!(call.code, Some(4));
    assert!((call.stdout + &call.stderr).contains("nothing was run"));
}

#[test]
fn broken_front_matter_is_said_at_its_line() {
    let folder = beside_good("bad.md", b"---\nquestion: x\nacknowledgd: []\n---\n```python id=b.1\nprint(1)  # 1\n```\n");
    let call = check(folder.path());
    assert_eq!(call.code, Some(2));
    let message = problem(&call);
    assert!(message.contains("bad.md:3:") && message.contains("did you mean `acknowledged`?"), "{message}");
    good_is_there(&call);
    assert_eq!(call.example("b.1")["claims"][0]["verdict"], "holds");
}

#[test]
fn duplicate_id_names_both_places() {
    let folder = beside_good("same.md", b"text\n\n```python id=good.1\nprint(1)  # 1\n```\n");
    let call = check(folder.path());
    assert_eq!(call.code, Some(2));
    let message = problem(&call);
    assert!(message.contains("good.md:2") && message.contains("same.md:4") && message.contains("`good.1`"), "{message}");
    good_is_there(&call);
}

#[test]
fn unknown_id_suggests_the_nearest() {
    let folder = beside_good("other.md", b"");
    let call = verify_in(folder.path(), &[".", "--snippet", "goood.1"]);
    assert_eq!(call.code, Some(2));
    assert!(call.stderr.contains("did you mean `good.1`?"), "{}", call.stderr);
}

#[test]
fn invalid_python_keeps_its_place() {
    let folder = beside_good("bad.md", b"```python id=b.1\nx = 1\nif x is None:\n```\n");
    let call = check(folder.path());
    assert_eq!(call.code, Some(1));
    let example = call.example("b.1");
    assert_eq!(example["outcome"], "invalid");
    assert_eq!(example["stopped_at"], 3, "{example}");
    good_is_there(&call);
}

#[test]
fn nul_byte_in_an_example() {
    let folder = beside_good("bad.md", b"```python id=b.1\nx = 'a\\x00b'\nprint(len(x))  # 3\n```\n");
    let call = check(folder.path());
    assert_eq!(call.code, Some(0), "{}", call.stdout);
    let folder = beside_good("bad.md", b"```python id=b.1\nx = 1\0\n```\n");
    let call = check(folder.path());
    assert_ne!(call.code, Some(0));
    assert!(call.stdout.contains("bad.md:2: byte 0x00"), "{}", call.stdout);
    good_is_there(&call);
}

#[test]
fn lone_surrogate_is_printed_as_python_shows_it() {
    let folder = beside_good("bad.md", b"```python id=b.1\nx = '\\ud800'\nx  # '\\ud800'\nprint(x)\n```\n");
    let call = check(folder.path());
    let example = call.example("b.1");
    assert_eq!(example["claims"][0]["verdict"], "holds", "{example}");
    assert_eq!(example["outcome"], "raised", "{example}");
    good_is_there(&call);
}

#[test]
fn crlf_bom_and_tabs_keep_lines_and_columns() {
    let folder = beside_good("bad.md", b"\xef\xbb\xbftext\r\n\r\n```python id=b.1\r\nif True:\r\n\tprint(1)  # 2\r\n```\r\n");
    let call = check(folder.path());
    assert_eq!(call.code, Some(1));
    let claim = &call.example("b.1")["claims"][0];
    assert_eq!((&claim["line"], &claim["column"], &claim["verdict"]), (&5.into(), &14.into(), &"wrong".into()));
    good_is_there(&call);
}

#[test]
fn missing_interpreter() {
    let folder = beside_good("other.md", b"");
    let call = verify_in(folder.path(), &[".", "--python", "/nowhere/python3"]);
    assert_eq!(call.code, Some(2));
    assert!(call.stderr.contains("/nowhere/python3"), "{}", call.stderr);
    let call = verify_in(folder.path(), &[".", "--python", "3.99"]);
    assert_eq!(call.code, Some(2));
    assert!(call.stderr.contains("3.99"), "{}", call.stderr);
}

#[test]
fn full_disk() {
    let folder = beside_good("other.md", b"");
    let full = OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let call = finish_with_stdout(folder.path(), full.into());
    assert_eq!(call.code, Some(3));
    assert!(call.stderr.contains("can't be written"), "{}", call.stderr);
}

#[test]
fn closed_pipe_is_silent_and_keeps_the_exit_code() {
    let folder = beside_good("wrong.md", b"```python\nprint(1)  # 2\n```\n");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let call = finish_with_stdout(folder.path(), writer.into());
    assert_eq!((call.code, call.stderr.as_str()), (Some(1), ""));
}

fn finish_with_stdout(folder: &Path, stdout: Stdio) -> Call {
    let output = command(folder)
        .arg(".")
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs")
        .wait_with_output()
        .expect("it ends");
    Call { code: output.status.code(), stdout: String::new(), stderr: String::from_utf8_lossy(&output.stderr).into_owned() }
}

#[test]
fn unknown_setting() {
    let folder = beside_good("other.md", b"");
    fs::write(folder.path().join("verify.toml"), "[limits]\ntimeot = 1\n").expect("a configuration");
    let call = verify_in(folder.path(), &["."]);
    assert_eq!(call.code, Some(2));
    assert!(call.stderr.contains("verify.toml:2:1") && call.stderr.contains("did you mean `timeout`?"), "{}", call.stderr);
}

#[test]
fn killed_server_is_replaced() {
    // The example ends its own server's world as far as it can; whatever comes of it, the neighbours' results are there.
    let folder = beside_good("a.md", b"```python id=a.1\nimport os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nprint(1)  # 1\n```\n");
    let call = check(folder.path());
    good_is_there(&call);
    assert_ne!(call.example("a.1")["outcome"], "skipped");
}

#[test]
fn interrupt_shows_what_is_known() {
    let folder = beside_good("z.md", b"```python id=z.1\nimport time\ntime.sleep(60)\n```\n");
    fs::write(folder.path().join("verify.toml"), "[limits]\ntimeout = 100\n").expect("a configuration");
    let mut process =
        command(folder.path()).args([".", "--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    // The good example is done long before the sleeping one; a late signal changes nothing but the wait.
    std::thread::sleep(Duration::from_secs(2));
    let id = nix::unistd::Pid::from_raw(process.id() as i32);
    nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGINT).expect("it still runs");
    let mut stdout = String::new();
    process.stdout.take().expect("a pipe").read_to_string(&mut stdout).expect("text");
    assert_eq!(process.wait().expect("it ends").code(), Some(130));
    let call = Call { code: Some(130), stdout, stderr: String::new() };
    good_is_there(&call);
}

#[test]
fn huge_document_is_refused_with_its_bound() {
    let folder = beside_good("other.md", b"");
    let huge = fs::File::create(folder.path().join("huge.md")).expect("a file");
    huge.set_len(1 << 30).expect("a sparse file");
    let call = check(folder.path());
    assert_eq!(call.code, Some(2));
    assert!(problem(&call).contains("huge.md"), "{}", problem(&call));
    good_is_there(&call);
}

#[test]
fn unreadable_document() {
    let folder = beside_good("other.md", b"");
    // A folder that's named as a document is unreadable for every user, the root too.
    fs::create_dir(folder.path().join("folder.md")).expect("a folder");
    std::os::unix::fs::symlink("nowhere", folder.path().join("dangling.md")).expect("a link");
    let call = finish(command(folder.path()).args(["--format", "json", "good.md", "dangling.md"]));
    assert_eq!(call.code, Some(2), "{}", call.stderr);
}

#[test]
fn closed_input_reaches_examples_as_end_of_file() {
    let folder = beside_good("bad.md", b"```python id=b.1\ninput()  # EOFError\n```\n");
    let call = check(folder.path());
    assert_eq!(call.example("b.1")["claims"][0]["verdict"], "holds", "{}", call.stdout);
}

/// What is kept of the harness is compiled anew where it can't be read.
#[test]
fn a_broken_cache_is_made_up_for() {
    let folder = folder_of(&[("page.md", "```python\n1 + 1  # 2\n```\n")]);
    let cache = folder.path().join("cache/verify");
    let check = || finish(command(folder.path()).args(["page.md"]).env("XDG_CACHE_HOME", folder.path().join("cache")));
    let first = check();
    assert_eq!(first.code, Some(0), "{}{}", first.stdout, first.stderr);
    let is_kept = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "marshal");
    let kept = fs::read_dir(&cache).expect("a cache").map(|entry| entry.expect("an entry").path()).find(is_kept).expect("a harness");
    let whole = fs::read(&kept).expect("a file");
    for broken in [&whole[..0], &whole[..2], &whole[..whole.len() / 2], b"no code of any interpreter"] {
        fs::write(&kept, broken).expect("a file");
        let again = check();
        assert_eq!(again.code, Some(0), "{}{}", again.stdout, again.stderr);
    }
}
