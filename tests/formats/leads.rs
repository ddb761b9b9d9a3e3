//! What the words between code and a block of output say of that.

use super::*;

/// The verdicts on what a page shows of some code: words, and a block below them, several times.
fn told(code: &str, shown: &[(&str, &str)]) -> Vec<String> {
    let blocks: String = shown.iter().map(|(lead, text)| format!("{lead}\n\n```\n{text}\n```\n\n")).collect();
    verdicts(&format!("```python\n{code}\n```\n\n{blocks}"))
}

fn verdicts(text: &str) -> Vec<String> {
    claims("page.md", text).into_iter().map(|(.., verdict)| verdict).collect()
}

#[test]
fn labels_that_name_another_python() {
    for lead in [
        "**Output (on Python 2.x):**",
        "Output in Python 2:",
        "Python 2 output:",
        "In Python 2.7 this prints:",
        "Output (py2):",
        "Output (before Python 3.8):",
    ] {
        assert_eq!(told("print(7 / 2)", &[(lead, "3")]), ["unsettled"], "{lead}");
    }
    for lead in ["**Output:**", "Output in Python 3:", "Output (Python 3.8+):", "In Python this prints:", "Output of 2 cups:"] {
        assert_eq!(told("print(7 / 2)", &[(lead, "3")]), ["wrong"], "{lead}");
    }
    assert_eq!(told("print(7 / 2)", &[("Output in Python 2:", "3"), ("Output in Python 3:", "3.5")]), ["unsettled", "holds"]);
    let below = |title: &str| verdicts(&format!("### {title}\n\nTea.\n\n```python\nprint(7 / 2)  # 3\n```\n"));
    assert_eq!([below("Python 2"), below("Python 3"), below("Python 2 and 3")], [["unsettled"], ["wrong"], ["wrong"]]);
}

#[test]
fn labels_that_say_what_one_would_think() {
    let code = "cups = [1, 8]\nprint(len(cups))";
    for lead in [
        "You might expect the output to be:",
        "You would think this prints:",
        "One would expect it to print",
        "**Wrong output:**",
        "We expected this to print:",
        "Desired output:",
    ] {
        assert_eq!(told(code, &[(lead, "8"), ("but you get", "2")]), ["unsettled", "holds"], "{lead}");
        assert_eq!(told(code, &[(lead, "8"), ("but you get", "3")]), ["unsettled", "wrong"], "{lead}");
    }
    for lead in [
        "Expected output:",
        "The expected output is:",
        "As you would expect, this prints:",
        "It prints just what we expect:",
        "This would print:",
    ] {
        assert_eq!(told(code, &[(lead, "8")]), ["wrong"], "{lead}");
        assert_eq!(told(code, &[(lead, "2")]), ["holds"], "{lead}");
    }
    assert_eq!(told(code, &[("Expected output:", "8"), ("Actual output:", "2")]), ["unsettled", "holds"]);
    assert_eq!(told(code, &[("Actual output:", "3"), ("Expected output:", "8")]), ["wrong", "unsettled"]);
    // Beside the words.
    let page = |shown: &str| verdicts(&format!("```python\n{code}\n```\n\nExpected output: `8`\n\nActual output: `{shown}`\n"));
    assert_eq!([page("2"), page("3")], [["holds"], ["wrong"]]);
}

#[test]
fn words_that_name_the_statement() {
    for (code, lead, right, wrong) in [
        ("cups = [2]", "`print(cups)` will print:", "[2]", "[3]"),
        ("cups = [2]\nprint(len(cups))", "`print(cups[0] + 3)` prints:", "5", "6"),
        ("cups = [2]\nprint(len(cups))", "Calling `print(cups)` outputs:", "[2]", "[1]"),
        ("cups = [2]\nprint( cups )", "`print(cups)` prints:", "[2]", "[1]"),
        ("def pour(cup):\n    return cup * 2\nprint(pour(4))", "So `pour(cup)` prints:", "8", "4"),
    ] {
        assert_eq!(told(code, &[(lead, right)]), ["holds"], "{lead}");
        assert_eq!(told(code, &[(lead, wrong)]), ["wrong"], "{lead}");
    }
    let text = "Tea:\n\n```python\ncups = [2]\n```\n\nNow `print(cups)` prints:\n\n```\n[3]\n```\n";
    assert_eq!(claims("page.md", text), rows(&[(10, 1, "[3]", "wrong")]));
}

