"""What the harness must do, case by case: run it with any CPython from 3.10 on. Exits 1 when a case fails."""

import os
import signal
import subprocess
import sys
import tempfile
import traceback

import driver
from driver import equals, follower, probe, run, whole

CASES = []
EXPRESSION = lambda text, claim=None: {"subject": {"expression": text}, "equals": claim}  # noqa: E731
COUNT = lambda name: {"subject": {"ref_count": name}, "equals": None}  # noqa: E731
VERSION = sys.version_info[:2]


def case(function):
    CASES.append(function)
    return function


def fresh_case(function):
    """A case about `sys.modules`: the interpreter of this file, which has its own modules there, can't stand for the server's."""
    return case(function) if "VERIFY_RUNNER" in os.environ else function


def same_as_script(code, *probes, same=True):
    """The example prints, with these probes, what the plain script prints, and ends as it does."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "main.py")
        with open(path, "w") as file:
            file.write(code)
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        call = {"cwd": folder, "env": environment, "capture_output": True, "text": True, "stdin": subprocess.DEVNULL}
        # As from a terminal: a caller in the background may have been started with it ignored.
        script = subprocess.run([sys.executable, "main.py"], preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **call)
    result = run(code, *probes, same=same)
    assert result.stdout == script.stdout, f"\nhere:   {result.stdout!r}\nscript: {script.stdout!r}\n{result.stderr}"
    clean = lambda text: text.replace(os.path.realpath(path), "main.py").replace(path, "main.py")  # noqa: E731
    import re

    here = re.sub(r'File "[^"]*/main\.py"', 'File "main.py"', result.stderr)
    here = re.sub(r"^/\S*/main\.py", "main.py", here, flags=re.M)
    there = re.sub(r'File "[^"]*main\.py"', 'File "main.py"', clean(script.stderr))
    assert here == there, f"\nhere:   {here}\nscript: {there}"
    assert result.status == script.returncode, (result.status, script.returncode)
    return result


def every(code):
    """A probe at each statement of the code."""
    import ast

    probes = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.stmt):
            line = min([node.lineno] + [one.lineno for one in getattr(node, "decorator_list", ())])
            probes.append({"number": len(probes) + 1, "line": line, "column": node.col_offset, "catches": False, "queries": []})
    return probes


# Values


@case
def value_of_an_expression():
    code = "[1, 2] + [3]\n"
    one = run(code, probe(code, "[1"))
    assert one.only()["value"] == {"repr": "[1, 2, 3]", "str": None, "type": "list", "truncated": False}
    assert one.finished and one.status == 0


@case
def str_only_where_it_differs():
    code = "'a'\nprint\n"
    one = run(code, probe(code, "'a'"), probe(code, "print", number=2))
    assert one.only()["value"]["str"] == "a"
    assert one.only(2)["value"]["str"] is None


@case
def value_none():
    code = "print('x')\n"
    one = run(code, probe(code, "print"))
    assert one.only()["value"]["repr"] == "None" and one.printed() == ["x\n"]


@case
def value_of_assignments():
    code = "x = 1\na, *b = 1, 2, 3\nc = d = [0]\ny: int = 5\nx += 4\n(z := 7)\nobj = type('T', (), {})()\nobj.n = 9\n"
    texts = ["x = 1", "a, *b", "c = d", "y: int", "x += 4", "(z", "obj = ", "obj.n"]
    one = run(code, *[probe(code, text, number=index) for index, text in enumerate(texts)])
    assert [one.only(index)["value"]["repr"] for index in (0, 1, 2, 3, 4, 5, 7)] == ["1", "(1, 2, 3)", "[0]", "5", "5", "7", "9"]


@case
def starred_tuple():
    code = "b = [2, 3]\na = 1, *b\nprint(a)\n"
    one = run(code, probe(code, "a = 1"))
    assert one.only()["value"]["repr"] == "(1, 2, 3)" and one.stdout == "(1, 2, 3)\n"


@case
def value_at_that_moment():
    code = "x = []\nfor i in range(3):\n    x.append(i)\n    x\n"
    one = run(code, probe(code, "x\n", nth=0))
    assert [o["value"]["repr"] for o in one.of()] == ["[0]", "[0, 1]", "[0, 1, 2]"]


@case
def loop_passes():
    code = "for i in range(3):\n    print(i)\n"
    one = run(code, probe(code, "print"), probe(code, "for", number=2))
    assert one.printed() == ["0\n", "1\n", "2\n"] and one.printed(2) == ["0\n1\n2\n"]


@case
def return_values():
    code = "def f(n):\n    if n > 1:\n        return n * 2\n    return\nf(1)\nf(4)\n"
    one = run(code, probe(code, "return n"), probe(code, "return\n", number=2))
    assert one.only()["value"]["repr"] == "8" and one.only(2)["value"] is None


@case
def yields():
    code = "def g():\n    print('in')\n    yield 1\n    x = yield 2\n    yield x\nit = g()\nnext(it); print('out'); next(it)\nit.send('s')\nit.close()\n"
    one = run(code, probe(code, "yield 1"), probe(code, "x = yield", number=2), probe(code, "yield x", number=3))
    assert one.only()["value"]["repr"] == "1" and one.printed() == [""]
    assert one.only(2)["value"]["repr"] == "'s'" and one.only(3)["value"]["repr"] == "'s'"
    assert one.finished


@case
def nested_functions_and_nonlocal():
    code = "def outer():\n    n = 0\n    def inner():\n        nonlocal n\n        n += 1\n        return n\n    return inner\nf = outer()\nf()\nf()\n"
    one = run(code, probe(code, "n += 1"), probe(code, "return n", number=2), probe(code, "nonlocal", number=3))
    assert [o["value"]["repr"] for o in one.of()] == ["1", "2"] == [o["value"]["repr"] for o in one.of(2)]


@case
def global_statement():
    code = "count = 0\ndef f():\n    global count\n    count += 1\n    count\nf()\n"
    one = run(code, *every(code))
    assert one.finished and [o["value"]["repr"] for o in one.seen if o["value"]][-2:] != []


@case
def lambda_and_comprehension():
    code = "f = lambda x: x * 2\n[f(i) for i in range(3)]\n"
    one = run(code, probe(code, "[f"))
    assert one.only()["value"]["repr"] == "[0, 2, 4]"


@case
def class_bodies():
    code = "class A:\n    x = 1\n    def m(self):\n        return self.x\nA().m()\n"
    one = run(code, probe(code, "x = 1"), probe(code, "return", number=2), probe(code, "class", number=3))
    assert one.only()["value"]["repr"] == "1" == one.only(2)["value"]["repr"] and one.only(3)["raised"] is None


@case
def match_try_with():
    code = """
import contextlib
match [1, 2]:
    case [a, b]:
        print(a, b)
try:
    1 / 0
except ZeroDivisionError as e:
    print(e)
else:
    print('no')
finally:
    print('end')
with contextlib.suppress(KeyError):
    {}['x']
while True:
    break
