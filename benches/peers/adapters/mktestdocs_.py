"""mktestdocs: each Python fence of a Markdown file by itself."""

import contextlib
import sys

import found
import mktestdocs


def places(text):
    """First and last line of the code of each fence, found as mktestdocs finds it."""
    places, opened = [], None
    for number, line in enumerate(text.split("\n"), 1):
        if "```" in line:
            if opened is None:
                opened = (number, line)
            else:
                if opened[1].lstrip()[3:] == "python":
                    places.append((opened[0] + 1, number - 1))
                opened = None
    return places


def check(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    blocks = mktestdocs.grab_code_blocks(text, lang="python")
    # It leaves out empty ones.
    lines = [(first, last) for first, last in places(text) if last >= first]
    for (first, last), code in zip(lines, blocks, strict=True):
        outcome, why = "passed", ""
        try:
            with contextlib.redirect_stdout(sys.stderr), found.limited():
                exec(code, {"__name__": "__main__"})
        except BaseException as error:
            outcome, why = "failed", repr(error)
        found.row(path, first, last, outcome, why)


found.each(check)
