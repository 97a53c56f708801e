/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the kernel says when a step is over, told only where it has changed.
 * Every task is held or asleep now, so it is one picture of one moment. First
 * all sockets are looked at, so that the packets of the step find their owners;
 * then, with the packets known, what has changed is told.
 *
 * A number that only counts time (a timer's rest) is told along, but is never a
 * reason to tell. One that differs from machine to machine (a window) is told by
 * an event that says nothing else, so that runs can be compared without them.
 */
#include "engine/observe/observe.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"
#include "engine/base/text.h"

enum {
	SOCKETS_MOST = 256,          /* whose descriptors are copied in one step: of a program with more, the first */
	TIMER_SLACK_MS = 20,         /* a timer of the kernel ends with one of its ticks */
	AGAIN_NS = 10 * 1000 * 1000,
};

struct observer *observer_new(void)
{
	struct observer *o = xcalloc(1, sizeof *o);
	arena_init(&o->arena);
	return o;
}

void observer_add_host(struct observer *o, int host, int diag)
{
	if (!o->diag)
		o->diag = diag_new();
	o->no_list = o->no_list || diag < 0 || !diag_add(o->diag, host, diag);
}

void observer_free(struct observer *o)
{
	if (!o)
		return;
	diag_free(o->diag);
	arena_release(&o->arena);
	free(o->live);
	free(o->looked);
	free(o);
}

struct looked *observer_add(struct observer *o, struct sock *s)
{
	if (o->n == o->room) {
		o->room = o->room ? 2 * o->room : 16;
		o->live = xrealloc(o->live, (size_t)o->room * sizeof *o->live);
		o->looked = xrealloc(o->looked, (size_t)o->room * sizeof *o->looked);
	}
	if (!s->seen) {
		s->seen = xcalloc(1, sizeof *s->seen);
		s->seen->actor = -1;
		s->seen->fin_end = -1;
		s->seen->shown.timer = -1;   /* nothing is in the log yet */
	}
	o->known = s->id > o->known ? s->id : o->known;
	o->live[o->n] = s;
	o->looked[o->n] = (struct looked){ .sock = s };
	return &o->looked[o->n++];
}

static void begin_look(struct run *run)
{
	struct observer *o = run->observer;
	arena_clear(&o->arena);
	while (o->known < run->socks.n)
		observer_add(o, run->socks.all[o->known]);
	for (int i = 0; i < o->n; i++) {
		o->looked[i] = (struct looked){ .sock = o->live[i] };
		o->live[i]->seen->holder = NULL;
	}
	for (int i = 0; i < run->tasks.n_processes; i++) {
		const struct process *p = run->tasks.processes[i];
		for (int k = 0; p->fds && k < fdtable_count(p->fds); k++) {
			const struct fd_entry *e = fdtable_at(p->fds, k);
			if (!e->sock || !e->sock->seen || e->sock->seen->holder)
				continue;
			e->sock->seen->holder = p;
			e->sock->seen->held_as = e->fd;
			e->sock->seen->actor = p->actor;
		}
	}
}

/* The list */

/* Which lists our sockets may be in; a domain that is not known may be any. */
static unsigned lists_of(const struct sock *s)
{
	bool stream = !s->type || !strcmp(s->type, "SOCK_STREAM"), datagram = !s->type || !strcmp(s->type, "SOCK_DGRAM");
	bool inet = !s->domain || !strcmp(s->domain, "AF_INET"), inet6 = !s->domain || !strcmp(s->domain, "AF_INET6");
	unsigned lists = !s->domain || !strcmp(s->domain, "AF_UNIX") ? DIAG_UNIX : 0;
	/* What came to a socket of IPv6 by IPv4 is listed with IPv4 until it is a connection. */
	if (stream)
		lists |= (inet || inet6 ? DIAG_TCP4 : 0u) | (inet6 ? DIAG_TCP6 : 0u);
	if (datagram)
		lists |= (inet ? DIAG_UDP4 : 0u) | (inet6 ? DIAG_UDP6 : 0u);
	return lists;
}

static int by_key(const void *x, const void *y)
{
	const struct diag_sock *a = x, *b = y;
	if (a->inode != b->inode)
		return a->inode < b->inode ? -1 : 1;
	if (a->inode)
		return 0;
	struct pair p = pair_of(a->host, a->protocol, &a->here, &a->there), q = pair_of(b->host, b->protocol, &b->here, &b->there);
	return memcmp(&p, &q, sizeof p);
}

/* True: all that the kernel has of our kinds is in the list. */
static bool read_list(struct observer *o)
{
	unsigned lists = 0;
	if (!o->diag || o->no_list)
		return false;
	for (int i = 0; i < o->n; i++)
		lists |= lists_of(o->live[i]);
	if (!diag_look(o->diag, lists))
		return false;
	if (o->diag->n)
		qsort(o->diag->all, (size_t)o->diag->n, sizeof *o->diag->all, by_key);
	return !o->diag->more;
}

static struct diag_sock *find(struct observer *o, const struct diag_sock *key)
{
	struct diag_sock *d = o->diag && o->diag->n ?
		bsearch(key, o->diag->all, (size_t)o->diag->n, sizeof *o->diag->all, by_key) : NULL;
	return d && !d->taken ? d : NULL;
}

static void get_end(const struct pair *p, int i, struct packet_end *end)
{
	end->family = AF_INET6;
	end->port = p->port[i];
	memcpy(end->addr, p->addr[i], sizeof end->addr);
}

static struct diag_sock *entry_of(struct observer *o, const struct sock *s)
{
	struct diag_sock key = { .inode = s->inode };
	struct diag_sock *d = s->inode ? find(o, &key) : NULL;
	if (d || !s->seen->pair.protocol)
		return d;
	/* A program may still hold a socket whose connection is in TIME_WAIT: then the kernel has that as another one. */
	key.inode = 0;
	key.host = s->seen->pair.host;
	key.protocol = s->seen->pair.protocol;
	get_end(&s->seen->pair, 0, &key.here);
	get_end(&s->seen->pair, 1, &key.there);
	return find(o, &key);
}

static void look_at(struct run *run, struct looked *l, bool whole, int *copied)
{
	struct observer *o = run->observer;
	struct sock *s = l->sock;
	const struct process *p = s->seen->holder;
	struct diag_sock *d = entry_of(o, s);
	if (s->refs > 0 && p && p->pidfd >= 0 && *copied < SOCKETS_MOST) {
		l->known = sockstat_read(p->pidfd, s->seen->held_as, &o->arena, &l->now);
		(*copied)++;
	}
	if (d) {
		if (!l->known)
			sockstat_init(&l->now);
		sockstat_from_list(d, &o->arena, &l->now);
		d->taken = l->known = true;
		l->timed = !d->inode;
	}
	l->gone = !d && whole && s->refs == 0 && lists_of(s);
}

/* Where ACKs may be late, what is not confirmed yet depends on the time we look. */
static void leave_out_late(const struct run *run, struct sockstat *now)
{
	if (!run->granted.refused[PART_QUICKACK] || text_is(now->state, "LISTEN"))
		return;
	now->sendq = -1;
	now->send_fin = now->send_syn = false;
	now->timer = DIAG_TIMER_NONE;
}

int host_index(const struct run *run, int actor)
{
	int host = run_host(run, actor);
	return host < 0 ? 0 : host;
}

static void learn_ends(struct run *run, struct looked *l)
{
	struct socket_seen *seen = l->sock->seen;
	if (!l->known || !l->now.here.port)
		return;
	int host = seen->actor < 0 ? seen->pair.host : host_index(run, seen->actor);
	seen->pair = pair_of(host, l->now.protocol, &l->now.here, &l->now.there);
	ends_learn(run->wire.ends, host, l->now.protocol, &l->now.here, &l->now.there, (struct owner){ seen->actor, l->sock->id });
}

static void note_due(struct run *run)
{
	struct observer *o = run->observer;
	int64_t now = run_clock();
	o->due = 0;
	for (int i = 0; i < o->n; i++) {
		const struct looked *l = &o->looked[i];
		int64_t then = now + ((int64_t)l->now.expires + TIMER_SLACK_MS) * 1000000;
		if (l->known && l->timed && l->now.timer && (!o->due || then < o->due))
			o->due = then;
	}
}

bool observe_look(struct run *run)
{
	struct observer *o = run->observer;
	int copied = 0;
	begin_look(run);
	bool whole = read_list(o);
	for (int i = o->n; i-- > 0;)   /* of two that had the same addresses, the kernel has the newer one */
		look_at(run, &o->looked[i], whole, &copied);
	if (o->diag)
		observe_strays(run);
	for (int i = 0; i < o->n; i++) {
		learn_ends(run, &o->looked[i]);
		leave_out_late(run, &o->looked[i].now);
	}
	note_due(run);
	return whole;
}

static void add_packet(struct observer *o, const struct step_packet *p)
{
	o->packets[o->n_packets++ % STEP_PACKETS] = *p;
}

void observe_packet(struct run *run, int id, const struct packet *p, const struct flow_note *note, int from, int host, int to)
{
	struct observer *o = run->observer;
	struct sock *s = from > 0 ? run->socks.all[from - 1] : NULL;
	struct step_packet *sent = &o->sent[id % STEP_PACKETS];
	if (p->kind != PACKET_TCP)
		return;
	*sent = (struct step_packet){ .id = id, .to = to, .flags = p->flags, .ack = note->ack, .came = true,
		.for_pair = pair_of(host < 0 ? 0 : host, IPPROTO_TCP, &p->to, &p->from) };
	add_packet(o, sent);
	if (s && s->seen && (p->flags & TCP_FIN) && note->seq >= 0)
		s->seen->fin_end = note->seq + (int64_t)p->data_len + 1;
}

void observe_fate(struct run *run, int id, const char *what)
{
	struct observer *o = run->observer;
	const struct step_packet *sent = &o->sent[id % STEP_PACKETS];
	if (!strcmp(what, "passed") && sent->id == id) {
		add_packet(o, sent);
		return;
	}
	for (int i = 0; i < o->n_packets && i < STEP_PACKETS && strcmp(what, "duplicated") != 0; i++)
		if (o->packets[i].id == id)
			o->packets[i].came = false;
}

/* Telling */

static bool same_address(const struct value *a, const struct value *b)
{
	return a == b || (a && b && value_equal(a, b));
}

static const struct value *keep(struct socks *socks, const struct value *v)
{
	return v ? value_copy(&socks->arena, v) : NULL;
}

static struct shown shown_of(const struct sockstat *now)
{
	struct shown s = { .recv_fin = now->recv_fin, .send_fin = now->send_fin, .send_syn = now->send_syn,
		.full_here = now->rcv_wnd == 0, .full_there = now->snd_wnd == 0, .timer = now->timer,
		.retransmits = now->retransmits, .drops = now->drops > 0 ? now->drops : 0,
		.memory = now->memory > 0 ? now->memory : 0 };
	memcpy(s.option, now->option, sizeof s.option);
	return s;
}

static struct measured measured_of(const struct sockstat *now)
{
	return (struct measured){ .unacked = now->unacked, .mss = now->mss, .rcv_wnd = now->rcv_wnd, .snd_wnd = now->snd_wnd,
		.send_memory = now->send_memory > 0 ? now->send_memory : 0 };
}

static void add_number(struct arena *a, struct value *to, const char *name, int64_t n, bool there)
{
	if (there)
		value_add(a, to, name, value_int(a, n));
}

static const struct value *info_of(struct arena *a, const struct sockstat *now)
{
	struct value *v = value_struct(a, NULL), *options = value_struct(a, NULL);
	const char *timer = diag_timer_name(now->timer);
	if (timer) {
		value_add(a, v, "timer", value_text(a, timer, strlen(timer)));
		add_number(a, v, "expires", now->expires, true);
	}
	add_number(a, v, "retransmits", now->retransmits, now->retransmits > 0);
	add_number(a, v, "unacked", now->unacked, now->unacked > 0);
	add_number(a, v, "mss", now->mss, now->mss >= 0);
	add_number(a, v, "rcv_wnd", now->rcv_wnd, now->rcv_wnd >= 0);
	add_number(a, v, "snd_wnd", now->snd_wnd, now->snd_wnd >= 0);
	add_number(a, v, "recv_fin", 1, now->recv_fin);
	add_number(a, v, "send_fin", 1, now->send_fin);
	add_number(a, v, "send_syn", 1, now->send_syn);
	add_number(a, v, "drops", now->drops, now->drops > 0);
	add_number(a, v, "memory", now->memory, now->memory > 0);
	add_number(a, v, "send_memory", now->send_memory, now->send_memory > 0);
	for (int i = 0; sockstat_option_name(i); i++)
		add_number(a, options, sockstat_option_name(i), now->option[i], now->option[i] != 0);
	if (options->n)
		value_add(a, v, "options", options);
	return v;
}

/* While settled there is no step to add to: the time alone did it. */
static void emit(struct run *run, struct event *e)
{
	if (run->settled)
		run_write_now(run, e);
	else
		run_emit(run, NULL, e);
}

static void tell_gone(struct run *run, struct looked *l)
{
	struct event e;
	event_init(&e, EVENT_socket);
	e.actor = l->sock->seen->actor;
	e.socket.sock = l->sock->id;
	e.socket.gone = 1;
	e.socket.why = observe_why(run->observer, &run->observer->arena, l);
	l->sock->kernel = e.socket.kernel = l->sock->kernel ? "CLOSED" : NULL;
	l->sock->seen->gone = true;
	emit(run, &e);
}

static bool has_changed(const struct looked *l, const struct shown *shown)
{
	const struct sock *s = l->sock;
	const struct sockstat *now = &l->now;
	return !text_same(s->kernel, now->state) || s->recvq != now->recvq || s->sendq != now->sendq ||
	       (now->local && !same_address(s->local, now->local)) || (now->peer && !same_address(s->peer, now->peer)) ||
	       memcmp(&s->seen->shown, shown, sizeof *shown) != 0;
}

static const struct value *new_info(struct run *run, struct looked *l)
{
	const struct value *info = info_of(&run->observer->arena, &l->now);
	bool had = l->sock->seen->has_info;
	l->sock->seen->has_info = info->n > 0;
	l->sock->seen->measured = measured_of(&l->now);
	return info->n || had ? info : NULL;
}

static void tell_measured(struct run *run, struct looked *l)
{
	struct event e;
	event_init(&e, EVENT_socket);
	e.actor = l->sock->seen->actor;
	e.socket.sock = l->sock->id;
	e.socket.info = new_info(run, l);
	emit(run, &e);
}

static void tell(struct run *run, struct looked *l, const struct shown *shown)
{
	struct sock *s = l->sock;
	const struct sockstat *now = &l->now;
	struct arena *a = &run->observer->arena;
	struct event e;
	event_init(&e, EVENT_socket);
	e.actor = s->seen->actor;
	e.socket.sock = s->id;
	if (!s->kernel && s->inode == 0 && s->from >= 0) {   /* no call has told of it */
		e.socket.domain = s->domain;
		e.socket.type = s->type;
		e.socket.proto = s->proto;
		e.socket.from = s->from;
	}
	if (!text_same(s->kernel, now->state))
		e.socket.why = observe_why(run->observer, a, l);
	e.socket.kernel = now->state;
	e.socket.recvq = now->recvq;
	e.socket.sendq = now->sendq;
	e.socket.info = new_info(run, l);
	if (now->local && !same_address(s->local, now->local))
		e.socket.local = s->local = keep(&run->socks, now->local);
	if (now->peer && !same_address(s->peer, now->peer))
		e.socket.peer = s->peer = keep(&run->socks, now->peer);
	s->kernel = now->state;
	s->recvq = now->recvq;
	s->sendq = now->sendq;
	s->seen->shown = *shown;
	emit(run, &e);
}

static bool tell_if_changed(struct run *run, struct looked *l)
{
	struct shown shown = shown_of(&l->now);
	struct measured measured = measured_of(&l->now);
	if (l->gone)
		tell_gone(run, l);
	else if (l->known && has_changed(l, &shown))
		tell(run, l, &shown);
	else if (l->known && memcmp(&l->sock->seen->measured, &measured, sizeof measured) != 0)
		tell_measured(run, l);
	else
		return false;
	return true;
}

static void forget_gone(struct observer *o)
{
	int n = 0;
	for (int i = 0; i < o->n; i++)
		if (!o->live[i]->seen->gone)
			o->live[n++] = o->live[i];
	o->n = n;
}

bool observe_tell(struct run *run)
{
	struct observer *o = run->observer;
	bool told = false;
	for (int i = 0; i < o->n; i++)
		told = tell_if_changed(run, &o->looked[i]) || told;
	forget_gone(o);
	/* The kernel sent something by itself. Its own work on that may not be done: it counts a retransmission after it. */
	if (o->n_packets && run->mover < 0 && (!o->due || o->due > run_clock() + AGAIN_NS))
		o->due = run_clock() + AGAIN_NS;
	o->n_packets = 0;
	return told;
}

/* A timer has ended */

int64_t observe_due_in(const struct run *run)
{
	int64_t left = run->observer->due - run_clock();
	return !run->observer->due ? 0 : left > 1 ? left : 1;
}

bool observe_is_due(const struct run *run)
{
	return run->observer->due && run_clock() >= run->observer->due;
}
