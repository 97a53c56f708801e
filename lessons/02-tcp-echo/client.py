# SPDX-License-Identifier: 0BSD
# Send three words; read each one back before the next.
import socket
import sys


# recv() may give fewer bytes than asked for: ask again.
def recv_all(sock, left):
    data = b""
    while left > 0:
        part = sock.recv(left)  # @read-echo
        if not part:
            sys.exit(1)
        data += part
        left -= len(part)
    return data


words = [b"apple", b"banana", b"cherry"]
to = (sys.argv[1], int(sys.argv[2]))

sock = socket.socket(socket.AF_INET,  # @client-socket
                     socket.SOCK_STREAM)
sock.connect(to)  # @call-server

for word in words:
    sock.sendall(word)  # @send-word
    echo = recv_all(sock, len(word))
    print("echo:", echo.decode())

sock.close()  # @client-close
