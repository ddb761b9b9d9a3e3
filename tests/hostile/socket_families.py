# why: raw sockets and families with a history of holes are refused
# outcome: ran
# claim: holds
# needs: seccomp
import socket

escaped = []
for family, kind, protocol in [(17, 3, 0), (17, 2, 0), (38, 5, 0), (40, 1, 0), (16, 3, 4), (16, 3, 12), (29, 3, 1), (31, 3, 1), (15, 3, 2), (44, 3, 0), (21, 5, 0), (30, 1, 0), (2, 3, 1), (2, 3, 255), (10, 3, 58)]:
    try:
        socket.socket(family, kind, protocol).close()
        escaped.append((family, kind, protocol))
    except OSError:
        pass
print(escaped)  # []
