# why: sys.exit with a text ends this example only
# outcome: raised or crashed
# claim: unsettled
import sys

sys.exit("\x1b[31mover\x1b[0m")
print("after")  # "after"
