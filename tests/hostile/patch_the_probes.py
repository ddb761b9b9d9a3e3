# why: an example may find and replace its own probes, as they share its memory; no other example's verdict changes
# outcome: any
import gc
import sys
import types

frame = sys._getframe()
while frame:
    for name, value in list(frame.f_globals.items()):
        if isinstance(value, types.FunctionType) and frame.f_globals is not globals():
            try:
                value.__code__ = (lambda *values, **options: None).__code__
            except ValueError:
                pass
    frame = frame.f_back
for thing in gc.get_objects():
    if isinstance(thing, types.FunctionType) and "verify" in (thing.__module__ or ""):
        try:
            thing.__code__ = (lambda *values, **options: None).__code__
        except ValueError:
            pass
6 * 7
