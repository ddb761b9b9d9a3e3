# why: seals on the descriptor of standard output, or writes through other ways to it, end with the example
# outcome: any
import fcntl
import os

try:
    fcntl.fcntl(1, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
except OSError:
    pass
again = os.open("/proc/self/fd/1", os.O_RDWR)
os.pwrite(again, b"forged", 0)
os.fchmod(1, 0)
