//! The report for machines: one JSON document, `format_version` first.
//!
//! The keys and their order are a promise; new keys come behind the old ones. Only the serialised text of each example is kept
//! until the end (in a `Spool`), as what stands before the examples is known last.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use serde::Serialize;

use super::{
    Activity, Checked, Event, Header, OnPython, Problem, Summary, Updated, order::InOrder, output::Output, problem_key, spool::Spool,
    versions::in_order,
};
use crate::{
    claim::{Claim, Form, Kind, Strength},
    document::Position,
    extract::Language,
    judge::{Difference, Judgement, Outcome, Verdict},
    run::protocol::{Mode, Protection},
    update::{Addition, Edit, Proposal},
};

/// Version of the format: a number that changes when an old key changes its meaning or goes away.
pub const FORMAT_VERSION: u32 = 1;

/// Bytes that are written at once, lest each line be a call of the system.
const AT_ONCE: usize = 1 << 16;

/// The reporter for machines.
pub struct Json<'a> {
    out: Output<'a>,
    header: Option<Header>,
    examples: InOrder<String>,
    /// The examples whose turn has come.
    ready: Spool,
    pythons: BTreeSet<String>,
    problems: Vec<Problem>,
    summary: Summary,
    /// What was written into documents, or would be; `None` where nobody asked.
    updates: Option<Vec<Updated>>,
}

impl<'a> Json<'a> {
    /// A reporter that writes to `out` when the run is over.
    pub fn new(out: &'a mut dyn Write) -> Json<'a> {
        Json {
            out: Output::new(out),
            header: None,
            examples: InOrder::new(),
            ready: Spool::default(),
            pythons: BTreeSet::new(),
            problems: Vec::new(),
            summary: Summary::default(),
            updates: None,
        }
    }

    /// The same reporter, where what is written into documents, or would be, is asked for.
    pub fn with_updates(self) -> Json<'a> {
        Json { updates: Some(Vec::new()), ..self }
    }

    /// Takes an event. A reader who went away is no error.
    pub fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Started(header) | Event::Continued(header) => self.header = Some(header.clone()),
            Event::ExampleStarted { .. } | Event::Installing(_) | Event::RunEnded => {}
            Event::ExampleDone { index, checked } => {
                self.summary.add(checked);
                self.pythons.extend(checked.python.iter().chain(checked.versions.iter().map(|on| &on.python)).cloned());
                let ready = self.examples.push(*index, serde_json::to_string(&example(checked))?);
                ready.iter().for_each(|example| self.ready.push(example));
            }
            Event::Updated(updated) => self.updates.get_or_insert_default().push(updated.clone()),
            Event::Problem(problem) => self.problems.push(problem.clone()),
            Event::Ended { seconds, interrupted } => {
                let rest = self.examples.rest();
                rest.iter().for_each(|example| self.ready.push(example));
                self.end(*seconds, *interrupted)?;
            }
        }
        Ok(())
    }

    fn end(&mut self, seconds: f64, interrupted: bool) -> io::Result<()> {
        let server = self.header.as_ref().and_then(|header| header.server.as_ref());
        if self.pythons.is_empty() {
            self.pythons.extend(server.map(|server| server.python.clone()));
        }
        let run = Run {
            python: in_order(&self.pythons),
            jobs: self.header.as_ref().map_or(0, |header| header.jobs),
            seconds: rounded(seconds),
            sandbox: server.map(|server| &server.sandbox),
            interrupted,
            not_run: self.header.as_ref().map_or(0, |header| header.examples).saturating_sub(self.summary.examples),
            not_read: self.header.as_ref().map_or(0, |header| header.unread),
        };
        self.problems.sort_by_cached_key(|problem| problem_key(&problem.message));
        let (run, summary, problems) =
            (serde_json::to_string(&run)?, serde_json::to_string(&self.summary)?, serde_json::to_string(&self.problems)?);
        let mut text = format!("{{\"format_version\": {FORMAT_VERSION},\n \"run\": {run},\n \"examples\": [");
        let mut separator = "";
        self.ready.drain(|example| {
            text.extend([separator, "\n  ", example]);
            separator = ",";
            if text.len() < AT_ONCE { Ok(()) } else { self.out.write(&std::mem::take(&mut text)) }
        })?;
        let updates = self.updates.as_ref().map(serde_json::to_string).transpose()?;
        let updates = updates.map(|updates| format!(",\n \"updates\": {updates}")).unwrap_or_default();
        text += &format!("],\n \"summary\": {summary},\n \"problems\": {problems}{updates}}}\n");
        self.out.write(&text)
    }
}