"""
    one = run(code, *every(code))
    assert one.stdout == "1 2\ndivision by zero\nend\n" and one.finished, one.stderr


@case
def statements_without_value():
    code = "import os\nassert True\ndel os\npass\n"
    one = run(code, *[probe(code, text, number=index) for index, text in enumerate(["import", "assert", "del", "pass"])])
    assert [one.only(index)["value"] for index in range(4)] == [None] * 4


@case
def decorated():
    code = "def deco(f):\n    print('deco')\n    return f\n@deco\ndef g():\n    pass\n@deco\nclass K: pass\n"
    one = run(code, probe(code, "@deco"), probe(code, "@deco", number=2, nth=1))
    assert one.printed() == ["deco\n"] == one.printed(2)


@case
def same_statement_twice():
    code = "x = 3\n"
    one = run(code, probe(code, "x", number=1), probe(code, "x", equals("3"), number=2))
    assert one.only()["value"]["repr"] == "3" and one.answer(2)["equal"] is True


@case
def columns_are_bytes():
    code = "é = 'ü'; y = 2\n"
    one = run(code, probe(code, "y"))
    assert one.only()["value"]["repr"] == "2"


@case
def docstrings_stay():
    code = '"""Doc."""\nfrom __future__ import annotations\ndef f():\n    "inner"\n    return f.__doc__\nprint(__doc__, f())\nx: undefined = 1\n'
    one = run(code, *every(code))
    assert one.stdout == "Doc. inner\n" and one.finished, one.stderr
    assert len(one.seen) == 7, len(one.seen)


# Exceptions


@case
def swallowed():
    code = "int('x')\nprint('on')\n"
    one = run(code, probe(code, "int", catches=True))
    told = one.only()["raised"]
    assert told["type"] == "ValueError" and told["line"] == 1 and "invalid literal" in told["message"] and told["mro"][:2] == ["ValueError", "Exception"]
    assert told["traceback"].startswith('Traceback (most recent call last):\n  File "<q1.1>", line 1, in <module>')
    assert one.stdout == "on\n" and one.finished and one.stderr == ""


@case
def not_swallowed():
    code = "def f():\n    raise KeyError('k')\nf()\nprint('never')\n"
    one = run(code, probe(code, "raise"), probe(code, "f()", number=2, nth=1))
    assert one.only()["raised"]["line"] == 2 == one.only(2)["raised"]["line"]
    assert one.note("stopped")["type"] == "KeyError" and one.note("stopped")["message"] == "'k'"
    assert not one.finished and one.status == 1 and "Traceback" in one.stderr


@case
def traceback_unharmed():
    same = "def f(x):\n    return 1 / x\n\ndef g():\n    try:\n        f(0)\n    except ZeroDivisionError as e:\n        raise ValueError('bad') from e\n\ng()\n"
    same_as_script(same, *every(same))


@case
def context_of_a_later_exception():
    code = "try:\n    {}['a']\nexcept KeyError:\n    pass\nint('x')\ntry:\n    1/0\nexcept ZeroDivisionError as e:\n    print(e.__context__)\n"
    one = run(code, probe(code, "int", catches=True))
    assert one.stdout == "None\n"


@case
def caught_by_the_example():
    code = "def f():\n    raise OSError(2, 'gone')\ntry:\n    f()\nexcept OSError as e:\n    print(e.errno)\n"
    one = run(code, *every(code))
    assert one.stdout == "2\n" and one.finished


@case
def generator_exit_is_left_alone():
    code = "def g():\n    while True:\n        x = yield 1\nit = g()\nnext(it)\nit.close()\nprint('closed')\n"
    one = run(code, probe(code, "x = yield", catches=True))
    assert one.stdout == "closed\n" and one.stderr == ""


@case
def claimed_system_exit():
    code = "import sys\nsys.exit(3)\nprint('on')\n"
    one = run(code, probe(code, "sys.exit", catches=True))
    assert one.only()["raised"]["subject"] == "3" and one.stdout == "on\n" and one.status == 0


@case
def missing_names():
    code = "import nothing_of_that_name\nxyz\n"
    one = run(code, probe(code, "import", catches=True), probe(code, "xyz", catches=True, number=2))
    assert one.only()["raised"]["subject"] == "nothing_of_that_name" and one.only(2)["raised"]["subject"] == "xyz"


@case
def exceptions_of_own_modules():
    code = "class E(LookupError): pass\nraise E('m')\n"
    one = run(code, probe(code, "raise", catches=True))
    assert one.only()["raised"]["module"] == "__main__" and one.only()["raised"]["mro"] == ["E", "LookupError", "Exception", "BaseException"]


@case
def broken_str_of_an_exception():
    code = "class E(Exception):\n    def __str__(self): raise ValueError\nraise E\n"
    one = run(code, probe(code, "raise", catches=True, nth=1))
    assert "str raised ValueError" in one.only()["raised"]["message"] and one.finished


@case
def invalid():
    one = run("x = 1\nif x:\nprint(x)\n")
    told = one.note("invalid")
    assert told["line"] == 3 and told["type"] == "IndentationError" and one.stdout == "" and not one.finished and len(one.notes) == 1


@case
def invalid_when_compiled():
    for code, line in (("return 1\n", 1), ("x = 1\ndef f():\n    x\n    global x\n", 4), ("break\n", 1), ("nonlocal y\n", 1)):
        assert run(code).note("invalid")["line"] == line, code


@case
def invalid_null():
    assert run("x = '\0'\n").note("invalid") is not None


@case
def deep_nesting():
    one = run("(" * 5000 + ")" * 5000)
    assert one.note("invalid") is not None


@case
def recursion_error():
    code = "def f(n):\n    return f(n + 1)\nf(0)\nprint('on')\n"
    one = run(code, probe(code, "f(0)", catches=True))
    assert one.only()["raised"]["type"] == "RecursionError" and one.stdout == "on\n"


@case
def recursion_through_a_probe():
    code = "def f(n):\n    return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError as e:\n    print(type(e).__name__)\nimport sys\nprint(sys.getrecursionlimit())\n"
    one = run(code, probe(code, "return"))
    assert one.stdout == "RecursionError\n1000\n" and one.finished, (one.stdout, one.stderr[-500:], one.notes[-1], one.status)


@case
def depth_is_the_scripts():
    if "VERIFY_RUNNER" not in os.environ:
        return  # this file's own frames lie below
    same_as_script("def depth(n=1):\n    try:\n        return depth(n + 1)\n    except RecursionError:\n        return n\nprint(depth())\n")


@case
def no_frames_below():
    if "VERIFY_RUNNER" not in os.environ:
        return  # this file's own frames lie below
    same_as_script("import inspect, traceback, sys\nprint(len(inspect.stack()), sys._getframe().f_back)\ntraceback.print_stack()\n")


# References and constants


@case
def reference_counts():
    code = "a = []\nb = a\ndel b\nc = [a]\ndel c\ndel a\n"
    texts = ["a = []", "b = a", "del b", "c = [a]", "del c", "del a"]
    one = run(code, *[probe(code, text, COUNT("a"), number=index) for index, text in enumerate(texts)])
    assert [one.answer(index)["seen"]["repr"] for index in range(6)] == ["1", "2", "1", "2", "1", "0"]


@case
def reference_counts_in_functions():
    code = "def f():\n    a = object()\n    b = a\n    del b\n    return a\nx = f()\n"
    texts = ["a = object", "b = a", "del b"]
    one = run(code, *[probe(code, text, COUNT("a"), number=index) for index, text in enumerate(texts)])
    assert [one.answer(index)["seen"]["repr"] for index in range(3)] == ["1", "2", "1"], [one.answer(index) for index in range(3)]


@case
def reference_count_of_nothing():
    code = "a = []\n"
    assert "not defined" in run(code, probe(code, "a", COUNT("zzz"))).answer()["error"]


@case
def getrefcount_as_in_a_script():
    code = """import sys
a = []
print(sys.getrefcount(a))
b = a
c = {'k': a}
print(sys.getrefcount(a))
del b
print(sys.getrefcount(a))
s = 'a string that nobody else has'
print(sys.getrefcount(s))
n = 123456789
print(sys.getrefcount(n))
t = (1, 2, 'x y z')
print(sys.getrefcount(t))
def f(x):
    print(sys.getrefcount(x))
    y = x
    print(sys.getrefcount(x))
f(object())
f(a)
class A:
    pass
print(sys.getrefcount(A()))
o = A()
o.me = a
print(sys.getrefcount(a), sys.getrefcount(o))
for item in [a]:
    print(sys.getrefcount(item))
