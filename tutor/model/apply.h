/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between the files of the reducer: one event while it is applied, and one function
 * an event type. Logs may come from anywhere, so numbers are checked before they
 * index anything; a log that contradicts itself is bad, not guessed at.
 */
#ifndef TUTOR_MODEL_APPLY_H
#define TUTOR_MODEL_APPLY_H

#include "tutor/model/fold.h"

struct apply {
	struct fold *f;
	struct fold_ground *g;
	const struct event *e;
	const char *why;     /* what is wrong with the event */
};

/* False: the log is bad, x->why says how. */
#define EVENT(name, class, doc) bool apply_##name(struct apply *x);
#include "engine/log/event.def"

static inline bool wrong(struct apply *x, const char *why)
{
	x->why = why;
	return false;
}

static inline bool fits_int(int64_t i)
{
	return i >= INT32_MIN && i <= INT32_MAX;
}

/* The task the event is about; NULL: no such task. */
static inline struct fold_task *task_of(const struct apply *x)
{
	int64_t lane = x->e->lane;
	return lane >= 0 && lane < x->f->m.n_tasks ? &x->f->tasks[lane] : NULL;
}

/* call.c: how often calls were made from which line is counted anew. */
void fold_forget_sites(struct fold_task *t);
/* socket.c: a process has no descriptors any more. */
void fold_close_all(struct model *m, int64_t pid);

#endif
