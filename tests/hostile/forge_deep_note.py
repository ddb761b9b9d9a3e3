# why: a note of brackets nested without end must not overflow the stack of the server or of the parent
# outcome: crashed
import os
import stat

for descriptor in range(3, 1024):
    try:
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            os.write(descriptor, b'{"seen": ' + b"[" * 1_000_000 + b"\n")
    except OSError:
        pass
