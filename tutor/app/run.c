/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that move the run, or start one. Nothing here draws. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/app/state.h"
#include "tutor/i18n.h"
#include "tutor/rerun.h"
#include "tutor/show/show.h"
#include "tutor/views/views.h"

enum { START_MS = 3000 };

bool act_on_run(const struct app *app)
{
	return app->ui.page == PAGE_RUN && app->pic.model;
}

/* Another moment is shown. */
enum reaction act_moved(struct app *app, bool moved)
{
	if (!moved) {
		app_say(app, app->session->run ? _("there is no step further") : _("the recording has no step further"));
		return REACT_REDRAW;
	}
	app->ui.lane = -1;
	app->ui.scroll_card = app->ui.scroll_pane = app->ui.packet = 0;
	app->stale = true;
	return REACT_REDRAW;
}

/* Another program's turn: a moment of it that was not on the card yet is read before it moves. */
static bool look_first(struct app *app)
{
	if (!app->ui.look)
		return false;
	app->ui.lane = app->ui.target;
	app->ui.scroll_card = app->ui.scroll_pane = 0;
	app->stale = true;
	return true;
}

static const char *waiting(const struct app *app, struct buf *b)
{
	buf_clear(b);
	if (show_waiting(b, &app->pic, SHOW_KEYS))
		buf_adds(b, _(" R: start again."));
	return b->data;
}

void act_say_waiting(struct app *app)
{
	struct buf b = BUF_INIT;
	app_say(app, "%s", waiting(app, &b));
	buf_release(&b);
	app->said_waiting = true;
}

static enum reaction over(struct app *app)
{
	const struct lesson *l = app->session->lesson;
	if (picture_over(&app->pic) && l && l->n_questions)
		return app_command(app, COMMAND_QUESTIONS, "");
	if (picture_over(&app->pic))
		app_say(app, _("All programs have ended. R: start again. m: the lessons."));
	else
		act_say_waiting(app);
	return REACT_REDRAW;
}

/* The kernel's clock has ended what the next call is to meet. True: the call is held again, and the learner steps on himself. */
static bool had_to_run_again(struct app *app)
{
	const struct need *need = again_needed(app->session, app->ui.target);
	app->stale = true;
	if (need)
		act_again(app, need);
	return need && (app->ui.play != PLAY_ON || !session_can_go(app->session));
}

enum reaction act_go(struct app *app, enum run_how how)
{
	struct session *s = app->session;
	struct err err;
	if (!s->run || app->ui.history) {
		if (!s->run && how == RUN_MOMENT && look_first(app))
			return REACT_REDRAW;
		if (!s->run && session_at_end(s))
			return over(app);
		return act_moved(app, session_forward(s));
	}
	if (app->stepping) {
		app_say(app, _("the last step is not over yet"));
		return REACT_REDRAW;
	}
	if (app->ui.target < 0 && !session_can_go(s))
		return over(app);
	if (how == RUN_MOMENT && app->ui.target >= 0 && look_first(app))
		return REACT_REDRAW;
	if (had_to_run_again(app))
		return REACT_REDRAW;
	if (!session_go(s, app->ui.target, how, &err)) {
		app_say_error(app, &err);
		return REACT_REDRAW;
	}
	app->stepping = true;
	session_wait(s, QUICK_MS);
	return app_after_pump(app);
}

enum reaction act_first(struct app *app)
{
	app->session->cursor = 0;
	return act_moved(app, session_forward(app->session));
}

enum reaction act_step(struct app *app, const char *number)
{
	struct session *s = app->session;
	struct err err;
	char *end;
	long step = strtol(number, &end, 10);
	int64_t was = s->cursor;
	if (!act_on_run(app))
		return REACT_NONE;
	if (!*number)
		return act_prompt(app, ASK_STEP);
	s->cursor = 0;
	while (!*end && session_forward(s)) {
		const struct model *m = session_model(s, &err);
		if (m && m->step == step)
			return act_moved(app, true);
	}
	s->cursor = was;
	app->stale = true;
	app_say(app, _("there is no step %s; the last one is %d"), number, app->ui.last_step);
	return REACT_REDRAW;
}

/* Only a run whose log is kept can be gone through again. */
static bool is_kept(const struct app *app)
{
	return app->options->progress && !app->options->log_path;
}

