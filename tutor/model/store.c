/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A log with copies of its fold at every thousandth event or so, made on the way
 * when the end is first reached. A copy of a large state is made less often, so
 * that all of them together stay below SNAPSHOT_BYTES an event.
 */
#include <stdlib.h>
#include <string.h>

#include "tutor/model/fold.h"

enum { SNAPSHOT_EVENTS = 1024, SNAPSHOT_BYTES = 128 };

struct model_store {
	struct fold_ground ground;
	struct fold now;
	struct shown shown;       /* argument trees of the model handed out */
	bool show_all;
	struct fold *snapshots;   /* by cursor */
	int n, room;
};

void fold_init(struct fold *f)
{
	*f = (struct fold){ .moving = -1, .at_step = 0, .m = { .moved = -1, .next = -1 } };
}

void fold_release(struct fold *f)
{
	for (int i = 0; i < f->m.n_actors; i++)
		buf_release(&f->m.actors[i].output);
	for (int i = 0; i < f->m.n_tasks; i++)
		free(f->tasks[i].sites);
	free(f->m.actors);
	free(f->m.tasks);
	free(f->m.socks);
	free(f->m.fds);
	free(f->m.notes);
	free(f->tasks);
	free(f->info);
}

/* Exactly as large as needed, never NULL. */
static void *copy_of(const void *items, int n, size_t size)
{
	void *p = xmalloc((size_t)n * size);
	if (n)
		memcpy(p, items, (size_t)n * size);
	return p;
}

static void copy_sites(struct fold_task *t)
{
	int room = 1;
	const struct call_site *from = t->sites;
	if (!from)
		return;
	while (room < t->n_sites)     /* as site_of expects it */
		room *= 2;
	t->sites = xmalloc((size_t)room * sizeof *t->sites);
	memcpy(t->sites, from, (size_t)t->n_sites * sizeof *from);
}

static void copy_output(struct buf *b)
{
	struct buf from = *b;
	buf_init(b);
	buf_add(b, from.data, from.len);
}

void fold_copy(struct fold *to, const struct fold *from)
{
	struct model *m = &to->m;
	*to = *from;
	m->actors = copy_of(m->actors, m->n_actors, sizeof *m->actors);
	m->tasks = copy_of(m->tasks, m->n_tasks, sizeof *m->tasks);
	m->socks = copy_of(m->socks, m->n_socks, sizeof *m->socks);
	m->fds = copy_of(m->fds, m->n_fds, sizeof *m->fds);
	m->notes = copy_of(m->notes, m->n_notes, sizeof *m->notes);
	to->tasks = copy_of(to->tasks, m->n_tasks, sizeof *to->tasks);
	to->info = copy_of(to->info, m->n_socks, sizeof *to->info);
	to->room_tasks = m->n_tasks;
	to->room_socks = to->room_info = m->n_socks;
	to->room_fds = m->n_fds;
	to->room_notes = m->n_notes;
	for (int i = 0; i < m->n_actors; i++)
		copy_output(&m->actors[i].output);
	for (int i = 0; i < m->n_tasks; i++)
		copy_sites(&to->tasks[i]);
}

size_t fold_size(const struct fold *f)
{
	const struct model *m = &f->m;
	size_t size = sizeof *f + (size_t)m->n_tasks * (sizeof *m->tasks + sizeof *f->tasks) +
		      (size_t)m->n_socks * (sizeof *m->socks + sizeof *f->info) + (size_t)m->n_fds * sizeof *m->fds +
		      (size_t)m->n_notes * sizeof *m->notes;
	for (int i = 0; i < m->n_actors; i++)
		size += sizeof *m->actors + m->actors[i].output.len;
	for (int i = 0; i < m->n_tasks; i++)
		size += (size_t)f->tasks[i].n_sites * sizeof *f->tasks[i].sites;
	return size;
}

struct model_store *model_store_new(const struct log *log)
{
	struct model_store *s = xcalloc(1, sizeof *s);
	s->ground.log = log;
	names_init(&s->ground.names);
	arena_init(&s->ground.begin);
	arena_init(&s->ground.addresses);
	arena_init(&s->ground.scratch);
	buf_init(&s->ground.bytes);
	arena_init(&s->shown.arena);
	fold_init(&s->now);
	return s;
}