"""
    same_as_script(code, *every(code))
    same_as_script(code)


@case
def finalisers_run_at_once():
    code = "class D:\n    def __del__(self): print('gone')\nd = D()\nd = None\nprint('after')\ne = D()\ndel e\nprint('end')\ndef f():\n    x = D()\n    x\nf()\nprint('last')\n"
    same_as_script(code, *every(code))


@case
def finalisers_at_the_end():
    same_as_script("class D:\n    def __init__(self, n): self.n = n\n    def __del__(self): print('gone', self.n, len(log))\nlog = [1]\na = D(1)\nb = D(2)\nc = [D(3)]\nprint('end')\n")


@case
def constants_are_merged_in_a_script():
    code = "a = 257\nb = 257\nprint(a is b)\nx = 'hello world!'\ny = 'hello world!'\nprint(x is y)\nt = (1, 2)\nu = (1, 2)\nprint(t is u)\nf = 1.5\ndef g():\n    return 1.5\nprint(f is g(), 1000 + 1 is 1001)\n"
    same_as_script(code, *every(code))


@case
def constants_at_a_prompt():
    code = "a = 257\nb = 257\na is b\nc = 257; d = 257\nc is d\n"
    one = run(code, *every(code), mode="prompt")
    assert one.stdout == "False\nTrue\n", one.stdout


@case
def identity_of_temporaries():
    code = "print(id([]) == id([]))\nprint([] is [])\n"
    same_as_script(code, *every(code))


@case
def weak_references():
    code = "import weakref\nclass A: pass\na = A()\nr = weakref.ref(a)\nprint(r() is a)\ndel a\nprint(r())\n"
    same_as_script(code, *every(code))


# Queries


@case
def equal_values():
    code = "import collections, decimal, datetime, array\n"
    lines = [
        ("collections.Counter('aab')", "Counter({'b': 1, 'a': 2})", True),
        ("collections.deque([1, 2], 3)", "deque([1, 2], maxlen=3)", True),
        ("array.array('i', [42])", "array('i', [42])", True),
        ("decimal.Decimal('1.1')", "Decimal('1.1')", True),
        ("datetime.date(2024, 1, 2)", "datetime.date(2024, 1, 2)", True),
        ("datetime.date(2024, 1, 2)", "date(2024, 1, 2)", True),
        ("collections.OrderedDict(a=1)", "OrderedDict([('a', 1)])", True),
        ("collections.defaultdict(list, a=[1])", "defaultdict(list, {'a': [1]})", True),
        ("{3, 1, 2}", "{1, 2, 3}", True),
        ("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}", True),
        ("{'a': 1}.keys()", "dict_keys(['a'])", True),
        ("{'a': 1}.items()", "dict_items([('a', 1)])", True),
        ("{'a': 1}.values()", "dict_values([2])", False),
        ("[1, 2]", "[1, 3]", False),
        ("True", "1", False),
        ("1", "1.0", False),
        ("[True]", "[1]", False),
        ("{1: True}", "{1: 1}", False),
        ("{True}", "{1}", False),
        ("float('nan')", "float('nan')", True),
        ("[float('inf')]", "[float('inf')]", True),
        ("2 ** 10", "1024", True),
        ("255", "0xff", True),
        ("'a' 'b'", "\"ab\"", True),
        ("int", "int", True),
        ("[int, str]", "[int, str]", True),
        ("frozenset({1})", "frozenset({1})", True),
        ("range(3)", "range(0, 3)", True),
        ("(1,)", "(1,)", True),
        ("-5", "-5", True),
        ("1e3", "1000.0", True),
        ("3 + 4j", "(3+4j)", True),
        ("[1, [2, {3: None}]]", "[1, [2, {3: None}]]", True),
        ("list[int]", "list[int]", True),
        ("b'ab'", "b'ab'", True),
        ("bytearray(b'ab')", "bytearray(b'ab')", True),
    ]
    code += "".join(f"({text})\n" for text, _, _ in lines)
    probes = [{"number": i, "line": i + 2, "column": 1, "catches": False, "queries": [equals(claim)]} for i, (_, claim, _) in enumerate(lines)]
    one = run(code, *probes)
    for i, (text, claim, expected) in enumerate(lines):
        assert one.answer(i)["equal"] is expected, (text, claim, one.answer(i))


@case
def not_evaluated():
    claims = ["true", "print('x')", "open('/tmp/x')", "[x for x in y]", "lambda: 1", "10 ** 10 ** 10", "[0] * 10**12", "1 << 10**9", "f()", "x y", "", "(", "...", "[1, ...]",
              "exit()", "__import__('os')", "f'{x}'", "(y := 5)", "await z", "yield", "*a", "list(range(10**10))", "A()", "'%9999999999d' % 1", "().__class__.__bases__[0].__subclasses__()", "bytes(10**12)"]
    code = "def f(): print('ran')\nclass A:\n    def __init__(self): print('made')\nobject()\n" + "5\n" * len(claims)
    probes = [{"number": i, "line": i + 5, "column": 0, "catches": False, "queries": [equals(claim)]} for i, claim in enumerate(claims)]
    one = run(code, *probes)
    assert one.stdout == "" and one.finished, one.stdout
    for i, claim in enumerate(claims):
        answer = one.answer(i)
        if claim != "...":
            assert answer["equal"] is None and answer["expression_error"], (claim, answer)


@case
def answers_that_are_neither_true_nor_false():
    code = "class Answer: pass\nclass Sum(int): pass\nclass Query:\n    def __eq__(self, other): return Answer()\nQuery()\nclass Bag:\n    def __eq__(self, other): return Sum(1)\nBag()\n"
    one = run(code, probe(code, "Query()", equals("[1]")), probe(code, "Bag()", equals("[1]"), number=2))
    assert one.answer(1)["equal"] is None and "neither true nor false" in one.answer(1)["expression_error"], one.answer(1)
    assert one.answer(2)["equal"] is True, one.answer(2)


@case
def bad_escapes_in_claims_are_silent():
    code = "'x'\n"
    one = run(code, probe(code, "'x'", equals(r"'\d'"), EXPRESSION(r"'\d'")))
    assert one.stderr == "", one.stderr


@case
def names_of_the_moment():
    code = "class A: pass\nclass B(A): pass\nB.__mro__\ndef f(k):\n    x = [k]\n    return x\nf(3)\n"
    one = run(code, probe(code, "B.__", equals("(B, A, object)")), probe(code, "return x", equals("[k]"), number=2))
    assert one.answer()["equal"] is True and one.answer(2)["equal"] is True


@case
def own_classes():
    code = """
from dataclasses import dataclass
from collections import namedtuple
@dataclass
class P:
    x: int
    y: int = 2
N = namedtuple('N', 'a b')
class Noisy:
    made = 0
    def __init__(self): Noisy.made += 1
    def __eq__(self, other): return True
