# SPDX-License-Identifier: 0BSD
# Close one connection with unread data, and the next at once.
import socket
import sys

addr = ("127.0.0.1", int(sys.argv[1]))

listener = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
listener.bind(addr)  # @take-port
listener.listen(5)  # @start-listening

conn, peer = listener.accept()  # @first-client
data = conn.recv(2)  # @read-part
print("read", len(data), "bytes, and no more")
conn.close()  # @close-unread

conn, peer = listener.accept()  # @second-client
conn.close()  # @close-early
listener.close()  # @stop-listening
