# why: parts of the kernel that no example needs and that often had holes are closed
# outcome: ran
# claim: holds
# needs: seccomp
import ctypes
import errno
import os

libc = ctypes.CDLL(None, use_errno=True)
column = {"x86_64": 0, "aarch64": 1}[os.uname().machine]
calls = {
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "fanotify_init": (300, 262), "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "swapon": (167, 224),
    "acct": (163, 89), "syslog": (103, 116), "quotactl": (179, 60), "pidfd_getfd": (438, 438), "kcmp": (312, 272), "process_madvise": (440, 440),
}
escaped = []
for name, numbers in calls.items():
    result = libc.syscall(numbers[column], 0, 0, 0, 0, 0)
    if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.EACCES, errno.ENOSYS):
        escaped.append((name, result, errno.errorcode.get(ctypes.get_errno())))
print(escaped)  # []
