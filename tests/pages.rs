//! Pages in reStructuredText, and what Sphinx and doctest mean by what is written there.

mod common;

use common::{check, folder_of, verify_in};
use serde_json::Value;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The verdicts on one page in reStructuredText, by line.
fn of_page(page: &str) -> Vec<(u64, String)> {
    let folder = folder_of(&[("page.rst", page)]);
    check(folder.path(), &["page.rst"]).verdicts().into_iter().map(|(line, _, verdict)| (line, verdict)).collect()
}

fn lines(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
    expected.iter().map(|(line, verdict)| (*line, (*verdict).to_owned())).collect()
}

#[test]
fn a_page_with_code_of_all_kinds() {
    let page = "\
Title
=====

.. code-block:: python

   basket = ['tea']
   len(basket)  # 2

It goes on::

    basket.append('milk')
    basket  # ['tea', 'milk']

>>> basket
['tea']

.. note::

   >>> basket[0]
   'tee'
";
    assert_eq!(of_page(page), lines(&[(7, "wrong"), (12, "holds"), (15, "wrong"), (20, "wrong")]));
}

#[test]
fn how_a_program_is_called_is_another_calls_output() {
    let page = |code: &str| format!(".. code-block:: python\n\n   {code}\n\nprints:\n\n.. code-block:: text\n\n   usage: tea [-h]\n");
    assert_eq!(of_page(&page("print(5)")), lines(&[(9, "unsettled")]));
    assert_eq!(of_page(&page("print('usage: tea [-x]')")), lines(&[(9, "wrong")]));
}

/// What configures pytest says how doctest reads the numbers of the documents below it.
#[test]
fn options_of_the_project_hold_for_its_documents() {
    let page = ">>> 2 / 3\n0.67\n>>> 2 / 3\n0.76\n>>> 800000.0000000001\n8e5\n>>> int('tea')\nTraceback (most recent call last):\nValueError: no\n";
    let folder = folder_of(&[("page.rst", page)]);
    let verdicts = || check(folder.path(), &["page.rst"]).verdicts().into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(), ["unsettled", "wrong", "wrong", "wrong"]);
    std::fs::write(folder.path().join("pytest.ini"), "[pytest]\ndoctest_optionflags = NUMBER IGNORE_EXCEPTION_DETAIL\n").expect("a file");
    assert_eq!(verdicts(), ["holds", "wrong", "holds", "wrong"]);
}

#[test]
fn what_is_said_of_all_holds_for_what_follows() {
    let page = "\
>>> 1
1

.. doctest-skip-all

>>> 1
2
";
    assert_eq!(of_page(page), lines(&[(2, "holds"), (7, "unsettled")]));
}

#[test]
fn tests_of_sphinx_print_what_is_shown() {
    let page = "\
.. testsetup:: *

   size = 3

.. testcode::

   print(size)

.. testoutput::

   3

.. testcode:: other

   size = 4
   print(size)

.. testoutput:: other

   5

.. testcode::

   raise ValueError('no')

.. testoutput::

   Traceback (most recent call last):
       ...
   ValueError: no

.. doctest::
   :options: +NORMALIZE_WHITESPACE

   >>> print('a    b')
   a b

.. doctest::
   :skipif: nobody_knows is None

   >>> 1
   2

.. doctest::
   :skipif: True

   >>> 1
   2
";
    let expected = [(11, "holds"), (20, "wrong"), (30, "holds"), (36, "holds"), (42, "unsettled"), (48, "unsettled")];
    assert_eq!(of_page(page), lines(&expected));
}

