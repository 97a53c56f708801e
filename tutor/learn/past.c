/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Read backwards. The descriptors of the moment are known from the model; each
 * event about one that is passed on the way is undone, so that at every call the
 * number it was given can be followed to its socket.
 */
#include "tutor/learn/past.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"

enum { SOME = 128 };

void past_init(struct past *p, const struct model *model)
{
	*p = (struct past){ .model = model, .next = model->log ? model->cursor - 1 : -1 };
	arena_init(&p->arena);
}

void past_release(struct past *p)
{
	arena_release(&p->arena);
	free(p->deeds);
	free(p->fds);
	*p = (struct past){ .model = NULL };
}

static struct model_fd *find(struct past *p, int64_t pid, int64_t fd)
{
	for (int i = 0; i < p->n_fds; i++)
		if (p->fds[i].pid == pid && p->fds[i].fd == fd)
			return &p->fds[i];
	return NULL;
}

static void undo(struct past *p, const struct event_fd *d)
{
	struct model_fd *f = find(p, d->pid, d->fd);
	bool closed = text_is(d->op, "close");
	if (f && !closed)
		*f = p->fds[--p->n_fds];
	if (f || !closed || d->fd < 0 || d->fd > INT32_MAX || d->sock > INT32_MAX)
		return;
	if (p->n_fds == p->room_fds) {
		p->room_fds *= 2;
		p->fds = xrealloc(p->fds, (size_t)p->room_fds * sizeof *p->fds);
	}
	p->fds[p->n_fds++] = (struct model_fd){ .pid = d->pid, .fd = (int)d->fd, .sock = (int)d->sock };
}

static int fd_of(const struct value *args)
{
	static const char *const names[] = { "sockfd", "fd", "epfd", "oldfd" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct value *v = args ? value_now(value_get(args, names[i])) : NULL;
		if (v && (v->kind == VALUE_FD || v->kind == VALUE_INT) && v->i >= -1 && v->i <= INT32_MAX)
			return (int)v->i;
	}
	return -1;
}

static void add(struct past *p, const struct event *e)
{
	struct deed d = { .e = e, .fd = -1, .sock = -1 };
	if (e->lane >= 0 && e->lane < p->model->n_tasks)
		d.pid = p->model->tasks[e->lane].pid;
	if (e->type == EVENT_fd)
		undo(p, &e->fd);
	if (e->type == EVENT_after) {
		d.fd = fd_of(e->after.args);
		const struct model_fd *f = find(p, d.pid, d.fd);
		d.sock = f ? f->sock : -1;
	} else if (e->type == EVENT_socket) {
		d.sock = (int)e->socket.sock;
	}
	if (p->n == p->room) {
		p->room = p->room ? 2 * p->room : 64;
		p->deeds = xrealloc(p->deeds, (size_t)p->room * sizeof *p->deeds);
	}
	p->deeds[p->n++] = d;
}

/* NULL: not one of those that are looked at. Addresses are the model's: of socket events only the rest is parsed. */
static bool read_event(struct past *p, int64_t i, const struct event **out)
{
	const struct log *log = p->model->log;
	enum event_type type = log_type(log, i);
	*out = NULL;
	if (type != EVENT_after && type != EVENT_fd && type != EVENT_socket && type != EVENT_exit && type != EVENT_fault &&
	    type != EVENT_signal)
		return true;
	struct event *e = arena_alloc(&p->arena, sizeof *e);
	*out = e;
	return type == EVENT_socket ? log_skim(log, i, e, &p->arena, NULL) : log_get(log, i, e, &p->arena, NULL);
}

/* The events up to p->next, some at once: a log is read from a file in the order it was written. */
static void read_some(struct past *p)
{
	const struct event *some[SOME];
	int64_t from = p->next >= SOME ? p->next - SOME + 1 : 0;
	bool good = true;
	for (int64_t i = from; good && i <= p->next; i++)
		good = read_event(p, i, &some[i - from]);
	for (int64_t i = p->next; good && i >= from && p->n < PAST_MOST; i--)
		if (some[i - from])
			add(p, some[i - from]);
	p->next = good ? from - 1 : -1;
}

