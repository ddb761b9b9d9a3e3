# why: files in memory that no process maps don't count as address space, and still must not fill the machine
# outcome: ran or crashed
# claim: holds or unsettled
# needs: pid
import os

block = b"x" * (1 << 20)
total = 0
try:
    for number in range(24):
        descriptor = os.memfd_create(f"hostile-{number}")
        for _ in range(64):
            total += os.write(descriptor, block)
except OSError:
    pass
print(total < 24 << 26)  # True
