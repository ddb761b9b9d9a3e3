# why: keys of the caller's session can't be listed, read or added
# outcome: ran
# claim: holds
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
keyctl, add_key = {"x86_64": (250, 248), "aarch64": (219, 217)}[os.uname().machine]
buffer = ctypes.create_string_buffer(4096)
escaped = []
for ring in (-1, -2, -3, -4, -5):
    if libc.syscall(keyctl, 11, ring, buffer, 4096) > 0:
        escaped.append(ring)
if libc.syscall(add_key, b"user", b"hostile", b"left", 4, -4) > 0:
    escaped.append("add_key")
print(escaped)  # []
