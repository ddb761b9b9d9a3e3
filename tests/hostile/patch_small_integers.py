# why: memory of the interpreter is the example's own: a forged 42 is forged in its process and in no other
# outcome: any
import ctypes
import sys

size = sys.getsizeof(42)
address = id(42)
ctypes.memmove(address + size - 4, ctypes.byref(ctypes.c_uint32(43)), 4)
6 * 7
