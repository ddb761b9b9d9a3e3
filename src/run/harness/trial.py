"""Watches an import in a process that ends thereafter if it isn't fit, where nobody chose to have the module imported beforehand.

That it was imported before an example, by another process, must make no difference: neither to an example that imports the module, as its code
would have found and done the same in the example's own process; nor to one that doesn't, as it left everything as it was that was there
before. What makes a difference:

- what is told of an example that does it: files read elsewhere or written, sockets, processes;
- warning;
- a time, a process number or an argument that is kept where an example finds it;
- a setting of the whole process, the state of `random`, or a name of a module or class that was there before and now means something else, as
  where a package patches another one.

Limits: what C code does isn't seen, nor what becomes of objects deep within others, nor who asks whether this is a prompt. Drawing random numbers is no difference, as nobody can
count on them.
"""

import os
import posix
import sys
import warnings
from _frozen_importlib_external import ExtensionFileLoader
from gc import get_referrers
from sys import getrefcount

_modules = sys.modules
_number = posix.getpid() + (1 << 40)  # stands for the number of the process: nothing else is as large by chance
_SETTING = ("logging", "_locale", "socket", "decimal", "weakref")  # modules by which the whole process is set
_ARGUMENT = "argument-of-a-trial"
_MOST = 100_000  # files of a package
_hash = object.__hash__  # by what it is; `id` is an audit event
_TOLD = {"read": "reads {}", "written": "writes {}", "socket": "uses sockets: {}", "process": "starts a process: {}"}


class Trial(Shapes):
    def __init__(self, imports, places, looking, hear):
        """`hear` is given what is to hear of audit events, or `None`."""
        super().__init__(imports)
        self.hear = hear
        self.places = places
        self.earlier = set(imports.records)  # modules that were there before all of these imports
        self.found = None  # the first thing that makes a difference
        self.home = os.environ.get("HOME")
        self._watch()
        audit, _ = observer(self, looking, places.folder or "/", [], _MOST)
        hear(audit)

    def _watch(self):
        """Puts others in the place of functions that make a difference."""
        self.put = []  # what stands in the place of what: the namespace, the name, both objects

        def number():
            return _number

        self._put(warnings, "warn", self._watched(warnings.warn, self.note_of_package, "warns"))
        self._put(os, "getpid", number)
        self._put(posix, "getpid", number)
        self._put(sys, "argv", ["".join([*_ARGUMENT])])  # an object that nobody else has

    @staticmethod
    def _watched(function, note, *what):
        def call(*given, **named):
            note(*what)
            return function(*given, **named)

        return call

    def _put(self, module, name, own):
        self.put.append((module.__dict__, name, own, module.__dict__[name]))
        module.__dict__[name] = own

    def leave(self):
        """Takes all that watches away again; whether nobody has kept a part of it."""
        self.hear(None)
        argv, former = sys.argv, list({id(own): (own, before) for _, _, own, before in self.put}.values())
        for namespace, name, own, before in self.put:
            namespace[name] = before
        del self.put
        _put_back([(own, before) for own, before in former if _is_had(own)])
        watching = [own for own, _ in former] + argv
        argv.clear()
        del argv, former, own
        return not any([_is_had(one) for one in watching])

    def begin(self, name):
        """A module is going to be imported."""
        self.found, self.package = None, name.partition(".")[0]
        self.settings, self.records = {}, set(self.imports.records)
        self.imports.undo_effects()
        for name in list(_modules):
            self.look(name)
        self.imports.do_effects()
        self.settings.update(_settings())
        self.since = clocks()

    def why(self):
        """What has made a difference since then, as a part of a sentence."""
        spans = list(zip(self.since, clocks()))
        new = [record for name, record in self.imports.records.items() if name not in self.records]
        if not new:
            return self.found
        if any([call[0] == "__main__" for record in new for call in record.calls]):
            self.note("imports `__main__`")
        looked_at = set()
        for record in new:
            if record.is_strict and self._keeps(record, spans, looked_at):
                self.note(f"keeps what is another thing in each process: in `{record.name}`")
        for what, value in _settings().items():
            if value != self.settings.get(what):
                self.note(f"changes {what}")
        changed = self.changed() if self.found is None else ()
        for name in changed:
            if not (self._is_on_behalf(name) or name in self.imports.aliases and self.gained(name)):
                self.note(f"changes `{name}`")
        self.take(changed, self.package)
        return self.found

    def _is_on_behalf(self, name):
        """Whether a module came with these imports, of a package that this one isn't about. Who imports it alone won't be given what has changed (`imports.py`);
        but an extension that has its name goes on to use the one that it found first."""
        records, package = self.imports.records, name.partition(".")[0]
        record = records.get(name)
        if record is None or not record.is_strict or name in self.earlier or package == self.package:
            return False
        extensions = [one for one in records.values() if one.name.partition(".")[0] == package and issubclass(one.kind, ExtensionFileLoader)]
        return not any([name.encode() in _content(one.origin) for one in extensions])

    def _keeps(self, record, spans, looked_at):
        """Whether names of a module, of its classes and objects hold a time of these spans that doesn't move on, or an argument; or its own ones the number of the process.
        `looked_at`: the objects whose own names were looked at, as many modules have the same ones."""
        names, moving = getattr(record.module, "__dict__", {}), times(record, spans)
        own = [value for name, value in names.items() if name not in moving]
        new = [value for value in own if _hash(value) not in looked_at]
        looked_at.update(map(_hash, new))
        kinds = {str, int, float, list, getattr(_modules.get("datetime"), "datetime", None)}
        held = [one for value in new for one in inner(value).values() if type(one) in kinds]
        near = [value for value in own if type(value) in kinds] + held
        has_number = _number in [value for value in own if type(value) is int]
        return has_number or any([_is_argument(value) or _is_time(value, spans) for value in near])

    def note(self, what):
        self.found = self.found or f"its import {what}"

    def note_of_package(self, what):
        """Notes what a package's code does: what the standard library does when it's imported is the same as ever."""
        running = self.imports.running
        if running and running[-1].is_strict:
            self.note(what)

    def write(self, note):
        """Takes what is told of an example that does so."""
        kind, what = note["did"]["kind"], note["did"]["what"]
        linked = self.places.folder is not None and f"{self.places.folder}/{what.partition('/')[0]}" in self.places.links
        if not (kind == "read" and linked or self._is_kept(kind, what)):
            self.note(_TOLD[kind].format(what))

    def _is_kept(self, kind, what):
        """Whether something in the home folder is found there by each example that imports the package: it's laid out for them."""
        return what.startswith(f"{self.home}/") and (kind == "read" or kind == "written" and os.path.isdir(what))

    def look(self, name):
        if name not in self.shapes:
            if name == "random":
                for seeds in ("seed", "setstate"):
                    self._put(_modules[name], seeds, self._watched(_modules[name].__dict__[seeds], self.note, "changes the state of `random`"))
            super().look(name)
            if name in _SETTING:
                self.settings.update(_settings())


