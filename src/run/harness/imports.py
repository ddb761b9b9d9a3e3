"""Keeps the modules that the server has imported out of an example's sight, and ready for it.

An example finds in `sys.modules` what a fresh interpreter has there. When it imports one of the others, all happens as usual (its
finders are asked, the module is searched for on `sys.path`) up to the point where the module's code would be run: if what was found
is what the server imported, that very module is put there instead, and the imports that its code made are made again, so that
they are seen, too. Where one of these comes out differently (the example's own `random.py` stands before the standard one,
a finder refuses one, a test puts another object in its place), the module's code really is run.

A module that the import of another package has changed is put only on behalf of that one. Modules of packages that nobody chose to have there (`places`) are put only where the environment variables that their code has asked for
are as it saw them, and the links of the working folder by which they were found lead where they led.

What a package's code has called at the end of the process (`atexit`) is called at the end of the examples that import it. What else it has changed
is undone while it's hidden (`effects.py`).

Limits: while nothing watches imports (no finder, hook or `__import__` of the example's), nested imports skip the search. What else a
module's code does (a registration with `copyreg`) has been done before the example starts, once.
"""

import builtins
import sys
import _frozen_importlib as machinery
import _frozen_importlib_external
import _signal  # noqa: F401 — a `python` of its own, which handles signals, has it from the start
from posix import getcwd, listdir, readlink
from time import perf_counter as clock

from verify_effects import PATCHED, World, clocks, is_among, times
from verify_environment import Asked, apply, environment
from verify_filters import filters, set_filters, take_filters

_modules = sys.modules
_import = builtins.__import__
_load = machinery._load_unlocked
_meta_path = tuple(sys.meta_path)
_path_hooks = tuple(sys.path_hooks)
_path = tuple(sys.path)
_audit = sys.audit
_EXTENSION = _frozen_importlib_external.ExtensionFileLoader

# A module whose code takes less time than this, in seconds, isn't worth being told of.
_WORTH_TELLING = 0.001

# What `ast`, `linecache`, `traceback` and `warnings` import or look up only when the harness calls them.
_LATE = ("ast", "collections", "collections.abc", "re._compiler", "re._parser", "tokenize", "unicodedata", "warnings")


class Changed(Exception):
    """An import that a module made in the server gives another object, or none, in the example."""


class Record:
    """A module that the server imported, and what its code imported."""

    __slots__ = ("name", "module", "kind", "origin", "calls", "loads", "needs", "aliases", "bound", "exits", "changed_by", "behalf", "renamed", "filters", "is_strict", "link", "reads", "effects", "times")

    def __init__(self, spec):
        self.name, self.module = spec.name, None
        self.kind, self.origin = type(spec.loader), spec.origin
        self.calls = []  # of `__import__`: name, globals, names, level, whether it succeeded
        self.loads = []  # modules whose code ran because of it
        self.needs = None  # modules that it imported, in order, whoever did so first
        self.aliases = {}  # what else its code put into `sys.modules`
        self.bound = {}  # names of submodules that its code gave another meaning
        self.exits = []  # what its code has called at the end: function, arguments
        self.changed_by = frozenset()  # packages whose import has changed it, when it was complete
        self.behalf = frozenset()  # the same of all that it needs
        self.filters = []  # of warnings, which its code put before the others
        self.effects = []  # what else its code changed, which is undone while it's hidden
        self.times = {}  # names of its own that hold the time of its import, each with what gives it now
        self.is_strict = False  # its code must find the same as in the server
        self.link = None  # the link of the working folder by which it was found
        self.reads = ()  # files that were opened for it, where it was found so
        self.renamed = ()  # `importlib` gives modules that are there from the start other names: the namespace, before, after

    def rename(self, back=False):
        for namespace, old, new in self.renamed:
            if back:
                old, new = new, old
            for key in old:
                namespace.pop(key, None)
            namespace.update([(key, value) for key, value in new.items() if value is not None])


