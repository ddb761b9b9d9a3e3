//! What holds of any claim and any report.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;

fn texts() -> impl Strategy<Value = String> {
    "[\\[\\](){}<>'\"\\\\,:=.…a-zéTN0-9 \\n\\u{FFFD}-]{0,24}"
}

fn ranges() -> impl Strategy<Value = std::ops::Range<f64>> {
    (any::<f64>(), any::<f64>()).prop_map(|(from, to)| from..to)
}

fn readings() -> impl Strategy<Value = Says> {
    prop_oneof![
        texts().prop_map(Says::Value),
        texts().prop_map(Says::Type),
        (vec(texts(), 0..4), any::<bool>()).prop_map(|(items, open)| Says::Items { items, open }),
        texts().prop_map(Says::Printed),
        texts().prop_map(Says::Words),
        vec(texts(), 0..4).prop_map(Says::PrintedLines),
        any::<u64>().prop_map(Says::PrintedTimes),
        (option::of(texts()), option::of(texts())).prop_map(|(exception, message)| Says::Raises { exception, message }),
        Just(Says::RaisesNothing),
        Just(Says::Asserted),
        (texts(), texts()).prop_map(|(name, value)| Says::Attribute { name, value }),
        (texts(), texts()).prop_map(|(subject, value)| Says::State { subject, value }),
        any::<u64>().prop_map(Says::RefCount),
        ranges().prop_map(Says::Takes),
        ranges().prop_map(Says::Bytes),
        ranges().prop_map(Says::About),
    ]
}

fn objects() -> impl Strategy<Value = Seen> {
    (texts(), option::of(texts()), texts(), any::<bool>()).prop_map(|(repr, str, r#type, truncated)| Seen { repr, str, r#type, truncated })
}

fn exceptions() -> impl Strategy<Value = Raised> {
    let types = select(vec!["NameError", "SystemExit", "ModuleNotFoundError", "ValueError", "é"]);
    (types, texts(), option::of(texts()), option::of(any::<u32>())).prop_map(|(r#type, message, subject, line)| Raised {
        line,
        subject,
        ..raised(r#type, &message)
    })
}

fn observations() -> impl Strategy<Value = Observation> {
    let offset = || prop_oneof![0..30_u64, any::<u64>()];
    let answer = (option::of(objects()), option::of(texts()), option::of(any::<bool>()), option::of(texts()))
        .prop_map(|(seen, error, equal, expression_error)| QueryAnswer { seen, error, equal, expression_error });
    (
        prop_oneof![Just(0_u32), any::<u32>()],
        ((offset(), offset()), (offset(), offset())),
        any::<f64>(),
        option::of(exceptions()),
        option::of(objects()),
        vec(answer, 0..3),
    )
        .prop_map(|(probe, (stdout, stderr), seconds, raised, value, answers)| Observation {
            probe,
            stdout,
            stderr,
            seconds,
            raised,
            value,
            answers,
        })
}

fn reports() -> impl Strategy<Value = Report> {
    let note = prop_oneof![
        4 => observations().prop_map(Note::Seen),
        1 => exceptions().prop_map(Note::Stopped),
        1 => exceptions().prop_map(Note::Invalid),
        1 => (any::<u32>(), exceptions()).prop_map(|(index, raised)| Note::PreludeRaised { index, raised }),
        1 => Just(Note::Finished),
    ];
    let end =
        prop_oneof![any::<i32>().prop_map(End::Exited), any::<i32>().prop_map(End::Signalled), Just(End::TimedOut), Just(End::OutputLimit)];
    (end, vec(note, 0..6), texts(), texts(), any::<f64>()).prop_map(|(end, notes, stdout, stderr, seconds)| Report {
        end,
        notes,
        seconds,
        stdout: Captured { text: stdout, truncated: true },
        stderr: Captured { text: stderr, truncated: false },
        ..report(&[])
    })
}

proptest! {
    #[test]
    fn nothing_that_is_noted_makes_it_panic(
        says in vec(readings(), 1..4),
        subject in select(vec![
            Subject::Expression,
            Subject::Print,
            Subject::Example,
            Subject::Assignment { target: Some("x".to_owned()) },
            Subject::ClassAttribute { class: "C".to_owned(), name: "x".to_owned() },
            Subject::Deletion { name: "x".to_owned() },
        ]),
        first in reports(),
        second in reports(),
        firm in any::<bool>(),
    ) {
        let example = example("q1.1", "é(x)");
        let strength = if firm { Strength::Firm } else { Strength::Soft };
        let readings: Vec<_> = says.into_iter().map(|says| (says, strength)).collect();
        let claims = [claim(&example, "é(x)", subject, "'é'", &readings)];
        let plan = planned(&example, &claims);
        let judged = judge(&example, &claims, &plan, &[first, second], &Before::default());
        prop_assert_eq!(judged.judgements.len(), 1);
        prop_assert!(firm || judged.judgements[0].verdict != Verdict::Wrong, "a soft claim can't be wrong");
    }

    #[test]
    fn code_of_any_kind_can_be_planned(code in "[a-z(){}\\[\\]:=.,@'\"\\n é\\t0-9]{0,60}") {
        let example = example("q1.1", &code);
        let _ = plan(&example, &[], &needs());
        let _ = crate::plan::continuing::Examples::of(&[(&example, None), (&example, Some(&code))]).continues();
    }

    #[test]
    fn what_was_seen_is_what_is_claimed(
        repr in prop_oneof![
            any::<i64>().prop_map(|value| value.to_string()),
            vec(any::<u16>(), 0..6).prop_map(|items| format!("{items:?}")),
            "'[a-z ]{0,8}[0-9]'",
            vec(("[a-z]{1,4}", any::<u8>()), 1..4).prop_map(|entries| {
                format!("{{{}}}", entries.iter().enumerate().map(|(index, (key, value))| format!("'{key}{index}': {value}")).collect::<Vec<_>>().join(", "))
            }),
            ("[A-Z][a-z]{1,5}", any::<u16>()).prop_map(|(name, value)| format!("{name}(x={value})")),
        ],
        digit in any::<prop::sample::Index>(),
        is_print in any::<bool>(),
    ) {
        let (statement, subject) = if is_print { ("print(x)", Subject::Print) } else { ("f()", Subject::Expression) };
        let example = example("q1.1", statement);
        let judge_claim = |claimed: &str| {
            let pass = if is_print { printing(&format!("{repr}\n")) } else { Pass { value: Some(seen(&repr)), ..Pass::default() } };
            let claim = claim(&example, statement, subject.clone(), claimed, &[(Says::Value(claimed.to_owned()), Strength::Firm)]);
            judged(&example, claim, report(&[pass])).verdict
        };
        prop_assert_eq!(judge_claim(&repr), Verdict::Holds);
        // In double quotes, and without blanks behind commas.
        let rewritten = repr.replace('\'', "\"").replace(", ", ",");
        prop_assert_eq!(judge_claim(&rewritten), Verdict::Holds);
        // Changed in one digit, it's wrong.
        let digits: Vec<usize> = repr.char_indices().filter(|(_, char)| char.is_ascii_digit()).map(|(at, _)| at).collect();
        if !digits.is_empty() {
            let at = digits[digit.index(digits.len())];
            let other = char::from(b'0' + (repr.as_bytes()[at] - b'0' + 1) % 10);
            let changed = format!("{}{other}{}", &repr[..at], &repr[at + 1..]);
            prop_assert_eq!(judge_claim(&changed), Verdict::Wrong, "{}", changed);
        }
    }
}
