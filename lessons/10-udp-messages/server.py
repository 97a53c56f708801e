# SPDX-License-Identifier: 0BSD
# Wait for one datagram, send five to whoever sent it.
import socket
import sys

words = [b"one", b"two", b"a long message", b"", b"bye"]
addr = ("127.0.0.1", int(sys.argv[1]))

sock = socket.socket(socket.AF_INET,  # @server-socket
                     socket.SOCK_DGRAM)
sock.bind(addr)  # @take-port

data, sender = sock.recvfrom(100)  # @wait-datagram
for word in words:
    sock.sendto(word, sender)  # @send-word

sock.close()  # @server-close