class Imports:
    """The modules that were imported beyond those of a fresh interpreter."""

    def __init__(self):
        self.records = {}
        self.aliases = {}
        self.hidden = {}
        self.running = []  # records of the modules whose code runs now
        self.known = set()  # names that were in `sys.modules` when they were looked at last
        self.attributes = {}  # package and name of a submodule → the package's namespace, where it's found by that name
        self.renamed = False
        self.tops, self.finders = frozenset(), ()
        self.effects = []  # those of all records, in their order
        self.watched = False
        self.places = None  # where modules may come from that are imported now
        self.shapes = None  # how they are when they are complete
        self.served = []  # packages whose modules are being put in their places
        self.environment, self.asked = None, Asked()  # the variables that it saw, and those that its modules wanted to see
        self.links = {}  # by which modules were found: where they lead
        self.notes = None  # where it's told which modules the server hasn't imported
        self.loading = False  # the code of one of these runs

    # In the server.

    def begin(self, places=None, shapes=None):
        """From here on all of them are in sight, and imports are recorded."""
        self.places, self.shapes = places, shapes
        if places is not None:
            self.asked.put()
        for name, record in self.hidden.items():
            _modules[name] = record.module
            _modules.update(record.aliases)
            record.rename()
        for (package, last), namespace in self.attributes.items():
            namespace[last] = _modules[f"{package}.{last}"]
        self.hidden = {}
        self.do_effects()
        self.known = set(_modules)
        self.world, self.since = World(), clocks()
        machinery._load_unlocked = self._record
        builtins.__import__ = self._call

    def end(self):
        """Leaves in `sys.modules` what a fresh interpreter has, so that a fork has nothing to do for that."""
        builtins.__import__ = _import
        take_filters()
        for name in [name for name in self.records if name not in _modules]:
            del self.records[name]
        spans = list(zip(self.since, clocks()))
        lasts = {name.rpartition(".")[2] for name in self.records}
        for record in self.records.values():
            if record.needs is None:
                record.needs = self._needs(record, lasts)
                record.times = times(record, spans) if record.is_strict else {}
                if record.filters:
                    set_filters([one for one in filters() if one not in record.filters])
        self._tell_behalf()
        self.attributes = {}
        for name in self.records:
            package, _, last = name.rpartition(".")
            namespace = getattr(_modules.get(package), "__dict__", {})
            if namespace.get(last) is self.records[name].module:
                self.attributes[package, last] = namespace
            elif last in namespace and package in self.records:
                self.records[package].bound[last] = namespace[last]
        if self.places is not None:
            self.asked.put_back()
        self.undo_effects()
        if self.places is not None:
            self.environment = environment()
            self.places = None
        self.shapes = self.world = None
        self.links = {record.link[0]: record.link[1] for record in self.records.values() if record.link is not None}
        self.tops = frozenset([name for name in self.records if "." not in name])
        self.finders = [one for effects in self.effects for one in effects.finders]
        self.hidden = dict(self.records)
        for name, record in self.hidden.items():
            for other in (name, *record.aliases):
                _modules.pop(other, None)
            record.rename(back=True)
        for (_, last), namespace in self.attributes.items():
            namespace.pop(last, None)
        machinery._load_unlocked = _load_unlocked
        # A collection in a child would copy the pages of all objects that it sees. Here it would look at all of them, for the little that imports leave.
        freeze()

    def do_effects(self):
        """Does again what the modules' code has changed."""
        for effects in self.effects:
            effects.do()

    def undo_effects(self):
        """Undoes what an example doesn't see as long as it imports none of them."""
        for effects in reversed(self.effects):
            effects.undo()

    def _record(self, spec):
        record, names, before = Record(spec), _names(), list(filters())
        last = next(reversed(_modules))
        if self.places is not None:
            self.places.check(spec, record)
        # What most modules change, if anything, is found with the whole package.
        is_looked_at = not self.running or "." not in spec.name
        if is_looked_at:
            self.effects += self.world.look(self.running[-1] if self.running else None)
        self.running.append(record)
        self.known.add(spec.name)
        try:
            module = _load(spec)
        except BaseException:
            self.known.discard(spec.name)
            raise
        finally:
            self.running.pop()
            if record.link is not None:
                spec.loader.__dict__.pop("get_data", None)
        record.module = module
        if is_looked_at:
            self.effects += self.world.look(record)
        elif spec.name in PATCHED:
            self.world.know()
        self.records[spec.name] = record
        record.aliases = {name: _modules[name] for name in self._new(last) if name not in self.records}
        self.aliases.update(record.aliases)
        if not self.renamed:
            record.renamed = [(namespace, old, new) for (namespace, old), (_, new) in zip(names, _names()) if new != old]
            self.renamed = bool(record.renamed)
        record.filters = [one for one in filters() if one not in before]
        if self.running:
            self.running[-1].loads.append(spec.name)
            if self.shapes is not None:
                self.shapes.loaded(spec.name)
        return module

    def _new(self, last):
        """The names in `sys.modules` that weren't known, behind the one that was the last; from here on they are."""
        new = []
        for name in reversed(_modules):
            if name == last:
                break
            if name not in self.known:
                new.append(name)
        self.known.update(new)
        return reversed(new)

    def _call(self, name, globals=None, locals=None, fromlist=(), level=0):
        running = self.running[-1] if self.running else None
        try:
            module = _import(name, globals, locals, fromlist, level)
        except ImportError:
            if running is not None:
                running.calls.append((name, globals, fromlist, level, False))
            raise
        if running is not None:
            running.calls.append((name, globals, fromlist, level, True))
        return module

    def _needs(self, record, lasts):
        needs = {}
        for name, globals, fromlist, level, succeeded in record.calls:
            if not succeeded:
                continue
            if level:
                package = globals.get("__package__") or ""
                for _ in range(level - 1):
                    package = package.rpartition(".")[0]
                name = f"{package}.{name}" if name else package
            parts = name.split(".")
            for count in range(1, len(parts) + 1):
                needs[".".join(parts[:count])] = None
            for one in fromlist or ():
                names = getattr(_modules.get(name), "__all__", ()) if one == "*" else (one,)
                needs.update([(f"{name}.{one}", None) for one in names if one in lasts])
        needs.update([(name, None) for name in record.loads])
        if record.is_strict and issubclass(record.kind, _EXTENSION):
            needs.update([(name, None) for name in _homes(record.module)])
        return [name for name in needs if name in self.records and self.records[name] is not record]

    def _tell_behalf(self):
        for record in self.records.values():
            record.behalf = record.changed_by
        grows = any([record.changed_by for record in self.records.values()])
        while grows:
            grows = False
            for record in self.records.values():
                behalf = record.behalf.union(*[self.records[name].behalf for name in record.needs if name in self.records])
                grows = grows or behalf != record.behalf
                record.behalf = behalf

    # In the process of an example.

    def load(self, spec):
        """Puts the module that was found, if it's a hidden one; whether it was."""
        record = self.hidden[spec.name]
        if type(spec.loader) is not record.kind or spec.origin != record.origin:
            return False
        if record.is_strict and (self.asked.differ(self.environment, environment()) or not (record.link is None or self._leads(*record.link))):
            return False
        del self.hidden[spec.name]
        return self._put(spec.name, record, not self._unwatched())

    def tell(self, name, seconds):
        """Notes that the code of a module of a package was run for the example."""
        is_package = type(name) is str and name.partition(".")[0] not in sys.stdlib_module_names
        if is_package and seconds >= _WORTH_TELLING:
            self.notes.write({"loaded": {"module": name, "seconds": seconds}})

    def _put(self, name, record, watched):
        """Puts the module where its code would have put it; whether everything else was there to be found, and it is what its code has made it."""
        self.served.append(name.partition(".")[0])
        try:
            return self._is_fit(record) and self._put_with_needs(name, record, watched)
        finally:
            self.served.pop()

    def _is_fit(self, record):
        """Whether it and what it needs can be put on behalf of the packages that are being put: half a package would find the other half anew."""
        if record.behalf.issubset(self.served):
            return True
        left, seen = [record], {record.name}
        while left:
            one = left.pop()
            if not one.changed_by.issubset(self.served):
                return False
            new = [name for name in one.needs if name not in seen and name not in _modules]
            seen.update(new)
            left += [self.records[name] for name in new]
        return True

    def _put_with_needs(self, name, record, watched):
        if self.watched and issubclass(record.kind, _EXTENSION):
            _audit("import", name, record.origin, None, None, None)  # as does the loading of the library
        if record.link is not None:
            self._tell(name, record)
        _modules[name] = record.module
        _modules.update(record.aliases)
        try:
            if watched:
                self._repeat(record)
            record.rename()
            for need in record.needs:
                if need not in _modules:
                    self._need(need, watched)
                if _modules.get(need) is not self.records[need].module:
                    raise Changed
        except BaseException as error:
            # Modules of a package are names of that object which is no longer there.
            for other in (name, *record.aliases, *[one for one in _modules if one.startswith(f"{name}.")]):
                _modules.pop(other, None)
            if type(error) is Changed:
                return False
            raise
        record.module.__dict__.update(record.bound)
        if record.filters:
            now = filters()
            set_filters([one for one in record.filters if one not in now] + now)
        for function, given, named in record.exits:
            register(function, *given, **named)
        for effects in record.effects:
            effects.do()
            # What it changes itself doesn't count when it's asked for.
            if self.environment is not None:
                apply(effects.values(), self.environment)
        record.module.__dict__.update([(name, now()) for name, now in record.times.items()])
        # Where a module comes whose code has run: behind those that it imported.
        _modules[name] = _modules.pop(name, record.module)
        return True

    def _repeat(self, record):
        """Makes the calls again that the module's code made."""
        for name, globals, fromlist, level, succeeded in record.calls:
            if globals is record.module.__dict__:
                record.rename()
            try:
                builtins.__import__(name, globals, globals, fromlist, level)
            except ImportError:
                now = False
            else:
                now = True
            if now is not succeeded:
                raise Changed

    def _need(self, name, watched):
        record = None if watched else self.hidden.pop(name, None)
        if record is None or not self._put(name, record, False):
            try:
                _import(name)
            except ImportError:
                raise Changed from None
            return
        package, _, last = name.rpartition(".")
        namespace = self.attributes.get((package, last))
        if namespace is not None:
            # The package may be another than the server's, whose code has run for this example.
            getattr(_modules.get(package), "__dict__", namespace)[last] = record.module

    def _unwatched(self):
        """Whether nobody can tell how a module is found, and each would be found where the server found it."""
        if self.watched or builtins.__dict__.get("__import__") is not _import:
            return False
        count = len(_meta_path)
        if tuple(sys.meta_path[:count]) != _meta_path or tuple(sys.path_hooks) != _path_hooks:
            return False
        if not all([is_among(one, self.finders) for one in sys.meta_path[count:]]):
            return False
        first = []
        for folder in sys.path:
            if folder in _path:
                break
            first.append(folder)
        return tuple(sys.path[len(first) :]) == _path and not any([self._shadows(folder) for folder in first])

    def _shadows(self, folder):
        """Whether something there may be found before a module of the server's."""
        try:
            found = [entry for entry in listdir(folder or ".") if entry.partition(".")[0] in self.tops]
            return not all([path in self.links and self._leads(path, self.links[path]) for path in [f"{folder or getcwd()}/{entry}" for entry in found]])
        except FileNotFoundError:
            return False
        except (OSError, TypeError, ValueError):
            return True  # an archive, or no folder at all: the search will tell

    def _leads(self, link, target):
        """Whether a link still leads there."""
        try:
            return readlink(link) == target
        except OSError:
            return False

    def _tell(self, name, record):
        """Tells those who watch (the harness is one) of what the search for a module in the working folder would have opened."""
        if "." in name:
            _audit("os.listdir", record.reads[0])
        for path in record.reads[1:]:
            _audit("open", path, "rb", 0)

    def of_harness(self):
        """A context in which code of the standard library imports for the harness, out of the example's sight."""
        return _OfHarness(self)


