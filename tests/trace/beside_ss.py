# SPDX-License-Identifier: GPL-3.0-or-later
"""The sockets of a run beside what ss(8) says in the same network at the same stop. For the tests of this folder."""
import ipaddress
import itertools
import json
import os
import re
import select
import subprocess
import termios
import time
from collections import Counter

ROOT, TUTOR, TMP = (os.environ[name] for name in ("ROOT", "SOCKTUTOR", "TEST_TMP"))
WITHIN = os.path.join(ROOT, "tests/within")
LIMIT = 60.0      # seconds; only a failure takes that long
PATIENCE = 3.0    # the kernel's own timers may change something between our look and ss's: then both look again


# What ss says

SS = "ss -HtanoiO; echo --; ss -Huan; echo --; ss -Hxan; echo ==\n"
STATES = {"ESTAB": "ESTABLISHED", "SYN-SENT": "SYN_SENT", "SYN-RECV": "SYN_RECV", "FIN-WAIT-1": "FIN_WAIT1",
          "FIN-WAIT-2": "FIN_WAIT2", "TIME-WAIT": "TIME_WAIT", "CLOSE-WAIT": "CLOSE_WAIT", "LAST-ACK": "LAST_ACK",
          "LISTEN": "LISTEN", "CLOSING": "CLOSING"}


def end_of_ss(text):
    host, port = text.rsplit(":", 1)
    host = host.strip("[]").split("%")[0]
    if port == "*":
        return None
    return str(ipaddress.ip_address("::" if host == "*" else host)), int(port)


def timer_of_ss(words):
    found = re.search(r"timer:\((\w+),[^,]*,(\d+)\)", " ".join(words))
    return (found[1], int(found[2])) if found else (None, 0)


def measures_of_ss(state, words):
    """MSS, packets that are not confirmed, the window of the other side: of sockets that have these."""
    text = " ".join(words)
    if state in ("LISTEN", "SYN-SENT"):
        return None, 0, None
    found = [re.search(rf"(?<!\S){name}:(\d+)", text) for name in ("mss", "unacked", "snd_wnd")]
    mss, unacked, window = (int(x[1]) if x else None for x in found)
    return mss, unacked or 0, (window or 0) if mss is not None else None


def read_ss(shell):
    shell.stdin.write(SS)
    shell.stdin.flush()
    out = "".join(iter(shell.stdout.readline, "==\n"))
    tcp, udp, unix = out.split("--\n")
    found = []
    for line in tcp.splitlines():
        state, recvq, sendq, here, there, *more = line.split()
        found.append(("TCP", STATES[state], int(recvq), int(sendq), end_of_ss(here), end_of_ss(there),
                      *timer_of_ss(more), *measures_of_ss(state, more)))
    for line in udp.splitlines():
        state, recvq, sendq, here, there = line.split()[:5]
        found.append(("UDP", int(recvq), int(sendq), end_of_ss(here), end_of_ss(there)))
    for line in unix.splitlines():
        kind, state, recvq, sendq = line.split()[:4]
        found.append(("Unix", kind, int(recvq)) + ((int(sendq),) if state == "LISTEN" else ()))
    return Counter(found)


# What the log says

def number(v):
    return v["u"] if isinstance(v, dict) else v


def end_of_log(v):
    if not v or "struct" not in v:
        return None
    s = v["struct"]
    address = s.get("sin_addr") or s.get("sin6_addr")
    port = number(s.get("sin_port", s.get("sin6_port", 0)))
    return (str(ipaddress.ip_address(address["ip"])), port) if address and port else None


class Sockets:
    """The sockets as the events of a log tell them, folded one by one."""

    def __init__(self, path):
        self.path, self.at, self.socks, self.settled = path, 0, {}, 0

    def read(self):
        with open(self.path) as f:
            f.seek(self.at)
            for line in f:
                if not line.endswith("\n"):
                    break
                self.at += len(line.encode())
                self.take(json.loads(line))

    def take(self, e):
        self.settled += e.get("e") == "settled"
        if e.get("e") != "socket":
            return
        s = self.socks.setdefault(e["sock"], {})
        s.update({key: e[key] for key in e if key not in ("e", "i", "t", "l", "tid", "itid")})

    def inet(self, s):
        info = s.get("info", {}).get("struct", {})
        here, there = end_of_log(s.get("local")), end_of_log(s.get("peer"))
        if s.get("kernel") == "CLOSED" or (not s.get("kernel") and s.get("type") != "SOCK_DGRAM"):
            return None
        if s.get("kernel"):
            return ("TCP", s["kernel"], s["recvq"] + info.get("recv_fin", 0),
                    s["sendq"] + info.get("send_fin", 0) + info.get("send_syn", 0), here, there,
                    info.get("timer"), info.get("retransmits", 0), info.get("mss"), info.get("unacked", 0),
                    info.get("snd_wnd"))
        return ("UDP", info.get("memory", 0), info.get("send_memory", 0), here, there) if here else None

    def unix(self, s):
        kind = {"SOCK_STREAM": "u_str", "SOCK_DGRAM": "u_dgr", "SOCK_SEQPACKET": "u_seq"}[s["type"]]
        return ("Unix", kind, s["recvq"]) + ((s["sendq"],) if s.get("state") == "listening" else ())

    def shown(self):
        found = []
        for s in self.socks.values():
            if not s.get("gone"):
                found.append(self.unix(s) if s.get("domain") == "AF_UNIX" else self.inet(s))
        return Counter(x for x in found if x)