/// The run as a whole.
#[derive(Serialize)]
struct Run<'a> {
    python: Vec<&'a str>,
    jobs: usize,
    seconds: f64,
    sandbox: Option<&'a Protection>,
    interrupted: bool,
    not_run: usize,
    not_read: usize,
}

/// An example.
#[derive(Serialize)]
struct ExampleRecord<'a> {
    id: &'a str,
    document: &'a str,
    lines: [u32; 2],
    language: &'a Language,
    python: Option<&'a str>,
    mode: Mode,
    continues: &'a [String],
    outcome: &'a Outcome,
    reason: Option<&'a str>,
    stopped_at: Option<u32>,
    seconds: f64,
    claims: Vec<ClaimRecord<'a>>,
    slow: bool,
    granted: Vec<&'a str>,
    activity: &'a Activity,
    clock: String,
    python_reason: Option<&'a str>,
    provided: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "in_their_order")]
    versions: Vec<(&'a str, ExampleOnPython<'a>)>,
    requires: &'a [String],
    used: Vec<&'a str>,
    used_by: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    additions: Vec<AdditionRecord<'a>>,
}

/// What can be done about a statement that shows something and claims nothing.
#[derive(Serialize)]
struct AdditionRecord<'a> {
    line: u32,
    column: u32,
    fix: Option<&'a Edit>,
    left: Option<&'a str>,
}

impl AdditionRecord<'_> {
    fn of(addition: &Addition) -> AdditionRecord<'_> {
        let Position { line, column } = addition.position;
        let (fix, left) = match &addition.proposal {
            Proposal::Edit(edit) => (Some(edit), None),
            Proposal::Left(reason) => (None, Some(reason.as_str())),
        };
        AdditionRecord { line, column, fix, left }
    }
}

/// What came of an example on one of several Pythons.
#[derive(Serialize)]
struct ExampleOnPython<'a> {
    outcome: Outcome,
    reason: Option<&'a str>,
    seconds: f64,
}

/// A claim and its verdict.
#[derive(Serialize)]
struct ClaimRecord<'a> {
    line: u32,
    column: u32,
    form: Form,
    kind: Kind,
    strength: Strength,
    expected: &'a str,
    actual: Option<&'a str>,
    verdict: Verdict,
    reason: Option<&'a str>,
    acknowledged: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "in_their_order")]
    versions: Vec<(&'a str, ClaimOnPython<'a>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    marked: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    again: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<&'a Difference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a Edit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<&'a str>,
}

/// A claim's verdict on one of several Pythons.
#[derive(Serialize)]
struct ClaimOnPython<'a> {
    verdict: Verdict,
    actual: Option<&'a str>,
    reason: Option<&'a str>,
    acknowledged: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    again: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<&'a Difference>,
}

fn example(checked: &Checked) -> ExampleRecord<'_> {
    let Checked { example, judged, .. } = checked;
    ExampleRecord {
        id: &example.id,
        document: example.document.path.as_str(),
        lines: [example.first_line, example.last_line],
        language: &example.language,
        python: checked.python.as_deref(),
        mode: checked.mode,
        continues: &checked.continues,
        outcome: &judged.outcome,
        reason: judged.reason.as_deref(),
        stopped_at: checked.stopped_at_line(),
        seconds: rounded(checked.seconds),
        claims: (0..checked.claims.len()).map(|index| record(checked, index)).collect(),
        slow: checked.slow.is_some(),
        granted: checked.granted_words(),
        activity: &checked.activity,
        clock: checked.clock.to_string(),
        python_reason: checked.python_reason.as_deref(),
        provided: &checked.provided,
        versions: checked.versions.iter().map(on_python).collect(),
        requires: &checked.requires,
        used: checked.granted.iter().filter(|granted| granted.used == Some(true)).map(|granted| granted.grant.as_str()).collect(),
        used_by: &checked.used_by,
        additions: checked.additions.iter().map(AdditionRecord::of).collect(),
    }
}

fn on_python(on: &OnPython) -> (&str, ExampleOnPython<'_>) {
    (&on.python, ExampleOnPython { outcome: on.outcome, reason: on.reason.as_deref(), seconds: rounded(on.seconds) })
}

