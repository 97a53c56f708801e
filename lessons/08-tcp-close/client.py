# SPDX-License-Identifier: 0BSD
# Send a question, end the stream, and read the answer.
import socket
import sys

to = (sys.argv[1], int(sys.argv[2]))

sock = socket.socket(socket.AF_INET,  # @client-socket
                     socket.SOCK_STREAM)
sock.connect(to)  # @call-server

sock.sendall(b"How long is this?")  # @ask
sock.shutdown(socket.SHUT_WR)  # @end-stream
while True:
    data = sock.recv(100)  # @read-answer
    if not data:
        break
    print("server says:", data.decode())

sock.close()  # @client-close
