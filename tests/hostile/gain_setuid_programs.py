# why: programs with the rights of others give none: privileges can't grow over an execve
# outcome: ran
# claim: holds
import os
import subprocess

escaped = []
for path in ["/usr/bin/su", "/usr/bin/sudo", "/usr/bin/passwd", "/usr/bin/mount", "/usr/bin/newuidmap", "/usr/bin/pkexec"]:
    if os.path.exists(path):
        code = f"import os; os.execv({path!r}, [{path!r}, '--version'])"
        subprocess.run(["python3", "-c", code], capture_output=True, timeout=5)
        status = subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True).stdout
        if "NoNewPrivs:\t1" not in status:
            escaped.append(path)
print(escaped)  # []
