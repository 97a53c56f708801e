/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed at the prompt, and what the prompt completes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/app_state.h"
#include "tutor/i18n.h"
#include "tutor/term/prompt.h"

static const char *const *offers(void *with, const char *line, size_t start)
{
	static const char *names[COMMANDS + 1];
	static const char *const langs[] = { "both", "en", "zh", NULL }, *const themes[] = { "default", "light", "mono", NULL };
	static const char *const programs[] = { "c", "python", NULL };
	const struct app *app = with;
	const char *arg;
	int n = 0;
	if (app->asking == ASK_UNTIL)
		return act_call_names();
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
	case COMMAND_UNTIL: return act_call_names();
	case COMMAND_WORD: return act_term_names(app);
	case COMMAND_LESSON: return act_lesson_names(app);
	default: return NULL;
	}
}

const char *const *act_call_names(void)
{
	static const char *const calls[] = { "accept", "bind", "close", "connect", "epoll_wait", "fork", "getsockname", "listen", "poll",
		"read", "recv", "recvfrom", "recvmsg", "select", "send", "sendmsg", "sendto", "setsockopt", "shutdown", "socket", "write",
		NULL };
	return calls;
}

enum { MOST_NAMES = 512 };

const char *const *act_term_names(const struct app *app)
{
	static const char *names[MOST_NAMES + 1];
	int n = app->session->course ? course_terms(app->session->course) : 0;
	n = n > MOST_NAMES ? MOST_NAMES : n;
	for (int i = 0; i < n; i++)
		names[i] = course_term_at(app->session->course, i)->id;
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
		app->stepping = !run_wait(s->run, QUICK_MS);
		app_after_pump(app);
	}
	buf_release(&b);
	return REACT_REDRAW;
}

enum reaction act_until(struct app *app, const char *call)
{
	size_t n = strcspn(call, " ()");
	if (n == 0)
		return act_prompt(app, ASK_UNTIL);
	if (!act_on_run(app) || !app->session->run || app->ui.history) {
		app_say(app, _("only a live run can run on"));
		return REACT_REDRAW;
	}
	snprintf(app->until, sizeof app->until, "%.*s", (int)n, call);
	app->ui.lane = app->ui.target >= 0 ? app->ui.target : app->ui.lane;
	return act_go(app, RUN_CALL);
}

enum reaction act_typed(struct app *app, const char *line)
{
	const char *arg;
	if (app->asking == ASK_INPUT)
		return act_send_text(app, line);
	if (app->asking == ASK_UNTIL)
		return *line ? act_until(app, line) : REACT_REDRAW;
	if (!line[strspn(line, " :")])
		return REACT_REDRAW;
	enum command c = command_parse(line, &arg);
	if (c == COMMAND_NONE) {
		app_say(app, _("there is no command \"%s\"; ? lists them"), line);
		return REACT_REDRAW;
	}
	return app_command(app, c, arg);
}
