//! What `verify explain` shows of one example: how it was understood, what exactly runs, and what came of it.

use super::{
    Checked, Settings,
    doctor::limits,
    language_name,
    style::{Palette, paint},
    units::{bytes, count, duration},
    versions::{alike, listed},
    visible, words,
};
use crate::{
    claim::Claim,
    extract::{Example, RESTORED},
    judge::{Judgement, Outcome, Verdict},
    run::protocol::{Captured, End, Given, Job, Note, Observation, Prelude, Probe, Report},
};

/// All that is known of one example.
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'a> {
    /// The example.
    pub example: &'a Example,
    /// What it stands under: a question, a heading; empty where there is none.
    pub title: &'a str,
    /// Its claims.
    pub claims: &'a [Claim],
    /// Ids of the examples that it continues.
    pub continues: &'a [String],
    /// What it needs installed.
    pub requires: &'a [String],
    /// Its runs, each on another Python or in another mode; none where it's skipped.
    pub runs: &'a [ExplainedRun<'a>],
    /// What became of it.
    pub checked: Option<&'a Checked>,
}

/// One run of an example.
#[derive(Debug, Clone, Copy)]
pub struct ExplainedRun<'a> {
    /// Version of the Python that runs it.
    pub python: &'a str,
    /// What is run.
    pub job: &'a Job,
    /// What it gave; `None` where it wasn't run.
    pub report: Option<&'a Report>,
    /// What it gave under other circumstances, where a claim seemed to be wrong.
    pub again: Option<&'a Report>,
}

/// Observations of a run that are shown.
const OBSERVATIONS: usize = 40;
/// Lines of output that are shown.
const OUTPUT: usize = 20;

/// The explanation for people.
pub fn explain(explanation: &Explanation, settings: &Settings) -> String {
    let Explanation { example, title, claims, runs, .. } = explanation;
    let page = Page { settings, palette: Palette::new(settings.color) };
    let lines = match (example.first_line, example.last_line) {
        (first, last) if first == last => format!("{first}"),
        (first, last) => format!("{first}–{last}"),
    };
    let id = paint(page.palette.strong, &visible::one_line(&example.id, 80));
    let mut text = format!("{id}  {}:{lines}\n\n", visible::one_line(example.document.path.as_str(), usize::MAX));
    if !title.is_empty() {
        text.push_str(&page.fact("title", title));
    }
    text.push_str(&page.fact("section", &example.section));
    text.push_str(&page.fact("language", &language_name(&example.language)));
    text.push_str(&circumstances(explanation, &page));
    if let Some(checked) = explanation.checked {
        text.push_str(&page.fact("outcome", &outcome(checked)));
    }

    text.push_str(&page.heading(&count(claims.len(), "claim")));
    for (number, claim) in claims.iter().enumerate() {
        text.push_str(&page.claim(claim));
        if let Some(checked) = explanation.checked {
            text.push_str(&page.verdicts(checked, number));
        }
    }

    let pythons = distinct(runs.iter().map(|run| run.python));
    let modes = distinct(runs.iter().map(|run| words::mode(run.job.mode)));
    for (number, ExplainedRun { python, job, report, again }) in runs.iter().enumerate() {
        let place = if pythons.len() > 1 { format!(" on {python}") } else { String::new() };
        let mode = if modes.len() > 1 { format!(" {}", words::mode(job.mode)) } else { String::new() };
        // The code is the same on each Python and in each mode.
        if number == 0 {
            for Prelude { filename, code } in &job.prelude {
                text.push_str(&page.heading(&format!("before it: {}", visible::one_line(filename, 60))));
                text.push_str(&page.code(code, 1));
            }
            text.push_str(&page.heading("what runs"));
            text.push_str(&page.code(&job.code, 1));
            text.push_str(&page.heading(&format!("{} on it", count(job.probes.len(), "probe"))));
            for probe in &job.probes {
                text.push_str(&page.probe(probe));
            }
        }
        if let Some(report) = report {
            text.push_str(&page.heading(&format!("what was seen{place}{mode}")));
            text.push_str(&page.report(report));
        }
        if let Some(again) = again {
            let heading = format!("what was seen{place}{mode} with another hash seed, time of day and folder");
            text.push_str(&page.heading(&heading));
            text.push_str(&page.report(again));
        }
    }
    text
}

