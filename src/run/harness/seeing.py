"""What is seen of objects and output, and the notes that tell it.

Everything needed is bound here before an example runs: afterwards the example may replace or break any module, builtin
or stream. Nothing here raises because of an object of the example's: its `__repr__` may fail, never end a note.
"""

import builtins
import os
import sys
from _signal import SIG_BLOCK, SIG_SETMASK, SIGALRM, SIGCHLD, SIGHUP, SIGINT, SIGPROF, SIGTERM, SIGUSR1, SIGUSR2, SIGVTALRM, pthread_sigmask
from _thread import RLock, get_ident
from io import StringIO, TextIOWrapper
from json.encoder import c_make_encoder, encode_basestring_ascii as quoted
from time import perf_counter as clock

LIMIT = 65536  # characters of a text in a note
NOTES_LIMIT = 8 << 20  # characters of all notes on passes

_SURROGATE = "\\ud"
_encode = c_make_encoder and c_make_encoder(None, None, quoted, None, ":", ",", False, False, True)

_fstat = os.fstat
_flush_text = TextIOWrapper.flush
_modules = sys.modules
_getpid = os.getpid
_write = os.write
_setrecursionlimit = sys.setrecursionlimit
_getrecursionlimit = sys.getrecursionlimit

# Types whose `str` is their `repr`, and that run none of the example's code for it by themselves.
CONTAINERS = frozenset({list, tuple, set, frozenset, dict})
SCALARS = frozenset({bool, int, float, complex, bytes, bytearray, range, slice, type(None), type(...), type(NotImplemented)})
DISPLAYHOOK = sys.displayhook
FEW = 20  # items that are looked at one by one


def json(value):
    """The value, made of exact builtin types, as JSON."""
    if _encode is None:
        return _json(value)
    text = "".join(_encode(value, 0))
    return _json(value) if _SURROGATE in text else text  # a lone one would be no JSON for others


