/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Read backwards. The descriptors of the moment are known from the model; each
 * event about one that is passed on the way is undone, so that at every call the
 * number it was given can be followed to its socket.
 */
#include "tutor/learn/past.h"

#include <stdlib.h>
#include <string.h>

struct reader {
	struct past *p;
	struct model_fd *fds; int n, room;   /* as they were at the event that is read */
};

void past_init(struct past *p, const struct model *model)
{
	*p = (struct past){ .model = model };
	arena_init(&p->arena);
}

void past_release(struct past *p)
{
	arena_release(&p->arena);
	free(p->deeds);
	*p = (struct past){ .model = NULL };
}

static struct model_fd *find(struct reader *r, int64_t pid, int64_t fd)
{
	for (int i = 0; i < r->n; i++)
		if (r->fds[i].pid == pid && r->fds[i].fd == fd)
			return &r->fds[i];
	return NULL;
}

static void undo(struct reader *r, const struct event_fd *d)
{
	struct model_fd *f = find(r, d->pid, d->fd);
	bool closed = d->op && !strcmp(d->op, "close");
	if (f && !closed)
		*f = r->fds[--r->n];
	if (f || !closed || d->fd < 0 || d->fd > INT32_MAX || d->sock > INT32_MAX)
		return;
	if (r->n == r->room) {
		r->room = r->room ? 2 * r->room : 16;
		r->fds = xrealloc(r->fds, (size_t)r->room * sizeof *r->fds);
	}
	r->fds[r->n++] = (struct model_fd){ .pid = d->pid, .fd = (int)d->fd, .sock = (int)d->sock };
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

static void add(struct reader *r, const struct event *e)
{
	struct past *p = r->p;
	struct deed d = { .e = e, .fd = -1, .sock = -1 };
	if (e->lane >= 0 && e->lane < p->model->n_tasks)
		d.pid = p->model->tasks[e->lane].pid;
	if (e->type == EVENT_fd)
		undo(r, &e->fd);
	if (e->type == EVENT_after) {
		d.fd = fd_of(e->after.args);
		const struct model_fd *f = find(r, d.pid, d.fd);
		d.sock = f ? f->sock : -1;
	} else if (e->type == EVENT_socket) {
		d.sock = (int)e->socket.sock;
	} else if (e->type == EVENT_packet) {
		d.sock = (int)e->packet.sock;
	}
	p->deeds[p->n++] = d;
}

static bool tells(enum event_type type)
{
	switch (type) {
	case EVENT_after:
	case EVENT_fd:
	case EVENT_socket:
	case EVENT_packet:
	case EVENT_signal:
	case EVENT_exit:
	case EVENT_timer:
		return true;
	default:
		return false;
	}
}

static void read_back(struct past *p)
{
	struct reader r = { .p = p };
	const struct model *m = p->model;
	p->read = true;
	if (!m || !m->log)
		return;
	p->deeds = xmalloc(PAST_MOST * sizeof *p->deeds);
	r.room = m->n_fds + 16;
	r.fds = xmalloc((size_t)r.room * sizeof *r.fds);
	if (m->n_fds)
		memcpy(r.fds, m->fds, (size_t)m->n_fds * sizeof *r.fds);
	r.n = m->n_fds;
	for (int64_t i = m->cursor - 1; i >= 0 && p->n < PAST_MOST; i--) {
		if (!tells(log_type(m->log, i)))
			continue;
		struct event *e = arena_alloc(&p->arena, sizeof *e);
		if (!log_get(m->log, i, e, &p->arena, NULL))
			break;
		add(&r, e);
	}
	free(r.fds);
}

const struct deed *past_deed(struct past *p, int i)
{
	if (!p->read)
		read_back(p);
	return i < p->n ? &p->deeds[i] : NULL;
}

const struct event_after *deed_call(const struct deed *d, const char *canon, int sock)
{
	if (d->e->type != EVENT_after || (sock >= 0 && d->sock != sock) || !d->e->after.canon)
		return NULL;
	return !canon || !strcmp(d->e->after.canon, canon) ? &d->e->after : NULL;
}

const struct event_packet *deed_packet(const struct deed *d, int from, int to)
{
	if (d->e->type != EVENT_packet)
		return NULL;
	const struct event_packet *k = &d->e->packet;
	return (from < 0 || k->sock == from) && (to < 0 || k->tosock == to) ? k : NULL;
}

static const struct model_sock *sock_at(const struct model *m, int64_t sock)
{
	return sock > 0 && sock <= m->n_socks ? &m->socks[sock - 1] : NULL;
}

/* By the packets they exchanged. */
static const struct model_sock *peer_by_wire(struct past *p, const struct model_sock *k)
{
	const struct deed *d;
	for (int i = 0; (d = past_deed(p, i)); i++) {
		const struct event_packet *out = deed_packet(d, k->sock, -1), *in = deed_packet(d, -1, k->sock);
		const struct model_sock *x = out ? sock_at(p->model, out->tosock) : in ? sock_at(p->model, in->sock) : NULL;
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
	if (!x && sock->domain && !strcmp(sock->domain, "AF_UNIX"))
		return peer_by_pair(p, sock);
	return x ? x : peer_by_wire(p, sock);
}

int past_actor(struct past *p, int sock)
{
	const struct model *m = p->model;
	for (int i = 0; i < m->n_fds; i++)
		for (int t = 0; m->fds[i].sock == sock && t < m->n_tasks; t++)
			if (m->tasks[t].pid == m->fds[i].pid)
				return m->tasks[t].actor;
	const struct deed *d;
	for (int i = 0; (d = past_deed(p, i)); i++) {
		const struct event_packet *in = deed_packet(d, -1, sock);
		if (d->sock == sock && d->e->actor >= 0)
			return (int)d->e->actor;
		if (in && in->to >= 0)
			return (int)in->to;
	}
	return -1;
}
