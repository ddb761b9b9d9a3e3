# why: stopping its own group and all it can reach stops no server
# outcome: timed-out
# needs: pid
# timeout: 1
import os
import signal

assert os.getppid() == 1
try:
    os.kill(-1, signal.SIGSTOP)
except OSError:
    pass
os.killpg(0, signal.SIGSTOP)
