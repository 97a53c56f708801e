# SPDX-License-Identifier: 0BSD
# Try several addresses, and tell how it went.
import socket
import sys


def try_address(ip, port):
    sock = socket.socket(socket.AF_INET,  # @client-socket
                         socket.SOCK_STREAM)
    try:
        sock.connect((ip, port))  # @try-address
        print(f"{ip}:{port} connected")
    except ConnectionRefusedError:
        print(f"{ip}:{port} refused")
    sock.close()  # @client-close


try_address("127.0.0.1", 8888)
try_address(sys.argv[1], 6666)
try_address(sys.argv[1], 7777)
try_address(sys.argv[1], 8888)
