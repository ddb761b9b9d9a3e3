# why: there is a limit of open files
# outcome: ran
# claim: holds
import os

opened = []
try:
    while len(opened) < 100_000:
        opened.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
for descriptor in opened:
    os.close(descriptor)
print(len(opened) < 100_000)  # True
