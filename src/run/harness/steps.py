"""From a job to the steps of its run: its preludes, and the example as a whole or each line of a session, compiled with their probes."""

import ast
import functools
import re
import types
import warnings

from verify_imports import IMPORTS
from verify_instrumentation import Instrumentation
from verify_raised import raised

AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
FUTURE = 0x1FF0000  # the flags of all `from __future__` imports
COROUTINE = 0x80
MISTAKES = 50  # statements of a session that may be invalid
COMPILING = (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError)  # what compiling text can raise
STRICT = [("error", None, Warning, None, 0)]
LOCALS = re.compile(r"locals|vars|eval|exec|dir\(|frame").search  # words of examples that look at their own frames
WATCHING = re.compile("displayhook|stack|frame").search  # words of examples that could tell who shows a value

_compile = compile
_filters = warnings.filters  # the very list that the interpreter uses itself


class Strict:
    """While it's entered, the compiler raises what it would warn of."""

    def __enter__(self):
        self.kept, _filters[:] = _filters[:], STRICT

    def __exit__(self, kind, error, trace):
        _filters[:] = self.kept


class Quiet:
    """While it's entered, what the compiler warns of is counted, and shown to nobody. The module `warnings` must be in sight."""

    FILTERS = [("always", None, Warning, None, 0)]

    def __init__(self):
        self.warned = 0

    def __enter__(self):
        self.shown, self.filters = warnings._showwarnmsg, warnings.filters
        warnings._showwarnmsg, warnings.filters = self._count, self.FILTERS

    def __exit__(self, kind, error, trace):
        warnings._showwarnmsg, warnings.filters = self.shown, self.filters

    def _count(self, message):
        self.warned += 1


class Step:
    """Code to run: a prelude, the example, or one line of a session."""

    def __init__(self, code=None, prelude=None, error=None, check=None, probes=(), around=(), looks=False):
        self.code = code
        self.prelude = prelude  # its index, if it's a prelude
        self.error = error  # the exception of code that doesn't compile
        self.check = check  # compiles the text as it stands: says what the compiler warns of
        self.probes = probes  # of a line that doesn't compile
        self.around = around  # probes that whoever evaluates the code is to call
        self.looks = looks  # it's an expression, at whose value they are to look


