# why: threads count as processes
# outcome: ran or crashed
# claim: holds or unsettled
# needs: pid
import threading
import time

threading.stack_size(32768)
started = 0
for _ in range(1000):
    try:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    except RuntimeError:
        break
    started += 1
    time.sleep(0.001)
print(started < 1000)  # True
