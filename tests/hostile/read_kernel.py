# why: the kernel's log, symbols and memory are closed
# outcome: ran
# claim: holds
# needs: files
import os

escaped = []
for path in ["/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/proc/kcore", "/proc/kmsg", "/dev/vda", "/dev/sda", "/dev/nvme0", "/dev/kvm", "/dev/fuse", "/dev/net/tun"]:
    try:
        os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        escaped.append(path)
    except OSError:
        pass
print(escaped)  # []
