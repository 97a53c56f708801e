#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""waits.py CASE: the same as waits.c, of waits whose end Python counts itself."""
import asyncio
import selectors
import socket
import sys
import threading
import time

BEGAN = time.monotonic()


def say(what):
    print(f"{what} after {time.monotonic() - BEGAN:.1f} s", flush=True)


def pair():
    a, b = socket.socketpair()
    a.settimeout(2)
    return a, b


def do_recv():
    a, b = pair()
    try:
        a.recv(1)
    except TimeoutError as e:
        say(f"recv: {e}")


def do_sendall():
    a, b = pair()
    try:
        a.sendall(bytes(1 << 22))
    except TimeoutError as e:
        say(f"sendall: {e}")


def do_accept():
    with socket.create_server(("127.0.0.1", 0)) as s:
        s.settimeout(2)
        try:
            s.accept()
        except TimeoutError as e:
            say(f"accept: {e}")


def do_selectors():
    a, b = pair()
    with selectors.DefaultSelector() as s:
        s.register(a, selectors.EVENT_READ)
        say(f"select: {s.select(2)}")


def do_asyncio():
    async def main():
        a, b = pair()
        reader, writer = await asyncio.open_connection(sock=a)
        try:
            await asyncio.wait_for(reader.read(1), 2)
        except asyncio.TimeoutError:
            say("wait_for: timeout")
        await asyncio.sleep(2)
        say("sleep")
        writer.close()

    asyncio.run(main())


def do_sleep():
    time.sleep(2)
    say("sleep")
    wall = time.time()
    time.sleep(2)
    say(f"sleep {time.time() - wall:.1f}")


def do_event():
    say(f"wait: {threading.Event().wait(2)}")
    t = threading.Thread(target=time.sleep, args=(2,))
    t.start()
    t.join(1)
    say(f"join: {t.is_alive()}")
    t.join()
    say("join")


CASES = {name[3:]: f for name, f in list(globals().items()) if name.startswith("do_")}
if len(sys.argv) < 2:
    print("\n".join(CASES))
else:
    CASES[sys.argv[1]]()
