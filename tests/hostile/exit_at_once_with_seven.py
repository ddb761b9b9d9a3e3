# why: the exit status is told
# outcome: crashed
# reason: status 7
import os

os._exit(7)