fn record(checked: &Checked, index: usize) -> ClaimRecord<'_> {
    let (claim, judgement): (&Claim, &Judgement) = (&checked.claims[index], &checked.judged.judgements[index]);
    ClaimRecord {
        line: claim.position.line,
        column: claim.position.column,
        form: claim.form,
        kind: claim.kind,
        strength: claim.strength,
        expected: &claim.expected,
        actual: judgement.actual.as_deref(),
        verdict: judgement.verdict,
        reason: judgement.reason.as_deref(),
        acknowledged: checked.acknowledged[index].as_deref(),
        versions: checked.versions.iter().filter_map(|on| claim_on_python(on, index)).collect(),
        marked: checked.marked.get(index).and_then(|marked| marked.as_deref()),
        again: judgement.again.as_deref(),
        difference: judgement.difference.as_deref(),
        fix: checked.edit(index),
        left: checked.left(index),
    }
}

fn claim_on_python(on: &OnPython, index: usize) -> Option<(&str, ClaimOnPython<'_>)> {
    let Judgement { verdict, actual, reason, again, difference, .. } = on.judgements[index].as_ref()?;
    let acknowledged = on.acknowledged[index].as_deref();
    Some((
        &on.python,
        ClaimOnPython {
            verdict: *verdict,
            actual: actual.as_deref(),
            reason: reason.as_deref(),
            acknowledged,
            again: again.as_deref(),
            difference: difference.as_deref(),
        },
    ))
}

/// Entries as an object that keeps their order.
fn in_their_order<K: Serialize, V: Serialize, S: serde::Serializer>(entries: &[(K, V)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(key, value)| (key, value)))
}

