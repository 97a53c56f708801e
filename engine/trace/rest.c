/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the kernel can be asked whether the condition of a sleep is met, it is
 * asked: a receiver that is still on its way to wake up shows as readable.
 * Where it cannot (a lock, a child, a time), a task counts as at rest when it
 * has not run in QUIET_LOOKS looks in a row. A thread that waits for a lock with
 * a timeout, again and again, never is: after WAKING_LOOKS looks between which it
 * had run, without a call of ours, it counts as one that wakes by itself.
 */
#include "engine/trace/rest.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/trace/peek.h"

enum { QUIET_LOOKS = 4, WAKING_LOOKS = 8, FDS_MOST = 256 };

/* One word of /proc/TID/…: the file is read whole into out. */
static bool read_proc(pid_t tid, const char *name, char *out, size_t n)
{
	char path[48];
	snprintf(path, sizeof path, "/proc/%d/%s", (int)tid, name);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	size_t got = fread(out, 1, n - 1, f);
	out[got] = '\0';
	fclose(f);
	return got > 0;
}

static char state_of(pid_t tid)
{
	char stat[512];
	if (!read_proc(tid, "stat", stat, sizeof stat))
		return 'X';
	const char *end = strrchr(stat, ')');   /* its name may hold anything, but stat ends with numbers */
	return end && end[1] ? end[2] : 'X';
}

static unsigned long switches_of(pid_t tid)
{
	char status[4096];
	if (!read_proc(tid, "status", status, sizeof status))
		return 0;
	const char *at = strstr(status, "\nvoluntary_ctxt_switches:");
	return at ? strtoul(at + 25, NULL, 10) : 0;
}

/* Our own copy of the task's descriptor; it must be closed at once, as it keeps the socket open. */
static int borrow_fd(const struct task *task, int fd)
{
	if (task->own_fds)
		return -1;   /* the process's descriptor of that number is another */
	return (int)syscall(SYS_pidfd_getfd, task->process->pidfd, fd, 0);
}

/* 1: an event of these is there, 0: none, -1: cannot be asked. */
static int fd_is_ready(const struct task *task, int fd, short events)
{
	int ours = borrow_fd(task, fd);
	if (ours < 0)
		return -1;
	struct pollfd p = { .fd = ours, .events = events };
	int n = poll(&p, 1, 0);
	close(ours);
	return n;
}

static int any_ready(const struct task *task, const struct pollfd *fds, int n)
{
	for (int i = 0; i < n; i++) {
		int ready = fds[i].fd < 0 ? 0 : fd_is_ready(task, fds[i].fd, fds[i].events);
		if (ready)
			return ready;
	}
	return 0;
}

static int poll_is_ready(const struct task *task)
{
	struct pollfd fds[FDS_MOST];
	struct peek mem = peek_process(task->tid);
	uint64_t n = task->call.args[1];
	if (n > FDS_MOST || !peek_all(&mem, task->call.args[0], fds, n * sizeof *fds))
		return -1;
	return any_ready(task, fds, (int)n);
}

static int select_is_ready(const struct task *task)
{
	static const short events[3] = { POLLIN, POLLOUT, POLLPRI };
	struct peek mem = peek_process(task->tid);
	int n = (int)task->call.args[0];
	if (n < 0 || n > FD_SETSIZE)
		return -1;
	for (int set = 0; set < 3; set++) {
		fd_set fds;
		uint64_t at = task->call.args[1 + set];
		FD_ZERO(&fds);
		if (!at)
			continue;
		if (!peek_all(&mem, at, &fds, ((size_t)n + 63) / 64 * 8))
			return -1;
		for (int fd = 0; fd < n; fd++) {
			struct pollfd p = { .fd = fd, .events = events[set] };
			int ready = FD_ISSET(fd, &fds) ? any_ready(task, &p, 1) : 0;
			if (ready)
				return ready;
		}
	}
	return 0;
}

