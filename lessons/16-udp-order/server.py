# SPDX-License-Identifier: 0BSD
# Send four numbers, each as one datagram, to whoever asks.
import socket
import sys

addr = ("0.0.0.0", int(sys.argv[1]))

sock = socket.socket(socket.AF_INET,  # @server-socket
                     socket.SOCK_DGRAM)
sock.bind(addr)  # @take-port

data, sender = sock.recvfrom(100)  # @wait-question
for i in range(1, 5):
    digit = str(i).encode()
    sock.sendto(digit, sender)  # @send-number

sock.close()  # @server-close
