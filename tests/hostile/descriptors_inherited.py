# why: nothing is inherited but the standard streams and one pipe out
# outcome: ran
# claim: holds
# needs: proc
import os

kept = [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")]
others = [path for path in kept if not path.startswith(("/dev/null", "/memfd:", "pipe:", "/proc/"))]
print(others, len([path for path in kept if path.startswith("pipe:")]) <= 1)  # [] True
