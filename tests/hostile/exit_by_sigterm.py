# why: a SIGTERM of its own is told from the one that ends a slow example
# outcome: crashed
# reason: signal 15
import os
import signal

signal.signal(signal.SIGTERM, signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGTERM)
