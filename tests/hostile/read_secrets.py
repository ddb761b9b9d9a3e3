# why: the home folder, keys and what lies beside the document can't be read, by no way around
# outcome: ran
# claim: holds
# needs: files
import os
import subprocess

escaped = []
targets = ["@HOME_CANARY@", "@SIDE_CANARY@", "/etc/shadow", "/root/.ssh", "/root/.bashrc", "/home", "/var/log", "/sys/firmware", "/boot"]
for target in targets:
    routes = [target, "/proc/self/cwd/../../../.." + target, "/proc/self/root" + target, "/proc/1/root" + target, "//" + target]
    os.symlink(target, "hostile-link")
    routes.append("hostile-link")
    for route in routes:
        try:
            if os.path.isdir(route):
                os.listdir(route)
            else:
                open(route, "rb").read(1)
            if os.path.realpath(route) == route:
                escaped.append(route)
        except OSError:
            pass
    os.unlink("hostile-link")
    if subprocess.run(["cat", target], capture_output=True).stdout:
        escaped.append("cat " + target)
print(escaped)  # []
