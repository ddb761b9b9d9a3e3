# why: a trace function that raises in each frame meets the probes too, and spoils this example only
# outcome: any
import sys
import threading


def trace(frame, event, argument):
    raise RuntimeError("traced")


threading.settrace(trace)
sys.setprofile(trace)
sys.settrace(trace)
6 * 7
