#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tutor's log of a lesson beside strace of the same programs without the tutor.

lessons.py LESSON c|python (ROOT, BUILD, SOCKTUTOR from the environment). Run it in a network of its own: the lesson's
port must be free, and a connection that was closed keeps it for a minute."""
import os
import pty
import re
import subprocess
import sys
import tempfile
import time
import tty

from compare import ENV, as_tutor_sees, logs, masked, pairs, show

PROGRAMS = (("server", ["8888"]), ("client", ["127.0.0.1", "8888"]))


def command(folder, build, name, variant, args):
    source = os.path.join(folder, name + ".py")
    return ["/usr/bin/python3", "-B", source] + args if variant == "python" else [os.path.join(build, name)] + args


def on_terminal(command_line, where):
    """A program whose terminal is like the tutor's: no echo, bytes out as written."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    program = subprocess.Popen(command_line, cwd=where, env=ENV, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    return program, master


def ready(prefix, last_call):
    """Waits until the server can be reached: strace has written that this call of its returned."""
    folder, name = os.path.split(prefix)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        text = "".join(open(os.path.join(folder, f)).read() for f in os.listdir(folder) if f.startswith(name + "."))
        if re.search(r"^" + last_call + r"\(.*\) += 0$", text, re.M):
            return
        time.sleep(0.01)


def strace(lesson, folder, build, variant, calls, where):
    """The programs' lines, as strace has them: the server first, the client when it can reach the server."""
    running = []
    for name, args in PROGRAMS:
        prefix = os.path.join(where, name)
        line = ["strace", "-ff", "-v", "-xx", "-qqq", "-e", "signal=none", "-e", "trace=" + calls, "-o", prefix]
        running.append(on_terminal(line + command(folder, build, name, variant, args), where))
        if name == "server":
            ready(prefix, "bind" if lesson.startswith("udp") else "listen")
    for program, master in running:
        program.wait(20)
        os.close(master)
    return [lines for name, _ in PROGRAMS for lines in logs(where, name)]


def tutor(lesson, variant, socktutor, from_log, where):
    subprocess.run([socktutor, "run", lesson, "--program", variant, "--auto", "--json", "--log", "run.jsonl"], cwd=where,
                   check=True, timeout=60, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    subprocess.run([from_log, "run.jsonl", "log"], cwd=where, check=True)
    return logs(where, "log")


def main():
    lesson, variant = sys.argv[1:3]
    root, build, socktutor = (os.environ[name] for name in ("ROOT", "BUILD", "SOCKTUTOR"))
    tools = os.path.join(build, "tests/trace/every-call")
    calls = subprocess.run([os.path.join(tools, "driver"), "--calls"], capture_output=True, text=True, check=True).stdout.strip()
    numbered = [name for name in os.listdir(os.path.join(root, "lessons")) if name.endswith("-" + lesson)][0]
    folder, built = os.path.join(root, "lessons", numbered), os.path.join(build, "lessons", numbered)
    with tempfile.TemporaryDirectory() as base:
        ours = masked(tutor(lesson, variant, socktutor, os.path.join(tools, "from_log"), base))
        theirs = masked(strace(lesson, folder, built, variant, calls, base))
    wrong = abs(len(theirs) - len(ours))
    for a, b in zip(theirs, ours):
        wrong += sum(show(x, y) for x, y in pairs(as_tutor_sees(0, a, b), b))
    print("%s, %s: %d calls, %d lines differ" % (lesson, variant, sum(map(len, ours)), wrong))
    return int(wrong > 0)


sys.exit(main())
