"""What an example does to the world around it, as far as Python's own audit events tell: files, sockets, processes.

Each thing is noted once, when it's tried; whether it worked isn't known by then. C code that doesn't come by way of Python isn't seen, and
neither are processes that the example starts. Every audit event passes here (also `id()` is one): all but a few leave at once.
"""

import os
import sys
from _thread import get_ident

from verify_seeing import hold, release

LONGEST = 300  # characters of one thing
KEPT = 50  # things of a kind that are noted; one more note says that there were others

_fsdecode = os.fsdecode
_normal = os.path.normpath
_join = os.path.join
_readlink = os.readlink
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def observer(notes, looking, work, own, most=KEPT):
    """An audit hook that notes what happens, and a function that makes it note all anew, for another example. `work` is the example's folder, `own` are
    files of the harness's in it. So many things of a kind are noted."""
    activity = _Activity(notes, work, own, most)
    events, threads = activity.events, looking.threads

    passed = set()  # absolute paths and flags that were looked at

    def audit(event, arguments):
        if event not in events or get_ident() in threads:
            return
        if event == "open" and type(arguments[0]) is str and arguments[0][:1] == "/":
            opened = arguments[0], arguments[2]
            if opened in passed:
                return
            if len(passed) < most:
                passed.add(opened)
        activity.note(event, arguments)

    def forget():
        passed.clear()
        for noted in activity.noted.values():
            noted.clear()

    return audit, forget


class _Activity:
    def __init__(self, notes, work, own, most):
        self.notes = notes
        self.most = most
        self.noted = {"read": set(), "written": set(), "socket": set(), "process": set()}
        self.busy = set()  # threads that are noting something
        self.work = work
        self.own = {_join(self.work, name) for name in own}
        # What the interpreter itself reads: its modules, and what they bring.
        places = {*sys.path, sys.prefix, sys.base_prefix, os.path.dirname(os.__file__)} - {"", "/", "/usr", "/usr/local", self.work}
        self.interpreter = tuple(place.rstrip("/") + "/" for place in places) + ("/usr/share/zoneinfo/", "/usr/lib/", "/proc/self/")
        self.events = {
            "open": self.opened,
            "os.listdir": lambda path: self.file("read", path),
            "os.scandir": lambda path: self.file("read", path),
            "builtins.input": lambda *_: ("read", "<stdin>"),
            "os.remove": lambda path, *_: self.file("written", path),
            "os.rmdir": lambda path, *_: self.file("written", path),
            "os.mkdir": lambda path, *_: self.file("written", path),
            "os.rename": lambda old, new, *_: self.file("written", new),
            "os.link": lambda old, new, *_: self.file("written", new),
            "os.symlink": lambda old, new, *_: self.file("written", new),
            "os.truncate": lambda path, *_: self.file("written", path),
            "socket.connect": lambda socket, address: ("socket", "connect " + _plain(address)),
            "socket.bind": lambda socket, address: None if _asks_system(address) else ("socket", "bind " + _plain(address)),
            "socket.sendto": lambda socket, address: ("socket", "send to " + _plain(address)),
            "socket.getaddrinfo": lambda host, port, *_: ("socket", "look up " + _plain(host)),
            "socket.gethostbyname": lambda host: ("socket", "look up " + _plain(host)),
            "subprocess.Popen": lambda program, arguments, *_: ("process", _plain(arguments)),
            "os.system": lambda command: ("process", _plain(command)),
            "os.exec": lambda program, arguments, *_: ("process", _plain(arguments)),
            "os.posix_spawn": lambda program, arguments, *_: ("process", _plain(arguments)),
            "pty.spawn": lambda arguments: ("process", _plain(arguments)),
            "os.fork": lambda: ("process", "fork"),
            "os.forkpty": lambda: ("process", "fork"),
        }

    def note(self, event, arguments):
        try:
            held = hold()  # a handler of the example's that raises must not raise in here
        except RecursionError:
            return
        thread = get_ident()
        try:
            if thread not in self.busy:
                self.busy.add(thread)
                try:
                    self.keep(self.events[event](*arguments))
                finally:
                    self.busy.discard(thread)
        except Exception:
            pass  # no memory, no stack, or arguments that no version of Python gives: the example matters more
        finally:
            release(held)

    def keep(self, thing):
        if thing is None:
            return
        kind, what = thing
        what = what[:LONGEST].encode("utf-8", "backslashreplace").decode()
        noted = self.noted[kind]
        if what in noted or len(noted) > self.most or (kind == "read" and what in self.noted["written"]):
            return
        if len(noted) == self.most:
            what = "…"
        noted.add(what)
        self.notes.write({"did": {"kind": kind, "what": what}})

    def opened(self, path, mode, flags):
        return self.file("written" if type(flags) is int and flags & _WRITES else "read", path)

    def file(self, kind, path):
        if type(path) not in (str, bytes):
            return None  # a descriptor, which was opened before
        if len(self.noted[kind]) > self.most:
            return None
        path = _fsdecode(path)
        if not path.startswith("/"):
            try:
                # `getcwd` would take long in a folder too deep for a path; this fails.
                path = _join(_readlink("/proc/self/cwd"), path)
            except OSError:
                path = _join(self.work, path)
        path = _normal(path)
        if path in self.own or path in (self.work, "/dev/null") or (kind == "read" and (path + "/").startswith(self.interpreter)):
            return None
        inside = path.startswith(self.work + "/")
        return kind, path[len(self.work) + 1 :] if inside else path


def _asks_system(address):
    """Whether a package that is being imported finds out whether there is IPv6: it takes any free port of its own machine, for a moment."""
    frame = sys._getframe() if type(address) is tuple and address[:2] in (("::1", 0), ("127.0.0.1", 0)) else None
    while frame is not None and frame.f_code.co_filename != "<frozen importlib._bootstrap>":
        frame = frame.f_back
    return frame is not None


def _plain(value):
    """A value of an event as text, without any code of the example's."""
    if type(value) is bytes:
        return _fsdecode(value)
    if type(value) is str:
        return value
    if type(value) in (int, type(None)):
        return repr(value)
    if type(value) in (tuple, list):
        return " ".join([_plain(one) for one in value[:20] if type(one) in (str, bytes, int)])
    return "a " + type.__getattribute__(type(value), "__name__")
