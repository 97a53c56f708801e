# SPDX-License-Identifier: 0BSD
# Accept one client, and close.
import socket
import sys

addr = ("0.0.0.0", int(sys.argv[1]))

listener = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
listener.bind(addr)  # @take-port
listener.listen(5)  # @start-listening

conn, peer = listener.accept()  # @wait-client

conn.close()  # @hang-up
listener.close()  # @stop-listening
