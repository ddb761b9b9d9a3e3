# why: modules that are replaced by others change no verdict
# outcome: ran
# claim: holds
# claim: wrong
import sys
import types


class Liar(types.ModuleType):
    def __getattr__(self, name):
        return lambda *values, **options: "43"


for name in list(sys.modules):
    if name not in ("sys", "builtins", "__main__"):
        sys.modules[name] = Liar(name)
6 * 7  # 42
6 * 7  # 43
