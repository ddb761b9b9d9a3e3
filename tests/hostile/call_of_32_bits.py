# why: the 32-bit entry into the kernel has numbers of its own, which a filter for 64 bits must not let through
# outcome: crashed
# reason: signal
# arch: x86_64
# needs: seccomp
import ctypes
import mmap

page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
pid = ctypes.CFUNCTYPE(ctypes.c_long)(address)()
print("escaped", pid)
