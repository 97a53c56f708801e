/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each command does. Nothing here draws. What moves the run is in run.c, what is typed in prompt.c. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/app/state.h"
#include "tutor/i18n.h"
#include "tutor/views/views.h"

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

enum { ROWS_A_PAGE = 8 };

static enum reaction scroll(struct app *app, int by)
{
	struct ui *ui = &app->ui;
	bool line = by == 1 || by == -1;
	if (ui->overlay == OVERLAY_WORDS)
		add_limited(&ui->word, by, 0, count_words(app) - 1);
	else if (ui->overlay == OVERLAY_FAULTS)
		add_limited(&ui->fault, line ? by : by > 0 ? ROWS_A_PAGE : -ROWS_A_PAGE, 0, app->pic.n_faults - 1);
	else if (ui->overlay != OVERLAY_NONE)
		add_limited(&ui->scroll_over, by, 0, app->drawn.over_max);
	else if (act_on_view(app, VIEW_WIRE) && (line || ui->packet))
		return act_choose_packet(app, by);
	else if (act_on_view(app, VIEW_STATES) && line)
		act_choose_ends(app, by);
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
	if (app->ui.page == PAGE_MENU) {
		app_say(app, _("words belong to a lesson: open one first; :word TERM shows any"));
		return REACT_REDRAW;
	}
	app->ui.overlay = OVERLAY_WORDS;
	app->ui.word = 0;
	return REACT_REDRAW;
}

static enum reaction open_word(struct app *app, const char *arg)
{
	const struct term *t = app->session->course && *arg ? words_named(app->session->course, arg) : NULL;
	if (!*arg) {
		app_say(app, _("which word? :word TERM, in English or Chinese"));
		return REACT_REDRAW;
	}
	if (!t) {
		app_say(app, _("the glossary has no word \"%s\""), arg);
		return REACT_REDRAW;
	}
	app_open_term(app, t);
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
	app->ui.tried = 0;
	app->ui.scroll_card = 0;
	return REACT_REDRAW;
}

static const char *title_of(const struct lesson *l)
{
	const char *en = l->title.in[LANG_EN], *zh = l->title.in[LANG_ZH];
	return (i18n_is_zh() && zh) || !en ? zh : en;
}

enum reaction act_answer(struct app *app, int choice)
{
	const struct lesson *l = app->pic.lesson;
	const struct lesson_question *q = l ? &l->questions[app->ui.question] : NULL;
	if (!q || choice < 0 || choice >= q->n_choices) {
		app_say(app, _("there is no answer %d"), choice + 1);
		return REACT_REDRAW;
	}
	app->ui.answer = choice;
	app->ui.tried |= choice < 32 ? 1u << choice : 0;
	app->ui.scroll_card = INT_MAX;        /* the reason stands last */
	if (q->choices[choice].right && app->session->run)
		act_save_solved(app, app->ui.question);
	return REACT_REDRAW;
}

static enum reaction next_question(struct app *app)
{
	if (app->ui.answer < 0) {
		app_say(app, _("choose an answer by its number first"));
		return REACT_REDRAW;
	}
	app->ui.answer = -1;
	app->ui.tried = 0;
	app->ui.scroll_card = 0;
	if (++app->ui.question >= app->session->lesson->n_questions) {
		app->ui.page = PAGE_RUN;
		app->ui.question = 0;
		const struct lesson *l = picture_following(&app->pic);
		if (l)
			app_say(app, _("That was the last question. N: the next lesson, %s. m: the list."), title_of(l));
		else
			app_say(app, _("That was the last question. m: the list of lessons."));
	}
	return REACT_REDRAW;
}

static enum reaction open_lesson(struct app *app, const char *arg)
{
	const struct lesson *l = app->session->course ? course_find(app->session->course, arg) : NULL;
	if (!*arg) {
		app_say(app, _("which lesson? :lesson NAME or its number; Tab lists them"));
		return REACT_REDRAW;
	}
	if (!l) {
		app_say(app, _("there is no lesson %s"), arg);
		return REACT_REDRAW;
	}
	act_save_place(app);
	return act_open(app, l, false);
}

