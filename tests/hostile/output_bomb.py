# why: endless output ends at the limit of output, long before the time limit
# outcome: crashed
# reason: wrote more than it may
while True:
    print("x" * 1000)