def _content(path):
    with open(path, "rb") as file:
        return file.read()


def _is_had(one):
    """Whether something else has an object than a list, a loop over it, this function and its call."""
    return getrefcount(one) > 4


def _put_back(pairs):
    """Puts objects in the places of others, where a module has these by a name or a function by default. All objects there are are looked through
    for that."""
    before = {_hash(own): before for own, before in pairs}
    holders = get_referrers(*[own for own, _ in pairs]) if pairs else []
    for holder in [holder for holder in holders if type(holder) is dict]:
        holder.update([(name, before[_hash(value)]) for name, value in holder.items() if _hash(value) in before])
    defaults = {_hash(holder): holder for holder in holders if type(holder) is tuple}
    for function in get_referrers(*defaults.values()) if defaults else []:
        if _hash(getattr(function, "__defaults__", None)) in defaults:
            function.__defaults__ = tuple([before.get(_hash(one), one) for one in function.__defaults__])


def _is_argument(value):
    return value is sys.argv or type(value) is str and _ARGUMENT in value


def _is_time(value, spans):
    if type(value) in (int, float):
        return time_of(value, spans) is not None
    if type(value) in (str, list):
        return False
    try:
        return _is_time(value.timestamp(), spans)
    except (ValueError, OverflowError):
        return False  # the first or the last one there is


def _settings():
    """What is set for the whole process."""
    logging, locale, socket, decimal, weakref = (complete(name) for name in _SETTING)
    settings = {"the interval at which threads are switched": sys.getswitchinterval(), "the mask of new files": _umask()}
    if logging is not None:
        root = logging.root
        settings["the root logger"] = list(root.handlers), list(root.filters), root.level, root.disabled, root.manager.disable
        settings["the levels of `logging`"] = dict(logging._levelToName)
    if locale is not None:
        settings["the locale"] = locale.setlocale(locale.LC_ALL, None)
    if socket is not None:
        settings["the timeout of sockets"] = socket.getdefaulttimeout()
    if weakref is not None:
        settings["what is finalised at the end"] = [_hash(one) for one, info in weakref.finalize._registry.items() if info.atexit]
    if decimal is not None:
        settings["the context of `decimal`"] = repr(decimal.getcontext())
    return settings


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
