# why: a fault in C code is a crash with its signal
# outcome: crashed
# reason: signal 11
# claim: holds
# claim: unsettled
import ctypes

print("before")  # "before"
ctypes.string_at(0)
print("after")  # "after"
