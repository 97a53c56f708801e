/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets, what became of them, and the TCP states sockets went through: lists
 * that only grow with the log. They are kept once, beside all folds; a model
 * has only how many of them there are at its cursor. And what is done to the wire.
 */
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/wire/packet.h"
#include "tutor/model/apply.h"

static int small(int64_t i)
{
	return i < -1 ? -1 : i > INT32_MAX ? INT32_MAX : (int)i;
}

/* The address of a sockaddr struct, and its port. */
static const char *address(struct names *names, const struct value *v, int *port)
{
	const struct value *ip = value_get(v, "sin_addr"), *p = value_get(v, "sin_port");
	if (!ip) {
		ip = value_get(v, "sin6_addr");
		p = value_get(v, "sin6_port");
	}
	*port = p && p->kind == VALUE_UINT && p->u <= 65535 ? (int)p->u : 0;
	return ip && ip->kind == VALUE_IP && ip->text ? names_get(names, ip->text) : NULL;
}

static const char *text_named(const struct value *v, const char *name)
{
	v = value_get(v, name);
	return v && v->text ? v->text : NULL;
}

/* What an ICMP or ARP packet says, in the words of its RFC. */
static const char *about(struct fold_ground *g, const struct value *bytes)
{
	char text[160];
	const struct value *all = packet_describe(&g->scratch, bytes->bytes, bytes->len, bytes->total);
	const struct value *last = all->n ? all->item[all->n - 1] : NULL;
	const char *type = last ? text_named(last, "type") : NULL, *code = last ? text_named(last, "code") : NULL;
	if (last && text_is(last->type, "arp")) {
		const char *op = text_named(last, "operation"), *who = text_named(last, "target_address"), *from = text_named(last, "sender_address");
		bool asks = text_is(op, "request");
		snprintf(text, sizeof text, asks ? "who has %s?" : "%s is here", (asks ? who : from) ? (asks ? who : from) : "?");
	} else if (code || type) {
		snprintf(text, sizeof text, "%s", code ? code : type);
	} else {
		return NULL;
	}
	return names_get(&g->names, text);
}

static void keep_head(struct model_packet *k, const unsigned char *bytes, size_t len, size_t total)
{
	struct packet p;
	packet_read(&p, bytes, len, total);
	if (!p.data_at || p.data_at >= len)
		return;
	size_t n = len - p.data_at < p.data_len ? len - p.data_at : p.data_len;
	k->n_head = (unsigned char)(n < PACKET_HEAD ? n : PACKET_HEAD);
	memcpy(k->head, bytes + p.data_at, k->n_head);
}

static void look_inside(struct fold_ground *g, struct model_packet *k, const struct value *bytes)
{
	if (!bytes || bytes->kind != VALUE_BYTES)
		return;
	if (k->kind && (!strncmp(k->kind, "ICMP", 4) || !strcmp(k->kind, "ARP")))
		k->about = about(g, bytes);
	if (!k->payload)
		return;
	buf_clear(&g->bytes);
	if (log_bytes(g->log, bytes, &g->bytes, NULL))
		keep_head(k, (const unsigned char *)g->bytes.data, g->bytes.len, bytes->total);
}

/* Either way between the same two ports. Names are kept once, so equal ones are the same pointer. */
static bool same_talk(const struct model_packet *a, const struct model_packet *b)
{
	bool same = a->src == b->src && a->dst == b->dst && a->sport == b->sport && a->dport == b->dport;
	return same || (a->src == b->dst && a->dst == b->src && a->sport == b->dport && a->dport == b->sport);
}

/* A SYN that repeats none begins another talk, also between the same ports. */
static int talk_of(struct fold_ground *g, const struct model_packet *k)
{
	enum { LOOK_BACK = 512 };
	bool begins = text_is(k->flags, "SYN") && !k->again;
	if (!k->sport || !k->dport)
		return 0;
	for (int i = g->n_packets - 1; !begins && i >= 0 && i >= g->n_packets - LOOK_BACK; i--)
		if (g->packets[i].talk && same_talk(&g->packets[i], k))
			return g->packets[i].talk;
	return ++g->talks;
}

static bool keep_packet(struct apply *x)
{
	struct fold_ground *g = x->g;
	const struct event *e = x->e;
	const struct event_packet *p = &e->packet;
	struct names *names = &g->names;
	if (p->id != g->n_packets + 1)
		return wrong(x, "a packet out of turn");
	struct model_packet k = {
		.event = x->f->m.cursor, .id = small(p->id), .step = small(e->step), .actor = small(e->actor), .to = small(p->to),
		.sock = small(p->sock), .tosock = small(p->tosock), .host = small(p->host),
		.tohost = small(p->tohost), .again = small(p->again), .at = p->at, .seq = p->seq, .ack = p->ack,
		.window = p->window, .len = small(p->len), .payload = small(p->payload), .kind = names_get(names, p->kind),
		.flags = names_get(names, p->flags), .what = names_get(names, p->what), .broken = names_get(names, p->broken), .fate = -1,
	};
	k.src = address(names, p->src, &k.sport);
	k.dst = address(names, p->dst, &k.dport);
	k.talk = talk_of(g, &k);
	look_inside(g, &k, p->bytes);
	g->packets = fold_room(g->packets, g->n_packets, &g->room_packets, sizeof *g->packets);
	g->packets[g->n_packets++] = k;
	return true;
}

bool apply_packet(struct apply *x)
{
	struct model *m = &x->f->m;
	if (m->n_packets == x->g->n_packets && !keep_packet(x))
		return false;
	m->n_packets++;
	return true;
}

