"""Runs a few lines in the server as the process of an example runs them, before there are many of those.

CPython prepares code while it runs: it puts faster instructions in the place of those that are run often, and keeps what it has looked up. Done
here, it needn't be done by each child, which copies every page of memory that it writes to.

Nothing of it stays but that: what a process of an example changes for good is left out, or put back.
"""

import linecache
import os
import sys
from _signal import SIGINT, getsignal, signal
from gc import collect, freeze

from verify_seeing import release

CODE = "x = 0\nfor n in range(2):\n    x += n\nprint(x)\nx + 1\n"
SEEN = {"subject": "value", "equals": "2"}
PROBES = [(4, []), (5, [SEEN])]
PIECES = [(1, 1, "other"), (2, 3, "plain"), (4, 4, "value"), (5, 5, "value")]
TIMES = 12  # from the eighth call on a function counts as one that runs often

_modules = sys.modules
_eval = eval


def rehearse(session, folder):
    """Has sessions of the class `session` run in this process. `folder` is the examples' working folder; it needn't be there."""
    argv, path, main, interrupted = sys.argv, list(sys.path), _modules.get("__main__"), getsignal(SIGINT)
    hook, sys.addaudithook = sys.addaudithook, _nothing  # nobody could take a hook away again
    output, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1, inheritable=True)
    try:
        for _ in range(TIMES):
            _run(session, folder, null, PIECES)
            _run(session, folder, null, [])
    finally:
        os.dup2(output, 1, inheritable=True)
        os.close(output)
        os.close(null)
        signal(SIGINT, interrupted)
        sys.addaudithook = hook
        sys.argv, sys.path[:] = argv, path
        if main is not None:
            _modules["__main__"] = main
    # Also gives back what the interpreter keeps of objects that are gone, to be used for others, wherever it lies.
    collect()
    freeze()


def _run(session, folder, null, pieces):
    probes = [{"number": number, "line": line, "column": 0, "catches": False, "queries": asked} for number, (line, asked) in enumerate(PROBES)]
    job = {"filename": "<rehearsal>", "code": CODE, "mode": "script", "prelude": [], "probes": probes, "pieces": pieces}
    this = session(job, folder, null, null, null, True)
    while (code := this.next()) is not None:
        this.done(_eval(code, this.namespace))
    this.finish()
    release(this.held)
    del linecache.cache[this.file]


def _nothing(hook):
    pass
