# why: no signal that an example sends ends or stops its server
# outcome: ran
# claim: holds
# needs: pid
import os
import signal

server = os.getppid()
assert server == 1
for number in range(1, 65):
    try:
        os.kill(server, number)
    except OSError:
        pass
print("alive")  # 'alive'
