# why: an example that only waits is ended as well as one that computes
# outcome: timed-out
# claim: holds
# timeout: 1
import threading

print("before")  # "before"
threading.Event().wait()
