/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/orders.h"

#include <string.h>

#include "tutor/learn/scene.h"

static int orders_of(const struct lesson *lesson, const struct scene *s, int lane, struct moment_orders *out, int most)
{
	const char *mark = s->call && s->call->file ? lesson_mark_at(lesson, s->call->file, s->call->line) : NULL;
	int n = 0;
	for (int i = 0; mark && i < lesson->n_marks; i++) {
		const struct mark_texts *m = &lesson->marks[i];
		for (int k = 0; !strcmp(m->name, mark) && k < m->n && n < most; k++) {
			const struct mark_entry *e = &m->entries[k];
			if ((e->n_wire || e->fault) && scene_fits(s, &e->when))
				out[n++] = (struct moment_orders){ e, lane, s->call->nth, e->wire, e->n_wire, e->fault };
		}
	}
	return n;
}

int orders_now(const struct lesson *lesson, const struct model *m, struct moment_orders *out, int most)
{
	struct scene s;
	int n = 0;
	for (int lane = 0; lane < m->n_tasks && n < most; lane++)
		if (scene_init(&s, m, lane))
			n += orders_of(lesson, &s, lane, out + n, most - n);
	return n;
}