static void begin(struct past *p)
{
	const struct model *m = p->model;
	p->room_fds = m->n_fds + 16;
	p->fds = xmalloc((size_t)p->room_fds * sizeof *p->fds);
	if (m->n_fds)
		memcpy(p->fds, m->fds, (size_t)m->n_fds * sizeof *p->fds);
	p->n_fds = m->n_fds;
}

const struct deed *past_deed(struct past *p, int i)
{
	while (p->n <= i && p->next >= 0 && p->n < PAST_MOST) {
		if (!p->fds)
			begin(p);
		read_some(p);
	}
	return i < p->n ? &p->deeds[i] : NULL;
}

const struct event_after *deed_call(const struct deed *d, const char *canon, int sock)
{
	if (d->e->type != EVENT_after || (sock >= 0 && d->sock != sock) || !d->e->after.canon)
		return NULL;
	return !canon || !strcmp(d->e->after.canon, canon) ? &d->e->after : NULL;
}

static const struct model_sock *sock_at(const struct model *m, int64_t sock)
{
	return sock > 0 && sock <= m->n_socks ? &m->socks[sock - 1] : NULL;
}

/* By the packets they exchanged. */
static const struct model_sock *peer_by_wire(struct past *p, const struct model_sock *own)
{
	const struct model *m = p->model;
	for (int i = m->n_packets; i-- > 0;) {
		const struct model_packet *k = &m->packets[i];
		const struct model_sock *x = k->sock == own->sock ? sock_at(m, k->tosock) : k->tosock == own->sock ? sock_at(m, k->sock) : NULL;
		if (x)
			return x;
	}
	return NULL;
}

static bool same(const struct value *a, const struct value *b)
{
	return a && b && value_equal(a, b);
}

static const struct model_sock *peer_by_address(const struct model *m, const struct model_sock *k)
{
	for (int i = m->n_socks; i-- > 0;) {
		const struct model_sock *x = &m->socks[i];
		if (x != k && same(x->local, k->peer) && same(x->peer, k->local))
			return x;
	}
	return NULL;
}

/* socketpair(2) makes two at once, with neighbouring numbers. */
static const struct model_sock *peer_by_pair(struct past *p, const struct model_sock *k)
{
	const struct deed *d;
	for (int i = 0; (d = past_deed(p, i)); i++) {
		const struct event_after *c = deed_call(d, "socketpair", -1);
		int64_t first = -1;
		for (int j = i - 1; c && j >= 0 && past_deed(p, j)->e->step == d->e->step; j--)
			if (past_deed(p, j)->e->type == EVENT_fd && past_deed(p, j)->e->fd.sock > 0) {
				first = past_deed(p, j)->e->fd.sock;
				break;
			}
		if (first == k->sock || first + 1 == k->sock)
			return sock_at(p->model, first == k->sock ? first + 1 : first);
	}
	return NULL;
}

const struct model_sock *past_peer(struct past *p, const struct model_sock *sock)
{
	if (!sock)
		return NULL;
	const struct model_sock *x = peer_by_address(p->model, sock);
	if (!x && text_is(sock->domain, "AF_UNIX"))
		return peer_by_pair(p, sock);
	return x ? x : peer_by_wire(p, sock);
}

int past_actor(struct past *p, int sock)
{
	const struct model *m = p->model;
	const struct model_sock *k = sock_at(m, sock);
	if (k && k->actor >= 0 && (!m->log || k->actor < m->n_actors))
		return k->actor;
	for (int i = 0; i < m->n_fds; i++)
		for (int t = 0; m->fds[i].sock == sock && t < m->n_tasks; t++)
			if (m->tasks[t].pid == m->fds[i].pid)
				return m->tasks[t].actor;
	return -1;
}
