# why: links of /proc lead nowhere that isn't already the example's
# outcome: ran
# claim: holds
# needs: files
import os

escaped = []
for name in os.listdir("/proc"):
    if not name.isdigit() or int(name) == os.getpid():
        continue
    for link in ("root", "cwd"):
        try:
            os.close(os.open(f"/proc/{name}/{link}/.hostile-probe", os.O_CREAT | os.O_WRONLY))
            escaped.append((name, link))
        except OSError:
            pass
    try:
        os.open(f"/proc/{name}/mem", os.O_RDWR)
        escaped.append((name, "mem"))
    except OSError:
        pass
print(escaped)  # []
