# why: memory of other processes can't be read or written, by name or by number
# outcome: ran
# claim: holds
import ctypes
import os

machine = os.uname().machine
readv, writev = {"x86_64": (310, 311), "aarch64": (270, 271)}[machine]
libc = ctypes.CDLL(None, use_errno=True)


class Range(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


buffer = ctypes.create_string_buffer(8)
escaped = []
for pid in (1, os.getppid(), @PARENT@):
    if pid == os.getpid():
        continue
    here = Range(ctypes.addressof(buffer), 8)
    there = Range(ctypes.addressof(buffer), 8)
    for call in (readv, writev):
        if libc.syscall(call, pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) >= 0:
            escaped.append((call, pid))
    for mode in (os.O_RDONLY, os.O_RDWR):
        try:
            os.open(f"/proc/{pid}/mem", mode)
            escaped.append(("mem", pid))
        except OSError:
            pass
print(escaped)  # []
