# why: half a note and then nothing is a crash, and nothing of the next example is taken for its other half
# outcome: crashed
import os
import stat

for descriptor in range(3, 1024):
    try:
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            os.write(descriptor, b'{"seen": {"probe": 0, "stdout": [0, ')
    except OSError:
        pass
os._exit(0)
