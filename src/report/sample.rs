//! Examples, claims and events made by hand, for the tests of the reporters.

use std::{ops::Range, sync::Arc};

use super::{Activity, Checked, Event, Header, OnPython, Settings, human::Human};
use crate::{
    claim::{Claim, Form, Kind, Reading, Says, Strength, Subject, Target},
    document::Document,
    extract::{Example, Language},
    judge::{Judged, Judgement, Outcome, Verdict},
    run::protocol::{Clock, Mode, Protection, Ready},
};

/// The example on these lines of a document of this text; its code is those lines without their common indentation.
pub(super) fn example(id: &str, path: &str, text: &str, (first, last): (u32, u32)) -> Example {
    let document = Arc::new(Document::of_text(path, text));
    let ranges: Vec<Range<usize>> = (first..=last).map(|line| document.line_range(line)).collect();
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let filled = ranges.iter().map(|range| &document.text[range.clone()]).filter(|line| !line.trim().is_empty());
    let common = filled.map(indentation).min().unwrap_or(0);
    let line_offsets: Vec<usize> = ranges.iter().map(|range| (range.start + common).min(range.end)).collect();
    let code = ranges.iter().zip(&line_offsets).map(|(range, start)| format!("{}\n", &document.text[*start..range.end])).collect();
    Example {
        id: id.to_owned(),
        section: id.split('.').next().unwrap_or(id).to_owned(),
        first_line: first,
        last_line: last,
        span: ranges[0].start..ranges[ranges.len() - 1].end,
        language: Language::Python,
        code,
        line_offsets,
        attributes: Default::default(),
        outputs: Vec::new(),
        jumps: Vec::new(),
        document,
    }
}

/// A firm claim that a statement (found by its text) makes with this text (the last of its like).
pub(super) fn claim(example: &Example, statement: &str, claimed: &str, kind: Kind) -> Claim {
    let start = example.code.rfind(claimed).expect("the example holds the claim");
    let target = example.code.find(statement).expect("the example holds the statement");
    Claim {
        span: start..start + claimed.len(),
        position: example.position(start),
        form: Form::Trailing,
        kind,
        strength: Strength::Firm,
        expected: claimed.lines().map(|line| line.trim_start_matches("# ")).collect::<Vec<_>>().join("\n"),
        target: Target { range: target..target + statement.len(), subject: Subject::Expression },
        readings: vec![Reading { says: Says::Value(claimed.to_owned()), strength: Strength::Firm }],
        condition: None,
    }
}

/// The example as it is when it ran under Python 3.13 and claims nothing.
pub(super) fn checked(example: Example) -> Checked {
    let rerun = format!("{} --snippet {}", example.document.path, example.id);
    Checked {
        example: Arc::new(example),
        claims: Vec::new(),
        judged: Judged { outcome: Outcome::Ran, reason: None, category: String::new(), stopped_at: None, judgements: Vec::new() },
        acknowledged: Vec::new(),
        continues: Vec::new(),
        python: Some("3.13.0".to_owned()),
        python_reason: None,
        versions: Vec::new(),
        marked: Vec::new(),
        proposals: Vec::new(),
        additions: Vec::new(),
        requires: Vec::new(),
        mode: Mode::Script,
        clock: Clock::Real,
        seconds: 0.0125,
        slow: None,
        granted: Vec::new(),
        provided: Vec::new(),
        used_by: Vec::new(),
        activity: Activity::default(),
        ours: false,
        stdout: String::new(),
        stderr: String::new(),
        rerun,
    }
}

impl Checked {
    /// With a claim that was judged so.
    pub(super) fn with(mut self, claim: Claim, verdict: Verdict, actual: &str) -> Checked {
        let actual = (!actual.is_empty()).then(|| actual.to_owned());
        self.judged.judgements.push(Judgement {
            verdict,
            actual,
            reason: None,
            category: String::new(),
            mode: Mode::Script,
            again: None,
            difference: None,
        });
        self.claims.push(claim);
        self.acknowledged.push(None);
        self
    }

    /// With this reason, of this category, for the last judgement.
    pub(super) fn because(mut self, category: &str, reason: &str) -> Checked {
        let judgement = self.judged.judgements.last_mut().expect("there is a claim");
        judgement.reason = Some(reason.to_owned());
        judgement.category = category.to_owned();
        self
    }

    /// With the last claim acknowledged as wrong.
    pub(super) fn known(mut self, because: &str) -> Checked {
        *self.acknowledged.last_mut().expect("there is a claim") = Some(because.to_owned());
        self
    }

    /// With what came of it on one of several Pythons: for each claim the verdict, and what was seen or why it can't be said.
    pub(super) fn on(mut self, python: &str, outcome: Outcome, judged: &[Option<(Verdict, &str)>]) -> Checked {
        let judgement = |(verdict, text): (Verdict, &str)| {
            let said = Some(text.to_owned());
            let (actual, reason) = if verdict == Verdict::Unsettled { (None, said) } else { (said, None) };
            Judgement { verdict, actual, reason, category: "reason".to_owned(), mode: Mode::Script, again: None, difference: None }
        };
        self.versions.push(OnPython {
            python: python.to_owned(),
            outcome,
            reason: (outcome == Outcome::Skipped).then(|| "needs Python 3.12 or newer: `type` statement".to_owned()),
            category: if outcome == Outcome::Skipped { "python".to_owned() } else { String::new() },
            for_claims: false,
            judgements: judged.iter().map(|judged| judged.map(judgement)).collect(),
            acknowledged: vec![None; judged.len()],
            seconds: 0.01,
        });
        self
    }

    /// With another outcome, at this line of the code.
    pub(super) fn ended(mut self, outcome: Outcome, reason: &str, category: &str, stopped_at: Option<u32>) -> Checked {
        self.python = (outcome != Outcome::Skipped).then(|| "3.13.0".to_owned());
        self.judged = Judged { outcome, reason: Some(reason.to_owned()), category: category.to_owned(), stopped_at, ..self.judged };
        self
    }
}

/// What protects a run here: everything.
pub(super) fn protection() -> Protection {
    Protection {
        landlock: Some(7),
        network: "isolated".to_owned(),
        namespaces: ["user", "mount", "pid", "net", "ipc", "uts"].map(str::to_owned).to_vec(),
        seccomp: true,
        missing: Vec::new(),
    }
}

/// The events of a run of these examples.
pub(super) fn run(examples: Vec<Checked>) -> Vec<Event> {
    protected_run(examples, protection())
}

/// The events of a run under this protection.
pub(super) fn protected_run(examples: Vec<Checked>, sandbox: Protection) -> Vec<Event> {
    let ready = Ready { python: "3.13.0".to_owned(), sandbox };
    let mut events = vec![Event::Started(Header {
        examples: examples.len(),
        runs: examples.len(),
        pythons: vec!["3.13.0".to_owned()],
        jobs: 2,
        server: Some(ready),
        unread: 0,
    })];
    for (index, checked) in examples.into_iter().enumerate() {
        events.push(Event::ExampleStarted { index, id: checked.example.id.clone() });
        events.push(Event::RunEnded);
        events.push(Event::ExampleDone { index, checked: Box::new(checked) });
    }
    events.push(Event::Ended { seconds: 0.4123, interrupted: false });
    events
}

/// The report for people of these events.
pub(super) fn report(events: &[Event], settings: Settings) -> String {
    let mut out = Vec::new();
    let mut human = Human::new(&mut out, settings);
    for event in events {
        human.event(event).unwrap();
    }
    String::from_utf8(out).unwrap()
}
