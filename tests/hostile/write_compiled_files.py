# why: compiled files of the standard library can't be poisoned
# outcome: ran
# claim: holds
import importlib.util
import os
import py_compile
import string

with open("hostile.py", "w") as file:
    file.write("digits = 'poisoned'\n")
escaped = []
target = importlib.util.cache_from_source(string.__file__)
try:
    py_compile.compile("hostile.py", cfile=target, doraise=True)
    escaped.append(target)
except OSError:
    pass
try:
    os.replace("hostile.py", target)
    escaped.append(target)
except OSError:
    pass
print(escaped)  # []
