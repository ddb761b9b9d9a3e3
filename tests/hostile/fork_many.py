# why: there is a limit of processes, enforced before the machine's own
# outcome: ran or crashed
# claim: holds or unsettled
# needs: pid
import os
import time

started = 0
for _ in range(400):
    try:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
    except OSError:
        break
    started += 1
    time.sleep(0.001)
print(started < 400)  # True
