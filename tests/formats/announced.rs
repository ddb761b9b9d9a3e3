//! Output that a text announces: what may stand around it, what may be printed that looks like something else, and what cells show.

use super::*;

/// The verdicts of a text's claims.
fn verdicts(text: &str) -> Vec<String> {
    claims("page.txt", text).into_iter().map(|(.., verdict)| verdict).collect()
}

/// A text with code and what stands below it.
fn page(code: &str, below: &str) -> String {
    format!(
        "The cups are counted here, one after the other, and then something is told:\n\n{code}\n\n{below}\n\nThat is all there is to be told of them.\n"
    )
}

#[test]
fn what_is_printed_may_be_the_name_of_a_language() {
    for (code, shown) in
        [("print({}.get('tea'))", "None"), ("print('python')\nprint('c')", "python\nc"), ("print('text')\nprint(None)", "text\nNone")]
    {
        assert_eq!(verdicts(&page(code, &format!("Output:\n\n{shown}"))), ["holds"], "{shown}");
        assert_eq!(verdicts(&page(&code.replace("print(", "print(5, "), &format!("Output:\n\n{shown}"))), ["wrong"], "{shown}");
    }
    // Above the output it's none of that.
    assert_eq!(verdicts(&page("print(5)", "Output:\n\ntext\n5")), ["holds"]);
    assert_eq!(verdicts(&page("print(5)", "Output:\n\ntext\n6")), ["wrong"]);
}

#[test]
fn marks_around_output_are_none_of_it() {
    for shown in
        ["Output: `5`", "Output:- 5", "Output: **5**", "Output: 5.", "Output:\n- 5", "Output:\nYou get this\n5", "Output:\nResult:\n5"]
    {
        assert_eq!(verdicts(&page("print(5)", shown)), ["holds"], "{shown}");
        assert_eq!(verdicts(&page("print(5)", &shown.replace('5', "6"))), ["wrong"], "{shown}");
    }
    assert_eq!(verdicts(&page("print(['a'])", "Output: [‘a’]")), ["holds"]);
    assert_eq!(verdicts(&page("print(5)\nprint('tea')", "Output:\n- 5\n- tea")), ["holds"]);
    assert_eq!(verdicts(&page("print(-5)", "Output:\n- 5")), ["wrong"]);
}

#[test]
fn sentences_announce_output() {
    for lead in
        ["Most people are wrong here. The actual output:", "And we get:", "It gives us:", "Which results in", "Результат работы кода:"]
    {
        assert_eq!(verdicts(&page("print(5)", &format!("{lead}\n5"))), ["holds"], "{lead}");
        assert_eq!(verdicts(&page("print(5)", &format!("{lead}\n6"))), ["wrong"], "{lead}");
    }
    let asked = |answer: &str| page("cups = [2]\ncups += [3]\nprint(cups)", answer).replace("something is told:", "what is printed?");
    let answer = "Explanation: The correct answer is B. [2, 3]. The list itself has grown.";
    assert_eq!((verdicts(&asked(answer)), verdicts(&asked(&answer.replace('3', "4")))), (vec!["holds".into()], vec!["wrong".into()]));
}

#[test]
fn words_are_wrong_where_they_are_nearly_what_is_printed() {
    let code = "print('the tea is hot now')";
    assert_eq!(verdicts(&page(code, "Output: the tea is hot now")), ["holds"]);
    assert_eq!(verdicts(&page(code, "Output: the tea is hut now")), ["wrong"]);
    assert_eq!(verdicts(&page(code, "Output: as you would expect")), ["unsettled"]);
}

#[test]
fn what_is_raised_is_shown_below_code_that_prints_nothing() {
    let traceback = "Traceback (most recent call last):\n  File \"tea.py\", line 2, in <module>\nKeyError: 'tea'";
    for below in [format!("Output:\n\n{traceback}"), traceback.to_owned()] {
        assert_eq!(verdicts(&page("cups = {}\nn = cups['tea']", &below)), ["holds"]);
        assert_eq!(verdicts(&page("cups = {}\nn = cups['mug']", &below)), ["wrong"]);
    }
    // What shows nothing shows no words.
    assert_eq!(verdicts(&page("cups = {}\nn = 5", "Output:\n\nThe cups are full.")), [""; 0]);
    // An assertion that is shown to fail is none that was to hold.
    for below in ["AssertionError: not five", "Output:\n\nTraceback (most recent call last):\nAssertionError: not five"] {
        let found = verdicts(&page("n = 4\nassert n == 5, 'not five'", below));
        assert_eq!(found, ["unsettled", "holds"], "{below}");
    }
}

