/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each command does. Nothing here draws. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/app_state.h"
#include "tutor/errors.h"
#include "tutor/i18n.h"
#include "tutor/term/prompt.h"
#include "tutor/views/views.h"

enum { QUICK_MS = 30, START_MS = 3000, REPLAY_MS = 2000, REPLAY_STEPS = 2000 };

static bool on_run(const struct app *app)
{
	return app->ui.page == PAGE_RUN && app->pic.model;
}

/* Another moment is shown. */
static enum reaction moved_in_history(struct app *app, bool moved)
{
	if (!moved) {
		app_say(app, app->session->run ? _("there is no step further") : _("the recording has no step further"));
		return REACT_REDRAW;
	}
	app->ui.lane = -1;
	app->ui.scroll_card = app->ui.scroll_pane = 0;
	app->stale = true;
	return REACT_REDRAW;
}

/* The task whose turn it is may not be the one on the card: its moment is read before it moves. */
static bool look_first(struct app *app)
{
	int target = app->ui.target;
	if (target < 0 || target == app->ui.lane)
		return false;
	app->ui.lane = target;
	app->ui.scroll_card = app->ui.scroll_pane = 0;
	app->stale = true;
	return true;
}

static enum reaction over(struct app *app)
{
	const struct lesson *l = app->session->lesson;
	if (picture_over(&app->pic) && l && l->n_questions)
		return app_command(app, COMMAND_QUESTIONS, "");
	if (picture_over(&app->pic))
		app_say(app, _("all programs have ended; R starts them again"));
	else
		app_say(app, _("every task sleeps; type to a program (i), or start again (R)"));
	return REACT_REDRAW;
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
		return moved_in_history(app, session_forward(s));
	}
	if (app->stepping) {
		app_say(app, _("the last step is not over yet"));
		return REACT_REDRAW;
	}
	if (app->ui.target < 0)
		return over(app);
	if (how == RUN_MOMENT && look_first(app))
		return REACT_REDRAW;
	if (!session_go(s, app->ui.target, how, &err)) {
		app_say_error(app, &err);
		return REACT_REDRAW;
	}
	app->stepping = true;
	run_wait(s->run, QUICK_MS);
	return app_after_pump(app);
}

void act_save_place(struct app *app)
{
	const struct session *s = app->session;
	const struct model *m = app->pic.model;
	if (!s->lesson || !s->run || !m || app->ui.history || app->ui.lane < 0 || app->ui.lane >= m->n_tasks)
		return;
	const struct model_task *t = &m->tasks[app->ui.lane];
	struct place p = { .variant = s->variant, .step = m->step, .done = picture_over(&app->pic), .lane = t->lane,
		.line = t->call.line, .nth = t->call.nth, .status = t->status };
	snprintf(p.lesson, sizeof p.lesson, "%s", s->lesson->id);
	snprintf(p.call, sizeof p.call, "%s", t->call.call ? t->call.call : "-");
	if (p.done)
		p.step = 0;
	progress_set(&app->progress, &p);
}

static bool is_place(const struct model *m, const struct place *p)
{
	if (p->lane < 0 || p->lane >= m->n_tasks)
		return false;
	const struct model_task *t = &m->tasks[p->lane];
	return (int)t->status == p->status && t->call.line == p->line && t->call.nth == p->nth && t->call.call &&
	       !strcmp(t->call.call, p->call);
}

/* Go where the learner was. False: this run never came there. */
static bool go_to_place(struct app *app, const struct place *p)
{
	struct session *s = app->session;
	struct err err;
	const struct model *m = session_model(s, &err);
	for (int i = 0; m && i < REPLAY_STEPS && !is_place(m, p); i++) {
		if (!session_go(s, -1, RUN_MOMENT, &err) || !run_wait(s->run, REPLAY_MS))
			return false;
		session_to_end(s);
		m = session_model(s, &err);
	}
	app->ui.lane = p->lane;
	return m && is_place(m, p);
}

static void reset_ui(struct app *app)
{
	struct ui *ui = &app->ui;
	ui->page = PAGE_RUN;
	ui->overlay = OVERLAY_NONE;
	ui->lane = ui->target = ui->answer = -1;
	ui->scroll_card = ui->scroll_pane = 0;
	ui->history = false;
	app->chosen = -1;
	app->stepping = false;
	*app->until = '\0';
	app->stale = true;
}

