"""Runs examples with the harness as the binary does it, in forks of a plain interpreter, and gives what was noted."""

import ast
import builtins
import fcntl
import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import types
import warnings

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "run")
PARTS = [(f"verify_{name}", f"harness/{name}.py") for name in ("environment", "effects", "filters", "imports", "forking", "seeing", "raised", "evaluation", "namespaces", "probes", "instrumentation", "steps", "loop", "activity", "surroundings", "shapes", "preload", "rehearsal")] + [("verify_harness", "harness.py")]


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

    def __init__(self, stdout, stderr, notes, status, folder):
        self.stdout, self.stderr, self.notes, self.status, self.folder = stdout, stderr, notes, status, folder
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


# The runner sets none of them but the time, by itself.
LIMITS = {
    "time": {"secs": 10, "nanos": 0},
    "memory": 1 << 31,
    "output": 1 << 20,
    "processes": 64,
    "cpu_time": {"secs": 10, "nanos": 0},
    "open_files": 1 << 10,
    "file_size": 1 << 30,
    "scratch_size": 1 << 30,
}


def run(code, *probes, mode="script", prelude=(), seconds=20, followers=(), same=True):
    """Runs an example, and behind it others in the same process. What can be run in pieces runs twice: it must be the same in pieces and as a whole, if
    two runs are at all the same."""
    lines = pieces(code, mode, prelude)
    known = run_pieces(code, probes, lines, mode, prelude, seconds, followers)
    if same and lines:
        unknown = run_pieces(code, probes, [], mode, prelude, seconds, followers)
        # How long an import took, and so whether it's told of, may differ.
        notes, others = ([note for note in result.notes if "loaded" not in note] for result in (known, unknown))
        for one, other in zip(timeless([known.stdout, known.stderr, *notes], known.folder), timeless([unknown.stdout, unknown.stderr, *others], unknown.folder)):
            assert one == other, f"\npieces: {one}\nwhole:  {other}"
        assert len(notes) == len(others), f"\npieces: {notes[-4:]}\nwhole:  {others[-4:]}"
    return known


def timeless(notes, folder):
    """The notes without seconds, addresses and the folder's name."""
    if isinstance(notes, dict):
        return {key: timeless(value, folder) for key, value in notes.items() if key != "seconds"}
    if isinstance(notes, list):
        return [timeless(note, folder) for note in notes]
    return re.sub("0x[0-9a-f]+", "0x", notes.replace(folder, "/folder")) if isinstance(notes, str) else notes


OTHER = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Delete, ast.ClassDef)
TELLING = re.search(r"TELLING: [^=]+= \[(.*?)\]", open(os.path.join(SOURCE, "..", "plan", "pieces.rs"), encoding="utf-8").read(), re.S)[1]
TELLING = {*re.findall(r"\w+", TELLING), "is", "global", "__future__"}


