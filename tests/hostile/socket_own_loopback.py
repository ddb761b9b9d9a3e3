# why: an example's own loopback works, or every example of a server would be reported wrong
# outcome: ran
# claim: holds
# needs: loopback
import socket

server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
client.send(b"hello")
print(server.accept()[0].recv(5))  # b'hello'
