# why: the way out of a changed root begins with changing it again
# outcome: ran
# claim: holds
import os

try:
    os.mkdir("hostile")
    os.chroot("hostile")
    result = "escaped"
except OSError:
    result = "contained"
print(result)  # 'contained'
