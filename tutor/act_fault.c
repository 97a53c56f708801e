/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What if: something happens to the call that is held. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/app_state.h"
#include "tutor/fault_order.h"
#include "tutor/i18n.h"

static bool can_have_one(struct app *app)
{
	const struct model *m = app->pic.model;
	const struct ui *ui = &app->ui;
	if (!act_on_run(app) || !m || !app->session->run || ui->history || ui->lane < 0 || ui->lane >= m->n_tasks)
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

enum reaction act_fault(struct app *app, const char *words)
{
	struct run_fault_order o;
	struct buf why = BUF_INIT;
	enum reaction reaction = REACT_REDRAW;
	if (!can_have_one(app))
		return REACT_REDRAW;
	if (fault_parse(app->session, app->pic.model, app->ui.lane, words, &o, &why))
		reaction = give(app, &o);
	else
		app_say(app, "%s", why.data);
	buf_release(&why);
	return reaction;
}
