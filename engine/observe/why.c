/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By what a socket came to its TCP state: its program's call, or the packet of this step that does it. RFC 9293 3.3.2. */
#include <string.h>

#include "engine/base/text.h"
#include "engine/observe/observe.h"

/* Places of the first packets of each kind that came to it in this step; -1: none did. */
struct came { int syn, syn_ack, ack, fin, fin_acked, rst; };

static const struct step_packet *packet(const struct observer *o, int i)
{
	return i < 0 ? NULL : &o->packets[i % STEP_PACKETS];
}

static void note_first(int *place, bool is, int i)
{
	if (is && *place < 0)
		*place = i;
}

static struct came what_came(const struct observer *o, const struct sock *s)
{
	struct came c = { -1, -1, -1, -1, -1, -1 };
	int64_t fin_end = s->seen->fin_end;
	for (int i = o->n_packets > STEP_PACKETS ? o->n_packets - STEP_PACKETS : 0; i < o->n_packets; i++) {
		const struct step_packet *p = packet(o, i);
		bool ack = p->flags & TCP_ACK;
		if (!p->came || (p->to != s->id && memcmp(&p->for_pair, &s->seen->pair, sizeof p->for_pair)))
			continue;
		note_first(&c.rst, p->flags & TCP_RST, i);
		note_first(&c.syn, (p->flags & TCP_SYN) && !ack, i);
		note_first(&c.syn_ack, (p->flags & TCP_SYN) && ack, i);
		note_first(&c.ack, ack && !(p->flags & (TCP_SYN | TCP_RST)), i);
		note_first(&c.fin, p->flags & TCP_FIN, i);
		note_first(&c.fin_acked, ack && !(p->flags & TCP_RST) && fin_end >= 0 && p->ack >= fin_end, i);
	}
	return c;
}

/* The packet that does it; -1: none. */
static int packet_that(const struct came *c, const struct sock *s, const char *now)
{
	if (!now || text_is(now, "CLOSED"))
		return c->rst >= 0 ? c->rst : text_is(s->kernel, "TIME_WAIT") ? c->syn : c->fin_acked;
	if (text_is(now, "SYN_RECV"))
		return c->syn;
	if (text_is(now, "ESTABLISHED"))
		return s->from >= 0 || text_is(s->kernel, "SYN_RECV") ? c->ack : c->syn_ack;
	if (text_is(now, "FIN_WAIT2"))
		return c->fin_acked;
	if (text_is(now, "CLOSE_WAIT") || text_is(now, "CLOSING"))
		return c->fin;
	if (text_is(now, "TIME_WAIT"))
		return c->fin > c->fin_acked ? c->fin : c->fin_acked;
	return -1;
}

static const char *call_that(const struct sock *s, const char *now)
{
	if (text_is(now, "SYN_SENT"))
		return "connect";
	if (text_is(now, "LISTEN") || text_is(now, "FIN_WAIT1") || text_is(now, "LAST_ACK"))
		return s->by;
	if (text_is(now, "CLOSED") && !s->kernel)
		return text_is(s->state, "new") && s->from < 0 ? "socket" : NULL;
	/* It was no connection, or one that it broke off itself. */
	return !now || text_is(s->kernel, "LISTEN") ? s->by : NULL;
}

const char *observe_why(const struct observer *o, struct arena *a, const struct looked *l)
{
	const struct sock *s = l->sock;
	const char *now = l->gone ? NULL : l->now.state;
	struct came c = what_came(o, s);
	const struct step_packet *p = packet(o, packet_that(&c, s, now));
	if (p)
		return packet_flags(a, p->flags);
	if (!now && (text_is(s->kernel, "TIME_WAIT") || text_is(s->kernel, "FIN_WAIT2") || text_is(s->kernel, "LAST_ACK") ||
		     text_is(s->kernel, "FIN_WAIT1") || text_is(s->kernel, "CLOSING")) && s->seen->shown.timer)
		return "timer";
	return call_that(s, now);
}
