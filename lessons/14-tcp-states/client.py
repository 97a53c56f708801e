# SPDX-License-Identifier: 0BSD
# Twice: connect, wait for "go", end the stream, wait for the end.
import socket
import sys


def visit(host, port):
    sock = socket.socket(socket.AF_INET,  # @client-socket
                         socket.SOCK_STREAM)
    sock.connect((host, port))  # @call-server
    sock.recv(100)  # @wait-go
    sock.shutdown(socket.SHUT_WR)  # @end-stream
    sock.recv(100)  # @wait-end
    sock.close()  # @client-close


visit(sys.argv[1], int(sys.argv[2]))
visit(sys.argv[1], int(sys.argv[2]))
