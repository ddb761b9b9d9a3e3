//! Prompt sessions.

use super::{super::session, check};

#[test]
fn commands_of_ipython() {
    check(&[
        (
            "In [1]: %precision 3\nOut[1]: '%.3f'\n\nIn [2]: 1/3\nOut[2]: 0.333\n",
            &[
                "2 session stdout firm '%.3f' [IPython, which knows `%precision`]",
                "5 session value firm 0.333 [IPython, which knows `%precision`]",
            ],
        ),
        ("In [1]: %matplotlib inline\n\nIn [2]: 1/3\nOut[2]: 0.333\n", &["4 session value firm 0.333"]),
        ("In [1]: for x in y:\n   ...   :     x\nOut[1]: 5\n", &["3 session stdout firm 5"]),
        (">>> f()\n5  #random\n", &["2 session value firm 5  #random [#random]"]),
        // What a prompt offers at a key.
        ("In [1]: tea.po\n    tea.pot\n    pour()   pouch\n", &["2 session value firm tea.pot\\npour()   pouch"]),
        (
            "In [1]: tea.po\n    pot\n    pour()   pouch\n",
            &["2 session value firm pot\\npour()   pouch [a prompt that shows what begins with `po`]"],
        ),
        (">>> po\npot\n", &["2 session value firm pot"]),
        (">>> po\npo pot\n", &["2 session value firm po pot"]),
    ]);
}

#[test]
fn what_stands_below_a_prompt() {
    check(&[
        (">>> 1 + 1\n2\n", &["2 session value firm 2 <= !value(2) !printed(2)"]),
        (">>> print('a b')\na b\n", &["2 session stdout firm a b <= !printed(a b)"]),
        (">>> x = 1\n>>> x\n1\n", &["3 session value firm 1"]),
        (">>> for i in 'ab':\n...     print(i)\n...\na\nb\n", &["4 session stdout firm a\\nb"]),
        (">>> f()\n'a'\n\nAnd prose.\n", &["2 session value firm 'a'"]),
        (">>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n", &["2 session stdout firm a\\n<BLANKLINE>\\nb <= !printed(a\\n\\nb)"]),
        (
            ">>> f()\nTraceback (most recent call last):\n  File \"<stdin>\", line 1\nValueError: no: way\n",
            &["4 session exception firm ValueError: no: way <= !raises(ValueError: no: way)"],
        ),
        (
            ">>> f()\nTraceback (most recent call last):\n    ...\nKeyError\n",
            &["4 session exception firm KeyError <= !raises(KeyError: ?)"],
        ),
        (
            ">>> f()\nTraceback (most recent call last):\n  ...\nValueError: one\ntwo\n",
            &["4 session exception firm ValueError: one\\ntwo <= !raises(ValueError: one\\ntwo)"],
        ),
        (">>> obj\n<__main__.A object at 0x7f3a>\n", &["2 session value firm <__main__.A object at 0x7f3a>"]),
        ("  >>> 1\n  1\n", &["2 session value firm 1"]),
        (">>> print(' x')\n x\n", &["2 session stdout firm  x"]),
        (">>> f(1)  # 5\n", &["1 trailing value firm 5"]),
        (">>> f(1)  # the first\n5\n", &["2 session value firm 5"]),
        (">>> def f():\n...     return 1\n...\n>>> f()\n1\n", &["5 session value firm 1"]),
        (">>> def f():\n...     return 1\n..\n>>> f()\n1\n", &["5 session value firm 1"]),
        (">>> for i in 'ab':\n...     show('.')\n..\n", &["3 session stdout firm .."]),
        (">>> 'a' 'b'; 2\n'ab'\n2\n", &["2 session value firm 'ab'\\n2 <= !printed('ab'\\n2)"]),
    ]);
}

