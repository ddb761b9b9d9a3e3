# why: a power of a big integer never leaves C code and holds the interpreter's lock
# outcome: timed-out
# claim: holds
# timeout: 1
print("before")  # "before"
exponent = 10**8
power = 7**exponent
