# SPDX-License-Identifier: 0BSD
# Bind two ports, but listen on one of them only.
import socket
import sys

host = "127.0.0.1"

silent = socket.socket(socket.AF_INET,  # @silent-socket
                       socket.SOCK_STREAM)
silent.bind((host, int(sys.argv[1])))  # @take-silent

listener = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
listener.bind((host, int(sys.argv[2])))  # @take-port
listener.listen(5)  # @start-listening
print("listening on port", sys.argv[2], "only")

conn, peer = listener.accept()  # @wait-client

conn.close()  # @hang-up
listener.close()  # @stop-listening
silent.close()  # @close-silent
