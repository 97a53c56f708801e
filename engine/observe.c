/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the kernel says when a step is over, told only where it has changed.
 * Every task is held or asleep now, so it is one picture of one moment.
 */
#include "engine/run_state.h"

#include <string.h>

#include "engine/trace/sockstat.h"

enum { SOCKETS_MOST = 256 };   /* open ones, looked at in one step: of a program with more, the first */

/* A process that has the socket open, and as which descriptor; NULL: none. */
static const struct process *holder(const struct tasks *tasks, const struct sock *sock, int *fd)
{
	for (int i = 0; i < tasks->n_processes; i++) {
		const struct process *p = tasks->processes[i];
		for (int k = 0; p->fds && k < fdtable_count(p->fds); k++)
			if (fdtable_at(p->fds, k)->sock == sock) {
				*fd = fdtable_at(p->fds, k)->fd;
				return p;
			}
	}
	return NULL;
}

static bool same_address(const struct value *a, const struct value *b)
{
	return a == b || (a && b && value_equal(a, b));
}

static bool same_state(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static const struct value *keep(struct socks *socks, const struct value *v)
{
	return v ? value_copy(&socks->arena, v) : NULL;
}

static void tell(struct run *run, const struct process *p, struct sock *s, const struct sockstat *now)
{
	struct event e;
	event_init(&e, EVENT_socket);
	e.actor = p->actor;
	e.socket.sock = s->id;
	e.socket.kernel = now->state;
	e.socket.recvq = now->recvq;
	e.socket.sendq = now->sendq;
	if (now->local && !same_address(s->local, now->local))
		e.socket.local = s->local = keep(&run->socks, now->local);
	if (now->peer && !same_address(s->peer, now->peer))
		e.socket.peer = s->peer = keep(&run->socks, now->peer);
	s->kernel = now->state;
	s->recvq = now->recvq;
	s->sendq = now->sendq;
	run_emit(run, NULL, &e);
}

static void look_at(struct run *run, struct sock *s, struct arena *a)
{
	int fd;
	struct sockstat now;
	const struct process *p = s->refs > 0 ? holder(&run->tasks, s, &fd) : NULL;
	if (!p || p->pidfd < 0 || !sockstat_read(p->pidfd, fd, a, &now))
		return;
	ends_learn(run->wire.ends, 0, now.protocol, &now.here, &now.there, (struct owner){ p->actor, s->id });
	/* Where ACKs may be late, what is not confirmed yet depends on the time we look. */
	bool listens = now.state && strcmp(now.state, "LISTEN") == 0;
	if (!listens && run->granted.refused[PART_QUICKACK])
		now.sendq = -1;
	bool changed = !same_state(s->kernel, now.state) || s->recvq != now.recvq || s->sendq != now.sendq ||
		       (now.local && !same_address(s->local, now.local)) || (now.peer && !same_address(s->peer, now.peer));
	if (changed)
		tell(run, p, s, &now);
}

void observe_sockets(struct run *run)
{
	struct arena a;
	arena_init(&a);
	for (int i = 0, open = 0; i < run->socks.n && open < SOCKETS_MOST; i++) {
		arena_clear(&a);
		open += run->socks.all[i]->refs > 0;
		look_at(run, run->socks.all[i], &a);
	}
	arena_release(&a);
}
