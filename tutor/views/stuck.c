/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When nothing moves any more though programs are left: who sleeps, and what could still wake it. */
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/views/show.h"
#include "tutor/views/views.h"

enum { DEPTH = 4, NAMES = 160 };

/* Is descriptor 0 among what a call waits for? */
static bool has_input(const struct value *v, int depth)
{
	v = value_now(v);
	if (!v || depth > DEPTH)
		return false;
	if (v->kind == VALUE_FD)
		return v->i == 0;
	for (unsigned i = 0; (v->kind == VALUE_LIST || v->kind == VALUE_STRUCT) && i < v->n; i++)
		if (has_input(v->item[i], depth + 1))
			return true;
	return false;
}

static bool is_socket(const struct model *m, int64_t pid, int fd)
{
	for (int i = 0; i < m->n_fds; i++)
		if (m->fds[i].pid == pid && m->fds[i].fd == fd)
			return m->fds[i].sock >= 1;
	return false;
}

static bool reads_terminal(const struct model *m, const struct model_task *t)
{
	const char *on = t->status == TASK_ASLEEP ? t->call.asleep_on : NULL;
	if (!on || is_socket(m, t->pid, 0) || (strcmp(on, "data") && strcmp(on, "event")))
		return false;
	return t->call.asleep_fd == 0 || has_input(t->call.args, 0);
}

const struct model_task *picture_reader(const struct picture *pic)
{
	const struct model *m = pic->model;
	for (int i = 0; m && i < m->n_tasks; i++)
		if (reads_terminal(m, &m->tasks[i]))
			return &m->tasks[i];
	return NULL;
}

/* A limit of time was given to the call. */
static bool has_timeout(const struct model_call *c)
{
	const struct value *v = value_now(value_get(c->args, "timeout"));
	if (!v)
		return false;
	return v->kind == VALUE_STRUCT || (v->kind == VALUE_INT && v->i >= 0) || (v->kind == VALUE_PTR && v->u);
}

/* Sleeps, and only another program can wake it. */
static bool needs_another(const struct model_task *t)
{
	static const char *const on[] = { "client", "data", "space", "event", "lock", "child" };
	for (size_t i = 0; t->status == TASK_ASLEEP && t->call.asleep_on && i < sizeof on / sizeof *on; i++)
		if (!strcmp(on[i], t->call.asleep_on))
			return !has_timeout(&t->call);
	return false;
}

bool picture_stuck(const struct picture *pic)
{
	const struct model *m = pic->model;
	bool left = false;
	if (!m || !m->settled || m->next >= 0 || m->due.of || !pic->lesson || model_any_in_flight(m) || picture_over(pic) ||
	    picture_reader(pic))
		return false;
	for (int i = 0; i < m->n_tasks; i++) {
		if (m->tasks[i].status == TASK_ENDED)
			continue;
		if (!needs_another(&m->tasks[i]))
			return false;
		left = true;
	}
	return left;
}

static bool has_ended(const struct model *m, int actor)
{
	for (int i = 0; i < m->n_tasks; i++)
		if (m->tasks[i].actor == actor && m->tasks[i].status != TASK_ENDED)
			return false;
	return true;
}

static int list_actors(const struct model *m, bool ended, struct buf *out)
{
	int n = 0;
	for (int i = 0; i < m->n_actors && out->len < NAMES; i++)
		if (has_ended(m, i) == ended)
			buf_addf(out, "%s%s", n++ ? _(", ") : "", m->actors[i].name ? m->actors[i].name : "?");
	return n;
}

void show_waiting(struct buf *out, const struct picture *pic)
{
	const struct model_task *reader = picture_reader(pic);
	struct buf gone = BUF_INIT, left = BUF_INIT;
	int ended = list_actors(pic->model, true, &gone);
	list_actors(pic->model, false, &left);
	if (reader)
		buf_addf(out, _("The %s waits for a line that you type: press i."), pic->model->actors[reader->actor].name);
	else if (model_any_in_flight(pic->model))
		buf_adds(out, _("Packets wait on the cable. P lets them go."));
	else if (pic->model->due.of)
		show_due(out, pic->model);
	else if (!picture_stuck(pic))
		buf_adds(out, _("Every program is asleep. Time, or something from outside, can wake one."));
	else if (ended)
		buf_addf(out, ngettext("The %s has ended. Nothing can wake the %s now.", "The %s have ended. Nothing can wake the %s now.",
			(unsigned long)ended), gone.data, left.data);
	else
		buf_adds(out, _("Every program is asleep, and none of them can wake another."));
	buf_release(&gone);
	buf_release(&left);
}
