# why: processes that each stay below the limit must not fill the machine together
# outcome: ran or crashed
# claim: holds or unsettled
# needs: pid
import os
import time

pids = []
try:
    for _ in range(6):
        pid = os.fork()
        if pid == 0:
            try:
                block = bytearray(os.urandom(1 << 20)) * 250
                time.sleep(1)
            except MemoryError:
                os._exit(1)
            os._exit(0)
        pids.append(pid)
except OSError:
    pass
statuses = [os.waitpid(pid, 0)[1] for pid in pids]
print(statuses.count(0) < 6)  # True
