//! Several examples in one process: what is known of each where it ends, and where the next one begins.

use std::{
    io,
    time::{Duration, Instant},
};

use super::capture::{Capture, Noted};
use crate::run::protocol::{End, Job, Note, Report, Used};

/// How far a process has come with its examples. Most have one.
pub struct Sequence {
    /// Examples behind the one that runs.
    to_come: usize,
    /// When the one that runs began.
    begun: Instant,
    /// Bytes of output that were there by then: standard output's and standard error's.
    written: (u64, u64),
    /// Processor time that had been used by then.
    used: Duration,
    /// Whether numbers of processes tell what examples start.
    counts: bool,
    /// The report of the last example, where that has ended.
    last: Option<Report>,
}

impl Sequence {
    /// Of a job's process, which starts now. `counts`: all processes of its namespace are of the job.
    pub fn new(job: &Job, counts: bool) -> Sequence {
        Sequence { to_come: job.followers.len(), begun: Instant::now(), written: (0, 0), used: Duration::ZERO, counts, last: None }
    }

    /// How many examples are to come behind the one that runs.
    pub fn to_come(&self) -> usize {
        self.to_come
    }

    /// Whether the example that runs has used up its room for output.
    pub fn wrote_more_than(&self, limit: u64, stdout: &Capture, stderr: &Capture) -> bool {
        (stdout.size() + stderr.size()).saturating_sub(self.written.0 + self.written.1) > limit
    }

    /// The report of an example that has ended, of a process that has used so much by now; the next example begins. `None` when it was the
    /// last one: its report is kept.
    pub fn next(
        &mut self,
        job: &Job,
        noted: Noted,
        (stdout, stderr): (&Capture, &Capture),
        (used, memory): (Duration, u64),
    ) -> io::Result<Option<Report>> {
        let Noted { notes, wrong, ended } = noted;
        let (used, memory, started) = match ended.used {
            Some(Used { cpu_seconds, memory, started }) => {
                (self.used + Duration::try_from_secs_f64(cpu_seconds).unwrap_or_default(), memory, started.filter(|_| self.counts))
            }
            None => (used, memory, None),
        };
        let to = (ended.stdout.max(self.written.0), ended.stderr.max(self.written.1));
        let wrote = to.0.saturating_sub(self.written.0).saturating_add(to.1.saturating_sub(self.written.1));
        let end = match wrong {
            Some(wrong) => End::Garbled(wrong),
            None if wrote > job.limits.output => End::OutputLimit,
            None => End::Exited(ended.status),
        };
        let report = Report {
            number: job.number,
            end,
            seconds: ended.seconds.max(0.0),
            cpu_seconds: used.saturating_sub(self.used).as_secs_f64(),
            memory,
            started,
            stdout: stdout.read(self.written.0, to.0, job.limits.output)?,
            stderr: stderr.read(self.written.1, to.1, job.limits.output)?,
            notes: self.rebased(notes),
        };
        if self.last.is_some() {
            return Ok(None);
        }
        (self.begun, self.written, self.used) = (Instant::now(), to, used);
        match self.to_come.checked_sub(1) {
            Some(to_come) => {
                self.to_come = to_come;
                Ok(Some(report))
            }
            None => {
                self.last = Some(report);
                Ok(None)
            }
        }
    }

    /// The report of the last example, where that has ended.
    pub fn last(&mut self) -> Option<Report> {
        self.last.take()
    }

    /// The report of the example in which the process ended; `used` is all that the process has used.
    pub fn rest(
        &self,
        job: &Job,
        (end, notes, started): (End, Vec<Note>, Option<u64>),
        (stdout, stderr): (&Capture, &Capture),
        (used, memory): (Duration, u64),
    ) -> io::Result<Report> {
        Ok(Report {
            number: job.number,
            end,
            seconds: self.begun.elapsed().as_secs_f64(),
            cpu_seconds: used.saturating_sub(self.used).as_secs_f64(),
            memory,
            // Where other examples were before it, numbers don't tell what was theirs.
            started: started.filter(|_| self.to_come == job.followers.len() && (job.followers.is_empty() || job.is_family())),
            stdout: stdout.read(self.written.0, u64::MAX, job.limits.output)?,
            stderr: stderr.read(self.written.1, u64::MAX, job.limits.output)?,
            notes: self.rebased(notes),
        })
    }

    /// The notes with offsets into the output of their own example.
    fn rebased(&self, mut notes: Vec<Note>) -> Vec<Note> {
        let (out, err) = self.written;
        let range = |(from, to): (u64, u64), by: u64| (from.saturating_sub(by), to.saturating_sub(by));
        for note in &mut notes {
            match note {
                Note::Started { stdout, stderr } => (*stdout, *stderr) = (stdout.saturating_sub(out), stderr.saturating_sub(err)),
                Note::Seen(seen) => (seen.stdout, seen.stderr) = (range(seen.stdout, out), range(seen.stderr, err)),
                _ => {}
            }
        }
        notes
    }
}
