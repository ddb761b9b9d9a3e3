//! reStructuredText and docstrings, and what doctest, Sphinx and doctestplus mean by what is written there.

mod common;

use common::{Call, check, folder_of, verify_in};
use serde_json::Value;

/// Line, column and verdict of each claim.
fn verdicts(call: &Call) -> Vec<(u64, u64, String)> {
    let json = call.json();
    let examples = json["examples"].as_array().expect("examples").clone();
    let claims = examples.iter().flat_map(|example| example["claims"].as_array().cloned().unwrap_or_default());
    let of = |claim: Value| (claim["line"].as_u64().unwrap_or(0), claim["column"].as_u64().unwrap_or(0), text(&claim["verdict"]));
    claims.map(of).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The verdicts on one page in reStructuredText, by line.
fn of_page(page: &str) -> Vec<(u64, String)> {
    let folder = folder_of(&[("page.rst", page)]);
    verdicts(&check(folder.path(), &["page.rst"])).into_iter().map(|(line, _, verdict)| (line, verdict)).collect()
}

fn lines(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
    expected.iter().map(|(line, verdict)| (*line, (*verdict).to_owned())).collect()
}

/// Text that seems to have been decoded wrongly is left as it is in code.
#[test]
fn characters_of_code_are_meant() {
    let folder = folder_of(&[("pot.py", "\"\"\"\n>>> len('sÃ³')\n3\n>>> 'Ã¼'\n'ü'\n\"\"\"\n")]);
    let report = check(folder.path(), &["pot.py"]).json();
    let claims = report["examples"][0]["claims"].as_array().expect("claims");
    assert_eq!(claims.iter().map(|claim| claim["verdict"].as_str().unwrap_or_default()).collect::<Vec<_>>(), ["holds", "wrong"]);
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
fn sessions_as_xdoctest_writes_them() {
    let module = r#"
def total(items):
    """
    Example:
        >>> from math import *
        >>> items = [1,
        >>>          int(floor(2.5))]
        >>> text = str(
            '''
            >>> not a prompt  # xdoctest: +SKIP
            2
            ''').strip()
        >>> for item in items:
        >>>     print(item)
        >>> print(total(items))
        1
        2
        3
        >>> print(text.count('prompt'))
        1
        >>> print(1)
        >>> print(total(items))
        1
        4
    """
    return sum(items)
"#;
    let folder = folder_of(&[("sums.py", module)]);
    let call = check(folder.path(), &["sums.py"]);
    let lines: Vec<(u64, String)> = verdicts(&call).into_iter().map(|(line, _, verdict)| (line, verdict)).collect();
    assert_eq!(lines, self::lines(&[(16, "holds"), (20, "holds"), (23, "wrong")]), "{}", call.stdout);
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
fn a_docstring_has_the_names_of_its_module() {
    let cart = "\
import math
from .rates import RATE

def total(items):
    \"\"\"The sum.

    >>> total([2, 3]) * RATE
    10
    >>> math.floor(total([2.5]))
    3
    >>> name = 'tea\\\\n'; name
    'tea\\\\t'
    \"\"\"
    return sum(items)

class Cart:
    '''
    >>> name
    Traceback (most recent call last):
    NameError: name 'name' is not defined
    >>> Cart
    <class 'shop.cart.Cart'>
    '''
";
    let folder = folder_of(&[
        ("src/shop/__init__.py", ""),
        ("src/shop/rates.py", "RATE = 2\n"),
        ("src/shop/cart.py", cart),
        ("src/secret.txt", "no"),
    ]);
    let call = check(folder.path(), &["src"]);
    let expected = [(8, 5, "holds"), (10, 5, "wrong"), (12, 5, "wrong"), (20, 5, "holds"), (22, 5, "holds")];
    assert_eq!(verdicts(&call), expected.map(|(line, column, verdict)| (line, column, verdict.to_owned())));
    let granted = call.example("src/shop/cart.py:7")["granted"].clone();
    assert!(granted.to_string().contains("read:") && granted.to_string().contains("shop\""), "{granted}");
}

#[test]
fn a_module_that_cannot_be_imported_leaves_its_examples_unsettled() {
    let folder = folder_of(&[("broken.py", "raise RuntimeError('not here')\n\ndef f():\n    \"\"\"\n    >>> f()\n    1\n    \"\"\"\n")]);
    let call = check(folder.path(), &["broken.py"]);
    let example = call.example("broken.py:5");
    assert_eq!((text(&example["outcome"]), call.code), ("skipped".to_owned(), Some(4)), "{example:#}");
    assert!(text(&example["reason"]).starts_with("its module can't be imported: RuntimeError: not here"), "{example:#}");
    assert_eq!(text(&example["claims"][0]["verdict"]), "unsettled");
}

#[test]
fn a_module_is_imported_in_the_sandbox_alone() {
    let module = "\
import os
try:
    SECRET = open('../../secret.txt').read()
except OSError as error:
    SECRET = type(error).__name__
try:
    open(os.path.join(os.path.dirname(__file__), 'made.txt'), 'w')
    MADE = True
except OSError:
    MADE = False

def f():
    \"\"\"
    >>> SECRET in ('FileNotFoundError', 'PermissionError'), MADE
    (True, False)
    \"\"\"
";
    let folder = folder_of(&[("lib/pkg/__init__.py", module), ("secret.txt", "secret")]);
    let call = check(folder.path(), &["lib"]);
    assert_eq!(verdicts(&call), [(15, 5, "holds".to_owned())], "{}", call.stdout);
    assert!(!folder.path().join("lib/pkg/made.txt").exists());
}

#[test]
fn files_without_examples_and_broken_files() {
    let folder = folder_of(&[
        ("plain.py", "def f():\n    \"\"\"Text.\"\"\"\n"),
        ("broken.py", "def f():\n    \"\"\"\n    >>> 1 + 1\n    2\n    \"\"\"\n\ndef g(:\n    pass\n"),
        ("setup.cfg", ""),
    ]);
    let call = check(folder.path(), &["."]);
    assert_eq!(verdicts(&call), [(4, 5, "holds".to_owned())]);
    let problems = call.json()["problems"].to_string();
    assert!(problems.contains("broken.py:7:7: isn't valid Python"), "{problems}");
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
        let last = verdicts(&check(folder.path(), &["page.rst"])).pop().expect("a claim");
        assert_eq!(last, (16, 1, expected.to_owned()), "{state}");
    }
    let settings = "state = \"example\"\n[[documents]]\npath = \"**/page.rst\"\nstate = \"document\"\n";
    let folder = folder_of(&[("verify.toml", settings), ("page.rst", page)]);
    assert_eq!(verdicts(&check(folder.path(), &["page.rst"])).pop().expect("a claim").2, "holds");
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
    assert_eq!(verdicts(&call), [(6, 18, "wrong".to_owned()), (6, 1, "holds".to_owned())], "{}", call.stdout);
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
>>> decimal.getcontext().prec = 3

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
        verdicts(&call).into_iter().map(|(line, _, verdict)| (line, verdict)).collect::<Vec<_>>(),
        lines(&[(8, "holds"), (10, "wrong")])
    );
    assert_eq!(call.example("page.rst:6")["claims"][0]["reason"], "behind all earlier examples of its document");
    let wish = verify_in(folder.path(), &["--format", "json", "page.rst", "--snippet", "page.rst:6"]);
    assert_eq!(wish.example("page.rst:6")["claims"][0]["verdict"], "holds");
}

#[test]
fn a_docstring_may_rest_on_what_importing_its_module_does() {
    let module = "\
import codecs

def star(error):
    \"\"\"
    >>> 'te\\u20ac'.encode('ascii', 'star')
    b'te*'
    >>> 'te\\u20ac'.encode('ascii', 'star')
    b'te-'
    \"\"\"
    return '*', error.end

codecs.register_error('star', star)
";
    let folder = folder_of(&[("stars.py", module), ("setup.cfg", "")]);
    let found: Vec<_> = verdicts(&check(folder.path(), &["stars.py"])).into_iter().map(|(line, _, verdict)| (line, verdict)).collect();
    assert_eq!(found, lines(&[(6, "holds"), (8, "wrong")]));
}

#[test]
fn a_name_that_is_a_module_of_its_own_module_may_be_meant_otherwise() {
    let module = "import datetime\n\ndef next_day(day):\n    \"\"\"\n    >>> next_day(datetime(2020, 1, 1)).day\n    2\n    \"\"\"\n    return day + datetime.timedelta(1)\n";
    let folder = folder_of(&[("days.py", module), ("setup.cfg", "")]);
    assert_eq!(verdicts(&check(folder.path(), &["days.py"])), [(6, 5, "unsettled".to_owned())]);
    let page = ">>> import datetime\n>>> datetime(2020, 1, 1).day\n1\n";
    assert_eq!(of_page(page), lines(&[(3, "wrong")]));
}

#[test]
fn a_listing_of_what_nothing_prints_was_logged() {
    let of = |code: &str| {
        let folder = folder_of(&[("page.md", &format!("```python\n{code}\n\n# Output:\n# about to start\n```\n"))]);
        verdicts(&check(folder.path(), &["page.md"])).into_iter().map(|(_, _, verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!(of("import logging\nlogging.warning('about to start')"), ["unsettled"]);
    assert_eq!(of("if False:\n    print('about to start')"), ["wrong"]);
    let tried = |shown: &str| {
        let page = format!("```python\ntry:\n    int('two')\nexcept ValueError as error:\n    {shown}\n# ['two']\n```\n");
        let folder = folder_of(&[("page.md", &page)]);
        verdicts(&check(folder.path(), &["page.md"])).into_iter().map(|(_, _, verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!((tried("error.args"), tried("print(error.args)")), (vec!["unsettled".to_owned()], vec!["wrong".to_owned()]));
}

/// The source of a docstring that isn't raw shows what is seen, though Python has read its escapes.
#[test]
fn escapes_that_a_docstring_has_read() {
    let of = |shown: &str| {
        let module = format!("def pour():\n    \"\"\"\n    >>> pour()\n    {shown}\n    \"\"\"\n    return b'\\xf8\\x01'\n");
        let folder = folder_of(&[("pots.py", &module), ("setup.cfg", "")]);
        verdicts(&check(folder.path(), &["pots.py"])).into_iter().map(|(_, _, verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!((of(r"b'\xf8\x01'"), of(r"b'\xf8\x02'")), (vec!["unsettled".to_owned()], vec!["wrong".to_owned()]));
    assert_eq!(of(r"b'\\xf8\\x01'"), ["holds"]);
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
