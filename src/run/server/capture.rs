//! What an example writes: its output, in memory, and the notes of its harness, from a pipe.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read},
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::fs::{FileExt, MetadataExt},
    },
};

use nix::{
    fcntl::{FcntlArg, OFlag, SealFlag, fcntl},
    sys::memfd::{MFdFlags, memfd_create},
    unistd::pipe2,
};

use crate::run::protocol::{Captured, Ended, Note};

/// Bytes of notes at most.
const NOTES_LIMIT: usize = 16 << 20;
/// Bytes that the pipe of notes holds, so that the harness seldom waits for the server. As much as anybody may ask for.
const PIPE_BYTES: i32 = 1 << 20;

/// A file in memory that takes one of an example's output streams. It only grows: an example can't take back what it wrote.
pub struct Capture(File);

impl Capture {
    /// An empty one; `name` shows in `/proc` only.
    pub fn new(name: &std::ffi::CStr) -> io::Result<Capture> {
        let file = File::from(memfd_create(name, MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING)?);
        fcntl(&file, FcntlArg::F_ADD_SEALS(SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_SEAL))?;
        // Several processes write to it, each at its end.
        fcntl(&file, FcntlArg::F_SETFL(OFlag::O_APPEND))?;
        Ok(Capture(file))
    }

    /// Bytes written so far.
    pub fn size(&self) -> u64 {
        self.0.metadata().map_or(0, |metadata| metadata.len())
    }

    /// The device on which files in memory lie.
    pub fn device(&self) -> u64 {
        self.0.metadata().map_or(0, |metadata| metadata.dev())
    }

    /// What was written from there on and up to there, `limit` bytes at most.
    pub fn read(&self, from: u64, to: u64, limit: u64) -> io::Result<Captured> {
        let size = to.min(self.size()).saturating_sub(from);
        let mut bytes = vec![0; usize::try_from(size.min(limit)).unwrap_or(usize::MAX)];
        self.0.read_exact_at(&mut bytes, from)?;
        Ok(Captured { text: text_of_same_length(&bytes, size > limit), truncated: size > limit })
    }
}

impl AsFd for Capture {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The text, with a `?` for each byte that isn't UTF-8, so that byte offsets stay what they are. A character cut off at the end of what
/// was kept is left out.
fn text_of_same_length(bytes: &[u8], cut: bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        if !(cut && chunks.peek().is_none()) {
            text.extend(chunk.invalid().iter().map(|_| '?'));
        }
    }
    text
}

/// The pipe of the harness's notes: lines of JSON.
pub struct Notes {
    pipe: File,
    bytes: Vec<u8>,
    /// So many bytes of them are lines that don't end an example.
    passed: usize,
    open: bool,
}

/// What was noted of an example that has ended while its process goes on.
pub struct Noted {
    /// The notes.
    pub notes: Vec<Note>,
    /// What is wrong with them.
    pub wrong: Option<String>,
    /// How it ended.
    pub ended: Ended,
}

impl Notes {
    /// The pipe's reader, and its write end for the example's process.
    pub fn new() -> io::Result<(Notes, OwnedFd)> {
        let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
        fcntl(&read, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        // Without it the pipe is smaller, and the harness waits more often.
        let _ = fcntl(&read, FcntlArg::F_SETPIPE_SZ(PIPE_BYTES));
        Ok((Notes { pipe: File::from(read), bytes: Vec::new(), passed: 0, open: true }, write))
    }

    /// The descriptor to wait for, as long as anybody can still write.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.open.then(|| self.pipe.as_fd())
    }

