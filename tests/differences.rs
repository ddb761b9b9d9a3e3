//! What is said of a wrong claim: which kind of difference it is, and a tolerance with which the claim really holds.

mod common;

use common::{check, folder_of};
use serde_json::Value;

/// The only claim of each of these examples.
fn claims(codes: &[&str]) -> Vec<Value> {
    let text: String = codes.iter().map(|code| format!("```python\n{code}\n```\n\n")).collect();
    let folder = folder_of(&[("a.md", &format!("---\nstate: example\n---\n\n{text}"))]);
    let report = check(folder.path(), &["a.md"]).json();
    let examples = report["examples"].as_array().expect("examples");
    assert_eq!(examples.len(), codes.len(), "{report:#}");
    let only = |(code, example): (&&str, &Value)| {
        let claims = example["claims"].as_array().expect("claims");
        assert_eq!(claims.len(), 1, "{code}: {example:#}");
        claims[0].clone()
    };
    codes.iter().zip(examples).map(only).collect()
}

#[test]
fn an_unreachable_server_that_is_only_printed_is_no_difference() {
    let fetch = ">>> import io, logging, urllib.request\n>>> text = io.StringIO()\n>>> logging.basicConfig(stream=text)\n\
                 >>> def fetch(url):\n...     try:\n...         urllib.request.urlopen(url)\n\
                 ...     except OSError as error:\n...         logging.error(error)\n>>> tea = fetch('http://tea.example')\n";
    let found = claims(&[
        &format!("{fetch}>>> print(text.getvalue())\nERROR:root:HTTP Error 404: Not Found"),
        &format!("{fetch}>>> print(1 + 1)\n5"),
        ">>> print('name resolution')\nresolution",
    ]);
    let verdicts: Vec<&Value> = found.iter().map(|claim| &claim["verdict"]).collect();
    assert_eq!(verdicts, ["unsettled", "wrong", "wrong"]);
    assert_eq!(found[0]["reason"], "what it shows says that it needs the network", "{:#}", found[0]);
}

#[test]
fn each_kind_is_told_and_its_tolerance_is_true() {
    // What is claimed wrongly, the kind of difference, the words of the tolerance, and the same with it.
    let cases = [
        ("1 / 3  # 0.33334", "digits", "as `0.3333...`", "1 / 3  # 0.3333..."),
        ("sum([0.1] * 10)  # 1.0", "digits", "as `~1.0`", "sum([0.1] * 10)  # ~1.0"),
        ("sorted([3, 1, 2])  # [1, 2]", "longer", "as `[1, 2, ...]`", "sorted([3, 1, 2])  # [1, 2, ...]"),
        ("'a b'.split()  # ['b', 'a']", "order", "of `sorted(…)` as `['a', 'b']`", "sorted('a b'.split())  # ['a', 'b']"),
        ("int('x')  # ValueError: nope", "wording", "as `ValueError`", "int('x')  # ValueError"),
        (
            ">>> [1, 2, 3]\n[1, 2]",
            "longer",
            "as `[1, 2, ...]` with `# doctest: +ELLIPSIS`",
            ">>> [1, 2, 3]  # doctest: +ELLIPSIS\n[1, 2, ...]",
        ),
        (
            ">>> int('x')\nTraceback (most recent call last):\nValueError: nope",
            "wording",
            "with `# doctest: +IGNORE_EXCEPTION_DETAIL`",
            ">>> int('x')  # doctest: +IGNORE_EXCEPTION_DETAIL\nTraceback (most recent call last):\nValueError: nope",
        ),
        (">>> b'a'\n'a'", "type", "with `# doctest: +ALLOW_BYTES`", ">>> b'a'  # doctest: +ALLOW_BYTES\n'a'"),
        (
            ">>> [sum([0.1] * 10), 2]\n[1.0, 2]",
            "digits",
            "with `# doctest: +NUMBER`",
            ">>> [sum([0.1] * 10), 2]  # doctest: +NUMBER\n[1.0, 2]",
        ),
    ];
    let (before, after) = (claims(&cases.map(|(code, ..)| code)), claims(&cases.map(|(.., with)| with)));
    for (((code, kind, tolerance, with), claim), after) in cases.into_iter().zip(before).zip(after) {
        assert_eq!(claim["verdict"], "wrong", "{code}: {claim:#}");
        assert_eq!(claim["difference"]["kind"], kind, "{code}: {claim:#}");
        assert_eq!(claim["difference"]["tolerance"], tolerance, "{code}: {claim:#}");
        assert_eq!(after["verdict"], "holds", "{with}: {after:#}");
    }
}

#[test]
fn what_no_tolerance_fits_has_none() {
    let cases = [
        ("float(2)  # 2", "type"),
        ("len([1])  # ValueError", "not-raised"),
        ("[1, 2][5]  # 3", "raised"),
        ("{}['a']  # ValueError: no", "exception"),
        ("sorted([2, 1])  # [1, 2, 3]", "shorter"),
        ("sorted([3, 1, 2])  # [1, 5, 3]", "items"),
        (">>> 'Ab'\n'ab'", "case"),
        ("def f(): pass\nf()  # 3", "nothing"),
    ];
    for ((code, kind), claim) in cases.into_iter().zip(claims(&cases.map(|(code, _)| code))) {
        assert_eq!(claim["verdict"], "wrong", "{code}: {claim:#}");
        assert_eq!(
            (&claim["difference"]["kind"], &claim["difference"]["tolerance"]),
            (&Value::from(kind), &Value::Null),
            "{code}: {claim:#}"
        );
    }
}

/// Two values that have nothing in common are told by themselves.
#[test]
fn where_there_is_nothing_to_say_nothing_is_said() {
    let [claim] = claims(&["len('ab')  # 3"]).try_into().expect("a claim");
    assert_eq!((&claim["verdict"], &claim["difference"]), (&Value::from("wrong"), &Value::Null));
}
