#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of every log of `watch`, and its calls beside strace's.

    check.py LOG                 the log is whole, and each task's events follow one another as they must
    check.py LOG exit            prints how the first task ended: its status, or the signal's name
    check.py LOG STRACE          each task made the same calls with the same results

Calls are compared a task; which task came first differs from run to run, so tasks are sorted. A call that the kernel
made again after a signal counts once, with the result that the program saw.
"""
import json
import os
import re
import sys

ROOT = os.environ.get("ROOT", ".")
PIDS = {"clone", "clone3", "fork", "vfork", "wait4"}


def steps():
    table = open(os.path.join(ROOT, "engine/trace/syscall.def")).read()
    return set(re.findall(r"^CALL\((\w+), \w+, STEP,", table, re.M))


def fail(text):
    sys.exit("  " + text)


def events(path):
    for number, line in enumerate(open(path), 1):
        try:
            yield number, json.loads(line)
        except ValueError as e:
            fail(f"line {number} of the log: {e}")


def sockfd(e):
    """The socket a call was made with: such descriptors are always told of."""
    return e.get("args", {}).get("struct", {}).get("sockfd", {}).get("fd")


def believable(number, sock):
    state, peer = sock.get("state"), sock.get("peer", {}).get("struct", {})
    if state == "peer-closed" and sock.get("kernel") in ("ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2"):
        fail(f"line {number}: socket {sock['sock']} is {state}, but the kernel says {sock['kernel']}")
    if state == "connected" and peer.get("sa_family", {}).get("sym") == "AF_UNSPEC":
        fail(f"line {number}: socket {sock['sock']} is {state} to nobody")


def whole(path):
    """An `after` belongs to the `before` of its task; nothing comes after the end; a settled run is let go;
    what is told to be closed is not used with success; what is told of sockets and sleeps is what the kernel says."""
    inside, gone, last, settled = {}, set(), None, False
    pids, closed, socks = {}, set(), {}
    for number, e in events(path):
        kind, lane = e.get("e"), e.get("l", -1)
        if kind == "end" and last == "end":
            fail(f"line {number}: a second end")
        if lane in gone and kind not in ("go",):
            fail(f"line {number}: {kind} of task {lane}, which has ended")
        if kind == "before":
            inside[lane] = e["call"]
        elif kind == "after" and inside.get(lane) != e["call"]:
            fail(f"line {number}: after {e['call']}, but task {lane} was in {inside.get(lane)}")
        elif kind == "after" and "err" not in e and (pids.get(lane), sockfd(e)) in closed:
            fail(f"line {number}: {e['call']} works with fd {sockfd(e)}, which is said to be closed")
        elif kind == "task":
            pids[lane] = e["pid"]
        elif kind == "fd":
            (closed.discard if e["op"] == "open" else closed.add)((e["pid"], e.get("fd")))
        elif kind == "socket":
            socks.setdefault(e["sock"], {}).update(e)
        elif kind == "asleep":
            if lane not in inside:
                fail(f"line {number}: asleep in no call")
            if e.get("wchan") == "pipe_wait_writable" and e["on"] != "space":
                fail(f"line {number}: asleep for {e['on']}, but the pipe is full")
        elif kind == "exit":
            gone.add(lane)
        elif kind == "settled":
            if settled:
                fail(f"line {number}: settled twice")
            for sock in socks.values():
                believable(number, sock)
        if kind is not None:
            settled = kind in ("settled", "note", "input") and (settled or kind == "settled")
            last = kind
    if last != "end":
        fail(f"the log ends with {last}")


def ended_first_process(path):
    """How the process ended that was started first, whichever of its threads was the last."""
    pid, lanes, how = None, set(), "still there"
    for _, e in events(path):
        if e.get("e") == "task":
            pid = pid or e["pid"]
            if e["pid"] == pid:
                lanes.add(e["l"])
        if e.get("e") == "exit" and e.get("l") in lanes and e.get("last"):
            how = e.get("name") or str(e.get("code", 0))
    return how


def result(call, ret, err):
    if err:
        return f"{call} {err}"
    return f"{call} PID" if call in PIDS and ret > 0 else f"{call} {ret}"


def ours(path):
    made = {}
    for _, e in events(path):
        if e.get("hidden") or e.get("restart"):
            continue
        if e.get("e") == "task":
            made[e["l"]] = []
        elif e.get("e") == "before":
            calls = made[e["l"]]
            if not (calls and calls[-1] == e["call"] + " ?"):   # made again by the kernel
                drop_pending(calls, e["call"])
                calls.append(e["call"] + " ?")
        elif e.get("e") == "after":
            made[e["l"]][-1] = result(e["call"], e.get("ret", 0), e.get("err"))
    return made.values()


def drop_pending(calls, call):
    """The same call again after a handler made calls of its own: the first mention was not a call that ended."""
    for i in range(len(calls) - 1, -1, -1):
        if calls[i] == call + " ?":
            del calls[i]
            return


LINE = re.compile(r"^(\d+) +(.*)$")
RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$")
SOCKET = re.compile(r"^\w+\(\d+<(socket|UNIX|TCP|UDP|anon_inode)")
RESULT = re.compile(r"\) += (-?\d+|\?|0x[0-9a-f]+)(?:<[^>]*>+)?(?: ([A-Z]\w+))?")


def theirs(path, wanted):
    made, unfinished, broken = {}, {}, {}
    for line in open(path, errors="replace"):
        pid, text = LINE.match(line).groups()
        calls = made.setdefault(pid, [])
        if text.startswith(("---", "+++")):
            continue
        resumed = RESUMED.match(text)
        if resumed:
            text = unfinished.pop(pid, resumed.group(1) + "(") + resumed.group(2)
            if calls and calls[-1].endswith(" ?"):
                calls.pop()
        elif text.endswith("<unfinished ...>"):
            text = text[: -len("<unfinished ...>")].rstrip()
            unfinished[pid] = text
        call = re.match(r"\w+", text)
        if not call:
            continue   # "????": the task was killed before strace could ask
        call = call.group()
        found = RESULT.findall(text)
        ret, err = found[-1] if found else ("?", "")
        pending = broken.setdefault(pid, [])
        if call == "rt_sigreturn":
            if pending and err == "EINTR":
                calls.append(pending.pop() + " EINTR")
            elif pending and ret != "0":
                pending.pop()
            continue
        if call == "restart_syscall" and pending:
            call = pending.pop()
        elif call not in wanted and not SOCKET.match(text):
            continue
        if err.startswith("ERESTART"):
            pending.append(call)
            continue
        if pending and pending[-1] == call:
            pending.pop()
        if ret == "?":
            calls.append(call + " ?")
        else:
            calls.append(result(call, int(ret, 0), err if ret == "-1" else ""))
    return made.values()


def compare(log, strace):
    mine = sorted(tuple(c) for c in ours(log))
    other = sorted(tuple(c) for c in theirs(strace, steps()))
    mine, other = [m for m in mine if m], [o for o in other if o]
    if mine == other:
        return
    for m in [m for m in mine if m not in other][:3]:
        print("  we:    ", ", ".join(m))
    for o in [o for o in other if o not in mine][:3]:
        print("  strace:", ", ".join(o))
    sys.exit(f"  {len(mine)} tasks here, {len(other)} in strace's output")


if len(sys.argv) == 2:
    whole(sys.argv[1])
elif sys.argv[2] == "exit":
    print(ended_first_process(sys.argv[1]))
else:
    compare(sys.argv[1], sys.argv[2])
