/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The packets that have passed since the last look, as events of the step that
 * is going on. They are taken, and those of the cable carried, when they come,
 * and told when the step is over: only then is it known which sockets they
 * belong to.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/buf.h"
#include "engine/base/text.h"
#include "engine/observe/observe.h"
#include "engine/trace/sockstat.h"

enum {
	SEEN_MOST = 1024,    /* more are told at once */
	LINE_MOST = 4096,    /* more packets in line than that wait for nobody */
};

/* A packet, or what became of one. */
struct seen {
	bool fate;
	struct cable_fate what;
	struct wire_packet w;     /* frame.bytes are ours */
	int again;                /* it is a copy of that one; 0: it is not */
};

static int protocol_of(const struct packet *p)
{
	bool udp = p->kind == PACKET_UDP || (p->later_fragment && p->protocol == IPPROTO_UDP);
	return udp ? IPPROTO_UDP : IPPROTO_TCP;
}

/* The host with that address, as stage.h gives them; -1: none. */
static int host_at(const struct run *run, const struct packet_end *end)
{
	static const unsigned char net[3] = { 10, 0, 0 };
	bool one = end->family == AF_INET && !memcmp(end->addr, net, 3) && end->addr[3] >= 1 && end->addr[3] <= run->n_hosts;
	return one ? end->addr[3] - 1 : -1;
}

int run_host(const struct run *run, int actor)
{
	return !run->n_hosts || actor < 0 ? -1 : actor < run->n_hosts ? actor : run->n_hosts - 1;
}

static void tell(struct run *run, const struct wire_packet *w, int again, struct arena *a)
{
	const struct packet *p = &w->packet;
	struct packet inner;
	struct event e;
	int here = run->n_hosts ? w->host : -1, there = w->cable ? host_at(run, &p->to) : here;
	/* An ICMP error is for the program whose packet it quotes. */
	bool quoted = packet_quoted(p, w->frame.bytes, w->frame.len, &inner);
	struct owner from = quoted ? (struct owner){ -1, -1 } : ends_find(run->wire.ends, here, protocol_of(p), &w->from, &w->to);
	struct owner to = quoted ? ends_find(run->wire.ends, there, protocol_of(&inner), &inner.from, &inner.to) :
				   ends_find(run->wire.ends, there, protocol_of(p), &w->to, &w->from);
	event_init(&e, EVENT_packet);
	e.actor = from.actor;
	e.packet.id = w->id;
	e.packet.sock = from.sock;
	e.packet.to = to.actor;
	e.packet.tosock = to.sock;
	e.packet.host = here;
	e.packet.tohost = there;
	e.packet.at = w->at - run->started;
	e.packet.len = (int64_t)w->frame.total;
	e.packet.kind = packet_kind_name(p->kind);
	e.packet.src = packet_address(a, &p->from);
	e.packet.dst = packet_address(a, &p->to);
	e.packet.flags = p->kind == PACKET_TCP ? packet_flags(a, p->flags) : NULL;
	e.packet.seq = w->note.seq;
	e.packet.ack = w->note.ack;
	e.packet.window = w->note.window;
	e.packet.payload = (int64_t)p->data_len;
	e.packet.again = again ? again : w->note.again;
	e.packet.what = again ? "copy" : w->note.what;
	e.packet.broken = p->broken;
	e.packet.bytes = value_bytes(a, w->frame.bytes, w->frame.len, w->frame.total);
	run_emit(run, NULL, &e);
	observe_packet(run, w->id, p, &w->note, from.sock, there, to.sock);
}

static void tell_fate(struct run *run, const struct cable_fate *f)
{
	struct event e;
	event_init(&e, EVENT_fate);
	e.fate.id = f->id;
	e.fate.what = f->what;
	e.fate.copy = f->copy;
	run_emit(run, NULL, &e);
	observe_fate(run, f->id, f->what);
}

static struct seen *new_seen(struct run *run)
{
	if (run->n_seen == run->room_seen) {
		run->room_seen = run->room_seen ? 2 * run->room_seen : 16;
		run->seen = xrealloc(run->seen, (size_t)run->room_seen * sizeof *run->seen);
	}
	run->seen[run->n_seen] = (struct seen){ 0 };
	return &run->seen[run->n_seen++];
}

static void keep_packet(struct run *run, const struct wire_packet *w, int id, int again)
{
	struct seen *s = new_seen(run);
	unsigned char *bytes = xcalloc(1, w->frame.len + 1);
	memcpy(bytes, w->frame.bytes, w->frame.len);
	s->w = *w;
	s->w.id = id;
	s->w.frame.bytes = bytes;
	s->again = again;
}