/// Seconds to the microsecond; nobody measures finer.
fn rounded(seconds: f64) -> f64 {
    let rounded = (seconds * 1e6).round() / 1e6;
    if rounded.is_finite() { rounded } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::report::{
        Severity,
        sample::{checked, claim, example, run},
    };

    fn report(events: &[Event]) -> String {
        let mut out = Vec::new();
        let mut json = Json::new(&mut out);
        for event in events {
            json.event(event).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    fn examples() -> Vec<Checked> {
        let text = "x = [1]\nprint(x)  # [2]\nx  # [1]\n\n$ ls\n";
        let first = example("q1.1", "docs/a.txt", text, (1, 3));
        let (printed, value) = (claim(&first, "print(x)", "[2]", Kind::Stdout), claim(&first, "x", "[1]", Kind::Value));
        let unreached = value.clone();
        let mut first = checked(first)
            .with(printed, Verdict::Wrong, "[1]")
            .known("it is [1]")
            .with(value, Verdict::Holds, "[1]")
            .with(unreached, Verdict::Unsettled, "")
            .because("never-reached", "never reached: stopped at line 3");
        first.continues = vec!["q0.1".to_owned()];
        let raised = checked(example("q1.2", "docs/a.txt", text, (1, 3))).ended(Outcome::Raised, "NameError: \x1b\0", "", Some(2));
        let mut shell = example("q1.3", "docs/a.txt", text, (5, 5));
        shell.language = Language::Shell;
        let mut other = example("q1.4", "docs/a.txt", text, (5, 5));
        other.language = Language::Other("fortran".to_owned());
        let skipped = |example| checked(example).ended(Outcome::Skipped, "written in another language", "language", None);
        vec![first, raised, skipped(shell), skipped(other)]
    }

    #[test]
    fn keys_and_their_order() {
        let mut events = run(examples());
        let problem = Problem { message: "a.md:1:1: stale".to_owned(), severity: Severity::Failure };
        events.insert(1, Event::Problem(problem));
        insta::assert_snapshot!(report(&events), @r#"
        {"format_version": 1,
         "run": {"python":["3.13.0"],"jobs":2,"seconds":0.4123,"sandbox":{"landlock":7,"network":"isolated","namespaces":["user","mount","pid","net","ipc","uts"],"seccomp":true,"missing":[]},"interrupted":false,"not_run":0,"not_read":0},
         "examples": [
          {"id":"q1.1","document":"docs/a.txt","lines":[1,3],"language":"python","python":"3.13.0","mode":"script","continues":["q0.1"],"outcome":"ran","reason":null,"stopped_at":null,"seconds":0.0125,"claims":[{"line":2,"column":13,"form":"trailing","kind":"stdout","strength":"firm","expected":"[2]","actual":"[1]","verdict":"wrong","reason":null,"acknowledged":"it is [1]"},{"line":3,"column":6,"form":"trailing","kind":"value","strength":"firm","expected":"[1]","actual":"[1]","verdict":"holds","reason":null,"acknowledged":null},{"line":3,"column":6,"form":"trailing","kind":"value","strength":"firm","expected":"[1]","actual":null,"verdict":"unsettled","reason":"never reached: stopped at line 3","acknowledged":null}],"slow":false,"granted":[],"activity":{"read":[],"written":[],"sockets":[],"processes":[],"started":null},"clock":"real","python_reason":null,"provided":[],"requires":[],"used":[],"used_by":[]},
          {"id":"q1.2","document":"docs/a.txt","lines":[1,3],"language":"python","python":"3.13.0","mode":"script","continues":[],"outcome":"raised","reason":"NameError: \u001b\u0000","stopped_at":2,"seconds":0.0125,"claims":[],"slow":false,"granted":[],"activity":{"read":[],"written":[],"sockets":[],"processes":[],"started":null},"clock":"real","python_reason":null,"provided":[],"requires":[],"used":[],"used_by":[]},
          {"id":"q1.3","document":"docs/a.txt","lines":[5,5],"language":"shell","python":null,"mode":"script","continues":[],"outcome":"skipped","reason":"written in another language","stopped_at":null,"seconds":0.0125,"claims":[],"slow":false,"granted":[],"activity":{"read":[],"written":[],"sockets":[],"processes":[],"started":null},"clock":"real","python_reason":null,"provided":[],"requires":[],"used":[],"used_by":[]},
          {"id":"q1.4","document":"docs/a.txt","lines":[5,5],"language":"fortran","python":null,"mode":"script","continues":[],"outcome":"skipped","reason":"written in another language","stopped_at":null,"seconds":0.0125,"claims":[],"slow":false,"granted":[],"activity":{"read":[],"written":[],"sockets":[],"processes":[],"started":null},"clock":"real","python_reason":null,"provided":[],"requires":[],"used":[],"used_by":[]}],
         "summary": {"examples":4,"ran":1,"raised":1,"timed-out":0,"crashed":0,"invalid":0,"skipped":{"language":2},"claims":{"holds":1,"wrong":1,"unsettled":1,"acknowledged":1,"unsettled_by":{"never-reached":1}}},
         "problems": [{"message":"a.md:1:1: stale","severity":"failure"}]}
        "#);
    }

    #[test]
    fn run_without_examples() {
        let events = [
            Event::Started(Header { examples: 0, runs: 0, pythons: Vec::new(), jobs: 4, server: None, unread: 0 }),
            Event::Ended { seconds: f64::NAN, interrupted: false },
        ];
        insta::assert_snapshot!(report(&events), @r#"
        {"format_version": 1,
         "run": {"python":[],"jobs":4,"seconds":0.0,"sandbox":null,"interrupted":false,"not_run":0,"not_read":0},
         "examples": [],
         "summary": {"examples":0,"ran":0,"raised":0,"timed-out":0,"crashed":0,"invalid":0,"skipped":{},"claims":{"holds":0,"wrong":0,"unsettled":0,"acknowledged":0,"unsettled_by":{}}},
         "problems": []}
        "#);
    }

    #[test]
    fn interrupted_run_counts_what_was_not_run() {
        let mut events = run(examples());
        events.truncate(4);
        events.push(Event::Ended { seconds: 1.0, interrupted: true });
        let parsed: Value = serde_json::from_str(&report(&events)).unwrap();
        assert_eq!((&parsed["run"]["interrupted"], &parsed["run"]["not_run"]), (&Value::from(true), &Value::from(3)));
    }

    proptest! {
        #[test]
        fn order_of_events_does_not_matter(order in Just((0..4).collect::<Vec<usize>>()).prop_shuffle()) {
            let events = run(examples());
            let mut shuffled = vec![events[0].clone()];
            shuffled.extend(order.into_iter().map(|index| events[3 * index + 3].clone()));
            shuffled.push(events[events.len() - 1].clone());
            prop_assert_eq!(report(&shuffled), report(&events));
        }

        #[test]
        fn any_text_comes_back_as_it_was(id in any::<String>(), path in any::<String>(), actual in any::<String>(), seconds in any::<f64>()) {
            let example = example(&id, &path, "x  # 1\n", (1, 1));
            let claim = claim(&example, "x", "1", Kind::Value);
            let mut checked = checked(example).with(claim, Verdict::Wrong, "").because("", &actual);
            checked.judged.judgements[0].actual = Some(actual.clone());
            checked.seconds = seconds;
            let parsed: Value = serde_json::from_str(&report(&run(vec![checked]))).unwrap();
            let example = &parsed["examples"][0];
            prop_assert_eq!(&example["id"], &Value::from(id));
            prop_assert_eq!(&example["document"], &Value::from(path));
            prop_assert_eq!(&example["claims"][0]["actual"], &Value::from(actual.clone()));
            prop_assert_eq!(&example["claims"][0]["reason"], &Value::from(actual));
        }
    }
}
