# why: catastrophic backtracking never leaves C code, so that only a signal from outside ends it
# outcome: timed-out
# claim: holds
# claim: unsettled
# timeout: 1
import re

print("before")  # "before"
re.match(r"(a+)+$", "a" * 40 + "b")
print("after")  # "after"
