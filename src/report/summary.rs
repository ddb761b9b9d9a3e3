//! What is said at the end of every run, in counts: nothing is silent.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Checked, Header, Problem, Settings, Severity, Summary, Updated,
    style::{Palette, paint},
    table::Table,
    units::{count, duration},
    versions::{in_order, listed},
    visible,
};
use crate::{judge::Outcome, run::protocol::Protection};

/// All that a run is summed up from.
#[derive(Debug, Clone, Default)]
pub(super) struct Totals {
    pub(super) header: Option<Header>,
    counts: Summary,
    /// Versions of Python that ran something.
    pythons: BTreeSet<String>,
    /// Ids of examples that ran on another Python than examples do by default: that Python, and why.
    elsewhere: BTreeMap<String, (String, String)>,
    /// Ids of examples that ran once more for claims that name a version: on which Pythons.
    for_claims: BTreeMap<String, Vec<String>>,
    /// Examples of ours that didn't run to their end.
    broken: usize,
    /// Wrong claims that were rewritten.
    rewritten: usize,
    /// Problems that fail the run.
    failures: usize,
    warnings: usize,
    /// Ids of examples that took a good part of their time limit: seconds that each took, and its limit.
    slow: BTreeMap<String, (f64, f64)>,
    /// What was granted: the examples that it was granted to, and for each whether it was seen to use it.
    granted: BTreeMap<String, BTreeMap<String, Option<bool>>>,
}

impl Totals {
    /// Counts what was written into a document.
    pub(super) fn updated(&mut self, updated: &Updated) {
        self.rewritten += if updated.written { updated.rewritten } else { 0 };
    }

    pub(super) fn add(&mut self, checked: &Checked) {
        self.counts.add(checked);
        let ran = checked.versions.iter().filter(|on| on.outcome != Outcome::Skipped).map(|on| &on.python);
        self.pythons.extend(checked.python.iter().chain(ran).cloned());
        if let (Some(python), Some(reason)) = (&checked.python, &checked.python_reason) {
            self.elsewhere.insert(checked.example.id.clone(), (python.clone(), reason.clone()));
        }
        let for_claims: Vec<String> = checked.versions.iter().filter(|on| on.for_claims).map(|on| on.python.clone()).collect();
        if !for_claims.is_empty() {
            self.for_claims.insert(checked.example.id.clone(), for_claims);
        }
        self.broken += usize::from(checked.ours && checked.broken());
        for granted in &checked.granted {
            self.granted.entry(granted.grant.clone()).or_default().insert(checked.example.id.clone(), granted.used);
        }
        if let Some(limit) = checked.slow.filter(|_| checked.judged.outcome != Outcome::TimedOut) {
            self.slow.insert(checked.example.id.clone(), (checked.seconds, limit));
        }
    }

    pub(super) fn problems(&mut self, problems: &[Problem]) {
        self.warnings = problems.iter().filter(|problem| problem.severity == Severity::Warning).count();
        self.failures = problems.len() - self.warnings;
    }
}

/// The summary of a run.
pub(super) fn summary(totals: &Totals, seconds: f64, interrupted: bool, settings: &Settings) -> String {
    let palette = Palette::new(settings.color);
    let mut lines = vec![examples(&totals.counts)];
    if claims_of(&totals.counts) > 0 {
        lines.push(claims(&totals.counts));
    }
    let wrapped = |line: &String| visible::wrap(line, settings.width.saturating_sub(2)).join("\n  ");
    let mut text: Vec<String> = lines.iter().map(wrapped).collect();
    if !totals.counts.versions.is_empty() {
        text.push(format!("\n{}", versions(&totals.counts, settings, palette)));
    }
    lines.clear();
    lines.push(circumstances(totals, seconds));
    lines.extend((!totals.elsewhere.is_empty()).then(|| elsewhere(&totals.elsewhere)));
    lines.extend((!totals.for_claims.is_empty()).then(|| for_claims(&totals.for_claims)));
    lines.extend((!totals.slow.is_empty()).then(|| slow(&totals.slow)));
    lines.extend((!totals.granted.is_empty()).then(|| granted(&totals.granted)));
    text.extend(lines.iter().map(wrapped));
    text.extend(conclusion(totals, interrupted, palette));
    text.join("\n")
}