P(1)
N(1, 2)
Noisy()
print(Noisy.made)
"""
    one = run(code, probe(code, "P(1)", equals("P(x=1, y=2)")), probe(code, "N(1", equals("N(a=1, b=2)"), number=2), probe(code, "Noisy()\n", equals("Noisy()"), number=3))
    assert one.answer()["equal"] is True and one.answer(2)["equal"] is True
    assert one.answer(3)["equal"] is None and one.stdout == "1\n"


@case
def expressions_afterwards():
    code = "d = {'a': [1, 2]}\nclass C:\n    @property\n    def p(self):\n        print('called')\n        return 5\nc = C()\nd['a'].append(3)\n"
    one = run(code, probe(code, "d['a'].", EXPRESSION("d['a'][2]", "3"), EXPRESSION("c.p", "5"), EXPRESSION("nope"), EXPRESSION("x +"), EXPRESSION("d['b']")))
    answers = one.only()["answers"]
    assert [a["equal"] for a in answers] == [True, True, None, None, None] and one.stdout == "", answers
    assert answers[2]["error"] and answers[3]["error"] and answers[4]["error"].startswith("KeyError")


@case
def default_dictionaries_stay():
    code = "from collections import defaultdict\nd = defaultdict(list)\nd['x']\nprint(len(d))\n"
    one = run(code, probe(code, "d = ", EXPRESSION("d['q']")))
    assert one.stdout == "1\n" and one.answer()["error"]


@case
def types():
    code = "{}\nTrue\nint\n"
    one = run(code, probe(code, "{}", equals("dict", "type")), probe(code, "True", equals("int", "type"), number=2), probe(code, "int", equals("int", "type"), number=3))
    assert one.answer()["equal"] and one.answer()["seen"]["repr"] == "<class 'dict'>"
    assert one.answer(2)["equal"] and one.answer(3)["equal"]


@case
def attributes_and_sizes():
    code = "3 + 4j\n[]\n"
    attribute = {"subject": {"attribute": "real"}, "equals": "3.0"}
    one = run(code, probe(code, "3", attribute, {"subject": {"attribute": "no"}, "equals": None}), probe(code, "[]", equals("56", "size"), number=2))
    assert one.answer()["equal"] is True and "AttributeError" in one.answer(1, 1)["error"] and one.answer(2)["seen"]["repr"] == str(sys.getsizeof([]))


@case
def items():
    code = "(i * i for i in range(5))\nimport itertools\nitertools.count()\n5\n"
    first = {"subject": {"items": 3}, "equals": "[0, 1, 4]"}
    one = run(code, probe(code, "(i", first), probe(code, "itertools.c", first, number=2), probe(code, "5\n", first, number=3))
    assert one.answer()["equal"] is True and one.answer(2)["seen"]["repr"] == "[0, 1, 2]" and "TypeError" in one.answer(3)["error"]


@case
def enums():
    code = "from enum import Enum, auto\nclass S(Enum):\n    A = auto()\n    B = auto()\nclass P:\n    x = 'v'\n    class Q:\n        y = 2\n"
    asks = lambda owner, name, claim: {"subject": {"class_attribute": [owner, name]}, "equals": claim}  # noqa: E731
    one = run(code, probe(code, "A = ", asks("S", "A", "1")), probe(code, "B = ", asks("S", "B", "S.B"), number=2), probe(code, "x = ", asks("P", "x", "'v'"), number=3), probe(code, "y = ", asks("P.Q", "y", "2"), number=4))
    assert one.answer()["equal"] is True and one.answer()["seen"]["repr"] == "1"
    assert one.answer(2)["equal"] is True and "S.B" in one.answer(2)["seen"]["repr"]
    assert one.answer(3)["equal"] is True and one.answer(4)["equal"] is True


@case
def class_never_completed():
    code = "class S:\n    a = 1\n    1 / 0\n"
    one = run(code, probe(code, "a = ", {"subject": {"class_attribute": ["S", "a"]}, "equals": "1"}))
    assert "not completed" in one.answer()["error"] and one.note("stopped")


@case
def class_in_a_function():
    code = "def f():\n    class S:\n        a = 1\n    return S\nf()\n"
    one = run(code, probe(code, "a = ", {"subject": {"class_attribute": ["S", "a"]}, "equals": "1"}))
    assert one.answer()["equal"] is True


@case
def no_value_no_answer():
    code = "import os\n1/0\n"
    one = run(code, probe(code, "import", equals("1")), probe(code, "1/0", equals("1"), number=2, catches=True))
    assert one.answer()["error"] == "the statement has no value" and one.answer(2)["error"] == "it raised first"


@case
def the_whole_example():
    code = "import threading\ndef t():\n    print('thread')\nthreading.Thread(target=t).start()\nx = 5\n"
    one = run(code, whole(EXPRESSION("x", "5")))
    assert one.answer()["equal"] is True and one.printed() == ["thread\n"]


@case
def the_whole_raises():
    one = run("print(1)\n1/0\n", whole(catches=True))
    assert one.only()["raised"]["type"] == "ZeroDivisionError" and one.finished and one.status == 0 and "Traceback" in one.stderr


# Reprs


@case
def repr_raises():
    code = "class R:\n    def __repr__(self): raise ValueError('no')\nr = R()\n[r]\n"
    one = run(code, probe(code, "r = "), probe(code, "[r]", number=2))
    assert one.only()["value"]["repr"] == "<repr raised ValueError: no>" and one.finished


@case
def repr_prints_and_is_probed():
    code = "class R:\n    def __repr__(self):\n        print('noise')\n        return 'R!'\nr = R()\nprint('x')\n"
    one = run(code, probe(code, "r = "), probe(code, "return", number=2))
    assert one.stdout == "x\n" and one.only()["value"]["repr"] == "R!" and one.of(2) == []


@case
def repr_bombs():
    code = "a = [0] * 10**7\nb = 'x' * 10**7\nc = 10**6000\nl = []\nl.append(l)\nl\nclass R:\n    def __repr__(self): return repr(self)\nR()\nclass S:\n    def __repr__(self): return 5\nS()\nx = []\nfor _ in range(100000): x = [x]\n'end'\nx\n"
    one = run(code, probe(code, "a = "), probe(code, "b =", number=2), probe(code, "c =", number=3), probe(code, "l\n", number=4), probe(code, "R()", number=5), probe(code, "S()", number=6), probe(code, "x\n", number=7))
    assert one.finished, (one.notes[-1], one.status, one.stderr[-300:])
    assert one.only()["value"]["truncated"] and len(one.only()["value"]["repr"]) <= 65536
    assert one.only(2)["value"]["truncated"]
    assert "raised" in one.only(5)["value"]["repr"] and "TypeError" in one.only(6)["value"]["repr"]


@case
def surrogates():
    code = "x = '\\ud800'\n"
    one = run(code, probe(code, "x"))
    assert one.only()["value"]["str"] == "\\ud800"


@case
def many_passes():
    code = "n = 0\nfor i in range(5000):\n    n += i\nprint(n)\n"
    one = run(code, probe(code, "n += i"))
    assert len(one.of()) == 1000 and one.note("cut") == {"probe": 1} and one.stdout == "12497500\n"


# The script's world


@case
def namespace_is_clean():
    code = "print(sorted(globals()), __name__, __spec__, __doc__)\nimport sys\nprint(sys.argv, sys.modules['__main__'].__dict__ is globals())\nprint([m for m in sys.modules if 'verify' in m])\nimport builtins\nprint([n for n in dir(builtins) if 'verify' in n.lower() or 'probe' in n.lower()], __builtins__)\nimport os\nprint(os.path.basename(__file__), os.path.isabs(__file__), sys.path[0] == os.path.dirname(__file__), __loader__.__class__.__name__)\n"
    same_as_script(code, *every(code))


@case
def locals_and_vars():
    code = "def f():\n    a = 1\n    b = locals()\n    return sorted(b)\nprint(f())\nclass K:\n    z = 1\n    print(sorted(vars()))\nprint(sorted(dir()))\n"
    same_as_script(code, *every(code))


@case
def main_guard():
    code = "if __name__ == '__main__':\n    print('main')\n"
    assert run(code, probe(code, "print")).printed() == ["main\n"]


@case
def future_flags_are_not_inherited():
    code = "def f(x: undefined): pass\n"
    if VERSION < (3, 14):
        assert run(code).note("stopped")["type"] == "NameError"


@case
def future_annotations():
    code = "from __future__ import annotations\ndef f(x: undefined): pass\nprint(f.__annotations__)\n"
    same_as_script(code, *every(code))


@case
def syntax_warnings_once():
    code = "x = 5\nif x is 5:\n    print('five')\nassert (x, 'm')\n"
    result = same_as_script(code, *every(code))
    assert result.stderr.count("SyntaxWarning") == 2, result.stderr


@case
def other_warnings():
    code = "import warnings\nwarnings.warn('old', DeprecationWarning)\nfor i in range(2):\n    warnings.warn('once')\nprint('\\d')\n"
    same_as_script(code, *every(code))


@case
def pickling():
    code = "import pickle\nclass A:\n    def __init__(self): self.x = 1\ndef f(): return 2\nprint(pickle.loads(pickle.dumps(A())).x, pickle.loads(pickle.dumps(f))())\n"
    same_as_script(code, *every(code))


@case
def source_of_functions():
    code = "import inspect\ndef f(x):\n    # note\n    return x\nclass A:\n    def m(self): pass\nprint(inspect.getsource(f), inspect.getsource(A), inspect.getsource(A.m), inspect.getsourcelines(f)[1])\n"
    same_as_script(code, *every(code))


@case
def source_survives_chdir():
    code = "import inspect, os, tempfile\nos.chdir('/')\ndef f(): return 1\nprint(inspect.getsource(f))\n"
    same_as_script(code, *every(code))


@case
def dataclasses_and_typing():
    code = "from dataclasses import dataclass, field, asdict\nimport typing\n@dataclass(order=True)\nclass P:\n    x: int\n    tags: list = field(default_factory=list)\nprint(P(1), asdict(P(2)), P(1) < P(2), typing.get_type_hints(P))\n"
    same_as_script(code, *every(code))


@case
def metaclasses_and_super():
    code = "class M(type):\n    def __new__(m, n, b, d):\n        print(sorted(k for k in d))\n        return super().__new__(m, n, b, d)\nclass A(metaclass=M):\n    x = 1\n    def f(self): return __class__.__name__\nclass B(A):\n    y: int = 2\n    def f(self):\n        return super().f() + '!'\nprint(B().f())\n"
    same_as_script(code, *every(code))


@case
def code_objects_look_the_same():
    code = "def f(a, b=1):\n    c = a + b\n    return c\nprint(f.__code__.co_varnames, f.__code__.co_names, f.__code__.co_firstlineno, f.__code__.co_freevars)\n"
    same_as_script(code, *every(code))


@case
def disassembly_without_probes_inside():
    code = "import dis\ndef f(a):\n    return a + 1\ndis.dis(f)\n"
    same_as_script(code, probe(code, "dis.dis"))


@case
def multiprocessing_fork_and_spawn():
    for method in ("fork", "spawn"):
        code = f"import multiprocessing as mp\ndef work(n):\n    return n * n\nif __name__ == '__main__':\n    mp.set_start_method('{method}')\n    with mp.Pool(2) as pool:\n        print(pool.map(work, [1, 2, 3]))\n    p = mp.Process(target=print, args=('child',), kwargs={{'flush': True}})\n    p.start()\n    p.join()\n    print(p.exitcode)\n"
        result = run(code, *every(code), same=False)
        assert result.stdout == "[1, 4, 9]\nchild\n0\n" and result.finished, (method, result.stdout, result.stderr)


@case
def executors():
    code = "from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor\ndef sq(x):\n    return x * x\nif __name__ == '__main__':\n    for kind in (ThreadPoolExecutor, ProcessPoolExecutor):\n        with kind(2) as ex:\n            print(list(ex.map(sq, range(4))))\n"
    result = run(code, *every(code), same=False)
    assert result.stdout == "[0, 1, 4, 9]\n" * 2 and result.finished, result.stderr


@case
def random_differs_from_example_to_example():
    code = "import random\nprint(random.random())\n"
    assert run(code, same=False).stdout != run(code, same=False).stdout


@case
def what_a_fork_does_is_done_for_forks_of_the_example():
    same_as_script(
        """\
