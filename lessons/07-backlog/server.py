# SPDX-License-Identifier: 0BSD
# Listen with a short queue, and leave it alone until "go".
import socket
import sys

addr = ("127.0.0.1", int(sys.argv[1]))

listener = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
listener.bind(addr)  # @take-port
listener.listen(1)  # @start-listening

first, peer = listener.accept()  # @first-client
first.recv(100)  # @wait-go

for i in range(3):
    conn, peer = listener.accept()  # @next-client
    conn.close()  # @hang-up

first.close()  # @hang-up-first
listener.close()  # @stop-listening
