# why: empty files take memory of the kernel; their number has a limit
# outcome: ran
# claim: holds
# needs: root
import os

result = "escaped"
try:
    for number in range(150_000):
        os.close(os.open(f"hostile-{number}", os.O_CREAT | os.O_WRONLY))
except OSError:
    result = "contained"
print(result)  # 'contained'
