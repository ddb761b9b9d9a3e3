# why: a SIGKILL of its own is told from the one that ends a slow example
# outcome: crashed
# reason: signal 9
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
