# why: output that is taken back would move all offsets into it; what was written stays written
# outcome: raised
# reason: PermissionError
import os

print("taken back")
os.ftruncate(1, 0)
print("x")
os.ftruncate(1, 0)
1 + 1
