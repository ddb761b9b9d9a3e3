"""The standard library's doctest: docstrings of modules, and files as text. Each document has a process of its own."""

import doctest
import importlib
import io
import json
import os
import sys

import found

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Runner(doctest.DocTestRunner):
    """Notes what came of each statement."""

    def __init__(self):
        super().__init__(optionflags=OPTIONS)
        self.failed = {}
        self.ran = set()

    def report_start(self, out, test, example):
        self.ran.add(id(example))

    def report_failure(self, out, test, example, got):
        self.failed[id(example)] = f"got {got!r}"

    def report_unexpected_exception(self, out, test, example, exc_info):
        self.failed[id(example)] = f"raised {exc_info[0].__name__}: {exc_info[1]}"


def tests(path):
    """The tests of a document."""
    if path.endswith(".py"):
        module = importlib.import_module(found.module_name(path))
        return doctest.DocTestFinder(exclude_empty=True).find(module)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return [doctest.DocTestParser().get_doctest(text, {"__name__": "__main__"}, os.path.basename(path), path, 0)]


def check(path):
    rows = []
    for test in tests(path):
        runner = Runner()
        with found.limited():
            runner.run(test, out=io.StringIO().write, clear_globs=False)
        for example in test.examples:
            first = (test.lineno or 0) + example.lineno + 1
            last = first + example.source.count("\n") + example.want.count("\n") - 1
            why = runner.failed.get(id(example), "")
            outcome = "failed" if why else "passed" if id(example) in runner.ran else "skipped"
            rows.append((first, last, outcome, why, "statement", bool(example.want), example.source.split("\n")[0], example.want.split("\n")[0]))
    return rows


def apart(path):
    """Checks a document in a fork, so that it can't change another one's interpreter."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            rows = check(path)
            with os.fdopen(writing, "w", encoding="utf-8") as out:
                json.dump(rows, out)
            status = 0
        except BaseException as error:
            print(f"{path}: {type(error).__name__}: {error}", file=sys.stderr)
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as text:
        got = text.read()
    os.waitpid(child, 0)
    for row in json.loads(got) if got else []:
        found.row(path, *row)


if __name__ == "__main__":
    for document in sys.argv[1:]:
        apart(document)
