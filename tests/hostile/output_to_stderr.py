# why: standard error counts as output
# outcome: crashed
# reason: wrote more than it may
import sys

while True:
    sys.stderr.write("x" * 1000)