static enum reaction open_following(struct app *app)
{
	const struct lesson *l = app->ui.page != PAGE_MENU ? picture_following(&app->pic) : NULL;
	if (!l) {
		app_say(app, _("there is no lesson after this one"));
		return REACT_REDRAW;
	}
	act_save_place(app);
	return act_open(app, l, true);
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

static enum reaction toggle_simpler(struct app *app)
{
	struct ui *ui = &app->ui;
	ui->simpler = !ui->simpler;
	ui->scroll_card = 0;
	if (!ui->simpler)
		app_say(app, _("simpler words: off"));
	else if (act_on_run(app) && !app->explain.in[SHAPE_SIMPLER][LANG_EN].len)
		app_say(app, _("simpler words: on, but this moment has none"));
	else
		app_say(app, _("simpler words: on"));
	return REACT_REDRAW;
}

static enum reaction cancel(struct app *app)
{
	struct ui *ui = &app->ui;
	if (ui->page == PAGE_QUESTION)
		ui->page = PAGE_RUN, ui->answer = -1, ui->scroll_card = 0;
	else if (act_on_view(app, VIEW_WIRE) && ui->packet)
		ui->packet = 0;
	else if (ui->zoom != ZOOM_NONE)
		ui->zoom = ZOOM_NONE;
	else if (ui->history && app->session->run)
		return app_command(app, COMMAND_NOW, "");
	else if (ui->view >= PANE_VIEWS && act_on_run(app))
		return act_view(app, VIEW_CODE);
	return REACT_REDRAW;
}

static enum reaction enter(struct app *app, enum run_how how)
{
	if (app->ui.page == PAGE_MENU)
		return app->ui.pick >= 0 && app->ui.pick < app->pic.n_menu ? act_open(app, app->menu[app->ui.pick].lesson, true) : REACT_NONE;
	if (app->ui.page == PAGE_QUESTION)
		return next_question(app);
	if (how == RUN_CALL && act_on_view(app, VIEW_WIRE) && app->ui.packet)
		return act_open_packet(app, app->ui.packet);
	return act_on_run(app) ? act_go(app, how) : REACT_NONE;
}

static enum reaction now(struct app *app)
{
	if (!act_on_run(app))
		return REACT_NONE;
	session_to_end(app->session);
	return act_moved(app, true);
}

/* Lines that a page is scrolled by: one line of it stays in sight. */
static int page_of(const struct app *app)
{
	bool card = app->ui.page == PAGE_RUN && app->ui.overlay == OVERLAY_NONE;
	int h = card && app->ui.zoom != ZOOM_PANE ? app->drawn.layout.card.h : app->rows - 2;
	return h > 4 ? h - 3 : 1;
}

enum reaction app_command(struct app *app, enum command c, const char *arg)
{
	struct ui *ui = &app->ui;
	int page = page_of(app);
	switch (c) {
	case COMMAND_NEXT: return enter(app, RUN_MOMENT);
	case COMMAND_CALL: return enter(app, RUN_CALL);
	case COMMAND_BACK: return act_on_run(app) ? act_moved(app, session_back(app->session)) : REACT_NONE;
	case COMMAND_FORWARD: return act_on_run(app) ? act_moved(app, session_forward(app->session)) : REACT_NONE;
	case COMMAND_NOW: return now(app);
	case COMMAND_FIRST: return act_on_run(app) ? act_first(app) : REACT_NONE;
	case COMMAND_STEP: return act_step(app, arg);
	case COMMAND_SIDE: return act_on_run(app) ? act_choose_next(app) : REACT_NONE;
	case COMMAND_TASK: return act_choose_task(app, arg);
	case COMMAND_UNTIL: return act_until(app, arg);
	case COMMAND_FAULT: return act_fault(app, arg);
	case COMMAND_AUTO: return act_auto(app, arg);
	case COMMAND_RESTART: return act_on_run(app) || ui->page == PAGE_QUESTION ? act_restart(app, app->session->variant) : REACT_NONE;
	case COMMAND_AGAIN: return act_on_run(app) ? act_again(app, NULL) : REACT_NONE;
	case COMMAND_PROGRAM: return act_switch_program(app, arg);
	case COMMAND_LANG: return set_lang(app, arg);
	case COMMAND_SIMPLER: return toggle_simpler(app);
	case COMMAND_ALL: return toggle_all(app);
	case COMMAND_VIEW: ui->view = (ui->view + 1) % VIEWS; ui->scroll_pane = ui->packet = 0; return REACT_RELAYOUT;
	case COMMAND_WIRE: return act_wire(app, arg);
	case COMMAND_HOLD: return act_hold(app);
	case COMMAND_PASS: return act_pass(app);
	case COMMAND_DROP: return act_drop(app, arg);
	case COMMAND_STATES: return act_view(app, VIEW_STATES);
	case COMMAND_PACKETS: return act_packet(app, arg);
	case COMMAND_ZOOM: ui->zoom = (ui->zoom + 1) % ZOOMS; ui->scroll_pane = 0; return REACT_RELAYOUT;
	case COMMAND_UP: return scroll(app, -1);
	case COMMAND_DOWN: return scroll(app, 1);
	case COMMAND_PAGE_UP: return scroll(app, -page);
	case COMMAND_PAGE_DOWN: return scroll(app, page);
	case COMMAND_WORDS: return open_words(app);
	case COMMAND_WORD: return open_word(app, arg);
	case COMMAND_INPUT: return *arg ? act_send_text(app, arg) : act_prompt(app, ASK_INPUT);
	case COMMAND_QUESTIONS: return open_questions(app);
	case COMMAND_MENU: act_leave_lesson(app, "quit"); return REACT_REDRAW;
	case COMMAND_LESSON: return open_lesson(app, arg);
	case COMMAND_FOLLOWING: return open_following(app);
	case COMMAND_THEME: return set_theme(app, arg);
	case COMMAND_REDRAW: if (app->term) term_theme(app->term, app->theme); return REACT_REDRAW;
	case COMMAND_HELP: ui->overlay = OVERLAY_HELP; ui->scroll_over = 0; return REACT_REDRAW;
	case COMMAND_PROMPT: return act_prompt(app, ASK_COMMAND);
	case COMMAND_CANCEL: return cancel(app);
	case COMMAND_QUIT: ui->leaving = true; return REACT_QUIT;
	default: return REACT_NONE;
	}
}
