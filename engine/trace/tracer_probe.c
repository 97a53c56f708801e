/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The same relations as in a run: the subject is not our child but a child of
 * our child, and it did not ask to be traced. It sleeps in pause(2) or what
 * stands for it; an interrupt makes it enter that call anew, under our eyes.
 */
#include "engine/trace/tracer_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/trace/peek.h"

struct subject {
	pid_t middle, pid;
	volatile int secret;
};

static bool refuse(int *refused, char step[40], const char *what)
{
	*refused = errno ? errno : EIO;
	snprintf(step, 40, "%s", what);
	return false;
}

/* The parent may have died before we asked to die with it. */
static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
}

static _Noreturn void subject_main(pid_t middle)
{
	die_with(middle);
	for (;;)
		pause();
}

/* Ends when the subject did, or when we did. */
static _Noreturn void middle_main(int tell, pid_t tutor)
{
	die_with(tutor);
	pid_t me = getpid(), pid = fork();
	if (pid == 0)
		subject_main(me);
	if (pid < 0 || write(tell, &pid, sizeof pid) != sizeof pid)
		_exit(1);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	_exit(0);
}

static bool subject_start(struct subject *s)
{
	int told[2];

	if (pipe2(told, O_CLOEXEC) < 0)
		return false;
	pid_t me = getpid();
	s->secret = 0x5eed;
	s->middle = fork();
	if (s->middle == 0)
		middle_main(told[1], me);
	int sys = errno;
	close(told[1]);
	bool ok = s->middle > 0 && read(told[0], &s->pid, sizeof s->pid) == sizeof s->pid;
	close(told[0]);
	if (!ok && s->middle > 0) {
		sys = EAGAIN;
		waitpid(s->middle, NULL, 0);
	}
	errno = sys;
	return ok;
}

static void subject_end(const struct subject *s)
{
	kill(s->pid, SIGKILL);
	while (waitpid(s->pid, NULL, __WALL) > 0 || errno == EINTR)
		;   /* stops that were on their way, then its end; not ours to wait for if the seize failed */
	while (waitpid(s->middle, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Wait for a stop whose status has this in its upper bits; others, which a busy system may slip in, are let go. */
static bool stop_at(pid_t pid, bool call)
{
	int status;

	for (int i = 0; i < 8; i++) {
		if (waitpid(pid, &status, __WALL) < 0 || !WIFSTOPPED(status))
			return false;
		if (!call || WSTOPSIG(status) == (SIGTRAP | 0x80))
			return true;
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0)
			return false;
	}
	errno = ETIMEDOUT;
	return false;
}

static bool try_call(pid_t pid)
{
	struct __ptrace_syscall_info info = { 0 };

	if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0 || !stop_at(pid, true))
		return false;
	errno = 0;
	return ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof info, &info) > 0 &&
		info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

static bool try_memory(const struct subject *s)
{
	int seen = 0;
	struct peek memory = peek_process(s->pid);

	errno = 0;
	return peek_all(&memory, (uintptr_t)&s->secret, &seen, sizeof seen) && seen == s->secret;
}

bool tracer_probe(int *refused, char step[40])
{
	struct subject s = { 0 };
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
	bool ok;

	if (!subject_start(&s))
		return refuse(refused, step, "fork");
	if (ptrace(PTRACE_SEIZE, s.pid, NULL, options) < 0)
		ok = refuse(refused, step, "PTRACE_SEIZE");
	else if (ptrace(PTRACE_INTERRUPT, s.pid, NULL, NULL) < 0 || !stop_at(s.pid, false))
		ok = refuse(refused, step, "PTRACE_INTERRUPT");
	else if (!try_call(s.pid))
		ok = refuse(refused, step, "PTRACE_GET_SYSCALL_INFO");
	else
		ok = try_memory(&s) || refuse(refused, step, "read its memory");
	subject_end(&s);
	return ok;
}
