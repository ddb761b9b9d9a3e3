//! Verdicts on single claims: each false alarm and each false pass that can be thought of.

use super::*;
use Strength::{Firm, Soft};
use Verdict::{Holds, Unsettled, Wrong};

fn subject(statement: &str) -> Subject {
    let target = |text: &str| Some(text.trim().to_owned());
    match statement {
        _ if statement.starts_with("print(") => Subject::Print,
        _ if statement.starts_with("return ") => Subject::Return,
        _ if statement.starts_with("raise ") || statement.starts_with("import ") => Subject::Simple,
        _ if statement.starts_with("del ") => Subject::Deletion { name: statement[4..].to_owned() },
        _ if statement.starts_with("for ") => Subject::Compound,
        _ => match statement.split_once(" = ") {
            Some((name, _)) => Subject::Assignment { target: target(name) },
            None => Subject::Expression,
        },
    }
}

/// The judgement on one claim of a statement that is the whole example.
fn verdict(statement: &str, expected: &str, readings: &[(Says, Strength)], passes: &[Pass]) -> Judgement {
    let example = example("q1.1", statement);
    let claim = claim(&example, statement, subject(statement), expected, readings);
    judged(&example, claim, report(passes))
}

#[track_caller]
pub(super) fn check(statement: &str, expected: &str, readings: &[(Says, Strength)], passes: &[Pass], wanted: Verdict) -> Judgement {
    let judgement = verdict(statement, expected, readings, passes);
    assert_eq!(judgement.verdict, wanted, "{statement}  # {expected}: {judgement:?}");
    assert_eq!(judgement.verdict == Unsettled, judgement.reason.is_some(), "{statement}  # {expected}: {judgement:?}");
    judgement
}

#[test]
fn actual_in_the_style_of_the_claim() {
    for (statement, claimed, pass, actual) in [
        ("print(x)", "'x'", printing("y\n"), "'y'"),
        ("print(x)", "\"x\"", printing("say \"y\"\n"), "\"say \\\"y\\\"\""),
        ("print(x)", "x", printing("y\n"), "y"),
        ("print(x)", "x", printing("y\nz\n"), "y\nz"),
        ("f()", "\"x\"", valued("'y'", Some(false)), "'y'"),
        ("f()", "[1]", valued("[2]", Some(false)), "[2]"),
        ("f()", "banana", valued("'apple'", None), "apple"),
        ("f()", "1", raising("TypeError", "bad operand"), "raises TypeError: bad operand"),
        ("f()", "1", raising("TypeError", "first\nsecond"), "raises TypeError: first"),
        ("f()", "1", raising("TypeError", ""), "raises TypeError"),
    ] {
        let judgement = verdict(statement, claimed, &[(Says::Value(claimed.to_owned()), Firm)], &[pass]);
        assert_eq!((judgement.verdict, judgement.actual.as_deref()), (Wrong, Some(actual)), "{statement}  # {claimed}");
    }
}

#[test]
fn an_expression_may_print() {
    let value = |text: &str| [(Says::Value(text.to_owned()), Firm)];
    check("d.method()", "\"B\"", &value("\"B\""), &[printing("B\n")], Holds);
    let judgement = check("d.method()", "\"B\"", &value("\"B\""), &[printing("C\n")], Wrong);
    assert_eq!(judgement.actual.as_deref(), Some("\"C\""));
    let both = Pass { stdout: "working\n".to_owned(), ..valued("42", Some(true)) };
    check("f()", "42", &value("42"), std::slice::from_ref(&both), Holds);
    check("f()", "working", &[(Says::Printed("working".to_owned()), Firm)], std::slice::from_ref(&both), Holds);
    check("f()", "43", &value("43"), &[Pass { answers: valued("42", Some(false)).answers, ..both }], Wrong);
    // Nothing but its output can be meant where it has no value.
    check("import this", "'x'", &[(Says::Printed("'x'".to_owned()), Firm)], &[Pass { value: None, ..printing("y\n") }], Wrong);
    check("import this", "'x'", &[(Says::Printed("'x'".to_owned()), Firm)], &[Pass::default()], Wrong);
    check("import this", "'x'", &value("'x'"), &[Pass::default()], Unsettled);
    check("show(x)", "size 4", &value("size 4"), &[printing("size 5\n")], Wrong);
    // What is said to be printed may be its value.
    check("f()", "42", &[(Says::Printed("42".to_owned()), Firm)], &[valued("42", None)], Holds);
    // What goes to standard error is output as well.
    let warned = Pass { stderr: "careful\n".to_owned(), ..valued("None", None) };
    check("log('careful')", "careful", &[(Says::Printed("careful".to_owned()), Firm)], &[warned], Holds);
    // The object is what changed.
    check("xs.sort()", "[1, 2]", &value("[1, 2]"), &[valued("None", Some(false))], Unsettled);
    check("d.get('k')", "1", &value("1"), &[valued("None", Some(false))], Wrong);
}

