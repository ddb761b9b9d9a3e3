# why: processes that double until none can be made end with the example
# outcome: timed-out or crashed
# timeout: 2
import os

for _ in range(9):
    try:
        os.fork()
    except OSError:
        pass
while True:
    pass
