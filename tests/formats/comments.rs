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
fn words_behind_arrows() {
    let code = "def cup():\n    return 'The cup is full'\n";
    let verdict = |statement: &str, claim: &str| verdicts(&format!("{code}{statement}{claim}\n"));
    for statement in ["print(cup())  # => ", "print(cup())  # -> ", "print(cup())\n# => ", "cup()  # => ", "cup()  # → "] {
        assert_eq!(verdict(statement, "The cup is full"), all(&[("The cup is full", "holds")]), "{statement}");
        assert_eq!(verdict(statement, "The cup is fall"), all(&[("The cup is fall", "wrong")]), "{statement}");
        assert_eq!(verdict(statement, "says how much is in it"), all(&[("says how much is in it", "unsettled")]), "{statement}");
    }
    // What an exception says.
    let handled =
        |claim: &str| verdicts(&format!("try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error)\n    # => {claim}\n"));
    assert_eq!(handled("division by zero"), all(&[("division by zero", "holds")]));
    assert_eq!(handled("division by zera"), all(&[("division by zera", "wrong")]));
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

/// Behind an arrow, what is shown may stand deeper than its statement.
#[test]
fn arrows_that_stand_deeper() {
    let code = "cups = [1, 2]\nprint(cups)\n      # -> [1, 2]\nif cups:\n    print(len(cups))\n      # => 2\n";
    assert_eq!(verdicts(code), all(&[("[1, 2]", "holds"), ("2", "holds")]));
    assert_eq!(verdicts(&code.replace("> [1, 2]", "> [1, 3]").replace("=> 2", "=> 3")), all(&[("[1, 3]", "wrong"), ("3", "wrong")]));
    assert_eq!(verdicts("print(5)\n      # 6\nprint(5)\n\n      # -> 6\n"), []);
}

#[test]
fn objects_that_are_printed_as_a_prompt_shows_them() {
    let code = |claim: &str| format!("from decimal import Decimal\nprint(Decimal('4') + 1)  # Output: {claim}\n");
    assert_eq!(verdicts(&code("Decimal('5')")), all(&[("Decimal('5')", "unsettled")]));
    assert_eq!(verdicts(&code("Decimal('6')")), all(&[("Decimal('6')", "wrong")]));
}

#[test]
fn calculations_are_printed_as_a_whole() {
    for print in [
        "print(f'{a} - {b} = {a - b}')",
        "print(a, '-', b, '=', a - b)",
        "print('{} - {} = {}'.format(a, b, a - b))",
        "print('%d - %d = %d' % (a, b, a - b))",
        "print(str(a) + ' - ' + str(b) + ' = ' + str(a - b))",
    ] {
        let code = |claim: &str| format!("a, b = 3, 4\n{print}  # {claim}\n");
        assert_eq!(verdicts(&code("3 - 4 = -1")), all(&[("3 - 4 = -1", "holds")]), "{print}");
        assert_eq!(verdicts(&code("3 - 4 = 1")), all(&[("3 - 4 = 1", "wrong")]), "{print}");
    }
    let one_less = |claim: &str| verdicts(&format!("a = 3\nprint(f'{{a}} - 1')  # {claim}\n"));
    assert_eq!(one_less("3 - 1"), all(&[("3 - 1", "holds")]));
    assert_eq!(one_less("3 - 2"), all(&[("3 - 2", "wrong")]));
    // Behind the value, words explain.
    assert_eq!(verdicts("a = 3\nprint(a - 1)  # 2 - a cup less\n"), all(&[("2", "holds")]));
    let label = |claim: &str| verdicts(&format!("print('total =', 4)  # {claim}\n"));
    assert_eq!(label("total = 4"), all(&[("total = 4", "holds")]));
    assert_eq!(label("total = 5"), all(&[("total = 5", "wrong")]));
}

#[test]
fn formats_are_texts_with_holes() {
    let code = |claim: &str| format!("n = 3\nprint('cups: {{{{{{}}}}}}'.format(n))  # {claim}\n");
    assert_eq!(verdicts(&code("cups: {3}")), all(&[("cups: {3}", "holds")]));
    assert_eq!(verdicts(&code("cups: {4}")), all(&[("cups: {4}", "wrong")]));
    let hot = |claim: &str| verdicts(&format!("print('100%% hot: %(name)s' % {{'name': 'tea'}})  # {claim}\n"));
    assert_eq!(hot("100% hot: tea"), all(&[("100% hot: tea", "holds")]));
    assert_eq!(hot("100% hot: cup"), all(&[("100% hot: cup", "wrong")]));
}

/// Whether two equal constants are one object, depends on what is compiled together.
#[test]
fn constants_that_are_one_object_in_a_script() {
    let same = |made: &str, claim: &str| verdicts(&format!("{made}print(m is n)  # {claim}\n"))[0].1.clone();
    for constant in ["500", "'hot tea!'", "(1, 2)", "1.5"] {
        assert_eq!(same(&format!("m = {constant}\nn = {constant}\n"), "False"), "unsettled", "{constant}");
        assert_eq!(same(&format!("m = {constant}\nn = {constant}\n"), "True"), "holds", "{constant}");
    }
    for made in ["m = n = 500\n", "m = 5\nn = 5\n"] {
        assert_eq!(same(made, "False"), "wrong", "{made}");
    }
    assert_eq!(same("m = [5]\nn = [5]\n", "True"), "wrong");
    // Who says that it's so mostly, doesn't say that it's so here.
    assert_eq!(verdicts("print(sum([1]))  # 2 (typically)\nprint(sum([1]))  # 2, usually\n")[0].1, "unsettled");
    assert_eq!(verdicts("print(sum([1]))  # 2 (exactly)\n")[0].1, "wrong");
}

/// What is claimed of an object that shows its address may be what it gives.
#[test]
fn objects_that_show_nothing_but_addresses() {
    let code = |claim: &str, item: &str| {
        format!(
            "class Cup:\n    pass\n\nclass Pot:\n    def __repr__(self):\n        return 'Pot()'\n\n\
             pour = [lambda n=n: n for n in range(2)]  # {claim}\ncups = list(Cup() for n in (1, 2))  # {claim}\npots = list(Pot() for n in (1, 2))  # {item}\n"
        )
    };
    let found = |claim: &str, item: &str| verdicts(&code(claim, item)).into_iter().map(|(_, verdict)| verdict).collect::<Vec<_>>();
    assert_eq!(found("[0, 1]", "[Pot(), Pot()]"), ["unsettled", "unsettled", "holds"]);
    assert_eq!(found("[0, 1]", "[0, 1]"), ["unsettled", "unsettled", "wrong"]);
}

#[test]
fn what_several_statements_print() {
    let code = |claim: &str| format!("def pour():\n    print('hot')\n\nprint('cold')\npour()\n# Output: {claim}\n");
    for (claim, verdict) in [("cold, hot", "holds"), ("'cold', 'hot'", "holds"), ("hot", "holds"), ("cold, hat", "wrong")] {
        assert_eq!(verdicts(&code(claim)), all(&[(claim, verdict)]));
    }
}

#[test]
fn marks_that_point_to_the_line_above() {
    for mark in ["↑", "^", "☝"] {
        let code = |claim: &str| format!("print(2 ** 3)\n# {mark} this will print {claim}\nprint(9)\n");
        assert_eq!(verdicts(&code("8")), all(&[("8", "holds")]), "{mark}");
        assert_eq!(verdicts(&code("9")), all(&[("9", "wrong")]), "{mark}");
    }
}

#[test]
fn names_of_types() {
    let code = |first: &str, second: &str| format!("type(5)  # {first}\nprint(type('tea'))  # {second}\n");
    assert_eq!(verdicts(&code("int", "str")), all(&[("int", "holds"), ("str", "holds")]));
    assert_eq!(verdicts(&code("str", "int")), all(&[("str", "wrong"), ("int", "wrong")]));
    // It may be what one would call it.
    assert_eq!(verdicts("class Int(int): pass\ntype(Int(5))  # int\n")[0].1, "unsettled");
}

#[test]
fn claims_above_what_is_asked_for() {
    let code = |claim: &str| format!("cups = 10\nprint(cups + 5)  # {claim}\ncups = int(input())\nprint(cups + 5)  # {claim}\n");
    assert_eq!(verdicts(&code("15")), all(&[("15", "holds"), ("15", "unsettled")]));
    assert_eq!(verdicts(&code("25")), all(&[("25", "wrong"), ("25", "unsettled")]));
    let looped = "cups = 10\nfor n in range(2):\n    print(cups + 5)  # 25\n    cups = int(input())\n";
    assert_eq!(verdicts(looped), all(&[("25", "unsettled")]));
}
