# why: ignoring each signal that can be ignored must not outlast SIGKILL
# outcome: timed-out
# timeout: 1
import signal
import time

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    time.sleep(0.01)
