# why: a handler that runs at exit may end the process behind Python's back; that spoils nothing that was seen
# outcome: ran or crashed
# claim: holds
import atexit
import os

atexit.register(os._exit, 9)
print("before")  # "before"
