#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run EVERY under strace and under our decoder, and show every line that differs.

compare.py EVERY DRIVER                       with the small tracer beside this file
compare.py EVERY DRIVER SOCKTUTOR FROM_LOG    with the tutor: the log of its run, written as strace does

Masked: addresses in memory, process ids, ports the kernel chose, times that passed. Exit status 1 when anything differs."""
import difflib
import os
import re
import subprocess
import sys
import tempfile

# The leak checker of a build with sanitizers cannot work under ptrace.
ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/", "ASAN_OPTIONS": "detect_leaks=0"}


# Never with root's rights: some calls would do other things. As nobody, or, where nobody cannot reach the programs, as a root without rights.
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
NO_RIGHTS = ["setpriv", "--securebits=+noroot", "--inh-caps=-all", "--bounding-set=-all"]


def without_rights():
    if os.getuid() != 0:
        return []
    reached = subprocess.run(NOBODY + ["test", "-x", sys.argv[1]], check=False).returncode == 0
    return NOBODY if reached else NO_RIGHTS


def run(command, where):
    os.mkdir(where)
    os.chmod(where, 0o777)
    subprocess.run(without_rights() + command, cwd=where, env=ENV, check=True, timeout=120, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)


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
        self.told = text.startswith(("getsockname(", "accept(", "accept4(", "recvfrom(", "recvmsg(", "recvmmsg("))
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
        text = re.sub(r"(^(?:clone|clone3|fork|vfork|wait4|F_GETOWN)\(.*\) = )([1-9]\d*)$", self.pid, text)
        text = re.sub(r"(\bpid=|si_pid=|parent_tid=\[|kill\(|wait4\(|pidfd_open\(|P_PID, |F_SETOWN, )([1-9]\d*)", self.pid, text)
        text = re.sub(r"(tgkill\(PID\d+, )([1-9]\d*)", self.pid, text)
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


def tutor_run(every, socktutor, from_log, where):
    run([socktutor, "watch", "--fast", "--no-lines", "--results", "--json", "--log", "run.jsonl", "--", every], where)
    subprocess.run([from_log, "run.jsonl", "log"], cwd=where, check=True)


def as_tutor_sees(number, strace, socktutor):
    """Lines of strace that the tutor is to have, too, in its words.

    It does not look at a program while it is being loaded, nor at futex; io_uring_setup it refuses. A
    call broken off by a signal it tells when the program sees the end of it; the kernel has changed the timeout by then."""
    execs = [i for i, text in enumerate(strace) if text.startswith("execve(") and text.endswith("= 0")]
    if number == 0:
        strace = strace[execs[0] + 1:]
        while strace and strace[0] != socktutor[0]:
            del strace[0]
    elif execs:
        strace = strace[:execs[0] + 1]
    lines = []
    for text in strace:
        if text.startswith(("futex(", "io_uring_setup(")):
            continue
        if "= ? ERESTART" in text:
            text = re.sub(r"= \? ERESTART.*", "= -1 EINTR (Interrupted system call)", text)
            text = re.sub(r"\{tv_sec=3600, tv_nsec=0\}, NULL, 8", "{LEFT}, NULL, 8", text)
        lines.append(text)
    return lines


def agree(a, b, clean=lambda text: text):
    return len(a) == len(b) and all(
        x and y and clean(x) == clean(y)
        for strace, socktutor in zip(a, b) for x, y in pairs(strace, socktutor))


def without_ports(text):
    return re.sub(r"PORT\d+", "PORT", text)


def main():
    for last in (False, False, True):
        a, b = both_runs()
        # Two sockets of one run can get the same port by chance: no mask by numbers can tell them apart.
        if last or agree(a, b) or not agree(a, b, without_ports):
            return report(a, b)
        print("the kernel chose one port twice in a run: compared again")


def both_runs():
    every, driver = sys.argv[1:3]
    calls = subprocess.run([driver, "--calls"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as base:
        os.chmod(base, 0o755)
        theirs, ours = os.path.join(base, "s"), os.path.join(base, "o")
        run(["strace", "-ff", "-v", "-xx", "-qqq", "-e", "signal=none", "-e", "trace=" + calls, "-o", "log", every], theirs)
        if len(sys.argv) > 3:
            tutor_run(every, sys.argv[3], sys.argv[4], ours)
        else:
            run([driver, "log", every], ours)
        a, b = masked(logs(theirs, "log")), masked(logs(ours, "log"))
        if len(sys.argv) > 3:
            a = [as_tutor_sees(n, x, y) for n, (x, y) in enumerate(zip(a, b))] + a[len(b):]
    return a, b


def report(a, b):
    wrong = abs(len(a) - len(b))
    for strace, socktutor in zip(a, b):
        wrong += sum(show(x, y) for x, y in pairs(strace, socktutor))
    print("%d calls of %d processes compared with %s: %d lines differ" % (
        sum(len(lines) for lines in a), len(a),
        subprocess.run(["strace", "-V"], capture_output=True, text=True, check=True).stdout.split("\n")[0], wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
