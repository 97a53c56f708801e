# SPDX-License-Identifier: 0BSD
# Send a datagram; if no answer comes in a second, send it again.
import socket
import struct
import sys

limit = struct.pack("ll", 1, 0)
to = (sys.argv[1], int(sys.argv[2]))

sock = socket.socket(socket.AF_INET,  # @client-socket
                     socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET,  # @set-limit
                socket.SO_RCVTIMEO, limit)

for i in range(4):
    sock.sendto(b"Hello", to)  # @ask
    try:
        data = sock.recv(100)  # @wait-answer
        print("server says:", data.decode())
        break
    except BlockingIOError:
        print("no answer")

sock.close()  # @client-close
