//! Output that a document shows behind its code.

use super::*;

/// What is logged goes to standard error, and stands below the code as what is printed does.
#[test]
fn output_of_both_streams() {
    let page = |code: &str, shown: &str| {
        format!("```python\nimport logging\n{code}\n```\n\nThis produces the following output:\n\n```text\n{shown}\n```\n")
    };
    let verdict =
        |code: &str, shown: &str| claims("page.md", &page(code, shown)).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>();
    let logged = "logging.warning('hot')\nlogging.error('too hot')";
    assert_eq!(verdict(logged, "WARNING:root:hot\nERROR:root:too hot"), ["holds"]);
    assert_eq!(verdict(logged, "WARNING:root:hot\nERROR:root:too cold"), ["wrong"]);
    assert_eq!(verdict(&format!("{logged}\nprint(5)"), "WARNING:root:hot\nERROR:root:too hot\n5"), ["holds"]);
    assert_eq!(verdict(&format!("{logged}\nprint(5)"), "WARNING:root:hot\nERROR:root:too hot\n6"), ["wrong"]);
    // With a comma it might be several values.
    let page = |shown: &str| {
        let code = "import logging\nlogging.warning('hot')\nlogging.warning('hot, too')";
        claims("page.html", &format!("<pre>{code}</pre><p>which would print:</p><pre>WARNING:root:{shown}\nWARNING:root:hot, too</pre>\n"))
    };
    let verdicts: Vec<String> = ["hot", "hit"].into_iter().flat_map(page).map(|(.., verdict)| verdict).collect();
    assert_eq!(verdicts, ["holds", "wrong"]);
}

/// What a format tells of the process, of the time since it began or of the file differs each time; what else is logged doesn't.
#[test]
fn what_is_logged_each_time_anew() {
    let verdict = |format: &str, shown: &str| {
        let code = format!(
            "import logging\nlogging.basicConfig(format='{format}')\n\ndef main():\n    logging.warning('hot')\n\nif __name__ == '__main__':\n    main()"
        );
        let page = format!("```python\n{code}\n```\n\nThis produces the following output:\n\n```text\n{shown}\n```\n");
        claims("page.md", &page).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>()
    };
    for (format, shown) in
        [("%(process)d:%(message)s", "4711"), ("%(relativeCreated)d:%(message)s", "17"), ("%(filename)s:%(message)s", "tea.py")]
    {
        assert_eq!(verdict(format, &format!("{shown}:hot")), ["unsettled"], "{format}");
    }
    assert_eq!(verdict("%(filename)s:%(message)s", "tea.py:hot tea"), ["wrong"]);
    assert_eq!(verdict("%(levelname)s:%(message)s", "WARNING:hot"), ["holds"]);
    assert_eq!(verdict("%(levelname)s:%(message)s", "WARNING:cold"), ["wrong"]);
    // What has a value besides may show that.
    let value =
        "```python\nimport logging\ndef pour():\n    logging.warning('hot')\n    return 5\npour()\n```\n\nOutput:\n\n```text\n5\n```\n";
    assert_eq!(claims("page.md", value).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>(), ["holds"]);
}

/// Of output of several lines below code that prints nothing, other code may be meant; a value is that of the last statement.
#[test]
fn output_of_other_code() {
    let page =
        |code: &str, shown: &str| format!("```python\n{code}\n```\n\nThis produces the following output:\n\n```text\n{shown}\n```\n");
    let verdict =
        |code: &str, shown: &str| claims("page.md", &page(code, shown)).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>();
    assert_eq!(verdict("cups = []\ncups.append(1)\ncups.count(1)", "usage: tea [-h]\n\noptions:\n  -h"), ["unsettled"]);
    assert_eq!(verdict("[1, 2].count(1)", "2"), ["wrong"]);
    let class = "class Tea:\n    def pour(self):\n        print(5)";
    assert_eq!(verdict(class, "5"), ["unsettled"]);
    assert_eq!(verdict(&format!("{class}\nTea().pour()"), "6"), ["wrong"]);
}