/// `sandboxed: Landlock 7, no network`.
fn sandbox_in_short(protection: &Protection) -> String {
    if unprotected(protection) {
        return "NOT SANDBOXED: the examples could do to this system whatever you can do".to_owned();
    }
    let mut layers = Vec::new();
    layers.extend(protection.landlock.map(|abi| format!("Landlock {abi}")));
    layers.push(match protection.network.as_str() {
        "isolated" => "no network".to_owned(),
        "filtered" => "network filtered".to_owned(),
        other => format!("network {}", visible::one_line(other, 20)),
    });
    let lacks = match protection.missing.len() {
        0 => String::new(),
        1 => "; one protection is missing (see above)".to_owned(),
        several => format!("; {several} protections are missing (see above)"),
    };
    format!("sandboxed: {}{lacks}", layers.join(", "))
}

/// Whether nothing at all keeps the examples from harm.
fn unprotected(protection: &Protection) -> bool {
    protection.landlock.is_none() && protection.namespaces.is_empty() && !protection.seccomp
}

/// What is said before anything runs: what the sandbox lacks, and what that means. Empty where all is well.
pub(super) fn shortcomings(header: &Header, settings: &Settings) -> String {
    let Some(protection) = header.server.as_ref().map(|server| &server.sandbox) else { return String::new() };
    let lacks = if unprotected(protection) {
        vec!["no sandbox (`--no-sandbox`): the examples can do to this system whatever you can do".to_owned()]
    } else {
        protection.missing.iter().map(|missing| format!("sandbox: {}", visible::one_line(missing, 400))).collect()
    };
    let warning = paint(Palette::new(settings.color).warning, "warning:");
    let lines = lacks.into_iter().map(|lack| visible::wrap(&lack, settings.width.saturating_sub(10)).join("\n  "));
    lines.map(|lines| format!("{warning} {lines}")).collect::<Vec<_>>().join("\n")
}

