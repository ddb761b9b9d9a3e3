"""What happens around a fork, cut down to what a child of a process with one thread needs.

Modules have the interpreter call them in the child (`os.register_at_fork`). Two of them do there what costs much, as the child copies each
page that it writes to: `random` takes a new seed, which the server can do as well, before it forks; and `threading` forgets other threads,
of which a server has none.

The interpreter shows its list of these functions to nobody; but the garbage collector knows what refers to a function that was just put there.
Where it doesn't, all of them are called in the child, as usual.
"""

import os
import sys
from gc import get_referrers

_getpid = os.getpid
_modules = sys.modules
_before = []  # what the server calls before it forks
_threading = None  # the module, where it's imported


def _registered():
    """The interpreter's own list of what it calls in a child; one of no use to anybody, where that isn't found."""

    def mark():
        pass

    os.register_at_fork(after_in_child=mark)
    for found in get_referrers(mark):
        if type(found) is list and found[-1:] == [mark]:
            found.pop()
            return found
    return []


_list = _registered()
_all = []  # what was on the list, in its order


def settle():
    """Takes from the list what a child of the server doesn't need. To be called again when more was imported, while that is in sight."""
    global _threading
    kept = [function for function in _all if function in _list]
    for function in _list[len(kept) :]:
        _all.append(function)
        module = getattr(function, "__module__", None)
        if module == "random":
            _before.append(function)
        elif module == "threading":
            _threading = _modules["threading"]
        else:
            kept.append(function)
    _list[:] = kept


def before():
    """Does for the next child what may be done before it's there. For the server."""
    for function in _before:
        function()


def after():
    """Does the rest in the child. From here on all is as it was: the example may fork itself, and have threads then."""
    _list[:] = _all
    if _threading is not None:
        _threading._main_thread._native_id = _getpid()
