/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sockets that no descriptor names: connections that wait for accept or are not
 * complete yet, and those a program has closed and the kernel still has. Their
 * addresses tell whose they are.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/observe/observe.h"

static void put_end(struct pair *p, int i, const struct packet_end *end)
{
	p->port[i] = end->port;
	if (end->family == AF_INET) {
		p->addr[i][10] = p->addr[i][11] = 0xff;
		memcpy(p->addr[i] + 12, end->addr, 4);
	} else {
		memcpy(p->addr[i], end->addr, sizeof end->addr);
	}
}

struct pair pair_of(int host, int protocol, const struct packet_end *here, const struct packet_end *there)
{
	struct pair p;
	memset(&p, 0, sizeof p);
	p.protocol = (uint16_t)protocol;
	p.host = (uint16_t)host;
	put_end(&p, 0, here);
	put_end(&p, 1, there);
	return p;
}

static bool is_any(const unsigned char addr[16])
{
	static const unsigned char any6[16], any4[16] = { [10] = 0xff, [11] = 0xff };
	return !memcmp(addr, any6, 16) || !memcmp(addr, any4, 16);
}

static bool listens_at(const struct looked *l, const struct pair *p)
{
	const struct pair *at = &l->sock->seen->pair;
	return l->known && text_is(l->now.state, "LISTEN") && at->host == p->host && at->port[0] == p->port[0] &&
	       (is_any(at->addr[0]) || !memcmp(at->addr[0], p->addr[0], 16));
}

/* Who listens where this connection came to; NULL: nobody, or it may be one of several. */
static const struct looked *listener_of(const struct observer *o, const struct pair *p)
{
	const struct looked *found = NULL;
	for (int i = 0; i < o->n; i++) {
		if (!listens_at(&o->looked[i], p))
			continue;
		if (found)
			return NULL;
		found = &o->looked[i];
	}
	return found;
}

/* Only a connection that was never given out is in these states and held by nobody. */
static bool waits_for_accept(int state)
{
	return state == TCP_SYN_RECV || state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT;
}

/* One that a program closed in the step in which it was connected: nothing but its calls has told of it. */
static struct looked *closed_at_once(const struct observer *o, const struct value *peer)
{
	for (int i = 0; i < o->n; i++) {
		struct sock *s = o->looked[i].sock;
		if (s->refs == 0 && !s->seen->pair.protocol && s->peer && peer && value_equal(s->peer, peer))
			return &o->looked[i];
	}
	return NULL;
}

static struct looked *whose(struct run *run, const struct diag_sock *d, const struct pair *p)
{
	struct observer *o = run->observer;
	const struct looked *listener = waits_for_accept(d->state) ? listener_of(o, p) : NULL;
	struct looked *l = listener ? NULL : closed_at_once(o, packet_address(&o->arena, &d->there));
	if (l)
		return l;
	struct owner owner = ends_find(run->wire.ends, p->host, d->protocol, &d->here, &d->there);
	const struct sock *like = listener ? listener->sock : owner.sock > 0 ? run->socks.all[owner.sock - 1] : NULL;
	if (!like)
		return NULL;
	struct sock *s = sock_like(&run->socks, like);
	int actor = listener ? like->seen->actor : owner.actor;
	s->from = listener ? like->id : -1;
	s->state = listener ? "connected" : "closed";
	l = observer_add(o, s);
	s->seen->actor = actor;
	return l;
}

void observe_strays(struct run *run)
{
	struct observer *o = run->observer;
	for (int i = 0; i < o->diag->n; i++) {
		struct diag_sock *d = &o->diag->all[i];
		if (d->taken || d->inode || d->protocol != IPPROTO_TCP)
			continue;
		struct pair p = pair_of(d->host, d->protocol, &d->here, &d->there);
		struct looked *l = whose(run, d, &p);
		if (!l)
			continue;
		d->taken = true;
		sockstat_init(&l->now);
		sockstat_from_list(d, &o->arena, &l->now);
		l->sock->seen->pair = p;
		l->known = l->timed = true;
		l->gone = false;
	}
}

static bool is_queued(const struct sock *s, const struct sock *listener)
{
	return s->from == listener->id && s->refs == 0 && !s->inode;
}

struct sock *observe_accepted(struct run *run, struct task *task, int fd, const struct sock *listener)
{
	struct observer *o = run->observer;
	struct arena a;
	struct sockstat now;
	struct sock *oldest = NULL, *found = NULL;
	bool any = false;
	for (int i = 0; i < o->n && !any; i++)
		any = is_queued(o->live[i], listener);
	if (!any)
		return NULL;
	arena_init(&a);
	bool read = task->process->pidfd >= 0 && sockstat_read(task->process->pidfd, fd, &a, &now);
	struct pair p = read ? pair_of(host_index(run, task->process->actor), now.protocol, &now.here, &now.there) : (struct pair){ 0 };
	for (int i = 0; i < o->n && !found; i++) {
		struct sock *s = o->live[i];
		if (!is_queued(s, listener))
			continue;
		oldest = oldest ? oldest : s;
		found = read && !memcmp(&p, &s->seen->pair, sizeof p) ? s : NULL;
	}
	arena_release(&a);
	return read ? found : oldest;   /* the queue gives out the oldest first */
}
