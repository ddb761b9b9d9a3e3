# why: hooks that loop or raise when an exception is shown leave the exception reported
# outcome: raised or timed-out or crashed
# timeout: 2
import sys


def loop(*values):
    while True:
        pass


sys.excepthook = sys.unraisablehook = sys.displayhook = loop
raise ValueError("shown by a hook that never ends")
