/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When nothing moves any more though programs are left: who sleeps, what could still wake it, and what the learner can do. */
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/show/show.h"
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
	int64_t ms;
	if (!m || !m->settled || m->next >= 0 || m->due.of || !pic->lesson || model_any_in_flight(m) || picture_over(pic) ||
	    picture_reader(pic) || model_sends_again(m, &ms))
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

static const char *what_again(const struct model_sock *k)
{
	const char *state = k->kernel ? k->kernel : "";
	const struct value *fin = value_get(k->info, "send_fin");
	if (!strcmp(state, "SYN_SENT"))
		return "SYN";
	if (!strcmp(state, "SYN_RECV"))
		return "SYN|ACK";
	return k->sendq == 0 && fin && fin->i == 1 ? "FIN" : _("its bytes");
}

/* A kernel will send something again. One sentence for the key line, more for lines of text. */
static void show_again(struct buf *out, const struct picture *pic, const struct model_sock *k, int64_t ms, enum show_manner manner)
{
	const struct model *m = pic->model;
	bool held = model_any_in_flight(m);
	const char *who = k->actor >= 0 && k->actor < m->n_actors ? m->actors[k->actor].name : "?";
	ms -= pic->ui->since / 1000000;
	buf_addf(out, manner == SHOW_WORDS ?
		 held ? _("Packets wait on the cable: pass lets them go. In about %1$d s the %2$.20s's kernel sends %3$s again by itself: "
			  "kernel time goes on.") :
			_("No program can move. But in about %1$d s the %2$.20s's kernel sends %3$s again by itself: kernel time goes on. "
			  "Wait, then press Enter.") :
		 held ? _("P lets the packets go. In about %1$d s the %2$.20s's kernel sends %3$s again.") :
			_("Wait about %1$d s: the %2$.20s's kernel sends %3$s again (kernel time)."),
		 ms < 1000 ? 1 : (int)((ms + 500) / 1000), who, what_again(k));
}

static bool all_sleep(const struct model *m)
{
	for (int i = 0; i < m->n_tasks; i++)
		if (m->tasks[i].status != TASK_ASLEEP && m->tasks[i].status != TASK_ENDED)
			return false;
	return true;
}

static void show_sleepers(struct buf *out, const struct picture *pic)
{
	struct buf gone = BUF_INIT, left = BUF_INIT;
	int ended = list_actors(pic->model, true, &gone);
	list_actors(pic->model, false, &left);
	if (!all_sleep(pic->model))
		buf_adds(out, _("Nothing more can move."));
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

bool show_waiting(struct buf *out, const struct picture *pic, enum show_manner manner)
{
	const struct model_task *reader = picture_reader(pic);
	int64_t ms = 0;
	const struct model_sock *again = pic->ui->replay ? NULL : model_sends_again(pic->model, &ms);
	bool words = manner == SHOW_WORDS;
	if (picture_gone(pic))
		buf_adds(out, _("The stage of the programs is gone: its keeper has ended."));
	else if (reader)
		buf_addf(out, words ? _("The %s waits for a line. Type: input, and after it the line.") :
				      _("The %s waits for a line that you type: press i."), pic->model->actors[reader->actor].name);
	else if (again)
		show_again(out, pic, again, ms, manner);
	else if (model_any_in_flight(pic->model))
		buf_adds(out, words ? _("Packets wait on the cable: pass lets them go.") : _("Packets wait on the cable. P lets them go."));
	else if (pic->model->due.of)
		show_due(out, pic->model);
	else
		show_sleepers(out, pic);
	return !reader && !again && !model_any_in_flight(pic->model);
}
