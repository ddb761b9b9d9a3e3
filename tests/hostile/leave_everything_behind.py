# why: files, shared memory, semaphores and queues of an example are gone when the next one starts
# outcome: ran
# claim: holds
# needs: root
import ctypes
import os
from multiprocessing import shared_memory

for folder in [".", os.environ["HOME"], os.environ["TMPDIR"], "/dev/shm"]:
    with open(os.path.join(folder, "hostile-left"), "w") as file:
        file.write("left")
memory = shared_memory.SharedMemory("hostile-memory", create=True, size=4096)
libc = ctypes.CDLL(None)
libc.shmget(0x4843, 4096, 0o1666)
libc.semget(0x4843, 1, 0o1666)
libc.msgget(0x4843, 0o1666)
os.mkfifo("hostile-pipe")
os.umask(0o777)
print("left")  # 'left'
