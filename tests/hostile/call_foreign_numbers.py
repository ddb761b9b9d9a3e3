# why: system calls by the numbers of another table must not pass the filter
# outcome: ran
# claim: holds
# arch: x86_64
import ctypes
import errno

libc = ctypes.CDLL(None, use_errno=True)
escaped = []
for number in (39, 272, 165, 520, 101, 425):
    if libc.syscall(0x40000000 | number, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM):
        escaped.append(number)
print(escaped)  # []
