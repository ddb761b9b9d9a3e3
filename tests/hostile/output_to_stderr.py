# why: standard error counts as output
# outcome: crashed
# reason: output
import sys

while True:
    sys.stderr.write("x" * 1000)