#[test]
fn options_of_doctest_and_its_relatives() {
    let page = "\
>>> True
1
>>> True  # doctest: +DONT_ACCEPT_TRUE_FOR_1
1
>>> print('a\\n\\nb')
a
<BLANKLINE>
b
>>> print('a\\n\\nb')  # doctest: +DONT_ACCEPT_BLANKLINE
a
<BLANKLINE>
b
>>> 2 / 3  # doctest: +NUMBER
0.667
>>> [1 / 3, 2]  # doctest: +FLOAT_CMP
[0.333333333, 2]
>>> 1 / 3  # doctest: +FLOAT_CMP
0.334
>>> print('noise')  # doctest: +IGNORE_OUTPUT
silence
>>> print(1)  # doctest: +SKIP
2
>>> print(1)  # doctest: +REMOTE_DATA
2
>>> {}['a']  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
KeyError: something else
>>> {}['a']
Traceback (most recent call last):
KeyError: 'b'
>>> list(range(20)) # doctest: +ELLIPSIS, +REPORT_UDIFF, +FAIL_FAST
[0, 1, ..., 18, 19]
>>> 'a'  # doctest: +ALLOW_UNICODE
u'a'
";
    let expected = [
        (2, "holds"),
        (4, "wrong"),
        (6, "holds"),
        (10, "wrong"),
        (14, "holds"),
        (16, "holds"),
        (18, "wrong"),
        (20, "holds"),
        (22, "unsettled"),
        (24, "unsettled"),
        (27, "holds"),
        (30, "wrong"),
        (32, "holds"),
        (34, "holds"),
    ];
    assert_eq!(of_page(page), lines(&expected));
}

#[test]
fn the_configuration_chooses_whose_state_is_seen() {
    let page = "\
>>> items = []

Text.

>>> import sys; sys.shop = 'open'

Text.

>>> sys.shop
'open'
>>> items.append(1)

Text.

>>> hasattr(__import__('sys'), 'shop')
True
";
    for (state, expected) in [("names", "wrong"), ("document", "holds"), ("example", "wrong")] {
        let folder = folder_of(&[("verify.toml", &format!("state = \"{state}\"\n")), ("page.rst", page)]);
        let last = check(folder.path(), &["page.rst"]).verdicts().pop().expect("a claim");
        assert_eq!(last, (16, 1, expected.to_owned()), "{state}");
    }
    let settings = "state = \"example\"\n[[documents]]\npath = \"**/page.rst\"\nstate = \"document\"\n";
    let folder = folder_of(&[("verify.toml", settings), ("page.rst", page)]);
    assert_eq!(check(folder.path(), &["page.rst"]).verdicts().pop().expect("a claim").2, "holds");
    let wrong = verify_in(folder_of(&[("verify.toml", "state = \"all\"\n")]).path(), &["."]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("verify.toml:1:9") && wrong.stderr.contains("`names`"), "{}", wrong.stderr);
}

#[test]
fn included_lines_are_checked_in_their_own_file() {
    let page = "\
.. literalinclude:: ../src/shop.py
   :start-after: # start
   :end-before: # end

>>> total([5])
5

.. literalinclude:: nowhere.py

.. literalinclude:: ../../outside.py
";
    let shop = "import os\n# start\ndef total(items):\n    return sum(items)\n\ntotal([1, 2])  # 4\n# end\nbroken(\n";
    let folder = folder_of(&[("p/verify.toml", ""), ("p/docs/page.rst", page), ("p/src/shop.py", shop), ("outside.py", "1  # 2\n")]);
    let call = check(&folder.path().join("p"), &["docs"]);
    assert_eq!(call.verdicts(), [(6, 18, "wrong".to_owned()), (6, 1, "holds".to_owned())], "{}", call.stdout);
    let example = call.example("docs/page.rst:1");
    assert_eq!((text(&example["document"]).as_str(), &example["lines"]), ("src/shop.py", &serde_json::json!([3, 6])));
    let problems = call.json()["problems"].to_string();
    assert!(problems.contains("docs/page.rst:8:1: literalinclude: `nowhere.py` can't be included"), "{problems}");
    assert!(problems.contains("docs/page.rst:10:1: literalinclude: `../../outside.py` isn't below"), "{problems}");
}

