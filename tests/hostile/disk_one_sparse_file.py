# why: a file larger than the limit of files is refused, even where it takes no blocks
# outcome: ran
# claim: holds
import os

try:
    with open("hostile", "wb") as file:
        os.truncate(file.fileno(), 1 << 42)
    result = "escaped"
except OSError:
    result = "contained"
print(result)  # 'contained'
