# why: a process forked twice, in a session of its own, with all signals ignored and holding each descriptor, ends with the example
# outcome: ran
# claim: holds
import ctypes
import os
import signal
import time

pid = os.fork()
if pid == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        time.sleep(0.1)
        open("hostile-daemon", "a").close()
os.waitpid(pid, 0)
print("over")  # 'over'
