# why: no user, group, capability or priority can be gained, also not through programs that have more rights
# outcome: ran
# claim: holds
# needs: proc
import ctypes
import os

status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
escaped = [name for name in ("CapInh", "CapPrm", "CapEff", "CapAmb") if int(status[name], 16)]
if status["NoNewPrivs"].strip() != "1":
    escaped.append("NoNewPrivs")
for function, arguments in [
    (os.setuid, (0,)), (os.setgid, (0,)), (os.setgroups, ([0],)), (os.setreuid, (0, 0)), (os.nice, (-5,)),
    (os.sched_setscheduler, (0, os.SCHED_FIFO, os.sched_param(1))), (os.mknod, ("hostile-null", 0o20666, os.makedev(1, 1))),
]:
    try:
        function(*arguments)
        escaped.append(function.__name__)
    except OSError:
        pass
libc = ctypes.CDLL(None)
if libc.prctl(47, 2, 21, 0, 0) == 0:
    escaped.append("ambient capability")
if libc.prctl(38, 0, 0, 0, 0) == 0:
    escaped.append("no_new_privs taken back")
print(escaped)  # []
