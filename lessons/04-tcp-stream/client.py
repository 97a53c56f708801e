# SPDX-License-Identifier: 0BSD
# Read two messages at once, then one message in pieces.
import socket
import sys

to = (sys.argv[1], int(sys.argv[2]))

sock = socket.socket(socket.AF_INET,  # @client-socket
                     socket.SOCK_STREAM)
sock.connect(to)  # @call-server

data = sock.recv(100)  # @read-both
print("one recv:", data.decode())

sock.sendall(b"more")  # @ask-more
while True:
    data = sock.recv(6)  # @read-piece
    if not data:
        break
    print("piece:", data.decode())

sock.close()  # @client-close
