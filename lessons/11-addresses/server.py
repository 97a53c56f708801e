# SPDX-License-Identifier: 0BSD
# Listen at three addresses; take a client at two of them.
import socket
import sys


def listen_at(ip, port):
    sock = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
    sock.bind((ip, port))  # @take-address
    sock.listen(5)  # @start-listening
    return sock


loop = listen_at("127.0.0.1", 6666)
own = listen_at(sys.argv[1], 7777)
everywhere = listen_at("0.0.0.0", 8888)

conn, peer = own.accept()  # @wait-own
conn.close()  # @hang-up-own

conn, peer = everywhere.accept()  # @wait-any
ip, port = conn.getsockname()  # @which-address
print("the client came to", ip)
conn.close()  # @hang-up-any

for sock in everywhere, own, loop:
    sock.close()  # @stop-listening
