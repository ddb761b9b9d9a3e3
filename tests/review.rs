//! `verify review` through the real binary, on a pseudo terminal.

mod common;

use std::{
    fs::{self, File},
    io::{Read, Write},
    os::fd::OwnedFd,
    path::Path,
    process::{Child, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use common::{command, finish, folder_of, verify_in};
use nix::pty::{OpenptyResult, Winsize, openpty};

/// How long an answer of the program may take: long enough for any machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// A review that runs on a terminal of its own.
struct Review {
    process: Child,
    keys: File,
    shown: Receiver<Vec<u8>>,
    /// All that was shown so far, and how much of it was looked at.
    text: String,
    at: usize,
}

impl Review {
    fn start(folder: &Path, arguments: &[&str], color: bool) -> Review {
        let size = Winsize { ws_row: 40, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };
        let OpenptyResult { master, slave } = openpty(&size, None).expect("a terminal");
        let end = |slave: &OwnedFd| Stdio::from(slave.try_clone().expect("a descriptor"));
        let mut call = command(folder);
        call.arg("review").args(arguments).stdin(end(&slave)).stdout(end(&slave)).stderr(Stdio::null()).env("TERM", "xterm");
        if !color {
            call.env("NO_COLOR", "1");
        }
        let process = call.spawn().expect("the binary runs");
        drop((call, slave));
        let keys = File::from(master);
        let mut output = keys.try_clone().expect("a descriptor");
        let (sender, shown) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The terminal's end is an error of its master's.
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Review { process, keys, shown, text: String::new(), at: 0 }
    }

    /// Waits for a text behind all that was waited for before.
    fn expect(&mut self, wanted: &str) -> &mut Review {
        loop {
            if let Some(found) = self.text[self.at..].find(wanted) {
                self.at += found + wanted.len();
                return self;
            }
            match self.shown.recv_timeout(PATIENCE) {
                Ok(bytes) => self.text.push_str(&String::from_utf8_lossy(&bytes).replace('\r', "")),
                Err(error) => panic!("`{wanted}` wasn't shown ({error}):\n{}", self.text),
            }
        }
    }

    fn key(&mut self, key: &str) -> &mut Review {
        self.keys.write_all(key.as_bytes()).expect("the terminal takes it");
        self
    }

    /// Waits for its end: the exit code, and all that was shown.
    fn end(mut self) -> (Option<i32>, String) {
        while let Ok(bytes) = self.shown.recv_timeout(PATIENCE) {
            self.text.push_str(&String::from_utf8_lossy(&bytes).replace('\r', ""));
        }
        let status = self.process.wait().expect("it ends");
        (status.code(), self.text)
    }
}

const DOCUMENT: &str = "\
# Numbers

```python id=one
len('ab')  # 3
sum([1, 2])  # 4
max(3, 5)  # 6
```

```python id=two
print('said')
len('abc')  # 4
```
";

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("a file")
}

#[test]
fn each_edit_is_asked_about_and_what_is_accepted_is_written() {
    let folder = folder_of(&[("a.md", DOCUMENT)]);
    let mut review = Review::start(folder.path(), &["a.md"], false);
    review.expect("a.md:4:14  1 of 4\n").expect("claimed  3\n").expect("seen     2\n");
    review.expect("-len('ab')  # 3\n+len('ab')  # 2\n").expect("write this? [a,r,s,e,A,q,?] ").key("a");
    review.expect("a.md:5:16  2 of 4").expect("write this?").key("s");
    review.expect("a.md:6:14  3 of 4").expect("write this?").key("x").expect("Ctrl-C  leave").expect("write this?").key("r");
    // The whole example, with what it printed, and the same question again.
    review.expect("4 of 4").expect("write this?").key("e").expect("10 │ print('said')").expect("printed\n  said\n");
    review.expect("4 of 4").expect("write this?").key("a");
    assert_eq!(read(&folder, "a.md"), DOCUMENT, "nothing is written before the document is gone through");
    review.expect("2 of 4, once more").expect("write this?").key("a");
    let (code, shown) = review.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("a.md: written (3 of 4)") && shown.contains("4 reviewed: 3 written, 1 rejected"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colours: {shown:?}");
    let expected =
        DOCUMENT.replace("# 3\n", "# 2\n").replace("sum([1, 2])  # 4", "sum([1, 2])  # 3").replace("('abc')  # 4", "('abc')  # 3");
    assert_eq!(read(&folder, "a.md"), expected);
}

#[test]
fn quitting_writes_what_was_accepted_and_an_interruption_nothing() {
    let folder = folder_of(&[("a.md", DOCUMENT), ("b.md", "```python\nlen('a')  # 2\n```\n")]);
    let mut review = Review::start(folder.path(), &["a.md", "b.md"], true);
    review.expect("1 of 5").expect("write this?").key("a").expect("2 of 5").expect("write this?").key("\u{3}");
    let (code, shown) = review.end();
    assert_eq!(code, Some(130), "{shown}");
    assert!(shown.contains("interrupted: nothing was written into a.md") && shown.contains("\u{1b}["), "{shown:?}");
    assert_eq!(read(&folder, "a.md"), DOCUMENT);
    let mut review = Review::start(folder.path(), &["a.md", "b.md"], false);
    review.expect("1 of 5").expect("write this?").key("a").expect("2 of 5").expect("write this?").key("q");
    let (code, shown) = review.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("5 reviewed: 1 written, 4 left"), "{shown}");
    assert_eq!(read(&folder, "a.md"), DOCUMENT.replace("# 3\n", "# 2\n"));
    assert!(read(&folder, "b.md").contains("# 2"));
    // All that are left of the document, and the next one is asked about.
    let mut review = Review::start(folder.path(), &["a.md", "b.md"], false);
    review.expect("1 of 4").expect("write this?").key("A").expect("a.md: written (3 of 3)");
    review.expect("b.md:2:13  4 of 4").expect("write this?").key("r");
    assert_eq!(review.end().0, Some(0));
    assert_eq!(verify_in(folder.path(), &["a.md"]).code, Some(0));
}

/// A file that changes meanwhile is left alone, whatever was answered.
#[test]
fn a_file_that_changed_is_not_written() {
    let folder = folder_of(&[("a.md", "```python\nlen('a')  # 2\nlen('ab')  # 3\n```\n")]);
    let mut review = Review::start(folder.path(), &["a.md"], false);
    review.expect("1 of 2").expect("write this?").key("a").expect("2 of 2").expect("write this?");
    fs::write(folder.path().join("a.md"), "another\n").expect("a file");
    review.key("a");
    let (code, shown) = review.end();
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("a.md: has changed since it was read"), "{shown}");
    assert_eq!(read(&folder, "a.md"), "another\n");
}