#[test]
fn several_marks_of_code_are_lines() {
    let beside = |code: &str, shown: &str| verdicts(&format!("```python\n{code}\n```\n\n**Output:** {shown}\n"));
    let code = "print(3)\nprint('tea')";
    for shown in ["`3`, `tea`", "`3` and `tea`", "`3`, then `tea`."] {
        assert_eq!(beside(code, shown), ["holds"], "{shown}");
        assert_eq!(beside(code, &shown.replace('3', "4")), ["wrong"], "{shown}");
    }
    assert_eq!(beside("print(3, 'tea')", "`3` and `tea`"), ["holds"]);
    let code = "print([1, 2])";
    assert_eq!(beside(code, "`[1, 2]` -- NOT `[2, 1]`"), ["holds"]);
    assert_eq!(beside(code, "`[2, 1]` -- NOT `[1, 2]`"), ["wrong"]);
    assert_eq!(beside(code, "`[2, 1]` or `[3, 1]`"), ["unsettled"]);
}

#[test]
fn what_to_choose_from_is_no_output() {
    for shown in ["A) 6\nB) 8\nC) Error", "a. 6\nb. 7", "(A) 6\n(B) 7"] {
        assert_eq!(told("print(2 ** 3)", &[("", shown)]), [""; 0], "{shown}");
    }
    assert_eq!(told("print(2 ** 3)", &[("Output:", "A) 6\nB) 8")]), ["wrong"]);
    assert_eq!(told("print('A) 6')\nprint('B) 8')", &[("", "A) 6\nB) 9")]), ["wrong"]);
    assert_eq!(told("print('a')", &[("", "A\nB")]), ["wrong"]);
}

#[test]
fn output_in_fences_that_name_python() {
    let page = |code: &str, lead: &str, shown: &str| verdicts(&format!("```python\n{code}\n```\n\n{lead}\n\n```python\n{shown}\n```\n"));
    for (code, lead, right, wrong) in [
        ("print(2 ** 3)", "Answer", "8", "9"),
        ("print(type(1.5))", "**Answer:**", "<class 'float'>", "<class 'int'>"),
        ("print(2, ': after')", "**Output:**", "2 : after", "3 : after"),
        ("print('total', 5)", "**Output:**", "total 5", "total 6"),
        ("print('a', [1])", "Output:", "a [1]", "a [2]"),
    ] {
        assert_eq!(page(code, lead, right), ["holds"], "{right}");
        assert_eq!(page(code, lead, wrong), ["wrong"], "{wrong}");
    }
    for (lead, shown) in
        [("Answer", "print(9)"), ("**Output:**", "print(9)"), ("Output:", "print 9"), ("Output:", "for cup in cups:\n"), ("So:", "9")]
    {
        assert_eq!(page("print(8)", lead, shown), [""; 0], "{shown}");
    }
}

#[test]
fn words_for_results_in_other_languages() {
    for lead in [
        "Resultado:",
        "**Resultado**",
        "Résultat :",
        "Ergebnis:",
        "Risultato:",
        "Wynik:",
        "Hasil:",
        "Sonuç:",
        "Kết quả:",
        "Uitvoer:",
        "El resultado:",
    ] {
        assert_eq!(told("print('a', 'c')", &[(lead, "a c")]), ["holds"], "{lead}");
        assert_eq!(told("print('a', 'c')", &[(lead, "a d")]), ["wrong"], "{lead}");
    }
    assert_eq!(told("print('a', 'c')", &[("El resultado de esto es otra cosa:", "a d")]), [""; 0]);
    let comment = |lead: &str, shown: &str| verdicts(&format!("```python\nprint([1, 2])  # {lead}: {shown}\n```\n"));
    for lead in ["Kết quả", "結果", "Risultato", "Resultat", "Sonuç"] {
        assert_eq!([comment(lead, "[1, 2]"), comment(lead, "[1, 3]")], [["holds"], ["wrong"]], "{lead}");
    }
}