import os, random, threading, warnings

warnings.simplefilter("ignore")  # that of forking with threads names the process
print(threading.main_thread().native_id == os.getpid())
go_on = threading.Event()
other = threading.Thread(target=go_on.wait)
other.start()
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, f"{threading.active_count()} {random.random()}".encode())
    os._exit(0)
os.wait()
count, number = os.read(read, 100).decode().split()
print(threading.active_count(), count, number == str(random.random()))
go_on.set()
""",
    )


@case
def forking():
    code = "import os\npid = os.fork()\nif pid == 0:\n    print('child', flush=True)\n    x = 1\nelse:\n    os.waitpid(pid, 0)\n    print('parent')\n"
    one = run(code, *every(code))
    assert one.stdout == "child\nparent\n" and one.notes.count("finished") == 1


@case
def threads():
    code = "import threading, time\ngo = threading.Event()\ndef work(n):\n    go.wait()\n    print(n)\nt = threading.Thread(target=work, args=(1,))\nt.start()\nd = threading.Thread(target=lambda: time.sleep(60), daemon=True)\nd.start()\nprint(threading.current_thread().name, threading.main_thread() is threading.current_thread())\ngo.set()\n"
    same_as_script(code, *every(code))


@case
def busy_threads():
    code = "import threading\nclass R:\n    def __repr__(self):\n        return 'R' + str(sum(range(2000)))\nout = []\ndef work():\n    for i in range(300):\n        r = R()\n        print('x')\nts = [threading.Thread(target=work) for _ in range(4)]\nfor t in ts: t.start()\nfor t in ts: t.join()\n"
    one = run(code, probe(code, "r = R"), probe(code, "print", number=2), same=False)
    assert one.stdout.count("x") == 1200 and one.finished, one.stdout.count("x")


@case
def exit_handlers():
    code = "import atexit\natexit.register(print, 'first')\natexit.register(print, 'second')\natexit.register(lambda: 1/0)\nprint('body')\n"
    one = run(code)
    assert one.stdout == "body\nsecond\nfirst\n" and "ZeroDivisionError" in one.stderr and one.status == 0


@case
def exits():
    for text, status in (("sys.exit()", 0), ("sys.exit(0)", 0), ("sys.exit(3)", 3), ("sys.exit('bye')", 1), ("raise SystemExit", 0), ("exit(2)", 2), ("sys.exit(-1)", 255), ("sys.exit(True)", 1)):
        code = f"import sys\ntry:\n    {text}\nfinally:\n    print('cleanup')\n"
        one = same_as_script(code, *every(code))
        assert one.note("stopped")["type"] == "SystemExit" and one.note("stopped")["subject"] == str(status), text


@case
def hard_exit():
    one = run("import os\nprint('x', flush=True)\nos._exit(7)\n")
    assert one.status == 7 and not one.finished and one.note("stopped") is None


@case
def crash():
    one = run("print(1)\nimport os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", whole())
    assert one.status < 0 and not one.finished


@case
def interrupt():
    code = "import signal\ntry:\n    signal.raise_signal(signal.SIGINT)\nexcept KeyboardInterrupt:\n    print('caught')\n"
    same_as_script(code, *every(code))


@case
def excepthook_replaced():
    same_as_script("import sys\nsys.excepthook = lambda t, v, tb: print('hook', t.__name__, tb.tb_lineno)\n1/0\n")


@case
def unraisable():
    code = "class D:\n    def __del__(self):\n        raise ValueError('in del')\nd = D()\ndel d\nprint('on')\n"
    one = run(code, *every(code))
    assert one.stdout == "on\n" and "in del" in one.stderr


@case
def stdout_replaced():
    code = "import sys, io\nsys.stdout = io.StringIO()\nprint('hidden')\ntext = sys.stdout.getvalue()\nsys.stdout = sys.__stdout__\nprint('shown', repr(text))\n"
    one = run(code, *every(code))
    assert one.stdout == "shown 'hidden\\n'\n" and one.finished


@case
def stdout_redirected_and_closed():
    code = "import contextlib, io\nb = io.StringIO()\nwith contextlib.redirect_stdout(b):\n    print('in')\nprint(b.getvalue())\nimport os, sys\nsys.stdout.flush()\nos.close(1)\nx = 1\n"
    one = run(code, *every(code))
    assert one.stdout == "in\n\n" and "finished" in one.notes


@case
def subprocess_output():
    code = "import subprocess, sys\nsubprocess.run(['echo', 'sub'])\nsubprocess.run([sys.executable, '-c', 'print(5)'])\n"
    one = run(code, probe(code, "subprocess.run"), probe(code, "subprocess.run", number=2, nth=1))
    assert one.printed() == ["sub\n"] and one.printed(2) == ["5\n"]


@case
def sabotage():
    code = """
import builtins, json, sys, os, traceback, linecache, time, io
x = 1
def bad(*a, **k): raise RuntimeError('sabotage')
saved = print
json.dumps = json.loads = json.JSONEncoder.default = json.encoder.encode_basestring_ascii = bad
os.write = os.fstat = os.getpid = bad
traceback.TracebackException.format = bad
time.perf_counter = bad
linecache.getlines = bad
sys._getframe = sys.getrefcount = sys.getsizeof = bad
for name in ('repr', 'len', 'isinstance', 'type', 'getattr', 'str', 'list', 'dict', 'id', 'eval', 'compile', 'next', 'iter', 'min', 'any', 'all', 'zip', 'bool', 'print'):
    setattr(builtins, name, bad)
