# why: endless output ends at the limit of output, long before the time limit
# outcome: crashed
# reason: output
while True:
    print("x" * 1000)