class _OfHarness:
    def __init__(self, imports):
        self.imports = imports

    def __enter__(self):
        self.put = [name for name in _LATE if name in self.imports.hidden and name not in _modules]
        for name in self.put:
            _modules[name] = self.imports.hidden[name].module
        self.bound = []
        for name in self.put:
            package, _, last = name.rpartition(".")
            namespace = self.imports.attributes.get((package, last), None)
            if namespace is not None and last not in namespace:
                namespace[last] = _modules[name]
                self.bound.append((namespace, last))
        self.function = builtins.__dict__.get("__import__")
        builtins.__dict__["__import__"] = _import

    def __exit__(self, kind, error, trace):
        if self.function is None:
            del builtins.__dict__["__import__"]
        else:
            builtins.__dict__["__import__"] = self.function
        if "warnings" in self.put:
            take_filters()
        for name in self.put:
            _modules.pop(name, None)
        for namespace, last in self.bound:
            namespace.pop(last, None)
        return False


def _homes(module):
    """The modules that a module has, and those whose classes and functions it has: an extension imports past `__import__` what is loaded already."""
    for value in [value for value in module.__dict__.values() if type(value) is type(sys) or callable(value)]:
        try:
            home = value.__name__ if type(value) is type(sys) else value.__module__
        except Exception:  # who answers for a lazy object, knows what it raises
            continue
        if type(home) is str:
            yield home


