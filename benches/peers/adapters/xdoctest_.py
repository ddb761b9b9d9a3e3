"""xdoctest: docstrings of Python files and cells of notebooks, found without an import."""

import found
from xdoctest import core


def check(path):
    for example in core.parse_doctestables(path, style="auto", analysis="static"):
        outcome, why = "passed", ""
        try:
            with found.limited():
                summary = example.run(on_error="return", verbose=0)
            if summary.get("skipped"):
                outcome = "skipped"
            elif not summary["passed"]:
                outcome, why = "failed", repr((summary.get("exc_info") or [None, "?"])[1])
        except BaseException as error:
            outcome, why = "failed", repr(error)
        skipped = {id(part) for part in example._skipped_parts}
        for part in example._parts:
            first = example.lineno + part.line_offset
            last = first + len(part.exec_lines) + len(part.want_lines or []) - 1
            state = "skipped" if id(part) in skipped else outcome
            found.row(path, first, last, state, why, "statement", bool(part.want), part.exec_lines[0], (part.want or "").split("\n")[0])


found.each(check)
