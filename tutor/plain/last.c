/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the programs have a time of their own, the run knows every timer. Where time
 * is real, the log does: the limit that a call was given, and the timers that were set.
 */
#include "tutor/plain/last.h"

#include "engine/base/text.h"
#include "tutor/learn/cause.h"
#include "tutor/learn/scene.h"

static const int64_t SECOND_NS = 1000000000, LATE_NS = 2000000;

/* The only program with tasks left; -1: there are several, or it sleeps for a time. */
static int last_left(const struct model *m)
{
	int last = -1;
	for (int i = 0; i < m->n_tasks; i++) {
		const struct model_task *t = &m->tasks[i];
		if (t->status == TASK_ENDED)
			continue;
		if ((t->status == TASK_ASLEEP && text_is(t->call.asleep_on, "time")) || (last >= 0 && last != t->actor))
			return -1;
		last = t->actor;
	}
	return last;
}

static int64_t whole(const struct value *v)
{
	v = v ? value_now(v) : NULL;
	return !v ? 0 : v->kind == VALUE_INT ? v->i : v->kind == VALUE_UINT && v->u <= INT32_MAX ? (int64_t)v->u : 0;
}

/* A timeval or a timespec, in nanoseconds; years are as good as for ever. */
static int64_t time_of(const struct value *v)
{
	int64_t s = whole(value_get(v, "tv_sec"));
	return (s > INT32_MAX ? INT32_MAX : s) * SECOND_NS + whole(value_get(v, "tv_usec")) * 1000 + whole(value_get(v, "tv_nsec"));
}

/* When the timer that a call set runs out, in nanoseconds since the run began; 0: it set none, or switched it off. */
static int64_t runs_out(const struct event *e)
{
	const struct value *v = e->after.args ? value_now(value_get(e->after.args, "new_value")) : NULL;
	int64_t seconds = text_is(e->after.canon, "alarm") ? whole(value_get(e->after.args, "seconds")) : 0;
	int64_t first = v ? time_of(value_get(v, "it_value")) : seconds > INT32_MAX ? 0 : seconds * SECOND_NS;
	if (!first)
		return 0;
	return v && time_of(value_get(v, "it_interval")) ? INT64_MAX : e->t + first;
}

/* Of this kind the newest call counts: alarm(0) switches off what was set before. SIGALRM tells that it has run out. */
static bool is_set(struct past *past, const char *kind, int actor, int64_t now)
{
	bool rang = false;
	const struct deed *d;
	for (int i = 0; (d = past_deed(past, i)); i++) {
		if (d->e->actor != actor)
			continue;
		rang |= d->e->type == EVENT_signal && text_is(d->e->signal.name, "SIGALRM");
		if (!deed_call(d, kind, -1) || d->e->after.err)
			continue;
		int64_t end = runs_out(d->e);   /* a little late, as the log knows of the call when it is over */
		return end == INT64_MAX || (!rang && end > now + LATE_NS);
	}
	return false;
}

static bool has_timer(const struct session *s, const struct model *m, int actor)
{
	struct run_timer timer;
	struct past past;
	if (run_timer(s->run, &timer))
		return true;
	past_init(&past, m);
	bool has = is_set(&past, "alarm", actor, m->t) || is_set(&past, "setitimer", actor, m->t) ||
		   is_set(&past, "timerfd_settime", actor, m->t);
	for (int i = 0; i < m->n_tasks && !has; i++) {
		struct scene scene;
		if (m->tasks[i].status != TASK_ASLEEP || !scene_init(&scene, m, i))
			continue;
		scene.past = &past;
		has = cause_time_limit(&scene) > 0;
	}
	past_release(&past);
	return has;
}

/* FNV-1a of the places of all its tasks; never 0. */
static uint64_t place_of(const struct model *m)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (int i = 0; i < m->n_tasks; i++) {
		if (m->tasks[i].status == TASK_ENDED)
			continue;
		const struct model_call *c = &m->tasks[i].call;
		h = (h ^ (uint64_t)i) * UINT64_C(0x100000001b3);
		h = (h ^ (uint64_t)c->line) * UINT64_C(0x100000001b3);
		for (const char *name = c->canon; name && *name; name++)
			h = (h ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	}
	return h | 1;
}

int last_in_vain(struct last *l, struct session *s, const struct model *m)
{
	int last = m->n_actors > 1 ? last_left(m) : -1;
	if (last < 0 || !has_timer(s, m, last))
		return last;
	uint64_t where = place_of(m);
	l->rounds = where == l->where ? l->rounds + 1 : 1;
	l->where = where;
	return l->rounds > LAST_ROUNDS ? last : -1;
}
