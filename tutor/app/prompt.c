/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed at the prompt, and what the prompt completes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "tutor/app/state.h"
#include "tutor/calls.h"
#include "tutor/i18n.h"
#include "tutor/term/prompt.h"

static const char *const *offers(void *with, const char *line, size_t start)
{
	static const char *names[COMMANDS + 1];
	static const char *const langs[] = { "both", "en", "zh", NULL }, *const themes[] = { "default", "light", "mono", NULL };
	static const char *const programs[] = { "c", "python", NULL };
	static const char *const wire_words[] = {
#define WIRE_HOW(id, name) name,
#include "engine/wire/wire_how.def"
#undef WIRE_HOW
		"help", NULL,
	};
	const struct app *app = with;
	const char *arg;
	int n = 0;
	if (app->asking == ASK_UNTIL)
		return call_names();
	if (app->asking == ASK_STEP)
		return NULL;
	if (start == 0) {
		for (int i = COMMAND_NONE + 1; i < COMMANDS; i++)
			names[n++] = command_info((enum command)i)->name;
		names[n] = NULL;
		return names;
	}
	switch (command_parse(line, &arg)) {
	case COMMAND_LANG: return langs;
	case COMMAND_THEME: return themes;
	case COMMAND_PROGRAM: return programs;
	case COMMAND_UNTIL: return call_names();
	case COMMAND_FAULT: return act_fault_names(app);
	case COMMAND_WIRE: return wire_words;
	case COMMAND_WORD: return act_term_names(app);
	case COMMAND_LESSON: return act_lesson_names(app);
	default: return NULL;
	}
}

enum { MOST_NAMES = 512 };

const char *const *act_term_names(const struct app *app)
{
	static const char *names[2 * MOST_NAMES + 1];
	int terms = app->session->course ? course_terms(app->session->course) : 0, n = 0;
	for (int i = 0; i < terms && i < MOST_NAMES; i++) {
		const struct term *t = course_term_at(app->session->course, i);
		names[n++] = t->id;
		if (t->zh)
			names[n++] = t->zh;
	}
	names[n] = NULL;
	return names;
}

const char *const *act_lesson_names(const struct app *app)
{
	static const char *names[MOST_NAMES + 1];
	int n = app->pic.n_menu > MOST_NAMES ? MOST_NAMES : app->pic.n_menu;
	for (int i = 0; i < n; i++)
		names[i] = app->menu[i].lesson->id;
	names[n] = NULL;
	return names;
}

enum reaction act_prompt(struct app *app, enum asking asking)
{
	char label[128] = ":";
	const struct model *m = app->pic.model;
	if (asking == ASK_INPUT) {
		if (!act_on_run(app) || !app->session->run || app->ui.lane < 0 || app->ui.history) {
			app_say(app, _("there is no program to type to now"));
			return REACT_REDRAW;
		}
		snprintf(label, sizeof label, _("to %s: "), m->actors[m->tasks[app->ui.lane].actor].name);
	}
	if (asking == ASK_UNTIL)
		snprintf(label, sizeof label, "%s", _("run on until: "));
	if (asking == ASK_STEP)
		snprintf(label, sizeof label, "%s", _("go to step: "));
	app->asking = asking;
	prompt_open(label, asking == ASK_INPUT ? HISTORY_TEXT : HISTORY_COMMANDS, asking == ASK_INPUT ? NULL : offers, app);
	return REACT_REDRAW;
}

enum reaction act_send_text(struct app *app, const char *line)
{
	struct session *s = app->session;
	const struct model *m = app->pic.model;
	struct buf b = BUF_INIT;
	struct err err;
	buf_addf(&b, "%s\n", line);
	if (!s->run || !m || app->ui.lane < 0)
		app_say(app, _("there is no program to type to now"));
	else if (!run_input(s->run, m->tasks[app->ui.lane].actor, b.data, b.len, &err))
		app_say_error(app, &err);
	else {
		const char *name = m->actors[m->tasks[app->ui.lane].actor].name;
		app_say(app, _("sent to %s: %s"), name ? name : "?", line);
		app->stepping = !session_wait(s, QUICK_MS);
		app_after_pump(app);
	}
	buf_release(&b);
	return REACT_REDRAW;
}

static bool is_call(const struct model_call *c, const char *name)
{
	return text_is(c->call, name) || text_is(c->canon, name);
}

/* The step that is shown ended before that call. */
static bool is_there(const struct model *m, const char *call)
{
	const struct model_task *t = m->moved >= 0 && m->moved < m->n_tasks ? &m->tasks[m->moved] : NULL;
	return t && t->status == TASK_BEFORE && is_call(&t->call, call);
}

void act_run_on(struct app *app)
{
	const struct model *m = app->pic.model;
	if (!*app->until || app->stepping || !m)
		return;
	if (!is_there(m, app->until) && app->ui.target >= 0) {
		app->ui.lane = app->ui.target;
		act_go(app, RUN_CALL);
		return;
	}
	if (!is_there(m, app->until) && picture_over(&app->pic))
		app_say(app, _("No %s() came: all programs have ended. ← goes back."), app->until);
	else if (!is_there(m, app->until))
		app_say(app, _("No %s() came: every program sleeps. ← goes back."), app->until);
	*app->until = '\0';
}

/* In what has happened already. */
static enum reaction look_for(struct app *app, const char *call)
{
	struct session *s = app->session;
	struct err err;
	int64_t was = s->cursor;
	while (session_forward(s)) {
		const struct model *m = session_model(s, &err);
		if (!m || is_there(m, call))
			return act_moved(app, m != NULL);
	}
	s->cursor = was;
	app->stale = true;
	app_say(app, _("No %s() comes later in what has happened so far."), call);
	return REACT_REDRAW;
}

enum reaction act_until(struct app *app, const char *arg)
{
	char call[PROGRESS_NAME];
	size_t n = strcspn(arg, " ()");
	snprintf(call, sizeof call, "%.*s", (int)n, arg);
	if (n == 0)
		return act_prompt(app, ASK_UNTIL);
	if (!act_on_run(app)) {
		app_say(app, _("there is no run here"));
		return REACT_REDRAW;
	}
	if (!call_is_known(call)) {
		const char *like = call_meant(call);
		if (like)
			app_say(app, _("There is no call %s(). Did you mean %s()? Nothing has moved."), call, like);
		else
			app_say(app, _("There is no call %s(). Tab lists the calls. Nothing has moved."), call);
		return REACT_REDRAW;
	}
	if (!app->session->run || app->ui.history)
		return look_for(app, call);
	if (app->ui.target < 0)
		return act_go(app, RUN_CALL);
	snprintf(app->until, sizeof app->until, "%s", call);
	app->ui.lane = app->ui.target;
	return act_go(app, RUN_CALL);
}

enum reaction act_typed(struct app *app, const char *line)
{
	const char *arg;
	if (app->asking == ASK_INPUT)
		return act_send_text(app, line);
	if (app->asking == ASK_UNTIL)
		return *line ? act_until(app, line) : REACT_REDRAW;
	if (app->asking == ASK_STEP)
		return *line ? act_step(app, line) : REACT_REDRAW;
	if (!line[strspn(line, " :")])
		return REACT_REDRAW;
	enum command c = command_parse(line, &arg);
	if (c == COMMAND_NONE) {
		app_say(app, _("there is no command \"%s\"; ? lists them"), line);
		return REACT_REDRAW;
	}
	return app_command(app, c, arg);
}
