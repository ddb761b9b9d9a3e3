# why: a stopped process takes no SIGTERM; it still ends at the time limit
# outcome: timed-out
# timeout: 1
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
