/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Waits whose limit a socket has: SO_RCVTIMEO, SO_SNDTIMEO, SO_LINGER. The limit belongs to the socket, so the
 * kernel's is taken away as soon as it was set, and kept with what we know of the socket (struct sock). socket(7).
 */
#include "engine/conduct/conduct.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "engine/trace/peek.h"
#include "engine/trace/sockstat.h"

static const int64_t SECOND_NS = 1000000000;

static struct sock *sock_at(struct run *run, struct task *task, int arg)
{
	struct fd_entry *e = effect_fd(&run->socks, task, (int)task->call.args[arg]);
	return e ? e->sock : NULL;
}

static struct sock *sock_of(struct run *run, struct task *task)
{
	return sock_at(run, task, 0);
}

/* The limit of the socket that the call waits for; 0: it has none. */
int64_t conduct_socket_limit(struct run *run, struct task *task, enum limit_kind kind)
{
	unsigned from = 0, to = 0;
	if (kind == SOCKET_MOVE)
		call_moves(task->call.desc, &from, &to);
	const struct sock *in = kind != SOCKET_OUT ? sock_at(run, task, (int)from) : NULL;
	const struct sock *out = !in && kind != SOCKET_IN ? sock_at(run, task, (int)to) : NULL;
	return in ? in->timeout[0] : out ? out->timeout[1] : 0;
}

/* Before Linux 6.6 a descriptor is closed after close(2) has returned, where we cannot end the wait. */
static bool closes_within(void)
{
	struct utsname name;
	int major = 0, minor = 0;
	return uname(&name) == 0 && sscanf(name.release, "%d.%d", &major, &minor) == 2 && (major > 6 || (major == 6 && minor >= 6));
}

/* socket(7), SO_LINGER: the last to close a socket waits for its data to arrive. */
bool conduct_socket_linger(struct run *run, struct task *task, int64_t *ns)
{
	static const struct linger endless = { .l_onoff = 1, .l_linger = 100000000 };
	const struct sock *s = sock_of(run, task);
	struct linger linger = { 0 };
	socklen_t len = sizeof linger;
	bool is_last = s && s->refs == 1 && !task->own_fds && closes_within();
	int dup = is_last ? (int)syscall(SYS_pidfd_getfd, task->process->pidfd, (int)task->call.args[0], 0) : -1;
	if (dup < 0)
		return false;
	bool waits = getsockopt(dup, SOL_SOCKET, SO_LINGER, &linger, &len) == 0 && linger.l_onoff && linger.l_linger > 0 &&
		     setsockopt(dup, SOL_SOCKET, SO_LINGER, &endless, sizeof endless) == 0;
	close(dup);
	*ns = linger.l_linger * SECOND_NS;
	return waits;
}

/* tcp(7): it connects, too. */
static bool is_fast_open(const struct limited *limit, const struct task_call *call)
{
	return (strcmp(limit->call, "sendto") == 0 && call->args[3] & MSG_FASTOPEN) ||
	       (strcmp(limit->call, "sendmsg") == 0 && call->args[2] & MSG_FASTOPEN);
}

/* connect(2): who asks again while the first attempt goes on waits too, but is told that. unix(7) has no attempts that go on. */
int conduct_socket_end(struct run *run, struct task *task, const struct limited *limit)
{
	struct sockstat now;
	struct arena a;
	const struct sock *s = strcmp(limit->call, "connect") == 0 ? sock_of(run, task) : NULL;
	if (!s)
		return is_fast_open(limit, &task->call) ? -EINPROGRESS : limit->ret;
	if (s->domain && strcmp(s->domain, "AF_UNIX") == 0)
		return -EAGAIN;
	arena_init(&a);
	bool under_way = sockstat_read(task->process->pidfd, (int)task->call.args[0], &a, &now) && now.state &&
			 strcmp(now.state, "SYN_SENT") == 0;
	arena_release(&a);
	return under_way ? -EALREADY : limit->ret;
}

/* recvmmsg(2) keeps what broke it off after the first message as the socket's error, which is no error of the program's. */
void conduct_socket_forget(struct task *task)
{
	int error;
	socklen_t len = sizeof error;
	int dup = (int)syscall(SYS_pidfd_getfd, task->process->pidfd, (int)task->call.args[0], 0);
	if (dup < 0)
		return;
	getsockopt(dup, SOL_SOCKET, SO_ERROR, &error, &len);
	close(dup);
}

/* The kernel's own limit is taken away through a copy of the descriptor; what it made of the value is kept. socket(7). */
static void keep_limit(struct run *run, struct task *task, int which)
{
	static const int options[] = { SO_RCVTIMEO, SO_SNDTIMEO };
	struct timeval t = { 0 }, none = { 0 };
	socklen_t len = sizeof t;
	struct sock *s = sock_of(run, task);
	int dup = s ? (int)syscall(SYS_pidfd_getfd, task->process->pidfd, (int)task->call.args[0], 0) : -1;
	if (dup < 0)
		return;
	if (getsockopt(dup, SOL_SOCKET, options[which], &t, &len) == 0 && t.tv_sec < INT64_MAX / SECOND_NS - 1 &&
	    setsockopt(dup, SOL_SOCKET, options[which], &none, sizeof none) == 0)
		s->timeout[which] = t.tv_sec * SECOND_NS + t.tv_usec * 1000;
	close(dup);
}

void conduct_socket_give_back(struct task *task, int fd, struct sock *s)
{
	static const int options[] = { SO_RCVTIMEO, SO_SNDTIMEO };
	int dup = s->timeout[0] || s->timeout[1] ? (int)syscall(SYS_pidfd_getfd, task->process->pidfd, fd, 0) : -1;
	if (dup < 0)
		return;
	for (int i = 0; i < 2; i++) {
		struct timeval t = { s->timeout[i] / SECOND_NS, s->timeout[i] % SECOND_NS / 1000 };
		if (s->timeout[i] && setsockopt(dup, SOL_SOCKET, options[i], &t, sizeof t) == 0)
			s->timeout[i] = 0;
	}
	close(dup);
}

static void tell_limit(struct run *run, struct task *task, int which)
{
	const struct sock *s = sock_of(run, task);
	struct peek mem = peek_process(task->tid);
	uint32_t len;
	if (!s || !s->timeout[which] || !peek_all(&mem, task->call.args[4], &len, sizeof len))
		return;
	int64_t t[2] = { s->timeout[which] / SECOND_NS, s->timeout[which] % SECOND_NS / 1000 };
	peek_put(task->tid, task->call.args[3], t, len < sizeof t ? len : sizeof t);   /* who has room for less gets less */
}

static int which_limit(const struct task_call *call)
{
	if ((int)call->args[1] != SOL_SOCKET)
		return -1;
	switch ((int)call->args[2]) {
	case SO_RCVTIMEO:
	case SO_RCVTIMEO_NEW:
		return 0;
	case SO_SNDTIMEO:
	case SO_SNDTIMEO_NEW:
		return 1;
	default:
		return -1;
	}
}

void conduct_socket_option(struct run *run, struct task *task, int64_t ret)
{
	bool sets = strcmp(task->call.desc->name, "setsockopt") == 0;
	if (ret != 0 || (!sets && strcmp(task->call.desc->name, "getsockopt") != 0))
		return;
	int which = which_limit(&task->call);
	if (which >= 0 && sets)
		keep_limit(run, task, which);
	else if (which >= 0)
		tell_limit(run, task, which);
}
