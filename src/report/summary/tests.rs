//! What is said at the end of a run, from events made by hand.

use crate::{
    claim::Kind,
    judge::{Outcome, Verdict},
    report::{
        Checked, Event, Header, Problem, Settings, Severity,
        sample::{checked, claim, example, protected_run, protection, report, run},
    },
    run::protocol::Protection,
};

fn fine() -> Checked {
    checked(example("guide.1", "guide.md", "print(3)  # 4\n", (1, 1)))
}

fn wrong() -> Checked {
    let example = example("guide.1", "guide.md", "print(3)  # 4\n", (1, 1));
    let claim = claim(&example, "print(3)", "4", Kind::Stdout);
    checked(example).with(claim, Verdict::Wrong, "3")
}

fn problem(message: &str, severity: Severity) -> Event {
    Event::Problem(Problem { message: message.to_owned(), severity })
}

#[test]
fn interrupted_run_says_what_was_not_run() {
    let mut events = run(vec![fine(), wrong(), wrong()]);
    // The second one never ended; the third one is shown all the same.
    events.remove(6);
    let Event::Started(mut header) = events[0].clone() else { panic!("a run starts") };
    header.unread = 12;
    events.insert(1, Event::Continued(header));
    *events.last_mut().unwrap() = Event::Ended { seconds: 75.4, interrupted: true };
    insta::assert_snapshot!(report(&events, Settings::default()), @"
    error[guide.1]: claim is wrong
      ╭▸ guide.md:1:13
      │
    1 │ print(3)  # 4
      │ ────────    ━ claimed output
      │
      ├ seen: 3
      ├ python: 3.13.0, as a script
      ╰ rerun: verify guide.md --snippet guide.1

    2 examples: 2 ran
    1 claim: 1 wrong
    Python 3.13.0, 2 at once, 1 min 15 s, sandboxed: Landlock 7, no network
    interrupted: 1 example was not run, and 12 documents not read
    1 claim is wrong
    ");
}

#[test]
fn nothing_run_says_why() {
    insta::assert_snapshot!(report(&run(vec![]), Settings::default()), @"
    0 examples
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    nothing was run, because there are no examples
    ");
    let skipped = || fine().ended(Outcome::Skipped, "written in shell", "language", None);
    let mut events = run(vec![skipped(), skipped()]);
    events[0] = Event::Started(Header { examples: 2, runs: 2, pythons: Vec::new(), jobs: 2, server: None, unread: 0 });
    insta::assert_snapshot!(report(&events, Settings::default()), @"
    2 examples: 2 skipped (language 2)
    0.41 s
    nothing was run, because all 2 examples are skipped (language 2)
    ");
    insta::assert_snapshot!(report(&run(vec![fine().ended(Outcome::Invalid, "SyntaxError", "", None)]), Settings::default()), @"
    1 example: 1 invalid
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    nothing was run, because the only example is invalid Python
    ");
}

#[test]
fn what_the_sandbox_lacks_is_loud() {
    let missing = Protection {
        landlock: None,
        network: "filtered".to_owned(),
        missing: vec!["no Landlock: this kernel is older than 5.13".to_owned(), "no network namespace: not permitted".to_owned()],
        ..protection()
    };
    insta::assert_snapshot!(report(&protected_run(vec![fine()], missing), Settings::default()), @"
    warning: sandbox: no Landlock: this kernel is older than 5.13
    warning: sandbox: no network namespace: not permitted

    1 example: 1 ran
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: network filtered; 2 protections are missing (see
      above)
    nothing wrong
    ");
    let none = Protection { network: "open".to_owned(), ..Protection::default() };
    insta::assert_snapshot!(report(&protected_run(vec![fine()], none), Settings::default()), @"
    warning: no sandbox (`--no-sandbox`): the examples can do to this system whatever you can do

    1 example: 1 ran
    Python 3.13.0, 2 at once, 0.41 s, NOT SANDBOXED: the examples could do to this system whatever you
      can do
    nothing wrong
    ");
}

#[test]
fn problems_are_listed_by_place() {
    let mut events = run(vec![fine()]);
    events.insert(1, problem("q01.md:10:1: the acknowledgement of `4` is stale: the claim holds; remove it", Severity::Failure));
    events.insert(2, problem("q01.md:9:1: front matter: unknown field `x`\x1b", Severity::Error));
    events.insert(1, problem("a.md has changed since its snippets were written", Severity::Warning));
    insta::assert_snapshot!(report(&events, Settings::default()), @"
    warning: a.md has changed since its snippets were written
    error: q01.md:9:1: front matter: unknown field `x`␛
    error: q01.md:10:1: the acknowledgement of `4` is stale: the claim holds; remove it

    1 example: 1 ran
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    2 problems (1 warning)
    ");
}

#[test]
fn each_python_has_its_counts() {
    let judged = |verdict| [Some((verdict, "3"))];
    let differs = wrong().on("3.9.2", Outcome::Ran, &judged(Verdict::Wrong)).on("3.10.1", Outcome::Ran, &judged(Verdict::Holds)).on(
        "3.11.0",
        Outcome::Skipped,
        &judged(Verdict::Unsettled),
    );
    let text = report(&run(vec![fine(), differs]), Settings::default());
    insta::assert_snapshot!(text[text.find("2 examples").unwrap_or(0)..], @"
    2 examples: 2 ran
    1 claim: 1 wrong

    PYTHON  RAN  SKIPPED  HOLD  WRONG  UNSETTLED
    ──────  ───  ───────  ────  ─────  ─────────
    3.9.2   1    0        0     1      0
    3.10.1  1    0        1     0      0
    3.11.0  0    1        0     0      1

    Python 3.9.2, 3.10.1 and 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    1 claim is wrong
    ");
}

#[test]
fn what_ran_on_another_python_is_named_with_the_reason() {
    let mut moved = fine();
    moved.python_reason = Some("needs Python 3.13 or newer: `copy.replace`".to_owned());
    let mut moved = moved.on("3.13.0", Outcome::Ran, &[]).on("3.12.1", Outcome::Ran, &[]);
    moved.versions[1].for_claims = true;
    insta::assert_snapshot!(report(&run(vec![moved]), Settings::default()), @"
    1 example: 1 ran
    Python 3.12.1 and 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    on another Python: guide.1 on 3.13.0 (needs Python 3.13 or newer: `copy.replace`)
    for claims that name a version: guide.1 on 3.12.1
    nothing wrong
    ");
}
