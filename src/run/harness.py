"""Runs one example in a process of its own, as `python main.py` or a prompt would, and notes what it does.

The code objects are evaluated by the caller, so that no frame of the harness lies below the example's: the caller calls
`next` for the code of the next step, evaluates it in `namespace`, says `done` or `failed`, and after the last one `finish`,
whose result is the exit status. (Examples with `await` at top level are evaluated here: they live in an event loop anyway.)

Limits: the second interpreter of a `spawn` imports the example's file alone, without its preludes.
"""

import ast
import _thread
import atexit
import builtins
import functools
import gc
import linecache
import os
import sys
import time
import types
import warnings
from _frozen_importlib import BuiltinImporter
from _frozen_importlib_external import SourceFileLoader
from _signal import SIGINT, default_int_handler, signal
from _weakref import ref

import verify_forking
import verify_probes
import verify_seeing
from verify_activity import observer
from verify_imports import IMPORTS
from verify_instrumentation import Instrumentation
from verify_preload import preload
from verify_probes import State, failed
from verify_rehearsal import rehearse
from verify_seeing import (
    Looking, Notes, Output, clock, exit_code, exit_status, hold, raised, release, set_traceback, traceback_of, without_harness
)

AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
FUTURE = 0x1FF0000  # the flags of all `from __future__` imports
COROUTINE = 0x80
MISTAKES = 50  # statements of a session that may be invalid
LOCALS = ("locals", "vars", "eval", "exec", "dir(", "_getframe", "frame")  # words of examples that look at their own frames
COMPILING = (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError)  # what compiling text can raise
STRICT = [("error", None, Warning, None, 0)]

_NOTHING = {}
_eval = eval
_compile = compile
_excepthook = sys.excepthook
_run_atexit = atexit._run_exitfuncs
_at_exit = atexit._ncallbacks
_threads = _thread._count
_collect = gc.collect
_modules = sys.modules
_lines = linecache.cache
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

    def __init__(self, code=None, prelude=None, error=None, check=None, probes=()):
        self.code = code
        self.prelude = prelude  # its index, if it's a prelude
        self.error = error  # the exception of code that doesn't compile
        self.check = check  # compiles the text as it stands: says what the compiler warns of
        self.probes = probes  # of a line that doesn't compile


