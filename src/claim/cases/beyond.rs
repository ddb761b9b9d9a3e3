//! Code that isn't whole, and code that is hostile.

use super::{check, find};

#[test]
fn code_that_is_not_valid() {
    check(&[
        ("f(1)  # 2\ndef :\n", &["1 trailing value firm 2"]),
        ("if x is None:    # CORRECT\nif x == None:    # WRONG\n", &[]),
        ("f(1)  # [2]\n@typing.overload for checkers:\n\nf(2)  # 3\n", &["1 trailing value firm [2]"]),
        ("python -m timeit x\nf(2)  # 3\n", &["2 trailing value firm 3"]),
        ("", &[]),
        ("\u{feff}", &[]),
    ]);
}

#[test]
fn deep_nesting_is_refused() {
    for text in ["(", "[", "-", "not ", "lambda: ", "x**", "f(", "a.", "1+", "{1:", "await ", "x if y else ", "f'{"] {
        let code = text.repeat(100_000);
        assert!(find(&code, false).is_empty());
        assert!(find(&format!("f()  # {code}\n"), false).iter().all(|claim| claim.span.end <= code.len() + 8));
    }
    let blocks: String = (0..200).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect();
    assert!(find(&blocks, false).is_empty());
}

#[test]
fn long_but_flat_code_is_read() {
    let items: String = (0..5000).map(|n| format!("    ({n}, f({n} + 1), -{n}),\n")).collect();
    let code = format!("xs = [\n{items}]\nlen(xs)  # 5000\n");
    assert_eq!(find(&code, false).len(), 1);
}

#[test]
fn long_comments_and_many_statements_are_read() {
    for piece in ["1, ", "a: ", "x -> ", "'a' ", "[", "(", "returns ", "\"", ", prints 1", "=1", "é — "] {
        let text = piece.repeat(100_000);
        assert!(find(&format!("print(x)  # {text}\nf()\n# {text}\n# {text}\n"), false).len() < 4);
    }
    let many = "f()  # 1\n".repeat(5000);
    assert_eq!(find(&many, false).len(), 5000);
}
