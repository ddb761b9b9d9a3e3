# why: replacing the standard streams blinds the example itself, and keeps no other claim from its verdict
# outcome: ran
# claim: holds
# claim: wrong
import sys


class Silent:
    def __getattr__(self, name):
        return lambda *values: None


sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = Silent()
print("swallowed")
6 * 7  # 42
6 * 7  # 43
