# SPDX-License-Identifier: 0BSD
# Try an address without a way, and one without an answer.
import socket
import sys


def try_address(ip, port):
    sock = socket.socket(socket.AF_INET,  # @client-socket
                         socket.SOCK_STREAM)
    sock.setsockopt(socket.IPPROTO_TCP,  # @set-tries
                    socket.TCP_SYNCNT, 1)
    try:
        sock.connect((ip, port))  # @try-address
        print(f"{ip}: connected")
    except OSError as error:
        print(f"{ip}: {error.strerror}")
    sock.close()  # @client-close


port = int(sys.argv[2])
try_address("203.0.113.1", port)
try_address(sys.argv[1], port)
try_address(sys.argv[1], port)