#[test]
fn a_page_whose_package_is_missing_is_skipped() {
    let page = ">>> from no_such_package_here import Shop\n\nText.\n\n>>> Shop().open\nTrue\n";
    let folder = folder_of(&[("page.rst", page)]);
    let call = check(folder.path(), &["page.rst"]);
    let example = call.example("page.rst:5");
    assert_eq!(text(&example["outcome"]), "skipped", "{example:#}");
    assert_eq!(text(&example["reason"]), "needs package `no_such_package_here`: add it to `requires`");
    assert_eq!(call.code, Some(4));
}

#[test]
fn what_a_changed_object_is_held_by_is_changed_with_it() {
    let page = "\
>>> price = [3]
>>> basket = ('tea', price)

>>> price[0] = 4
>>> basket
('tea', [4])

Text.

>>> price = [5]
>>> basket
('tea', [4])
>>> price
[4]
";
    assert_eq!(of_page(page), lines(&[(6, "holds"), (12, "holds"), (14, "wrong")]));
}

#[test]
fn a_locale_that_is_not_here_says_nothing_of_what_follows() {
    let page = "\
>>> import locale
>>> locale.setlocale(locale.LC_ALL, 'xx_YY.UTF-8')
'xx_YY.UTF-8'
>>> sorted(['b', 'A'])
['b', 'A']
";
    assert_eq!(of_page(page), lines(&[(3, "unsettled"), (5, "unsettled")]));
}

#[test]
fn a_session_may_rest_on_all_that_was_typed_before() {
    let page = "\
>>> import decimal
>>> decimal.getcontext().prec = min(3, 9)

Text.

>>> from decimal import Decimal
>>> Decimal(1) / 3
Decimal('0.333')
>>> Decimal(2) / 3
Decimal('0.666')
";
    let folder = folder_of(&[("page.rst", page)]);
    let call = check(folder.path(), &["page.rst"]);
    assert_eq!(
        call.verdicts().into_iter().map(|(line, _, verdict)| (line, verdict)).collect::<Vec<_>>(),
        lines(&[(8, "holds"), (10, "wrong")])
    );
    assert_eq!(call.example("page.rst:6")["claims"][0]["reason"], "behind all earlier examples of its document");
    let wish = verify_in(folder.path(), &["--format", "json", "page.rst", "--snippet", "page.rst:6"]);
    assert_eq!(wish.example("page.rst:6")["claims"][0]["verdict"], "holds");
    // What an import brings along needs nothing of that.
    let folder = folder_of(&[("page.rst", &page.replace("min(3, 9)", "3"))]);
    assert_eq!(check(folder.path(), &["page.rst"]).example("page.rst:6")["claims"][0]["reason"], Value::Null);
}

/// What an assignment prints at a prompt is no value of its name, and what a call prints no items of the `None` that it gives.
#[test]
fn what_is_printed_on_the_way_can_be_wrong() {
    let page = "\
>>> class Pots(dict):
...     def __setitem__(self, pot, size):
...         print('Pot \"%s\" has size \"%s\"' % (pot, size))
...
>>> pots = Pots()
>>> pots['tea'] = 1
Pot \"tea\" has size \"2\"
>>> pots['tea'] = 1
Pot \"tea\" has size \"1\"
";
    assert_eq!(of_page(page), lines(&[(7, "wrong"), (9, "holds")]));
    let page = "def pour(*pots):\n    print(1, pots, True)\n\npour(2)\n# -> 1 (3,) True\n\npour(2)\n# -> 1 (2,) True\n";
    let folder = folder_of(&[("page.md", &format!("```python\n{page}```\n"))]);
    let verdicts = check(folder.path(), &["page.md"]).verdicts();
    assert_eq!(verdicts.into_iter().map(|(_, _, verdict)| verdict).collect::<Vec<_>>(), ["wrong", "holds"]);
}

