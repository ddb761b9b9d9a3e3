//! Every kind of line of the report, from events made by hand.

mod ended;

use ended::{ours, strangers};
use proptest::prelude::*;

use super::{
    super::sample::{checked, claim, example, report, run},
    *,
};
use crate::{
    claim::{Kind, Subject},
    document::Document,
    extract::Example,
};

const GUIDE: &str = "Adding up\n\n    values = [1, 2]\n    print(sum(values))  # 4\n    values  # [1, 2]\n\nThe end.\n";

/// The report without its summary.
fn body(examples: Vec<Checked>, settings: Settings) -> String {
    let all = report(&run(examples), settings);
    // The summary starts with the number of examples.
    let is_summary = |&(at, _): &(usize, &str)| all[at..].trim_start().split(' ').nth(1).is_some_and(|word| word.starts_with("example"));
    let summary = all.match_indices("\n\n").filter(is_summary).last();
    all[..summary.map_or(0, |(at, _)| at)].to_owned()
}

fn guide() -> Example {
    example("guide.1", "guide.md", GUIDE, (3, 5))
}

fn wrong() -> Checked {
    let example = guide();
    let first = claim(&example, "print(sum(values))", "4", Kind::Stdout);
    let second = claim(&example, "values", "[1, 2]", Kind::Value);
    checked(example).with(first, Verdict::Wrong, "3").with(second, Verdict::Holds, "[1, 2]")
}

/// The example on four Pythons: its first claim is wrong on two of them, and so is what was seen.
fn on_four() -> Checked {
    use Verdict::{Holds, Unsettled, Wrong};
    let mut checked = wrong()
        .on("3.10.13", Outcome::Ran, &[Some((Wrong, "three")), Some((Holds, "[1, 2]"))])
        .on("3.11.7", Outcome::Ran, &[Some((Wrong, "3")), Some((Holds, "[1, 2]"))])
        .on("3.12.1", Outcome::Ran, &[Some((Holds, "4")), Some((Unsettled, "needs package `attrs`"))])
        .on("3.13.0", Outcome::Ran, &[Some((Holds, "4")), Some((Holds, "[1, 2]"))])
        .on("3.9.2", Outcome::Skipped, &[None, None]);
    checked.marked = vec![Some("4 (Python 3.12+)".to_owned()), None];
    checked
}

