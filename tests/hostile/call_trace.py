# why: processes that aren't the example's can't be traced
# outcome: ran
# claim: holds
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
escaped = []
for pid in {1, os.getppid(), @PARENT@} - {os.getpid()}:
    for request in (16, 0x4206):
        if libc.ptrace(request, pid, None, None) != -1:
            escaped.append((request, pid))
print(escaped)  # []
