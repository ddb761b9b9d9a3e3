# why: a thread that isn't a daemon holds the process, as in any script, until the time limit
# outcome: timed-out
# claim: holds
# timeout: 1
import threading
import time

threading.Thread(target=time.sleep, args=(3600,)).start()
print("before")  # "before"