/// The counts of each Python; what none of them counts has no column.
fn versions(counts: &Summary, settings: &Settings, palette: Palette) -> String {
    type Column = (&'static str, fn(&Summary) -> usize);
    let columns: [Column; 9] = [
        ("RAN", |counts| counts.ran),
        ("RAISED", |counts| counts.raised),
        ("TIMED OUT", |counts| counts.timed_out),
        ("CRASHED", |counts| counts.crashed),
        ("INVALID", |counts| counts.invalid),
        ("SKIPPED", |counts| counts.skipped.values().sum()),
        ("HOLD", |counts| counts.claims.holds),
        ("WRONG", |counts| counts.claims.wrong),
        ("UNSETTLED", |counts| counts.claims.unsettled),
    ];
    let columns: Vec<Column> = columns.into_iter().filter(|(_, count)| counts.versions.values().any(|counts| count(counts) > 0)).collect();
    let headings: Vec<&'static str> = std::iter::once("PYTHON").chain(columns.iter().map(|(heading, _)| *heading)).collect();
    let mut table = Table::new(&headings);
    for python in in_order(counts.versions.keys()) {
        let of_python = &counts.versions[python];
        let cell = |(heading, count): &Column| match (*heading, of_python.claims.acknowledged) {
            ("WRONG", known) if known > 0 => format!("{} ({known} known)", count(of_python)),
            _ => count(of_python).to_string(),
        };
        table.row(std::iter::once(python.to_owned()).chain(columns.iter().map(cell)));
    }
    table.render(settings.width, palette)
}

/// `146 examples: 130 ran, 2 raised, 14 skipped (language 10, package 4)`.
fn examples(counts: &Summary) -> String {
    let (total, parts) = (count(counts.examples, "example"), outcomes(counts));
    if parts.is_empty() { total } else { format!("{total}: {}", parts.join(", ")) }
}

/// `130 ran`, `2 raised`, `14 skipped (language 10, package 4)`
fn outcomes(counts: &Summary) -> Vec<String> {
    let mut parts = Vec::new();
    for (number, outcome) in [
        (counts.ran, "ran"),
        (counts.raised, "raised"),
        (counts.timed_out, "timed out"),
        (counts.crashed, "crashed"),
        (counts.invalid, "invalid"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {outcome}"));
        }
    }
    let skipped: usize = counts.skipped.values().sum();
    if skipped > 0 {
        parts.push(format!("{skipped} skipped ({})", by_reason(&counts.skipped)));
    }
    parts
}

/// `219 claims: 178 hold, 24 wrong (20 known), 17 unsettled (never reached 9, needs package 8)`.
fn claims(counts: &Summary) -> String {
    format!("{}: {}", count(claims_of(counts), "claim"), verdicts(counts).join(", "))
}

/// `178 hold`, `24 wrong (20 known)`, `17 unsettled (never reached 9, needs package 8)`
fn verdicts(counts: &Summary) -> Vec<String> {
    let claims = &counts.claims;
    let mut parts = Vec::new();
    if claims.holds > 0 {
        parts.push(format!("{} {}", claims.holds, if claims.holds == 1 { "holds" } else { "hold" }));
    }
    match (claims.wrong, claims.acknowledged) {
        (0, _) => {}
        (wrong, 0) => parts.push(format!("{wrong} wrong")),
        (wrong, known) if wrong == known => parts.push(format!("{wrong} wrong ({})", if known == 1 { "known" } else { "all known" })),
        (wrong, known) => parts.push(format!("{wrong} wrong ({known} known)")),
    }
    if claims.unsettled > 0 {
        parts.push(format!("{} unsettled ({})", claims.unsettled, by_reason(&claims.unsettled_by)));
    }
    parts
}

/// `Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network`.
fn circumstances(totals: &Totals, seconds: f64) -> String {
    let server = totals.header.as_ref().and_then(|header| header.server.as_ref());
    let mut versions = totals.pythons.clone();
    if versions.is_empty() {
        versions.extend(server.map(|server| server.python.clone()));
    }
    let mut parts = Vec::new();
    if !versions.is_empty() {
        parts.push(format!("Python {}", listed(&in_order(&versions))));
    }
    if let (Some(header), true) = (&totals.header, server.is_some()) {
        parts.push(format!("{} at once", header.jobs));
    }
    parts.push(duration(seconds));
    parts.extend(server.map(|server| sandbox_in_short(&server.sandbox)));
    parts.join(", ")
}

/// `on another Python: q4.1 on 3.13.0 (needs Python 3.12 or newer: …)`
fn elsewhere(elsewhere: &BTreeMap<String, (String, String)>) -> String {
    let named = elsewhere.iter().map(|(id, (python, reason))| {
        format!("{} on {} ({})", visible::one_line(id, 60), visible::one_line(python, 80), visible::one_line(reason, 120))
    });
    format!("on another Python: {}", some(named.collect(), 3))
}

/// `for claims that name a version: q4.1 on 3.13.0, q46.1 on 3.10.13 and 3.12.1`
fn for_claims(for_claims: &BTreeMap<String, Vec<String>>) -> String {
    let named = for_claims.iter().map(|(id, pythons)| format!("{} on {}", visible::one_line(id, 60), listed(pythons)));
    format!("for claims that name a version: {}", some(named.collect(), 5))
}

/// So many of them, and how many more there are.
fn some(mut named: Vec<String>, most: usize) -> String {
    let more = named.len().saturating_sub(most);
    named.truncate(most);
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    named.join(", ")
}

/// `slow: q22.1 (12 s of 20 s), q4.1 (6 s of 10 s)`: the slowest first.
fn slow(slow: &BTreeMap<String, (f64, f64)>) -> String {
    let mut examples: Vec<_> = slow.iter().collect();
    examples.sort_by(|(_, a), (_, b)| b.0.total_cmp(&a.0));
    let named = examples
        .iter()
        .map(|(id, (seconds, limit))| format!("{} ({} of {})", visible::one_line(id, 60), duration(*seconds), duration(*limit)));
    format!("slow: {}", some(named.collect(), 5))
}

/// `granted: read:data to guide.md:3 and 2 more (used by 1), network to fetch (unused), env:LANGUAGE to area`.
fn granted(granted: &BTreeMap<String, BTreeMap<String, Option<bool>>>) -> String {
    let named = granted.iter().map(|(grant, examples)| {
        let first = examples.keys().next().map(|id| visible::one_line(id, 60)).unwrap_or_default();
        let more = if examples.len() > 1 { format!(" and {} more", examples.len() - 1) } else { String::new() };
        let used = match examples.values().filter(|used| **used == Some(true)).count() {
            _ if examples.values().all(Option::is_none) => String::new(),
            0 => " (unused)".to_owned(),
            used if used == examples.len() => " (used)".to_owned(),
            used => format!(" (used by {used})"),
        };
        format!("{} to {first}{more}{used}", visible::one_line(grant, 80))
    });
    format!("granted: {}", named.collect::<Vec<_>>().join(", "))
}

/// The last lines: what it all comes to.
fn conclusion(totals: &Totals, interrupted: bool, palette: Palette) -> Vec<String> {
    let counts = &totals.counts;
    let mut lines = Vec::new();
    let not_run = totals.header.as_ref().map_or(0, |header| header.examples.saturating_sub(counts.examples));
    if interrupted {
        let lost = if not_run == 1 { "was not run" } else { "were not run" };
        let unread = match totals.header.as_ref().map_or(0, |header| header.unread) {
            0 => String::new(),
            unread => format!(", and {} not read", count(unread, "document")),
        };
        lines.push(paint(palette.warning, &format!("interrupted: {} {lost}{unread}", count(not_run, "example"))));
    }
    if !interrupted && counts.nothing_ran() {
        lines.push(paint(palette.warning, &format!("nothing was run, because {}", why_nothing(counts))));
    }
    let wrong = (counts.claims.wrong - counts.claims.acknowledged).saturating_sub(totals.rewritten);
    let rewritten = match totals.rewritten {
        0 => String::new(),
        rewritten => format!(", {} rewritten", count(rewritten, "claim")),
    };
    let mut failed = Vec::new();
    if wrong > 0 {
        failed.push(format!("{} wrong", counted(wrong, "claim")));
    }
    if totals.broken > 0 {
        failed.push(format!("{} broken", counted(totals.broken, "example")));
    }
    if totals.failures > 0 {
        failed.push(count(totals.failures, "problem"));
    }
    if !failed.is_empty() {
        lines.push(paint(palette.error, &format!("{}{rewritten}", failed.join(", "))));
    } else if lines.is_empty() {
        let known = match counts.claims.acknowledged {
            0 => String::new(),
            known => format!(" but for {}", count(known, "known claim")),
        };
        let unsettled = match counts.claims.unsettled {
            0 => String::new(),
            unsettled => format!(", {} unsettled", counted(unsettled, "claim")),
        };
        let any_more = if rewritten.is_empty() { "" } else { " any more" };
        lines.push(paint(palette.good, &format!("nothing wrong{any_more}{known}{rewritten}{unsettled}")));
    }
    if totals.warnings > 0
        && let Some(last) = lines.last_mut()
    {
        last.push_str(&format!(" ({})", count(totals.warnings, "warning")));
    }
    lines
}

fn why_nothing(counts: &Summary) -> String {
    let skipped: usize = counts.skipped.values().sum();
    let all = if counts.examples == 1 { "the only example".to_owned() } else { format!("all {} examples", counts.examples) };
    let be = if counts.examples == 1 { "is" } else { "are" };
    match (counts.examples, skipped, counts.invalid) {
        (0, _, _) => "there are no examples".to_owned(),
        (_, _, 0) => format!("{all} {be} skipped ({})", by_reason(&counts.skipped)),
        (_, 0, _) => format!("{all} {be} invalid Python"),
        (_, skipped, invalid) => format!("{all} {be} skipped or invalid ({skipped} and {invalid})"),
    }
}

/// `1 claim is`, `2 claims are`.
fn counted(number: usize, noun: &str) -> String {
    format!("{} {}", count(number, noun), if number == 1 { "is" } else { "are" })
}

/// `language 10, package 4`: the most frequent first.
fn by_reason(counts: &BTreeMap<String, usize>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(reason, number)| (std::cmp::Reverse(**number), (*reason).clone()));
    let name = |reason: &str| if reason.is_empty() { "no reason given".to_owned() } else { visible::one_line(reason, 60) };
    counts.into_iter().map(|(reason, number)| format!("{} {number}", name(reason))).collect::<Vec<_>>().join(", ")
}

fn claims_of(counts: &Summary) -> usize {
    counts.claims.holds + counts.claims.wrong + counts.claims.unsettled
}

#[cfg(test)]
mod tests;