static bool start(struct app *app, const struct lesson *lesson, enum variant variant, const char *why)
{
	struct session *s = app->session;
	struct err err;
	session_release(s, why);
	sources_release(&app->sources);
	app->pic.model = NULL;
	if (!session_lesson(s, lesson, variant, app->options->log_path, &err)) {
		session_release(s, why);
		app->ui.page = PAGE_MENU;
		app_say_error(app, &err);
		return false;
	}
	app_begin(app);
	return true;
}

void app_begin(struct app *app)
{
	struct session *s = app->session;
	if (!s->log)
		return;
	reset_ui(app);
	if (s->run) {
		app->stepping = !run_wait(s->run, START_MS);
		session_to_end(s);
	} else {
		struct err err;
		if (s->cursor == 0)
			session_forward(s);
		int64_t at = s->cursor;
		session_to_end(s);
		const struct model *m = session_model(s, &err);
		app->ui.last_step = m ? m->step : 0;
		s->cursor = at;
	}
	if (s->recorded) {
		struct buf why = BUF_INIT;
		error_sentence(&s->why, &why);
		app_say(app, _("This is a recording. %s"), why.data);
		buf_release(&why);
	}
	if (s->torn)
		app_say(app, _("The last line of this log was broken off. It is left out."));
	app_refresh(app);
}

enum reaction act_open(struct app *app, const struct lesson *lesson, bool resume)
{
	const struct place *p = progress_find(&app->progress, lesson->id);
	struct place was = p ? *p : (struct place){ .step = 0 };
	enum variant variant = app->pic.variant;
	if (resume && was.step > 0)
		variant = was.variant;
	if (!start(app, lesson, variant, "quit"))
		return REACT_REDRAW;
	if (!resume || was.step <= 0 || !app->session->run || app->stepping)
		return REACT_REDRAW;
	if (!go_to_place(app, &was)) {
		if (start(app, lesson, variant, "restart"))
			app_say(app, _("This run went another way than yours did. The lesson starts from its beginning."));
	} else {
		app_say(app, _("You were here. R starts the lesson from its beginning."));
	}
	app->stale = true;
	return REACT_REDRAW;
}

static enum reaction restart(struct app *app, enum variant variant)
{
	const struct lesson *l = app->session->lesson;
	if (!app->session->run || !l) {
		app_say(app, _("only a lesson can be started again from here"));
		return REACT_REDRAW;
	}
	start(app, l, variant, "restart");
	return REACT_REDRAW;
}

static enum reaction switch_program(struct app *app, const char *arg)
{
	enum variant v = !strcmp(arg, "c") ? VARIANT_C : !strcmp(arg, "python") ? VARIANT_PYTHON :
		app->pic.variant == VARIANT_C ? VARIANT_PYTHON : VARIANT_C;
	const struct lesson *l = app->session->lesson;
	if (app->ui.page == PAGE_MENU) {
		app->pic.variant = v;
		return REACT_REDRAW;
	}
	if (l && l->n_programs && !l->programs[0].source[v]) {
		app_say(app, _("this lesson has no such program"));
		return REACT_REDRAW;
	}
	return restart(app, v);
}

static void choose(struct app *app, int lane)
{
	app->ui.lane = lane;
	app->ui.scroll_card = app->ui.scroll_pane = 0;
	app->chosen = app->session->run && run_can_go(app->session->run, lane) ? lane : -1;
	app->stale = true;
}

static enum reaction choose_task(struct app *app, const char *arg)
{
	int lane = atoi(arg) - 1;
	if (!on_run(app) || lane < 0 || lane >= app->pic.model->n_tasks) {
		app_say(app, _("there is no task %s"), arg);
		return REACT_REDRAW;
	}
	choose(app, lane);
	return REACT_REDRAW;
}

static enum reaction choose_next(struct app *app)
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

static enum reaction set_lang(struct app *app, const char *arg)
{
	static const char *const names[UI_LANGS] = { "both", "en", "zh" };
	static const enum words words[UI_LANGS] = { WORDS_LOCALE, WORDS_EN, WORDS_ZH };
	int lang = (app->ui.lang + 1) % UI_LANGS;
	for (int i = 0; *arg && i < UI_LANGS; i++)
		if (!strcmp(arg, names[i]))
			lang = i;
	app->ui.lang = (enum ui_lang)lang;
	i18n_use(words[lang]);
	return REACT_REDRAW;
}

