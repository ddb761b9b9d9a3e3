"""Peers that are plugins of pytest. The first argument says which one."""

import os
import sys

import found
import pytest


class Recorder:
    """Tells what came of each item."""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item):
        with found.limited():
            yield

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = (yield).get_result()
        if report.when == "call" or (report.when == "setup" and not report.passed):
            outcome = "skipped" if report.skipped or hasattr(report, "wasxfail") else report.outcome
            why = "" if outcome == "passed" else report.longreprtext
            for row in places(item, outcome, why, call.excinfo):
                found.row(document(item), *row)


def document(item):
    callspec = getattr(item, "callspec", None)
    return callspec.params["example"].path if callspec else item.path


def places(item, outcome, why, error):
    """The examples of an item, each with its outcome."""
    kind = type(item).__name__
    if kind == "DoctestItem":
        return statements(item.dtest, outcome, why, error)
    if kind == "SybilItem":
        return [sybil(item.example, outcome, why)]
    if kind == "MarkdownInlinePythonItem":
        first = item.test_definition.start_line + 1
        return [(first, max(first, item.test_definition.source.count("\n")), outcome, why, "block", False)]
    if kind == "TestBlock":
        first = item.obj.lineno + 1
        last = first + item.obj.code.count("\n") - 1
        return [(first, last, outcome, why, "block", False)] if item.obj.syntax == "python" else []
    if kind == "IPyNbCell":
        row = cell(item, outcome, why)
        return [row] if row[0] else []
    example = item.callspec.params["example"]
    return [(example.start_line + 1, example.end_line, outcome, why, "block", False)]


def statements(test, outcome, why, error):
    """The statements of a doctest: those that failed, those behind one that stopped it, and the others."""
    import doctest

    failures = getattr(error.value, "failures", [error.value]) if error else []
    failed = {id(failure.example): failure for failure in failures if hasattr(failure, "example")}
    rows = []
    for example in test.examples:
        first = (test.lineno or 0) + example.lineno + 1
        last = first + example.source.count("\n") + example.want.count("\n") - 1
        state, reason = outcome, why
        if example.options.get(doctest.SKIP):
            state, reason = "skipped", "+SKIP"
        elif id(example) in failed:
            state, reason = "failed", getattr(failed[id(example)], "got", repr(failed[id(example)]))
        elif failed and outcome == "failed":
            state, reason = "passed", ""
        rows.append((first, last, state, reason, "statement", bool(example.want), example.source.split("\n")[0], example.want.split("\n")[0]))
    return rows


def sybil(example, outcome, why):
    import doctest

    text = example.document.text
    first = text.count("\n", 0, example.start) + 1
    if isinstance(example.parsed, doctest.Example):
        last = first + example.parsed.source.count("\n") + example.parsed.want.count("\n") - 1
        return first, last, outcome, why, "statement", bool(example.parsed.want), example.parsed.source.split("\n")[0], example.parsed.want.split("\n")[0]
    return first, first + text[example.start : example.end].rstrip().count("\n"), outcome, why, "block", False


def cell(item, outcome, why):
    """A cell's lines in the file: those of its source."""
    import json
    import re

    path = str(item.path)
    if path not in CELLS:
        text, at, cells = open(path, encoding="utf-8").read(), 0, []
        for known in item.parent.nb.cells:
            lines = known.source.splitlines()
            first = last = None
            for line in filter(str.strip, lines):
                # A file is written with or without escapes for what isn't ASCII.
                forms = [json.dumps(line)[1:-1], json.dumps(line, ensure_ascii=False)[1:-1]]
                # A whole line: the text of another cell may have it within a longer one.
                whole = re.compile('(?:"|\\\\n)(' + "|".join(map(re.escape, forms)) + ')(?="|\\\\n|\\\\r)')
                if match := whole.search(text, at):
                    position = match.start(1)
                    at = match.end()
                    last = text.count("\n", 0, position) + 1
                    first = first or last
            if known.cell_type == "code":
                cells.append((first, last))
        CELLS[path] = cells
    first, last = CELLS[path][item.cell_num]
    return first, last, outcome, why, "block", False


CELLS = {}
PLAIN = ["-q", "-p", "no:cacheprovider", "--noconftest", "--import-mode=importlib", "--continue-on-collection-errors"]
# Only the plugin of the peer is loaded, so that each is as its own users have it.
CALLS = {
    "pytest-doctestplus": ["pytest_doctestplus.plugin", "--doctest-plus", "--doctest-continue-on-failure", *(f"--doctest-glob=*.{ending}" for ending in ("rst", "txt", "md"))],
    "pytest-markdown-docs": ["pytest_markdown_docs.plugin", "--markdown-docs"],
    "pytest-codeblocks": ["pytest_codeblocks.plugin", "--codeblocks"],
    "pytest-examples": ["pytest_examples"],
    "nbval": ["nbval.plugin", "--nbval", "--nbval-cell-timeout=60"],
}


def main(peer, documents):
    plugins = [Recorder()]
    arguments = [*PLAIN, "--rootdir=/tmp/scratch", "-c", "/dev/null"]
    if peer == "sybil":
        plugins.append(Sybils())
        arguments += ["-p", "no:doctest"]
    else:
        plugin, *options = CALLS[peer]
        arguments += ["-p", plugin, *options]
    if peer == "pytest-examples":
        test = "/tmp/scratch/test_examples.py"
        with open(test, "w", encoding="utf-8") as file:
            file.write(EXAMPLES.format(documents=documents))
        documents = [test]
    pytest.main([*arguments, *documents], plugins=plugins)


EXAMPLES = """
import pytest
from pytest_examples import find_examples

@pytest.mark.parametrize("example", find_examples(*{documents!r}), ids=str)
def test_example(example, eval_example):
    try:
        eval_example.run_print_check(example)
    except BaseException as error:
        failure = " ".join(str(error).split()) or type(error).__name__
    else:
        return
    pytest.fail(failure, pytrace=False)
"""


class Sybils:
    """The parsers that sybil's documentation names for each format."""

    def __init__(self):
        import doctest

        from sybil import Sybil
        from sybil.parsers import markdown, myst, rest

        options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        in_rest = [rest.DocTestParser(options), rest.PythonCodeBlockParser(), rest.SkipParser(), rest.ClearNamespaceParser()]
        in_myst = [myst.PythonCodeBlockParser(doctest_optionflags=options), myst.SkipParser(), myst.ClearNamespaceParser()]
        if os.environ.get("PEERS_MARKDOWN") == "markdown":
            in_myst = [markdown.PythonCodeBlockParser(doctest_optionflags=options), markdown.SkipParser(), markdown.ClearNamespaceParser()]
        sybils = [Sybil(parsers=in_rest, path="/", patterns=["*.rst", "*.txt"]), Sybil(parsers=in_myst, path="/", patterns=["*.md"])]
        from sybil.integration.pytest import pytest_integration

        self.pytest_collect_file = pytest_integration(*sybils)


os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
main(sys.argv[1], sys.argv[2:])
