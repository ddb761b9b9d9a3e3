# why: the machine's clock and name can't be set
# outcome: ran
# claim: holds
import socket
import time

escaped = []
for function, arguments in [(time.clock_settime, (time.CLOCK_REALTIME, time.time())), (socket.sethostname, ("hostile",))]:
    try:
        function(*arguments)
        escaped.append(function.__name__)
    except OSError:
        pass
print(escaped)  # []
