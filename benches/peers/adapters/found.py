"""What an adapter found: a line of JSON for each example of a peer, on the standard output that the adapter was started with.

What examples print goes to the log instead. A row has the document, first and last line (from 1), the outcome (`passed`, `failed`,
`skipped`), why, and the grain: a `statement` of a session whose output the peer compares (`compared`) or not, or a whole `block`.
Of a statement there are its first lines of code and of output, too: peers don't always know where they are.
"""

import contextlib
import json
import os
import signal
import sys

_out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
sys.stdout = sys.stderr
_process = os.getpid()


SECONDS = 60


@contextlib.contextmanager
def limited():
    """Ends an example that doesn't end by itself."""

    def end(*_):
        raise TimeoutError(f"no end after {SECONDS} s")

    signal.signal(signal.SIGALRM, end)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def row(document, first, last, outcome, why="", grain="block", compared=False, code="", shown=""):
    """Tells of an example. What a fork of an example tells is not heard."""
    if os.getpid() != _process:
        return
    why = " ".join(str(why).split())[-300:]
    record = {"document": str(document), "first": first, "last": last, "outcome": outcome, "why": why, "grain": grain, "compared": compared, "code": code, "shown": shown.strip()}
    print(json.dumps(record), file=_out, flush=True)


def each(check):
    """Has a function check each document that the adapter was called for, in a fork of its own: what that tells is heard."""
    global _process
    for document in sys.argv[1:]:
        child = os.fork()
        if not child:
            _process = os.getpid()
            try:
                check(document)
            finally:
                os._exit(0)
        os.waitpid(child, 0)


def module_name(path):
    """The name by which a file of an installed package is imported."""
    for folder in sorted(filter(None, sys.path), key=len, reverse=True):
        if path.startswith(folder + os.sep) and path.endswith(".py"):
            return path[len(folder) + 1 : -3].replace(os.sep, ".").removesuffix(".__init__")
    raise ImportError(f"{path} lies in no folder that modules are imported from")