def _names():
    """What the modules of `importlib` that are there from the start are called."""
    spaces = (machinery.__dict__, _frozen_importlib_external.__dict__)
    return [(space, {key: space.get(key) for key in ("__name__", "__package__", "__file__")}) for space in spaces]


IMPORTS = Imports()


def _load_unlocked(spec):
    if spec.name in IMPORTS.hidden and IMPORTS.load(spec):
        return IMPORTS.records[spec.name].module
    if IMPORTS.loading or IMPORTS.notes is None:
        return _load(spec)
    IMPORTS.loading, begin = True, clock()
    try:
        module = _load(spec)
    finally:
        IMPORTS.loading = False
    IMPORTS.tell(spec.name, clock() - begin)
    return module


# It stands for a function of `importlib`: its frames, too, are none that a traceback shows.
_load_unlocked.__module__ = _load.__module__
for _function in (_load_unlocked, Imports.load, Imports._put, Imports._put_with_needs, Imports._is_fit, Imports._tell, Imports._repeat, Imports._need):
    _function.__code__ = _function.__code__.replace(co_filename=_load.__code__.co_filename)

IMPORTS.begin()  # what the harness imports is the first to be recorded

from atexit import register  # noqa: E402 — no interpreter has these from the start
from gc import freeze  # noqa: E402