y = [1, 2]
saved(y)
1 / 0
"""
    one = run(code, probe(code, "y = ", equals("[1, 2]"), COUNT("y")), probe(code, "1 / 0", number=2, catches=True))
    assert one.answer()["equal"] is True and one.answer(1, 1)["seen"]["repr"] == "1", one.notes
    assert one.only(2)["raised"]["message"] == "division by zero" and one.stdout == "[1, 2]\n" and one.finished


@case
def modules_deleted():
    code = "import sys\nfor name in list(sys.modules):\n    if name not in ('sys', 'builtins', '__main__'):\n        del sys.modules[name]\nx = [1]\n"
    one = run(code, probe(code, "x = "))
    assert one.only()["value"]["repr"] == "[1]" and one.finished, one.notes


@case
def descriptors_stay_low():
    same_as_script("f = open('x', 'w')\nprint(f.fileno())\n")


@case
def input_ends():
    code = "try:\n    input()\nexcept EOFError as e:\n    print('eof')\n"
    same_as_script(code, *every(code))


@case
def argument_of_globals():
    code = "exec('z = 3')\nprint(eval('z + 1'))\nimport __main__\nprint(__main__.z)\n"
    same_as_script(code, *every(code))


@case
def import_star_and_del():
    code = "from math import *\nprint(pi > 3)\nx = y = 1\ndel x, y\n"
    one = run(code, *every(code))
    assert one.stdout == "True\n" and one.finished


@case
def signal_handler_raises():
    code = "import signal, time\nclass T(Exception): pass\ndef h(*a): raise T\nsignal.signal(signal.SIGALRM, h)\nsignal.setitimer(signal.ITIMER_REAL, 0.05)\ntry:\n    while True:\n        x = [1] * 10\nexcept T:\n    print('timeout')\n"
    one = run(code, probe(code, "x = "))
    assert one.stdout == "timeout\n" and one.finished, one.stderr


@case
def signal_handlers_reach_the_example():
    code = "import signal\nclass T(Exception): pass\ndef h(*a): raise T\nclass R:\n    def __repr__(self):\n        return str(sum(range(3000)))\nsignal.signal(signal.SIGALRM, h)\nfor i in range(40):\n    try:\n        signal.setitimer(signal.ITIMER_REAL, 0.002)\n        while True:\n            x = R()\n    except T:\n        pass\nprint('all')\n"
    one = run(code, probe(code, "x = "))
    assert one.stdout == "all\n" and one.finished and one.stderr == "", (one.status, one.stderr)


@case
def gc_as_in_a_script():
    code = "import gc\nclass N: pass\na = N(); b = N()\na.o = b; b.o = a\ndel a, b\nprint(gc.collect() >= 2)\n"
    same_as_script(code, *every(code))


@case
def exception_groups():
    if VERSION >= (3, 11):
        code = "try:\n    raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\nexcept* ValueError as e:\n    print(e.exceptions)\nexcept* TypeError:\n    print('t')\n"
        same_as_script(code, *every(code))


# Await


@case
def top_level_await():
    code = "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x\nr = await f(5)\nawait f([1])\nasync with asyncio.Lock() as l:\n    print('in')\nprint(r, [await f(i) for i in range(2)])\n"
    one = run(code, probe(code, "r = "), probe(code, "await f([", number=2), probe(code, "return", number=3))
    assert one.only()["value"]["repr"] == "5" and one.only(2)["value"]["repr"] == "[1]" and one.stdout == "in\n5 [0, 1]\n", one.stderr


@case
def await_fails():
    code = "import asyncio\nasync def f():\n    raise ValueError('late')\nawait f()\n"
    one = run(code)
    told = one.note("stopped")
    assert told["type"] == "ValueError" and told["line"] == 3 and "asyncio" not in told["traceback"], told


@case
def one_loop_for_all():
    one = run("await event.wait()\nprint('set', asyncio.get_running_loop() is loop)\n", prelude=["import asyncio\nevent = asyncio.Event()\nloop = asyncio.get_running_loop()\nasync def later():\n    event.set()\ntask = asyncio.create_task(later())\nawait asyncio.sleep(0)\n"])
    assert one.stdout == "set True\n", one.stderr


@case
def tasks_left_behind():
    code = "import asyncio\nasync def forever():\n    try:\n        await asyncio.sleep(60)\n    finally:\n        print('cancelled')\nt = asyncio.create_task(forever())\nawait asyncio.sleep(0)\n"
    one = run(code)
    assert one.stdout == "cancelled\n" and one.finished


@case
def asyncio_run():
    code = "import asyncio\nasync def main():\n    await asyncio.gather(*(asyncio.sleep(0, i) for i in range(3)))\n    print('done')\n    return 4\nasyncio.run(main())\n"
    one = same_as_script(code, *every(code))
    assert [o["value"]["repr"] for o in one.seen if o["value"]][-1] == "4"


@case
def cancelled_task_is_claimed():
    code = "import asyncio\nasync def main():\n    t = asyncio.create_task(asyncio.sleep(9))\n    await asyncio.sleep(0)\n    t.cancel()\n    await t\n    print('on')\nasyncio.run(main())\n"
    one = run(code, probe(code, "await t\n", catches=True))
    assert one.only()["raised"]["type"] == "CancelledError" and one.stdout == "on\n"


@case
def async_interleaving():
    code = "import asyncio\nasync def f(n):\n    for _ in range(3 - n): await asyncio.sleep(0)\n    r = n\n    return r\nasync def main():\n    print(await asyncio.gather(*[f(i) for i in range(3)]))\nasyncio.run(main())\n"
    one = run(code, *every(code))
    assert one.stdout == "[0, 1, 2]\n" and one.finished


# Preludes


@case
def preludes():
    one = run("print(x)\n", prelude=["print('before')\nx = 1\n", "x += 1\n"])
    started = one.note("started")
    assert one.stdout == "before\n2\n" and started["stdout"] == 7


@case
def prelude_raises():
    one = run("print(x)\n", prelude=["x = 1\nboom()\n", "x = 2\n"])
    told = one.note("prelude_raised")
    assert told["index"] == 0 and told["raised"]["line"] == 2 and told["raised"]["subject"] == "boom" and one.stdout == "2\n"


@case
def prelude_is_invalid():
    one = run("print(1)\n", prelude=["x = = 1\n"])
    assert one.note("prelude_raised")["raised"]["line"] == 1 and one.stdout == "1\n"


@case
def prelude_source():
    one = run("import inspect\nprint(inspect.getsource(f))\n", prelude=["def f():\n    return 'prelude'\n"])
    assert "return 'prelude'" in one.stdout, one.stderr


# Imports

WITNESS = """import sys, builtins
class Witness:
    @staticmethod
    def find_spec(name, path=None, target=None):
        print('asked for', name, path is not None, target)