#[test]
fn exceptions() {
    let says = |exception: Option<&str>, message: Option<&str>| Says::Raises {
        exception: exception.map(str::to_owned),
        message: message.map(str::to_owned),
    };
    let value_error = || raising("ValueError", "price must be >= 0, not -1");
    for (exception, message, pass, wanted) in [
        (Some("ValueError"), None, value_error(), Holds),
        (Some("Exception"), None, value_error(), Holds),
        (Some("builtins.ValueError"), None, value_error(), Holds),
        (Some("TypeError"), None, value_error(), Wrong),
        (Some("LookupError"), None, raising("KeyError", "'x'"), Holds),
        (Some("KeyError"), None, raising("IndexError", "x"), Wrong),
        (Some("ValueError"), Some("price must be >= 0, not -1"), value_error(), Holds),
        (Some("ValueError"), Some("price must be >= 0"), value_error(), Holds),
        (Some("ValueError"), Some("must be >= 0"), value_error(), Holds),
        (Some("ValueError"), Some("price..."), value_error(), Holds),
        (Some("ValueError"), Some("size must be >= 0"), value_error(), Wrong),
        (Some("ValueError"), Some("price must be >= 1"), value_error(), Wrong),
        (Some("TypeError"), Some("price must be >= 0"), value_error(), Wrong),
        (None, Some("price must be >= 0"), value_error(), Holds),
        (None, Some("something else entirely"), value_error(), Wrong),
        (Some("KeyError"), Some("'a'"), raising("KeyError", "'a'"), Holds),
        (Some("KeyError"), Some("a"), raising("KeyError", "'a'"), Holds),
        (Some("KeyError"), Some("'a'"), raising("KeyError", "'ab'"), Wrong),
        (Some("AttributeError"), Some("no attribute 'speak'"), raising("AttributeError", "'Dog' object has no attribute 'speak'"), Holds),
        (
            Some("AttributeError"),
            Some("Dog has no attribute 'speak'"),
            raising("AttributeError", "'Dog' object has no attribute 'speak'"),
            Holds,
        ),
        (
            Some("AttributeError"),
            Some("Dog has no attribute 'bark'"),
            raising("AttributeError", "'Dog' object has no attribute 'speak'"),
            Wrong,
        ),
        (Some("IOError"), None, raising("FileNotFoundError", "[Errno 2] No such file"), Holds),
        (Some("ValueError"), None, valued("3", None), Wrong),
        (Some("ValueError"), None, printing("3\n"), Wrong),
        // It printed the exception itself.
        (Some("ValueError"), None, printing("ValueError: bad\n"), Holds),
        (Some("UserWarning"), None, Pass { stderr: "<q1.1>:1: UserWarning: old\n".to_owned(), ..valued("None", None) }, Holds),
        // It lacks what it would need to raise that.
        (Some("ValueError"), None, raising("ModuleNotFoundError", "No module named 'pydantic'"), Unsettled),
        (Some("ModuleNotFoundError"), None, raising("ModuleNotFoundError", "No module named 'pydantic'"), Holds),
        (Some("ValueError"), None, raising("NameError", "name 'db' is not defined"), Unsettled),
        (Some("NameError"), None, raising("NameError", "name 'db' is not defined"), Holds),
    ] {
        check("db(f)", "x", &[(says(exception, message), Firm)], &[pass], wanted);
    }
    let judgement = check("f()", "ValueError", &[(says(Some("ValueError"), None), Firm)], &[valued("3", None)], Wrong);
    assert_eq!(judgement.actual.as_deref(), Some("raises nothing"));
    // In a loop, some passes raise.
    let passes = [valued("1", None), raising("ZeroDivisionError", "division by zero")];
    check("1 / x", "ZeroDivisionError", &[(says(Some("ZeroDivisionError"), None), Firm)], &passes, Holds);
}

