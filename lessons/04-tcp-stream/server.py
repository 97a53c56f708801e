# SPDX-License-Identifier: 0BSD
# Send two short messages, wait for "more", send a long one.
import socket
import sys

addr = ("127.0.0.1", int(sys.argv[1]))

listener = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
listener.bind(addr)  # @take-port
listener.listen(5)  # @start-listening

conn, peer = listener.accept()  # @wait-client
conn.sendall(b"good")  # @send-first
conn.sendall(b"bye")  # @send-second

data = conn.recv(100)  # @wait-more
print("client says:", data.decode())
conn.sendall(b"stream of bytes")  # @send-long

conn.close()  # @hang-up
listener.close()  # @stop-listening
