"""Imports a module of a package in the server, so that it's there when an example imports it.

Every example is a copy of the server. So nothing of the import may be seen by one that doesn't import the module: the modules are
hidden (`imports.py`), and what else it changed is told, so that the server can do without.

Limits: what an import keeps to itself (registrations with `atexit`, `copyreg`, `codecs`) isn't told, and a random state that a
package seeds when it's imported is the same in all examples.
"""

import sys
import builtins
import posix
import _signal
import gc

import verify_forking

_modules = sys.modules


def preload(imports, name):
    """Imports a module. `None` where all is well, `""` where there is no such module, else why it's not fit for all examples."""
    before = _state()
    imports.begin()
    try:
        builtins.__import__(name)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except ModuleNotFoundError as error:
        missing = error.name
        return "" if missing == name or name.startswith(f"{missing}.") else f"its import fails: {_told(error)}"
    except BaseException as error:
        return f"its import fails: {_told(error)}"
    finally:
        verify_forking.settle()
        imports.end()
    changed = [what for what, value in _state().items() if value != before[what]]
    return f"its import changes {' and '.join(changed)}" if changed else None


def _told(error):
    try:
        return f"{type(error).__name__}: {error}".partition("\n")[0]
    except Exception:
        return type(error).__name__


def _state():
    """What every example would see of an import."""
    environment = getattr(_modules.get("os"), "environ", {})
    return {
        "the environment variables": dict(environment),
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
