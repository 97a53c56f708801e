/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Descriptors, in order of process and number; sockets by the kernel's word, and
 * what this step changed of them.
 */
#include <string.h>

#include "engine/base/text.h"
#include "tutor/model/apply.h"

/* Where descriptor fd of process pid is, or belongs, in the list. */
static int fd_place(const struct model *m, int64_t pid, int64_t fd)
{
	int low = 0, high = m->n_fds;
	while (low < high) {
		int mid = (low + high) / 2;
		const struct model_fd *f = &m->fds[mid];
		if (f->pid < pid || (f->pid == pid && f->fd < fd))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void fd_remove(struct model *m, int i, int n)
{
	m->n_fds -= n;
	memmove(m->fds + i, m->fds + i + n, (size_t)(m->n_fds - i) * sizeof *m->fds);
}

static void fd_insert(struct fold *f, int i)
{
	struct model *m = &f->m;
	m->fds = fold_room(m->fds, m->n_fds, &f->room_fds, sizeof *m->fds);
	memmove(m->fds + i + 1, m->fds + i, (size_t)(m->n_fds - i) * sizeof *m->fds);
	m->n_fds++;
}

bool apply_fd(struct apply *x)
{
	const struct event_fd *d = &x->e->fd;
	struct model *m = &x->f->m;
	if (d->fd < 0 || !fits_int(d->fd) || !fits_int(d->sock))
		return wrong(x, "a number out of range");
	int i = fd_place(m, d->pid, d->fd);
	bool there = i < m->n_fds && m->fds[i].pid == d->pid && m->fds[i].fd == d->fd;
	if (text_is(d->op, "close")) {
		if (there)
			fd_remove(m, i, 1);
		return true;
	}
	if (!there)
		fd_insert(x->f, i);
	m->fds[i] = (struct model_fd){ .pid = d->pid, .fd = (int)d->fd, .sock = (int)d->sock, .cloexec = d->cloexec,
				       .kind = names_get(&x->g->names, d->kind) };
	return true;
}

static void keep_name(struct apply *x, const char **at, const char *text)
{
	if (text)
		*at = names_get(&x->g->names, text);
}

/* Where event `at` is in the list of addresses told, or belongs. */
static int told_place(const struct fold_ground *g, int64_t at)
{
	int low = 0, high = g->n_told;
	while (low < high) {
		int mid = (low + high) / 2;
		if (g->told[mid].at < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct value *address(struct fold_ground *g, const struct value *old, const struct value *v)
{
	if (!v || (old && value_equal(old, v)))
		return old;
	return value_copy(&g->addresses, v);
}

/* The addresses of a socket as this event leaves them: parsed and copied when it is met first, never again. */
static void keep_addresses(struct apply *x, struct model_sock *k)
{
	struct fold_ground *g = x->g;
	int i = told_place(g, x->f->m.cursor);
	if (i == g->n_told) {
		g->told = fold_room(g->told, g->n_told++, &g->room_told, sizeof *g->told);
		g->told[i] = (struct told){ x->f->m.cursor, address(g, k->local, x->e->socket.local),
					    address(g, k->peer, x->e->socket.peer) };
	}
	k->local = g->told[i].local;
	k->peer = g->told[i].peer;
}

static bool new_socket(struct apply *x)
{
	struct fold *f = x->f;
	f->m.socks = fold_room(f->m.socks, f->m.n_socks, &f->room_socks, sizeof *f->m.socks);
	f->info = fold_room(f->info, f->m.n_socks, &f->room_info, sizeof *f->info);
	f->info[f->m.n_socks] = -1;
	f->m.socks[f->m.n_socks++] = (struct model_sock){ .sock = (int)x->e->socket.sock, .backlog = -1, .from = -1, .recvq = -1,
		.sendq = -1, .actor = -1, .past = -1, .changed = SOCK_IS_NEW, .changed_in = (int)x->e->step, .was_recvq = -1, .was_sendq = -1 };
	return true;
}

static void tell_queues(struct model_sock *k, const struct event_socket *s)
{
	if (s->recvq != -1)
		k->recvq = s->recvq;
	if (s->sendq != -1)
		k->sendq = s->sendq;
	/* After a connect() that failed, sequence numbers are left whose difference Linux gives as bytes; none was sent. */
	if (k->sendq > 0 && text_is(k->kernel, "CLOSED"))
		k->sendq = 0;
	/* The kernel has a small entry of its own for it then, without queues; what came may still wait in the program's socket. */
	if (text_is(k->kernel, "TIME_WAIT"))
		k->recvq = k->sendq = -1;
	if (k->was_recvq != k->recvq || k->was_sendq != k->sendq)
		k->changed |= SOCK_QUEUES;
}

/* What is marked as changed is what this step changed. */
static void begin_change(struct model_sock *k, int64_t step)
{
	if (k->changed_in == step)
		return;
	k->changed_in = (int)step;
	k->changed = 0;
	k->was_recvq = k->recvq;
	k->was_sendq = k->sendq;
}

static void change_socket(struct apply *x, struct model_sock *k)
{
	const struct event_socket *s = &x->e->socket;
	const struct value *local = k->local, *peer = k->peer;
	const char *kernel = k->kernel, *state = k->state;
	keep_name(x, &k->domain, s->domain);
	keep_name(x, &k->type, s->type);
	keep_name(x, &k->proto, s->proto);
	keep_name(x, &k->state, s->state);
	keep_name(x, &k->kernel, s->kernel);
	keep_addresses(x, k);
	if (k->kernel ? k->kernel != kernel : k->state != state) {
		k->changed |= SOCK_STATE;
		k->why = NULL;
	}
	keep_name(x, &k->why, s->why);
	if (k->local != local || k->peer != peer)
		k->changed |= SOCK_ENDS;
	if (k->kernel && k->kernel != kernel)
		fold_state(x->f, x->g, k, x->e->step);
	if (s->gone && !k->gone)
		k->changed |= SOCK_GONE;
	k->gone |= s->gone != 0;
}

bool apply_socket(struct apply *x)
{
	const struct event_socket *s = &x->e->socket;
	struct model *m = &x->f->m;
	if (s->sock < 1 || s->sock > m->n_socks + 1 || !fits_int(s->sock) || !fits_int(s->backlog) || !fits_int(s->from) ||
	    !fits_int(x->e->step))
		return wrong(x, "a socket out of turn");
	if (s->sock > m->n_socks)
		new_socket(x);
	struct model_sock *k = &m->socks[s->sock - 1];
	begin_change(k, x->e->step);
	change_socket(x, k);
	tell_queues(k, s);
	if (x->e->actor >= 0 && x->e->actor < m->n_actors)
		k->actor = (int)x->e->actor;
	if (s->backlog != -1)
		k->backlog = (int)s->backlog;
	if (s->from != -1)
		k->from = (int)s->from;
	if (s->info)
		x->f->info[s->sock - 1] = m->cursor;
	return true;
}

void fold_close_all(struct model *m, int64_t pid)
{
	int i = fd_place(m, pid, INT64_MIN), n = 0;
	while (i + n < m->n_fds && m->fds[i + n].pid == pid)
		n++;
	if (n)
		fd_remove(m, i, n);
}
