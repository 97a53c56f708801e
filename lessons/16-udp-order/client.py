# SPDX-License-Identifier: 0BSD
# Ask for numbers, and notice which come late or twice.
import socket
import struct
import sys

seen = set()
last = 0
limit = struct.pack("ll", 1, 0)
to = (sys.argv[1], int(sys.argv[2]))

sock = socket.socket(socket.AF_INET,  # @client-socket
                     socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET,  # @set-limit
                socket.SO_RCVTIMEO, limit)
sock.sendto(b"go", to)  # @ask

while True:
    try:
        n = int(sock.recv(1))  # @read-number
    except BlockingIOError:
        break
    how = "again" if n in seen else "late" if n < last else "new"
    print(n, how)
    seen.add(n)
    last = max(n, last)

sock.close()  # @client-close
