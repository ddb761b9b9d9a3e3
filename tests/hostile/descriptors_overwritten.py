# why: an example that puts other files in place of all descriptors can't be heard any more
# outcome: crashed
import os

null = os.open("/dev/null", os.O_RDWR)
for descriptor in range(1024):
    try:
        os.fstat(descriptor)
        os.dup2(null, descriptor)
    except OSError:
        pass
