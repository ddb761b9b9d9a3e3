//! Examples that ended otherwise than their document says: ours, and strangers'.

use super::*;

/// An example of ours that ended so.
pub(super) fn ours(outcome: Outcome, reason: &str, stopped_at: Option<u32>, stderr: &str) -> Checked {
    let mut checked = checked(guide()).ended(outcome, reason, "", stopped_at);
    checked.ours = true;
    checked.stderr = stderr.to_owned();
    checked
}

#[test]
fn example_of_ours_that_raised() {
    let traceback = "Traceback (most recent call last):\n  File \"<guide.1>\", line 2, in <module>\n\tsum(values)\nTypeError: oh\x1b[0m\n";
    let raised = ours(Outcome::Raised, "TypeError: oh\x1b[0m", Some(2), traceback);
    insta::assert_snapshot!(report(&run(vec![raised]), Settings::default()), @r#"
    error[guide.1]: example raised an exception that nobody claimed
      ╭▸ guide.md:4:5
      │
    4 │     print(sum(values))  # 4
      │     ━━━━━━━━━━━━━━━━━━━━━━━ raised here
      │
      ├ reason: TypeError: oh␛[0m
      ├ stderr: Traceback (most recent call last):
      │           File "<guide.1>", line 2, in <module>
      │             sum(values)
      │         TypeError: oh␛[0m
      ├ python: 3.13.0, as a script
      ╰ rerun: verify guide.md --snippet guide.1

    1 example: 1 raised
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    1 example is broken
    "#);
}

#[test]
fn long_standard_error_shows_its_end() {
    let stderr: String = (0..50).map(|number| format!("line {number}\n")).collect();
    let shown = body(vec![ours(Outcome::Raised, "ValueError", Some(1), &stderr)], Settings::default());
    assert!(shown.contains("⋯ 38 lines above") && shown.contains("line 49") && !shown.contains("line 37\n"), "{shown}");
}

#[test]
fn examples_of_ours_that_ended_otherwise() {
    let examples = vec![
        ours(Outcome::Invalid, "SyntaxError: expected an indented block after 'if' statement on line 1", Some(2), ""),
        ours(Outcome::TimedOut, "ran longer than 10 s", Some(3), ""),
        ours(Outcome::Crashed, "ended by SIGSEGV", None, "Fatal Python error: Segmentation fault"),
    ];
    insta::assert_snapshot!(report(&run(examples), Settings::default()), @"
    error[guide.1]: example isn't valid Python
      ╭▸ guide.md:4:5
      │
    4 │     print(sum(values))  # 4
      │     ━━━━━━━━━━━━━━━━━━━━━━━ refused here
      │
      ├ reason: SyntaxError: expected an indented block after 'if' statement on line 1
      ├ python: 3.13.0, as a script
      ╰ rerun: verify guide.md --snippet guide.1

    error[guide.1]: example timed out
      ╭▸ guide.md:5:5
      │
    5 │     values  # [1, 2]
      │     ━━━━━━━━━━━━━━━━ stopped here
      │
      ├ reason: ran longer than 10 s
      ├ python: 3.13.0, as a script
      ╰ rerun: verify guide.md --snippet guide.1

    error[guide.1]: example crashed
      ╭▸ guide.md:3:5
      │
    3 │     values = [1, 2]
      │     ━━━━━━━━━━━━━━━ this example
      │
      ├ reason: ended by SIGSEGV
      ├ stderr: Fatal Python error: Segmentation fault
      ├ python: 3.13.0, as a script
      ╰ rerun: verify guide.md --snippet guide.1

    3 examples: 1 timed out, 1 crashed, 1 invalid
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    3 examples are broken
    ");
}

/// One of each outcome, in a document that isn't ours.
pub(super) fn strangers() -> Vec<Checked> {
    let unsettled = {
        let example = guide();
        let claim = claim(&example, "values", "[1, 2]", Kind::Value);
        let other = claim.clone();
        let unsettled =
            checked(example).with(claim, Verdict::Unsettled, "").because("never-reached", "never reached: stopped at line 2 by NameError");
        unsettled.with(other, Verdict::Unsettled, "[1]").because("package", "needs package `attrs`")
    };
    vec![
        unsettled,
        checked(guide()).ended(Outcome::Raised, "NameError: name 'db' is not defined", "", Some(2)),
        checked(guide()).ended(Outcome::Skipped, "written in shell", "language", None),
        checked(guide()).ended(Outcome::Skipped, "written in C", "language", None),
        checked(guide()).ended(Outcome::Skipped, "needs package `attrs`", "package", None),
        checked(guide()).ended(Outcome::Invalid, "SyntaxError: invalid syntax", "", Some(1)),
        checked(guide()).ended(Outcome::TimedOut, "ran longer than 10 s", "", None),
        checked(guide()).ended(Outcome::Crashed, "exit status 3 by os._exit", "", None),
    ]
}

#[test]
fn outcomes_of_strangers_are_counted_and_listed_when_asked_for() {
    insta::assert_snapshot!(report(&run(strangers()), Settings::default()), @"
    8 examples: 1 ran, 1 raised, 1 timed out, 1 crashed, 1 invalid, 3 skipped (language 2, package 1)
    2 claims: 2 unsettled (never-reached 1, package 1)
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    nothing wrong, 2 claims are unsettled
    ");
    insta::assert_snapshot!(report(&run(strangers()), Settings { verbose: true, ..Settings::default() }), @"
    unsettled: guide.md:5:15: claims [1, 2] — never reached: stopped at line 2 by NameError
    unsettled: guide.md:5:15: claims [1, 2], seen [1] — needs package `attrs`
    raised: guide.md:4:1: guide.1: NameError: name 'db' is not defined
    skipped: guide.md:3:1: guide.1: written in shell
    skipped: guide.md:3:1: guide.1: written in C
    skipped: guide.md:3:1: guide.1: needs package `attrs`
    invalid: guide.md:3:1: guide.1: SyntaxError: invalid syntax
    timed out: guide.md:3:1: guide.1: ran longer than 10 s
    crashed: guide.md:3:1: guide.1: exit status 3 by os._exit

    8 examples: 1 ran, 1 raised, 1 timed out, 1 crashed, 1 invalid, 3 skipped (language 2, package 1)
    2 claims: 2 unsettled (never-reached 1, package 1)
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    nothing wrong, 2 claims are unsettled
    ");
}
