//! Plans of examples.

use super::*;
use crate::run::protocol::{Query, QuerySubject};

fn value(text: &str) -> [(Says, Strength); 1] {
    [(Says::Value(text.to_owned()), Strength::Firm)]
}

fn raises(name: &str) -> [(Says, Strength); 1] {
    [(Says::Raises { exception: Some(name.to_owned()), message: None }, Strength::Firm)]
}

#[test]
fn a_probe_for_each_statement_and_a_query_for_each_question() {
    let example = example("q7.2", "import json\nif x:\n    f()\nprint(1)");
    let claims = [
        claim(&example, "f()", Subject::Expression, "1", &[value("1"), [(Says::Type("int".to_owned()), Strength::Soft)]].concat()),
        claim(&example, "f()", Subject::Expression, "1", &value("1")),
        claim(&example, "print(1)", Subject::Print, "1", &value("1")),
        claim(&example, "import json", Subject::Example, "1", &[(Says::Printed("1".to_owned()), Strength::Firm)]),
    ];
    let plan = planned(&example, &claims);
    let [run] = plan.runs.as_slice() else { panic!("one run") };
    assert_eq!((run.mode, run.job.filename.as_str(), run.job.preload.as_slice()), (Mode::Script, "<q7.2>", &["json".to_owned()][..]));
    let places: Vec<_> = run.job.probes.iter().map(|probe| (probe.number, probe.line, probe.column, probe.queries.len())).collect();
    assert_eq!(places, [(0, 3, 4, 3), (1, 4, 0, 0), (2, 0, 0, 0)]);
    assert_eq!(run.job.probes[0].queries[0], Query { subject: QuerySubject::Value, equals: Some("1".to_owned()) });
    let asked: Vec<_> = run.asked.iter().flatten().map(|asked| (asked.probe, asked.queries.clone())).collect();
    assert_eq!(asked, [(0, vec![vec![0], vec![1, 2]]), (0, vec![vec![0]]), (1, vec![vec![]]), (2, vec![vec![]])]);
}

#[test]
fn columns_count_bytes() {
    let example = example("q1.1", "é = 1; f()");
    let plan = planned(&example, &[claim(&example, "f()", Subject::Expression, "1", &value("1"))]);
    assert_eq!((plan.runs[0].job.probes[0].line, plan.runs[0].job.probes[0].column), (1, 8));
}

#[test]
fn claimed_exceptions_are_passed_over_where_nobody_handles_them() {
    let example = example("q1.1", "top()\ntry:\n    inner()\nexcept E:\n    pass\nwith c:\n    guarded()");
    let of = |statement: &str, readings: &[(Says, Strength)]| {
        planned(&example, &[claim(&example, statement, Subject::Expression, "x", readings)]).runs[0].job.probes[0].catches
    };
    assert!(of("top()", &raises("E")));
    assert!(!of("top()", &value("1")));
    assert!(!of("inner()", &raises("E")));
    assert!(!of("guarded()", &raises("E")));
}

#[test]
fn a_claim_for_the_prompt_has_a_run_of_its_own() {
    let example = example("q1.1", "f()\ng()");
    let mut prompt = claim(&example, "g()", Subject::Expression, "False", &value("False"));
    prompt.condition = Some(Condition::Prompt);
    let claims = [claim(&example, "f()", Subject::Expression, "x", &raises("E")), prompt];
    let plan = planned(&example, &claims);
    let modes: Vec<_> = plan.runs.iter().map(|run| (run.mode, run.asked.iter().map(Option::is_some).collect::<Vec<_>>())).collect();
    assert_eq!(modes, [(Mode::Script, vec![true, false]), (Mode::Prompt, vec![false, true])]);
    assert!(plan.runs[1].job.probes.iter().any(|probe| probe.catches), "a claimed exception is passed over there too");
    let session = Example { language: Language::Session, ..example };
    let plan = planned(&session, &claims);
    assert_eq!(plan.runs.iter().map(|run| run.mode).collect::<Vec<_>>(), [Mode::Prompt]);
    assert!(plan.runs[0].asked.iter().all(Option::is_some));
}

#[test]
fn front_matter_and_continued_examples_come_first() {
    let needs = Needs {
        setup: Some("db = 1\n".to_owned()),
        continues: vec![("q1.1".to_owned(), "a = 1\n".to_owned())],
        mode: Some(Mode::Prompt),
        ..needs()
    };
    let Planned::Run(plan) = plan(&example("q1.2", "a"), &[], &needs) else { panic!("it can run") };
    let preludes: Vec<_> = plan.runs[0].job.prelude.iter().map(|prelude| prelude.filename.as_str()).collect();
    assert_eq!((preludes, plan.runs[0].mode), (vec!["<setup of q1.2>", "<q1.1>"], Mode::Prompt));
}

#[test]
fn what_cannot_run() {
    let skip = |example: Example| match plan(&example, &[], &needs()) {
        Planned::Skip { outcome, reason, category } => (outcome, reason, category),
        Planned::Run(_) => panic!("planned"),
    };
    let shell = Example { language: Language::Shell, ..example("q1.1", "ls") };
    assert_eq!(skip(shell), (Outcome::Skipped, "language: shell".to_owned(), "language".to_owned()));
    let other = Example { language: Language::Other("rust".to_owned()), ..example("q1.1", "ls") };
    assert_eq!(skip(other).1, "language: rust");
    let nul = "source code cannot contain null bytes (line 2)".to_owned();
    assert_eq!(skip(example("q1.1", "a\n\0")), (Outcome::Invalid, nul, "syntax".to_owned()));
    assert!(matches!(plan(&example("q1.1", "def ("), &[], &needs()), Planned::Run(_)), "CPython decides what is invalid");
}

#[test]
fn statements_behind_decorators() {
    let example = example("q1.1", "@cache\ndef f():\n    pass");
    let plan = planned(&example, &[claim(&example, "@cache\ndef f():\n    pass", Subject::Compound, "x", &raises("E"))]);
    assert_eq!((plan.runs[0].job.probes[0].line, plan.runs[0].job.probes[0].column), (2, 0));
}
