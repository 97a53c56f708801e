/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/model/passed.h"

#include <stdlib.h>
#include <string.h>

enum { FAR = 20000 };     /* events looked back over */

void passed_init(struct passed *p)
{
	*p = (struct passed){ .past = { .last.lane = -1, .since = -1 }, .moment = -1 };
	arena_init(&p->arena);
}

void passed_release(struct passed *p)
{
	arena_release(&p->arena);
	free(p->seen);
	p->seen = NULL;
	p->seen_bytes = 0;
}

void passed_forget(struct passed *p)
{
	passed_release(p);
	passed_init(p);
}

static bool was_seen(const struct passed *p, int64_t i)
{
	return i >= 0 && (size_t)i / 8 < p->seen_bytes && p->seen[i / 8] >> (i % 8) & 1;
}

static bool is_moment(const struct event *e, bool all)
{
	bool hidden = (e->type == EVENT_before && e->before.hidden) || (e->type == EVENT_after && e->after.hidden);
	return all || !hidden;
}

/* The newest moment of the lane (-1: of any) before event `to`; its event, without value trees, in *e. -1: none. */
static int64_t moment_before(const struct log *log, int64_t to, int lane, bool all, struct event *e, struct arena *a)
{
	int64_t least = to > FAR ? to - FAR : 0;
	for (int64_t i = to - 1; i >= least; i--) {
		enum event_type type = log_type(log, i);
		if (type != EVENT_before && type != EVENT_asleep && type != EVENT_after)
			continue;
		arena_clear(a);
		if (log_skim(log, i, e, a, NULL) && (lane < 0 || e->lane == lane) && is_moment(e, all))
			return i;
	}
	return -1;
}

static void read_result(struct passed *p, const struct log *log, int64_t i, struct past_result *out)
{
	struct event e;
	if (!log_get(log, i, &e, &p->arena, NULL) || e.type != EVENT_after)
		return;
	*out = (struct past_result){ .lane = (int)e.lane, .call = { .call = e.after.call, .canon = e.after.canon, .args = e.after.args,
		.ret = e.after.ret, .err = e.after.err, .errn = (int)e.after.errn, .retv = e.after.retv,
		.restart = e.after.restart, .returned = true, .asleep_fd = -1 } };
}

/* The result before a `before`: told if it was never on the card. */
static void find_last(struct passed *p, const struct log *log, int lane, bool all, struct arena *a)
{
	struct event e;
	int64_t i = moment_before(log, p->moment, lane, all, &e, a);
	if (i >= 0 && e.type == EVENT_after && !was_seen(p, i))
		read_result(p, log, i, &p->past.last);
}

/* Results that the step gave other tasks. */
static void find_others(struct passed *p, const struct log *log, const struct model *m, int lane, struct arena *a)
{
	struct event e;
	for (int64_t i = m->cursor; p->past.n_others < PAST_OTHERS;) {
		i = moment_before(log, i, -1, m->show_all, &e, a);
		if (i < 0 || e.step != m->step || m->step == 0)
			return;
		if (e.lane != lane && e.type == EVENT_after && !was_seen(p, i))
			read_result(p, log, i, &p->past.others[p->past.n_others++]);
	}
}

void passed_read(struct passed *p, const struct log *log, const struct model *m, int lane)
{
	struct arena a;
	struct event e;
	arena_init(&a);
	arena_clear(&p->arena);
	p->past.last.lane = p->past.since = -1;
	p->past.n_others = 0;
	p->moment = lane >= 0 ? moment_before(log, m->cursor, lane, m->show_all, &e, &a) : -1;
	if (p->moment >= 0) {
		p->past.since = (int)e.step;
		if (e.type == EVENT_before)
			find_last(p, log, lane, m->show_all, &a);
		find_others(p, log, m, lane, &a);
	}
	arena_release(&a);
}

void passed_mark(struct passed *p)
{
	size_t at = p->moment < 0 ? 0 : (size_t)p->moment / 8;
	if (p->moment < 0)
		return;
	if (at >= p->seen_bytes) {
		size_t more = at * 2 + 64;
		p->seen = xrealloc(p->seen, more);
		memset(p->seen + p->seen_bytes, 0, more - p->seen_bytes);
		p->seen_bytes = more;
	}
	p->seen[at] |= (unsigned char)(1u << (p->moment % 8));
}

bool passed_saw(const struct passed *p, const struct log *log, const struct model *m, int lane)
{
	struct arena a;
	struct event e;
	arena_init(&a);
	bool saw = was_seen(p, moment_before(log, m->cursor, lane, m->show_all, &e, &a));
	arena_release(&a);
	return saw;
}