/* w: the packet just given to the cable, of which copies were made; NULL: none was. */
static bool keep_fates(struct run *run, const struct wire_packet *w)
{
	struct cable_fate f;
	bool any = false;
	while (cable_fate(run->cable, &f)) {
		*new_seen(run) = (struct seen){ .fate = true, .what = f };
		if (f.copy && w)
			keep_packet(run, w, f.copy, f.id);
		any = true;
	}
	return any;
}

static void tell_seen(struct run *run, int64_t before)
{
	struct arena a;
	int n = 0;
	arena_init(&a);
	for (; n < run->n_seen && run->seen[n].w.at < before; n++) {   /* a fate has no time: it is told with the packet before it */
		struct seen *s = &run->seen[n];
		arena_clear(&a);
		if (s->fate)
			tell_fate(run, &s->what);
		else
			tell(run, &s->w, s->again, &a);
		free((void *)s->w.frame.bytes);
	}
	run->n_seen -= n;
	if (n && run->n_seen)
		memmove(run->seen, run->seen + n, (size_t)run->n_seen * sizeof *run->seen);
	arena_release(&a);
}

/* Too many to keep until the step is over. */
static void tell_early(struct run *run)
{
	if (run->settled)
		run_begin_step(run, -1);
	if (!run->free)
		observe_look(run);
	tell_seen(run, INT64_MAX);
}

bool observe_carry(struct run *run)
{
	if (!run->cable || !cable_carry(run->cable))
		return false;
	keep_fates(run, NULL);
	return true;
}

/* At full speed, and beside a program that computes without end, a packet cannot wait until all are at rest. */
static void carry_at_once(struct run *run)
{
	bool all = run->free || (run->settled && run->busy);
	while (run->cable && cable_in_line(run->cable) > (all ? 0 : LINE_MOST))
		observe_carry(run);
}

bool observe_take(struct run *run)
{
	struct wire_packet w;
	bool any = false;
	if (run->cable) {
		cable_tick(run->cable);
		any = keep_fates(run, NULL);
		carry_at_once(run);
	}
	while (wire_next(&run->wire, &w)) {
		any = true;
		keep_packet(run, &w, w.id, 0);
		if (w.cable)
			cable_take(run->cable, w.host, w.id, w.frame.bytes, w.frame.len, &w.packet);
		if (run->cable)
			keep_fates(run, &w);
		carry_at_once(run);
		if (run->n_seen >= SEEN_MOST)
			tell_early(run);
	}
	return any;
}

void observe_wire_before(struct run *run, int64_t at)
{
	observe_take(run);
	tell_seen(run, at);
}

void observe_wire(struct run *run)
{
	char count[24];
	if (!run->cable)   /* what crosses it now belongs to the next step, as whom it wakes */
		observe_take(run);
	tell_seen(run, INT64_MAX);
	unsigned lost = wire_lost(&run->wire);
	snprintf(count, sizeof count, "%u", lost);
	if (lost)
		conduct_note(run, NULL, "packets-lost", count);
}

void observe_wire_release(struct run *run)
{
	for (int i = 0; i < run->n_seen; i++)
		free((void *)run->seen[i].w.frame.bytes);
	free(run->seen);
}

/* Calls after which a socket may have other addresses than before. */
static bool gives_addresses(const char *canon)
{
	static const char *const calls[] = { "bind", "listen", "connect", "accept", "send", "sendto", "sendmsg", "sendmmsg", NULL };
	return text_in(canon, calls);
}

/*
 * At full speed no step is ever over, and a socket may be closed again before anybody looks: so it is asked for its
 * addresses when the call that gave them returns. What is sent gives them only to a datagram socket, once.
 */
void observe_ends(struct run *run, struct task *task, int64_t ret)
{
	const struct process *p = task->process;
	const char *canon = task->call.canon;
	bool sends = strncmp(canon, "send", 4) == 0, accepts = strcmp(canon, "accept") == 0;
	if (!run->free || !run->wire.n || p->pidfd < 0 || !gives_addresses(canon) || (accepts && ret < 0))
		return;
	int fd = accepts ? (int)ret : (int)task->call.args[0];
	const struct fd_entry *e = effect_fd(&run->socks, task, fd);
	if (!e || !e->sock || (sends && e->sock->addressed))
		return;
	struct arena a;
	struct sockstat now;
	arena_init(&a);
	if (sockstat_read(p->pidfd, fd, &a, &now) && now.here.port) {
		ends_learn(run->wire.ends, host_index(run, p->actor), now.protocol, &now.here, &now.there, (struct owner){ p->actor, e->sock->id });
		e->sock->addressed = true;
	}
	arena_release(&a);
}