sys.meta_path.insert(0, Witness)
"""


@fresh_case
def modules_of_a_fresh_interpreter():
    same_as_script("import sys\nprint(sorted(sys.modules))\nprint(list(sys.modules)[:5], len(sys.meta_path))\n", *every("import sys"))
    same_as_script("import sys\nprint([name for name in ('threading', 'asyncio', 're', 'json', 'enum', 'ast', 'warnings') if name in sys.modules])\nprint(sys.modules.get('threading'))\n")
    code = "import sys\n[1][0]\nprint('collections' in sys.modules)\n"
    same_as_script(code, probe(code, "[1]", equals("[...][0]"), equals("sum([1])")))


@fresh_case
def modules_after_an_import():
    for name in ("json", "asyncio", "re", "collections", "typing", "dataclasses", "logging", "importlib.util", "unittest.mock", "decimal", "concurrent.futures", "xml", "email"):
        same_as_script(f"import sys\nbefore = set(sys.modules)\nimport {name}\nprint(sorted(set(sys.modules) - before))\n")


@fresh_case
def modules_by_a_finder():
    for name in ("json", "asyncio", "dataclasses", "decimal", "json.decoder", "collections.abc", "importlib.util", "kiosk_that_is_not_there"):
        same_as_script(WITNESS + f"try:\n    import {name}\nexcept ImportError as e:\n    print(e)\nprint({name.partition('.')[0]} if 'kiosk' not in '{name}' else '')\n")


@fresh_case
def modules_by_a_replaced_import():
    code = "import builtins\noriginal = builtins.__import__\ndef witness(name, globals=None, locals=None, fromlist=(), level=0):\n    print(name, (globals or {}).get('__name__'), globals is locals, fromlist, level)\n    return original(name, globals, locals, fromlist, level)\nbuiltins.__import__ = witness\n"
    for name in ("json", "asyncio", "dataclasses", "heapq"):
        same_as_script(code + f"import {name}\nfrom {name} import *\n")


@fresh_case
def modules_by_an_audit_hook():
    same_as_script("import sys\nsys.addaudithook(lambda event, args: print(args[0]) if event == 'import' else None)\nimport json\nimport dataclasses\n")


@fresh_case
def modules_and_a_traceback_at_the_end():
    same_as_script(WITNESS + "def f(x):\n    return x + (1 / 0)\nf(1)\n", *every("def f(x):\n    pass"))
    same_as_script("import sys\nclass E(Exception):\n    def __str__(self): return str('ast' in sys.modules)\ntry:\n    raise E\nexcept E as e:\n    print(e)\nx = len([]) / len('é') + (1 / 0)\n", probe("x", "x"))
    code = WITNESS + "def f(x):\n    return x + (1 / 0)\ntry:\n    f(1)\nexcept ZeroDivisionError:\n    pass\nprint(sorted(sys.modules))\n"
    same_as_script(code, *every(code))
    code = WITNESS + "before = set(sys.modules)\nf = lambda x: x + (1 / 0)\n'é', f(1)\nprint(set(sys.modules) - before)\n"
    one = run(code, probe(code, "'é'", catches=True))
    assert one.stdout == "set()\n", one.stdout


@fresh_case
def modules_are_the_same_objects():
    same_as_script("import re, enum, json, json.decoder, threading, importlib\nimport sys\nprint(re.RegexFlag.__mro__[1] is enum.IntFlag, issubclass(json.JSONDecodeError, ValueError), json.decoder.JSONDecodeError is json.JSONDecodeError)\nprint(threading.current_thread().name, importlib.import_module('json') is json, sys.modules['json'] is json)\nimport asyncio, dataclasses\nprint(asyncio.events.threading is threading)\n")


@fresh_case
def modules_shown():
    same_as_script("import json, math, json.decoder, importlib.util, collections\nprint(json, math, json.decoder, importlib.util, json.__spec__.origin, json.__spec__._initializing if hasattr(json.__spec__, '_initializing') else '', json.__loader__.__class__, json.__package__, json.__path__, collections.abc)\nspec = importlib.util.find_spec('heapq')\nprint(spec.name, spec.origin, type(spec.loader), spec.loader_state, spec.parent)\nimport pkgutil\nprint([m.name for m in pkgutil.iter_modules(json.__path__)], pkgutil.find_loader('re').name if hasattr(pkgutil, 'find_loader') else '')\n")


@fresh_case
def modules_reloaded_and_imported_again():
    same_as_script("import importlib, sys, json\na = json\nprint(importlib.reload(json) is a)\ndel sys.modules['json']\nimport json\nprint(json is a, sys.modules['json'] is json, json.decoder is a.decoder)\ndel sys.modules['json.decoder'], sys.modules['json']\nimport json.decoder\nprint(json.JSONDecodeError is a.JSONDecodeError)\n")
    same_as_script(WITNESS + "import importlib\nimport json\nimportlib.reload(json)\ndel sys.modules['json']\nimport json\n")


@fresh_case
def submodules_are_there_once_imported():
    for package, module in (("xml", "dom"), ("concurrent", "futures"), ("importlib", "util"), ("email", "message"), ("unittest", "mock"), ("asyncio", "events"), ("logging", "handlers"), ("collections", "abc"), ("json", "tool"), ("importlib", "abc")):
        same_as_script(f"import {package}\nprint(hasattr({package}, '{module}'), '{package}.{module}' in __import__('sys').modules)\nimport {package}.{module} as m\nprint(m is {package}.{module})\nfrom {package} import {module}\n")


@fresh_case
def modules_in_the_way():
    for name in ("random", "json", "enum", "token"):
        write = f"import pathlib\npathlib.Path('{name}.py').write_text('print(__name__, \"of the example\")\\nx = 1\\n')\nimport sys\n"
        same_as_script(write + f"import {name}\nprint({name}.x)\n")
    same_as_script("open('bisect.py', 'w').write('def bisect(a, x): return \"own\"\\n')\nopen('heapq.py', 'w').write('heappush = None\\n')\nimport random\nprint(random._bisect.__module__ if hasattr(random, '_bisect') else '')\n")
    same_as_script("import sys\nsys.modules['bisect'] = None\ntry:\n    import random\nexcept ImportError as e:\n    print(e)\nimport heapq\n")
    same_as_script("import sys, types\nfake = sys.modules['heapq'] = types.ModuleType('heapq')\nfake.merge = 1\ntry:\n    import queue\n    print(queue.heappush)\nexcept ImportError as e:\n    print(type(e))\n")
    same_as_script("import sys, types\nsys.modules['json'] = types.SimpleNamespace(dumps=lambda x: 'fake')\nimport json\nprint(json.dumps(1))\ndel sys.modules['json']\nimport json\nprint(json.dumps(1))\n")


@fresh_case
def modules_refused():
    same_as_script("import sys\nclass Refuses:\n    @staticmethod\n    def find_spec(name, path=None, target=None):\n        if name in ('decimal', '_json', 'json.scanner'):\n            raise ModuleNotFoundError(f'refused {name}')\nsys.meta_path.insert(0, Refuses)\nfor text in ('import json', 'import decimal', 'import statistics', 'import json.encoder; print(json)'):\n    try:\n        exec(text)\n        print('fine')\n    except ImportError as e:\n        print(text, e)\n")


@fresh_case
def modules_by_an_own_loader():
    same_as_script("import sys\nfrom importlib.machinery import PathFinder, SourceFileLoader\nclass Loud(SourceFileLoader):\n    def exec_module(self, module):\n        print('executing', module.__name__)\n        super().exec_module(module)\nclass Finder:\n    @staticmethod\n    def find_spec(name, path=None, target=None):\n        spec = PathFinder.find_spec(name, path)\n        if spec and type(spec.loader) is SourceFileLoader:\n            spec.loader = Loud(spec.loader.name, spec.loader.path)\n        return spec\nsys.meta_path.insert(0, Finder)\nimport json, queue\nprint(json.loads('[1]'))\n")
    same_as_script("import importlib.util\nspec = importlib.util.find_spec('json')\nmodule = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(module)\nimport json\nprint(module is json, module.loads('1'))\nspec = importlib.util.spec_from_file_location('named', spec.origin)\nmodule = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(module)\nprint(module.__name__)\n")


@fresh_case
def tracebacks_through_imports():
    same_as_script("open('broken.py', 'w').write('import json\\n1 / 0\\n')\nopen('outer.py', 'w').write('import broken\\n')\ntry:\n    import outer\nexcept ZeroDivisionError as e:\n    import traceback\n    print([(f.filename[-8:], f.lineno, f.name) for f in traceback.extract_tb(e.__traceback__)])\n")
    same_as_script("open('missing.py', 'w').write('from json import nothing\\n')\ntry:\n    import missing\nexcept ImportError as e:\n    import traceback\n    print(e, [(f.filename[-8:], f.lineno, f.name) for f in traceback.extract_tb(e.__traceback__)])\n")
    same_as_script(WITNESS + "class Fails:\n    @staticmethod\n    def find_spec(name, path=None, target=None):\n        if name == 'json.scanner': raise ValueError(name)\nsys.meta_path.insert(0, Fails)\ntry:\n    import json\nexcept ValueError as e:\n    print(e, 'json' in sys.modules)\nsys.meta_path.remove(Fails)\nimport json\n")


@fresh_case
def imports_in_threads():
    # Not a package and a part of it that imports it: where two threads meet there, CPython itself may fail.
    same_as_script("import threading\ndone = []\ndef work(name):\n    __import__(name)\n    done.append(name)\nts = [threading.Thread(target=work, args=(n,)) for n in ('json', 'asyncio', 'decimal', 'csv', 'logging', 'dataclasses')]\nfor t in ts: t.start()\nfor t in ts: t.join()\nprint(sorted(done))\nimport asyncio\nprint(asyncio.run(asyncio.sleep(0, 'x')))\n")


@fresh_case
def modules_that_remember():
    same_as_script("import logging, warnings, atexit\nlogging.basicConfig(format='%(message)s')\nlogging.warning('logged')\nwarnings.warn('warned')\nwarnings.simplefilter('error')\ntry:\n    warnings.warn('raised')\nexcept UserWarning as e:\n    print(e)\natexit.register(logging.warning, 'at exit')\nprint(logging.root.handlers, warnings.filters[0][0], len(warnings.filters))\n")
    same_as_script("x = 1\nprint(x is 1)\nimport warnings\nprint(len(warnings.filters))\nwarnings.warn('w', DeprecationWarning)\n")
    same_as_script("import pickle, copyreg, collections, decimal\nprint(pickle.loads(pickle.dumps([collections.Counter('aab'), decimal.Decimal('1.5'), collections.OrderedDict(a=1)])))\n")
    same_as_script("import pickle, sys\nprint('decimal' in sys.modules)\nprint(pickle.loads(b'cdecimal\\nDecimal\\n(V1.5\\ntR.'), 'decimal' in sys.modules)\n")
    same_as_script("import datetime, sys\nprint('_strptime' in sys.modules, datetime.datetime.strptime('2020', '%Y'), '_strptime' in sys.modules)\nprint('é'.encode('cp1252'), 'encodings.cp1252' in sys.modules)\n")


@fresh_case
def preludes_import_as_the_example():
    one = run("import json\nprint('json' in sys.modules, 'ast' in sys.modules)\n", prelude=["import sys\nprint('json' in sys.modules)\n"])
    assert one.stdout == "False\nTrue False\n", (one.stdout, one.stderr)


@fresh_case
def modules_with_await_at_top_level():
    one = run("import sys\nasync def f(): return 1\nprint(await f(), 'asyncio' in sys.modules)\nimport asyncio\nprint(asyncio.get_running_loop().is_running(), asyncio.events._get_running_loop() is asyncio.get_running_loop())\n")
    assert one.stdout == "1 True\nTrue True\n", (one.stdout, one.stderr)


# Prompt


@case
def prompt_echo():
    code = "x = 5\nx\n'a'\nNone\nfor i in range(2):\n    i\n_ + 'b' if isinstance(_, str) else _\nprint('p')\n"
    one = run(code, *every(code), mode="prompt")
    assert one.stdout == "5\n'a'\n0\n1\n1\np\n", one.stdout


@case
def prompt_augmented():
    code = "x = 5\nx += 1\nx\n"
    one = run(code, *every(code), mode="prompt")
    assert one.stdout == "6\n" and one.only(2)["value"]["repr"] == "6"


@case
def prompt_goes_on():
    code = "1/0\nprint('on')\nundefined\nx = 1\nx\n"
    one = run(code, probe(code, "1/0", catches=True), probe(code, "x\n", number=2), mode="prompt")
    stops = [n["stopped"]["type"] for n in one.notes if isinstance(n, dict) and "stopped" in n]
    assert one.stdout == "on\n1\n" and stops == ["NameError"] and one.only()["raised"]["type"] == "ZeroDivisionError"
    assert one.stderr.count("Traceback") == 2 and one.finished and one.status == 0


@case
def prompt_values_and_echo():
    code = "[1, 2]\n"
    one = run(code, probe(code, "["), mode="prompt")
    assert one.printed() == ["[1, 2]\n"] and one.only()["value"]["repr"] == "[1, 2]"


@case
def prompt_value_that_cannot_be_shown():
    code = "class A:\n    def __repr__(self):\n        return 1 / 0\n\nA()\nprint('on')\n"
    for lines in (driver.pieces(code, "prompt"), []):
        one = driver.run_pieces(code, [probe(code, "A()", catches=True)], lines)
        assert one.stdout == "on\n" and one.only()["raised"]["type"] == "ZeroDivisionError" and one.only()["raised"]["line"] == 3
        assert one.stderr.startswith("Traceback") and one.stderr.endswith("ZeroDivisionError: division by zero\n"), one.stderr


@case
def prompt_several_ways_to_type():
    code = "x = 1; x + 1\n(\n    x\n    + 2\n)\nif x:\n    x\n    'nested'\n\nf'{x}' 'a'  # comment\n\"\"\"a\nb\"\"\"\n[1,\n2];\n"
    texts = ["(\n", "x\n    'n", "'nested'", "f'{", '"""a', "[1,"]
    one = run(code, *[probe(code, text, equals("3"), number=number) for number, text in enumerate(texts, 1)], mode="prompt")
    assert one.stdout.splitlines()[:5] == ["2", "3", "1", "'nested'", "'1a'"], one.stdout
    assert one.answer(1)["equal"] is True and one.only(2)["value"]["repr"] == "1" and one.only(6)["value"]["repr"] == "[1, 2]"