#[test]
fn names_of_languages_that_tell_nothing() {
    let page = |code: &str, shown: &str| {
        verdicts(&format!("```text-x-trilium-auto\n{code}\n```\n\nOutput:\n\n```text-x-trilium-auto\n{shown}\n```\n"))
    };
    assert_eq!([page("print('hot tea')", "hot tea"), page("print('hot tea')", "hot milk")], [["holds"], ["wrong"]]);
    // Laid out for the reader.
    assert_eq!(page("print({'tea': 1, 'milk': 2})", "{\n    \"tea\": 1\n}"), ["unsettled"]);
    assert_eq!(verdicts("```text-x-python\nlen('tea')  # 4\n```\n"), ["wrong"]);
    assert_eq!(verdicts("```text-x-rust\nlen('tea')  # 4\n```\n"), [""; 0]);
}

#[test]
fn blanks_are_left_to_the_reader() {
    for blank in ["____", "?", "???", "TODO", "_______ (fill in)"] {
        assert_eq!(verdicts(&format!("```python\nprint(2 + 3)\n# Output: {blank}\n```\n")), ["unsettled"], "{blank}");
        assert_eq!(told("print(2 + 3)", &[("**Output:**", blank)]), ["unsettled"], "{blank}");
        assert_eq!(told(&format!("print('{blank}')"), &[("**Output:**", blank)]), ["holds"], "{blank}");
    }
    assert_eq!(told("print('____')", &[("**Output:**", "___")]), ["wrong"]);
    assert_eq!(told("print('tea')", &[("**Output:**", "tea?")]), ["wrong"]);
}

#[test]
fn comments_that_say_what_one_would_expect() {
    let told = |comment: &str| verdicts(&format!("```python\nprint([1, 8])  # {comment}\n```\n"));
    for comment in [
        "Expected: [8]. Actual: [1, 8]",
        "Expected: [8], got: [1, 8]",
        "Expected [8], but got [1, 8]",
        "expected [8], got [1, 8]",
        "Expected output: [8] - actual output: [1, 8]",
        "Expected: [8]\n               # Actual: [1, 8]",
    ] {
        assert_eq!(told(comment), ["holds"], "{comment}");
        assert_eq!(told(&comment.replace("1, 8", "1, 9")), ["wrong"], "{comment}");
    }
    assert_eq!([told("Expected: [1, 8]"), told("Expected: [8]"), told("Expected output: [8]")], [["holds"], ["wrong"], ["wrong"]]);
    let below = |actual: &str| verdicts(&format!("```python\nprint([1, 8])\n# Expected: [8]\n# Actual: {actual}\n```\n"));
    assert_eq!([below("[1, 8]"), below("[1, 9]")], [["holds"], ["wrong"]]);
    // What an exception says.
    assert_eq!(
        verdicts("```python\nlen([], 8)  # expected 1 argument, got 2\n```\n").iter().filter(|verdict| *verdict == "wrong").count(),
        0
    );
}

#[test]
fn words_in_plain_text() {
    let told = |below: &str| {
        let text = format!(
            "A tray holds all the cups that were washed.\n\ncups = [1, 8]\nprint(len(cups))\n\n{below}\n\nThis is all that there is to say.\n"
        );
        claims("page.txt", &text).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>()
    };
    for lead in ["In Python 2 this prints:", "You might think that this prints:", "Output in Python 2.7:"] {
        assert_eq!(told(&format!("{lead}\n8")), ["unsettled"], "{lead}");
    }
    for lead in ["This prints:", "Output in Python 3:", "Expected output:"] {
        assert_eq!([told(&format!("{lead}\n8")), told(&format!("{lead}\n2"))], [["wrong"], ["holds"]], "{lead}");
    }
    assert_eq!(told("Expected output: 8\nActual output: 2"), ["holds"]);
    assert_eq!(told("Expected output: 8\nActual output: 3"), ["wrong"]);
    assert_eq!(told("Expected output:\n8\n\nActual output:\n2"), ["holds"]);
    assert_eq!(told("Expected output:\n2\n\nActual output:\n8"), ["wrong"]);
}
