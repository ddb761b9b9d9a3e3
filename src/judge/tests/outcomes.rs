//! Outcomes of examples, and claims that were never reached.

use super::*;
use crate::run::protocol::Prelude;

/// A report without observations that ended in this way.
fn ended(end: End, notes: Vec<Note>) -> Report {
    Report { end, notes, ..report(&[]) }
}

/// An example whose document has ten lines before it.
fn on_line_11(example: Example) -> Example {
    let document = Arc::new(Document::of_text("sample.txt", &format!("{}{}", "\n".repeat(10), example.code)));
    let line_offsets = example.line_offsets.iter().map(|offset| offset + 10).collect();
    Example { document, first_line: 11, last_line: example.last_line + 10, line_offsets, ..example }
}

fn judge_end(report: Report) -> Judged {
    let example = on_line_11(example("q1.1", "a\nb\nf()"));
    let claim = claim(&example, "f()", Subject::Expression, "1", &[(Says::Value("1".to_owned()), Strength::Firm)]);
    let claims = [claim];
    let plan = planned(&example, &claims);
    judge(&example, &claims, &plan, &[report], &Before::default())
}

fn stopped(r#type: &str, message: &str, line: u32) -> Note {
    Note::Stopped(Raised { line: Some(line), ..raised(r#type, message) })
}

#[test]
fn each_end_has_an_outcome() {
    let exit = |code: Option<&str>| Note::Stopped(Raised { subject: code.map(str::to_owned), ..raised("SystemExit", "") });
    for (end, notes, outcome, category, reason) in [
        (End::Exited(0), vec![Note::Finished], Outcome::Ran, "", None),
        (End::Exited(0), vec![exit(None)], Outcome::Ran, "", None),
        (End::Exited(0), vec![exit(Some("0"))], Outcome::Ran, "", None),
        (End::Exited(3), vec![exit(Some("3"))], Outcome::Raised, "exception", Some("SystemExit: 3")),
        (End::Exited(1), vec![exit(Some("bad call"))], Outcome::Raised, "exception", Some("SystemExit: bad call")),
        (End::Exited(1), vec![stopped("ValueError", "bad", 2)], Outcome::Raised, "exception", Some("ValueError: bad")),
        (
            End::Exited(1),
            vec![stopped("NameError", "name 'q' is not defined", 2)],
            Outcome::Raised,
            "name",
            Some("NameError: name 'q' is not defined"),
        ),
        (
            End::Exited(1),
            vec![stopped("ModuleNotFoundError", "No module named 'attr'", 2)],
            Outcome::Skipped,
            "package",
            Some("needs package `attrs` for module `attr`: add it to `requires`"),
        ),
        (
            End::Exited(1),
            vec![Note::Invalid(raised("SyntaxError", "invalid syntax"))],
            Outcome::Invalid,
            "syntax",
            Some("SyntaxError: invalid syntax"),
        ),
        (End::Exited(0), vec![], Outcome::Crashed, "crash", Some("ended itself with status 0, without an exception (`os._exit`)")),
        (End::Exited(7), vec![], Outcome::Crashed, "crash", Some("ended itself with status 7, without an exception (`os._exit`)")),
        (End::Exited(7), vec![Note::Finished], Outcome::Crashed, "crash", Some("ended with status 7 after it had run to its end")),
        (End::Signalled(11), vec![], Outcome::Crashed, "crash", Some("ended by SIGSEGV (signal 11)")),
        (End::Signalled(99), vec![], Outcome::Crashed, "crash", Some("ended by signal 99")),
        (End::TimedOut, vec![], Outcome::TimedOut, "time", Some("timed out after 10 s")),
        (End::TimedOut, vec![Note::Finished], Outcome::TimedOut, "time", Some("timed out after 10 s")),
        (End::OutputLimit, vec![], Outcome::Crashed, "output", Some("wrote more than it may")),
        (End::MemoryLimit, vec![], Outcome::Crashed, "memory", Some("its processes together took more memory than they may")),
        (End::Garbled("torn".to_owned()), vec![], Outcome::Crashed, "crash", Some("what was noted of it can't be read: torn")),
        (End::Lost("gone".to_owned()), vec![], Outcome::Crashed, "server", Some("its server was lost: gone")),
    ] {
        let judged = judge_end(ended(end.clone(), notes));
        assert_eq!((judged.outcome, judged.category.as_str(), judged.reason.as_deref()), (outcome, category, reason), "{end:?}");
        assert_eq!(judged.judgements[0].verdict, Verdict::Unsettled, "{end:?}");
    }
}

#[test]
fn reasons_of_what_was_never_reached() {
    for (end, notes, reason) in [
        (End::Exited(0), vec![Note::Finished], "the statement was never passed"),
        (End::Exited(1), vec![stopped("ValueError", "bad", 2)], "never reached: stopped at line 12 by ValueError: bad"),
        (End::Exited(1), vec![stopped("NameError", "name 'a' is not defined", 1)], "needs name `a` (stopped at line 11)"),
        (
            End::Exited(1),
            vec![stopped("ModuleNotFoundError", "No module named 'attr'", 1)],
            "needs package `attrs` for module `attr`: add it to `requires` (stopped at line 11)",
        ),
        (End::TimedOut, vec![], "never reached: timed out after 10 s"),
        (End::Signalled(9), vec![], "never reached: ended by SIGKILL (signal 9)"),
        (End::Exited(1), vec![Note::Invalid(raised("SyntaxError", "no"))], "the example isn't valid Python: SyntaxError: no"),
    ] {
        assert_eq!(judge_end(ended(end, notes)).judgements[0].reason.as_deref(), Some(reason));
    }
}

#[test]
fn what_was_seen_before_the_stop_stands() {
    let mut report = report(&[valued("1", Some(true))]);
    report.end = End::TimedOut;
    report.notes.pop();
    let judged = judge_end(report);
    assert_eq!((judged.outcome, judged.judgements[0].verdict), (Outcome::TimedOut, Verdict::Holds));
}

#[test]
fn an_exception_that_was_claimed_ends_an_example_rightly() {
    let example = example("q1.1", "def g():\n    f()\ng()");
    let says = Says::Raises { exception: Some("ValueError".to_owned()), message: None };
    let claims = [claim(&example, "f()", Subject::Expression, "ValueError", &[(says, Strength::Firm)])];
    let plan = planned(&example, &claims);
    assert!(!plan.runs[0].job.probes[0].catches, "its caller may handle it");
    let mut report = report(&[raising("ValueError", "bad")]);
    report.end = End::Exited(1);
    report.notes.pop();
    report.notes.push(stopped("ValueError", "bad", 2));
    let judged = judge(&example, &claims, &plan, &[report.clone()], &Before::default());
    assert_eq!((judged.outcome, judged.judgements[0].verdict), (Outcome::Ran, Verdict::Holds));
    assert_eq!(judged.reason.as_deref(), Some("stopped as claimed by ValueError: bad"));
    report.notes.pop();
    report.notes.push(stopped("ValueError", "another", 3));
    assert_eq!(judge(&example, &claims, &plan, &[report], &Before::default()).outcome, Outcome::Raised);
}

#[test]
fn at_a_prompt_the_first_unclaimed_exception_counts() {
    let example = example("q1.1", ">>> f()\nTraceback (most recent call last):\nValueError: bad\n>>> g()\n1");
    let says = Says::Raises { exception: Some("ValueError".to_owned()), message: None };
    let claims = [claim(&example, "f()", Subject::Expression, "ValueError: bad", &[(says, Strength::Firm)])];
    let plan = planned(&example, &claims);
    assert_eq!((plan.runs[0].mode, plan.runs[0].job.code.as_str()), (Mode::Prompt, "f()\n\n\ng()\n\n"));
    assert_eq!((plan.runs[0].job.probes[0].line, plan.runs[0].job.probes[0].column, plan.runs[0].job.probes[0].catches), (1, 0, true));
    let mut report = report(&[raising("ValueError", "bad")]);
    report.notes.insert(2, stopped("ValueError", "bad", 1));
    assert_eq!(judge(&example, &claims, &plan, &[report.clone()], &Before::default()).outcome, Outcome::Ran);
    report.notes.insert(3, stopped("KeyError", "'k'", 4));
    report.notes.insert(4, stopped("TypeError", "follows from it", 4));
    let judged = judge(&example, &claims, &plan, &[report], &Before::default());
    assert_eq!((judged.outcome, judged.reason.as_deref(), judged.stopped_at), (Outcome::Raised, Some("KeyError: 'k'"), Some(4)));
}

#[test]
fn passes_that_are_not_noted_may_be_what_is_claimed() {
    let example = example("q1.1", "print(x)");
    let says = Says::PrintedTimes(3);
    let claims = [claim(&example, "print(x)", Subject::Print, "3 times", &[(says, Strength::Firm)])];
    let plan = planned(&example, &claims);
    let mut report = report(&[printing("a\n"), printing("a\n")]);
    assert_eq!(judge(&example, &claims, &plan, &[report.clone()], &Before::default()).judgements[0].verdict, Verdict::Wrong);
    report.notes.push(Note::Cut { probe: 0 });
    assert_eq!(judge(&example, &claims, &plan, &[report], &Before::default()).judgements[0].verdict, Verdict::Unsettled);
}

#[test]
fn a_prelude_that_raised_is_named() {
    let example = example("q1.2", "f()");
    let Planned::Run(mut plan) = plan(&example, &[], &needs()) else { panic!("it can run") };
    plan.runs[0].job.prelude.push(Prelude { filename: "<q1.1>".to_owned(), code: "boom()\n".to_owned() });
    let notes = vec![
        Note::PreludeRaised { index: 0, raised: raised("KeyError", "'k'") },
        Note::PreludeRaised { index: 9, raised: raised("KeyError", "'k'") },
        stopped("NameError", "name 'f' is not defined", 1),
    ];
    let judged = judge(&example, &[], &plan, &[ended(End::Exited(1), notes)], &Before::default());
    assert_eq!(judged.reason.as_deref(), Some("NameError: name 'f' is not defined; <q1.1> had raised KeyError: 'k'"));
}

#[test]
fn without_a_report_nothing_is_said() {
    let example = example("q1.1", "f()");
    let claims = [claim(&example, "f()", Subject::Expression, "1", &[(Says::Value("1".to_owned()), Strength::Firm)])];
    let judged = judge(&example, &claims, &planned(&example, &claims), &[], &Before::default());
    assert_eq!((judged.outcome, judged.judgements[0].verdict), (Outcome::Skipped, Verdict::Unsettled));
}