/// A session that imports what it uses anew may have been typed at a prompt of its own.
#[test]
fn a_session_may_rest_on_nothing_that_was_set_before() {
    let page = "\
>>> import decimal
>>> decimal.getcontext().prec = 3
>>> decimal.Decimal(1) / 3
Decimal('0.333')

Text.

>>> import decimal
>>> decimal.Decimal(1) / 3
Decimal('0.3333333333333333333333333333')
>>> decimal.Decimal(2) / 3
Decimal('0.66')
";
    let folder = folder_of(&[("page.rst", page)]);
    let call = check(folder.path(), &["page.rst"]);
    let verdicts: Vec<_> = call.verdicts().into_iter().map(|(line, _, verdict)| (line, verdict)).collect();
    assert_eq!(verdicts, lines(&[(4, "holds"), (10, "holds"), (12, "wrong")]));
    assert_eq!(call.example("page.rst:8")["claims"][0]["reason"], "without what its document sets above");
}

#[test]
fn a_session_may_rest_on_the_last_that_was_typed_where_all_is_too_much() {
    let last = ">>> import decimal\n>>> decimal.getcontext().prec = min(3, 9)\n\nText.\n\n>>> from decimal import Decimal\n>>> Decimal(1) / 3\nDecimal('0.333')\n";
    let endless = ">>> while True:\n...     pass\n\nText.\n\n";
    let between = |count: usize| (0..count).map(|number| format!(">>> {number} + 1\n{}\n\nText.\n\n", number + 1)).collect::<String>();
    let verdict = |page: String| {
        let folder = folder_of(&[("page.rst", &page)]);
        check(folder.path(), &["page.rst", "--timeout", "1"]).verdicts().pop().map(|(_, _, verdict)| verdict)
    };
    assert_eq!(verdict(format!("{endless}{}{last}", between(20))).as_deref(), Some("holds"));
    assert_eq!(verdict(format!("{}{last}", between(120))).as_deref(), Some("holds"));
    assert_eq!(verdict(format!("{}{}", between(120), last.replace("'0.333'", "'0.444'"))).as_deref(), Some("wrong"));
}

#[test]
fn a_listing_of_what_nothing_prints_was_logged() {
    let of = |code: &str| {
        let folder = folder_of(&[("page.md", &format!("```python\n{code}\n\n# Output:\n# about to start\n```\n"))]);
        check(folder.path(), &["page.md"]).verdicts().into_iter().map(|(_, _, verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!(of("import logging\nlogging.warning('about to start')"), ["unsettled"]);
    assert_eq!(of("if False:\n    print('about to start')"), ["wrong"]);
    let tried = |shown: &str| {
        let page = format!("```python\ntry:\n    int('two')\nexcept ValueError as error:\n    {shown}\n# ['two']\n```\n");
        let folder = folder_of(&[("page.md", &page)]);
        check(folder.path(), &["page.md"]).verdicts().into_iter().map(|(_, _, verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!((tried("error.args"), tried("print(error.args)")), (vec!["unsettled".to_owned()], vec!["wrong".to_owned()]));
}

/// A comment above a statement may say what that raises, also where the block's output says so as well.
#[test]
fn comments_above_what_raises() {
    let page = |cup: &str| {
        format!(
            ".. testcode::\n\n    import json\n    cup = str('{cup}')\n    # Will raise json.decoder.JSONDecodeError, as it's cut\n    json.loads(cup)\n\n.. testoutput::\n\n    Traceback (most recent call last):\n      ...\n    json.decoder.JSONDecodeError: ...\n"
        )
    };
    assert_eq!(of_page(&page("{")), lines(&[(5, "unsettled"), (12, "holds")]));
    assert_eq!(of_page(&page("5")), lines(&[(5, "wrong"), (12, "wrong")]));
}

/// What lets doctest compare markup leniently is heeded for all of a page.
#[test]
fn markup_that_is_compared_by_what_it_means() {
    let page = |above: &str| format!("{above}\n\n>>> print('<tea  hot=\"1\"/>')\n<tea hot=\"1\" />\n>>> 2 + 3\n6\n");
    assert_eq!(of_page(&page("It's ``import lxml.usedoctest``.")), lines(&[(4, "unsettled"), (6, "wrong")]));
    assert_eq!(of_page(&page("It's.")), lines(&[(4, "wrong"), (6, "wrong")]));
}
