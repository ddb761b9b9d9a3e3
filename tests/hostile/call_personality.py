# why: a personality without address randomisation makes holes easier to use
# outcome: ran
# claim: holds
# needs: seccomp
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
print(libc.personality(0x0040000), libc.personality(0x0400000))  # -1 -1
