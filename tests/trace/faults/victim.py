# SPDX-License-Identifier: 0BSD
"""victim.py CASE it|peer PORT given|real: what victim.c does, as far as Python lets a program see it."""
import errno
import os
import resource
import signal
import socket
import struct
import sys
import time

CASE, SIDE, PORT, HOW = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
REAL = HOW == "real"
HERE = ("127.0.0.1", PORT)


def say(*words):
    os.write(1, (" ".join(str(w) for w in words) + "\n").encode())


def attempt(name, call, *args):
    try:
        ret = call(*args)
    except OSError as e:
        say(name, type(e).__name__, errno.errorcode[e.errno])
        return None
    say(name, ret if isinstance(ret, (int, bytes)) else "ok")
    return ret


def listen():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(HERE)
    s.listen(5)
    return s


def be_sent(number):
    """A real signal from a real other process, when this one sleeps."""
    if REAL and os.fork() == 0:
        time.sleep(0.1)
        os.kill(os.getppid(), number)
        os._exit(0)


def take_twice(s):
    attempt("recv", s.recv, 100)
    os.write(s.fileno(), b"g")
    attempt("recv", s.recv, 100)


def it_refused(s):
    attempt("connect", s.connect, HERE)


def it_signal(s):
    def caught(number, frame):
        say("caught", number)
        os.write(s.fileno(), b"g")

    signal.signal(signal.SIGINT, caught)
    be_sent(signal.SIGINT)
    attempt("recv", s.recv, 100)


def it_eintr(s):
    """Python makes the call again by itself (PEP 475)."""
    if REAL:
        signal.signal(signal.SIGALRM, lambda number, frame: None)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
    attempt("recv", s.recv, 100)


def it_reset(s):
    if REAL:
        time.sleep(0.1)
    attempt("recv", s.recv, 100)
    attempt("recv", s.recv, 100)


def it_epipe(s):
    if CASE == "sigpipe":
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if REAL:
        s.shutdown(socket.SHUT_WR)
    attempt("sendall", s.sendall, b"abcdefghij")


def it_short_send(s):
    if REAL:
        s.send(b"abcd")
        time.sleep(0.1)
        s.send(b"efghij")
        say("sendall ok")
    else:
        s.sendall(b"abcdefghij")
        say("sendall ok")


def it_emfile(s):
    if REAL:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    attempt("socket", socket.socket)


def be_it():
    if CASE in ("refused", "emfile"):
        s = None if CASE == "emfile" else socket.socket()
        it_refused(s) if s else it_emfile(s)
        return
    s = socket.socket()
    s.connect(HERE)
    if CASE == "signal":
        it_signal(s)
    elif CASE == "eintr":
        it_eintr(s)
    elif CASE == "reset":
        it_reset(s)
    elif CASE in ("epipe", "sigpipe"):
        it_epipe(s)
    elif CASE == "short-send":
        it_short_send(s)
    else:
        take_twice(s)


def be_peer():
    s = listen()
    say("ready")
    fd = s.accept()[0].detach()
    if CASE == "short":
        os.write(fd, b"abc" if REAL else b"abcdefghij")
        if REAL:
            os.read(fd, 1)
            os.write(fd, b"defghij")
    elif CASE == "signal":
        os.read(fd, 1)
        os.write(fd, b"abcdefghij")
    elif CASE == "eintr":
        if REAL:
            time.sleep(0.2)
        os.write(fd, b"abcdefghij")
    elif CASE == "reset" and REAL:
        peer = socket.socket(fileno=fd)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        return
    elif CASE == "gone" and REAL:
        os.kill(os.getpid(), signal.SIGKILL)
    try:
        while got := os.read(fd, 100):
            say("peer got", len(got), got)
    except OSError:
        pass


be_it() if SIDE == "it" else be_peer()
