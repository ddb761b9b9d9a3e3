# why: a program run from memory, with no file to check, has no more rights than the example
# outcome: ran
# claim: holds
# needs: files
import os
import shutil

descriptor = os.memfd_create("hostile", 0)
with open(shutil.which("cat"), "rb") as program:
    os.write(descriptor, program.read())
reading, writing = os.pipe()
pid = os.fork()
if pid == 0:
    os.dup2(writing, 1)
    os.dup2(os.open("/dev/null", os.O_WRONLY), 2)
    try:
        os.execve(descriptor, ["cat", "@HOME_CANARY@", "@SIDE_CANARY@", "/etc/shadow"], {})
    finally:
        os._exit(9)
os.close(writing)
os.waitpid(pid, 0)
print(os.read(reading, 100))  # b''
