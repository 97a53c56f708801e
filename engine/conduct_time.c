/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls that give EINTR at once when a signal wakes them, and that have a
 * timeout. A tracer makes the kernel wake a task also for signals that it
 * ignores; the call is then made again, but only for what is left of its time.
 * signal(7), "Interruption of system calls".
 */
#include "engine/conduct.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "engine/trace/peek.h"

static const int64_t SECOND_NS = 1000000000, MS_NS = 1000000, FOR_EVER = INT64_MAX;

enum kind { NO_LIMIT, MS_ARG, SPEC_ARG, SOCKET_IN, SOCKET_OUT };

static const struct limited {
	const char *call;
	enum kind kind;
	int arg;        /* MS_ARG: always 3 */
	int ret;        /* when the time is up */
} limits[] = {
	{ "epoll_wait", MS_ARG, 3, 0 }, { "epoll_pwait", MS_ARG, 3, 0 }, { "epoll_pwait2", SPEC_ARG, 3, 0 },
	{ "rt_sigtimedwait", SPEC_ARG, 2, -EAGAIN },
	{ "read", SOCKET_IN, 0, -EAGAIN }, { "readv", SOCKET_IN, 0, -EAGAIN }, { "recvfrom", SOCKET_IN, 0, -EAGAIN },
	{ "recvmsg", SOCKET_IN, 0, -EAGAIN }, { "accept", SOCKET_IN, 0, -EAGAIN }, { "accept4", SOCKET_IN, 0, -EAGAIN },
	{ "write", SOCKET_OUT, 0, -EAGAIN }, { "writev", SOCKET_OUT, 0, -EAGAIN }, { "sendto", SOCKET_OUT, 0, -EAGAIN },
	{ "sendmsg", SOCKET_OUT, 0, -EAGAIN }, { "connect", SOCKET_OUT, 0, -EINPROGRESS },
};

static const struct limited *limit_of(const struct task_call *call)
{
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (strcmp(limits[i].call, call->desc->name) == 0)
			return &limits[i];
	return NULL;
}

static int64_t of_spec(struct task *task, uint64_t at, uint64_t spec[2])
{
	struct peek mem = peek_process(task->tid);
	if (!at || !peek_all(&mem, at, spec, 2 * sizeof *spec) || spec[0] > INT64_MAX / SECOND_NS - 1)
		return FOR_EVER;
	return (int64_t)spec[0] * SECOND_NS + (int64_t)spec[1];
}

static int64_t of_socket(const struct task *task, int fd, int option)
{
	struct timeval t = { 0 };
	socklen_t len = sizeof t;
	int dup = (int)syscall(SYS_pidfd_getfd, task->process->pidfd, fd, 0);
	if (dup < 0)
		return FOR_EVER;
	bool ok = getsockopt(dup, SOL_SOCKET, option, &t, &len) == 0;
	close(dup);
	return ok && (t.tv_sec || t.tv_usec) && t.tv_sec < INT64_MAX / SECOND_NS - 1 ?
	       t.tv_sec * SECOND_NS + t.tv_usec * INT64_C(1000) : FOR_EVER;
}

static int64_t timeout_of(struct task *task, const struct limited *limit, uint64_t spec[2])
{
	const uint64_t *args = task->call.args;
	int ms = (int)args[3];
	switch (limit->kind) {
	case MS_ARG: return ms < 0 ? FOR_EVER : ms * MS_NS;
	case SPEC_ARG: return of_spec(task, args[limit->arg], spec);
	case SOCKET_IN: return of_socket(task, (int)args[0], SO_RCVTIMEO);
	case SOCKET_OUT: return of_socket(task, (int)args[0], SO_SNDTIMEO);
	default: return FOR_EVER;
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
	call->spec_at = limit->kind == SPEC_ARG ? call->args[limit->arg] : 0;
	call->given = limit->kind == MS_ARG ? (uint64_t)((left + MS_NS - 1) / MS_NS) : call->args[3];
	call->shortened = limit->kind == MS_ARG ? tracer_set_arg(task->tid, 3, call->given) :
			  limit->kind == SPEC_ARG && poke_spec(task, call->spec_at, (uint64_t)(left / SECOND_NS), (uint64_t)(left % SECOND_NS));
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

bool conduct_once_more(struct task *task, int64_t *ret)
{
	struct task_call *call = &task->call;
	const struct limited *limit = limit_of(call);
	int64_t timeout = limit ? timeout_of(task, limit, call->spec) : FOR_EVER;
	int64_t passed = run_clock() - call->began;
	if (timeout != FOR_EVER && passed >= timeout) {
		if (tracer_set_result(task->tid, limit->ret))
			*ret = limit->ret;
		return false;
	}
	if (timeout != FOR_EVER)
		shorten(task, limit, timeout - passed);
	return tracer_call_again(task->tid, call->desc->nr, call->args[0]);
}
