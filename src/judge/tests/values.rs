//! Tables of claimed values and texts against what was seen.

use super::{verdicts::check, *};
use Strength::{Firm, Soft};
use Verdict::{Holds, Unsettled, Wrong};

/// Claimed value, repr, whether they are equal, verdict.
#[test]
fn values() {
    let no = Some(false);
    let yes = Some(true);
    for (claimed, repr, equal, wanted) in [
        // The same text, or the same thing written differently.
        ("10", "10", yes, Holds),
        ("10", "11", no, Wrong),
        ("\"a\"", "'a'", yes, Holds),
        ("'a'", "'b'", no, Wrong),
        ("[1,2]", "[1, 2]", yes, Holds),
        ("[ 1, 2 ]", "[1, 2]", None, Holds),
        ("[1, 2]", "[2, 1]", no, Wrong),
        ("[1, 2]", "(1, 2)", no, Wrong),
        ("1, 2", "(1, 2)", yes, Holds),
        ("{3, 1}", "{1, 3}", yes, Holds),
        ("{'b': 2, 'a': 1}", "{'a': 1, 'b': 2}", yes, Holds),
        ("{'a': 1}", "{'a': 1, 'b': 2}", no, Wrong),
        ("b'ab'", "b'ab'", yes, Holds),
        ("0xff", "255", yes, Holds),
        ("1_000_000", "1000000", yes, Holds),
        ("1e3", "1000.0", yes, Holds),
        ("None", "None", yes, Holds),
        ("None", "0", no, Wrong),
        ("True", "False", no, Wrong),
        ("-5", "5", no, Wrong),
        ("(1+2j)", "(1+2j)", yes, Holds),
        ("nan", "nan", None, Holds),
        ("'it\\'s'", "\"it's\"", yes, Holds),
        ("'a\\nb'", "'a\\nb'", yes, Holds),
        ("'a b'", "'a  b'", no, Wrong),
        ("''", "' '", no, Wrong),
        // Equal, but another type.
        ("True", "1", yes, Wrong),
        ("1", "True", yes, Wrong),
        ("1", "1.0", yes, Wrong),
        ("1.0", "1", yes, Wrong),
        ("[1, True]", "[1, 1]", yes, Wrong),
        ("{'a': 1}", "{'a': 1.0}", yes, Wrong),
        ("42", "'42'", no, Wrong),
        ("'42'", "42", no, Wrong),
        ("True", "'True'", no, Wrong),
        ("[1]", "'[1]'", no, Wrong),
        ("'a'", "b'a'", no, Wrong),
        // Equal, and written as something that only evaluation understands.
        ("2 ** 10", "1024", yes, Holds),
        ("2 ** 10", "1025", no, Wrong),
        ("'a' 'b'", "'ab'", yes, Holds),
        ("Counter({'a': 3})", "Counter({'a': 3})", yes, Holds),
        ("Counter({'b': 1, 'a': 3})", "Counter({'a': 3, 'b': 1})", yes, Holds),
        ("Counter({'a': 2})", "Counter({'a': 3})", no, Wrong),
        ("Point(x=1, y=2)", "Point(x=1, y=2)", yes, Holds),
        ("Point(1, 2)", "Point(x=1, y=2)", yes, Holds),
        ("Point(x=1, y=3)", "Point(x=1, y=2)", no, Wrong),
        ("(1, 2)", "Point(x=1, y=2)", yes, Holds),
        ("Color.RED", "<Color.RED: 1>", yes, Holds),
        ("Color.BLUE", "<Color.RED: 1>", no, Wrong),
        ("array('i', [42])", "array('i', [42])", None, Holds),
        ("array('i', [43])", "array('i', [42])", None, Wrong),
        // Names that denote what was seen.
        ("[D, B, object]", "[<class '__main__.D'>, <class '__main__.B'>, <class 'object'>]", yes, Holds),
        ("[D, B, object]", "[<class '__main__.D'>, <class '__main__.B'>, <class 'object'>]", None, Holds),
        ("[D, C, object]", "[<class '__main__.D'>, <class '__main__.B'>, <class 'object'>]", no, Wrong),
        ("list", "<class 'list'>", yes, Holds),
        ("<class 'A'>", "<class '__main__.A'>", None, Holds),
        ("<class 'A'>", "<class '__main__.B'>", None, Wrong),
        // Addresses say nothing.
        ("<function f at 0x7f0001>", "<function f at 0x7fabcd>", None, Holds),
        ("<A object at 0x...>", "<__main__.A object at 0x7fabcd>", None, Holds),
        ("<B object at 0x...>", "<__main__.A object at 0x7fabcd>", None, Wrong),
        ("<generator object g at 0x10>", "<generator object g at 0x7fabcd>", None, Holds),
        // Shortened.
        ("[0, 1, 4, ...]", "[0, 1, 4, 9, 16]", None, Holds),
        ("[0, 1, 5, ...]", "[0, 1, 4, 9, 16]", None, Wrong),
        ("[0, 1, ...]", "[0, 1]", None, Wrong),
        ("['apple', …]", "['apple', 'pear']", None, Holds),
        ("b'\\x01...'", "b'\\x01\\x02\\x03'", None, Holds),
        ("b'\\x02...'", "b'\\x01\\x02\\x03'", None, Wrong),
        ("{'a': 1, ...}", "{'a': 1, 'b': 2}", None, Holds),
        ("'Lorem ipsum...'", "'Lorem ipsum dolor'", None, Holds),
        ("CacheInfo(hits=98, ...)", "CacheInfo(hits=98, misses=101, maxsize=128, currsize=101)", None, Holds),
        ("CacheInfo(hits=97, ...)", "CacheInfo(hits=98, misses=101, maxsize=128, currsize=101)", None, Wrong),
        ("...", "[1, 2]", None, Unsettled),
        // Without quotes it's what `str` shows.
        ("banana", "'banana'", None, Holds),
        ("hello world", "'hello world'", None, Holds),
        ("hello...", "'hello world'", None, Holds),
        // Rounded, perhaps; but the difference may be the point.
        ("3.14", "3.141592653589793", no, Unsettled),
        ("3.15", "3.141592653589793", no, Wrong),
        ("0.3", "0.30000000000000004", no, Wrong),
        // What the claim leaves open.
        ("Point(1, 2)", "<__main__.Point object at 0x7fab>", no, Unsettled),
        ("[1, 2]", "<map object at 0x7fab>", no, Wrong),
        ("[1, 2]", "deque([1, 2])", no, Unsettled),
        ("[1, 3]", "deque([1, 2])", no, Wrong),
        ("['a', 'b']", "dict_keys(['a', 'b'])", no, Unsettled),
        ("{'a': 1}", "defaultdict(<class 'int'>, {'a': 1})", yes, Holds),
        ("{'a': 1}", "defaultdict(<class 'int'>, {'a': 1})", no, Unsettled),
        ("[x, 2]", "[1, 2]", None, Unsettled),
        ("[x, 3]", "[1, 2]", None, Wrong),
    ] {
        check("f()", claimed, &[(Says::Value(claimed.to_owned()), Firm)], &[valued(repr, equal)], wanted);
        // What can't be wrong isn't.
        let soft = if wanted == Wrong { Unsettled } else { wanted };
        check("f()", claimed, &[(Says::Value(claimed.to_owned()), Soft)], &[valued(repr, equal)], soft);
    }
}

