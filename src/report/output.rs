//! Where a report goes.

use std::io::{self, ErrorKind, Write};

/// A writer whose reader may go away: then the rest is dropped silently, as is usual for the left side of a pipe.
pub(super) struct Output<'a> {
    to: &'a mut dyn Write,
    /// The reader went away.
    gone: bool,
}

impl<'a> Output<'a> {
    pub(super) fn new(to: &'a mut dyn Write) -> Output<'a> {
        Output { to, gone: false }
    }

    /// Writes the text and flushes it. An error is one that a reader who went away doesn't explain: a full disk.
    pub(super) fn write(&mut self, text: &str) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        match self.to.write_all(text.as_bytes()).and_then(|()| self.to.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(())
            }
            result => result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails with this kind of error, and counts how often it was asked.
    struct Failing(ErrorKind, usize);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            self.1 += 1;
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn broken_pipe_is_silent_and_remembered() {
        let mut failing = Failing(ErrorKind::BrokenPipe, 0);
        let mut output = Output::new(&mut failing);
        output.write("a").unwrap();
        output.write("b").unwrap();
        assert!(output.gone);
        assert_eq!(failing.1, 1);
    }

    #[test]
    fn full_disk_is_an_error() {
        let mut failing = Failing(ErrorKind::StorageFull, 0);
        let mut output = Output::new(&mut failing);
        assert_eq!(output.write("a").unwrap_err().kind(), ErrorKind::StorageFull);
        assert!(!output.gone);
    }
}
