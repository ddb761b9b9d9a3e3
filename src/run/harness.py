"""Runs an example in a process of its own, as `python main.py` or a prompt would, and notes what it does.

The code objects are evaluated by the caller, so that no frame of the harness lies below the example's: the caller calls
`next` for the code of the next step, evaluates it in `namespace`, says `done` or `failed`, and after the last one `finish`,
whose result is the exit status. (Examples with `await` at top level are evaluated here: they live in an event loop anyway.)

Several examples may share a process: then `follow` makes the next one of them the session's, and `finish` comes after the last.

Limits: the second interpreter of a `spawn` imports the example's file alone, without its preludes.
"""

import _thread
import atexit
import builtins
import gc
import linecache
import os
import sys
import time
import types
from _frozen_importlib import BuiltinImporter
from _frozen_importlib_external import SourceFileLoader
from _weakref import ref
from marshal import loads as _unmarshalled

import verify_forking
import verify_probes
import verify_seeing
from verify_activity import observer
from verify_imports import IMPORTS
from verify_loop import Loop
from verify_preload import keep_trial, preload
from verify_namespaces import Namespaces
from verify_probes import State, failed
from verify_rehearsal import rehearse
from verify_raised import exit_code, exit_status, leaves, print_traceback, raised, set_traceback, traceback_of, without_harness
from verify_seeing import Looking, Notes, Output, clock, hold, release
from verify_steps import COMPILING, LOCALS, Compiler
from verify_surroundings import surround

_NOTHING = {}
_eval = eval
_excepthook = sys.excepthook
_run_atexit = atexit._run_exitfuncs
_at_exit = atexit._ncallbacks
_threads = _thread._count
_collect = gc.collect
_modules = sys.modules
_lines = linecache.cache


