# why: no name is asked for outside: names are a way to carry data out
# outcome: ran
# claim: holds
import socket

try:
    socket.getaddrinfo("secret.canary.example.invalid", 80)
    result = "escaped"
except OSError:
    result = "contained"
print(result)  # 'contained'