#[test]
fn a_raise_where_a_value_is_claimed() {
    let value = [(Says::Value("1".to_owned()), Firm)];
    check("f()", "1", &value, &[raising("TypeError", "bad")], Wrong);
    for (pass, reason) in [
        (raising("NameError", "name 'f' is not defined"), "needs name `f`"),
        (raising("ModuleNotFoundError", "No module named 'numpy.linalg'"), "needs package `numpy`: add it to `requires`"),
        (raising("ModuleNotFoundError", "No module named 'imp'"), "needs module `imp`, which this Python doesn't have"),
        (raising("FileNotFoundError", "no 'a.txt'"), "needs what isn't here: FileNotFoundError: no 'a.txt'"),
        (raising("ConnectionRefusedError", "refused"), "needs what isn't here: ConnectionRefusedError: refused"),
    ] {
        let judgement = check("f()", "1", &value, &[pass], Unsettled);
        assert_eq!(judgement.reason.as_deref(), Some(reason));
    }
    // A name that the example defines and deletes is its own matter.
    let example = example("q1.1", "f = 1\ndel f\nf");
    let claim =
        Claim { target: Target { range: 12..13, subject: Subject::Expression }, ..claim(&example, "f", Subject::Expression, "1", &value) };
    let judgement = judged(&example, claim, report(&[raising("NameError", "name 'f' is not defined")]));
    assert_eq!((judgement.verdict, judgement.actual.as_deref()), (Wrong, Some("raises NameError: name 'f' is not defined")));
}

#[test]
fn several_passes() {
    let value = |text: &str, strength| [(Says::Value(text.to_owned()), strength)];
    let (one, two) = (|| valued("1", Some(true)), || valued("2", Some(false)));
    check("f()", "1", &value("1", Firm), &[one(), one()], Holds);
    check("f()", "1", &value("1", Firm), &[two(), two()], Wrong);
    let judgement = check("f()", "1", &value("1", Firm), &[one(), two(), two()], Unsettled);
    assert_eq!(judgement.reason.as_deref(), Some("differs from pass to pass: holds in 1 of 3"));
    check("f()", "1", &value("1", Soft), &[two(), one()], Unsettled);
    check("f(x)", "1, 2", &value("1, 2", Firm), &[one(), two()], Holds);
    check("f(x)", "1, 3", &value("1, 3", Firm), &[one(), two()], Wrong);
    let lines = |lines: &[&str]| [(Says::PrintedLines(lines.iter().map(|line| (*line).to_owned()).collect()), Firm)];
    let prints = [printing("A\n"), printing("B\n")];
    check("print(x)", "A, B", &lines(&["A", "B"]), &prints, Holds);
    let judgement = check("print(x)", "A, C", &lines(&["A", "C"]), &prints, Wrong);
    assert_eq!(judgement.actual.as_deref(), Some("A\nB"));
    check("print(x)", "A, B", &lines(&["A", "B"]), &[printing("A\n"), printing("B\n"), printing("A\n"), printing("B\n")], Holds);
    check("print(x)", "A, B", &lines(&["B", "A"]), &prints, Wrong);
    check("print(x)", "A", &lines(&["A"]), &prints, Wrong);
    check("print(x)", "A ...", &lines(&["A", "..."]), &[printing("A\n"), printing("B\n"), printing("C\n")], Holds);
    check("print(x)", "A ... C", &lines(&["A", "...", "C"]), &[printing("A\nB\n"), printing("C\n")], Holds);
    check("print(x)", "A ... D", &lines(&["A", "...", "D"]), &[printing("A\nB\n"), printing("C\n")], Wrong);
    check("print(x)", "\"A\" then \"B\"", &lines(&["\"A\"", "\"B\""]), &prints, Holds);
    check("print(x)", "A\nB", &[(Says::Printed("A\nB".to_owned()), Firm)], &prints, Holds);
    check("f(x)", "1, 2", &lines(&["1", "2"]), &[one(), two()], Holds);
    check("print(x)", "twice", &[(Says::PrintedTimes(2), Firm)], &prints, Holds);
    check("print(x)", "3 times", &[(Says::PrintedTimes(3), Firm)], &prints, Wrong);
    check("f()", "3 times", &[(Says::PrintedTimes(3), Firm)], &[printing("a\nb\nc\n")], Holds);
}