static enum reaction set_theme(struct app *app, const char *arg)
{
	int theme = *arg ? theme_find(arg) : ((int)app->theme + 1) % THEMES;
	if (theme < 0) {
		app_say(app, _("there is no theme %s"), arg);
		return REACT_REDRAW;
	}
	app->theme = (enum theme)theme;
	if (app->term)
		term_theme(app->term, app->theme);
	app_say(app, _("colours: %s"), theme_name(app->theme));
	return REACT_REDRAW;
}

static void add_limited(int *at, int by, int least, int most)
{
	*at += by;
	*at = *at > most ? most : *at < least ? least : *at;
}

static int count_words(const struct app *app)
{
	int n = 0;
	while (words_at(&app->pic, n))
		n++;
	return n;
}

static enum reaction scroll(struct app *app, int by)
{
	struct ui *ui = &app->ui;
	bool line = by == 1 || by == -1;
	if (ui->overlay == OVERLAY_WORDS)
		add_limited(&ui->pick, by, 0, count_words(app) - 1);
	else if (ui->overlay != OVERLAY_NONE)
		add_limited(&ui->scroll_over, by, 0, app->drawn.over_max);
	else if (ui->page == PAGE_MENU && line)
		add_limited(&ui->pick, by, 0, app->pic.n_menu - 1), ui->scroll_card = 0;
	else if (ui->page == PAGE_RUN && ui->zoom == ZOOM_PANE)
		add_limited(&ui->scroll_pane, by, -app->drawn.pane_max, app->drawn.pane_max);
	else
		add_limited(&ui->scroll_card, by, 0, app->drawn.card_max);
	return REACT_REDRAW;
}

static enum reaction open_words(struct app *app)
{
	app->ui.overlay = OVERLAY_WORDS;
	app->ui.pick = 0;
	return REACT_REDRAW;
}

static enum reaction open_word(struct app *app, const char *arg)
{
	const struct term *t = app->session->course && *arg ? course_term(app->session->course, arg) : NULL;
	if (!t) {
		app_say(app, _("the glossary has no word \"%s\""), arg);
		return REACT_REDRAW;
	}
	app->ui.term = t;
	app->ui.overlay = OVERLAY_TERM;
	app->ui.scroll_over = 0;
	app->ui.pick = -1;
	return REACT_REDRAW;
}

static enum reaction open_questions(struct app *app)
{
	const struct lesson *l = app->session->lesson;
	if (!l || !l->n_questions) {
		app_say(app, _("there are no questions here"));
		return REACT_REDRAW;
	}
	app->ui.page = PAGE_QUESTION;
	app->ui.question = 0;
	app->ui.answer = -1;
	app->ui.scroll_card = 0;
	return REACT_REDRAW;
}

