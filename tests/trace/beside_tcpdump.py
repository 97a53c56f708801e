# SPDX-License-Identifier: GPL-3.0-or-later
"""The packets of a run beside what tcpdump has in the same networks at the same stop. For the tests of this folder."""
import base64
import json
import os
import re
import socket
import struct
import time
from collections import Counter

from beside_ss import TMP, Run

SETTLE = 1.0   # seconds that tcpdump is given to write down what the kernel has counted


# A reader of its own: nothing of it comes from the tutor.

FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]


class Conversations:
    """Sequence numbers counted from each side's SYN."""

    def __init__(self):
        self.first = {}

    def relative(self, side, number):
        return (number - self.first[side]) % 2**32 if side in self.first else None

    def tcp(self, src, dst, b, length):
        sport, dport, seq, ack, offset, bits = struct.unpack_from("!HHIIBB", b)
        here, there = (src, sport, dst, dport), (dst, dport, src, sport)
        flags = {name for i, name in enumerate(FLAGS) if bits >> i & 1}
        if "SYN" in flags:
            if "ACK" not in flags and self.first.get(here) != seq:
                self.first.pop(there, None)
            self.first[here] = seq
        return {"kind": "TCP", "sport": sport, "dport": dport, "flags": flags, "seq": self.relative(here, seq),
                "ack": self.relative(there, ack) if "ACK" in flags else None, "payload": length - (offset >> 4) * 4}

    def read(self, frame):
        kind, = struct.unpack_from("!H", frame, 12)
        if kind == 0x0800:
            head, protocol = 14 + (frame[14] & 15) * 4, frame[23]
            src, dst = (socket.inet_ntop(socket.AF_INET, frame[at:at + 4]) for at in (26, 30))
            length = struct.unpack_from("!H", frame, 16)[0] - (head - 14)
        elif kind == 0x86dd:
            head, protocol = 54, frame[20]
            src, dst = (socket.inet_ntop(socket.AF_INET6, frame[at:at + 16]) for at in (22, 38))
            length = struct.unpack_from("!H", frame, 18)[0]
        elif kind == 0x0806:
            src, dst = (socket.inet_ntop(socket.AF_INET, frame[at:at + 4]) for at in (28, 38))
            return {"kind": "ARP", "src": src, "dst": dst}
        else:
            return {"kind": ""}
        found = {"src": src, "dst": dst, "kind": {1: "ICMP", 58: "ICMPv6"}.get(protocol, "IP"), "payload": length - 8}
        if protocol == 6:
            found.update(self.tcp(src, dst, frame[head:], length))
        elif protocol == 17:
            sport, dport = struct.unpack_from("!HH", frame, head)
            found.update(kind="UDP", sport=sport, dport=dport)
        return found


def read_capture(data):
    """(time, length on the wire, bytes) of each frame of a pcap file with times in nanoseconds."""
    if len(data) < 24:
        return []
    magic, = struct.unpack_from("=I", data)
    assert magic == 0xa1b23c4d, hex(magic)
    at, frames = 24, []
    while at + 16 <= len(data):
        sec, ns, kept, total = struct.unpack_from("=IIII", data, at)
        if at + 16 + kept > len(data):
            break
        frames.append((sec * 10**9 + ns, total, data[at + 16:at + 16 + kept]))
        at += 16 + kept
    return frames


# What the log says

def address(v):
    fields = {k: x["u"] if isinstance(x, dict) and "u" in x else x for k, x in v["struct"].items()}
    return fields.get("sin_addr", fields.get("sin6_addr"))["ip"], fields.get("sin_port", fields.get("sin6_port"))


def of_log(e):
    found = {"kind": e["kind"], "payload": e.get("payload", 0)}
    (found["src"], sport), (found["dst"], dport) = address(e["src"]), address(e["dst"])
    if e["kind"] in ("TCP", "UDP"):
        found.update(sport=sport, dport=dport)
    if e["kind"] == "TCP":
        found.update(flags=set(e.get("flags", "").split("|")), seq=e.get("seq"), ack=e.get("ack"))
    return found


def compare_packet(theirs, total, frame, e, kept):
    """theirs: what the reader found in tcpdump's frame; e, kept: the event and its bytes."""
    problems, ours = [], of_log(e)
    if theirs.get("ack", 1) is None and ours["ack"] in (None, -1):
        ours["ack"] = None
    for key in theirs:
        if key == "ack" and "ACK" not in theirs["flags"]:
            continue
        if theirs[key] != ours.get(key):
            problems.append(f"packet {e['id']}: {key} is {theirs[key]} in tcpdump's, {ours.get(key)} in the log")
    if total != e["len"]:
        problems.append(f"packet {e['id']}: {total} bytes in tcpdump's, {e['len']} in the log")
    if frame[:len(kept)] != kept or len(kept) < min(total, 1500):
        problems.append(f"packet {e['id']}: other bytes ({len(kept)} kept of {total})")
    return problems


