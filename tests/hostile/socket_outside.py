# why: no packet leaves: there is no route out
# outcome: ran
# claim: holds
# needs: network
import socket

escaped = []
for family, kind, address in [
    (socket.AF_INET, socket.SOCK_STREAM, "192.0.2.1"),
    (socket.AF_INET, socket.SOCK_DGRAM, "192.0.2.1"),
    (socket.AF_INET, socket.SOCK_DGRAM, "255.255.255.255"),
    (socket.AF_INET, socket.SOCK_DGRAM, "224.0.0.251"),
    (socket.AF_INET6, socket.SOCK_STREAM, "2001:db8::1"),
    (socket.AF_INET6, socket.SOCK_DGRAM, "2001:db8::1"),
]:
    try:
        with socket.socket(family, kind) as client:
            client.settimeout(0.3)
            client.connect((address, 9))
            client.send(b"hostile")
        escaped.append((kind.name, address))
    except TimeoutError:
        escaped.append((kind.name, address, "timeout"))
    except OSError:
        pass
print(escaped)  # []
