# why: unix sockets of the host, by path and by abstract name, can't be reached
# outcome: ran
# claim: holds
# needs: network
import socket

escaped = []
for address in ["@SOCKET@", "\0@ABSTRACT@", "/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/private"]:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            with socket.socket(socket.AF_UNIX, kind) as client:
                client.connect(address)
            escaped.append(address)
        except OSError:
            pass
print(escaped)  # []
