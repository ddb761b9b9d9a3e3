//! Explanations of examples made by hand.

use proptest::prelude::*;

use super::*;
use crate::{
    claim::{Condition, Kind, Reading, Says, Strength},
    report::sample::{checked, claim, example},
    run::protocol::{Limits, Mode, Query, QueryAnswer, QuerySubject, Raised, Seen},
};

const GUIDE: &str = "How are numbers added?\n\nvalues = [1, 2]\nprint(sum(values))  # 4\n";

fn job(mode: Mode) -> Job {
    let query = Query { subject: QuerySubject::Value, equals: Some("4".to_owned()) };
    Job {
        number: 0,
        filename: "<q2.1>".to_owned(),
        code: "values = [1, 2]\nprint(sum(values))  # 4\n".to_owned(),
        mode,
        prelude: vec![Prelude { filename: "<setup of q2.1>".to_owned(), code: "import math\n".to_owned() }],
        pieces: Vec::new(),
        probes: vec![Probe { number: 0, line: 2, column: 0, catches: true, queries: vec![query] }],
        limits: Limits::default(),
        preload: vec![],
        packages: Default::default(),
        beforehand: Default::default(),
        to_come: 0,
        provisions: None,
        followers: Vec::new(),
        clock_ahead: None,
        given: None,
    }
}

fn report() -> Report {
    let seen = Seen { repr: "None".to_owned(), str: None, r#type: "NoneType".to_owned(), truncated: false };
    let observation = Observation {
        probe: 0,
        stdout: (0, 2),
        stderr: (0, 0),
        seconds: 0.0001,
        raised: None,
        value: Some(seen.clone()),
        answers: vec![QueryAnswer { seen: Some(seen), error: None, equal: Some(false), expression_error: None }],
    };
    Report {
        number: 0,
        end: End::Exited(0),
        seconds: 0.0123,
        cpu_seconds: 0.01,
        memory: 10 << 20,
        started: None,
        stdout: Captured { text: "3\n".to_owned(), truncated: false },
        stderr: Captured::default(),
        notes: vec![Note::Started { stdout: 0, stderr: 0 }, Note::Seen(observation), Note::Finished],
    }
}

#[test]
fn example_that_was_run() {
    let example = example("q2.1", "guide.txt", GUIDE, (3, 4));
    let mut claim = claim(&example, "print(sum(values))", "4", Kind::Stdout);
    claim.readings = vec![
        Reading { says: Says::Printed("4".to_owned()), strength: Strength::Firm },
        Reading { says: Says::PrintedTimes(4), strength: Strength::Soft },
    ];
    claim.condition = Some(Condition::Prompt);
    let checked = checked(example.clone()).with(claim.clone(), Verdict::Wrong, "3").because("", "in the only pass");
    let (jobs, report) = ([job(Mode::Script), job(Mode::Prompt)], report());
    let run = |job, report| ExplainedRun { python: "3.13.0", job, report, again: None };
    let runs = [run(&jobs[0], Some(&report)), run(&jobs[1], None)];
    let explanation = Explanation {
        example: &example,
        title: "How are numbers added?",
        claims: &[claim],
        continues: &["q1.1".to_owned()],
        requires: &["attrs>=23".to_owned()],
        runs: &runs,
        checked: Some(&checked),
    };
    insta::assert_snapshot!(explain(&explanation, &Settings::default()), @"
    q2.1  guide.txt:3–4

    title      How are numbers added?
    section    q2
    language   python
    runs       as a script, then at the prompt
    continues  q1.1
    python     3.13.0
    requires   attrs>=23
    limits     time 10 s, cpu time 40 s, memory 2 GiB, processes 64, open files 1024, file size 256 MiB,
               scratch size 256 MiB, output 1 MiB
    outcome    ran to its end

    ── 1 claim ─────────────────────────────────────────────────────────────
    4:23     `4`
             a comment behind the statement, about what is printed, firm
             only at the prompt
             · it prints `4` (firm)
             · it prints 4 lines, or is passed 4 times (soft)
             → wrong: seen `3`; in the only pass; as a script

    ── before it: <setup of q2.1> ──────────────────────────────────────────
    1 │ import math

    ── what runs ───────────────────────────────────────────────────────────
    1 │ values = [1, 2]
    2 │ print(sum(values))  # 4

    ── 1 probe on it ───────────────────────────────────────────────────────
    #0   line 2, column 1; goes on behind it if it raises
         · its value; does it equal `4`?

    ── what was seen as a script ───────────────────────────────────────────
    exited with status 0, after 12 ms (10 ms of a processor, 10 MiB at most)
    #0   value `None` (of type `NoneType`); printed `3`
         · `None` (of type `NoneType`), not equal
    reached its end
    standard output
      3
    ");
}

#[test]
fn example_that_is_skipped() {
    let example = example("q2.1", "guide.txt", GUIDE, (3, 4));
    let checked = checked(example.clone()).ended(Outcome::Skipped, "needs package `attrs`", "package", None);
    let explanation =
        Explanation { example: &example, title: "", claims: &[], continues: &[], requires: &[], runs: &[], checked: Some(&checked) };
    insta::assert_snapshot!(explain(&explanation, &Settings::default()), @"
    q2.1  guide.txt:3–4

    section    q2
    language   python
    continues  nothing
    outcome    skipped: needs package `attrs`

    ── 0 claims ────────────────────────────────────────────────────────────
    ");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_or_sends_controls(text in any::<String>(), from in any::<u64>(), to in 0_u64..9, width in 0_usize..120) {
        let example = example("q2.1", &text, GUIDE, (3, 4));
        let mut job = job(Mode::Script);
        (job.code, job.prelude[0].filename) = (text.clone(), text.clone());
        let mut report = report();
        (report.stdout.text, report.stderr.text) = (text.clone(), text.clone());
        report.end = End::Garbled(text.clone());
        if let Note::Seen(observation) = &mut report.notes[1] {
            observation.stdout = (from, to);
        }
        let raised = Raised {
            r#type: text.clone(), module: String::new(), mro: vec![], message: text.clone(), line: Some(u32::MAX),
            traceback: String::new(), subject: None,
        };
        report.notes.extend([Note::Stopped(raised.clone()), Note::PreludeRaised { index: u32::MAX, raised }]);
        let runs = [ExplainedRun { python: &text, job: &job, report: Some(&report), again: Some(&report) }];
        let explanation = Explanation {
            example: &example, title: &text, claims: &[], continues: &[], requires: &[], runs: &runs,
            checked: None,
        };
        let shown = explain(&explanation, &Settings { width, ..Settings::default() });
        prop_assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{:?}", shown);
    }
}
