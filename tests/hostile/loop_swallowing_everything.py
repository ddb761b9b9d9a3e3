# why: a loop that swallows each exception and each signal that Python can handle ends at the time limit
# outcome: timed-out
# timeout: 1
import signal


def swallow(number, frame):
    pass


for number in range(1, 65):
    try:
        signal.signal(number, swallow)
    except (OSError, ValueError):
        pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