void act_save_place(struct app *app)
{
	const struct session *s = app->session;
	const struct model *m = app->pic.model;
	if (!s->lesson || !s->run || !m || picture_gone(&app->pic) || app->ui.history || app->ui.lane < 0 || app->ui.lane >= m->n_tasks)
		return;
	struct place p = { .variant = s->variant, .step = m->step, .done = picture_over(&app->pic), .lane = app->ui.lane };
	snprintf(p.lesson, sizeof p.lesson, "%s", s->lesson->id);
	if (p.done || !is_kept(app))
		p.step = 0;
	progress_set(&app->progress, &p);
}

void act_tell_loss(struct app *app)
{
	const struct session *s = app->session;
	const struct err *lost = session_log_lost(s);
	if (!s->run || lost->id == ERR_NONE || app->told_loss)
		return;
	app->told_loss = true;
	if (s->log_need == LOG_ASKED) {
		app_say(app, _("No log is written now: %s. The run goes on."), strerror(lost->sys));
		return;
	}
	app_say(app, _("This run is not kept: %s. It goes on all the same."), strerror(lost->sys));
	if (s->lesson && s->unkept.id == ERR_NONE)
		rerun_forget(s->lesson, s->variant);
}

void act_save_solved(struct app *app, int question)
{
	const struct session *s = app->session;
	const struct place *was = s->lesson ? progress_find(&app->progress, s->lesson->id) : NULL;
	struct place p = was ? *was : (struct place){ .variant = s->variant, .lane = -1 };
	if (!s->lesson || question >= 32)
		return;
	snprintf(p.lesson, sizeof p.lesson, "%s", s->lesson->id);
	p.solved |= 1u << question;
	progress_set(&app->progress, &p);
}

static void reset_ui(struct app *app)
{
	struct ui *ui = &app->ui;
	passed_forget(&app->passed);
	ui->page = PAGE_RUN;
	ui->overlay = OVERLAY_NONE;
	ui->lane = ui->target = ui->answer = -1;
	ui->scroll_card = ui->scroll_pane = ui->packet = 0;
	ui->history = false;
	app->chosen = -1;
	app->stepping = app->told_loss = false;
	*app->until = '\0';
	app->stale = true;
}

/* A session was opened, or could not be. */
static bool opened(struct app *app, bool ok, const struct err *err)
{
	if (ok) {
		app_begin(app);
		return true;
	}
	session_release(app->session, "quit");
	app->ui.page = PAGE_MENU;
	app_say_error(app, err);
	return false;
}

static void let_go(struct app *app)
{
	sources_release(&app->sources);
	app->pic.model = NULL;
}

static const char *log_for(const struct app *app, const struct lesson *lesson, enum variant variant, struct buf *path)
{
	return is_kept(app) ? rerun_keep(lesson, variant, path) : app->options->log_path;
}

static bool start(struct app *app, const struct lesson *lesson, enum variant variant, const char *why)
{
	struct buf path = BUF_INIT;
	struct err err;
	let_go(app);
	session_release(app->session, why);
	bool ok = opened(app, session_lesson(app->session, lesson, variant, log_for(app, lesson, variant, &path), &err), &err);
	buf_release(&path);
	return ok;
}

static void begin_replay(struct app *app)
{
	struct session *s = app->session;
	struct err err;
	if (s->cursor == 0)
		session_forward(s);
	int64_t at = s->cursor;
	session_to_end(s);
	const struct model *m = session_model(s, &err);
	app->ui.last_step = m ? m->step : 0;
	s->cursor = at;
}

/* What a learner must know to trust what follows. */
static void tell_limits(struct app *app)
{
	const struct session *s = app->session;
	struct buf why = BUF_INIT;
	if (s->recorded) {
		app_say(app, _("This is a recording. %s"), app_sentence(&s->why, &why));
	} else if ((s->lesson || s->watch & WATCH_HOSTS) && s->run && app->pic.model && show_missing(app->pic.model, 0)) {
		app_say(app, "%s", show_missing(app->pic.model, 0));
	} else if (s->torn) {
		app_say(app, _("The last line of this log was broken off. It is left out."));
	}
	buf_release(&why);
}

void app_begin(struct app *app)
{
	struct session *s = app->session;
	if (!s->log)
		return;
	reset_ui(app);
	act_auto_begin(app);
	if (s->run) {
		app->stepping = !session_wait(s, START_MS);
		session_to_end(s);
	} else {
		begin_replay(app);
	}
	app_refresh(app);
	tell_limits(app);
	if (!app->ui.message)
		act_tell_loss(app);
}

