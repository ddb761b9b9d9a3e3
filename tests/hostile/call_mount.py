# why: mounts, in the old and the new way, are refused
# outcome: ran
# claim: holds
import ctypes
import errno
import os

libc = ctypes.CDLL(None, use_errno=True)
os.mkdir("hostile")
machine = os.uname().machine
calls = {"mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442)}
arguments = {"mount": (b"none", b"hostile", b"tmpfs", 0, None), "umount2": (b"/proc", 2), "open_tree": (-100, b"/", 1), "fsopen": (b"tmpfs", 0), "fspick": (-100, b"/", 0)}
escaped = []
for name, numbers in calls.items():
    number = numbers[machine == "aarch64"]
    result = libc.syscall(number, *arguments.get(name, (-1, b".", -1, b".", 0)))
    if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.EACCES, errno.ENOSYS):
        escaped.append((name, result, ctypes.get_errno()))
print(escaped)  # []
