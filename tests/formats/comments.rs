//! Comments that may be copied from what the code prints: whether they are, is told by what was printed.

use super::{claims, rows};

/// What is found in an example's comments, of each its text and its verdict.
fn verdicts(code: &str) -> Vec<(String, String)> {
    claims("page.md", &format!("```python\n{code}```\n")).into_iter().map(|(.., expected, verdict)| (expected, verdict)).collect()
}

fn all(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(expected, verdict)| ((*expected).to_owned(), (*verdict).to_owned())).collect()
}

#[test]
fn copies_of_what_is_printed() {
    let code = |[ending, capitals, path, digest, letter]: [&str; 5]| {
        format!(
            "from pathlib import PurePosixPath\nimport hashlib\nprint(PurePosixPath('cups.txt').suffix)  # {ending}\n\
             print('of tea'.upper())  # {capitals}\nfor name in ['tea', 'cup']:\n    print('/' + name)\n# {path}\n# /cup\n\n\
             print(hashlib.md5(b'abc').hexdigest())\n# {digest}\n\nprint('SML'[0])  # {letter}\n"
        )
    };
    let right = [".txt", "OF TEA", "/tea", "900150983cd24fb0d6963f7d28e17f72", "S"];
    let wrong = [".csv", "OF TEE", "/tee", "900150983cd24fb0d6963f7d28e17f73", "M"];
    let shown = |texts: [&str; 5], verdict: &str| {
        let mut all = texts.map(|text| (text.to_owned(), verdict.to_owned())).to_vec();
        all[2].0.push_str("\n/cup");
        all
    };
    assert_eq!(verdicts(&code(right)), shown(right, "holds"));
    assert_eq!(verdicts(&code(wrong)), shown(wrong, "wrong"));
}

#[test]
fn words_that_speak_of_what_is_printed() {
    let code = "cup = 'S'\nprint(cup)  # size\nprint(cup)  # the size of it\nprint(cup)  # cups.py\nprint(cup)  # cup\n\
                n = 'm'\nprint(n)  # n\nprint('tea')  # => like milk\n";
    let expected = [("size", "unsettled"), ("cups.py", "unsettled"), ("cup", "unsettled"), ("n", "unsettled"), ("like milk", "unsettled")];
    assert_eq!(verdicts(code), all(&expected));
    // Letters that count the lines.
    assert_eq!(verdicts("print('T')  # A\nprint('M')  # B\n"), all(&[("A", "unsettled"), ("B", "unsettled")]));
    assert_eq!(verdicts("print('A')  # A\nprint('M')  # C\n"), all(&[("A", "holds"), ("C", "wrong")]));
    // What varies from run to run has the form of what is claimed.
    assert_eq!(verdicts("import uuid\nprint(uuid.uuid4().hex)  # 9001509834d24fb0d6963f7d28e17f72\n")[0].1, "unsettled");
}

#[test]
fn functions_of_the_example_print() {
    let serve =
        |claim: &str| claims("page.md", &format!("```python\ndef serve(*cups):\n    print(*cups)\n\nserve(1, 2)  # {claim}\n```\n"));
    for (claim, column) in [("Output: 1 2", 24), ("prints 1 2", 23), ("\u{8f93}\u{51fa}: 1 2", 20)] {
        assert_eq!(serve(claim), rows(&[(5, column, "1 2", "holds")]), "{claim}");
        assert_eq!(serve(&claim.replace("1 2", "1 3")), rows(&[(5, column, "1 3", "wrong")]), "{claim}");
    }
}

#[test]
fn marks_before_output() {
    let right = "cups = [1, 2]\ncups  # > [1, 2]\nprint(cups)\n# >> [1, 2]\nlen(cups)  # > 2\n";
    assert_eq!(verdicts(right), all(&[("[1, 2]", "holds"), ("[1, 2]", "holds"), ("2", "holds")]));
    assert_eq!(
        verdicts(&right.replace("> 2", "> 1").replace("2]\nprint", "3]\nprint")),
        all(&[("[1, 3]", "wrong"), ("[1, 2]", "holds"), ("1", "wrong")])
    );
    // More than 1 may be meant.
    assert_eq!(verdicts("len([1, 2])  # > 1\n"), all(&[("1", "unsettled")]));
}

#[test]
fn objects_that_are_printed_as_a_prompt_shows_them() {
    let code = |claim: &str| format!("from decimal import Decimal\nprint(Decimal('4') + 1)  # Output: {claim}\n");
    assert_eq!(verdicts(&code("Decimal('5')")), all(&[("Decimal('5')", "unsettled")]));
    assert_eq!(verdicts(&code("Decimal('6')")), all(&[("Decimal('6')", "wrong")]));
}