static void go_where_you_were(struct app *app, const struct lesson *lesson, const struct place *was)
{
	struct buf old = BUF_INIT;
	int step = was->step;
	switch (session_rerun_file(app->session, rerun_old_path(lesson, was->variant, &old), &step)) {
	case RERUN_THERE:
		app->ui.lane = was->lane;
		app_say(app, _("You were here. R starts the lesson from its beginning."));
		break;
	case RERUN_OTHER_WAY:
		if (start(app, lesson, was->variant, "restart"))
			app_say(app, _("At step %d this run went another way than yours did. The lesson starts from its beginning."), step);
		break;
	case RERUN_NO_LOG:
		app_say(app, _("Your last run is not kept any more. The lesson starts from its beginning."));
		break;
	}
	buf_release(&old);
	app->stale = true;
}

enum reaction act_open(struct app *app, const struct lesson *lesson, bool resume)
{
	const struct place *p = progress_find(&app->progress, lesson->id);
	const struct place was = p && resume ? *p : (struct place){ .step = 0 };
	enum variant variant = was.step > 0 ? was.variant : app->pic.variant;
	if (start(app, lesson, variant, "quit") && was.step > 0 && app->session->run && !app->stepping)
		go_where_you_were(app, lesson, &was);
	return REACT_REDRAW;
}

/* A new run to the same step, and the learner as he was. */
static void go_there_again(struct app *app, struct again *a)
{
	const struct ui was = app->ui;
	const struct session *s = app->session;
	int chosen = app->chosen;
	struct buf path = BUF_INIT, words = BUF_INIT;
	struct err err;
	let_go(app);
	if (opened(app, again_run(app->session, log_for(app, s->lesson, s->variant, &path), a, &err), &err)) {
		app->ui.play = was.play;
		app->ui.pause = was.pause;
		if (s->run && run_can_go(s->run, chosen))
			app->ui.lane = app->chosen = chosen;
		app_refresh(app);
		app_say(app, "%s", again_words(a, s, &words));
	}
	log_free(a->old);
	buf_release(&path);
	buf_release(&words);
}

enum reaction act_again(struct app *app, const struct need *need)
{
	const struct session *s = app->session;
	struct again a = { .need = need, .step = app->pic.model ? app->pic.model->step : 0 };
	if (!s->lesson || !s->run || app->stepping) {
		app_say(app, _("Only the programs of a lesson, when they are held, run again to a step. R starts them again."));
		return REACT_REDRAW;
	}
	go_there_again(app, &a);
	return REACT_REDRAW;
}

static enum reaction replay_again(struct app *app)
{
	struct session *s = app->session;
	s->cursor = 0;
	return act_moved(app, session_forward(s));
}

enum reaction act_restart(struct app *app, enum variant variant)
{
	struct session *s = app->session;
	struct err err;
	if (!s->run && variant == s->variant)
		return replay_again(app);
	if (s->lesson) {
		start(app, s->lesson, variant, "restart");
	} else {
		let_go(app);
		opened(app, session_restart(s, app->options->log_path, &err), &err);
	}
	return REACT_REDRAW;
}

static void choose(struct app *app, int lane)
{
	app->ui.lane = lane;
	app->ui.scroll_card = app->ui.scroll_pane = 0;
	app->chosen = app->session->run && run_can_go(app->session->run, lane) ? lane : -1;
	app->stale = true;
}

enum reaction act_choose_task(struct app *app, const char *arg)
{
	int lane = atoi(arg) - 1;
	if (!act_on_run(app) || lane < 0 || lane >= app->pic.model->n_tasks) {
		app_say(app, _("there is no task %s"), arg);
		return REACT_REDRAW;
	}
	choose(app, lane);
	return REACT_REDRAW;
}

enum reaction act_choose_next(struct app *app)
{
	const struct model *m = app->pic.model;
	for (int i = 1; m && i <= m->n_tasks; i++) {
		int lane = (app->ui.lane + i) % m->n_tasks;
		if (m->tasks[lane].status != TASK_ENDED || m->n_tasks <= 4) {
			choose(app, lane);
			break;
		}
	}
	return REACT_REDRAW;
}

void act_leave_lesson(struct app *app, const char *why)
{
	act_save_place(app);
	session_release(app->session, why);
	sources_release(&app->sources);
	app->pic.model = NULL;
	app->pic.lesson = NULL;
	app->ui.page = PAGE_MENU;
	app->ui.zoom = ZOOM_NONE;
	app->ui.history = false;
	app->ui.pick = 0;
	app->stepping = false;
	app->stale = true;
	app_fill_menu(app);
}
