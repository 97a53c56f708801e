/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same lesson in its other programming language, at the same place: the two share their marks. */
#include <stdio.h>
#include <string.h>

#include "tutor/app/state.h"
#include "tutor/i18n.h"

enum { STEPS_MOST = 500, STEP_MS = 3000 };

/* Where the learner is, in terms that hold for both programs. */
struct spot {
	bool start, over;
	const char *mark;            /* the lesson's; NULL: none */
	char call[PROGRESS_NAME];    /* canonical */
	int actor, nth;
	enum task_status status;
};

static struct spot spot_of(const struct app *app)
{
	const struct model *m = app->pic.model;
	int lane = app->ui.lane;
	struct spot spot = { .start = true };
	if (!m || lane < 0 || lane >= m->n_tasks || m->step == 0)
		return spot;
	const struct model_task *t = &m->tasks[lane];
	spot = (struct spot){ .over = picture_over(&app->pic), .actor = t->actor, .nth = t->call.nth, .status = t->status };
	spot.mark = t->call.file ? lesson_mark_at(app->session->lesson, t->call.file, t->call.line) : NULL;
	snprintf(spot.call, sizeof spot.call, "%s", t->call.canon ? t->call.canon : "");
	return spot;
}

static bool is_same(const struct spot *want, const struct spot *is)
{
	if (want->over || want->status == TASK_ENDED)
		return want->over ? is->over : is->actor == want->actor && is->status == TASK_ENDED;
	return want->mark && is->mark && !strcmp(want->mark, is->mark) && is->actor == want->actor && is->status == want->status &&
	       !strcmp(is->call, want->call) && (want->nth < 2 || is->nth == want->nth);
}

/* One moment by the lesson's turns. False: nothing more moves. */
static bool one_moment(struct app *app)
{
	struct session *s = app->session;
	struct err err;
	if (!s->run)
		return session_forward(s);
	if (!session_can_go(s) || !session_go(s, -1, RUN_MOMENT, &err) || !session_wait(s, STEP_MS))
		return false;
	session_to_end(s);
	return true;
}

/* The moment may be another task's than the one that moved: it woke. */
static bool is_here(struct app *app, const struct spot *want)
{
	for (int lane = 0; app->pic.model && lane < app->pic.model->n_tasks; lane++) {
		app->ui.lane = lane;
		struct spot is = spot_of(app);
		if (is_same(want, &is))
			return true;
	}
	return false;
}

/* From the beginning to the same place. False: it is not met. */
static bool walk_to(struct app *app, const struct spot *want)
{
	struct err err;
	for (int i = 0; i < STEPS_MOST && one_moment(app); i++) {
		app->pic.model = session_model(app->session, &err);
		if (is_here(app, want))
			return true;
	}
	return false;
}

static enum reaction change(struct app *app, enum variant v)
{
	const char *name = v == VARIANT_PYTHON ? "Python" : "C";
	struct spot want = spot_of(app);
	act_restart(app, v);
	if (want.start || !app->session->log || app->session->variant != v || app->stepping)
		return REACT_REDRAW;
	app->stale = true;
	if (walk_to(app, &want)) {
		app_say(app, _("The same place in the %s program."), name);
		return REACT_REDRAW;
	}
	act_restart(app, v);
	app_say(app, _("The %s program has no such place: it starts from its beginning."), name);
	return REACT_REDRAW;
}

enum reaction act_switch_program(struct app *app, const char *arg)
{
	enum variant v = !strcmp(arg, "c") ? VARIANT_C : !strcmp(arg, "python") ? VARIANT_PYTHON :
		app->pic.variant == VARIANT_C ? VARIANT_PYTHON : VARIANT_C;
	const struct lesson *l = app->session->lesson;
	if (app->ui.page == PAGE_MENU) {
		app->pic.variant = v;
		return REACT_REDRAW;
	}
	if (!l || (!app->session->run && !app->session->recorded)) {
		app_say(app, _("only a lesson has another program"));
		return REACT_REDRAW;
	}
	if (l->n_programs && !l->programs[0].source[v]) {
		app_say(app, _("this lesson has no such program"));
		return REACT_REDRAW;
	}
	return v == app->session->variant ? REACT_REDRAW : change(app, v);
}
