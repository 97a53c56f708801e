# SPDX-License-Identifier: 0BSD
# Connect to the server, and read what it says.
import socket
import sys

to = (sys.argv[1], int(sys.argv[2]))

sock = socket.socket(socket.AF_INET,  # @client-socket
                     socket.SOCK_STREAM)
sock.connect(to)  # @call-server

data = sock.recv(100)  # @read-hello
print("server says:", data.decode())

sock.close()  # @client-close