#[test]
fn items_of_sequences_and_iterators() {
    let items = |items: &[&str], open| [(Says::Items { items: items.iter().map(|item| (*item).to_owned()).collect(), open }, Firm)];
    let lazy = |repr: &str, equal| Pass {
        value: Some(seen("<map object at 0x7f>")),
        answers: vec![QueryAnswer { seen: Some(seen(repr)), error: None, equal, expression_error: None }],
        ..Pass::default()
    };
    check("map(f, xs)", "1, 2", &items(&["1", "2"], false), &[lazy("[1, 2]", Some(true))], Holds);
    check("map(f, xs)", "1, 2", &items(&["1", "2"], false), &[lazy("[1, 2, 3]", Some(false))], Wrong);
    check("count()", "0, 1, ...", &items(&["0", "1"], true), &[lazy("[0, 1]", None)], Holds);
    check("count()", "0, 2, ...", &items(&["0", "2"], true), &[lazy("[0, 1]", None)], Wrong);
    check("xs", "1, 2", &items(&["1", "2"], false), &[valued("[1, 2]", None)], Holds);
    check("xs", "1, 2, ...", &items(&["1", "2"], true), &[valued("[1, 2, 3]", None)], Holds);
    check("xs", "1, 3", &items(&["1", "3"], false), &[valued("deque([1, 2])", None)], Wrong);
    check("xs", "1, 2", &items(&["1", "2"], false), &[valued("deque([1, 2])", None)], Holds);
    check("xs", "1, 2", &items(&["1", "2"], false), &[valued("5", None)], Unsettled);
    check("f(x)", "1, 2", &items(&["1", "2"], false), &[valued("1", None), valued("2", None)], Holds);
    // Nothing is taken from an iterator that has a name.
    let plan = |statement: &str| {
        let example = example("q1.1", statement);
        let claim = claim(&example, statement, subject(statement), "1, 2", &items(&["1", "2"], false));
        planned(&example, &[claim]).runs[0].job.probes[0]
            .queries
            .iter()
            .any(|query| matches!(query.subject, crate::run::protocol::QuerySubject::Items(_)))
    };
    assert!(plan("map(f, xs)"));
    assert!(!plan("gen") && !plan("(gen)") && !plan("g = map(f, xs)") && !plan("xs[0]"));
}