#[test]
fn options_of_doctest() {
    check(&[
        (">>> f()  # doctest: +SKIP\n1\n", &["2 session value firm 1 [`# doctest: +SKIP`]"]),
        (">>> f()  # doctest: +IGNORE_OUTPUT\n1\n", &["2 session stdout firm 1 <= !raises()"]),
        (">>> f()  # doctest: +POUR_RESULT\n1\n", &["2 session value firm 1 [`# doctest: +POUR_RESULT`]"]),
        (">>> f()  # doctest: +ELIPSIS\n1\n", &["2 session value firm 1"]),
        (
            ">>> f()  # doctest: +IGNORE_EXCEPTION_DETAIL\nTraceback (most recent call last):\n  ...\nValueError: no\n",
            &["4 session exception firm ValueError: no <= !raises(ValueError: ?)"],
        ),
        (
            ">>> f()  # doctest: +DONT_ACCEPT_BLANKLINE\n<BLANKLINE>\na\n",
            &["2 session value firm <BLANKLINE>\\na <= !printed(<BLANKLINE>\\na)"],
        ),
    ]);
    assert_eq!(
        session::without_prompts(">>> a\n>>> b  # doctest: +REMOTE_DATA\n... c\n>>> d  # doctest: -SKIP\n"),
        "a\n\n\nd  # doctest: -SKIP\n"
    );
}

#[test]
fn prompts_of_ipython() {
    check(&[
        ("In [1]: x = 1\n\nIn [2]: x\nOut[2]: 1\n\nIn [3]: print(x)\n1\n", &["4 session value firm 1", "7 session stdout firm 1"]),
        ("In [1]: for i in 'ab':\n   ...:     print(i)\n   ...:\na\nb\n", &["4 session stdout firm a\\nb"]),
        ("In [1]: x\nOut[1]:\n[1,\n 2]\n", &["3 session value firm [1,\\n 2]"]),
        ("In[1]: x\nOut [1]: 5\n", &["2 session value firm 5"]),
        ("In [1]: %timeit f()\n1 s\n", &["2 session stdout firm 1 s [IPython, which knows `%timeit`]"]),
    ]);
    assert_eq!(session::without_prompts("In [1]: if x:\n   ...:     f()\n\nIn [2]: !ls\na\n"), "if x:\n    f()\n\n\n\n");
}

#[test]
fn statements_of_xdoctest() {
    check(&[
        (">>> print(f(1,\n>>>         2))\n3\n", &["3 session stdout firm 3"]),
        (">>> s = g(\n    \'\'\'\n    >>> 1\n    2\n    \'\'\')\n>>> s\n\'a\'\n", &["7 session value firm \'a\'"]),
        (">>> f()  # xdoctest: +ASYNC\n1\n", &["2 session value firm 1 [`# xdoctest: +ASYNC`]"]),
    ]);
    assert_eq!(
        session::without_prompts("  >>> s = f(\n      \'\'\'\n      >>> 1\n      \'\'\')\n  >>> if s:\n  >>>     g()\n"),
        "s = f(\n\'\'\'\n>>> 1\n\'\'\')\nif s:\n    g()\n"
    );
}

#[test]
fn directives_of_xdoctest_on_lines_of_their_own() {
    let session = ">>> # xdoctest: +REQUIRES(WIN32)\n>>> f()\n1\n>>> assert f() == 2\n>>> # xdoctest: -REQUIRES(WIN32)\n>>> f()\n3\n";
    check(&[(
        session,
        &[
            "3 session value firm 1 [`# doctest: +REQUIRES(WIN32)`]",
            "4 assertion value firm 2 [`# doctest: +REQUIRES(WIN32)`]",
            "7 session value firm 3",
        ],
    )]);
    assert_eq!(session::without_prompts(session).trim_start(), "# xdoctest: -REQUIRES(WIN32)\nf()\n\n");
    // For doctest such a line is nothing.
    check(&[(">>> # doctest: +SKIP\n>>> f()\n1\n", &["3 session value firm 1"])]);
}

#[test]
fn prompts_are_taken_off() {
    let session = ">>> if x:\n...     f()\n...\n1\n... 2\n>>>\n>>> g()\n";
    assert_eq!(session::without_prompts(session), "if x:\n    f()\n\n\n\n\ng()\n");
    assert_eq!(session::prompt_widths("  >>> x\n...\n....x\n"), [6, 3, 0]);
    assert!(session::is_session("\n>>> 1"));
    assert!(!session::is_session(">>>> 1\n"));
    // Without a blank, then also behind the dots.
    assert_eq!(
        session::without_prompts("  >>>pour(1,\n  ...2)\n  3\n  >>> for n in x:\n  ...     n\n"),
        "pour(1,\n2)\n\nfor n in x:\n    n\n"
    );
    assert_eq!(session::prompt_widths("  >>>pour(1,\n  ...2)\n  ...3\n"), [5, 5, 0]);
}
