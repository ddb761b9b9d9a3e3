# why: garbage on all descriptors spoils the report of this example and of no other
# outcome: crashed
import os

for descriptor in range(1024):
    try:
        os.write(descriptor, b"\x00\xff garbage }{ \n")
    except OSError:
        pass
