# why: files of the interpreter and of its packages can't be changed
# outcome: ran
# claim: holds
import os
import sys
import sysconfig

paths = [os.__file__, sys.executable, os.path.realpath(sys.executable), sysconfig.__file__, "/usr/bin/env", "/etc/passwd", "/etc/hosts", "/etc/ld.so.preload"]
paths += [os.path.join(folder, "hostile.py") for folder in {*sysconfig.get_paths().values(), *sys.path} if os.path.isabs(folder)]
paths += [os.path.join(folder, "hostile.pth") for folder in sys.path if folder.endswith("-packages")]
home = os.path.dirname(os.environ["HOME"])
escaped = []
for path in paths:
    if path.startswith(home):
        continue
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644))
        escaped.append(path)
    except OSError:
        pass
    try:
        os.chmod(path, 0o777)
        escaped.append(path)
    except OSError:
        pass
print(escaped)  # []
