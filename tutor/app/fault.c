/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What if: something happens to the call that is held. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/app/state.h"
#include "tutor/fault_order.h"
#include "tutor/i18n.h"

static bool can_have_one(struct app *app)
{
	const struct model *m = app->pic.model;
	const struct ui *ui = &app->ui;
	if (act_on_run(app) && app->session->run && ui->history)
		app_say(app, _("You are looking back. Press . first: only a held call can meet a fault."));
	else if (!act_on_run(app) || !m || !app->session->run || ui->history || ui->lane < 0 || ui->lane >= m->n_tasks)
		app_say(app, _("Nothing is held here."));
	else if (app->stepping)
		app_say(app, _("the last step is not over yet"));
	else if (m->tasks[ui->lane].status != TASK_BEFORE)
		app_say(app, _("Only a call that has not been made yet can meet a fault."));
	else
		return true;
	return false;
}

/* The card stays with the call, though somebody else may have moved. */
static void stay(struct app *app, int lane)
{
	app->chosen = lane;
	app->stay = lane;
}

static enum reaction give(struct app *app, const struct run_fault_order *o)
{
	struct session *s = app->session;
	struct err err;
	int lane = app->ui.lane;
	if (!session_fault(s, lane, o, &err)) {
		app_say_error(app, &err);
		return REACT_REDRAW;
	}
	stay(app, lane);
	app->stepping = true;
	session_wait(s, QUICK_MS);
	return app_after_pump(app);
}

const char *const *act_fault_names(const struct app *app)
{
	enum { MOST = 80 };
	static const char *names[MOST + FAULT_KINDS + 1];
	int n = 0, offers = 0;
	const struct model *m = app->pic.model;
	struct fault_offer *all = m && app->ui.lane >= 0 ? fault_offers(app->session, m, app->ui.lane, &offers) : NULL;
	for (int kind = FAULT_SHORT; kind < FAULT_KINDS; kind++)
		names[n++] = fault_name((enum fault_kind)kind);
	for (int i = 0; i < offers && n < MOST; i++)
		if (all[i].order.kind == FAULT_ERRNO || all[i].order.kind == FAULT_EINTR)
			names[n++] = all[i].order.name;
	names[n] = NULL;
	free(all);
	return names;
}

static enum reaction open_list(struct app *app)
{
	free(app->faults);
	app->faults = fault_offers(app->session, app->pic.model, app->ui.lane, &app->pic.n_faults);
	app->pic.faults = app->faults;
	app->ui.fault = 0;
	app->ui.overlay = OVERLAY_FAULTS;
	return REACT_REDRAW;
}

static void close_list(struct app *app)
{
	app->ui.overlay = OVERLAY_NONE;
	app->pic.faults = NULL;
	app->pic.n_faults = 0;
	free(app->faults);
	app->faults = NULL;
}

static enum fault_kind kind_at(const struct app *app, int i)
{
	enum fault_kind kind = app->faults[i].order.kind;
	return kind == FAULT_EINTR ? FAULT_ERRNO : kind;
}

/* To the first of the next or previous kind, round and round. */
static enum reaction choose_kind(struct app *app, int by)
{
	int n = app->pic.n_faults, at = app->ui.fault;
	if (at >= n)
		return REACT_NONE;
	enum fault_kind from = kind_at(app, at);
	while (at >= 0 && at < n && kind_at(app, at) == from)
		at += by;
	at = (at + n) % n;
	while (at > 0 && kind_at(app, at - 1) == kind_at(app, at))
		at--;
	app->ui.fault = at;
	return REACT_REDRAW;
}

enum reaction act_fault_key(struct app *app, enum command c)
{
	struct run_fault_order o;
	switch (c) {
	case COMMAND_UP: case COMMAND_DOWN: case COMMAND_PAGE_UP: case COMMAND_PAGE_DOWN:
	case COMMAND_LANG: case COMMAND_REDRAW:
		return app_command(app, c, "");
	case COMMAND_FORWARD: case COMMAND_SIDE:
		return choose_kind(app, 1);
	case COMMAND_BACK:
		return choose_kind(app, -1);
	case COMMAND_NEXT: case COMMAND_CALL:
		if (app->ui.fault >= app->pic.n_faults)
			return REACT_NONE;
		o = app->faults[app->ui.fault].order;
		close_list(app);
		return give(app, &o);
	case COMMAND_CANCEL: case COMMAND_QUIT: case COMMAND_FAULT:
		close_list(app);
		return REACT_REDRAW;
	default:
		return REACT_NONE;
	}
}

static const char *why_not(const struct app *app, const char *words, struct buf *why)
{
	struct run_fault_order o;
	buf_clear(why);
	return fault_parse(app->session, app->pic.model, app->ui.lane, words, &o, why) ? "" : why->data;
}

enum reaction act_fault(struct app *app, const char *words)
{
	struct run_fault_order o;
	struct buf why = BUF_INIT;
	enum reaction reaction = REACT_REDRAW;
	if (!can_have_one(app))
		return REACT_REDRAW;
	if (!*words)
		return open_list(app);
	if (fault_parse(app->session, app->pic.model, app->ui.lane, words, &o, &why))
		reaction = give(app, &o);
	else
		app_say(app, "%s", why_not(app, words, &why));
	buf_release(&why);
	return reaction;
}
