# why: an endless loop ends at the time limit, and what was seen before it counts
# outcome: timed-out
# claim: holds
# claim: unsettled
# timeout: 1
print("before")  # "before"
while True:
    pass
print("after")  # "after"
