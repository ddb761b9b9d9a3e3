# why: symbolic and hard links reach no file that couldn't be reached without them
# outcome: ran
# claim: holds
# needs: files
import os

escaped = []
for number, target in enumerate(["@HOME_CANARY@", "@SIDE_CANARY@", "/etc/shadow", "/proc/1/root/etc/shadow", "/proc/1/mem"]):
    for make in (os.symlink, os.link):
        name = f"hostile-{make.__name__}-{number}"
        try:
            make(target, name)
            with open(name, "rb+") as file:
                file.read(1)
            escaped.append((make.__name__, target))
        except OSError:
            pass
try:
    os.link(os.__file__, "hostile-hardlink")
    os.close(os.open("hostile-hardlink", os.O_WRONLY))
    escaped.append("hardlink")
except OSError:
    pass
try:
    os.rename("@SIDE_CANARY@", "hostile-renamed")
    escaped.append("rename")
except OSError:
    pass
print(escaped)  # []