static enum reaction next_question(struct app *app)
{
	if (app->ui.answer < 0) {
		app_say(app, _("choose an answer by its number first"));
		return REACT_REDRAW;
	}
	app->ui.answer = -1;
	app->ui.scroll_card = 0;
	if (++app->ui.question >= app->session->lesson->n_questions) {
		app->ui.page = PAGE_RUN;
		app->ui.question = 0;
		app_say(app, _("That was the last question. m: the list of lessons."));
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

static enum reaction open_lesson(struct app *app, const char *arg)
{
	const struct lesson *l = app->session->course ? course_find(app->session->course, arg) : NULL;
	if (!l) {
		app_say(app, _("there is no lesson %s"), arg);
		return REACT_REDRAW;
	}
	act_save_place(app);
	return act_open(app, l, false);
}

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
		if (!on_run(app) || !app->session->run || app->ui.lane < 0 || app->ui.history) {
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

static enum reaction send_text(struct app *app, const char *line)
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

static enum reaction set_until(struct app *app, const char *call)
{
	size_t n = strcspn(call, " ()");
	if (n == 0)
		return act_prompt(app, ASK_UNTIL);
	if (!on_run(app) || !app->session->run || app->ui.history) {
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
		return send_text(app, line);
	if (app->asking == ASK_UNTIL)
		return *line ? set_until(app, line) : REACT_REDRAW;
	if (!line[strspn(line, " :")])
		return REACT_REDRAW;
	enum command c = command_parse(line, &arg);
	if (c == COMMAND_NONE) {
		app_say(app, _("there is no command \"%s\"; ? lists them"), line);
		return REACT_REDRAW;
	}
	return app_command(app, c, arg);
}

static enum reaction toggle_all(struct app *app)
{
	if (!app->session->store)
		return REACT_NONE;
	app->show_all = !app->show_all;
	model_show_all(app->session->store, app->show_all);
	app_say(app, app->show_all ? _("every call is shown") : _("only the steps are shown"));
	app->stale = true;
	return REACT_REDRAW;
}

static enum reaction cancel(struct app *app)
{
	struct ui *ui = &app->ui;
	if (ui->page == PAGE_QUESTION)
		ui->page = PAGE_RUN, ui->answer = -1, ui->scroll_card = 0;
	else if (ui->zoom != ZOOM_NONE)
		ui->zoom = ZOOM_NONE;
	else if (ui->history && app->session->run)
		return app_command(app, COMMAND_NOW, "");
	return REACT_REDRAW;
}

static enum reaction enter(struct app *app, enum run_how how)
{
	if (app->ui.page == PAGE_MENU)
		return app->ui.pick >= 0 && app->ui.pick < app->pic.n_menu ? act_open(app, app->menu[app->ui.pick].lesson, true) : REACT_NONE;
	if (app->ui.page == PAGE_QUESTION)
		return next_question(app);
	return on_run(app) ? act_go(app, how) : REACT_NONE;
}

static enum reaction now(struct app *app)
{
	if (!on_run(app))
		return REACT_NONE;
	session_to_end(app->session);
	return moved_in_history(app, true);
}

enum reaction app_command(struct app *app, enum command c, const char *arg)
{
	struct ui *ui = &app->ui;
	int page = app->drawn.layout.card.h > 4 ? app->drawn.layout.card.h - 3 : 5;
	switch (c) {
	case COMMAND_NEXT: return enter(app, RUN_MOMENT);
	case COMMAND_CALL: return enter(app, RUN_CALL);
	case COMMAND_BACK: return on_run(app) ? moved_in_history(app, session_back(app->session)) : REACT_NONE;
	case COMMAND_FORWARD: return on_run(app) ? moved_in_history(app, session_forward(app->session)) : REACT_NONE;
	case COMMAND_NOW: return now(app);
	case COMMAND_SIDE: return on_run(app) ? choose_next(app) : REACT_NONE;
	case COMMAND_TASK: return choose_task(app, arg);
	case COMMAND_UNTIL: return set_until(app, arg);
	case COMMAND_RESTART: return on_run(app) || ui->page == PAGE_QUESTION ? restart(app, app->session->variant) : REACT_NONE;
	case COMMAND_PROGRAM: return switch_program(app, arg);
	case COMMAND_LANG: return set_lang(app, arg);
	case COMMAND_SIMPLER: ui->simpler = !ui->simpler; ui->scroll_card = 0; return REACT_REDRAW;
	case COMMAND_ALL: return toggle_all(app);
	case COMMAND_VIEW: ui->view = (ui->view + 1) % PANE_VIEWS; ui->scroll_pane = 0; return REACT_REDRAW;
	case COMMAND_ZOOM: ui->zoom = (ui->zoom + 1) % ZOOMS; ui->scroll_pane = 0; return REACT_RELAYOUT;
	case COMMAND_UP: return scroll(app, -1);
	case COMMAND_DOWN: return scroll(app, 1);
	case COMMAND_PAGE_UP: return scroll(app, -page);
	case COMMAND_PAGE_DOWN: return scroll(app, page);
	case COMMAND_WORDS: return open_words(app);
	case COMMAND_WORD: return open_word(app, arg);
	case COMMAND_INPUT: return *arg ? send_text(app, arg) : act_prompt(app, ASK_INPUT);
	case COMMAND_QUESTIONS: return open_questions(app);
	case COMMAND_MENU: act_leave_lesson(app, "quit"); return REACT_REDRAW;
	case COMMAND_LESSON: return open_lesson(app, arg);
	case COMMAND_THEME: return set_theme(app, arg);
	case COMMAND_REDRAW: if (app->term) term_theme(app->term, app->theme); return REACT_REDRAW;
	case COMMAND_HELP: ui->overlay = OVERLAY_HELP; ui->scroll_over = 0; return REACT_REDRAW;
	case COMMAND_PROMPT: return act_prompt(app, ASK_COMMAND);
	case COMMAND_CANCEL: return cancel(app);
	case COMMAND_QUIT: ui->leaving = true; return REACT_QUIT;
	default: return REACT_NONE;
	}
}
