# SPDX-License-Identifier: 0BSD
# Fill the server's queue, and try once more.
import socket
import struct
import sys

to = (sys.argv[1], int(sys.argv[2]))


# Connect, but wait no longer than two seconds. None: no answer.
def dial():
    limit = struct.pack("ll", 2, 0)
    sock = socket.socket(socket.AF_INET,  # @client-socket
                         socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET,  # @set-limit
                    socket.SO_SNDTIMEO, limit)
    try:
        sock.connect(to)  # @call-server
        print("connected")
        return sock
    except BlockingIOError:
        print("no answer")
    sock.close()  # @give-up
    return None


socks = []
for i in range(4):
    socks.append(dial())

socks[0].sendall(b"go")  # @say-go
socks.append(dial())

for sock in socks:
    if sock:
        sock.close()  # @client-close