number_of_run = itertools.count()


class Run:
    """The tutor in plain text, one line of commands a stop."""

    def __init__(self, user, *args):
        self.user, self.log = user, os.path.join(TMP, f"log-{next(number_of_run)}.jsonl")
        self.keys, terminal = os.openpty()   # of a pipe, `watch` would make the input of the program
        modes = termios.tcgetattr(terminal)
        modes[3] &= ~termios.ECHO
        termios.tcsetattr(terminal, termios.TCSANOW, modes)
        self.tutor = subprocess.Popen([*user, TUTOR, *args[:1], "--log", self.log, "--plain", "--lang", "en", *args[1:]],
                                      stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        os.close(terminal)
        self.said = ""
        self.wait_for_prompt()
        self.sockets, self.looked_again = Sockets(self.log), 0
        self.keeper = int(re.search(r"^PPid:\s*(\d+)", open(f"/proc/{self.programs()[0]}/status").read(), re.M)[1])
        networks = {os.readlink(f"/proc/{pid}/ns/net"): pid for pid in self.programs()}
        self.shells = [subprocess.Popen([*user, WITHIN, str(pid), "sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                       for pid in networks.values()]   # one a host
        for shell in self.shells:
            read_ss(shell)   # it is in that network now, and keeps it

    def programs(self):
        return [e["pid"] for e in map(json.loads, open(self.log).read().splitlines()[1:]) if e.get("e") == "task"]

    def wait_for_prompt(self):
        """False: nothing moves any more."""
        text, end = b"", time.monotonic() + LIMIT
        while not text.endswith(b"\n> ") and time.monotonic() < end:
            if select.select([self.tutor.stdout], [], [], 1)[0]:
                more = os.read(self.tutor.stdout.fileno(), 65536)
                text += more
                if not more:
                    break
        self.said = text.decode(errors="replace")
        return text.endswith(b"\n> ") and "Nothing more can move." not in self.said

    def type(self, line):
        os.write(self.keys, line.encode() + b"\n")
        return self.wait_for_prompt()

    def look(self):
        """What only one of the two says, [] when they are equal."""
        theirs = sum((read_ss(shell) for shell in self.shells), Counter())
        self.sockets.read()
        ours = self.sockets.shown()
        self.seen = theirs
        return [f"only ss: {x}" for x in theirs - ours] + [f"only the log: {x}" for x in ours - theirs]

    def differences(self):
        """[] when they are equal. Both look again as long as they differ for a while."""
        end = time.monotonic() + PATIENCE
        while (found := self.look()) and time.monotonic() < end:
            self.looked_again += 1
            time.sleep(0.05)
            self.type("now")   # the tutor takes note of what the kernel did while it waited for a line
        return found

    def wait_for_kernel(self, seconds):
        """Until the kernel's timers have changed states, and then no more for a while."""
        def states():
            return sorted(x[:2] for shell in self.shells for x in read_ss(shell))
        first, end = states(), time.monotonic() + seconds
        before, since = first, time.monotonic()
        while time.monotonic() < end and (before == first or time.monotonic() < since + 0.4):
            now = states()
            if now != before:
                before, since = now, time.monotonic()
            time.sleep(0.05)

    def stop(self):
        os.close(self.keys)
        for shell in self.shells:
            shell.communicate()
        self.tutor.stdout.close()
        try:
            self.tutor.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.tutor.kill()
            self.tutor.wait()
        os.unlink(self.log)

def may_look(user):
    """It has a network of its own here, sock_diag is granted in it, and we may look into it."""
    try:
        run = Run(user, "run", "tcp-hello")
    except (FileNotFoundError, IndexError):   # no programs run here: a recording is shown
        return False
    within = subprocess.run([*user, WITHIN, str(run.keeper), "true"], capture_output=True, text=True)
    granted = json.loads(next(line for line in open(run.log) if '"e":"begin"' in line))["stage"]["struct"]
    run.stop()
    return granted.get("netns") and granted.get("sock_diag") and within.returncode == 0
