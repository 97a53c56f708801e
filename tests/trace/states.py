# SPDX-License-Identifier: GPL-3.0-or-later
"""states.py NAME: bring sockets into one of TCP's states, and others that are to be seen. For run-states.

Where a program cannot hold a state by what it does, a filter on one socket drops all that arrives at it. Where the
program may not attach one, run-states does it from outside when the call has failed.
"""
import ctypes
import os
import socket
import struct
import sys

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
PORT = 7000


def drop(s):
    code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))   # BPF_RET|BPF_K, 0: nothing passes
    try:
        s.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(code)))
    except PermissionError:
        pass


def let(s):
    s.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


def wait(s):
    """A call at which run-states gives the kernel the time to send again what was dropped."""
    s.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST)


def tcp(family=socket.AF_INET):
    return socket.socket(family, socket.SOCK_STREAM)


def listener(host="127.0.0.1", family=socket.AF_INET, backlog=5):
    s = tcp(family)
    s.bind((host, PORT))
    s.listen(backlog)
    return s


def pair(host="127.0.0.1", family=socket.AF_INET):
    """Listener, client's socket, accepted socket."""
    s = listener(host, family)
    c = tcp(family)
    c.connect((host, PORT))
    a, _ = s.accept()
    return s, c, a


def begin_connect(c, port=PORT):
    c.setblocking(False)
    c.connect_ex(("127.0.0.1", port))


def closed():
    s = tcp()
    s.bind(("127.0.0.1", PORT))
    s.close()


def queued():
    """Ready connections wait for accept; one of them is given up by its client; two are taken."""
    s = listener()
    clients = [tcp() for _ in range(3)]
    for c in clients:
        c.connect(("127.0.0.1", PORT))
    clients[0].sendall(b"first")
    clients[1].close()
    a, _ = s.accept()
    b, _ = s.accept()
    b.close()
    a.recv(10)
    s.close()


def syn_sent():
    """The queue of a listener is full: nobody answers the SYN."""
    s = listener(backlog=0)
    one, two = tcp(), tcp()
    one.connect(("127.0.0.1", PORT))
    begin_connect(two)
    one.close()
    two.close()
    s.close()


def syn_recv():
    """The listener wants data before it takes the connection."""
    s = tcp()
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 30)
    s.bind(("127.0.0.1", PORT))
    s.listen(5)
    c = tcp()
    c.connect(("127.0.0.1", PORT))
    c.sendall(b"data")
    a, _ = s.accept()
    a.close()
    c.close()
    s.close()


def fin_wait1():
    """The other side does not read, so the FIN waits behind the data; then the program closes."""
    s, c, a = pair()
    c.setblocking(False)
    try:
        while True:
            c.send(bytes(1 << 20))
    except BlockingIOError:
        pass
    c.shutdown(socket.SHUT_WR)
    c.close()
    a.close()


def fin_wait2():
    s, c, a = pair()
    c.shutdown(socket.SHUT_WR)
    c.close()
    a.sendall(b"late")
    a.close()


def close_wait():
    s, c, a = pair()
    a.sendall(b"some")
    c.sendall(b"data")
    c.shutdown(socket.SHUT_WR)
    a.recv(2)
    a.recv(100)
    a.recv(100)
    a.close()
    c.close()


def last_ack():
    s, c, a = pair()
    c.shutdown(socket.SHUT_WR)
    drop(a)
    a.close()
    s.close()


def last_ack_held():
    s, c, a = pair()
    c.shutdown(socket.SHUT_WR)
    drop(a)
    a.shutdown(socket.SHUT_WR)
    let(a)
    wait(a)
    a.close()


def closing():
    s, c, a = pair()
    drop(a)
    drop(c)
    c.shutdown(socket.SHUT_WR)
    a.shutdown(socket.SHUT_WR)
    let(c)
    wait(c)
    let(a)
    wait(c)
    c.close()
    a.close()


def time_wait():
    s, c, a = pair()
    c.close()
    a.close()
    s.close()


def simultaneous_open():
    a, b = tcp(), tcp()
    a.bind(("127.0.0.1", 7001))
    b.bind(("127.0.0.1", 7002))
    drop(a)
    begin_connect(a, 7002)
    begin_connect(b, 7001)
    drop(b)
    let(a)
    wait(a)
    let(b)
    wait(a)
    a.close()
    b.close()


def itself():
    s = tcp()
    s.bind(("127.0.0.1", 7003))
    s.connect(("127.0.0.1", 7003))
    s.sendall(b"to myself")
    s.recv(100)
    s.close()


def reset():
    s, c, a = pair()
    c.sendall(b"not read")
    a.close()
    c.close()
    s.close()


def lingering():
    s, c, a = pair()
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()
    a.close()


def zero_window():
    """Timer: persist. The reader makes room again."""
    s, c, a = pair()
    c.setblocking(False)
    try:
        while True:
            c.send(bytes(1 << 20))
    except BlockingIOError:
        pass
    a.recv(1000)
    a.close()


def keepalive():
    s, c, a = pair()
    c.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    c.sendall(b"x")
    a.recv(10)
    a.close()
    c.close()


def ipv6():
    s, c, a = pair("::1", socket.AF_INET6)
    c.sendall(b"six")
    c.close()
    a.recv(10)
    a.close()


def both_families():
    """IPv4 comes to a socket of IPv6."""
    s = listener("::", socket.AF_INET6)
    c = tcp()
    c.connect(("127.0.0.1", PORT))
    a, _ = s.accept()
    c.close()
    a.close()


def inherited():
    """A child goes on with the connection that its parent has closed."""
    s, c, a = pair()
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        s.close()
        c.close()
        os.read(r, 1)
        a.sendall(b"from the child")
        a.close()
        os._exit(0)
    a.close()
    os.write(w, b"x")
    os.waitpid(pid, 0)
    c.recv(100)
    c.close()


def passed():
    """A connection that for a while only a message holds."""
    s, c, a = pair()
    x, y = socket.socketpair()
    socket.send_fds(x, [b"x"], [a.fileno()])
    a.close()
    c.sendall(b"anybody?")
    _, fds, _, _ = socket.recv_fds(y, 1, 1)
    b = socket.socket(fileno=fds[0])
    b.recv(100)
    b.close()
    c.close()


def udp():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", PORT))
    c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    c.connect(("127.0.0.1", PORT))
    c.send(b"one")
    c.send(b"two and more")
    s.recv(100)
    six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    six.bind(("::", 7006))
    c.sendto(b"over", ("127.0.0.1", 7006))
    s.close()
    c.close()
    six.close()


def unix():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.bind("\0states")
    s.listen(3)
    c = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    c.connect("\0states")
    c.sendall(b"waiting")
    a, _ = s.accept()
    a.recv(4)
    d, e = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    d.send(b"datagram")
    d.close()
    e.recv(100)
    a.close()
    c.close()


if __name__ == "__main__":
    globals()[sys.argv[1]]()