/// Claimed, printed, verdict: for a print.
#[test]
fn printed() {
    for (claimed, output, wanted) in [
        ("10", "10\n", Holds),
        ("10", "11\n", Wrong),
        ("'x'", "x\n", Holds),
        ("\"x\"", "x\n", Holds),
        ("'x'", "'x'\n", Holds),
        ("'x'", "y\n", Wrong),
        ("'a  b'", "a b\n", Wrong),
        ("'  a'", "a\n", Wrong),
        ("banana", "banana\n", Holds),
        ("banana", "bananas\n", Wrong),
        ("a b", "a    b\n", Holds),
        ("[1,2]", "[1, 2]\n", Holds),
        ("[1, 2]", "[1, 3]\n", Wrong),
        ("[\"a\", \"b\"]", "['a', 'b']\n", Holds),
        ("{2, 1}", "{1, 2}\n", Holds),
        ("[D, B, object]", "[<class '__main__.D'>, <class '__main__.B'>, <class 'object'>]\n", Holds),
        ("(D, C)", "(<class '__main__.D'>, <class '__main__.B'>)\n", Wrong),
        ("int", "<class 'int'>\n", Holds),
        ("1, 2", "1 2\n", Holds),
        ("'a', 1", "a 1\n", Holds),
        ("1, 3", "1 2\n", Wrong),
        ("1, 2", "(1, 2)\n", Holds),
        ("True", "1\n", Wrong),
        ("1", "True\n", Wrong),
        ("1.0", "1\n", Wrong),
        ("True", "True\n", Holds),
        ("Hello, World!", "Hello, World!\n", Holds),
        ("Hello,World!", "Hello, World!\n", Holds),
        ("<A object at 0x7f01>", "<__main__.A object at 0x7fff>\n", Holds),
        ("[0, 1, 4, ...]", "[0, 1, 4, 9]\n", Holds),
        ("Total: ...", "Total: 42\n", Holds),
        ("Sum: ...", "Total: 42\n", Wrong),
        ("a\nb", "a\nb\n", Holds),
        ("a\nb", "a  \r\nb\r\n", Holds),
        ("a\nb", "b\na\n", Wrong),
        ("'a\\nb'", "a\nb\n", Holds),
        ("", "\n", Holds),
        ("", "x\n", Wrong),
        ("x", "", Wrong),
        ("'it''s'", "its\n", Wrong),
        ("naïve café", "naïve café\n", Holds),
    ] {
        for says in [Says::Printed(claimed.to_owned()), Says::Value(claimed.to_owned())] {
            check("print(x)", claimed, &[(says, Firm)], &[printing(output)], wanted);
        }
    }
}
