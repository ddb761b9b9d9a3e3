# why: the server's own descriptors and memory, through which reports go, can't be opened from an example
# outcome: ran
# claim: holds
import ctypes
import os

escaped = []
libc = ctypes.CDLL(None, use_errno=True)
server = os.getppid()
for descriptor in range(256):
    for flags in (os.O_WRONLY, os.O_RDONLY):
        try:
            os.open(f"/proc/{server}/fd/{descriptor}", flags | os.O_NONBLOCK)
            escaped.append(descriptor)
        except OSError:
            pass
for name in ["mem", "environ", "maps", "auxv", "root", "cwd", "exe", "ns/net", "syscall", "stack"]:
    path = f"/proc/{server}/{name}"
    try:
        if os.path.islink(path):
            os.readlink(path)
        elif os.path.isdir(path):
            os.listdir(path)
        else:
            with open(path, "rb") as file:
                file.read(1)
        escaped.append(name)
    except OSError:
        pass
holder = libc.syscall(434, server, 0)
if holder >= 0 and any(libc.syscall(438, holder, descriptor, 0) >= 0 for descriptor in range(256)):
    escaped.append("pidfd_getfd")
print(escaped)  # []
