# why: a handler that runs at exit is under the time limit, and what was seen before it counts
# outcome: timed-out
# claim: holds
# timeout: 1
import atexit


def loop():
    while True:
        pass


atexit.register(loop)
print("before")  # "before"
