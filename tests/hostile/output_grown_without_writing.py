# why: a descriptor made long without a byte written must not make the server read terabytes
# outcome: ran or crashed
import os

try:
    os.ftruncate(1, 1 << 42)
except OSError:
    os.ftruncate(1, 200 << 20)
