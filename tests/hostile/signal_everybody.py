# why: a signal to all processes reaches none beyond the example
# outcome: ran
# claim: holds
# needs: pid
import os
import signal

assert os.getppid() == 1
try:
    os.kill(-1, signal.SIGKILL)
except OSError:
    pass
print("alive")  # 'alive'