class Session:
    """An example, from its job to its exit status."""

    imports = IMPORTS
    preload, keep_trial = staticmethod(preload), staticmethod(keep_trial)
    rehearse = staticmethod(rehearse)
    forking = verify_forking
    late = {}  # parts of the harness that few examples need: their marshalled code, by their names
    type_modified = None  # tells the interpreter that the dictionary of a type has changed

    # What each starts with is made once, in the server: a process of an example lives in it alone.
    looking = Looking()
    notes = IMPORTS.notes = Notes()
    output = Output()
    folder = None  # the working folder for which the next ones are there
    script = None  # the example's file
    loader = None  # its loader
    audit = None  # sees what the example does
    forget = None  # has it see all anew
    loop = None
    held = ()  # signals that wait while the example ends

    def __init__(self, job, folder, notes, stdout, stderr, written):
        """Makes this process the example's. Notes go to the descriptor `notes`; `stdout` and `stderr` are copies of its output's. `written`: its file is there."""
        self.given = job.get("given", _NOTHING)
        self.shared, self.family = job.get("shared", False), job.get("family", False)
        if self.folder != folder:
            self._prepare(folder)
        self.notes.open(notes)
        self.output.open(stdout, stderr)
        self.files = {}
        self.written = written  # only `spawn` needs it: tracebacks and `inspect` find the lines in memory
        surround(job, self.given, self.folder)
        self.namespace = self._namespace(job)
        if "clock" in self.given or "clock_ahead" in job:
            self._set_clock(self.given.get("clock"), job.get("clock_ahead", 0))
        self._take(job)

    @classmethod
    def _prepare(cls, folder):
        """Makes what all examples in a working folder share: in the server, where that rehearses."""
        cls.folder, cls.script = folder, os.path.join(folder, "main.py")
        cls.loader = SourceFileLoader("__main__", cls.script)
        audit, forget = observer(cls.notes, cls.looking, folder, ["main.py"])
        cls.audit, cls.forget = staticmethod(audit), staticmethod(forget)

    # What the caller uses.

    def next(self):
        """The code to evaluate next in `namespace`, `None` after the last."""
        while self.stopped is None:
            self.step = next(self.preludes, None) or next(self.steps, None)
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
            if self.step.around:
                try:
                    self._begin()
                except BaseException as error:  # of a signal handler
                    self.failed(error)
                    continue
            if not self.awaits:
                return code
            self._run_in_loop(code)
        if not self.started and self.status == 0:
            self._start()
        return None

    def prelude(self):
        """The code of the next prelude, `None` behind the last: those that begin in copies of the process find it as these have left it."""
        self.step = next(self.preludes, None)
        return self.step and self.step.code

    def done(self, value=None):
        """The step ended; an expression has this value."""
        if self.step.around:
            try:
                if self.step.looks:
                    self._show(value)
                self._end(None)
            except BaseException as error:
                self.failed(error)
                return
        self.state.claimed = None

    def failed(self, error):
        """The step raised."""
        self.told = None
        set_traceback(error, without_harness(traceback_of(error), self.files))
        if self.step.around:
            try:
                self._end(error)
            except BaseException as another:  # of a signal handler
                error = another
        claimed, self.state.claimed = self.state.claimed is error, None
        if self.step.prelude is not None:
            self.has_raised = True
            with self.state.looking:
                self.notes.write({"prelude_raised": {"index": self.step.prelude, "raised": raised(error, traceback_of(error), self.files)}})
        elif self.prompt and not leaves(error, self.files):
            if not claimed:
                self._note_stop(error)
                self.has_raised = True
            if not issubclass(type(error), SystemExit):
                self._print(error)
        elif not claimed:
            self.stopped = error

    def follow(self, job):
        """Ends the example, and begins another one in its process: with its names, or with a fresh namespace."""
        if not self.family:
            self._end_shared()
        if job["fresh"]:
            self.namespace = self._namespace(job)
        self.forget()
        self._take(job)

    def leaves_all(self, started):
        """Whether whoever continues the example, or is to begin behind its preludes where it hasn't `started`, may do so in a copy of its process:
        what it printed is written then."""
        self.output.offsets()
        return self.started is started and self.stopped is None and self.loop is None and not self.has_raised and not _threads()

    def copied(self):
        """Goes on in a copy of the process."""
        self.notes.open(self.notes.descriptor)

    def ended(self, status, used, seconds):
        """Says that a copy of its process has ended the example, with this status, and what all this used. `None`: there is nothing to end but the example itself.
        Where the copy has run it as well, in so many `seconds`."""
        if status is None:
            self._end_shared(used=used)
        elif seconds is None:
            self._note_ended(status, used=used)
        else:
            self._note_ended(status, used=used, seconds=seconds)

    def finish(self):
        """Ends the example as the interpreter ends a script. The status to exit with."""
        if self.shared and not self.family:
            self._end_shared()
            return 0
        self.held = hold()
        if self.started:
            self._conclude()
        if self.loop is not None:
            try:
                self.loop.close()
            except BaseException as error:
                self._guarded(lambda: _excepthook(type(error), error, traceback_of(error)))
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

    def _take(self, job):
        """Makes an example the session's."""
        self.job = job
        self.prompt = job["mode"] == "prompt"
        self.preludes, self.steps, self.step, self.awaits, self.probes, self.kept = iter(()), iter(()), None, False, None, None
        self.started, self.stopped, self.status, self.has_raised = False, None, 0, False
        self.taken = clock()
        self.file = self._file(job)
        for prelude in job["prelude"]:
            self.files[prelude["filename"]] = prelude["filename"]
            self._seed(prelude["filename"], prelude["code"])
        self.files[self.file] = job["filename"]
        self._seed(self.file, job["code"])
        self.state = State(self.notes, self.output, self.looking, self.files)
        self.state.at_prompt, self.state.keeps_locals = self.prompt, bool(LOCALS(job["code"]))
        try:
            if self.audit is None:
                with self.looking:  # the compiler looks for the file
                    compiler = Compiler(job, self.file, self.state)
            else:
                compiler = Compiler(job, self.file, self.state)
        except COMPILING as error:
            with self.looking:
                self.notes.write({"invalid": raised(error, None, self.files)})
            self.status = 1
            return
        self.preludes, self.steps = compiler.preludes, compiler.steps
        self.awaits, self.probes, self.kept, self.has_raised = compiler.awaits, compiler.probes, compiler.kept, compiler.has_raised
        if self.awaits and self.loop is None:
            self.loop = Loop()
        # From here on nothing is imported but by the example.
        IMPORTS.watched = IMPORTS.watched or any(["audithook" in one["code"] for one in (job, *job["prelude"])])

    def _file(self, job):
        """The name of the example's file. Those that share a process have names of their own, so that each line is known by its example."""
        if self.shared:
            return job["filename"]
        return "<stdin>" if job["mode"] == "prompt" else self.script

    def _namespace(self, job):
        """`__main__` as a script finds it."""
        module = _modules["__main__"] = types.ModuleType("__main__")
        main = module.__dict__
        if sys.version_info < (3, 14):
            main["__annotations__"] = {}
        main["__builtins__"] = builtins
        if job["mode"] == "prompt":
            main["__loader__"] = BuiltinImporter
        else:
            main.update(__loader__=self.loader, __file__=self.script, __cached__=None)
        return main

    def _set_clock(self, which, ahead):
        """Puts another clock in the place of the system's; where none is given, one that is ahead by so many nanoseconds."""
        global clock
        loaded = {name: record.module for name, record in IMPORTS.hidden.items()}
        loaded.update(_modules)
        names = {"__name__": "verify_clock", "__builtins__": dict(builtins.__dict__)}
        names.update(verify_probes=verify_probes, verify_seeing=verify_seeing)
        _eval(_unmarshalled(self.late["clock"]), names)
        clock = names["install"](which, ahead, loaded, self.type_modified) or clock

    def _seed(self, file, code):
        _lines[file] = (len(code), None, code.splitlines(keepends=True), file)

    # While it runs.

    def _start(self):
        self.started = True
        if self.audit is not None:
            try:
                sys.addaudithook(self.audit)
            except Exception:
                pass  # a hook of what runs before the example forbids it
            self.audit = None
        # What runs before it may have printed something.
        before = self.job["prelude"] or self.awaits or self.shared
        self.begin = self.output.offsets() if before else (0, 0)
        self.clock = clock()
        self.notes.write({"started": {"stdout": self.begin[0], "stderr": self.begin[1]}})

    def _begin(self):
        """Begins the passes of the probes around the step."""
        self.passes = []
        held = hold()
        try:
            for probe in self.step.around:
                this = probe.before()
                if this is not None:
                    self.passes.append((probe, this))
        finally:
            release(held)

    def _show(self, value):
        """Has the probes around the step look at its value, which a prompt shows then."""
        held = hold()
        try:
            namespaces = Namespaces.of((self.namespace, builtins.__dict__))
            for probe, this in self.passes:
                probe.evaluated(this, value, namespaces)
        finally:
            release(held)
        if self.prompt:
            sys.displayhook(value)

    def _end(self, error):
        """Ends the passes of the probes around the step."""
        held = hold()
        try:
            while self.passes:
                probe, this = self.passes.pop()
                self.told, announced = probe.after(this, error)
                if announced:
                    self.state.claimed = error
        finally:
            release(held)

    def _not_compiled(self, step):
        """A line of a session that isn't valid Python: said as at a prompt, and the session goes on."""
        before = self.output.offsets()
        set_traceback(step.error, None)  # it was found by the harness
        self._print(step.error)
        told = raised(step.error, None, self.files)
        for probe in step.probes:
            answers = [failed("it raised first") for _ in probe["queries"]]
            after = self.output.offsets()
            observation = {"probe": probe["number"], "stdout": [before[0], after[0]], "stderr": [before[1], after[1]], "seconds": 0.0}
            observation.update(raised=told, value=None, answers=answers)
            self.notes.write({"seen": observation})
        if not any(probe["catches"] for probe in step.probes):
            self.notes.write({"stopped": told})

    def _note_stop(self, error):
        with self.state.looking:
            self.told = self.told or raised(error, traceback_of(error), self.files)
            self.notes.write({"stopped": self.told})

    def _print(self, error):
        """Prints an exception that nobody handled, as the interpreter does."""
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, traceback_of(error)
        if sys.version_info >= (3, 12):
            sys.last_exc = error
        if self.written and not self.shared and sys.version_info >= (3, 13):
            _lines.pop(self.file, None)  # the interpreter reads the file, and imports what that takes
        hook = getattr(sys, "excepthook", None) or _excepthook
        try:
            if self.shared and hook is _excepthook and print_traceback(self.told or raised(error, traceback_of(error), self.files)):
                return
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
            stdout, stderr = self.output.offsets()
            observation = {
                "probe": probe.number,
                "stdout": [self.begin[0], stdout],
                "stderr": [self.begin[1], stderr],
                "seconds": clock() - self.clock,
                "raised": self.told,
                "value": None,
                "answers": answers,
            }
            self.notes.write({"seen": observation})

    def _end_shared(self, **more):
        """Ends an example that shares its process, and says how far it came; what it left running goes on unobserved."""
        self.held = hold()
        if self.started:
            self._conclude()
            if self.probes.whole and _threads():
                self._guarded(self._join)  # what is said of the whole is said of its threads, too
            self._note_whole()
        self._note_ended(self.status, **more)
        self._guarded(_nothing)  # signals that waited
        try:
            release(self.held)
        except BaseException:
            pass  # of one that came just now

    def _note_ended(self, status, **more):
        stdout, stderr = self.output.offsets()
        ended = {"status": status, "stdout": stdout, "stderr": stderr, "seconds": clock() - self.taken}
        ended.update(more)
        self.notes.write({"ended": ended})
        self.notes.written = 0
        if self.probes is not None:
            self.probes.end()

    def _join(self):
        threading = _modules["threading"]
        for thread in threading.enumerate():
            if not thread.daemon and thread is not threading.main_thread():
                thread.join()

    def _run_in_loop(self, code):
        try:
            value = self.loop.evaluate(code, self.namespace)
        except BaseException as error:
            self.failed(error)
        else:
            self.done(value)

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


def _nothing():
    pass


for _name in ("LD_LIBRARY_PATH", "PYTHONHOME"):  # the server's own need
    os.environ.pop(_name, None)
verify_forking.settle()
IMPORTS.end()
