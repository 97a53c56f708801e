/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/orders.h"

#include <string.h>

#include "tutor/learn/scene.h"

static const char *mark_of(const struct lesson *lesson, const struct model_call *call)
{
	return call && call->file ? lesson_mark_at(lesson, call->file, call->line) : NULL;
}

bool orders_after(const struct lesson *lesson, const struct model *m, int lane)
{
	for (int i = 0; i < m->n_tasks; i++) {
		const struct model_task *t = &m->tasks[i];
		bool in_call = t->status == TASK_BEFORE || t->status == TASK_ASLEEP;
		const char *mark = in_call && (lane < 0 || lane == i) ? mark_of(lesson, &t->call) : NULL;
		for (int k = 0; mark && k < lesson->n_marks; k++)
			for (int e = 0; !strcmp(lesson->marks[k].name, mark) && e < lesson->marks[k].n; e++) {
				const struct mark_entry *x = &lesson->marks[k].entries[e];
				if (x->n_wire && x->when.moment == MOMENT_AFTER)
					return true;
			}
	}
	return false;
}

/* The first one that fits: what comes after it is for other moments. */
static const struct mark_entry *first_that_fits(const struct mark_texts *m, const struct scene *s)
{
	for (int k = 0; k < m->n; k++)
		if (scene_fits(s, &m->entries[k].when))
			return &m->entries[k];
	return NULL;
}

const struct mark_entry *orders_entry(const struct lesson *lesson, const struct model *m, int lane)
{
	struct scene s;
	const char *mark = scene_init(&s, m, lane) ? mark_of(lesson, s.call) : NULL;
	for (int i = 0; mark && i < lesson->n_marks; i++)
		if (!strcmp(lesson->marks[i].name, mark))
			return first_that_fits(&lesson->marks[i], &s);
	return NULL;
}

int orders_now(const struct lesson *lesson, const struct model *m, struct moment_orders *out, int most)
{
	int n = 0;
	for (int lane = 0; lane < m->n_tasks && n < most; lane++) {
		const struct mark_entry *e = orders_entry(lesson, m, lane);
		if (e && (e->n_wire || e->fault))
			out[n++] = (struct moment_orders){ e, lane, m->tasks[lane].call.nth, e->wire, e->n_wire, e->fault };
	}
	return n;
}
