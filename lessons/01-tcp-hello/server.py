# SPDX-License-Identifier: 0BSD
# Accept one client, read what it says, answer "ACK".
import socket
import sys

addr = ("127.0.0.1", int(sys.argv[1]))

listener = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
listener.bind(addr)  # @take-port
listener.listen(5)  # @start-listening
print("waiting on port", addr[1])

conn, peer = listener.accept()  # @wait-client
data = conn.recv(100)  # @read-hello
print("client says:", data.decode())
conn.sendall(b"ACK")  # @answer

conn.close()  # @hang-up
listener.close()  # @stop-listening