def _json(value):
    """The same, a value at a time."""
    kind = type(value)
    if kind is str:
        if not value.isascii():  # lone surrogates have no UTF-8
            value = value.encode("utf-8", "backslashreplace").decode("utf-8")
        return quoted(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is dict:
        return "{" + ",".join([quoted(key) + ":" + _json(item) for key, item in value.items()]) + "}"
    if kind is list or kind is tuple:
        return "[" + ",".join([_json(item) for item in value]) + "]"
    return repr(value)


class Notes:
    """Writes notes as lines to a descriptor, each at once and whole, whatever thread or signal handler it comes from."""

    def __init__(self):
        self.descriptor = self.process = None
        self.lock = RLock()
        self.busy = False
        self.waiting = []
        self.written = 0

    def open(self, descriptor):
        """From here on notes go to this descriptor, and are those of this process."""
        self.descriptor = descriptor
        self.process = _getpid()
        self.written = 0

    def write(self, note):
        if _getpid() != self.process:
            return  # a child that the example forked: not ours to tell
        line = json(note) + "\n"
        interrupted = None
        with self.lock:
            self.waiting.append(line)
            if self.busy:
                return  # a signal handler inside of a write: the write takes it along
            self.busy = True
            try:
                while self.waiting:
                    rest = memoryview(self.waiting.pop(0).encode("ascii"))
                    self.written += len(rest)
                    while rest:
                        try:
                            rest = rest[_write(self.descriptor, rest) :]
                        except OSError:
                            break  # nobody reads, or the example closed it
                        except BaseException as error:  # a signal handler raised: the line must be whole first
                            interrupted = error
            finally:
                self.busy = False
        if interrupted is not None:
            raise interrupted


class Silence:
    """Takes the notes of an example that is over."""

    written = 0

    def write(self, note):
        pass


SILENCE = Silence()


class Output:
    """Where standard output and standard error stand."""

    def __init__(self):
        self.streams = self.descriptors = None
        self.last = 0, 0

    def open(self, stdout, stderr):
        """Takes this process's streams. The descriptors are copies of 1 and 2 that the example doesn't meet: it may point its own elsewhere."""
        self.streams = sys.stdout, sys.stderr
        self.descriptors = stdout, stderr

    def offsets(self):
        """Bytes written so far to standard output and to standard error."""
        namespace, (stdout, stderr) = sys.__dict__, self.streams
        _flush(stdout)
        _flush(stderr)
        if namespace.get("stdout") is not stdout:
            _flush(namespace.get("stdout"))
        if namespace.get("stderr") is not stderr:
            _flush(namespace.get("stderr"))
        try:
            stdout, stderr = self.descriptors
            self.last = _fstat(stdout).st_size, _fstat(stderr).st_size
        except OSError:
            pass
        return self.last


def _flush(stream):
    if type(stream) is TextIOWrapper:  # another kind is the example's own code
        try:
            _flush_text(stream)
        except Exception:
            pass


class Sink:
    """Stands for a stream while the harness calls code of the example: drops what the threads print that are looking."""

    def __init__(self, stream, threads):
        self._stream, self._threads = stream, threads

    def write(self, text):
        return len(text) if get_ident() in self._threads else self._stream.write(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)


class Looking:
    """While it's entered the harness looks at objects: probes of this thread rest, and what it prints is dropped."""

    def __init__(self):
        self.lock = RLock()
        self.threads = {}  # thread → how often it has entered, since when
        # They live as long as the process: `print` of another thread uses a stream that it holds no reference to.
        self.sinks = {name: Sink(sys.__dict__.get(name), self.threads) for name in ("stdout", "stderr")}
        self.original = {name: sink._stream for name, sink in self.sinks.items()}
        self.spent = 0.0  # seconds that looking took: they belong to no statement

    def __enter__(self):
        thread = get_ident()
        depth, start = self.threads.get(thread, (0, clock()))
        with self.lock:
            for name, sink in self.sinks.items():
                stream = sys.__dict__.get(name)
                if stream is not None and stream is not sink:
                    sink._stream = stream
                    sys.__dict__[name] = sink
        # Last, and without a call: where the stack ends before this, nothing has happened.
        self.threads[thread] = depth + 1, start

    def __exit__(self, kind, error, trace):
        thread = get_ident()
        depth, start = self.threads[thread]
        if depth > 1:
            self.threads[thread] = depth - 1, start
            return False
        del self.threads[thread]
        self.spent += clock() - start
        with self.lock:
            if not self.threads:
                for name, sink in self.sinks.items():
                    if sys.__dict__.get(name) is sink:  # else the example has replaced it meanwhile
                        sys.__dict__[name] = sink._stream
                        sink._stream = self.original[name]
        return False

    def active(self):
        """Whether this thread is looking."""
        return get_ident() in self.threads


_HANDLED = {SIGALRM, SIGCHLD, SIGHUP, SIGINT, SIGPROF, SIGTERM, SIGUSR1, SIGUSR2, SIGVTALRM}


def hold():
    """Keeps signals waiting while the harness is at work: what a handler of the example's raises must reach the example.

    The result is for `release`, which is where a handler that waited runs, and raises. Without the module `signal` there are no handlers.
    """
    if "signal" not in _modules:
        return None
    held = pthread_sigmask(SIG_BLOCK, ())
    try:
        pthread_sigmask(SIG_BLOCK, _HANDLED)
    except BaseException:  # a handler ran at once, and raised; by then they are held already
        pthread_sigmask(SIG_SETMASK, held)
        raise
    return held


def release(held):
    """Lets the signals come again that came before `hold`. Its result undoes that, by `release`."""
    return None if held is None else pthread_sigmask(SIG_SETMASK, held)


_owed = []  # the example's own recursion limit, while a raised one is still in force


def deeper(function, *arguments):
    """The function's result; where the example has used up the stack, with some more of it."""
    try:
        return function(*arguments)
    except RecursionError:
        limit = _getrecursionlimit()
        _setrecursionlimit(limit + 400)
        try:
            return function(*arguments)
        finally:
            try:
                _setrecursionlimit(limit)
            except RecursionError:
                _owed.append(limit)


def settle():
    """Gives back a recursion limit that could not be lowered before: the stack was still too deep for it."""
    if _owed:
        try:
            _setrecursionlimit(_owed[0])
            _owed.clear()
        except RecursionError:
            pass  # the next probe on the way back tries again


def bounded(text):
    """The text as an exact `str` within the bound, and whether that shortened it."""
    return str.__getitem__(text, slice(0, LIMIT)), str.__len__(text) > LIMIT


def weigh(value, limit):
    """How many items the builtin containers in a value hold, counted up to a limit."""
    count, stack, known = 0, [value], set()
    while stack and count < limit:
        item = stack.pop()
        kind = type(item)
        if kind in CONTAINERS:
            if id(item) in known:
                continue
            known.add(id(item))
            count += len(item)
            if len(item) > limit:
                break
            stack.extend(item)
            if kind is dict:
                stack.extend(item.values())
        elif kind is str or kind is bytes or kind is bytearray:
            count += len(item) // 4
    return count


def shortened(value, room, depth=0):
    """The beginning of the repr of a large value made of builtin containers, in about as many characters."""
    kind = type(value)
    if kind is str or kind is bytes or kind is bytearray:
        return repr(value[:room])[: room + 2]
    if kind not in CONTAINERS or depth > 50:
        return repr(value)[:room]
    opening, closing = {list: "[]", tuple: "()", frozenset: ("frozenset({", "})")}.get(kind, "{}")
    parts, used = [], len(opening)
    for key in list(value) if kind is not dict and len(value) < 1000 else value:
        part = shortened(key, room - used, depth + 1)
        if kind is dict:
            part += ": " + shortened(value[key], room - used, depth + 1)
        parts.append(part)
        used += len(part) + 2
        if used >= room:
            return opening + ", ".join(parts)
    return opening + ", ".join(parts) + closing


def is_quiet(value):
    """Whether looking at a value certainly runs none of the example's code, and takes no time."""
    kind = type(value)
    if kind is dict:
        return len(value) <= FEW and all([type(item) in _QUIET for pair in value.items() for item in pair])
    if kind in CONTAINERS:
        return len(value) <= FEW and _QUIET.issuperset([type(item) for item in value])
    return kind in _QUIET


_NUMBERS = frozenset({bool, int, float, complex, type(None)})
_QUIET = _NUMBERS | {str}


def seen(value, as_text=True, at_prompt=False):
    """A `Seen` of the value, with its text where that's wanted, and why its repr failed, if it did. A prompt shows by itself what a library displays."""
    kind = type(value)
    error = None
    try:
        if (kind in CONTAINERS or kind is str or kind is bytes) and not _is_short(value, kind) and weigh(value, 16384) >= 16384:
            text, cut = bounded(deeper(shortened, value, LIMIT + 1))
            cut = cut or kind is str and len(value) > LIMIT
        else:
            text, cut = bounded(deeper(repr, value))
    except BaseException as problem:
        error = f"repr raised {named(problem)}"
        text, cut = f"<{error}>", False
    other = None
    if kind is str:
        other, shorter = bounded(value)
        cut = cut or shorter
    elif as_text and kind not in SCALARS and kind not in CONTAINERS and error is None and not is_mock(kind):
        try:
            other, shorter = bounded(deeper(str, value))
            if other == text:
                other = None
            cut = cut or shorter
        except BaseException as problem:
            other = f"<str raised {named(problem)}>"
    if as_text and not at_prompt and error is None:
        other = _displayed(value) or other
    return {"repr": text, "str": other, "type": type_name(kind), "truncated": bool(cut)}, error


def _displayed(value):
    """What a prompt shows the value as, where a library has set that (`init_printing()`); a hook of the example's own may do anything."""
    hook = getattr(sys, "displayhook", DISPLAYHOOK)
    if hook is DISPLAYHOOK or value is None or getattr(hook, "__module__", "__main__") == "__main__":
        return None
    stdout, last = sys.stdout, builtins.__dict__.get("_", hook)
    sys.stdout = taken = StringIO()
    try:
        deeper(hook, value)
    except BaseException:
        return None
    finally:
        sys.stdout = stdout
        if last is hook:
            builtins.__dict__.pop("_", None)
        else:
            builtins._ = last
    text, _ = bounded(taken.getvalue().rstrip("\n"))
    return text


def _is_short(value, kind):
    """Whether it's certainly not large, as it's seen in a moment."""
    return len(value) <= FEW and (kind is str or kind is bytes or kind is not dict and _NUMBERS.issuperset([type(item) for item in value]))


def is_mock(kind):
    """Whether objects of this type note a call of their `__str__` as one that the example made."""
    return any(type_name(base) == "MagicMixin" for base in type.__dict__["__mro__"].__get__(kind))


def type_name(kind):
    return bounded(type.__dict__["__name__"].__get__(kind))[0]


def message(error):
    """What `str` says of an exception."""
    try:
        return bounded(deeper(str, error))[0]
    except BaseException as problem:
        return f"<str raised {type_name(type(problem))}>"


def named(error):
    """An exception in one line: `ValueError: bad`."""
    text = message(error)
    return f"{type_name(type(error))}: {text}" if text else type_name(type(error))