/// Below words that lead to it, output in a language of data or markup is laid out by hand: it can hold, and isn't wrong. Output that is a block for a
/// page has its marks around it.
#[test]
fn output_in_other_languages() {
    let page = |code: &str, lead: &str, word: &str, shown: &str| format!("```python\n{code}\n```\n\n{lead}\n\n```{word}\n{shown}\n```\n");
    let verdict = |code: &str, lead: &str, word: &str, shown: &str| {
        claims("page.md", &page(code, lead, word, shown)).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>()
    };
    let print = "print('<b>tea</b>')";
    assert_eq!(verdict(print, "Will produce:", "html", "<b>tea</b>"), ["holds"]);
    assert_eq!(verdict(print, "Will produce:", "html", "<b>milk</b>"), ["unsettled"]);
    assert_eq!(verdict(print, "Save it:", "html", "<b>tea</b>"), [""; 0]);
    assert_eq!(verdict(print, "Will produce:", "", "<b>milk</b>"), ["wrong"]);
    let fence = "print('```\\n5 | 6\\n```')";
    assert_eq!(
        (verdict(fence, "Output:", "", "5 | 6"), verdict(fence, "Output:", "", "5 | 7")),
        (vec!["holds".to_owned()], vec!["wrong".to_owned()])
    );
}

