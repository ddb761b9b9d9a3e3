# why: one write far above the limit is caught, and neither kept nor sent whole
# outcome: crashed
# reason: wrote more than it may
import os

os.write(1, b"x" * (64 << 20))
