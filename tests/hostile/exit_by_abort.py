# why: an abort is a crash with its signal
# outcome: crashed
# reason: signal 6
import os

os.abort()