#[test]
fn cells_print_and_have_a_value() {
    let cell =
        |code: &str, shown: &str| page(&format!("In [1]:\n{code}"), shown).replace("That is all", "In [2]:\ncups = 5\n\nThat is all");
    let code = "print('hot tea for all')\nsorted([3, 2])";
    assert_eq!(verdicts(&cell(code, "hot tea for all\n\n\n[2, 3]")), ["holds", "holds"]);
    assert_eq!(verdicts(&cell(code, "hot tea for all\n\n\n[2, 4]")), ["holds", "wrong"]);
    assert_eq!(verdicts(&cell(code, "hot tea for oll\n\n\n[2, 3]")), ["wrong", "holds"]);
    // Each value may be shown, where nothing is printed.
    assert_eq!(verdicts(&cell("max(2, 3)\nmin(2, 3)", "3\n\n2")), ["unsettled"]);
    // Objects look like code.
    let code = "cups = dict(a=1)\ncups.keys()";
    assert_eq!(
        (verdicts(&cell(code, "dict_keys(['a'])")), verdicts(&cell(code, "dict_keys(['b'])"))),
        (vec!["holds".into()], vec!["wrong".into()])
    );
    let rule = "-".repeat(75);
    let traceback = format!(
        "{rule}\nKeyError{}Traceback (most recent call last)\n<ipython-input-2-1f> in <module>()\n----> 1 n = {{}}['tea']\n\nKeyError: 'tea'",
        " ".repeat(40)
    );
    assert_eq!(verdicts(&cell("n = {}['tea']", &traceback)), ["holds"]);
    assert_eq!(verdicts(&cell("n = {}['mug']", &traceback)), ["wrong"]);
}

#[test]
fn what_goes_on_behind_a_value_says_nothing_of_it() {
    let cell = |shown: &str| {
        page("In [1]:\n{'a': 3}.keys()", &format!("{shown}\n\nSo it is with them.")).replace("That is", "In [2]:\ncups = 5\n\nThat is")
    };
    assert_eq!((verdicts(&cell("dict_keys(['a'])")), verdicts(&cell("dict_keys(['b'])"))), (vec!["holds".into()], vec!["wrong".into()]));
}

/// What a document shows an example to end with is so for its author as well.
#[test]
fn what_is_shown_to_be_raised_is_no_trouble_for_what_follows() {
    let fence = |code: &str, shown: &str| format!("```python\n{code}\n```\n\n```text\n{shown}\n```\n\n");
    let document = |raised: &str, shown: &str| {
        fence("cups = {'tea': 1}\ncups['can'] = cups['mug']", raised) + &fence("cups['pot'] = 2\nprint(len(cups))", shown)
    };
    let verdicts = |raised: &str, shown: &str| {
        claims("page.md", &document(raised, shown)).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!(verdicts("KeyError: 'mug'", "2"), ["holds", "holds"]);
    assert_eq!(verdicts("KeyError: 'mug'", "[1, 2, 3]"), ["holds", "wrong"]);
    // Something else happened than the author has seen.
    assert_eq!(verdicts("ValueError: 'mug'", "[1, 2, 3]")[1], "unsettled");
}

#[test]
fn what_is_told_to_be_shown_of_an_expression_is_its_value() {
    let asked = |answer: &str| page("cups = [2]\nsum(cups * 3)", answer).replace("something is told:", "what is printed?");
    for shown in ["Output: 6", "Output:\n\n6", "Answer: 6", "Correct answer:\n6"] {
        assert_eq!(verdicts(&asked(shown)), ["holds"], "{shown}");
        assert_eq!(verdicts(&asked(&shown.replace('6', "7"))), ["wrong"], "{shown}");
    }
    assert_eq!(verdicts(&asked("Output: the sum of them")), ["unsettled"]);
    let fence = |shown: &str| format!("What is printed?\n\n```python\nsum([2] * 3)\n```\n\n{shown}\n");
    for shown in ["**Output:** 6", "**Correct answer:** 6", "Output:\n\n6"] {
        let found = |shown: &str| claims("page.md", &fence(shown)).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>();
        assert_eq!((found(shown), found(&shown.replace('6', "7"))), (vec!["holds".into()], vec!["wrong".into()]), "{shown}");
    }
}
