# SPDX-License-Identifier: 0BSD
# Send back all that the client sends, until it closes.
import socket
import sys

addr = ("127.0.0.1", int(sys.argv[1]))

listener = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
listener.bind(addr)  # @take-port
listener.listen(5)  # @start-listening

conn, peer = listener.accept()  # @wait-client
while True:
    data = conn.recv(100)  # @read-some
    if not data:
        break
    conn.sendall(data)  # @echo-back
print("the client has closed")

conn.close()  # @hang-up
listener.close()  # @stop-listening