class Session:
    """An example, from its job to its exit status."""

    imports = IMPORTS
    preload = staticmethod(preload)
    rehearse = staticmethod(rehearse)
    forking = verify_forking
    late = {}  # parts of the harness that few examples need: their code, by their names
    type_modified = None  # tells the interpreter that the dictionary of a type has changed

    # What each starts with is made once, in the server: a process of an example lives in it alone.
    looking = Looking()
    quiet = Quiet()
    awaits = False
    loop = None
    kept = None
    step = None
    started = False
    stopped = None  # the exception that ended the example
    status = 0
    held = ()  # signals that wait while the example ends

    def __init__(self, job, folder, notes, stdout, stderr, written):
        """Makes this process the example's. Notes go to the descriptor `notes`; `stdout` and `stderr` are copies of its output's. `written`: its file is there."""
        self.job = job
        self.prompt = self.job["mode"] == "prompt"
        self.given = self.job.get("given", _NOTHING)
        self.notes = Notes(notes)
        self.output = Output(stdout, stderr)
        self.file = "<stdin>" if self.prompt else os.path.join(folder, "main.py")
        self.files = {prelude["filename"]: prelude["filename"] for prelude in self.job["prelude"]}
        self.files[self.file] = self.job["filename"]
        self.state = State(self.notes, self.output, self.looking, self.files)
        self.steps = iter(())
        self.written = written  # only `spawn` needs it: tracebacks and `inspect` find the lines in memory
        self.namespace = self._namespace(folder)
        if "clock" in self.given or "clock_ahead" in self.job:
            self._set_clock(self.given.get("clock"), self.job.get("clock_ahead", 0))
        self.audit = observer(self.notes, self.looking, folder, ["main.py"])
        self.state.keeps_locals = any([word in self.job["code"] for word in LOCALS])
        try:
            with Strict():
                self.steps = self._steps(strict=True)
        except (*COMPILING, Warning):
            with IMPORTS.of_harness(), self.quiet:  # each warning is given once, when the code is about to run
                try:
                    self.steps = self._steps(strict=False)
                except COMPILING as error:
                    self.notes.write({"invalid": raised(error, None, self.files)})
                    self.status = 1
                    return
        if self.awaits:
            self._make_loop()
        # From here on nothing is imported but by the example.
        IMPORTS.watched = any(["audithook" in one["code"] for one in (self.job, *self.job["prelude"])])

    # What the caller uses.

    def next(self):
        """The code to evaluate next in `namespace`, `None` after the last."""
        while self.stopped is None:
            self.step = next(self.steps, None)
            if self.step is None:
                break
            if self.step.prelude is None and not self.started:
                self._start()
            if self.step.error is not None:
                self._not_compiled(self.step)
                continue
            if self.step.check is not None:
                self.step.check()
            code, self.step.code = self.step.code, None  # its constants are the example's alone
            if self.loop is None:
                return code
            self._run_in_loop(code)
        if not self.started and self.status == 0:
            self._start()
        return None

    def done(self):
        """The step ended."""
        self.state.claimed = None

    def failed(self, error):
        """The step raised."""
        set_traceback(error, without_harness(traceback_of(error), self.files))
        claimed, self.state.claimed = self.state.claimed is error, None
        if self.step.prelude is not None:
            with self.state.looking:
                self.notes.write({"prelude_raised": {"index": self.step.prelude, "raised": raised(error, traceback_of(error), self.files)}})
        elif self.prompt and not issubclass(type(error), SystemExit):
            if not claimed:
                self._note_stop(error)
            self._print(error)
        elif not (self.prompt and claimed):
            self.stopped = error

    def finish(self):
        """Ends the example as the interpreter ends a script. The status to exit with."""
        self.held = hold()
        if self.started:
            self._conclude()
        if self.loop is not None:
            self._close_loop()
        threading = _modules.get("threading")
        if _threads() or getattr(threading, "_threading_atexits", None):
            self._guarded(getattr(threading, "_shutdown", None))
        if _at_exit():
            self._guarded(_run_atexit)
        self._clear()
        if self.started:
            self._note_whole()
        for name in ("stdout", "stderr"):
            self._guarded(getattr(getattr(sys, name, None), "flush", None))
        return self.status

    # Before it runs.

    def _namespace(self, folder):
        """`__main__` as a script finds it."""
        module = _modules["__main__"] = types.ModuleType("__main__")
        main = module.__dict__
        if sys.version_info < (3, 14):
            main["__annotations__"] = {}
        main["__builtins__"] = builtins
        if self.prompt:
            main["__loader__"] = BuiltinImporter
            sys.argv = ["", *self.given.get("args", ())]
            sys.path.insert(0, "")
            sys.ps1, sys.ps2 = ">>> ", "... "
        else:
            main.update(__loader__=SourceFileLoader("__main__", self.file), __file__=self.file, __cached__=None)
            sys.argv = ["main.py", *self.given.get("args", ())]
            sys.path.insert(0, folder)
        self._seed(self.file, self.job["code"])
        for prelude in self.job["prelude"]:
            self._seed(prelude["filename"], prelude["code"])
        if "variables" in self.given:
            os.environ.update(self.given["variables"])
            time.tzset()
        try:
            signal(SIGINT, default_int_handler)
        except ValueError:
            pass
        return main

    def _set_clock(self, which, ahead):
        """Puts another clock in the place of the system's; where none is given, one that is ahead by so many nanoseconds."""
        global clock
        loaded = {name: record.module for name, record in IMPORTS.hidden.items()}
        loaded.update(_modules)
        names = {"__name__": "verify_clock", "__builtins__": dict(builtins.__dict__)}
        names.update(verify_probes=verify_probes, verify_seeing=verify_seeing)
        _eval(_compile(self.late["clock"], "<verify_clock>", "exec", 0, True), names)
        clock = names["install"](which, ahead, loaded, self.type_modified) or clock

    def _seed(self, file, code):
        _lines[file] = (len(code), None, code.splitlines(keepends=True), file)

    def _steps(self, strict):
        """The preludes and the example. `strict`: the first mistake or warning of any of them is raised; else it's told of where it belongs."""
        self.strict, self.awaits = strict, False
        self.probes = Instrumentation(self.job["probes"], self.state)
        steps = self._example()
        return iter(self._preludes() + steps)

    def _preludes(self):
        steps = []
        for index, prelude in enumerate(self.job["prelude"]):
            try:
                code = self._code(prelude["code"], prelude["filename"], "exec")
                steps.append(Step(code, prelude=index))
            except COMPILING as error:
                if self.strict:
                    raise
                self.notes.write({"prelude_raised": {"index": index, "raised": raised(error, None, self.files)}})
        return steps

    def _example(self):
        if self.prompt:
            return self._lines()
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

    def _probed(self, tree, plain, flags):
        """The code of a session's line with the probes in it."""
        self.probes.instrument(tree, whole=True)
        try:
            return self.probes.finish(_compile(tree, self.file, "single", flags, True))
        except COMPILING:  # too many blocks in each other, with the probes' own
            self._cut_probes()
            return plain

    def _cut_probes(self):
        for probe in self.job["probes"]:
            if probe["line"] != 0:
                self.notes.write({"cut": {"probe": probe["number"]}})

    def _warn(self, source, how, flags):
        """Compiles it once more, for the warnings."""
        try:
            _compile(source, self.file, how, flags, True)
        except (*COMPILING, Warning):
            pass  # the example can't have made warnings errors yet, but a prelude can

    def _lines(self):
        """A session's steps: one for what was typed in one go."""
        steps, flags, before = [], 0, self.quiet.warned
        chunks = self._chunks()
        parsing_warned = self.quiet.warned != before  # of which line, isn't known here
        for source in chunks:
            if isinstance(source, tuple):
                line, error = source
                steps.append(Step(error=error, probes=[probe for probe in self.job["probes"] if probe["line"] == line]))
                continue
            tree, before = ast.Interactive(source), self.quiet.warned
            try:
                plain = self._code(tree, self.file, "single", flags)
            except COMPILING as error:
                if self.strict:
                    raise
                line = source[0].lineno
                steps.append(Step(error=error, probes=[probe for probe in self.job["probes"] if probe["line"] == line]))
                continue
            flags |= plain.co_flags & FUTURE
            now = flags | (AWAIT if plain.co_flags & COROUTINE else 0)
            code = self._probed(tree, plain, now)
            warned = self.quiet.warned != before or parsing_warned
            check = functools.partial(self._warn_line, source[0], source[-1].end_lineno, now) if warned else None
            steps.append(Step(code, check=check))
        return steps

    def _warn_line(self, first, last, flags):
        """Compiles a line of a session once more, for the warnings."""
        start = min([first.lineno] + [one.lineno for one in getattr(first, "decorator_list", ())])
        try:
            tree = ast.Interactive(self._parse(self.lines, start - 1, last))
        except (*COMPILING, Warning):
            return
        self._warn(tree, "single", flags)

    def _chunks(self):
        """The session's statements by the line they were typed on; `(line, error)` for what isn't valid."""
        lines = self.lines = self.job["code"].splitlines(keepends=True)
        chunks, start, mistakes = [], 0, 0
        while start < len(lines):
            try:
                body = self._parse(lines, start, len(lines))
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
                    return first, self._parse(lines, start, first)
                except SyntaxError:
                    pass
        return start, []

    def _starts(self, line):
        return line[:1] not in (" ", "\t", "\n", "\r", "#", ")", "]", "}") and not line.startswith(("else", "elif", "except", "finally"))

    def _parse(self, lines, start, end):
        text = "\n" * start + "".join(lines[start:end])
        return _compile(text, self.file, "exec", ast.PyCF_ONLY_AST | AWAIT, True).body

    # While it runs.

    def _start(self):
        self.started = True
        try:
            sys.addaudithook(self.audit)
        except Exception:
            pass  # a hook of what runs before the example forbids it
        # What runs before it may have printed something.
        self.begin = [self.output.offset(0), self.output.offset(1)] if self.job["prelude"] or self.awaits else [0, 0]
        self.clock = clock()
        self.notes.write({"started": {"stdout": self.begin[0], "stderr": self.begin[1]}})

    def _not_compiled(self, step):
        """A line of a session that isn't valid Python: said as at a prompt, and the session goes on."""
        before = [self.output.offset(0), self.output.offset(1)]
        self._print(step.error)
        told = raised(step.error, None, self.files)
        for probe in step.probes:
            answers = [failed("it raised first") for _ in probe["queries"]]
            after = self.output.offset(0), self.output.offset(1)
            observation = {"probe": probe["number"], "stdout": [before[0], after[0]], "stderr": [before[1], after[1]], "seconds": 0.0}
            observation.update(raised=told, value=None, answers=answers)
            self.notes.write({"seen": observation})
        if not any(probe["catches"] for probe in step.probes):
            self.notes.write({"stopped": told})

    def _note_stop(self, error):
        with self.state.looking:
            self.notes.write({"stopped": raised(error, traceback_of(error), self.files)})

    def _print(self, error):
        """Prints an exception that nobody handled, as the interpreter does."""
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, traceback_of(error)
        if sys.version_info >= (3, 12):
            sys.last_exc = error
        if self.written and sys.version_info >= (3, 13):
            _lines.pop(self.file, None)  # the interpreter reads the file, and imports what that takes
        hook = getattr(sys, "excepthook", None) or _excepthook
        try:
            hook(type(error), error, traceback_of(error))
        except SystemExit as leaving:
            self.status = exit_status(leaving)
        except BaseException as problem:
            for one in (problem, error):
                self._guarded(lambda one=one: _excepthook(type(one), one, traceback_of(one)))

    def _conclude(self):
        """Says how the example ended."""
        error = self.stopped
        self.told = None
        if error is None:
            self.notes.write("finished")
        else:
            with self.state.looking:
                self.told = raised(error, traceback_of(error), self.files)
            claimed = any([probe.catches for probe in self.probes.whole])
            self.notes.write("finished" if claimed else {"stopped": self.told})
            if issubclass(type(error), SystemExit):
                self.status = exit_status(error)
                code = exit_code(error)
                if code is not None and not issubclass(type(code), int):
                    self._guarded(lambda: print(code, file=sys.stderr))
            else:
                self.status = 1
                self._print(error)
            if claimed:
                self.status = 0
        with self.state.looking:
            self.answers = [probe.final_answers(self.namespace) for probe in self.probes.whole]
        self.stopped = error = None

    def _note_whole(self):
        """Notes the probes of the example as a whole, with all that its threads and exit handlers printed."""
        for probe, answers in zip(self.probes.whole, self.answers):
            observation = {
                "probe": probe.number,
                "stdout": [self.begin[0], self.output.offset(0)],
                "stderr": [self.begin[1], self.output.offset(1)],
                "seconds": clock() - self.clock,
                "raised": self.told,
                "value": None,
                "answers": answers,
            }
            self.notes.write({"seen": observation})

    # Event loop.

    def _make_loop(self):
        import asyncio  # in sight of the example, as under `python -m asyncio`

        self.asyncio = asyncio
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)

    def _run_in_loop(self, code):
        async def run():
            result = _eval(code, self.namespace)
            if code.co_flags & COROUTINE:
                await result

        try:
            self.loop.run_until_complete(run())
        except BaseException as error:
            self.failed(error)
        else:
            self.done()

    def _close_loop(self):
        """Ends what still runs in the loop, as `asyncio.run` does."""
        loop, asyncio = self.loop, self.asyncio
        try:
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            if tasks:
                loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            for task in tasks:
                if not task.cancelled() and task.exception() is not None:
                    context = {"message": "unhandled exception during asyncio.run() shutdown", "exception": task.exception(), "task": task}
                    loop.call_exception_handler(context)
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
            asyncio.set_event_loop(None)
            loop.close()
        except BaseException as error:
            self._guarded(lambda: _excepthook(type(error), error, traceback_of(error)))

    # After it ran.

    def _clear(self):
        """Lets go of the example's objects in the order in which the interpreter does it: their finalisers may print."""
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            sys.__dict__.pop(name, None)
        builtins.__dict__.pop("_", None)
        namespace, self.namespace, self.step = self.namespace, None, None
        main = ref(_modules.pop("__main__", None) or self)
        del namespace
        self._guarded(_collect)
        if main() is self or main() is None:
            return
        names = [name for name in main().__dict__ if type(name) is str and name != "__builtins__"]
        for name in [name for name in names if name[:1] == "_" and name[1:2] != "_"] + names:
            main().__dict__[name] = None
        self._guarded(_collect)

    def _guarded(self, function):
        """Calls what belongs to the example's end; what it raises is printed, and ends nothing."""
        if function is None:
            return
        try:
            held = release(self.held)
            try:
                function()
            finally:
                release(held)
        except BaseException as error:
            try:
                _excepthook(type(error), error, traceback_of(error))
            except BaseException:
                pass


def _folded(code):
    """The constants that the compiler made of others, in a code object and those inside of it."""
    found = []
    for constant in code.co_consts:
        if type(constant) is types.CodeType:
            found += _folded(constant)
        elif type(constant) in (tuple, frozenset):
            found.append(constant)
    return found


for _name in ("LD_LIBRARY_PATH", "PYTHONHOME"):  # the server's own need
    os.environ.pop(_name, None)
verify_forking.settle()
IMPORTS.end()
