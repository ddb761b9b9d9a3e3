# why: a signal to its own process group ends the example, not the server
# outcome: crashed
# reason: signal 9
import os
import signal

os.killpg(0, signal.SIGKILL)
