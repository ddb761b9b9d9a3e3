# why: the exit status is told
# outcome: crashed
# reason: exited with 7
import os

os._exit(7)