#[test]
fn pending_results_are_approved_or_taken_away() {
    let folder = folder_of(&[
        ("verify.toml", ""),
        ("expected/a.snap", "---\nsource: tests/x.rs\n---\nold\n"),
        ("expected/a.snap.new", "---\nsource: tests/x.rs\nassertion_line: 9\n---\nnew\n"),
        ("expected/b.snap.new", "---\nsource: tests/x.rs\n---\nfirst\n"),
        ("expected/c.snap.new", "---\nsource: tests/x.rs\n---\nlater\n"),
    ]);
    let mut review = Review::start(folder.path(), &[], false);
    review.expect("expected/a.snap.new  1 of 3").expect("-old\n+new\n").expect("approve this? [a,r,s,q,?] ").key("a");
    review.expect("2 of 3").expect("nothing is approved so far").expect("+first\n").expect("approve this?").key("r");
    review.expect("3 of 3").expect("approve this?").key("s");
    let (code, shown) = review.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("3 reviewed: 1 approved, 1 rejected, 1 left"), "{shown}");
    assert_eq!(read(&folder, "expected/a.snap"), "---\nsource: tests/x.rs\n---\nnew\n");
    let mut left: Vec<String> = fs::read_dir(folder.path().join("expected"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert_eq!(left, ["a.snap", "c.snap.new"]);
}

#[test]
fn who_cant_be_asked_is_told_what_to_do() {
    let folder = folder_of(&[("a.md", DOCUMENT)]);
    for arguments in [&["review", "a.md"][..], &["review", "a.md", "--format", "json"], &["review", "-"]] {
        let call = finish(command(folder.path()).args(arguments));
        assert_eq!((call.code, call.stdout.as_str()), (Some(2), ""), "{arguments:?}: {}", call.stderr);
    }
    let call = verify_in(folder.path(), &["review", "a.md"]);
    assert!(
        call.stderr.contains("no terminal") && call.stderr.contains("verify --diff") && call.stderr.contains("--fix"),
        "{}",
        call.stderr
    );
    assert_eq!(read(&folder, "a.md"), DOCUMENT);
}

#[test]
fn where_all_is_right_nothing_is_asked() {
    let folder = folder_of(&[("a.md", "```python\nlen('a')  # 1\n```\n")]);
    let (code, shown) = Review::start(folder.path(), &["a.md"], false).end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("nothing to review"), "{shown}");
}
