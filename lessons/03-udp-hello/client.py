# SPDX-License-Identifier: 0BSD
# Send one datagram to the server, wait for its answer.
import socket
import sys

to = (sys.argv[1], int(sys.argv[2]))

sock = socket.socket(socket.AF_INET,  # @client-socket
                     socket.SOCK_DGRAM)

sock.sendto(b"Hello", to)  # @say-hello
data, peer = sock.recvfrom(100)  # @wait-answer
print("server says:", data.decode())

sock.close()  # @client-close