/// How it runs.
fn circumstances(explanation: &Explanation, page: &Page) -> String {
    let mut text = String::new();
    let modes = distinct(explanation.runs.iter().map(|run| words::mode(run.job.mode)));
    if !modes.is_empty() {
        text.push_str(&page.fact("runs", &modes.join(", then ")));
    }
    let continues = explanation.continues;
    text.push_str(&page.fact("continues", if continues.is_empty() { "nothing".to_owned() } else { continues.join(", ") }.as_str()));
    if explanation.example.attributes.contains_key(RESTORED) {
        text.push_str(&page.fact("indentation", "restored: the text has none"));
    }
    let pythons = distinct(explanation.runs.iter().map(|run| run.python));
    let reason = explanation.checked.and_then(|checked| checked.python_reason.as_deref());
    if !pythons.is_empty() {
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        text.push_str(&page.fact("python", &format!("{}{reason}", pythons.join(", "))));
    }
    if !explanation.requires.is_empty() {
        text.push_str(&page.fact("requires", &explanation.requires.join(", ")));
    }
    if let Some(checked) = explanation.checked.filter(|checked| !checked.granted.is_empty()) {
        text.push_str(&page.fact("granted", &checked.granted_words().join(", ")));
    }
    if let Some(provisions) = explanation.runs.first().and_then(|run| run.job.provisions.as_deref()) {
        text.push_str(&page.fact("provided", &provisions.described().join(", ")));
    }
    if let Some(checked) = explanation.checked.filter(|checked| !checked.used_by.is_empty()) {
        text.push_str(&page.fact("used by", &checked.used_by.join(", ")));
    }
    if let Some(given) = explanation.runs.first().and_then(|run| run.job.given.as_deref()) {
        text.push_str(&given_facts(given, page));
    }
    if let Some(run) = explanation.runs.first() {
        let limits: Vec<String> = limits(&run.job.limits).into_iter().map(|(name, value)| format!("{name} {value}")).collect();
        text.push_str(&page.fact("limits", &limits.join(", ")));
    }
    text
}

/// What it is given besides its code.
fn given_facts(given: &Given, page: &Page) -> String {
    let mut text = String::new();
    for (name, content) in &given.files {
        text.push_str(&page.fact("file", &format!("{name} ({})", bytes(content.size()))));
    }
    if let Some(stdin) = &given.stdin {
        text.push_str(&page.fact("stdin", &words::quoted(stdin)));
    }
    for (name, value) in &given.variables {
        text.push_str(&page.fact("env", &format!("{name}={value}")));
    }
    if !given.args.is_empty() {
        let args: Vec<String> = given.args.iter().map(|arg| words::quoted(arg)).collect();
        text.push_str(&page.fact("args", &args.join(" ")));
    }
    if !given.clock.is_real() {
        text.push_str(&page.fact("clock", &given.clock.to_string()));
    }
    text
}

/// Each of them once, in the order in which they come.
fn distinct<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct = Vec::new();
    for word in words {
        if !distinct.contains(&word) {
            distinct.push(word);
        }
    }
    distinct
}

/// `raised at line 12: NameError: name 'db' is not defined`.
fn outcome(checked: &Checked) -> String {
    let name = match checked.judged.outcome {
        Outcome::Ran => "ran to its end",
        Outcome::Raised => "raised",
        Outcome::TimedOut => "timed out",
        Outcome::Crashed => "crashed",
        Outcome::Skipped => "skipped",
        Outcome::Invalid => "invalid",
    };
    let line = checked.stopped_at_line().map(|line| format!(" at line {line}")).unwrap_or_default();
    let reason = checked.judged.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{name}{line}{reason}")
}

/// How a page looks.
struct Page<'a> {
    settings: &'a Settings,
    palette: Palette,
}