#[test]
fn types_attributes_states_and_counts() {
    let answer = |repr: &str, equal| Pass {
        value: Some(seen("<__main__.Config object at 0x7f>")),
        answers: vec![QueryAnswer { seen: Some(seen(repr)), error: None, equal, expression_error: None }],
        ..Pass::default()
    };
    let missing = Pass {
        answers: vec![QueryAnswer { seen: None, error: Some("AttributeError: port".to_owned()), equal: None, expression_error: None }],
        ..valued("1", None)
    };
    let attribute = [(Says::Attribute { name: "port".to_owned(), value: "8080".to_owned() }, Firm)];
    check("C()", "port=8080", &attribute, &[answer("8080", Some(true))], Holds);
    check("C()", "port=8080", &attribute, &[answer("'8080'", Some(false))], Wrong);
    check("C()", "port=8080", &attribute, std::slice::from_ref(&missing), Unsettled);
    check("C()", "port=8080", &attribute, &[raising("TypeError", "no port")], Wrong);
    let state = [(Says::State { subject: "x".to_owned(), value: "[1, 2]".to_owned() }, Firm)];
    check("x = g()", "[1, 2]", &state, &[answer("[1, 2]", Some(true))], Holds);
    check("x = g()", "[1, 2]", &state, &[answer("[1]", Some(false))], Wrong);
    check("x = g()", "[1, 2]", &state, std::slice::from_ref(&missing), Unsettled);
    let count = [(Says::RefCount(2), Firm)];
    check("b = a", "refcount = 2", &count, &[answer("2", None)], Holds);
    check("b = a", "refcount = 2", &count, &[answer("3", None)], Wrong);
    check("b = a", "refcount = 2", &count, &[answer("4294967295", None)], Unsettled);
    check("b = a", "refcount = 2", &count, &[answer("many", None)], Unsettled);
    let r#type = |name: &str| [(Says::Type(name.to_owned()), Soft)];
    check("f()", "list", &r#type("list"), &[valued("[1]", None)], Holds);
    check("f()", "dict", &r#type("dict"), &[valued("[1]", None)], Unsettled);
    check("f()", "List", &r#type("List"), &[valued("[1]", None)], Holds);
    check("type(x)", "int", &r#type("int"), &[valued("<class 'int'>", None)], Holds);
    check("f()", "Base", &r#type("Base"), &[valued("<__main__.C object at 0x1>", Some(true))], Holds);
    // One reading of several is enough, and a firm one of which nothing is known prevents a wrong verdict.
    let value = |text: &str| (Says::Value(text.to_owned()), Firm);
    check("f()", "list", &[value("list"), (Says::Type("list".to_owned()), Soft)], &[valued("[1]", Some(false))], Holds);
    check("f()", "1", &[value("1"), attribute[0].clone()], &[missing], Holds);
    check("f()", "2", &[(Says::RefCount(2), Firm), (Says::Printed("2".to_owned()), Firm)], &[valued("'x'", None)], Unsettled);
}

#[test]
fn attributes_of_classes_are_seen_when_the_class_is_complete() {
    let example = example("q1.1", "class C:\n    A = auto()");
    let subject = Subject::ClassAttribute { class: "C".to_owned(), name: "A".to_owned() };
    let early = Pass { value: Some(seen("<enum.auto object at 0x1>")), ..Pass::default() };
    let complete = |repr: &str| Pass { answers: valued(repr, Some(false)).answers, value: None, ..Pass::default() };
    for (claimed, repr, wanted) in [("1", "<Color.A: 1>", Holds), ("2", "<Color.A: 1>", Wrong), ("1", "1", Holds), ("2", "1", Wrong)] {
        let claim = claim(&example, "A = auto()", subject.clone(), claimed, &[(Says::Value(claimed.to_owned()), Firm)]);
        let judgement = judged(&example, claim, report(&[early.clone(), complete(repr)]));
        assert_eq!(judgement.verdict, wanted, "{claimed} {judgement:?}");
    }
}

#[test]
fn approximations() {
    let pass = |seconds| Pass { seconds, ..valued("None", None) };
    let takes = |strength| [(Says::Takes(1.45..1.55), strength)];
    check("f()", "~1.5s", &takes(Soft), &[pass(1.5)], Holds);
    let judgement = check("f()", "~1.5s", &takes(Soft), &[pass(0.4)], Unsettled);
    assert_eq!(judgement.reason.as_deref(), Some("approximate: took 400 ms, claimed ~1.5s"));
    check("f()", "~1.5s", &takes(Firm), &[pass(40.0)], Wrong);
    check("f()", "~1.5s", &takes(Soft), &[pass(0.75), pass(0.75)], Holds);
    check("f()", "~1.5s", &takes(Soft), &[pass(f64::NAN)], Unsettled);
    let bytes = |range: std::ops::Range<f64>| [(Says::Bytes(range), Soft)];
    check("getsizeof(x)", "~8MB", &bytes(7.5e6..8.5e6), &[valued("8448728", None)], Holds);
    check("print(getsizeof(x))", "~8MB", &bytes(7.5e6..8.5e6), &[printing("8448728\n")], Holds);
    check("print(size)", "~8MB", &bytes(7.5e6..8.5e6), &[printing("8.06 MB\n")], Holds);
    check("x = f()", "~8MB", &bytes(7.5e6..8.5e6), &[valued("8448728", None)], Holds);
    check("getsizeof(x)", "~120 bytes", &bytes(110.0..130.0), &[valued("208", None)], Unsettled);
    check("getsizeof(x)", "~120 bytes", &bytes(110.0..130.0), &[printing("")], Unsettled);
    let about = |strength| [(Says::About(2.5..3.5), strength)];
    check("print(x)", "~3", &about(Soft), &[printing("3.2\n")], Holds);
    check("print(x)", "~3", &about(Soft), &[printing("4\n")], Unsettled);
    check("f()", "~3", &about(Firm), &[valued("5", None)], Wrong);
    check("f()", "~3", &about(Firm), &[raising("TypeError", "x")], Wrong);
}

#[test]
fn what_was_taken_for_the_tail_may_belong_to_the_claim() {
    let judge_comment = |code: &str, statement: &str, form, passes: &[Pass]| {
        let example = example("q1.1", code);
        let start = code.find("# ").expect("a comment") + 2;
        let claim = claim(&example, statement, subject(statement), "5", &[(Says::Value("5".to_owned()), Firm)]);
        judged(&example, Claim { span: start..start + 1, form, ..claim }, report(passes)).verdict
    };
    assert_eq!(judge_comment("print(x)  # 5 g (left)", "print(x)", Form::Trailing, &[printing("5 g\n")]), Holds);
    assert_eq!(judge_comment("print(x)  # 5 g (left)", "print(x)", Form::Trailing, &[printing("6 g\n")]), Wrong);
    assert_eq!(judge_comment("print(x)  # 5 g (left)", "print(x)", Form::Trailing, &[printing("5 kg\n")]), Wrong);
    assert_eq!(judge_comment("f()  # 5 g", "f()", Form::Trailing, &[valued("'5 g'", None)]), Holds);
    assert_eq!(judge_comment("print(x)  # 5 a, 6 b", "print(x)", Form::Trailing, &[printing("5 a\n"), printing("6 b\n")]), Holds);
    assert_eq!(judge_comment("f()\n# 5\n# done", "f()", Form::Following, &[printing("5\ndone\n")]), Holds);
    assert_eq!(judge_comment("f()\n# 5\n# done", "f()", Form::Following, &[printing("5\nnot done\n")]), Wrong);
}

#[test]
fn a_claimed_exception_may_be_the_value() {
    let says =
        |message: Option<&str>| [(Says::Raises { exception: Some("ValueError".to_owned()), message: message.map(str::to_owned) }, Firm)];
    check("caught", "ValueError", &says(None), &[valued("<class 'ValueError'>", None)], Holds);
    check("caught", "ValueError", &says(None), &[valued("<class 'KeyError'>", None)], Wrong);
    check("caught", "ValueError", &says(None), &[valued("ValueError('bad')", None)], Holds);
    check("caught", "ValueError: other", &says(Some("other")), &[valued("ValueError('bad')", None)], Wrong);
}

#[test]
fn nothing_raised() {
    let says = [(Says::RaisesNothing, Soft)];
    check("f()", "Works!", &says, &[valued("1", None)], Holds);
    check("f()", "Works!", &says, &[valued("1", None), raising("ValueError", "x")], Unsettled);
    check("f()", "Works!", &says, &[raising("ValueError", "x")], Unsettled);
    check("f()", "No error", &[(Says::RaisesNothing, Firm)], &[raising("ValueError", "x")], Wrong);
}

#[test]
fn what_varies_is_never_wrong() {
    let value = |text: &str| [(Says::Value(text.to_owned()), Firm)];
    check("id(x)", "140234", &value("140234"), &[valued("99", Some(false))], Unsettled);
    check("print(random.randint(1, 6))", "4", &value("4"), &[printing("2\n")], Unsettled);
    check("print(random.randint(1, 6))", "4", &value("4"), &[printing("4\n")], Holds);
    check("random.choice(3)", "4", &value("4"), &[raising("TypeError", "int has no len")], Wrong);
}

#[test]
fn conditions() {
    let example = example("q1.1", "f()");
    let judge_under = |condition: Condition, repr: &str, equal| {
        let mut claim = claim(&example, "f()", Subject::Expression, "1", &[(Says::Value("1".to_owned()), Firm)]);
        claim.condition = Some(condition);
        judged(&example, claim, report(&[valued(repr, Some(equal))]))
    };
    assert_eq!(judge_under(Condition::Python("3.11".to_owned()), "2", false).verdict, Wrong);
    assert_eq!(judge_under(Condition::Python(">=3.10".to_owned()), "1", true).verdict, Holds);
    let other = judge_under(Condition::Python("3.12".to_owned()), "2", false);
    assert_eq!((other.verdict, other.reason.as_deref()), (Unsettled, Some("claimed for Python 3.12, ran on 3.11")));
    assert_eq!(other.actual.as_deref(), Some("2"));
    assert_eq!(judge_under(Condition::FreeThreaded, "1", true).verdict, Unsettled);
    assert_eq!(judge_under(Condition::Other("on Windows".to_owned()), "2", false).verdict, Unsettled);
    assert_eq!(judge_under(Condition::Other("usually".to_owned()), "1", true).verdict, Holds);
    let prompt = judge_under(Condition::Prompt, "2", false);
    assert_eq!((prompt.verdict, prompt.mode), (Wrong, Mode::Prompt));
}

#[test]
fn answers_that_could_not_be_evaluated() {
    let answer = QueryAnswer { seen: Some(seen("[1, 2]")), error: None, equal: None, expression_error: Some("NameError: x".to_owned()) };
    let pass = Pass { value: Some(seen("[1, 2]")), answers: vec![answer], ..Pass::default() };
    let judgement = check("f()", "[x, 2]", &[(Says::Value("[x, 2]".to_owned()), Firm)], &[pass], Unsettled);
    assert_eq!(judgement.reason.as_deref(), Some("the claim can't be evaluated: NameError: x"));
    let long = Seen { truncated: true, ..seen("[1, 2, 3") };
    let pass = |equal| Pass {
        value: Some(long.clone()),
        answers: vec![QueryAnswer { seen: Some(long.clone()), error: None, equal, expression_error: None }],
        ..Pass::default()
    };
    let value = |text: &str| [(Says::Value(text.to_owned()), Firm)];
    check("f()", "[1, 2]", &value("[1, 2]"), &[pass(None)], Unsettled);
    check("f()", "[1, 2]", &value("[1, 2]"), &[pass(Some(false))], Wrong);
    check("f()", "[1, 2, ...", &value("[1, 2, ..."), &[pass(None)], Holds);
}

#[test]
fn what_was_read_of_the_system_may_be_why() {
    use crate::run::protocol::{Deed, DeedKind};
    for (code, path, wanted) in [
        ("f()", "/etc/hosts", Unsettled),
        ("f()", "/etc/mime.types", Wrong),
        ("mimetypes.guess_type('tea')", "/etc/mime.types", Unsettled),
        ("f()", "tea.txt", Wrong),
    ] {
        let example = example("q1.1", code);
        let claim = claim(&example, code, Subject::Expression, "1", &[(Says::Value("1".to_owned()), Firm)]);
        let read = Note::Did(Deed { kind: DeedKind::Read, what: path.to_owned() });
        let (mut before, mut behind) = (report(&[valued("2", Some(false))]), report(&[valued("2", Some(false))]));
        before.notes.insert(0, read.clone());
        behind.notes.push(read);
        assert_eq!(judged(&example, claim.clone(), before).verdict, wanted, "{code} {path}");
        assert_eq!(judged(&example, claim, behind).verdict, Wrong, "{code} {path}");
    }
}

#[test]
fn messages_that_are_nearly_the_same() {
    let is_off = |expected: &str, raised: &str| {
        let example = example("q1.1", "f()");
        let claim =
            Claim { kind: Kind::Exception, ..claim(&example, "f()", Subject::Expression, expected, &[(Says::RaisesNothing, Firm)]) };
        pardon::is_a_word_off(&claim, Some(&format!("raises {raised}")))
    };
    for (expected, raised) in [
        ("ValueError: cold", "ValueError: colds"),
        ("ValueError: colds", "ValueError: cold"),
        ("KeyError: cold", "ValueError: cold"),
        ("ValueError: ('tea must be > 2: 4')", "ValueError: tea must be > 3: 4"),
        ("SyntaxError: invaled syntax", "SyntaxError: invalid syntax (<tea>, line 5)"),
        ("CupError: <Pot at 0x7fd3b01cd330> is hit", "CupError: <Pot at 0x7f4c43568480> is hot"),
    ] {
        assert!(is_off(expected, raised), "{expected}");
    }
    for (expected, raised) in [("ValueError: tea", "ValueError: milk"), ("ValueError: 1", "ValueError: 15")] {
        assert!(!is_off(expected, raised), "{expected}");
    }
}
