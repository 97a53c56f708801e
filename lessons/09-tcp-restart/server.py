# SPDX-License-Identifier: 0BSD
# Serve one client and start again: first without SO_REUSEADDR.
import socket
import sys


def start(port, reuse):
    sock = socket.socket(socket.AF_INET,  # @server-socket
                         socket.SOCK_STREAM)
    if reuse:
        sock.setsockopt(socket.SOL_SOCKET,  # @allow-reuse
                        socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))  # @take-port
    except OSError as error:
        print(f"{port}: {error.strerror}")
        sock.close()  # @give-up
        return None
    sock.listen(5)  # @start-listening
    print(f"{port}: started")
    return sock


def serve(port, reuse):
    listener = start(port, reuse)
    if not listener:
        sys.exit(1)

    conn, peer = listener.accept()  # @wait-client
    conn.shutdown(socket.SHUT_WR)  # @end-first
    conn.recv(100)  # @wait-end
    conn.close()  # @hang-up
    listener.close()  # @stop-listening

    again = start(port, reuse)
    if again:
        again.close()  # @stop-again


serve(int(sys.argv[1]), False)
serve(int(sys.argv[2]), True)
