"""Imports modules of packages in the server, so that they are there when an example imports them.

Every example is a copy of the server. So nothing of the import may be seen by one that doesn't import the module: the modules are
hidden (`imports.py`), and what else it changed is told, so that the server can do without. Where nobody chose the modules, more is asked
of them (`trial.py`), and they come from certain places.

Limits: what an import keeps to itself (registrations with `copyreg`, `codecs`) isn't told, and a random state that a package seeds when
it's imported is the same in all examples.
"""

import atexit
import sys
import builtins
import posix
import _signal
import gc
from marshal import loads as _unmarshalled
from posixpath import dirname, islink, realpath, split

import verify_forking
from verify_activity import observer
from verify_effects import clocks, complete, time_of, times
from verify_environment import environment
from verify_shapes import Shapes, inner

_modules = sys.modules
_eval = eval
_getframe = sys._getframe
_path = tuple(sys.path)
_register = atexit.register


_trial = None  # the last one: what imports, the places, and what watches
_audit = None  # what hears of audit events
_hears = False


def preload(session, names, places, is_trial):
    """Imports modules, one after the other, and gives for each of them: `None` where all is well, `""` where there is no such module, else why
    it's not fit for all examples. `places` says where modules may come from that nobody chose; `None` where somebody did. A trial is made in
    a process that ends thereafter, or goes on by `keep_trial`."""
    global _trial
    imports = session.imports
    places = None if places is None else Places(**places)
    trial = None
    if is_trial and places is not None:
        names_of_trial = {"__name__": "verify_trial", "__builtins__": dict(builtins.__dict__), "observer": observer, "Shapes": Shapes, "inner": inner}
        names_of_trial.update(clocks=clocks, complete=complete, time_of=time_of, times=times)
        _eval(_unmarshalled(session.late["trial"]), names_of_trial)
        trial = names_of_trial["Trial"](imports, places, session.looking, _hear)
    shapes = None if places is None else trial or Shapes(imports)
    imports.begin(places, shapes)
    atexit.register = _recorder(imports, trial)
    try:
        if places is not None:
            places.enter()
        for name in names:
            yield _imported(name, imports, places, trial)
            if shapes is not None and trial is None:
                shapes.take(shapes.changed(), name.partition(".")[0])
    finally:
        atexit.register = _register
        if is_trial:
            _trial = imports, places, trial
        else:
            _end(imports, places)


def keep_trial():
    """Has the process of a trial in which all was well go on as if it had been none; whether that can be."""
    global _trial
    (imports, places, trial), _trial = _trial, None
    if trial is None or not trial.leave():
        return False
    _end(imports, places)
    return True


def _end(imports, places):
    if places is not None:
        places.leave()
    verify_forking.settle()
    imports.end()


def _hear(audit):
    """Has `audit` hear of audit events, or nobody: a hook is there for good."""
    global _audit, _hears
    _audit = audit
    if not _hears:
        sys.addaudithook(_pass_on)
        _hears = True


def _pass_on(event, arguments):
    if _audit is not None:
        _audit(event, arguments)


def _recorder(imports, trial):
    """Stands for `atexit.register`: keeps what a package has called at the end, for the examples that import it. What the standard library registers
    it does once for all packages."""

    def register(function, /, *given, **named):
        record = next((record for record in reversed(imports.running) if not _is_standard(record.name)), None)
        if record is None or not callable(function):
            return _register(function, *given, **named)
        if getattr(function, "__qualname__", None) == "finalize._exitfunc":
            record.exits.append((function, given, named))
            return function
        if _is_standard(_getframe(1).f_globals.get("__name__", "")):
            if trial is not None:
                trial.note_of_package("registers something for the end")
            return _register(function, *given, **named)
        record.exits.append((function, given, named))
        return function

    return register


def _is_standard(name):
    return name.partition(".")[0] in sys.stdlib_module_names


def _imported(name, imports, places, trial):
    if places is not None and _is_there(name):
        return None
    before = _state(imports)
    if trial is not None:
        trial.begin(name)
    try:
        package = name.rpartition(".")[0]
        if places is not None and package:
            builtins.__import__(package)
        if places is None or not _is_there(name):
            builtins.__import__(name)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        if "weakref" in _modules:
            # Who imports nothing that has objects finalised at the end has that registered by its own first one.
            _modules["weakref"].finalize._registered_with_atexit = _modules["weakref"].finalize._dirty = False
    except ModuleNotFoundError as error:
        missing = error.name
        return "" if missing == name or name.startswith(f"{missing}.") else f"its import fails: {_told(error)}"
    except BaseException as error:
        return f"its import fails: {_told(error)}"
    if places is not None and places.refused is not None:
        return f"it imports {places.refused}, which others may have written"
    changed = [what for what, value in _state(imports).items() if value != before[what]]
    if changed:
        return f"its import changes {' and '.join(changed)}"
    return None if trial is None else trial.why()


