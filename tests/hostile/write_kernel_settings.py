# why: settings of the kernel can't be opened for writing, whoever runs the tool
# outcome: ran
# claim: holds
import os

escaped = []
for path in ["sys/kernel/core_pattern", "sys/kernel/modprobe", "sys/kernel/randomize_va_space", "sys/kernel/pid_max", "sys/kernel/hostname",
             "sys/vm/overcommit_memory", "sys/fs/file-max", "sys/net/ipv4/ip_forward", "sysrq-trigger", "self/uid_map", "self/gid_map",
             "self/setgroups", "1/oom_score_adj", "1/uid_map", "acpi/wakeup", "mtrr"]:
    try:
        os.open("/proc/" + path, os.O_WRONLY)
        escaped.append(path)
    except OSError:
        pass
for path in ["/sys/kernel/uevent_helper", "/sys/power/state", "/sys/fs/cgroup/cgroup.procs", "/sys/kernel/security/lockdown"]:
    try:
        os.open(path, os.O_WRONLY)
        escaped.append(path)
    except OSError:
        pass
print(escaped)  # []