def pieces(code, mode, prelude=()):
    """The pieces of an example, as its plan has them (of a script, in rough outline)."""
    if mode == "script" and TELLING & set(re.findall(r"\w+", "\n".join([code, *prelude]))):
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = compile(code, "<pieces>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT).body
    except (SyntaxError, ValueError):
        return []
    if mode == "script" and any(isinstance(statement, ast.Expr) and isinstance(getattr(statement.value, "value", None), str) for statement in body):
        return []
    lines = []
    for statement in body:
        first = min([statement.lineno] + [one.lineno for one in getattr(statement, "decorator_list", ())])
        kind = "other" if isinstance(statement, OTHER) else "value" if isinstance(statement, ast.Expr) else "plain"
        if lines and lines[-1][1] >= first:
            lines[-1] = [lines[-1][0], statement.end_lineno, "other"]
        else:
            lines.append([first, statement.end_lineno, kind])
    return lines


def run_pieces(code, probes, lines, mode="prompt", prelude=(), seconds=20, followers=()):
    """The same, in these pieces."""
    job = {"number": 1, "filename": "<q1.1>", "code": code, "mode": mode, "prelude": [{"filename": f"<q0.{i}>", "code": one} for i, one in enumerate(prelude)]}
    job.update(probes=list(probes), pieces=lines, limits=LIMITS, preload=[])
    if followers:
        job["followers"] = list(followers)
    folder = tempfile.mkdtemp()
    try:
        status, texts, lines = (embedded if "VERIFY_RUNNER" in os.environ else forked)(json.dumps(job), folder, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        notes = [json.loads(line) for line in lines]
    except ValueError:
        raise AssertionError("unreadable notes: " + "\n".join(lines)) from None
    return Result(texts[0], texts[1], notes, status, folder)


def follower(code, *probes, number, mode="script", fresh=False):
    """An example that runs behind others."""
    return {"filename": f"<q1.{number}>", "code": code, "mode": mode, "prelude": [], "probes": list(probes), "fresh": fresh, "pieces": pieces(code, mode)}


def embedded(job, folder, seconds):
    """Runs it in the interpreter that the binary embeds (tests/harness.rs is the other end)."""
    work = os.path.join(folder, "work")
    os.mkdir(work)
    with open(os.path.join(folder, "job"), "w") as file:
        file.write(job)
    for name in ("stdout", "stderr", "notes"):
        open(os.path.join(folder, name), "w").close()
    if not RUNNER:
        variables = {"PYTHONHASHSEED": "0", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "RUST_MIN_STACK": str(64 << 20), "LANG": "C.UTF-8"}
        variables.update({name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ})
        variables.update(json.loads(os.environ["VERIFY_VARIABLES"]), VERIFY_EXECUTABLE=sys.executable)
        command = [os.environ["VERIFY_RUNNER"], "--exact", "runner", "--nocapture", "--test-threads=1"]
        RUNNER.append(subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    RUNNER[0].stdin.write(f"{seconds} {folder}\n")
    RUNNER[0].stdin.flush()
    for line in RUNNER[0].stdout:
        if line.startswith("status "):
            status = int(line.split()[1])
            break
    else:
        raise AssertionError("the runner ended")
    texts = []
    for name in ("stdout", "stderr", "notes"):
        with open(os.path.join(folder, name), "rb") as file:
            texts.append(file.read().decode(errors="replace"))
    return os.waitstatus_to_exitcode(status), texts[:2], texts[2].splitlines()


def forked(job, folder, seconds):
    """Runs it in a fork of this interpreter."""
    files = [os.memfd_create(name) for name in ("stdout", "stderr")]
    for file in files:
        fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
    reading, writing = os.pipe()
    HARNESS.verify_forking.before()
    process = os.fork()
    if process == 0:
        status = 70
        try:
            os.close(reading)
            status = child(job, files, writing, folder, seconds)
        except BaseException:
            os.write(writing, ("harness: " + traceback.format_exc()).encode())
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        lines = pipe.read().splitlines()
    _, status = os.waitpid(process, 0)
    texts = []
    for file in files:
        texts.append(os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace"))
        os.close(file)
    return os.waitstatus_to_exitcode(status), texts, lines


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
    with open("main.py", "w", encoding="utf-8") as file:
        file.write(json.loads(job)["code"])
    copies = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 700) for descriptor in (1, 2)]
    job = json.loads(job)
    followers = job.pop("followers", [])
    if followers:
        job["shared"] = True
    HARNESS.Session.forking.after()
    session = HARNESS.Session(job, folder, high, *copies, True)
    evaluate = eval
    while True:
        code = session.next()
        if code is None:
            if not followers:
                break
            session.follow(followers.pop(0))
            continue
        try:
            value = evaluate(code, session.namespace)
        except BaseException as error:
            del code
            session.failed(error)
        else:
            del code
            session.done(value)
            del value
    return session.finish()


RUNNER = []  # the process with the embedded interpreter, once it's needed
HARNESS = load()
gc.freeze()
