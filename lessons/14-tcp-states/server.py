# SPDX-License-Identifier: 0BSD
# Let one client close first, and close together with another.
import socket
import sys

addr = ("0.0.0.0", int(sys.argv[1]))

listener = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
listener.bind(addr)  # @take-port
listener.listen(5)  # @start-listening

conn, peer = listener.accept()  # @first-client
conn.sendall(b"go")  # @say-go
conn.recv(100)  # @read-end
conn.close()  # @close-last

conn, peer = listener.accept()  # @second-client
conn.sendall(b"go")  # @say-go-again
conn.shutdown(socket.SHUT_WR)  # @end-too
conn.recv(100)  # @read-second-end
conn.close()  # @close-second

listener.close()  # @stop-listening
