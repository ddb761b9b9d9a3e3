"""The filters of warnings: those that are in force, and others in their place."""

import sys
from _warnings import filters as _first, warn_explicit

_modules = sys.modules


def filters():
    """The filters of warnings that are in force."""
    return getattr(_modules.get("warnings"), "filters", _first)


def set_filters(filters):
    """Puts others in their place. Only a module that has changed them is followed, and that has imported `warnings`."""
    warnings = _modules["warnings"]
    warnings.filters[:] = filters
    mutated = getattr(warnings, "_filters_mutated", None)
    if mutated is not None:
        mutated()
        return
    with warnings._lock:
        warnings._filters_mutated_lock_held()


def take_filters():
    """Has the interpreter take the filters of `warnings`: where it sees that module, it does so, and keeps the last ones. Nobody sees this one."""
    warn_explicit("", ImportWarning, "", 1)
