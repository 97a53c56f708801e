# SPDX-License-Identifier: 0BSD
# Ask for datagrams; read each into a buffer of six bytes.
import socket
import sys

to = (sys.argv[1], int(sys.argv[2]))

sock = socket.socket(socket.AF_INET,  # @client-socket
                     socket.SOCK_DGRAM)

sock.sendto(b"go", to)  # @ask
for i in range(5):
    data = sock.recv(6)  # @read-word
    print(len(data), "bytes:", data.decode())

sock.close()  # @client-close
