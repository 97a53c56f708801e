# SPDX-License-Identifier: 0BSD
# Wait for one datagram, answer "ACK" to whoever sent it.
import socket
import sys

addr = ("127.0.0.1", int(sys.argv[1]))

sock = socket.socket(socket.AF_INET,  # @server-socket
                     socket.SOCK_DGRAM)
sock.bind(addr)  # @take-port
print("waiting on port", addr[1])

data, peer = sock.recvfrom(100)  # @wait-datagram
print("client says:", data.decode())
sock.sendto(b"ACK", peer)  # @answer

sock.close()  # @server-close