impl Page<'_> {
    /// `section    q3`
    fn fact(&self, name: &str, value: &str) -> String {
        const INDENT: usize = 11;
        let value = visible::text(value.trim_end());
        let lines = visible::wrap(&value, self.settings.width.saturating_sub(INDENT));
        let name = format!("{name:<INDENT$}");
        format!("{}{}\n", paint(self.palette.quiet, &name), lines.join(&format!("\n{}", " ".repeat(INDENT))))
    }

    fn heading(&self, name: &str) -> String {
        let rule = "─".repeat(self.settings.width.min(72).saturating_sub(name.chars().count() + 4));
        format!("\n{} {} {}\n", paint(self.palette.quiet, "──"), paint(self.palette.strong, name), paint(self.palette.quiet, &rule))
    }

    /// Lines with so many blanks before them.
    fn indented(&self, indent: usize, text: &str) -> String {
        let blanks = " ".repeat(indent);
        let lines = visible::wrap(&visible::text(text), self.settings.width.saturating_sub(indent));
        lines.iter().map(|line| format!("{blanks}{line}").trim_end().to_owned() + "\n").collect()
    }

    fn claim(&self, claim: &Claim) -> String {
        let at = format!("{}:{}", claim.position.line, claim.position.column);
        let mut text = format!("{at:<8} {}\n", paint(self.palette.strong, &words::quoted(&claim.expected)));
        text.push_str(&self.indented(9, &words::manner(claim.form, claim.kind, claim.strength)));
        if let Some(condition) = &claim.condition {
            text.push_str(&self.indented(9, &words::condition(condition)));
        }
        for reading in &claim.readings {
            text.push_str(&self.indented(9, &format!("· {} ({})", words::says(&reading.says), words::strength(reading.strength))));
        }
        text
    }

    /// The verdict on a claim; of an example that ran on several Pythons, one for all that are alike.
    fn verdicts(&self, checked: &Checked, number: usize) -> String {
        let groups = alike(checked, number);
        if groups.is_empty() {
            let known = checked.acknowledged.get(number).and_then(|known| known.as_deref());
            return checked.judged.judgements.get(number).map(|judgement| self.verdict(judgement, known, None)).unwrap_or_default();
        }
        groups.iter().map(|group| self.verdict(group.judgement, group.known, Some(&listed(&group.pythons)))).collect()
    }

    /// `→ wrong: seen 3; as a script on 3.13.0; one and two are three`
    fn verdict(&self, judgement: &Judgement, known: Option<&str>, pythons: Option<&str>) -> String {
        let (name, style) = match (judgement.verdict, known) {
            (Verdict::Holds, _) => ("holds", self.palette.good),
            (Verdict::Wrong, None) => ("wrong", self.palette.error),
            (Verdict::Wrong, Some(_)) => ("wrong, as is known", self.palette.quiet),
            (Verdict::Unsettled, _) => ("unsettled", self.palette.warning),
        };
        let mut words: Vec<String> = judgement.actual.iter().map(|actual| format!("seen {}", words::quoted(actual))).collect();
        words.extend(judgement.again.iter().map(|again| format!("seen again {}", words::quoted(again))));
        words.extend(judgement.reason.as_deref().map(|reason| visible::one_line(reason, 400)));
        words.extend(known.map(|because| visible::one_line(because, 400)));
        let on = pythons.map(|pythons| format!(" on {pythons}")).unwrap_or_default();
        words.push(format!("{}{on}", words::mode(judgement.mode)));
        let detail = self.indented(11, &format!("{name}: {}", words.join("; ")));
        // Painted after it was broken into lines: a style has no width.
        format!("         → {}", detail.trim_start().replacen(name, &paint(style, name), 1))
    }

    /// Code with numbered lines.
    fn code(&self, code: &str, first: usize) -> String {
        let lines: Vec<&str> = code.lines().collect();
        let width = (first + lines.len().saturating_sub(1)).to_string().len();
        let mut text = String::new();
        for (number, line) in lines.iter().enumerate() {
            let line: String = line.chars().map(visible::source_char).collect::<String>().replace('\t', "    ");
            let gutter = paint(self.palette.quiet, &format!("{:>width$} │", first + number));
            text.push_str(format!("{gutter} {line}").trim_end());
            text.push('\n');
        }
        text
    }

    fn probe(&self, probe: &Probe) -> String {
        let place = match probe.line {
            0 => "the whole example".to_owned(),
            line => format!("line {line}, column {}", probe.column.saturating_add(1)),
        };
        let catches = if probe.catches { "; goes on behind it if it raises" } else { "" };
        let mut text = format!("#{:<3} {place}{catches}\n", probe.number);
        for query in &probe.queries {
            text.push_str(&self.indented(5, &format!("· {}", words::query(query))));
        }
        text
    }

    fn report(&self, report: &Report) -> String {
        let end = match &report.end {
            End::Exited(status) => format!("exited with status {status}"),
            End::Signalled(signal) => format!("ended by signal {signal}"),
            End::TimedOut => "reached its time limit".to_owned(),
            End::CpuLimit => "reached its limit of processor time".to_owned(),
            End::OutputLimit => "reached its limit of output".to_owned(),
            End::MemoryLimit => "reached its limit of memory".to_owned(),
            End::Garbled(why) => format!("sent what can't be read: {why}"),
            End::Lost(why) => format!("was lost: {why}"),
            End::Lacks(why) | End::NotGiven(why) => format!("wasn't started: {why}"),
        };
        let (wall, cpu) = (duration(report.seconds), duration(report.cpu_seconds));
        let mut text = self.indented(0, &format!("{end}, after {wall} ({cpu} of a processor, {} at most)", bytes(report.memory)));
        if let Some(started) = report.started.filter(|started| *started > 0) {
            text.push_str(&format!("processes and threads started: {started}\n"));
        }
        for note in report.notes.iter().take(OBSERVATIONS) {
            text.push_str(&self.note(note, report));
        }
        if report.notes.len() > OBSERVATIONS {
            text.push_str(&format!("⋯ {}\n", count(report.notes.len() - OBSERVATIONS, "more note")));
        }
        for (name, captured) in [("standard output", &report.stdout), ("standard error", &report.stderr)] {
            text.push_str(&self.output(name, captured));
        }
        text
    }

    fn note(&self, note: &Note, report: &Report) -> String {
        match note {
            Note::Seen(observation) => self.observation(observation, report),
            Note::Invalid(raised) => self.indented(0, &format!("isn't valid: {}", words::raised(raised))),
            Note::PreludeRaised { index, raised } => {
                self.indented(0, &format!("what runs before it (no. {}) raised {}", u64::from(*index) + 1, words::raised(raised)))
            }
            Note::Started { .. } | Note::Loaded(_) => String::new(),
            Note::Stopped(raised) => self.indented(0, &format!("stopped: {}", words::raised(raised))),
            Note::Cut { probe } => self.indented(0, &format!("further passes through the statement of probe {probe} weren't noted")),
            Note::Did(deed) => self.indented(0, &format!("{} {}", words::deed(deed.kind), visible::one_line(&deed.what, 200))),
            Note::Finished => "reached its end\n".to_owned(),
        }
    }

    fn observation(&self, observation: &Observation, report: &Report) -> String {
        let mut seen = Vec::new();
        seen.extend(observation.value.as_ref().map(|value| format!("value {}", words::seen(value))));
        seen.extend(
            printed(&report.stdout, observation.stdout).map(|text| format!("printed {}", words::quoted(text.trim_end_matches('\n')))),
        );
        seen.extend(observation.raised.as_ref().map(|raised| format!("raised {}", words::raised(raised))));
        if seen.is_empty() {
            seen.push("passed".to_owned());
        }
        let mut text = self.indented(5, &seen.join("; "));
        text.replace_range(..5.min(text.len()), &format!("#{:<3} ", observation.probe));
        for answer in &observation.answers {
            text.push_str(&self.indented(5, &format!("· {}", words::answer(answer))));
        }
        text
    }

    fn output(&self, name: &str, captured: &Captured) -> String {
        let lines: Vec<&str> = captured.text.lines().collect();
        if lines.is_empty() {
            return String::new();
        }
        let mut text = format!("{}\n", paint(self.palette.quiet, name));
        for line in lines.iter().take(OUTPUT) {
            text.push_str(&format!("  {}\n", visible::one_line(line, self.settings.width.saturating_sub(2))));
        }
        if lines.len() > OUTPUT || captured.truncated {
            let more = match lines.len().saturating_sub(OUTPUT) {
                0 => "more was not kept".to_owned(),
                more if captured.truncated => format!("{}, and what was not kept", count(more, "more line")),
                more => count(more, "more line"),
            };
            text.push_str(&format!("  ⋯ {more}\n"));
        }
        text
    }
}

/// What appeared on standard output between two offsets. The example may have forged them.
fn printed(captured: &Captured, (from, to): (u64, u64)) -> Option<&str> {
    let text = captured.text.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)?;
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
