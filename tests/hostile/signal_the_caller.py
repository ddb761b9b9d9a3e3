# why: processes outside of the sandbox can neither be seen nor signalled
# outcome: ran
# claim: holds
# needs: pid
import os

escaped = []
try:
    os.kill(@PARENT@, 0)
    if os.getpid() < @PARENT@:
        escaped.append("kill")
except OSError:
    pass
escaped += {name for name in os.listdir("/proc") if name.isdigit()} - {"1", str(os.getpid())}
print(escaped)  # []
