//! Docstrings of Python files, and what doctest, xdoctest and doctestplus mean by what is written there.

mod common;

use std::path::Path;

use common::{bare_python, check, folder_of, verify_in};
use serde_json::Value;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
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
        >>> print(total(items))  # all
        >>> items += [3]
        >>> print(total(items))  # one more
        >>> assert total(items) == 6
        3
        6
        >>> print(total(items))
        >>> assert items
        7
    """
    return sum(items)
"#;
    let folder = folder_of(&[("sums.py", module)]);
    let call = check(folder.path(), &["sums.py"]);
    let lines: Vec<(u64, String)> = call.verdicts().into_iter().map(|(line, _, verdict)| (line, verdict)).collect();
    let expected = [(16, "holds"), (20, "holds"), (23, "wrong"), (25, "unsettled"), (29, "holds"), (33, "wrong")];
    assert_eq!(lines, self::lines(&expected), "{}", call.stdout);
    // What is claimed begins as all of it was printed.
    assert_eq!(call.json()["examples"][0]["claims"][2]["actual"], "1\n3", "{}", call.stdout);
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
    assert_eq!(call.verdicts(), expected.map(|(line, column, verdict)| (line, column, verdict.to_owned())));
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
    assert_eq!(call.verdicts(), [(15, 5, "holds".to_owned())], "{}", call.stdout);
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
    assert_eq!(call.verdicts(), [(4, 5, "holds".to_owned())]);
    let problems = call.json()["problems"].to_string();
    assert!(problems.contains("broken.py:7:7: isn't valid Python"), "{problems}");
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
    let found: Vec<_> = check(folder.path(), &["stars.py"]).verdicts().into_iter().map(|(line, _, verdict)| (line, verdict)).collect();
    assert_eq!(found, lines(&[(6, "holds"), (8, "wrong")]));
}

/// A package whose source lacks what is made when it's built is imported from where it's installed, also while its docstrings are edited.
#[test]
fn docstrings_that_are_edited_beside_an_installed_package() {
    let module = |size: u8, claimed: u8| {
        format!(
            "from ._version import version\n\ndef pour():\n    \"\"\"\n    >>> pour()\n    ({claimed}, '1.5')\n    \"\"\"\n    return {size}, version\n"
        )
    };
    let python = bare_python();
    let lib =
        std::fs::read_dir(Path::new(python.name()).join("lib")).expect("a folder").next().expect("a version").expect("an entry").path();
    let installed = lib.join("site-packages/kettle");
    std::fs::create_dir(&installed).expect("a folder");
    for (name, text) in [("__init__.py", ""), ("_version.py", "version = '1.5'\n"), ("pots.py", &module(5, 5))] {
        std::fs::write(installed.join(name), text).expect("a file");
    }
    let verdict = |size, claimed| {
        let folder = folder_of(&[("kettle/__init__.py", ""), ("kettle/pots.py", &module(size, claimed))]);
        let call = verify_in(folder.path(), &["--format", "json", "--python", python.name(), "kettle/pots.py"]);
        call.verdicts().into_iter().map(|(_, _, verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!((verdict(5, 5), verdict(5, 7)), (vec!["holds".to_owned()], vec!["wrong".to_owned()]));
    // Other code isn't that of the installed one.
    assert_eq!(verdict(7, 7), ["unsettled"]);
}

#[test]
fn a_name_that_is_a_module_of_its_own_module_may_be_meant_otherwise() {
    let module = "import datetime\n\ndef next_day(day):\n    \"\"\"\n    >>> next_day(datetime(2020, 1, 1)).day\n    2\n    \"\"\"\n    return day + datetime.timedelta(1)\n";
    let folder = folder_of(&[("days.py", module), ("setup.cfg", "")]);
    assert_eq!(check(folder.path(), &["days.py"]).verdicts(), [(6, 5, "unsettled".to_owned())]);
    let page = ">>> import datetime\n>>> datetime(2020, 1, 1).day\n1\n";
    let folder = folder_of(&[("page.rst", page)]);
    assert_eq!(check(folder.path(), &["page.rst"]).verdicts(), [(3, 1, "wrong".to_owned())]);
}

/// A docstring may mean another thing by a name that its module has for a function.
#[test]
fn functions_of_the_module_that_stand_for_other_objects() {
    let module = "def pot():\n    pass\n\n\nclass Shop:\n    \"\"\"\n    >>> pot.size\n    5\n    \"\"\"\n";
    let folder = folder_of(&[("pots.py", module), ("setup.cfg", "")]);
    assert_eq!(check(folder.path(), &["pots.py"]).verdicts(), [(8, 5, "unsettled".to_owned())]);
    let page = ">>> def pot():\n...     pass\n...\n>>> pot.size\n5\n";
    let folder = folder_of(&[("page.rst", page)]);
    assert_eq!(check(folder.path(), &["page.rst"]).verdicts(), [(5, 1, "wrong".to_owned())]);
}

/// The source of a docstring that isn't raw shows what is seen, though Python has read its escapes.
#[test]
fn escapes_that_a_docstring_has_read() {
    let of = |shown: &str| {
        let module = format!("def pour():\n    \"\"\"\n    >>> pour()\n    {shown}\n    \"\"\"\n    return b'\\xf8\\x01'\n");
        let folder = folder_of(&[("pots.py", &module), ("setup.cfg", "")]);
        check(folder.path(), &["pots.py"]).verdicts().into_iter().map(|(_, _, verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!((of(r"b'\xf8\x01'"), of(r"b'\xf8\x02'")), (vec!["unsettled".to_owned()], vec!["wrong".to_owned()]));
    assert_eq!(of(r"b'\\xf8\\x01'"), ["holds"]);
    // A line end that an escape stands for ends what is shown.
    let of_print = |shown: &str| {
        let module = format!("def pour():\n    \"\"\"\n    >>> print(pour())\n    {shown}\n    \"\"\"\n    return r'tea\\n\\x01'\n");
        let folder = folder_of(&[("pots.py", &module), ("setup.cfg", "")]);
        check(folder.path(), &["pots.py"]).verdicts().into_iter().map(|(_, _, verdict)| verdict).collect::<Vec<_>>()
    };
    assert_eq!((of_print(r"tea\n\x01"), of_print(r"milk\n\x01")), (vec!["unsettled".to_owned()], vec!["wrong".to_owned()]));
}

/// What a reader takes for granted: the package and what it offers, imports of other docstrings and those for type checkers, and modules by their names.
#[test]
fn names_that_a_docstring_takes_for_granted() {
    let module = "\
from typing import TYPE_CHECKING
import shop._all as s
if TYPE_CHECKING:
    from .rates import RATE

def total(items):
    \"\"\"The sum.

    >>> shop.total([2, 3]) * RATE, s.Cart([5]).size, s.total([])
    (10, 1, 0)
    >>> Cart([1]).size
    5
    >>> datetime.date(2024, 5, 6).year
    2025
    >>> calendar.nothing
    1
    >>> sum([1], 2)
    3
    \"\"\"
    return sum(items)

def mean(items):
    \"\"\"
    >>> m.floor(mean([2.5]))
    3
    \"\"\"
    return total(items) / len(items)

def least(items):
    \"\"\"
    >>> import math as m
    >>> m.floor(least([2.5]))
    2
    >>> Cart
    Traceback (most recent call last):
    NameError: name 'Cart' is not defined
    \"\"\"
    return min(items)
";
    let folder = folder_of(&[
        ("shop/__init__.py", "from shop.carts import Cart\nfrom shop.sums import total\nsum = max\n"),
        ("shop/_all.py", "from shop.carts import Cart\n__all__ = ['Cart']\n"),
        ("shop/rates.py", "RATE = 2\n"),
        ("shop/carts.py", "class Cart:\n    def __init__(self, items):\n        self.size = len(items)\n"),
        ("shop/sums.py", module),
    ]);
    let call = check(folder.path(), &["shop/sums.py"]);
    let found: Vec<(u64, String)> = call.verdicts().into_iter().map(|(line, _, verdict)| (line, verdict)).collect();
    let expected =
        [(10, "holds"), (12, "wrong"), (14, "wrong"), (16, "unsettled"), (18, "holds"), (25, "wrong"), (33, "holds"), (36, "holds")];
    assert_eq!(found, lines(&expected), "{}", call.stdout);
}