class Packets:
    """The packets as the events of a log tell them, folded one by one."""

    STAYS_AWAY = ("dropped", "full", "lost", "held", "reordered", "delayed")

    def __init__(self, path):
        self.path, self.at, self.all, self.blobs = path, 0, [], {}
        self.fates = Counter()   # and what is said of the packets
        self.arrived, self.changed = [], set()   # numbers of packets in the order in which they came out of the cable

    def read(self):
        with open(self.path, "rb") as f:
            f.seek(self.at)
            for line in f:
                if not line.endswith(b"\n"):
                    break
                self.at += len(line)
                self.take(json.loads(line))

    def take(self, e):
        if e.get("e") == "begin":
            actors = [actor["struct"] for actor in e["actors"]]
            self.names = {a["address"]: a["name"] for a in actors if "address" in a} if e["stage"]["struct"]["veth"] else {}
        elif e.get("e") == "blob":
            self.blobs[e["id"]] = base64.b64decode(e["b64"])
        elif e.get("e") == "packet":
            self.all.append(e)
            self.fates.update([e["what"]] if e.get("what") else [])
            if self.on_cable(e):
                self.arrived.append(e["id"])
        elif e.get("e") == "fate":
            self.fates[e["what"]] += 1
            if e["what"] in self.STAYS_AWAY and e["id"] in self.arrived:   # else it waited, and was lost then
                self.arrived.remove(e["id"])
            elif e["what"] == "passed":
                self.arrived.append(e["id"])
            elif e["what"] == "corrupted":
                self.changed.add(e["id"])

    @staticmethod
    def on_cable(e):
        return e.get("host", -1) >= 0 and e.get("tohost", -1) != e["host"]

    def frame(self, e):
        v = e["bytes"]
        return self.blobs[v["blob"]] if v.get("blob") else bytes.fromhex(v["hex"])

    def receivers(self, e, hosts):
        """The cable looks at the hardware address, as a switch does."""
        to = self.frame(e)[:6]
        return [h for h in hosts if h != e["host"] and (to[:5] != b"\2\0\0\0\0" or to[5] == h + 1)]


# The same by tcpdump

class Place:
    """tcpdump on one interface of one host, one way."""

    def __init__(self, shell, host, interface, way, name):
        self.counter, self.host, self.interface, self.way = f"/proc/{shell.pid}/net/dev", host, interface, way
        self.file, self.errors = (os.path.join(TMP, f"{name}.{end}") for end in ("pcap", "said"))
        one_way = f"-Q {way}" if interface != "lo" else ""   # of lo tcpdump leaves out what goes out: each frame is there once
        self.before = self.count()
        shell.stdin.write(f"tcpdump -i {interface} {one_way} -p -nn -U --immediate-mode --time-stamp-precision=nano -s 262144 -w - "
                          f">{self.file} 2>{self.errors} & pids=\"$pids $!\"\n")
        shell.stdin.flush()

    def said(self):
        return open(self.errors).read() if os.path.exists(self.errors) else ""

    def count(self):
        """Frames that passed here so far, by the kernel."""
        numbers = re.search(rf"^\s*{self.interface}:(.*)", open(self.counter).read(), re.M)[1].split()
        return int(numbers[9 if self.way == "out" else 1])

    def passed(self):
        return self.count() - self.before

    def frames(self):
        return read_capture(open(self.file, "rb").read())


