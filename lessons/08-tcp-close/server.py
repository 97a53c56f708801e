# SPDX-License-Identifier: 0BSD
# Read until the client has ended its stream, then answer.
import socket
import sys

addr = ("127.0.0.1", int(sys.argv[1]))
total = 0

listener = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
listener.bind(addr)  # @take-port
listener.listen(5)  # @start-listening

conn, peer = listener.accept()  # @wait-client
while True:
    data = conn.recv(100)  # @read-all
    if not data:
        break
    total += len(data)
answer = f"{total} bytes"
conn.sendall(answer.encode())  # @answer

conn.close()  # @hang-up
listener.close()  # @stop-listening
