# SPDX-License-Identifier: 0BSD
# Answer two datagrams, each to whoever sent it.
import socket
import sys

addr = ("0.0.0.0", int(sys.argv[1]))

sock = socket.socket(socket.AF_INET,  # @server-socket
                     socket.SOCK_DGRAM)
sock.bind(addr)  # @take-port

for i in range(2):
    data, sender = sock.recvfrom(100)  # @wait-question
    print("client says:", data.decode())
    sock.sendto(b"ACK", sender)  # @answer

sock.close()  # @server-close
