# why: output cut off again makes offsets run backwards; the parent survives, and later statements are judged
# outcome: ran or crashed
import os

print("taken back")
os.ftruncate(1, 0)
print("x")
os.ftruncate(1, 0)
1 + 1
