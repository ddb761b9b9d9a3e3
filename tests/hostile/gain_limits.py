# why: limits that were set can't be lifted
# outcome: ran
# claim: holds
import resource

escaped = []
for name in ["RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE"]:
    kind = getattr(resource, name)
    soft, hard = resource.getrlimit(kind)
    if name != "RLIMIT_NPROC" and hard == resource.RLIM_INFINITY:
        escaped.append(name)
    if hard != resource.RLIM_INFINITY:
        try:
            resource.setrlimit(kind, (hard + 1, hard + 1))
            escaped.append((name, "lifted"))
        except (OSError, ValueError):
            pass
print(escaped)  # []
