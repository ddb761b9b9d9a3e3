# why: services on the machine's own loopback, which trust whoever can reach them, can't be reached
# outcome: ran
# claim: holds
# needs: network
import socket

escaped = []
for family, address in [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"), (socket.AF_INET, "127.8.8.8"), (socket.AF_INET6, "::1"), (socket.AF_INET6, "::ffff:127.0.0.1")]:
    try:
        with socket.socket(family) as client:
            client.settimeout(0.3)
            client.connect((address, @PORT@))
            client.send(b"hostile")
        escaped.append(address)
    except OSError:
        pass
print(escaped)  # []
