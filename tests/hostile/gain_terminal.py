# why: characters put into the caller's terminal would be run by its shell
# outcome: ran
# claim: holds
import fcntl
import os
import termios

escaped = []
descriptors = [0, 1, 2]
for path in ["/dev/tty", "/dev/console", "/dev/tty0", "/dev/pts/0", "/dev/ptmx"]:
    try:
        descriptors.append(os.open(path, os.O_RDWR | os.O_NOCTTY))
        escaped.append(path)
    except OSError:
        pass
for descriptor in descriptors:
    try:
        fcntl.ioctl(descriptor, termios.TIOCSTI, b"\n")
        escaped.append(descriptor)
    except OSError:
        pass
print(escaped)  # []
