# SPDX-License-Identifier: 0BSD
# Try to connect to several ports, and tell how it went.
import socket
import sys


def try_port(host, port):
    sock = socket.socket(socket.AF_INET,  # @client-socket
                         socket.SOCK_STREAM)
    try:
        sock.connect((host, port))  # @try-port
        print(f"port {port}: connected")
    except ConnectionRefusedError:
        print(f"port {port}: refused")
    sock.close()  # @client-close


for arg in sys.argv[2:]:
    try_port(sys.argv[1], int(arg))
