/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/views/rung.h"

#include <string.h>

/* Different segments that take turns being sent again; more than these have a rung for each packet. */
enum { SEGMENTS = 8 };

/* Through a series of repeats, from its newest packet to its oldest. */
struct walk {
	const struct model *m;
	int at;                      /* the next packet to look at */
	int seen[SEGMENTS], n_seen;  /* the newest packet of each segment so far */
};

static const struct model_packet *packet(const struct model *m, int id)
{
	return &m->packets[id - 1];
}

static bool repeats(const struct model *m, int id)
{
	const struct model_packet *p = id >= 1 && id <= m->n_packets ? packet(m, id) : NULL;
	return p && p->what && !strcmp(p->what, "retransmission");
}

/* Names are kept once, so equal ones are the same pointer. */
static bool is_same_segment(const struct model_packet *a, const struct model_packet *b)
{
	return a->talk == b->talk && a->src == b->src && a->sport == b->sport && a->seq == b->seq && a->payload == b->payload &&
	       a->flags == b->flags;
}

static bool is_same(const struct model *m, int a, int b)
{
	const struct model_fate *f = model_fate(m, packet(m, a)), *g = model_fate(m, packet(m, b));
	bool same_fate = f && g ? !strcmp(f->what, g->what) : f == g;
	return same_fate && is_same_segment(packet(m, a), packet(m, b));
}

static int series_end(const struct model *m, int id)
{
	while (repeats(m, id + 1))
		id++;
	return id;
}

static struct rung gather(const struct model *m, int id)
{
	struct rung r = { .id = id, .first = id, .times = 1 };
	for (int i = id - 1; repeats(m, i); i--)
		if (is_same(m, i, id))
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
	while (repeats(w->m, w->at)) {
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
	return (struct walk){ .m = m, .at = series_end(m, id) };
}

struct rung rung_of(const struct model *m, int id)
{
	struct walk w = walk_from(m, id);
	struct rung r = { id, id, 1 };
	if (!repeats(m, id))
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
	if (!repeats(m, id - 1))
		return (struct rung){ id - 1, id - 1, 1 };
	struct walk w = walk_from(m, id - 1);
	do
		r = walk_on(&w);
	while (r.id >= id);
	if (r.id)
		return r;
	int first = id;                      /* all that stand before it in its series are on rungs below */
	while (repeats(m, first - 1))
		first--;
	return first > 1 ? (struct rung){ first - 1, first - 1, 1 } : r;
}

struct rung rung_after(const struct model *m, int id)
{
	struct rung found = { 0 };
	if (id >= m->n_packets)
		return found;
	if (!repeats(m, id + 1))
		return (struct rung){ id + 1, id + 1, 1 };
	struct walk w = walk_from(m, id + 1);
	for (struct rung r = walk_on(&w); r.id > id; r = walk_on(&w))
		found = r;
	return found;
}

int rung_packets_above(const struct model *m, int first)
{
	int n = 0;
	if (first < 1)
		return 0;
	if (!repeats(m, first))
		return first - 1;
	struct walk w = walk_from(m, first);
	for (struct rung r = walk_on(&w); r.id; r = walk_on(&w))
		n += r.id < first ? r.times : 0;
	for (first--; repeats(m, first);)
		first--;
	return n + first;
}

int rung_packets_below(const struct model *m, int last)
{
	int n = 0;
	if (last < 1 || last >= m->n_packets)
		return 0;
	if (!repeats(m, last))
		return m->n_packets - last;
	struct walk w = walk_from(m, last);
	int end = w.at;
	for (struct rung r = walk_on(&w); r.id > last; r = walk_on(&w))
		n += r.times;
	return n + m->n_packets - end;
}
