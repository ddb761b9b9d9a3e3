"""Runs examples with the harness as the binary does it, in forks of a plain interpreter, and gives what was noted."""

import builtins
import gc
import json
import os
import shutil
import signal
import sys
import tempfile
import types

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "run")
PARTS = [("verify_seeing", "harness/seeing.py"), ("verify_evaluation", "harness/evaluation.py"), ("verify_probes", "harness/probes.py"), ("verify_harness", "harness.py")]


def load():
    """The harness's last module; nothing of it stays in `sys.modules`."""
    for name, path in PARTS:
        module = types.ModuleType(name)
        module.__dict__["__builtins__"] = dict(builtins.__dict__)
        sys.modules[name] = module
        with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
            code = compile(file.read(), f"<{name}>", "exec", 0, True)
        eval(code, module.__dict__)
    for name, _ in PARTS:
        del sys.modules[name]
    return module


class Result:
    """What an example left: its output, its notes and its status."""

    def __init__(self, stdout, stderr, notes, status):
        self.stdout, self.stderr, self.notes, self.status = stdout, stderr, notes, status
        self.seen = [note["seen"] for note in notes if isinstance(note, dict) and "seen" in note]

    def note(self, name):
        """The contents of the only note of that name, or `None`."""
        found = [note[name] for note in notes_of(self.notes) if name in note]
        assert len(found) <= 1, found
        return found[0] if found else None

    def of(self, number=1):
        """The observations of a probe."""
        return [one for one in self.seen if one["probe"] == number]

    def only(self, number=1):
        (one,) = self.of(number)
        return one

    def answer(self, number=1, index=0):
        return self.only(number)["answers"][index]

    def printed(self, number=1):
        return [self.stdout.encode()[one["stdout"][0] : one["stdout"][1]].decode() for one in self.of(number)]

    @property
    def finished(self):
        return "finished" in self.notes


def notes_of(notes):
    return [note for note in notes if isinstance(note, dict)]


def probe(code, text, *queries, number=1, catches=False, nth=0):
    """A probe at the nth place where the text stands in the code."""
    start = -1
    for _ in range(nth + 1):
        start = code.index(text, start + 1)
    line = code.count("\n", 0, start) + 1
    column = len(code[code.rfind("\n", 0, start) + 1 : start].encode())
    queries = [query if isinstance(query, dict) else {"subject": query, "equals": None} for query in queries]
    return {"number": number, "line": line, "column": column, "catches": catches, "queries": queries}


def whole(*queries, number=1, catches=False):
    """A probe of the example as a whole."""
    return {"number": number, "line": 0, "column": 0, "catches": catches, "queries": list(queries)}


def equals(text, subject="value"):
    return {"subject": subject, "equals": text}


def run(code, *probes, mode="script", prelude=(), seconds=20):
    """Runs an example."""
    job = {"number": 1, "filename": "<q1.1>", "code": code, "mode": mode, "prelude": [{"filename": f"<q0.{i}>", "code": one} for i, one in enumerate(prelude)]}
    job.update(probes=list(probes), limits={"time": {"secs": 10, "nanos": 0}, "memory": 1 << 31, "output": 1 << 20, "processes": 64}, preload=[])
    files = [os.memfd_create(name) for name in ("stdout", "stderr")]
    for file in files:
        import fcntl

        fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
    reading, writing = os.pipe()
    folder = tempfile.mkdtemp()
    process = os.fork()
    if process == 0:
        status = 70
        try:
            os.close(reading)
            status = child(json.dumps(job), files, writing, folder, seconds)
        except BaseException:
            import traceback

            os.write(writing, ("harness: " + traceback.format_exc()).encode())
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        lines = pipe.read().splitlines()
    _, status = os.waitpid(process, 0)
    shutil.rmtree(folder, ignore_errors=True)
    texts = []
    for file in files:
        size = os.fstat(file).st_size
        texts.append(os.pread(file, size, 0).decode(errors="replace"))
        os.close(file)
    try:
        notes = [json.loads(line) for line in lines]
    except ValueError:
        raise AssertionError("unreadable notes: " + "\n".join(lines)) from None
    return Result(texts[0], texts[1], notes, os.waitstatus_to_exitcode(status))


def child(job, files, writing, folder, seconds):
    signal.alarm(seconds)
    high = 900
    os.dup2(writing, high)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(files[0], 1)
    os.dup2(files[1], 2)
    os.closerange(3, high)
    os.chdir(folder)
    sys.stdin = open(0, closefd=False)
    sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)
    sys.stderr = sys.__stderr__ = open(2, "w", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(write_through=True)
    del sys.path[0]
    session = HARNESS.Session(job, high)
    evaluate = eval
    while True:
        code = session.next()
        if code is None:
            break
        try:
            evaluate(code, session.namespace)
        except BaseException as error:
            del code
            session.failed(error)
        else:
            del code
            session.done()
    return session.finish()


HARNESS = load()
gc.freeze()
