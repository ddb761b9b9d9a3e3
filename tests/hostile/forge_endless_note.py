# why: a note without end has a limit; the server keeps no more than that
# outcome: crashed or timed-out
# timeout: 5
import os
import stat

block = b"x" * (1 << 16)
for descriptor in range(3, 1024):
    try:
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            for _ in range(1 << 13):
                os.write(descriptor, block)
    except OSError:
        pass