/// A prompt with nothing behind it leads to what all of the code printed.
#[test]
fn output_behind_a_bare_prompt() {
    let verdict = |shown: &str| {
        let page = format!("```python\ncups = [2, 3]\nprint(cups)\nprint(len(cups))\n\n>>>\n{shown}\n```\n");
        claims("page.md", &page).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!((verdict("[2, 3]\n2"), verdict("[2, 3]\n3")), (vec!["holds".to_owned()], vec!["wrong".to_owned()]));
}

/// Texts in quotes or comments behind an empty line, and below `Output:` as they're printed.
#[test]
fn output_in_plain_text() {
    let text = "\
Cups are counted on this page, first those that are full and then all of them.

cups = [2, 3]
print(sum(cups))

Output:
Copy
5
They are counted in the order in which they were filled, as you have seen.

print(cups)
print(len(cups))

This prints:

[2, 3]
2

And now one of them is taken that nobody has filled, which is a mistake:

print(cups[5])
IndexError: list index out of range

The same goes for cups that nobody has counted, of which there may be some.

print(max(cups))
Output: 4
";
    let expected = [
        (8, 1, "5", "holds"),
        (16, 1, "[2, 3]\n2", "holds"),
        (22, 1, "IndexError: list index out of range", "holds"),
        (27, 9, "4", "wrong"),
    ];
    assert_eq!(claims("page.txt", text), rows(&expected));
}

#[test]
fn output_in_text_ends_anywhere_and_is_broken_at_the_right() {
    let long = |last: u8| format!("['kettle', 'teapot', 'milk jug', 'sugar bowl\n', 'spoon', 'cup {last}']");
    let text = |sum: u8, last: u8| {
        format!(
            "\
The cups are counted here, and then all of the dishes are told:
>>> cups = [2, 3]
>>> print(sum(cups))
{sum}
Then the dishes are told, of which there are many more than the cups:
>>> ['kettle', 'teapot', 'milk jug', 'sugar bowl', 'spoon', 'cup 7']
{}
>>> len(cups)
2
",
            long(last)
        )
    };
    let verdicts = |text: &str| claims("page.txt", text).into_iter().map(|claim| claim.3).collect::<Vec<_>>();
    assert_eq!(verdicts(&text(5, 7)), ["holds", "holds", "holds"]);
    assert_eq!(verdicts(&text(6, 8)), ["wrong", "wrong", "holds"]);
    let text = |sum: u8| {
        format!(
            "\
A tray is made first of all, and then what is on it is counted and told:
>>> from types import SimpleNamespace
>>> tray = SimpleNamespace(cups=[2, 3])
>>> SimpleNamespace(cups=[2, 3], kind='the tray that was made above')
The tray is shown here so that you can see what there is on it.
>>> sum(tray.cups)  # which are the cups that have been put onto it, be
fore any was taken
{sum}
Cup count
It is told below how many of them there are, and that is two.
>>> len(tray.cups)
2
"
        )
    };
    assert_eq!(verdicts(&text(5)), ["unsettled", "holds", "holds"]);
    assert_eq!(verdicts(&text(6)), ["unsettled", "unsettled", "holds"]);
}

#[test]
fn output_beside_words_and_behind_prompts() {
    let text = "\
```python
print(3)
```

**Output:** `4`

```python
print('two cups')
```

Output:
two cups

```python
x = [3, 1]
print(x)
>>> [1, 3]
```

```python
print('No tea.')
```

Running this returns:

```python
>>> No tea, sorry.
```

~~~
print(1 / 0)
~~~
{: .python}
~~~
ZeroDivisionError: division by zero
~~~
{: .error}

```python
total = 5  \u{2776}
print(total)  \u{2777}
```

Output: 5

```python
print('two cups')
```

Output: no cups at all
";
    let expected = [
        (5, 14, "4", "wrong"),
        (12, 1, "two cups", "holds"),
        (17, 5, "[1, 3]", "wrong"),
        (27, 5, "No tea, sorry.", "wrong"),
        (35, 1, "ZeroDivisionError: division by zero", "holds"),
        (44, 9, "5", "holds"),
        (50, 9, "no cups at all", "unsettled"),
    ];
    assert_eq!(claims("page.md", text), rows(&expected));
}

#[test]
fn results_behind_an_empty_line() {
    let verdict =
        |code: &str| claims("page.md", &format!("```python\n{code}\n```\n")).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>();
    let table = |shown: &str| format!("print('a  b\\n1  2')\n\n\"\"\"\n{shown}\n\"\"\"");
    assert_eq!((verdict(&table("a  b\n1  2")), verdict(&table("a  b\n1  3"))), (vec!["holds".to_owned()], vec!["wrong".to_owned()]));
    let cups = |shown: &str| format!("cups = sorted([2, 1])\n\n# {shown}");
    assert_eq!((verdict(&cups("[1, 2]")), verdict(&cups("[1, 3]"))), (vec!["holds".to_owned()], vec!["unsettled".to_owned()]));
    let text = |shown: &str| format!("out = str('007')\n# output:\n# {shown}");
    assert_eq!((verdict(&text("007")), verdict(&text("008"))), (vec!["holds".to_owned()], vec!["wrong".to_owned()]));
    let words = |shown: &str| format!("out = 'hot ' + 'tea!'\n# output:\n# {shown}");
    assert_eq!((verdict(&words("hot tea!")), verdict(&words("cold tea!"))), (vec!["holds".to_owned()], vec!["unsettled".to_owned()]));
    let label = |end: &str| format!("print(\"not hot: 'tea'. Warm it, or wait\")  # not hot: 'tea'. Warm it, {end}...");
    assert_eq!((verdict(&label("")), verdict(&label("and "))), (vec!["holds".to_owned()], vec!["wrong".to_owned()]));
}

/// What labels its values when it's printed looks like assignments.
#[test]
fn names_with_values_behind_words_are_output() {
    let verdict = |code: &str, lead: &str, shown: &str| {
        let page = format!("```python\ncups = [2, 3]\n{code}\n```\n\n{lead}\n\n```python\n{shown}\n```\n");
        claims("page.md", &page).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>()
    };
    let print = "print('cups = %s' % cups)";
    let lead = "The output of the code above will be:";
    assert_eq!(
        (verdict(print, lead, "cups = [2, 3]"), verdict(print, lead, "cups = [2, 4]")),
        (vec!["holds".into()], vec!["wrong".into()])
    );
    for (code, lead, shown) in
        [(print, "The same prints as:", "cups = [2, 4]"), ("len(cups)", lead, "cups = [2, 4]"), (print, lead, "f(cups)")]
    {
        assert_eq!(verdict(code, lead, shown), [""; 0], "{lead} {shown}");
    }
}

/// A page that was built names one language for all of its blocks.
#[test]
fn literals_behind_words_are_output() {
    let page = |shown: &str| {
        format!(
            "<html><div class=\"highlight-python3\"><pre>print([1])\nprint(2)\n</pre></div>\n<p>This will print</p>\n<div class=\"highlight-python3\"><pre>{shown}\n</pre></div>\n"
        )
    };
    let verdicts = |shown: &str| claims("page.html", &page(shown)).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>();
    assert_eq!((verdicts("[1]\n2"), verdicts("[1]\n3")), (vec!["holds".to_owned()], vec!["wrong".to_owned()]));
}

#[test]
fn what_backspaces_take_back() {
    let page = |shown: &str| claims("page.md", &format!("```python\nprint('teax\\b')\n```\n\nOutput:\n\n```\n{shown}\n```\n"))[0].3.clone();
    assert_eq!([page("tea"), page("tex")], ["holds", "wrong"]);
}

#[test]
fn prompts_below_a_remark_are_typed() {
    let page = |shown: &str| claims("page.md", &format!("```python\n# A set\n>>> {{1, 2}}\n{shown}\n```\n"))[0].3.clone();
    assert_eq!([page("{1, 2}"), page("{1, 3}")], ["holds", "wrong"]);
}
