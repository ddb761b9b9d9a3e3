# why: recursion with the limit lifted ends in memory or time, and a traceback of millions of lines is still reported
# outcome: raised or crashed or timed-out
# timeout: 5
import sys

sys.setrecursionlimit(10**9)


def deeper():
    return deeper() + 1


deeper()