@case
def prompt_exceptions_of_examples_that_share_a_process():
    second = follower("def f():\n    return [][0]\nf()\n", number=2, mode="prompt")
    one = run("1/0\n", probe("1/0\n", "1/0", catches=True), mode="prompt", followers=[second])
    first, second = one.stderr.split("Traceback (most recent call last):\n")[1:]
    assert first.endswith("ZeroDivisionError: division by zero\n"), first
    assert 'File "<q1.2>", line 3, in <module>' in second and "return [][0]" in second, second


@case
def prompt_invalid_statement():
    code = "x = 1\nx = = 2\nx\nprint 'a'\n'end'\n"
    one = run(code, probe(code, "x = =", catches=True), probe(code, "x\n", number=2), mode="prompt")
    assert one.only()["raised"]["type"] == "SyntaxError" and one.only()["raised"]["line"] == 2
    assert one.stdout == "1\n'end'\n", (one.stdout, one.notes)
    # As at a prompt, with no frame of whoever found it.
    assert one.stderr.startswith('  File "<stdin>", line 2\n') and "Traceback" not in one.stderr and "verify" not in one.stderr, one.stderr


@case
def prompt_compile_errors():
    code = "x = 1\nreturn 5\nx\n"
    one = run(code, probe(code, "return", catches=True), mode="prompt")
    assert one.only()["raised"]["type"] == "SyntaxError" and one.stdout == "1\n"


@case
def prompt_await_and_future():
    code = "import asyncio\nfrom __future__ import annotations\nawait asyncio.sleep(0, 'slept')\ndef f(a: nope): pass\nf.__annotations__\n"
    one = run(code, *every(code), mode="prompt")
    assert one.stdout == "'slept'\n{'a': 'nope'}\n", (one.stdout, one.stderr)


@case
def prompt_exit():
    one = run("import sys\nprint(1)\nsys.exit(4)\nprint(2)\n", mode="prompt")
    assert one.stdout == "1\n" and one.status == 4 and one.note("stopped")["subject"] == "4"


@case
def prompt_decorators_and_warnings():
    code = "def d(f): return f\n@d\ndef g():\n    return 1\ng()\nx = 1\nx is 1\n"
    one = run(code, *every(code), mode="prompt")
    assert one.stdout == "1\nTrue\n" and one.stderr.count("SyntaxWarning") == 1, one.stderr


@case
def in_a_virtual_environment():
    if sys.prefix == sys.base_prefix:
        return  # tests/harness.rs runs this one in one
    same_as_script("import sys, only_here, importlib.util\nprint(only_here.where, sys.prefix, sys.base_prefix, sys.executable)\nprint([p for p in sys.path if 'site-packages' in p], importlib.util.find_spec('pip'))\nimport subprocess\nsubprocess.run([sys.executable, '-c', 'import only_here, sys; print(only_here.where, sys.prefix)'])\n")


@case
def empty():
    for mode in ("script", "prompt"):
        one = run("", whole(), mode=mode)
        assert one.finished and one.note("started") and len(one.of()) == 1


def parts(result):
    """The notes of each of the examples that shared a process, and what each printed."""
    found, notes, start = [], [], 0
    for note in result.notes:
        if isinstance(note, dict) and "ended" in note:
            end = note["ended"]["stdout"]
            found.append((notes, result.stdout.encode()[start:end].decode(), note["ended"]["status"]))
            notes, start = [], end
        else:
            notes.append(note)
    assert not notes, notes
    return found


@case
def shared_process_keeps_names_and_tells_examples_apart():
    first = "x = 1\ndef f():\n    return x / 0\nprint(x)\n"
    second = "x += 1\nprint('two', x)\nf()\nprint('never')\n"
    one = run(
        first,
        probe(first, "return", "value", number=0),
        followers=[
            follower(second, probe(second, "print", number=0), probe(second, "f()", number=1), number=2),
            follower("x\n1 / 0\nx + 1\n", probe("x\n", "x", equals("2"), number=0), number=3, mode="prompt"),
            follower("import sys\nprint('x' in globals(), __name__, sys.modules['__main__'].__dict__ is globals())", number=4, fresh=True),
        ],
    )
    (a, printed_a, status_a), (b, printed_b, status_b), (c, printed_c, status_c), (d, printed_d, status_d) = parts(one)
    assert (printed_a, printed_b, printed_c, printed_d) == ("1\n", "two 2\n", "2\n3\n", "False __main__ True\n"), (printed_a, printed_b, printed_c, printed_d)
    assert (status_a, status_b, status_c, status_d) == (0, 1, 0, 0)
    assert "finished" in a and "finished" in c and "finished" in d and "finished" not in b
    # What an earlier example left behind is called unobserved, and says where it stands.
    assert [note["seen"]["probe"] for note in b if "seen" in note] == [0, 1]
    (stopped,) = [note["stopped"] for note in b if "stopped" in note]
    assert stopped["type"] == "ZeroDivisionError" and 'File "<q1.1>", line 3, in f\n    return x / 0' in stopped["traceback"], stopped["traceback"]
    assert 'File "<q1.2>", line 3, in <module>\n    f()' in stopped["traceback"]
    (stopped,) = [note["stopped"] for note in c if "stopped" in note]
    assert stopped["line"] == 2
    assert all(len([note for note in part if isinstance(note, dict) and "started" in note]) == 1 for part in (a, b, c, d))


@case
def shared_process_with_await_threads_and_what_is_invalid():
    one = run(
        "import asyncio\nawait asyncio.sleep(0)\nlock = asyncio.Lock()\nprint('a')",
        followers=[
            follower("x = (", number=2),
            follower("async with lock:\n    print('b')\nasync def g(): return 5", number=3),
            follower("await g()", probe("await g()", "await", equals("5"), number=0), number=4, mode="prompt"),
            follower("import threading, time\ndef late():\n    time.sleep(0.2)\n    print('late')\nthreading.Thread(target=late).start()", whole(number=0), number=5),
            follower("import sys; sys.exit(3)", number=6),
            follower("open('a', 'w').close()", number=7),
            follower("open('a', 'w').close()", number=8),
        ],
    )
    found = parts(one)
    assert [printed for _, printed, _ in found] == ["a\n", "", "b\n", "5\n", "late\n", "", "", ""], found
    assert [status for _, _, status in found] == [0, 1, 0, 0, 0, 3, 0, 0]
    assert "invalid" in found[1][0][0], found[1]
    assert found[3][0][1]["seen"]["answers"][0]["equal"] is True
    assert [sum("did" in note for note in notes if isinstance(note, dict)) for notes, _, _ in found[-2:]] == [1, 1]


@case
def shared_process_that_ends_early():
    one = run("print('a')", followers=[follower("import os; os._exit(4)", number=2), follower("print('b')", number=3)])
    assert one.status == 4 and one.stdout == "a\n"
    assert [next(iter(note)) if isinstance(note, dict) else note for note in one.notes] == ["started", "finished", "ended", "started"]


def main(names):
    failed = 0
    chosen = [function for function in CASES if not names or function.__name__ in names]
    for function in chosen:
        try:
            function()
        except Exception:
            failed += 1
            sys.stdout.write(f"FAILED {function.__name__}\n{traceback.format_exc()}\n")
    for runner in driver.RUNNER:
        runner.communicate()
    sys.stdout.write(f"{sys.version.split()[0]}: {len(chosen)} cases, {failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