def _is_there(name):
    """Whether a module is there, or in its place what `from package import last` gives."""
    package, _, last = name.rpartition(".")
    return name in _modules or last in getattr(_modules.get(package), "__dict__", ())


class Places:
    """Where modules may come from that nobody chose: from the interpreter's own environment, and from what was granted to be read and has a
    link in the working folder; but not from what some examples may change."""

    def __init__(self, folder, links, changed):
        self.folder = folder  # the working folder; `None` where nothing is to come from there
        self.links = {} if folder is None else {f"{folder}/{name}": target for name, target in links.items()}
        self.roots = [realpath(root) for root in (*_path, dirname(builtins.__import__("os").__file__), *self.links.values())]
        self.changed = [realpath(tree) for tree in changed]
        self.refused = None  # the first module that was to come from elsewhere
        self.folders = {}  # where folders of modules really are

    def enter(self):
        if self.folder is not None:
            sys.path.insert(0, self.folder)

    def leave(self):
        if self.folder is not None:
            sys.path.remove(self.folder)
            # An example looks there for itself.
            for path in [path for path in sys.path_importer_cache if _is_in(path, [self.folder])]:
                del sys.path_importer_cache[path]

    def check(self, spec, record):
        """Refuses a module before its code runs, or says of its record where it was found."""
        record.is_strict = not _is_standard(spec.name)
        if not spec.has_location:
            return
        path, link = self._real(spec.origin), None
        if self.folder is not None and spec.origin.startswith(f"{self.folder}/"):
            link = self.folder + "/" + spec.origin[len(self.folder) + 1 :].partition("/")[0]
        if not _is_in(path, self.roots) or _is_in(path, self.changed) or not (link is None or link in self.links):
            self.refused = self.refused or spec.name
            raise ImportError(f"{spec.name} can't be imported here")
        if link is None:
            return
        record.link = link, self.links[link]
        searched = dirname(spec.origin)
        record.reads = [dirname(searched) if spec.submodule_search_locations is not None else searched]
        read = getattr(spec.loader, "get_data", None)
        if read is not None:
            spec.loader.get_data = lambda path: record.reads.append(path) or read(path)

    def _real(self, path):
        """Where a file really is: each folder is looked for once."""
        folder, name = split(path)
        if folder not in self.folders:
            self.folders[folder] = realpath(folder)
        path = f"{self.folders[folder]}/{name}"
        return realpath(path) if islink(path) else path


def _is_in(path, trees):
    return any([path == tree or path.startswith(f"{tree}/") for tree in trees])


def _told(error):
    try:
        return f"{type(error).__name__}: {error}".partition("\n")[0]
    except Exception:
        return type(error).__name__


def _state(imports):
    """What every example would see of an import."""
    imports.undo_effects()
    try:
        return _seen()
    finally:
        imports.do_effects()


def _seen():
    return {
        "the environment variables": environment(),
        "the working folder": posix.getcwd(),
        "the handlers of signals": [_handler(number) for number in range(1, _signal.NSIG)],
        "`sys.path`": list(sys.path),
        "`sys.path_hooks`": list(sys.path_hooks),
        "`sys.meta_path`": list(sys.meta_path),
        "the builtins": {name: id(value) for name, value in vars(builtins).items() if name not in ("__import__", "_")},
        "the hooks of `sys`": [id(getattr(sys, name)) for name in ("excepthook", "displayhook", "unraisablehook", "breakpointhook")],
        "the streams": [id(getattr(sys, name)) for name in ("stdin", "stdout", "stderr")],
        "what traces or profiles": (sys.gettrace(), sys.getprofile()),
        "the limit of recursion": sys.getrecursionlimit(),
        "the garbage collector": (gc.isenabled(), gc.get_threshold(), list(gc.callbacks)),
    }


def _handler(number):
    try:
        return _signal.getsignal(number)
    except (OSError, ValueError):
        return None
