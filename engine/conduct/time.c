/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls that have a timeout, and where it stands. In real time the kernel
 * counts it, with one exception: some calls give EINTR at once when a signal
 * wakes them, and a tracer makes the kernel wake a task also for signals that it
 * ignores. The call is then made again, but only for what is left of its time.
 * signal(7), "Interruption of system calls".
 */
#include "engine/conduct/conduct.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "engine/trace/peek.h"

static const int64_t SECOND_NS = 1000000000, MS_NS = 1000000;

static const struct limited limits[] = {
	{ "poll", MS_ARG, 2, 0 }, { "ppoll", SPEC_LEFT, 2, 0 }, { "select", VAL_LEFT, 4, 0 }, { "pselect6", SPEC_LEFT, 4, 0 },
	{ "epoll_wait", MS_ARG, 3, 0 }, { "epoll_pwait", MS_ARG, 3, 0 }, { "epoll_pwait2", SPEC_ARG, 3, 0 },
	{ "nanosleep", SLEEP_FOR, 0, 0 }, { "clock_nanosleep", SLEEP_ON_CLOCK, 2, 0 },
	{ "rt_sigtimedwait", SPEC_ARG, 2, -EAGAIN }, { "futex", LOCK, 3, -ETIMEDOUT },
	{ "read", SOCKET_IN, 0, -EAGAIN }, { "readv", SOCKET_IN, 0, -EAGAIN }, { "recvfrom", SOCKET_IN, 0, -EAGAIN },
	{ "recvmsg", SOCKET_IN, 0, -EAGAIN }, { "accept", SOCKET_IN, 0, -EAGAIN }, { "accept4", SOCKET_IN, 0, -EAGAIN },
	{ "write", SOCKET_OUT, 0, -EAGAIN }, { "writev", SOCKET_OUT, 0, -EAGAIN }, { "sendto", SOCKET_OUT, 0, -EAGAIN },
	{ "sendmsg", SOCKET_OUT, 0, -EAGAIN }, { "connect", SOCKET_OUT, 0, -EINPROGRESS },
	{ "recvmmsg", SOCKET_IN, 0, -EAGAIN }, { "sendmmsg", SOCKET_OUT, 0, -EAGAIN },
	{ "preadv2", SOCKET_IN, 0, -EAGAIN }, { "pwritev2", SOCKET_OUT, 0, -EAGAIN },
	{ "sendfile", SOCKET_MOVE, 0, -EAGAIN }, { "splice", SOCKET_MOVE, 0, -EAGAIN },
	{ "close", LINGER, 0, 0 },
};

const struct limited *conduct_limit(const struct task_call *call)
{
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (strcmp(limits[i].call, call->desc->name) == 0)
			return &limits[i];
	return NULL;
}

static bool read_pair(struct task *task, uint64_t at, int64_t a_second, int64_t *ns)
{
	int64_t pair[2];
	struct peek mem = peek_process(task->tid);
	if (!at || !peek_all(&mem, at, pair, sizeof pair) || pair[0] < 0 || pair[1] < 0 || pair[1] >= a_second)
		return false;
	*ns = pair[0] > INT64_MAX / SECOND_NS - 1 ? NO_END : pair[0] * SECOND_NS + pair[1] * (SECOND_NS / a_second);
	return true;
}

bool conduct_read_spec(struct task *task, uint64_t at, int64_t *ns)
{
	return read_pair(task, at, SECOND_NS, ns);
}

bool conduct_read_val(struct task *task, uint64_t at, int64_t *ns)
{
	return read_pair(task, at, 1000000, ns);
}

bool conduct_read_itimerspec(struct task *task, uint64_t at, int64_t *ns, int64_t *interval)
{
	return conduct_read_spec(task, at, interval) && conduct_read_spec(task, at + sizeof(struct timespec), ns) &&
	       *ns < NO_END / 4 && *interval < NO_END / 4;
}

static int64_t of_socket(const struct task *task, int fd, int option)
{
	struct timeval t = { 0 };
	socklen_t len = sizeof t;
	int dup = (int)syscall(SYS_pidfd_getfd, task->process->pidfd, fd, 0);
	if (dup < 0)
		return NO_END;
	bool ok = getsockopt(dup, SOL_SOCKET, option, &t, &len) == 0;
	close(dup);
	return ok && (t.tv_sec || t.tv_usec) && t.tv_sec < INT64_MAX / SECOND_NS - 1 ?
	       t.tv_sec * SECOND_NS + t.tv_usec * INT64_C(1000) : NO_END;
}

/* Of the calls that give EINTR. */
static int64_t timeout_of(struct task *task, const struct limited *limit)
{
	uint64_t arg = task->call.args[limit->arg];
	unsigned from, to;
	int64_t ns;
	switch (limit->kind) {
	case MS_ARG: return (int)arg < 0 ? NO_END : (int)arg * MS_NS;
	case SPEC_ARG: return conduct_read_spec(task, arg, &ns) ? ns : NO_END;
	case SOCKET_IN: return of_socket(task, (int)arg, SO_RCVTIMEO);
	case SOCKET_OUT: return of_socket(task, (int)arg, SO_SNDTIMEO);
	case SOCKET_MOVE:
		call_moves(task->call.desc, &from, &to);
		ns = of_socket(task, (int)task->call.args[from], SO_RCVTIMEO);
		return ns != NO_END ? ns : of_socket(task, (int)task->call.args[to], SO_SNDTIMEO);
	default: return NO_END;
	}
}

static bool poke_spec(struct task *task, uint64_t at, uint64_t s, uint64_t ns)
{
	return tracer_poke(task->tid, at, s) && tracer_poke(task->tid, at + 8, ns);
}

/* A socket's timeout is everybody's who has the socket: it is left alone, and looked at when the call is woken again. */
static void shorten(struct task *task, const struct limited *limit, int64_t left)
{
	struct task_call *call = &task->call;
	struct peek mem = peek_process(task->tid);
	call->spec_at = limit->kind == SPEC_ARG ? call->args[limit->arg] : 0;
	call->given = limit->kind == MS_ARG ? (uint64_t)((left + MS_NS - 1) / MS_NS) : call->args[3];
	call->shortened = limit->kind == MS_ARG ? tracer_set_arg(task->tid, limit->arg, call->given) :
			  limit->kind == SPEC_ARG && peek_all(&mem, call->spec_at, call->spec, sizeof call->spec) &&
			  poke_spec(task, call->spec_at, (uint64_t)(left / SECOND_NS), (uint64_t)(left % SECOND_NS));
}

void conduct_lengthen(struct task *task)
{
	struct task_call *call = &task->call;
	if (!call->shortened)
		return;
	if (call->spec_at)
		poke_spec(task, call->spec_at, call->spec[0], call->spec[1]);
	else
		tracer_set_arg(task->tid, 3, call->args[3]);
	call->shortened = false;
}

bool conduct_once_more(struct run *run, struct task *task, int64_t *ret)
{
	struct task_call *call = &task->call;
	const struct limited *limit = run->own_time ? NULL : conduct_limit(call);
	int64_t timeout = limit ? timeout_of(task, limit) : NO_END;
	int64_t passed = run_clock() - call->began;
	if (timeout != NO_END && passed >= timeout) {
		if (tracer_set_result(task->tid, limit->ret))
			*ret = limit->ret;
		return false;
	}
	if (timeout != NO_END)
		shorten(task, limit, timeout - passed);
	return tracer_call_again(task->tid, call->desc->nr, call->args[0]);
}
