# why: the network is the loopback alone, and no interface can be made
# outcome: ran
# claim: holds
# needs: loopback
import fcntl
import socket
import struct

escaped = [name for _, name in socket.if_nameindex() if name != "lo"]
with socket.socket() as control:
    try:
        fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", 0))
        escaped.append("loopback taken down")
    except OSError:
        pass
print(escaped)  # []
