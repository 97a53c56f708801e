/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/step.h"

#include <stdlib.h>

#include "engine/base/buf.h"

struct step_event {
	int64_t place;     /* enum place, or a lane */
	int seen;          /* order within its place */
	struct event e;
};

enum { EVENTS_MOST = 4096 };

enum place { PLACE_MOVER = -3, PLACE_WIRE, PLACE_OF_NONE, PLACE_OUTPUT = 1 << 30 };

void step_init(struct step *s)
{
	*s = (struct step){ 0 };
	arena_init(&s->arena);
}

void step_release(struct step *s)
{
	free(s->events);
	arena_release(&s->arena);
	step_init(s);
}

static const char *keep_text(struct arena *a, const char *s)
{
	return s ? arena_strdup(a, s) : NULL;
}

static const struct value *keep_value(struct arena *a, const struct value *v)
{
	return v ? value_copy(a, v) : NULL;
}

/* Everything the copy points to moves into the arena. */
static void keep(struct event *e, struct arena *a)
{
	switch (e->type) {
#define EVENT(name, class, doc) case EVENT_##name:
#define STR(name, field, doc) e->name.field = keep_text(a, e->name.field);
#define VAL(name, field, doc) e->name.field = keep_value(a, e->name.field);
#define END(name) break;
#include "engine/log/event.def"
	case EVENT_TYPES:
		break;
	}
}

void step_add(struct step *s, const struct event *e)
{
	if (s->n == s->size) {
		s->size = s->size ? s->size * 2 : 32;
		s->events = xrealloc(s->events, (size_t)s->size * sizeof *s->events);
	}
	struct step_event *new = &s->events[s->n];
	*new = (struct step_event){ .e = *e, .seen = s->n };
	keep(&new->e, &s->arena);
	s->n++;
}

bool step_is_full(const struct step *s)
{
	return s->n >= EVENTS_MOST;
}

static int by_place(const void *a, const void *b)
{
	const struct step_event *x = a, *y = b;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->seen - y->seen;
}

static int64_t place_of(const struct event *e, int mover)
{
	if (e->type == EVENT_output)
		return PLACE_OUTPUT + e->actor;
	if (e->type == EVENT_packet || e->type == EVENT_fate)
		return PLACE_WIRE;
	if (e->lane < 0)
		return PLACE_OF_NONE;
	return e->lane == mover ? PLACE_MOVER : e->lane;
}

bool step_flush(struct step *s, struct log *log, int mover, struct err *err)
{
	bool ok = true;
	for (int i = 0; i < s->n; i++) {
		struct step_event *ev = &s->events[i];
		ev->place = place_of(&ev->e, mover);
	}
	if (s->n)
		qsort(s->events, (size_t)s->n, sizeof *s->events, by_place);
	for (int i = 0; i < s->n && ok; i++)
		ok = log_append(log, &s->events[i].e, err);
	s->n = 0;
	arena_clear(&s->arena);
	return ok;
}