class Watched(Run):
    """The tutor with ss and tcpdump beside it, in each of its networks."""

    def __init__(self, user, *args):
        super().__init__(user, *args)
        self.packets, self.compared = Packets(self.log), 0
        self.places = []
        hosts = range(len(self.shells))
        for host, shell in enumerate(self.shells):
            shell.stdin.write("trap 'kill $pids; wait' EXIT\n")   # it ends when its input does, whatever becomes of us
            name = f"{os.path.basename(self.log)}-{host}"
            self.places.append(Place(shell, host, "lo", "in", name + "-lo"))
            if len(hosts) > 1:
                self.places += [Place(shell, host, "eth0", way, f"{name}-{way}") for way in ("out", "in")]
        end = time.monotonic() + 20
        while not all("listening on" in place.said() for place in self.places):
            if time.monotonic() > end:
                self.stop()
                raise AssertionError("tcpdump does not listen: " + " ".join(place.said() for place in self.places))
            time.sleep(0.005)
        self.packets.read()
        if self.packets.all or any(place.passed() for place in self.places):
            self.stop()
            raise AssertionError("packets have passed before the first stop")

    def expected(self, place):
        """(event, bytes of it were changed) of each packet that the log says has passed there, in its order."""
        p = self.packets
        if len(self.shells) == 1:
            return [(e, False) for e in p.all]
        mine = [e for e in p.all if e.get("host") == place.host]
        if place.interface == "lo":
            return [(e, False) for e in mine if not p.on_cable(e)]
        if place.way == "out":
            return [(e, False) for e in mine if p.on_cable(e) and e.get("what") != "copy"]
        came = (p.all[number - 1] for number in p.arrived)
        return [(e, e["id"] in p.changed) for e in came if place.host in p.receivers(e, range(len(self.shells)))]

    def compare_place(self, place, frames, expected):
        """Frame by frame, in their order. What was sent is laid by for its headers to be read in the log's order."""
        where = f"host {place.host}, {place.interface} {place.way}"
        problems, sent = [], {}
        if len(frames) != len(expected):
            problems.append(f"{where}: tcpdump has {len(frames)} packets, the log {len(expected)} ({[e['id'] for e, _ in expected]})")
        for (_, total, frame), (e, changed) in zip(frames, expected):
            ours = self.packets.frame(e)
            differ = [a ^ b for a, b in zip(frame, ours) if a != b]
            if total != e["len"] or differ != ([1] if changed else []):
                problems.append(f"{where}: packet {e['id']} has other bytes: {frame.hex()} and {ours.hex()} in the log")
            if place.way == "out" or place.interface == "lo":
                sent[e["id"]] = (total, frame)
        return problems, sent

    def look_at_wire(self):
        end = time.monotonic() + SETTLE
        while True:
            passed = [place.passed() for place in self.places]
            captured = [place.frames() for place in self.places]
            if [len(frames) for frames in captured] == passed or time.monotonic() > end:
                break
            time.sleep(0.003)
        self.packets.read()
        problems = [f"{place.file}: the kernel counts {n} packets, tcpdump has {len(frames)}"
                    for place, n, frames in zip(self.places, passed, captured) if n != len(frames)]
        sent = {}
        for place, frames in zip(self.places, captured):
            found, more = self.compare_place(place, frames, self.expected(place))
            problems += found
            sent.update(more)
        return problems or self.compare_headers(sent)

    def compare_headers(self, sent):
        reader, problems, lines, at = Conversations(), [], [], {}
        for number, e in enumerate(self.packets.all, 1):
            if e["id"] != number:
                problems.append(f"packet {e['id']} is number {number} in the log")
            if e.get("what") == "copy":
                lines.append((number, *lines[at[e["again"]]][1:]))
                continue
            total, frame = sent[e["id"]]
            theirs = reader.read(frame)
            problems += compare_packet(theirs, total, frame, e, self.packets.frame(e))
            at[number] = len(lines)
            lines.append((number, [self.packets.names.get(theirs[end]) for end in ("src", "dst")], as_line(theirs)))
        self.compared = len(lines)
        return problems + self.compare_ladder(lines)

    def compare_ladder(self, lines):
        """What the tutor prints of its packets, beside tcpdump's bytes."""
        self.type("packets")
        said = re.findall(r"^(?:> )? {0,3}(\d+)  (\S+) → (\S+)  (.*)", self.said, re.M)
        if len(said) != len(lines):
            return [f"the ladder has {len(said)} packets, tcpdump {len(lines)}"]
        problems = []
        for (number, ends, line), mine in zip(lines, said):
            same = [end in (None, theirs) for end, theirs in zip(ends, mine[1:])]
            if int(mine[0]) != number or not all(same) or not re.match(re.escape(line) + r"(?![\w|])", mine[3]):
                problems.append(f"the ladder has {mine}, tcpdump {number} {ends} {line!r}")
        return problems

    def look(self):
        return super().look() + self.look_at_wire()

    def stop(self):
        super().stop()
        for place in self.places:
            os.unlink(place.file)
            os.unlink(place.errors)


def as_line(theirs):
    """As the ladder writes a packet."""
    if theirs["kind"] != "TCP":
        return theirs["kind"] + (f" len {theirs['payload']}" if theirs["kind"] == "UDP" else "")
    line = "|".join(sorted(theirs["flags"], key=["SYN", "FIN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"].index))
    for word, key in (("seq", "seq"), ("ack", "ack")):
        line += f" {word} {theirs[key]}" if theirs[key] is not None else ""
    return line + (f" len {theirs['payload']}" if theirs["payload"] else "")
