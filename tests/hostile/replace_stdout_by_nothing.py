# why: no standard streams at all
# outcome: ran
# claim: holds
import sys

sys.stdout = sys.stderr = sys.stdin = None
print("swallowed")
del sys.stdout, sys.stderr
6 * 7  # 42
