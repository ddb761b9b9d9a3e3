# why: the limit holds for processes that the example starts
# outcome: ran
# claim: holds
import subprocess

child = subprocess.run(["python3", "-c", "b = bytearray(3 << 29)"], capture_output=True)
print(child.returncode != 0)  # True
