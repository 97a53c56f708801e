/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/show/rung.h"

#include <string.h>

/* Different segments that take turns being sent again; more than these have a rung for each packet. */
enum { SEGMENTS = 8 };

/* Through a series of repeats, from its newest packet to its oldest. */
struct walk {
	const struct model *m;
	int at, first;               /* the next packet to look at; the oldest */
	int seen[SEGMENTS], n_seen;  /* the newest packet of each segment so far */
};

static const struct model_packet *packet(const struct model *m, int id)
{
	return &m->packets[id - 1];
}

/* What is sent again while nothing changes; NULL: another packet. A reset is each time an answer to such a one. */
static const char *kind_of(const struct model *m, int id)
{
	static const char *const kinds[] = { "retransmission", "reset", "window-probe", "keep-alive", "duplicate-ack" };
	const struct model_packet *p = id >= 1 && id <= m->n_packets ? packet(m, id) : NULL;
	for (size_t i = 0; p && p->what && i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(p->what, kinds[i]))
			return kinds[i];
	return NULL;
}

/* Are both in one series? Both are next to each other. */
static bool goes_on(const struct model *m, int id, int next)
{
	const char *kind = kind_of(m, id);
	return kind && kind == kind_of(m, next);
}

/* Names are kept once, so equal ones are the same pointer. What is sent again may confirm more than before. */
static bool is_same_segment(const struct model_packet *a, const struct model_packet *b)
{
	bool same = a->talk == b->talk && a->src == b->src && a->sport == b->sport && a->seq == b->seq && a->payload == b->payload &&
		    a->flags == b->flags;
	return same && (a->ack == b->ack || !strcmp(a->what, "retransmission"));
}

static bool is_same(const struct model *m, int a, int b)
{
	const struct model_fate *f = model_fate(m, packet(m, a)), *g = model_fate(m, packet(m, b));
	bool same_fate = f && g ? !strcmp(f->what, g->what) : f == g;
	return same_fate && is_same_segment(packet(m, a), packet(m, b));
}

static int series_end(const struct model *m, int id)
{
	while (goes_on(m, id, id + 1))
		id++;
	return id;
}

static int series_begin(const struct model *m, int id)
{
	while (goes_on(m, id, id - 1))
		id--;
	return id;
}

static struct rung gather(const struct model *m, int id)
{
	struct rung r = { .id = id, .first = id, .times = 1 };
	for (int i = id; goes_on(m, i, i - 1);)
		if (is_same(m, --i, id))
			r.first = i, r.times++;
	return r;
}

static bool was_seen(const struct walk *w, int id)
{
	for (int i = 0; i < w->n_seen; i++)
		if (is_same(w->m, w->seen[i], id))
			return true;
	return false;
}

/* The next rung of the series; id 0: there are no more. */
static struct rung walk_on(struct walk *w)
{
	while (w->at >= w->first) {
		int id = w->at--;
		if (was_seen(w, id))
			continue;
		if (w->n_seen == SEGMENTS)
			return (struct rung){ id, id, 1 };
		w->seen[w->n_seen++] = id;
		return gather(w->m, id);
	}
	return (struct rung){ 0 };
}

static struct walk walk_from(const struct model *m, int id)
{
	return (struct walk){ .m = m, .at = series_end(m, id), .first = series_begin(m, id) };
}

struct rung rung_of(const struct model *m, int id)
{
	struct walk w = walk_from(m, id);
	struct rung r = { id, id, 1 };
	if (!kind_of(m, id))
		return r;
	for (r = walk_on(&w); r.id > id && (r.times == 1 || !is_same(m, r.id, id));)
		r = walk_on(&w);
	return r;
}

struct rung rung_before(const struct model *m, int id)
{
	struct rung r = { 0 };
	if (id <= 1)
		return r;
	struct walk w = walk_from(m, id - 1);
	do
		r = walk_on(&w);
	while (r.id >= id);
	if (r.id || w.first <= 1)
		return r;
	w = walk_from(m, w.first - 1);       /* all that stand before it in its series are on rungs below */
	return walk_on(&w);
}

struct rung rung_after(const struct model *m, int id)
{
	struct rung found = { 0 };
	if (id >= m->n_packets)
		return found;
	struct walk w = walk_from(m, id + 1);
	for (struct rung r = walk_on(&w); r.id > id; r = walk_on(&w))
		found = r;
	return found;
}

int rung_packets_above(const struct model *m, int first)
{
	if (first < 1)
		return 0;
	struct walk w = walk_from(m, first);
	int n = w.first - 1;
	for (struct rung r = walk_on(&w); r.id; r = walk_on(&w))
		n += r.id < first ? r.times : 0;
	return n;
}

int rung_packets_below(const struct model *m, int last)
{
	if (last < 1 || last >= m->n_packets)
		return 0;
	struct walk w = walk_from(m, last);
	int n = m->n_packets - w.at;
	for (struct rung r = walk_on(&w); r.id > last; r = walk_on(&w))
		n += r.times;
	return n;
}
