# why: a fork that goes on running the example beside it must not report it twice
# outcome: ran
# claim: holds
import os

pid = os.fork()
if pid:
    os.waitpid(pid, 0)
print("twice" if pid == 0 else "once")  # 'once'
