# why: the probes hold what they need: replaced builtins change no verdict
# outcome: ran
# claim: holds
# claim: wrong
import builtins

for name in ["repr", "str", "len", "isinstance", "getattr", "type", "compile", "exec", "eval", "open", "print", "BaseException", "Exception"]:
    setattr(builtins, name, lambda *values, **options: "43")
6 * 7  # 42
6 * 7  # 43
