//! What was seen of one claim's statement: its passes, cut out of a report.
//!
//! The notes in a report come from the example's own process, which may forge them: nothing here trusts a number.

use std::collections::{HashMap, HashSet};

use crate::run::protocol::{Captured, Note, Observation, QueryAnswer, Raised, Report};

use super::text::between;

/// The passes of all probes of a run.
pub(super) struct Evidence<'a> {
    report: &'a Report,
    by_probe: HashMap<u32, Vec<&'a Observation>>,
    /// Probes that were passed more often than is noted.
    cut: HashSet<u32>,
}

/// One pass through a claim's statement.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a> {
    observation: &'a Observation,
    /// What it printed; `None` where that can't be told.
    pub(super) stdout: Option<&'a str>,
    /// What it wrote to standard error; `None` where that can't be told.
    pub(super) stderr: Option<&'a str>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let mut by_probe: HashMap<u32, Vec<&Observation>> = HashMap::new();
        let mut cut = HashSet::new();
        for note in &report.notes {
            match note {
                Note::Seen(observation) => by_probe.entry(observation.probe).or_default().push(observation),
                Note::Cut { probe } => drop(cut.insert(*probe)),
                _ => {}
            }
        }
        Evidence { report, by_probe, cut }
    }

    /// Whether a probe was passed more often than is noted.
    pub(super) fn is_cut(&self, probe: u32) -> bool {
        self.cut.contains(&probe)
    }

    /// The passes of a probe, in order.
    pub(super) fn passes(&self, probe: u32) -> Vec<Pass<'a>> {
        let observations = self.by_probe.get(&probe).map(Vec::as_slice).unwrap_or_default();
        let report = self.report;
        observations
            .iter()
            .map(|observation| Pass {
                observation,
                stdout: output(&report.stdout, observation.stdout),
                stderr: output(&report.stderr, observation.stderr),
            })
            .collect()
    }

    /// What was written to standard output behind the last pass of a probe.
    pub(super) fn written_behind(&self, probe: u32) -> Option<&'a str> {
        let last = self.by_probe.get(&probe)?.last()?;
        output(&self.report.stdout, (last.stdout.1, self.report.stdout.text.len() as u64))
    }

    /// What was written to standard output and standard error from the last probe before this one that `ends` what is to be shown: by all statements in
    /// between. `None` where that can't be told, or the probe was passed more than once.
    pub(super) fn written_since(&self, probe: u32, ends: impl Fn(u32) -> bool) -> Option<(&'a str, &'a str)> {
        let report = self.report;
        let mut start = (0, 0);
        for note in &report.notes {
            match note {
                Note::Started { stdout, stderr } => start = (*stdout, *stderr),
                Note::Seen(observation) if observation.probe == probe => {
                    let is_only = self.by_probe.get(&probe).is_some_and(|passes| passes.len() == 1);
                    let printed = output(&report.stdout, (start.0, observation.stdout.1)).filter(|_| is_only)?;
                    return Some((printed, output(&report.stderr, (start.1, observation.stderr.1)).unwrap_or_default()));
                }
                Note::Seen(observation) if ends(observation.probe) => start = (observation.stdout.1, observation.stderr.1),
                _ => {}
            }
        }
        None
    }
}

impl<'a> Pass<'a> {
    /// What was noted.
    pub(super) fn seen(&self) -> &'a Observation {
        self.observation
    }

    /// What it raised.
    pub(super) fn raised(&self) -> Option<&'a Raised> {
        self.observation.raised.as_ref()
    }

    /// The answer to a query.
    pub(super) fn answer(&self, query: usize) -> Option<&'a QueryAnswer> {
        self.observation.answers.get(query)
    }
}

/// A part of captured output by its offsets.
fn output(captured: &Captured, (from, to): (u64, u64)) -> Option<&str> {
    if from == to { Some("") } else { between(&captured.text, from, to) }
}