static int move_is_ready(const struct task *task, unsigned from, unsigned to)
{
	int in = fd_is_ready(task, (int)task->call.args[from], POLLIN);
	return in == 1 ? fd_is_ready(task, (int)task->call.args[to], POLLOUT) : in;
}

/* Is what the call waits for there? 1 yes, 0 no, -1 the kernel cannot be asked. */
static int condition_met(const struct task *task)
{
	int fd = (int)task->call.args[0];
	unsigned from, to;
	if (call_moves(task->call.desc, &from, &to))
		return move_is_ready(task, from, to);
	switch (task->call.desc->sleep) {
	case SLEEP_CLIENT:
	case SLEEP_DATA:
		return fd_is_ready(task, fd, POLLIN);
	case SLEEP_SPACE:
	case SLEEP_CONNECTION:
		return fd_is_ready(task, fd, POLLOUT);
	case SLEEP_EVENT:
		if (strcmp(task->call.desc->canon, "poll") == 0)
			return poll_is_ready(task);
		if (strcmp(task->call.desc->canon, "select") == 0)
			return select_is_ready(task);
		return fd_is_ready(task, fd, POLLIN);
	default:
		return -1;
	}
}

static bool has_been_quiet(struct task *task)
{
	unsigned long switches = switches_of(task->tid);
	bool has_run = switches != task->switches;
	task->quiet = has_run ? 0 : task->quiet + 1;
	task->woken += has_run && (task->where == TASK_FREE || task->call.silent);
	task->switches = switches;
	return task->quiet >= QUIET_LOOKS;
}

/* A parent in vfork sleeps uninterruptibly (D) until its child execs or ends. */
static bool is_asleep(const struct task *task, char state)
{
	bool in_vfork = task->where == TASK_IN_CALL && task->call.desc->sleep == SLEEP_CHILD;
	return state == 'S' || (state == 'D' && in_vfork);
}

/* The first thread of a process has ended and others live: the kernel keeps it and tells of it only after them. */
static bool is_kept_leader(const struct task *task, char state)
{
	return state == 'Z' && task->tid == task->process->pid && task->process->tasks > 1;
}

void rest_begin(struct task *task)
{
	task->quiet = task->woken = 0;
	task->computes = false;
}

enum rest rest_look(struct task *task)
{
	char state = state_of(task->tid);
	if (is_kept_leader(task, state))
		return REST_YES;
	if (!is_asleep(task, state)) {
		task->quiet = 0;
		return state == 'R' && task->where == TASK_FREE ? REST_COMPUTES : REST_NO;
	}
	int met = task->where == TASK_IN_CALL ? condition_met(task) : -1;
	if (met == 0)
		return state_of(task->tid) == 'S' ? REST_YES : REST_NO;
	if (has_been_quiet(task))
		return REST_YES;
	return task->woken >= WAKING_LOOKS ? REST_WAKES : REST_NO;
}

struct rest_sleep rest_sleep(const struct task *task)
{
	const struct call_desc *desc = task->call.desc;
	struct rest_sleep sleep = { desc->sleep, call_arg_is_fd(desc, 0) ? (int)task->call.args[0] : -1 };
	unsigned from, to;
	if (call_moves(desc, &from, &to)) {
		bool has_data = fd_is_ready(task, (int)task->call.args[from], POLLIN) == 1;
		sleep.on = has_data ? SLEEP_SPACE : SLEEP_DATA;
		sleep.fd = (int)task->call.args[has_data ? to : from];
	}
	return sleep;
}

void rest_wchan(const struct task *task, char *out, size_t n)
{
	if (!read_proc(task->tid, "wchan", out, n) || strcmp(out, "0") == 0)
		out[0] = '\0';
}

int64_t rest_ran(const struct task *task)
{
	char text[96];
	return read_proc(task->tid, "schedstat", text, sizeof text) ? strtoll(text, NULL, 10) : -1;
}
