# why: a module changed in memory is changed in this example only
# outcome: ran
# claim: holds
import string
import sys

string.digits = "poisoned"
sys.modules["string"] = string
sys.path.insert(0, "/tmp")
sys.flags = None
print(string.digits)  # 'poisoned'
