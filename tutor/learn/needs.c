/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/learn/needs.h"

#include "engine/base/text.h"
#include "tutor/learn/orders.h"

const struct need *needs_now(const struct lesson *lesson, const struct model *m, int lane)
{
	bool held = lesson->has_needs && lane >= 0 && lane < m->n_tasks && m->tasks[lane].status == TASK_BEFORE;
	const struct mark_entry *e = held ? orders_entry(lesson, m, lane) : NULL;
	return e && e->need.state ? &e->need : NULL;
}

bool needs_met(const struct need *need, const struct model *m)
{
	for (int i = 0; i < m->n_socks; i++) {
		const struct model_sock *k = &m->socks[i];
		if (!k->gone && k->actor == need->program && text_is(k->kernel, need->state))
			return true;
	}
	return false;
}

static bool was_ended(const struct need *need, const struct model *m, const struct model_sock *k)
{
	const struct model_state *last = k->past >= 0 ? &m->states[k->past] : NULL;
	return last && last->before >= 0 && text_is(last->why, "timer") && text_is(m->states[last->before].state, need->state) &&
	       k->actor == need->program;
}

bool needs_over(const struct need *need, const struct model *m)
{
	for (int i = 0; i < m->n_socks; i++)
		if (was_ended(need, m, &m->socks[i]))
			return !needs_met(need, m);
	return false;
}