void model_store_free(struct model_store *s)
{
	if (!s)
		return;
	for (int i = 0; i < s->n; i++)
		fold_release(&s->snapshots[i]);
	free(s->snapshots);
	fold_release(&s->now);
	shown_release(&s->shown);
	arena_release(&s->ground.begin);
	arena_release(&s->ground.addresses);
	arena_release(&s->ground.scratch);
	free(s->ground.told);
	free(s->ground.packets);
	free(s->ground.fates);
	free(s->ground.states);
	buf_release(&s->ground.bytes);
	names_release(&s->ground.names);
	free(s);
}

static void replace_now(struct model_store *s, const struct fold *from)
{
	struct fold copy;
	if (from)
		fold_copy(&copy, from);
	else
		fold_init(&copy);
	fold_release(&s->now);
	s->now = copy;
}

/* How many snapshots are not after the cursor. */
static int snapshots_until(const struct model_store *s, int64_t cursor)
{
	int low = 0, high = s->n;
	while (low < high) {
		int mid = (low + high) / 2;
		if (s->snapshots[mid].m.cursor <= cursor)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Start from the nearest place before the cursor: where we are, a snapshot, or the beginning. */
static void come_near(struct model_store *s, int64_t cursor)
{
	int n = snapshots_until(s, cursor);
	const struct fold *near = n ? &s->snapshots[n - 1] : NULL;
	if (s->now.m.cursor <= cursor && (!near || near->m.cursor <= s->now.m.cursor))
		return;
	replace_now(s, near);
}

static bool snapshot_due(const struct model_store *s)
{
	int64_t last = s->n ? s->snapshots[s->n - 1].m.cursor : 0, since = s->now.m.cursor - last;
	return since >= SNAPSHOT_EVENTS && (size_t)since * SNAPSHOT_BYTES >= fold_size(&s->now);
}

static void take_snapshot(struct model_store *s)
{
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 16;
		s->snapshots = xrealloc(s->snapshots, (size_t)s->room * sizeof *s->snapshots);
	}
	fold_copy(&s->snapshots[s->n++], &s->now);
}

static bool go_on(struct model_store *s, struct err *err)
{
	if (!fold_apply(&s->now, &s->ground, err))
		return false;
	if (s->now.m.cursor % SNAPSHOT_EVENTS == 0 && snapshot_due(s))
		take_snapshot(s);
	return true;
}

const struct model *model_at(struct model_store *s, int64_t cursor, struct err *err)
{
	if (cursor < 0 || cursor > log_count(s->ground.log)) {
		log_complain(s->ground.log, cursor, "there is no such event", err);
		return NULL;
	}
	come_near(s, cursor);
	bool good = true;
	s->now.m.log = s->ground.log;
	while (good && s->now.m.cursor < cursor)
		good = go_on(s, err);
	if (good && fold_finish(&s->now, &s->ground, s->show_all, &s->shown, err))
		return &s->now.m;
	replace_now(s, NULL);
	return NULL;
}

void model_show_all(struct model_store *s, bool all)
{
	s->show_all = all;
}

static int64_t step_of(const struct log *log, int64_t i)
{
	struct arena a;
	struct event e;
	struct err err;
	arena_init(&a);
	int64_t step = log_get(log, i, &e, &a, &err) ? e.step : -1;
	arena_release(&a);
	return step;
}

/* What was ordered for a held call belongs to the step that it stands at; an order that is a step of its own, to that one. */
static int64_t with_orders(const struct log *log, int64_t settled)
{
	int64_t at = settled + 1;
	while (at < log_count(log) && log_type(log, at) == EVENT_fault && step_of(log, at) == step_of(log, settled))
		at++;
	return at;
}

int64_t model_back(struct model_store *s, int64_t cursor)
{
	const struct log *log = s->ground.log;
	int64_t count = log_count(log);
	for (int64_t i = (cursor <= count ? cursor : count + 1) - 2; i >= 0; i--)
		if (log_type(log, i) == EVENT_settled && with_orders(log, i) < cursor)
			return with_orders(log, i);
	return -1;
}

int64_t model_forward(struct model_store *s, int64_t cursor)
{
	for (int64_t i = cursor > 0 ? cursor : 0; i < log_count(s->ground.log); i++)
		if (log_type(s->ground.log, i) == EVENT_settled)
			return with_orders(s->ground.log, i);
	return -1;
}
