//! Assertions, and what isn't one or says that it fails.

use super::{check, check_prose};

#[test]
fn what_is_asserted() {
    check(&[
        ("assert total([1]) == 1", &["1 assertion value firm 1 <= !asserted()"]),
        ("assert [1, 2] == pair(), 'two'", &["1 assertion value firm [1, 2]"]),
        ("assert a is b  # Same instance!", &["1 assertion value firm a is b"]),
        ("assert 1 < n < 3", &["1 assertion value firm 1 < n < 3"]),
        ("for n in numbers:\n    assert n in known\n", &["2 assertion value firm n in known"]),
        ("with open('tea') as file:\n    assert file.read() == (\n        'tea'\n    )\n", &["3 assertion value firm 'tea'"]),
        ("def main():\n    assert f() == 2\nmain()\n", &["2 assertion value firm 2"]),
        (">>> assert f() == 2\n>>> f()\n2\n", &["1 assertion value firm 2", "3 session value firm 2"]),
        ("x = 2  # 3\nassert x == 2\n", &["1 trailing state soft 3", "2 assertion value firm 2"]),
    ]);
}

#[test]
fn what_fails_or_is_never_reached() {
    check_prose(&[
        "assert False, 'never here'",
        "assert ()",
        "# This fails:\nassert f() == 2",
        "assert f() == 2  # isn't so",
        "assert f() == 2\n# ❌",
        "try:\n    assert f() == 2\nexcept AssertionError:\n    pass",
        "with pytest.raises(AssertionError):\n    assert f() == 2",
        "def test_it():\n    assert f() == 2",
        "def check(n):\n    assert n > 0\ncheck(1)",
    ]);
    check(&[
        ("assert f() == 2  # AssertionError", &["1 trailing exception firm AssertionError"]),
        (">>> assert f() == 2\nTraceback (most recent call last):\n  ...\nAssertionError\n", &["4 session exception firm AssertionError"]),
    ]);
}
