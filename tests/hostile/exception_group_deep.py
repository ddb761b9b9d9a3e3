# why: groups of groups of exceptions are shown within bounds
# outcome: raised or crashed
import builtins

group = ValueError("innermost")
for _ in range(5000):
    group = getattr(builtins, "ExceptionGroup", lambda message, errors: errors[0])("g", [group])
raise group