class Compiler:
    """Compiles the code of a job: `preludes` and `steps` are what it gives."""

    quiet = Quiet()
    compiled = {}  # preludes, by their files' names and texts

    def __init__(self, job, file, state):
        self.job, self.file, self.state = job, file, state
        self.awaits = False  # some of it has `await` at top level
        self.kept = None  # what lives as long as the example
        self.has_raised = False  # a prelude isn't valid
        try:
            with Strict():
                self._all(strict=True)
                return
        except (*COMPILING, Warning):
            pass
        with IMPORTS.of_harness(), self.quiet:  # each warning is given once, when the code is about to run
            self._all(strict=False)

    def _all(self, strict):
        """The preludes and the example. `strict`: the first mistake or warning of any of them is raised; else it's told of where it belongs."""
        self.strict, self.awaits = strict, False
        self.probes = Instrumentation(self.job["probes"], self.state)
        self.steps = iter(self._example())
        self.preludes = iter(self._preludes())

    def _preludes(self):
        steps = []
        for index, prelude in enumerate(self.job["prelude"]):
            try:
                code = self._prelude(prelude)
                steps.append(Step(code, prelude=index))
            except COMPILING as error:
                if self.strict:
                    raise
                self.has_raised = True
                self.state.notes.write({"prelude_raised": {"index": index, "raised": raised(error, None, self.state.files)}})
        return steps

    def _prelude(self, prelude):
        """The code of a prelude; of one that other examples of the process had, too, the same."""
        key = prelude["filename"], prelude["code"]
        code = self.compiled.get(key)
        if code is None:
            code = self._code(prelude["code"], prelude["filename"], "exec")
            if not code.co_flags & COROUTINE:
                self.compiled[key] = code
        return code

    def _example(self):
        if self.job["mode"] == "prompt":
            return self._lines()
        if self.strict and self.job.get("pieces"):
            try:
                return self._statements()
            except SyntaxError:
                pass  # `await`, or not valid at all
        text = self.job["code"]
        before = self.quiet.warned
        tree = _compile(text, self.file, "exec", ast.PyCF_ONLY_AST, True)
        self.probes.instrument(tree)
        flags, code = 0, self._compiled(tree, 0)
        if code is None:
            flags, code = AWAIT, self._compiled(tree, AWAIT)
            self.awaits = code is not None
        if code is None:
            # The text's own mistake, or the probes' (too many blocks in each other).
            code = self._code(text, self.file, "exec")
            flags = AWAIT if code.co_flags & COROUTINE else 0
            self._cut_probes()
        # A script's syntax tree lives as long as it runs, with a reference to each constant; so does this one.
        self.kept = tree, _folded(code)
        check = None if self.quiet.warned == before else functools.partial(self._warn, text, "exec", flags)
        return [Step(code, check=check)]

    def _compiled(self, tree, flags):
        """The code of a script's tree with its probes; `None` where there is none."""
        try:
            return self.probes.finish(_compile(tree, self.file, "exec", flags, True))
        except COMPILING:
            return None

    def _code(self, source, file, how, flags=0):
        """Compiles, with `await` at top level if that's what it takes."""
        try:
            return _compile(source, file, how, flags, True)
        except SyntaxError as error:
            try:
                code = _compile(source, file, how, flags | AWAIT, True)
            except COMPILING:
                raise error from None
        self.awaits = self.awaits or bool(code.co_flags & COROUTINE)
        return code

    def _line(self, statements, flags):
        """The code of a session's line with its probes in it, and the flags that the line compiles with."""
        tree, first, last = ast.Interactive(statements), statements[0], statements[-1]
        if not self.probes.instrument(tree, whole=True):
            code = self._code(tree, self.file, "single", flags)
            return code, code.co_flags
        try:
            code = self.probes.finish(self._code(tree, self.file, "single", flags))
        except COMPILING:  # its own mistake, or too many blocks in each other, with the probes' own
            code = self._code(self._again(first, last), self.file, "single", flags)
            self._cut_probes()
        return code, code.co_flags

    def _again(self, first, last):
        """The tree of some statements of the session, parsed once more."""
        start = min([first.lineno] + [one.lineno for one in getattr(first, "decorator_list", ())])
        return ast.Interactive(self._parse(start - 1, last.end_lineno))

    def _cut_probes(self):
        for probe in self.job["probes"]:
            if probe["line"] != 0:
                self.state.notes.write({"cut": {"probe": probe["number"]}})

    def _warn(self, source, how, flags):
        """Compiles it once more, for the warnings."""
        try:
            _compile(source, self.file, how, flags, True)
        except (*COMPILING, Warning):
            pass  # the example can't have made warnings errors yet, but a prelude can

    def _lines(self):
        """A session's steps: one for what was typed in one go."""
        if self.strict and self.job.get("pieces") and not WATCHING(self.job["code"]):
            return self._typed()
        steps, flags, before = [], 0, self.quiet.warned
        chunks = self._chunks()
        parsing_warned = self.quiet.warned != before  # of which line, isn't known here
        for source in chunks:
            if isinstance(source, tuple):
                line, error = source
                steps.append(Step(error=error, probes=[probe for probe in self.job["probes"] if probe["line"] == line]))
                continue
            first, last, before = source[0], source[-1], self.quiet.warned
            try:
                code, plain = self._line(source, flags)
            except COMPILING as error:
                if self.strict:
                    raise
                line = first.lineno
                steps.append(Step(error=error, probes=[probe for probe in self.job["probes"] if probe["line"] == line]))
                continue
            flags |= plain & FUTURE
            now = flags | (AWAIT if plain & COROUTINE else 0)
            warned = self.quiet.warned != before or parsing_warned
            check = functools.partial(self._warn_line, first, last, now) if warned else None
            steps.append(Step(code, check=check))
        return steps

    def _typed(self):
        """The same, where it's known what was typed in one go: as at a prompt, each is compiled from its text. Only what is asked within a statement, or
        of more than its value, needs its syntax tree."""
        steps, flags = [], 0
        self.lines = self.job["code"].splitlines(keepends=True)
        for first, last, kind in self.job["pieces"]:
            probes = self.probes.between(first, last)
            if self._fit_around(probes, kind):
                try:
                    step = self._around(first, last, kind, probes, "single", flags)
                    flags |= step.code.co_flags & FUTURE
                    steps.append(step)
                    continue
                except SyntaxError:
                    pass  # `await`, or not valid at all
            code, plain = self._line(self._parse(first - 1, last), flags)
            flags |= plain & FUTURE
            steps.append(Step(code))
        return steps

    def _statements(self):
        """The steps of a script whose statements may run one by one: in the same way, those together that nobody looks at."""
        steps, pieces = [], []
        self.lines = self.job["code"].splitlines(keepends=True)
        for first, last, kind in self.job["pieces"]:
            probes = self.probes.between(first, last)
            if probes == [] and pieces and pieces[-1][-1] == []:
                first, *_ = pieces.pop()
            pieces.append((first, last, kind, probes))
        for first, last, kind, probes in pieces:
            if self._fit_around(probes, kind):
                steps.append(self._around(first, last, kind, probes, "exec", 0))
                continue
            tree = ast.Module(self._parse(first - 1, last), [])
            self.probes.instrument(tree)
            steps.append(Step(self.probes.finish(_compile(tree, self.file, "exec", 0, True))))
        return steps

    def _fit_around(self, probes, kind):
        """Whether nothing is asked of a piece but what whoever runs it can tell."""
        return probes is not None and all([kind != "other" and probe.fits_around() for probe in probes])

    def _around(self, first, last, kind, probes, how, flags):
        """The step of a piece, with its probes around it."""
        looks = kind == "value" and bool(probes)
        code = _compile(self._text(first - 1, last) + "\n", self.file, "eval" if looks else how, flags, True)
        return Step(code, around=probes, looks=looks)

    def _warn_line(self, first, last, flags):
        """Compiles a line of a session once more, for the warnings."""
        try:
            tree = self._again(first, last)
        except (*COMPILING, Warning):
            return
        self._warn(tree, "single", flags)

    def _chunks(self):
        """The session's statements by the line they were typed on; `(line, error)` for what isn't valid."""
        lines = self.lines = self.job["code"].splitlines(keepends=True)
        chunks, start, mistakes = [], 0, 0
        while start < len(lines):
            try:
                body = self._parse(start, len(lines))
                error = None
            except COMPILING as problem:
                if self.strict or mistakes == MISTAKES or not isinstance(problem, SyntaxError):
                    raise
                error, mistakes = problem, mistakes + 1
                broken = max(start, min((problem.lineno or start + 1), len(lines)) - 1)
                first, body = self._before(lines, start, broken)
            for statement in body:
                if chunks and isinstance(chunks[-1], list) and chunks[-1][-1].end_lineno == statement.lineno:
                    chunks[-1].append(statement)
                else:
                    chunks.append([statement])
            if error is None:
                break
            end = max(first, broken) + 1
            while end < len(lines) and not self._starts(lines[end]):
                end += 1
            chunks.append((first + 1, error))
            start = end
        return chunks

    def _before(self, lines, start, broken):
        """Where the invalid statement begins, and the statements before it."""
        for first in range(broken, start, -1):
            if self._starts(lines[first]):
                try:
                    return first, self._parse(start, first)
                except SyntaxError:
                    pass
        return start, []

    def _starts(self, line):
        return line[:1] not in (" ", "\t", "\n", "\r", "#", ")", "]", "}") and not line.startswith(("else", "elif", "except", "finally"))

    def _text(self, start, end):
        """Some lines of the example, at their place."""
        return "\n" * start + "".join(self.lines[start:end])

    def _parse(self, start, end):
        return _compile(self._text(start, end), self.file, "exec", ast.PyCF_ONLY_AST | AWAIT, True).body


def _folded(code):
    """The constants that the compiler made of others, in a code object and those inside of it."""
    found = []
    for constant in code.co_consts:
        if type(constant) is types.CodeType:
            found += _folded(constant)
        elif type(constant) in (tuple, frozenset):
            found.append(constant)
    return found
