# why: ending the process behind Python's back with status 0 is not running to the end
# outcome: crashed
# reason: exit
# claim: holds
# claim: unsettled
import os

print("before")  # "before"
os._exit(0)
print("after")  # "after"
