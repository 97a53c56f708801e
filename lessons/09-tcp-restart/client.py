# SPDX-License-Identifier: 0BSD
# Connect to each port, wait for the end, and close.
import socket
import sys


def visit(host, port):
    sock = socket.socket(socket.AF_INET,  # @client-socket
                         socket.SOCK_STREAM)
    sock.connect((host, port))  # @call-server
    sock.recv(100)  # @read-end
    sock.close()  # @client-close


visit(sys.argv[1], int(sys.argv[2]))
visit(sys.argv[1], int(sys.argv[3]))
