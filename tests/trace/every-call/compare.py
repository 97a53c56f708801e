#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""compare.py EVERY DRIVER: run EVERY under strace and under our decoder, and show every line that differs.

Masked: addresses in memory, process ids, ports the kernel chose, times that passed. Exit status 1 when anything differs."""
import difflib
import os
import re
import subprocess
import sys
import tempfile

# The leak checker of a build with sanitizers cannot work under ptrace.
ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "ASAN_OPTIONS": "detect_leaks=0"}


def run(command, where):
    os.mkdir(where)
    subprocess.run(command, cwd=where, env=ENV, check=True, timeout=120, stdin=subprocess.DEVNULL)


def logs(where, name):
    files = [f for f in os.listdir(where) if f.startswith(name + ".")]
    files.sort(key=lambda f: int(f.rsplit(".", 1)[1]))
    return [open(os.path.join(where, f), encoding="utf-8", errors="replace").read().splitlines() for f in files]


class Mask:
    """Numbers what may differ in order of appearance, so that equal things stay equal."""

    def __init__(self):
        self.pids, self.ports, self.count, self.told = {}, {}, 0, False

    def pid(self, match):
        return match[1] + "PID" + str(self.pids.setdefault(match[2], len(self.pids)))

    def port(self, match):
        number = int(match[1])
        if number < 32768 or number > 60999:
            return match[0]
        if number not in self.ports or self.told:
            self.count += 1
            self.ports[number] = self.count
        return "htons(PORT%d)" % self.ports[number]

    def line(self, text):
        text = re.sub(r"\) += ", ") = ", text)
        text = re.sub(r"0x[0-9a-f]{9,}", "PTR", text)
        # The kernel may choose a number again: where it tells one, it is a new one.
        self.told = text.startswith(("getsockname(", "accept(", "accept4("))
        text = re.sub(r"htons\((\d+)\)", self.port, text)
        text = re.sub(r"left \{[^}]*\}", "left {TIME}", text)
        text = re.sub(r"(tv_sec=1[0-9]{9}, tv_[un]sec=)\d+", r"tv_sec=NOW, tv_sec=NOW", text)
        text = re.sub(r"\{tv_sec=3599, tv_nsec=\d+\}", "{LEFT}", text)
        text = re.sub(r"(it_value=\{tv_sec=99999, tv_nsec=)\d+", r"\1TIME", text)
        text = re.sub(r"si_stime=\d+( /\*.*?\*/)?", "si_stime=TIME", text)
        text = re.sub(r"si_utime=\d+( /\*.*?\*/)?", "si_utime=TIME", text)
        text = re.sub(r"(TCP_TIMESTAMP, \[)\d+", r"\1TIME", text)
        text = re.sub(r'(SO_COOKIE, )"[^"]*"', r"\1BYTES", text)
        text = re.sub(r'(TCP_INFO, "(?:\\x..){8})(?:\\x..){8}', r"\1TIMES", text)   # tcpi_rto, tcpi_ato
        text = re.sub(r"(sa_data=\")(\\x..){2,3}(\"\}, \[[45] => 16)", r"\1PORT\3", text)
        text = re.sub(r"(^(?:clone|clone3|fork|vfork|wait4|F_GETOWN)\(.*\) = )([0-9]{2,})$", self.pid, text)
        text = re.sub(r"(\bpid=|si_pid=|parent_tid=\[|kill\(|wait4\(|pidfd_open\(|P_PID, |F_SETOWN, )(\d{3,})", self.pid, text)
        text = re.sub(r"(tgkill\(PID\d+, )(\d{3,})", self.pid, text)
        return text


def masked(files):
    mask = Mask()
    return [[mask.line(text) for text in lines] for lines in files]


def pairs(strace, socktutor):
    """Lines side by side; where one has lines the other lacks, None."""
    if len(strace) == len(socktutor):
        return zip(strace, socktutor)
    both = []
    names = [[text.split("(")[0] for text in lines] for lines in (strace, socktutor)]
    for kind, i, j, k, m in difflib.SequenceMatcher(None, *names, autojunk=False).get_opcodes():
        left, right = strace[i:j], socktutor[k:m]
        width = max(len(left), len(right))
        both += zip(left + [None] * (width - len(left)), right + [None] * (width - len(right)))
    return both


def show(strace, socktutor):
    """Prints where two lines differ; 1 if they do."""
    if strace == socktutor:
        return 0
    start = len(os.path.commonprefix([strace or "", socktutor or ""]))
    for who, text in (("strace   ", strace), ("socktutor", socktutor)):
        if text is None:
            print(who, "has no such line")
        else:
            print(who, text[:30] + " ... " + text[max(30, start - 40):start + 120] if start > 70 else text[:200])
    print()
    return 1


def main():
    every, driver = sys.argv[1:3]
    calls = subprocess.run([driver, "--calls"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as base:
        theirs, ours = os.path.join(base, "s"), os.path.join(base, "o")
        run(["strace", "-ff", "-v", "-xx", "-qqq", "-e", "signal=none", "-e", "trace=" + calls, "-o", "log", every], theirs)
        run([driver, "log", every], ours)
        a, b = masked(logs(theirs, "log")), masked(logs(ours, "log"))
    wrong = abs(len(a) - len(b))
    for strace, socktutor in zip(a, b):
        wrong += sum(show(x, y) for x, y in pairs(strace, socktutor))
    print("%d calls of %d processes compared with %s: %d lines differ" % (
        sum(len(lines) for lines in a), len(a),
        subprocess.run(["strace", "-V"], capture_output=True, text=True, check=True).stdout.split("\n")[0], wrong))
    return 1 if wrong else 0


sys.exit(main())
