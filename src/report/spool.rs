//! Lines that are written at the end of a run, kept out of memory: what a run keeps must not grow with its length.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Seek, SeekFrom, Write},
};

/// Bytes of lines that are kept in memory.
const KEPT: usize = 1 << 20;

/// Lines, the most of them in a file that has no name and goes away with its owner. Where there is no room for one, they stay in memory.
#[derive(Default)]
pub(super) struct Spool {
    kept: String,
    file: Option<File>,
}

impl Spool {
    /// Takes a line; there must be no end of a line in it.
    pub(super) fn push(&mut self, line: &str) {
        self.kept.push_str(line);
        self.kept.push('\n');
        if self.kept.len() >= KEPT {
            self.put_away();
        }
    }

    fn put_away(&mut self) {
        let Some(file) = self.file.take().or_else(|| tempfile::tempfile().ok()) else { return };
        let mut file = file;
        let Ok(end) = file.stream_position() else { return self.file = Some(file) };
        match file.write_all(self.kept.as_bytes()) {
            Ok(()) => self.kept.clear(),
            // A part of it may have been written: from there on the next attempt writes again.
            Err(_) => drop(file.seek(SeekFrom::Start(end)).and_then(|_| file.set_len(end))),
        }
        self.file = Some(file);
    }

    /// Gives each line, in their order, and forgets them.
    pub(super) fn drain(&mut self, mut each: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
        if let Some(mut file) = self.file.take() {
            file.seek(SeekFrom::Start(0))?;
            for line in BufReader::new(file).lines() {
                each(&line?)?;
            }
        }
        let kept = std::mem::take(&mut self.kept);
        kept.lines().try_for_each(each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_in_their_order_however_many_they_are() {
        let mut spool = Spool::default();
        let line = |number: usize| format!("{number} {}", "ü".repeat(number % 300));
        for count in [3, 20_000] {
            (0..count).for_each(|number| spool.push(&line(number)));
            assert_eq!(spool.file.is_some(), count > 3);
            assert!(spool.kept.len() < KEPT);
            let mut number = 0;
            let drained = spool.drain(|text| {
                assert_eq!(text, line(number));
                number += 1;
                Ok(())
            });
            assert!(drained.is_ok() && number == count);
        }
    }
}
