//! What only looks like a claim.

use super::{check, check_prose};

#[test]
fn marks() {
    check_prose(&[
        "f()  # (1)",
        "f()  # (1)!",
        "f()  # <4>",
        "f()  # ①",
        "x = f()  # type: ignore",
        "f()  # noqa: E501",
        "f()  # pragma: no cover",
        "f()  # pylint: disable=all",
        "f()  # [start of region]",
        "f()  # TODO: 5",
        "f()  # O(1)",
        "q.popleft()  # O(1) -- list.pop(0) is O(n)!",
        "f()  # 3.10+",
        "def f(x: int | str): ...  # 3.10+",
        "f()  # Python 3.8",
        "f()  # v1.2",
        "f()  # https://example.org/a",
        "f()  # ----",
        "f()  #",
    ]);
}

#[test]
fn numbers_and_tags_that_may_be_marks() {
    check(&[
        ("run(1)  # 3.", &["1 trailing value soft 3"]),
        ("run(1)  # 3", &["1 trailing value firm 3"]),
        ("run(1)  # 3.0", &["1 trailing value firm 3.0"]),
        ("{'kind': 'break'}  # <br>", &["1 trailing value soft <br>"]),
        ("brew('tea')  # <Tea>", &["1 trailing value firm <Tea>"]),
    ]);
}

#[test]
fn shapes_and_names_of_arguments() {
    check_prose(&[
        "cache = {}  # { key: (time, result) }",
        "print(a.shape)  # (rows, columns)",
        "print(gc.get_count())  # (generation0, generation1, generation2)",
        "f()  # [name, age]",
        "state(c)  # CORO_CREATED, CORO_RUNNING, CORO_CLOSED",
        "obj.attr  # type(obj).__getattribute__(obj, \"attr\")",
        "f(x)  # g(x)",
        "f(x)  # print(x)",
        "f(x)  # len(x)",
    ]);
}

#[test]
fn prose() {
    check_prose(&[
        "print(x)  # no context",
        "print(x)  # print the value",
        "gc.collect()  # Force collection",
        "f()  # Returns an endless iterator",
        "f()  # returns the list",
        "x = yield total  # suspends AND receives",
        "f()  # 1. First step",
        "f()  # 2) second",
        "f()  # 'is' compares identity",
        "f()  # \"magic\" number",
        "f()  # Match from START of string only",
        "f()  # Find FIRST match anywhere",
        "f()  # Iterator of Match objects (memory efficient)",
        "raise  # Re-raise! Don't swallow errors",
        "x = f()  # Traceback logic",
        "f()  # True and false values",
        "f()  # None means no limit",
        "d.rotate(1)  # Rotate right",
        "f()  # 2x faster",
        "a = A()  # Flatten 2D -> 1D",
        "f()  # Calls C.method, NOT A.method!",
        "f()  # Only 5",
        "pass  # 5",
        "x: int  # 5",
        "\"\"\"Doc.\"\"\"  # 5",
        "def f(x): ...  # 5",
        "for i in range(3):  # 0, 1, 2\n    pass",
        "if x is None:  # True\n    pass",
        "f(\n    1,  # 2\n    3,\n)",
        "xs = [\n    1,  # 'one'\n    2,\n]",
        "x = {'a': 1}  # {'a': 1}",
        "chunk = data[0:5]  # New bytes, data copied",
        "self.x = 1  # Public",
        "a is b  # Same instance!",
        "return_value = True  # Must implement or TypeError later",
        "show(1)  # mypy error, runtime error too",
        "s.push('x')  # type error -- the checker finds it",
        "# Use:   import m; m.f([1])  # 32.0",
        "print(code.name)  # source file",
        "print(user.dump())  # JSON string",
        "f()  # 'tis the season",
        "f()  # it's 5 o'clock",
        "stats.top(20)  # Top 20 functions",
        "f(timeout=5)  # Delay 5 min",
        "x = f(5)  #    \"    \"   \"   4  \"",
        "self.quit()  # Exit mainloop()",
        "i, j = m.span()  # m.start(), m.end() == match",
        "r = bits(k)  # 0 <= r < 2**k",
        "swap(x)  # open brackets => '(';",
        "s.start()  # prints 'moving' /|\\ signs in place",
        "model.add(Dense(1))  # Output layer",
        "print(y.head())  # prints the labels",
        "f()  # error handling comes later",
        "name: str  # Must have 'name'",
    ]);
}

#[test]
fn steps_are_counted() {
    check(&[
        ("connect()  # 1\nsend()  # 2\nclose()  # 3", &["1 trailing value soft 1", "2 trailing value soft 2", "3 trailing value soft 3"]),
        ("next(g)  # 1\nnext(g)  # 2", &["1 trailing value firm 1", "2 trailing value firm 2"]),
    ]);
}
