/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a fold to what views may read. Of the whole log only what stands at this
 * cursor is parsed: the arguments of each task's call, the details of each socket.
 */
#include <stdlib.h>

#include "tutor/model/fold.h"

void shown_release(struct shown *s)
{
	arena_release(&s->arena);
	free(s->of);
	free(s->info);
	*s = (struct shown){ .of = NULL };
	arena_init(&s->arena);
}

/* Room for every lane; what is old is thrown away when it has become much. */
static void shown_prepare(struct shown *s, int lanes, int socks)
{
	if (s->parsed > 4 * (lanes + socks) + 1000)
		shown_release(s);
	if (s->n_info < socks) {
		s->info = xrealloc(s->info, (size_t)socks * sizeof *s->info);
		for (; s->n_info < socks; s->n_info++)
			s->info[s->n_info] = (struct shown_info){ -1, 0, NULL };
	}
	if (s->n >= lanes)
		return;
	s->of = xrealloc(s->of, (size_t)lanes * sizeof *s->of);
	for (; s->n < lanes; s->n++)
		s->of[s->n] = (struct shown_call){ .args_in = -1, .retv_in = -1 };
}

static bool parse_call(const struct fold_ground *g, const struct fold_call *c, struct shown_call *out, struct shown *shown,
		       struct err *err)
{
	struct event e;
	*out = (struct shown_call){ .args_in = -1, .retv_in = -1 };
	shown->parsed++;
	if (c->args >= 0) {
		if (!log_get(g->log, c->args, &e, &shown->arena, err))
			return false;
		out->args = e.type == EVENT_before ? e.before.args : e.after.args;
	}
	if (c->retv >= 0) {
		if (c->retv != c->args && !log_get(g->log, c->retv, &e, &shown->arena, err))
			return false;
		out->retv = e.after.retv;
	}
	out->args_in = c->args;
	out->retv_in = c->retv;
	return true;
}

static bool show_call(const struct fold_ground *g, const struct fold_call *c, struct model_call *out, struct shown *shown,
		      int lane, struct err *err)
{
	struct shown_call *was = &shown->of[lane];
	if ((was->args_in != c->args || was->retv_in != c->retv) && !parse_call(g, c, was, shown, err))
		return false;
	*out = c->call;
	out->args = was->args;
	out->retv = was->retv;
	return true;
}

static bool show_info(const struct fold *f, const struct fold_ground *g, struct shown *shown, int i, struct err *err)
{
	struct shown_info *was = &shown->info[i];
	struct event e;
	if (was->in != f->info[i]) {
		*was = (struct shown_info){ -1, 0, NULL };
		shown->parsed++;
		if (f->info[i] >= 0 && !log_get(g->log, f->info[i], &e, &shown->arena, err))
			return false;
		if (f->info[i] >= 0)
			*was = (struct shown_info){ f->info[i], e.t, e.socket.info };
	}
	f->m.socks[i].info = was->info;
	f->m.socks[i].info_t = was->t;
	return true;
}

bool fold_finish(struct fold *f, const struct fold_ground *g, bool show_all, struct shown *shown, struct err *err)
{
	f->m.show_all = show_all;
	f->m.packets = g->packets;
	f->m.fates = g->fates;
	f->m.states = g->states;
	shown_prepare(shown, f->m.n_tasks, f->m.n_socks);
	for (int i = 0; i < f->m.n_socks; i++)
		if (!show_info(f, g, shown, i, err))
			return false;
	for (int lane = 0; lane < f->m.n_tasks; lane++) {
		struct model_task *t = &f->m.tasks[lane];
		const struct fold_call *c = &f->tasks[lane].of[show_all ? OF_ALL : OF_STEPS];
		t->status = c->status;
		if (f->tasks[lane].signal_step != f->at_step)
			t->last_signal = NULL;
		if (!show_call(g, c, &t->call, shown, lane, err))
			return false;
	}
	return true;
}
