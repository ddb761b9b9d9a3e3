# why: processes that replace themselves faster than they can be listed are ended all the same
# outcome: ran
# claim: holds
import os

pid = os.fork()
if pid == 0:
    os.setsid()
    for _ in range(100_000):
        try:
            if os.fork():
                os._exit(0)
        except OSError:
            pass
    os._exit(0)
print("over")  # 'over'
