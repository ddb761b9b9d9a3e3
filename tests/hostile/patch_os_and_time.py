# why: patched system calls and clocks change no verdict
# outcome: ran
# claim: holds
# claim: wrong
import os
import time


def lie(*values, **options):
    return 43


for name in ["write", "read", "fstat", "dup2", "close", "getpid", "_exit", "fsencode", "open"]:
    setattr(os, name, lie)
for name in ["time", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "sleep"]:
    setattr(time, name, lambda: float("nan"))
6 * 7  # 42
6 * 7  # 43
