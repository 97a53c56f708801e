# SPDX-License-Identifier: 0BSD
# Meet a connection reset, and then a broken pipe.
# (Python ignores SIGPIPE by itself.)
import socket
import sys


def dial(host, port):
    sock = socket.socket(socket.AF_INET,  # @client-socket
                         socket.SOCK_STREAM)
    sock.connect((host, int(port)))  # @call-server
    return sock


sock = dial(sys.argv[1], sys.argv[2])
sock.sendall(b"Hello")  # @say-hello
try:
    data = sock.recv(100)  # @read-answer
    print("recv: no error")
except ConnectionResetError as error:
    print("recv:", error.strerror)
sock.close()  # @close-first

sock = dial(sys.argv[1], sys.argv[2])
sock.sendall(b"one")  # @send-one
try:
    sock.sendall(b"two")  # @send-two
    print("send: no error")
except (BrokenPipeError, ConnectionResetError) as error:
    print("send:", error.strerror)
sock.close()  # @close-second