static void keep_fate(struct apply *x)
{
	struct fold_ground *g = x->g;
	const struct event_fate *t = &x->e->fate;
	bool known = t->id >= 1 && t->id <= g->n_packets;
	struct model_fate fate = { .at = x->f->m.cursor, .id = known ? (int)t->id : 0, .step = small(x->e->step), .before = -1,
				   .copy = small(t->copy), .what = names_get(&g->names, t->what ? t->what : "") };
	g->fates = fold_room(g->fates, g->n_fates, &g->room_fates, sizeof *g->fates);
	if (known) {
		fate.before = g->packets[t->id - 1].fate;
		g->packets[t->id - 1].fate = g->n_fates;
	}
	g->fates[g->n_fates++] = fate;
}

bool apply_fate(struct apply *x)
{
	struct model *m = &x->f->m;
	if (m->n_fates == x->g->n_fates)
		keep_fate(x);
	m->n_fates++;
	return true;
}

void fold_state(struct fold *f, struct fold_ground *g, struct model_sock *k, int64_t step)
{
	if (f->m.n_states == g->n_states) {
		g->states = fold_room(g->states, g->n_states, &g->room_states, sizeof *g->states);
		g->states[g->n_states++] = (struct model_state){ .at = f->m.cursor, .sock = k->sock, .step = small(step), .before = k->past,
			.state = k->kernel, .why = k->why };
	}
	k->past = f->m.n_states++;
}

static void freeze(struct model *m, const struct event_wire *w)
{
	if (w->how && w->sock >= 1 && w->sock <= m->n_socks && (!strcmp(w->how, "freeze") || !strcmp(w->how, "thaw")))
		m->socks[w->sock - 1].frozen = !strcmp(w->how, "freeze");
}

bool apply_wire(struct apply *x)
{
	const struct event_wire *w = &x->e->wire;
	struct model_wire *to = &x->f->m.wire;
	const char *how = w->how ? w->how : "";
	unsigned host = w->host >= 0 && w->host < 32 ? 1u << w->host : 0;
	if (!fits_int(w->host) || !fits_int(w->every) || !fits_int(w->port))
		return wrong(x, "a number out of range");
	if (x->e->step != x->f->m.step)   /* it let packets go */
		x->f->m.settled = false;
	freeze(&x->f->m, w);
	if (!strcmp(how, "flow"))
		to->holding = false;
	if (!strcmp(how, "hold"))
		*to = (struct model_wire){ .holding = true, .host = (int)w->host, .port = (int)w->port,
					   .flags = names_get(&x->g->names, w->flags), .unplugged = to->unplugged };
	to->unplugged = !strcmp(how, "unplug") ? to->unplugged | host : !strcmp(how, "plug") ? to->unplugged & ~host : to->unplugged;
	return true;
}

const struct model_fate *model_fate(const struct model *m, const struct model_packet *p)
{
	int i = p->fate;
	while (i >= m->n_fates)
		i = m->fates[i].before;
	return i >= 0 ? &m->fates[i] : NULL;
}

bool model_in_flight(const struct model *m, const struct model_packet *p)
{
	const struct model_fate *f = model_fate(m, p);
	return f && (!strcmp(f->what, "held") || !strcmp(f->what, "delayed") || !strcmp(f->what, "reordered"));
}

/* Where in the log it had come to the far end; -1: it has not, or never will. */
static int64_t arrival(const struct model *m, const struct model_packet *p)
{
	static const char *const stay_away[] = { "held", "delayed", "reordered", "dropped", "full", "lost" };
	const struct model_fate *f = model_fate(m, p);
	for (size_t i = 0; f && i < sizeof stay_away / sizeof *stay_away; i++)
		if (!strcmp(f->what, stay_away[i]))
			return -1;
	return f && !strcmp(f->what, "passed") ? f->at : p->event;
}

int model_arrived_after(const struct model *m, const struct model_packet *p)
{
	const int64_t own = arrival(m, p);
	int64_t last = -1;
	int id = 0;
	for (int i = p->id; i < m->n_packets && m->packets[i].event < own; i++) {
		const struct model_packet *k = &m->packets[i];
		int64_t at = k->host == p->host && !text_is(k->kind, "ARP") ? arrival(m, k) : -1;
		if (at > last && at < own)
			last = at, id = k->id;
	}
	return id;
}

bool model_any_in_flight(const struct model *m)
{
	enum { NEWEST = 64 };
	for (int i = m->n_packets - 1; i >= 0 && i >= m->n_packets - NEWEST; i--)
		if (model_in_flight(m, &m->packets[i]))
			return true;
	return false;
}

static int64_t number_in(const struct value *info, const char *name)
{
	const struct value *v = value_get(info, name);
	return v && v->kind == VALUE_INT ? v->i : v && v->kind == VALUE_UINT ? (int64_t)v->u : -1;
}

const struct model_sock *model_sends_again(const struct model *m, int64_t *ms)
{
	const struct model_sock *first = NULL;
	for (int i = 0; i < m->n_socks; i++) {
		const struct model_sock *k = &m->socks[i];
		const struct value *timer = value_get(k->info, "timer");
		int64_t expires = number_in(k->info, "expires");
		if (k->gone || !timer || !timer->text || strcmp(timer->text, "on") || expires < 0)
			continue;
		expires -= (m->t - k->info_t) / 1000000;
		if (!first || expires < *ms)
			first = k, *ms = expires;
	}
	return first;
}
