# why: new namespaces give new rights inside; none can be made or joined
# outcome: ran
# claim: holds
# needs: seccomp
import ctypes
import errno
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
machine = os.uname().machine
unshare, setns, clone = {"x86_64": (272, 308, 56), "aarch64": (97, 268, 220)}[machine]
escaped = []
for flag in [0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x08000000, 0x04000000, 0x02000000, 0x00000080]:
    if libc.syscall(unshare, flag) != -1:
        escaped.append(("unshare", hex(flag)))
    if flag != 0x80:
        pid = libc.syscall(clone, flag | signal.SIGCHLD, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        if pid > 0:
            escaped.append(("clone", hex(flag)))
            os.waitpid(pid, 0)
arguments = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, signal.SIGCHLD)
pid = libc.syscall(435, arguments, 88)
if pid == 0:
    os._exit(0)
if pid > 0:
    escaped.append("clone3")
for name in ("user", "mnt", "net", "pid"):
    for process in ("self", "1"):
        try:
            descriptor = os.open(f"/proc/{process}/ns/{name}", os.O_RDONLY)
        except OSError:
            continue
        if libc.syscall(setns, descriptor, 0) != -1:
            escaped.append(("setns", process, name))
print(escaped)  # []
