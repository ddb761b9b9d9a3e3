# why: nothing can be created outside of the scratch folder
# outcome: ran
# claim: holds
# needs: files
import os

scratch = os.path.dirname(os.environ["HOME"])
mine = [os.path.realpath(scratch), "/dev/shm", "/proc"]
escaped = []
for top in ["/", "/etc", "/usr", "/var", "/tmp", "/dev", "/run", "/home", "/root", "/opt", "/srv", "/mnt", "/sys", os.path.dirname("@SIDE_CANARY@"), os.path.dirname("@HOME_CANARY@")]:
    for parent, folders, files in os.walk(top):
        folders[:] = [name for name in folders if os.path.join(parent, name) not in mine][:20]
        path = os.path.join(parent, ".hostile-probe")
        if any(parent == one or parent.startswith(one + "/") for one in mine):
            continue
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            escaped.append(path)
            os.unlink(path)
        except OSError:
            pass
        if parent.count("/") > 3:
            folders.clear()
print(escaped)  # []
