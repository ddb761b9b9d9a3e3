# why: sys.exit with a status ends this example only, and what comes after it isn't judged
# outcome: raised or crashed
# reason: 3
# claim: holds
# claim: unsettled
import sys

print("before")  # "before"
sys.exit(3)
print("after")  # "after"