    /// Takes what is there. `false` when it's more than notes may be; then the rest is left.
    pub fn take(&mut self) -> io::Result<bool> {
        // Small: each page of it is one that the server, which has just forked, would copy.
        let mut buffer = [0; 1 << 12];
        while self.open && self.bytes.len() <= NOTES_LIMIT {
            match self.pipe.read(&mut buffer) {
                Ok(0) => self.open = false,
                Ok(count) => self.bytes.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.fits())
    }

    /// Whether what was taken isn't more than the notes of one example may be.
    pub fn fits(&self) -> bool {
        self.bytes.len() <= NOTES_LIMIT
    }

    /// The notes of the first example that has ended, which are taken away. Only of a process that several examples share.
    pub fn ended(&mut self) -> Option<Noted> {
        /// What the line starts with that is the last one of an example.
        const LAST: &[u8] = b"{\"ended\":";
        #[derive(serde::Deserialize)]
        struct Line {
            ended: Ended,
        }
        loop {
            let rest = self.bytes.get(self.passed..)?;
            let end = self.passed + rest.iter().position(|byte| *byte == b'\n')? + 1;
            let line = self.bytes.get(self.passed..end)?;
            let last = line.starts_with(LAST).then(|| serde_json::from_slice::<Line>(line).ok()).flatten();
            let before = std::mem::replace(&mut self.passed, end);
            if let Some(Line { ended }) = last {
                let (notes, wrong) = parse(self.bytes.get(..before).unwrap_or_default(), true);
                self.bytes.drain(..end);
                self.passed = 0;
                return Some(Noted { notes, wrong, ended });
            }
        }
    }

    /// The notes that were taken, and what is wrong with them. A torn last line is wrong only if the process ended by itself (`whole`).
    pub fn parse(&self, whole: bool) -> (Vec<Note>, Option<String>) {
        parse(&self.bytes, whole)
    }
}

fn parse(bytes: &[u8], whole: bool) -> (Vec<Note>, Option<String>) {
    if bytes.len() > NOTES_LIMIT {
        let (notes, _) =
            parse(bytes.get(..bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(0).min(NOTES_LIMIT)).unwrap_or(&[]), false);
        return (notes, Some(format!("more than {} MiB of notes", NOTES_LIMIT >> 20)));
    }
    let mut notes = Vec::new();
    let mut once = HashSet::new();
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    for line in lines.by_ref() {
        let Some(line) = line.strip_suffix(b"\n") else {
            return (notes, whole.then(|| "the last note is torn".to_owned()));
        };
        let note: Note = match serde_json::from_slice(line) {
            Ok(note) => note,
            Err(_) => return (notes, Some(format!("not a note: {}", shortened(line)))),
        };
        // What is said once can't be said again, and nothing comes after the end but the exceptions of threads and `atexit`.
        if matches!(note, Note::Started { .. } | Note::Finished | Note::Invalid(_)) && !once.insert(std::mem::discriminant(&note)) {
            return (notes, Some(format!("said twice: {}", shortened(line))));
        }
        notes.push(note);
    }
    (notes, None)
}

fn shortened(line: &[u8]) -> String {
    const CHARACTERS: usize = 200;
    let line = String::from_utf8_lossy(line);
    match line.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    #[test]
    fn notes_are_read_line_by_line() {
        let (notes, wrong) = parse(b"{\"started\":{\"stdout\":1,\"stderr\":2}}\n\"finished\"\n", true);
        assert_eq!(notes, [Note::Started { stdout: 1, stderr: 2 }, Note::Finished]);
        assert_eq!(wrong, None);
    }

    #[test]
    fn forged_torn_and_doubled_notes_are_told() {
        for (bytes, what) in [
            ("\"finished\"\n\"finished\"\n", "said twice"),
            ("\"finished\"\n\"fini", "torn"),
            ("nonsense\n", "not a note: nonsense"),
            ("{\"seen\":{}}\n", "not a note"),
        ] {
            let (_, wrong) = parse(bytes.as_bytes(), true);
            assert!(wrong.as_deref().is_some_and(|wrong| wrong.contains(what)), "{bytes:?}: {wrong:?}");
        }
        // A process that was killed could not finish its line.
        assert_eq!(parse(b"\"finished\"\n\"fini", false), (vec![Note::Finished], None));
    }

    #[test]
    fn output_only_grows_and_is_cut_at_a_character() {
        let capture = Capture::new(c"test").unwrap();
        let mut writer = File::from(capture.as_fd().try_clone_to_owned().unwrap());
        writer.write_all("zwölf".as_bytes()).unwrap();
        assert!(writer.set_len(0).is_err());
        assert_eq!(capture.read(0, 100, 100).unwrap(), Captured { text: "zwölf".to_owned(), truncated: false });
        assert_eq!(capture.read(0, 100, 3).unwrap(), Captured { text: "zw".to_owned(), truncated: true });
        assert_eq!(capture.read(1, 4, 100).unwrap(), Captured { text: "wö".to_owned(), truncated: false });
        assert_eq!(capture.read(50, 100, 100).unwrap(), Captured::default());
    }

    proptest! {
        #[test]
        fn the_text_is_as_long_as_the_bytes(bytes: Vec<u8>) {
            prop_assert_eq!(text_of_same_length(&bytes, false).len(), bytes.len());
        }

        #[test]
        fn any_notes_are_parsed_without_a_panic(bytes: Vec<u8>, whole: bool) {
            parse(&bytes, whole);
        }
    }
}
