"""What the code of a module changes in what was there before it, where that can be undone while the module is hidden, and done again where an example
imports it: environment variables, finders behind all others, and names of modules that packages patch. And names of its own that hold the time of its import:
they are given that of the example's.

Limits: names that packages patch are looked at in few modules and classes.
"""

import sys
from time import monotonic_ns, perf_counter_ns, time_ns

from verify_environment import environment, set_variables, variables

_modules = sys.modules
_CLOCKS = (time_ns, monotonic_ns, perf_counter_ns)
# What packages patch: a module, and which of its classes. `typing_extensions` and `joblib` do, for many others.
PATCHED = {"typing": (), "multiprocessing.synchronize": ("SemLock",)}
_MISSING = object()
_hash = object.__hash__  # by what it is; `id` is an audit event


class Effects:
    """Those of one module's code."""

    __slots__ = ("variables", "finders", "patches")

    def __init__(self):
        self.variables = {}  # before, after; `None` where there is none
        self.finders = []
        self.patches = []  # module or class, name, before, after

    def values(self):
        """The environment variables as they are thereafter."""
        return {name: after for name, (_, after) in self.variables.items()}

    def do(self):
        set_variables(self.values())
        if type(sys.meta_path) is list:
            sys.meta_path.extend([one for one in self.finders if not is_among(one, sys.meta_path)])
        for owner, name, _, after in self.patches:
            _bind(owner, name, after)

    def undo(self):
        set_variables({name: before for name, (before, _) in self.variables.items()})
        sys.meta_path[:] = [one for one in sys.meta_path if not is_among(one, self.finders)]
        for owner, name, before, _ in self.patches:
            _bind(owner, name, before)


class World:
    """What there is to be changed, as it was when it was looked at last."""

    def __init__(self):
        self.variables, self.finders, self.patched = environment(), list(sys.meta_path), []
        self.known = set()
        self.know()

    def look(self, record):
        """Takes what has changed since then for effects of this record's code, or for nobody's; gives them."""
        effects = Effects()
        now = variables()
        if dict.__ne__(now, self.variables):
            now = environment()
            effects.variables = {
                name: (self.variables.get(name), now.get(name))
                for name in {**self.variables, **now}
                if self.variables.get(name) != now.get(name)
            }
            self.variables = now
        if sys.meta_path != self.finders:
            count = len(self.finders)
            effects.finders = sys.meta_path[count:] if sys.meta_path[:count] == self.finders else []
            self.finders = list(sys.meta_path)
        for owner, before in self.patched:
            now = dict(owner.__dict__)
            if list(map(_hash, now.values())) != list(map(_hash, before.values())):
                names = [key for key in {**before, **now} if before.get(key, _MISSING) is not now.get(key, _MISSING)]
                effects.patches += [(owner, key, before.get(key, _MISSING), now.get(key, _MISSING)) for key in names]
                before.clear()
                before.update(now)
        self.know()
        if record is None or not (effects.variables or effects.finders or effects.patches):
            return []
        record.effects.append(effects)
        return [effects]

    def know(self):
        """Looks at what may be patched from here on."""
        for name, classes in PATCHED.items():
            module = complete(name)
            if name not in self.known and module is not None:
                self.known.add(name)
                owners = module, *[getattr(module, one) for one in classes]
                self.patched += [(owner, dict(owner.__dict__)) for owner in owners]


def complete(name):
    """A module, unless it's still being imported."""
    module = _modules.get(name)
    return None if module is None or getattr(module.__spec__, "_initializing", False) else module


def clocks():
    """What the clocks show now, in nanoseconds."""
    return [clock() for clock in _CLOCKS]


def times(record, spans):
    """The names of a module that hold a time of these spans, each with what gives that time now. Who doesn't import `time` by itself has no such name of its own."""
    if not any([call[0] == "time" for call in record.calls]):
        return {}
    found = {name: time_of(value, spans) for name, value in record.module.__dict__.items() if type(value) in (int, float)}
    return {name: now for name, now in found.items() if now is not None}


def time_of(value, spans):
    """What gives the time now that a number gives within these spans, in seconds or nanoseconds; `None` where it gives none."""
    for clock, (first, last) in zip(_CLOCKS, spans):
        if type(value) is float:
            if first <= value * 1e9 <= last:
                return lambda: clock() / 1e9
        elif first <= value <= last:
            return clock
        elif clock is time_ns and first // 10**9 <= value <= last // 10**9:
            return lambda: time_ns() // 10**9
    return None


def is_among(one, others):
    """Whether it's one of these objects, without asking them."""
    return any([one is other for other in others])


def _bind(owner, name, value):
    if value is not _MISSING:
        setattr(owner, name, value)
    elif name in owner.__dict__:
        delattr(owner, name)
