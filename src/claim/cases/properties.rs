//! What holds for any text.

use proptest::prelude::*;

use super::{
    super::{Form, Subject},
    find, session,
};

fn well_formed(code: &str) -> Result<(), TestCaseError> {
    for is_session in [false, session::is_session(code)] {
        for claim in find(code, is_session) {
            prop_assert!(code.get(claim.span.clone()).is_some_and(|text| !text.is_empty()), "{:?}", claim);
            prop_assert!(code.get(claim.target.range.clone()).is_some(), "{:?}", claim);
            prop_assert!(!claim.readings.is_empty());
            prop_assert_eq!(claim.readings.iter().map(|reading| reading.strength).max(), Some(claim.strength));
            if !claim.expected.contains('\n') {
                prop_assert_eq!(&code[claim.span.clone()], &claim.expected);
            }
            if claim.form == Form::Trailing && claim.target.subject != Subject::Compound {
                prop_assert!(claim.target.range.end <= claim.span.start);
            }
        }
    }
    Ok(())
}

/// Pieces that comments, statements and sessions are made of.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "print(x)",
        "f(1)",
        "x = f()",
        "x = 1",
        "del a",
        "del a[0]",
        "for i in n:\n    print(i)",
        "class A(B): pass",
        "def f():\n    return 1",
        "raise E",
        "  # ",
        "\n# ",
        "#",
        " -> ",
        "->",
        " => ",
        "Output:",
        "Output (Python 3.12):",
        "prints ",
        "returns ",
        "raises ",
        "ValueError",
        "ValueError: é",
        "True",
        "None",
        "[1, 2",
        "]",
        "(",
        ")",
        "{'a': ",
        "}",
        "'",
        "\"",
        "b'\\x01...'",
        "...",
        "…",
        "0x1f",
        "-1.5e3",
        "~8MB",
        "≈ 3 s",
        "Instant",
        "~",
        "refcount = 2",
        "refcount = ",
        "x=5, y=6",
        "No KeyError!",
        "Works!",
        "✅",
        "İ",
        "ß",
        "🎉",
        "“a”",
        "<obj at 0x7>",
        "<",
        ">",
        ", ",
        " then ",
        " -- ",
        " — ",
        "  ",
        " (3.9+)",
        " in REPL",
        ">>> ",
        "\n>>> ",
        "\n... ",
        "\n",
        "\r\n",
        "\t",
        "\n\n",
        "Traceback (most recent call last):",
        "D -> C -> B",
        "1 2 3",
        "banana",
        "f'{x} é'",
        "\\",
        "\0",
        "all: ",
        "3 times",
        "twice",
        "if ",
        "else:",
        "1,000",
        "12:30",
        "2024-01-15",
        "100%",
        "\u{a0}",
        "\u{2028}",
        "\u{c}",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read(code in "\\PC{0,200}") {
        well_formed(&code)?;
    }

    #[test]
    fn any_comment_is_read(comment in "\\PC{0,80}", statement in prop::sample::select(vec!["print(x)", "f(1)", "x = f()", "x += 1", "import a", "del a[0]"])) {
        well_formed(&format!("{statement}  # {comment}\n"))?;
        well_formed(&format!("{statement}\n# {comment}\n# {comment}\n"))?;
        well_formed(&format!(">>> {statement}\n{comment}\n"))?;
    }

    #[test]
    fn any_mixture_is_read(pieces in prop::collection::vec(piece(), 0..40)) {
        well_formed(&pieces.concat())?;
    }

    #[test]
    fn a_repr_is_read_whole(numbers in prop::collection::vec(any::<i32>(), 0..8), text in "[a-zé ]{0,12}") {
        let expected = format!("{:?}", (numbers, format!("'{text}'"))).replace('"', "");
        let code = format!("f()  # {expected}\n");
        let claims = find(&code, false);
        prop_assert_eq!(claims.len(), 1);
        prop_assert_eq!(&claims[0].expected, &expected);
    }
}