#[test]
fn what_differs_by_version_is_a_table() {
    insta::assert_snapshot!(body(vec![on_four()], Settings { verbose: true, ..Settings::default() }), @"
    skipped: guide.md:3:1: guide.1: on 3.9.2: needs Python 3.12 or newer: `type` statement

    error[guide.1]: claim is wrong on Python 3.10.13 and 3.11.7
      ╭▸ guide.md:4:27
      │
    4 │     print(sum(values))  # 4
      │     ──────────────────    ━ claimed output
      │
      ├ seen: 3
      ├ versions: holds on 3.12.1 and 3.13.0; wrong on 3.10.13 and 3.11.7
      │           3.10.13         wrong  seen three
      │           3.11.7          wrong  seen 3
      │           3.12.1, 3.13.0  holds  seen 4
      ├ help: would hold as `4 (Python 3.12+)`
      ├ python: 3.10.13 and 3.11.7, as a script
      ╰ rerun: verify guide.md --snippet guide.1

    unsettled: guide.md:5:15: claims [1, 2], seen [1, 2] — needs package `attrs` (holds on 3.10.13, 3.11.7 and 3.13.0; unsettled on 3.12.1)
    ");
}

#[test]
fn what_is_the_same_on_each_version_is_shown_once() {
    let same = wrong().on("3.12.1", Outcome::Ran, &[Some((Verdict::Wrong, "3")), None]).on(
        "3.13.0",
        Outcome::Ran,
        &[Some((Verdict::Wrong, "3")), None],
    );
    insta::assert_snapshot!(body(vec![same], Settings::default()), @"
    error[guide.1]: claim is wrong
      ╭▸ guide.md:4:27
      │
    4 │     print(sum(values))  # 4
      │     ──────────────────    ━ claimed output
      │
      ├ seen: 3
      ├ python: 3.12.1 and 3.13.0, as a script
      ╰ rerun: verify guide.md --snippet guide.1
    ");
}

#[test]
fn wrong_claim_is_shown_at_its_place() {
    insta::assert_snapshot!(report(&run(vec![wrong()]), Settings::default()), @"
    error[guide.1]: claim is wrong
      ╭▸ guide.md:4:27
      │
    4 │     print(sum(values))  # 4
      │     ──────────────────    ━ claimed output
      │
      ├ seen: 3
      ├ python: 3.13.0, as a script
      ╰ rerun: verify guide.md --snippet guide.1

    1 example: 1 ran
    2 claims: 1 holds, 1 wrong
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    1 claim is wrong
    ");
}

#[test]
fn wrong_claim_in_colours() {
    let settings = Settings { color: true, ..Settings::default() };
    insta::assert_snapshot!(report(&run(vec![wrong()]), settings).replace('\x1b', "␛"), @"
    ␛[1m␛[91merror[guide.1]␛[0m␛[1m: claim is wrong␛[0m
     ␛[1m␛[94m ╭▸ ␛[0mguide.md:4:27
      ␛[1m␛[94m│␛[0m
    ␛[1m␛[94m4␛[0m ␛[1m␛[94m│␛[0m     print(sum(values))  # 4
      ␛[1m␛[94m│␛[0m     ␛[1m␛[94m──────────────────␛[0m    ␛[1m␛[91m━␛[0m ␛[1m␛[91mclaimed output␛[0m
      ␛[1m␛[94m│␛[0m
      ␛[1m␛[94m├ ␛[0m␛[1mseen␛[0m: 3
      ␛[1m␛[94m├ ␛[0m␛[1mpython␛[0m: 3.13.0, as a script
      ␛[1m␛[94m╰ ␛[0m␛[1mrerun␛[0m: verify guide.md --snippet guide.1

    1 example: 1 ran
    2 claims: 1 holds, 1 wrong
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    ␛[1m␛[91m1 claim is wrong␛[0m
    ");
}

#[test]
fn lines_are_compared_by_a_difference() {
    let text = "for name in names:\n    print(name.title())\n# Ada\n# Grace\n# Linus\n";
    let example = example("q1.1", "names.md", text, (1, 5));
    let mut claim = claim(&example, "for name in names:\n    print(name.title())", "# Ada\n# Grace\n# Linus", Kind::Stdout);
    claim.target.subject = Subject::Compound;
    let checked = checked(example).with(claim, Verdict::Wrong, "Ada\nGrace\nLinus Torvalds").because("", "in the order of the passes");
    insta::assert_snapshot!(body(vec![checked], Settings::default()), @"
    error[q1.1]: claim is wrong
      ╭▸ names.md:3:1
      │
    1 │   for name in names:
      │   ──────────────────
    2 │       print(name.title())
    3 │ ┏ # Ada
    4 │ ┃ # Grace
    5 │ ┃ # Linus
      │ ┗━━━━━━━┛ claimed output
      │
      ├ diff: - claimed, + seen
      │         Ada
      │         Grace
      │       - Linus
      │       + Linus Torvalds
      ├ reason: in the order of the passes
      ├ python: 3.13.0, as a script
      ╰ rerun: verify names.md --snippet q1.1
    ");
}

#[test]
fn long_line_is_cut_and_compared() {
    let claimed = format!("[{}7]", "1, ".repeat(60));
    let text = format!("make()  # {claimed}\n");
    let example = example("q1.1", "long.md", &text, (1, 1));
    let claim = claim(&example, "make()", &claimed, Kind::Value);
    let checked = checked(example).with(claim, Verdict::Wrong, &claimed.replace('7', "8"));
    insta::assert_snapshot!(body(vec![checked], Settings { width: 72, ..Settings::default() }), @"
    error[q1.1]: claim is wrong
      ╭▸ long.md:1:11
      │
    1 │ …[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,…
      │  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
      │
      ├ diff: - claimed, + seen
      │       - …1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7]
      │       + …1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 8]
      ├ python: 3.13.0, as a script
      ╰ rerun: verify long.md --snippet q1.1
    ");
}

#[test]
fn statement_far_above_its_claim_is_shown_with_a_gap() {
    let text = format!("start()\n{}# 3\n", "pass\n".repeat(20));
    let example = example("q1.1", "far.md", &text, (1, 22));
    let claim = claim(&example, "start()", "3", Kind::Stdout);
    insta::assert_snapshot!(body(vec![checked(example).with(claim, Verdict::Wrong, "4")], Settings::default()), @"
    error[q1.1]: claim is wrong
       ╭▸ far.md:22:3
       │
     1 │ start()
       │ ───────
       ┆
    22 │ # 3
       │   ━ claimed output
       │
       ├ seen: 4
       ├ python: 3.13.0, as a script
       ╰ rerun: verify far.md --snippet q1.1
    ");
}

#[test]
fn claim_of_a_session_is_found_by_its_position() {
    let text = "Try it:\n\n>>> 1 + 1\n3\n>>> 2\n2\n";
    let mut example = example("q1.1", "session.md", text, (3, 6));
    // As the extractor has it: without prompts, blank where the output stood.
    example.code = "1 + 1\n\n2\n\n".to_owned();
    example.line_offsets = vec![13, 19, 25, 27];
    let mut claim = claim(&example, "1 + 1", "1", Kind::Value);
    claim.span = 6..6;
    claim.expected = "3".to_owned();
    claim.position = Position { line: 4, column: 1 };
    insta::assert_snapshot!(body(vec![checked(example).with(claim, Verdict::Wrong, "2")], Settings::default()), @"
    error[q1.1]: claim is wrong
      ╭▸ session.md:4:1
      │
    3 │ >>> 1 + 1
      │     ─────
    4 │ 3
      │ ━ claimed value
      │
      ├ seen: 2
      ├ python: 3.13.0, as a script
      ╰ rerun: verify session.md --snippet q1.1
    ");
}

#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let text = "\tprint(x)\t# \u{1b}[2Jx\u{202e}日本\n";
    let example = example("q1.1", "\u{1b}]0;evil\u{7}.md", text, (1, 1));
    let claim = claim(&example, "print(x)", "\u{1b}[2Jx\u{202e}日本", Kind::Stdout);
    let mut checked = checked(example).with(claim, Verdict::Wrong, "\u{1b}[31mred\u{9b}m\t日本\r").because("", "a \u{7} reason");
    checked.continues = vec!["q\u{1b}1".to_owned()];
    let shown = body(vec![checked], Settings::default());
    assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
    insta::assert_snapshot!(shown, @"
    error[q1.1]: claim is wrong
      ╭▸ ␛]0;evil␇.md:1:13
      │
    1 │     print(x)    # ␛[2Jx�日本
      │     ────────      ━━━━━━━━━━ claimed output
      │
      ├ seen: ␛[31mred<U+009B>m␉日本
      ├ reason: a ␇ reason
      ├ continues: q␛1
      ├ python: 3.13.0, as a script
      ╰ rerun: verify ␛]0;evil␇.md --snippet q1.1
    ");
}

#[test]
fn columns_are_those_of_the_file_where_the_text_was_repaired() {
    // Written as UTF-8, read as windows-1252, and saved again.
    let document = Document::decode("repaired.md", "print('itâ€™s')  # 4\n".as_bytes()).unwrap();
    assert!(document.text.contains("it’s"), "{}", document.text);
    let mut example = example("q1.1", "repaired.md", &document.text, (1, 1));
    example.document = document.into();
    let claim = claim(&example, "print('it’s')", "4", Kind::Stdout);
    insta::assert_snapshot!(body(vec![checked(example).with(claim, Verdict::Wrong, "3")], Settings::default()), @"
    error[q1.1]: claim is wrong
      ╭▸ repaired.md:1:20
      │
    1 │ print('it’s')  # 4
      │ ─────────────    ━ claimed output
      │
      ├ seen: 3
      ├ python: 3.13.0, as a script
      ╰ rerun: verify repaired.md --snippet q1.1
    ");
}

#[test]
fn difference_in_colours() {
    let example = example("q1.1", "a.md", "f()\n# one\n# two\n", (1, 3));
    let claim = claim(&example, "f()", "# one\n# two", Kind::Stdout);
    let settings = Settings { color: true, ..Settings::default() };
    let shown = body(vec![checked(example).with(claim, Verdict::Wrong, "one\ntwo apples")], settings).replace('\x1b', "␛");
    let diff: Vec<&str> = shown.lines().filter(|line| line.contains("two ") || line.contains("- ")).collect();
    insta::assert_snapshot!(diff.join("\n"), @"
    ␛[1m␛[94m├ ␛[0m␛[1mdiff␛[0m: - claimed, + seen
    ␛[1m␛[94m│␛[0m       ␛[31m- ␛[0m␛[31mtwo␛[0m
    ␛[1m␛[94m│␛[0m       ␛[32m+ ␛[0m␛[32mtwo apples␛[0m
    ");
}

#[test]
fn narrow_terminal() {
    let mut wrong = wrong().because("", "");
    wrong.judged.judgements[0].reason = Some("in three of the four passes through the loop, the last one included".to_owned());
    insta::assert_snapshot!(report(&run(vec![wrong]), Settings { width: 40, ..Settings::default() }), @"
    error[guide.1]: claim is wrong
      ╭▸ guide.md:4:27
      │
    4 │     print(sum(values))  # 4
      │     ──────────────────    ━ claimed
      │
      ├ seen: 3
      ├ reason: in three of the four passes
      │         through the loop, the last
      │         one included
      ├ python: 3.13.0, as a script
      ╰ rerun: verify guide.md --snippet guide.1

    1 example: 1 ran
    2 claims: 1 holds, 1 wrong
    Python 3.13.0, 2 at once, 0.41 s,
      sandboxed: Landlock 7, no network
    1 claim is wrong
    ");
}

#[test]
fn acknowledged_claim_is_a_quiet_line_and_only_when_asked_for() {
    let known = || {
        vec![{
            let example = guide();
            let claim = claim(&example, "print(sum(values))", "4", Kind::Stdout);
            checked(example).with(claim, Verdict::Wrong, "3").known("one and two are three")
        }]
    };
    insta::assert_snapshot!(report(&run(known()), Settings::default()), @"
    1 example: 1 ran
    1 claim: 1 wrong (known)
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    nothing wrong but for 1 known claim
    ");
    insta::assert_snapshot!(report(&run(known()), Settings { verbose: true, ..Settings::default() }), @"
    known: guide.md:4:27: claims 4, seen 3 — one and two are three

    1 example: 1 ran
    1 claim: 1 wrong (known)
    Python 3.13.0, 2 at once, 0.41 s, sandboxed: Landlock 7, no network
    nothing wrong but for 1 known claim
    ");
}

#[test]
fn claim_outside_its_document_is_no_panic() {
    let example = guide();
    let mut claim = claim(&example, "values", "4", Kind::Value);
    claim.span = 10_000..20_000;
    claim.position = Position { line: 900, column: 7 };
    claim.target.range = 5_000..6_000;
    claim.expected = "a\nb\nc".to_owned();
    let shown = body(vec![checked(example).with(claim, Verdict::Wrong, "4")], Settings::default());
    assert!(shown.contains("guide.md:900:7"), "{shown}");
}

proptest! {
    #[test]
    fn order_of_events_does_not_matter(order in Just((0..10).collect::<Vec<usize>>()).prop_shuffle(), verbose in any::<bool>()) {
        let mut examples = strangers();
        examples.extend([wrong(), ours(Outcome::Raised, "ValueError", Some(2), "")]);
        let settings = Settings { verbose, ..Settings::default() };
        let events = run(examples);
        let mut shuffled = vec![events[0].clone()];
        shuffled.extend(order.into_iter().map(|index| events[3 * index + 3].clone()));
        shuffled.push(events[events.len() - 1].clone());
        prop_assert_eq!(report(&shuffled, settings), report(&events, settings));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal(
        code in "[a-z日 (]{0,90}", claimed in "[a-z日]{1,90}", seen in "[a-z日 \n]{0,200}", width in 40_usize..120,
    ) {
        let example = example("x", "x.md", &format!("{code}  # {claimed}\n"), (1, 1));
        let claim = claim(&example, code.trim(), &claimed, Kind::Value);
        let shown = body(vec![checked(example).with(claim, Verdict::Wrong, &seen)], Settings { width, ..Settings::default() });
        for line in shown.lines().filter(|line| !line.contains("rerun")) {
            prop_assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{line}");
        }
    }

    #[test]
    fn no_text_makes_it_panic_or_sends_controls(
        text in "(?s).{1,200}", claimed in "(?s).{0,60}", seen in "(?s).{0,60}",
        span in 0_usize..200, length in 0_usize..60, line in 1_u32..20, column in 1_u32..50, width in 0_usize..200,
    ) {
        let lines = text.matches('\n').count() as u32 + 1;
        let example = example("x", "x.md", &text, (1, lines));
        let mut claim = claim(&example, "", "", Kind::Value);
        (claim.span, claim.expected, claim.position) = (span..span + length, claimed, Position { line, column });
        claim.target.range = length..span.max(length);
        let mut checked = checked(example).with(claim, Verdict::Wrong, &seen);
        checked.ours = true;
        let raised = checked.clone().ended(Outcome::Raised, &seen, "", Some(line));
        let shown = report(&run(vec![checked, raised]), Settings { width, ..Settings::default() });
        prop_assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{:?}", shown);
    }
}
