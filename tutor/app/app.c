/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/app/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tutor/app/state.h"
#include "tutor/errors.h"
#include "tutor/find_source.h"
#include "tutor/i18n.h"
#include "tutor/show/ends.h"
#include "tutor/term/prompt.h"
#include "tutor/views/views.h"

void app_say_first(struct app *app, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(app->message, sizeof app->message, fmt, ap);
	va_end(ap);
	app->ui.message = app->message;
	app->ui.also = NULL;
	app->said_waiting = false;
}

bool app_other_words(struct app *app)
{
	if (app->ui.lang == UI_BOTH)
		i18n_use(i18n_is_zh() ? WORDS_EN : WORDS_ZH);
	return app->ui.lang == UI_BOTH;
}

void app_say_second(struct app *app, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(app->also, sizeof app->also, fmt, ap);
	va_end(ap);
	i18n_use(WORDS_LOCALE);
	app->ui.also = strcmp(app->also, app->message) ? app->also : NULL;
}

void app_open_term(struct app *app, const struct term *t)
{
	app->ui.term = t;
	app->ui.overlay = OVERLAY_TERM;
	app->ui.scroll_over = 0;
	app->ui.word = -1;
}

const char *app_sentence(const struct err *err, struct buf *b)
{
	buf_clear(b);
	error_sentence(err, b);
	return b->data ? b->data : "";
}

void app_say_error(struct app *app, const struct err *err)
{
	struct buf b = BUF_INIT;
	app_say(app, "%s", app_sentence(err, &b));
	buf_release(&b);
}

void app_fill_menu(struct app *app)
{
	const struct course *course = app->session->course;
	int n = course ? course_count(course) : 0, next = -1;
	app->menu = xrealloc(app->menu, (size_t)(n + 1) * sizeof *app->menu);
	for (int i = 0; i < n; i++) {
		const struct lesson *l = course_lesson(course, i);
		const struct place *p = progress_find(&app->progress, l->id);
		app->menu[i] = (struct menu_item){ .lesson = l, .done = p && p->done, .step = p ? p->step : 0, .solved = p ? p->solved : 0 };
		next = next < 0 && !app->menu[i].done ? i : next;
	}
	app->pic.menu = app->menu;
	app->pic.n_menu = n;
	if (app->ui.page == PAGE_MENU && app->ui.pick >= n)
		app->ui.pick = 0;
	if (next >= 0 && app->ui.pick == 0)
		app->ui.pick = next;
}

void app_init(struct app *app, struct session *session, const struct app_options *o)
{
	*app = (struct app){ .options = o, .session = session, .chosen = -1, .stay = -1, .theme = o->theme, .stale = true };
	app->ui = (struct ui){ .lang = o->lang, .page = session->log ? PAGE_RUN : PAGE_MENU, .lane = -1, .target = -1, .answer = -1 };
	explanation_init(&app->explain);
	passed_init(&app->passed);
	sources_init(&app->sources);
	opened_init(&app->packet);
	progress_init(&app->progress, o->progress);
	app->pic = (struct picture){ .ui = &app->ui, .course = session->course, .explain = &app->explain, .past = &app->passed.past, .sources = &app->sources,
		.variant = session->log ? session->variant : o->variant };
	app_fill_menu(app);
	if (o->notice)
		app_say(app, "%s", o->notice);
	else if (session->course && course_mistake(session->course, 0, LANG_EN) && app->ui.page == PAGE_MENU)
		app_say(app, _("A lesson was left out: %s"), course_mistake(session->course, 0, i18n_is_zh() ? LANG_ZH : LANG_EN));
}

void app_release(struct app *app)
{
	prompt_close();
	explanation_release(&app->explain);
	passed_release(&app->passed);
	sources_release(&app->sources);
	opened_release(&app->packet);
	progress_release(&app->progress);
	free(app->menu);
	free(app->faults);
}

static int target_of(struct app *app, const struct model *m)
{
	const struct run *run = app->session->run;
	if (!run)
		return m->next;
	if (app->chosen >= 0 && !run_can_go(run, app->chosen))
		app->chosen = -1;
	return app->chosen >= 0 ? app->chosen : run_next(run);
}

static void fix_lane(struct ui *ui, const struct model *m)
{
	if (ui->lane < 0 || ui->lane >= m->n_tasks)
		ui->lane = m->moved >= 0 ? m->moved : m->next >= 0 ? m->next : 0;
	if (ui->lane >= m->n_tasks)
		ui->lane = m->n_tasks - 1;
}

/* The lesson speaks of who will wake a sleeper; when nobody can any more, the catalogue says what is true. */
static bool is_hopeless(const struct app *app, const struct model *m)
{
	return m->tasks[app->ui.lane].status == TASK_ASLEEP && picture_stuck(&app->pic);
}

/* While steps follow each other nobody reads the card. */
static void read_past(struct app *app, const struct model *m)
{
	const struct log *log = app->session->log;
	struct ui *ui = &app->ui;
	passed_read(&app->passed, log, m, ui->lane);
	if (!app->stepping && !*app->until && ui->page == PAGE_RUN)
		passed_mark(&app->passed);
	ui->look = ui->target >= 0 && ui->target != ui->lane && !passed_saw(&app->passed, log, m, ui->target);
}

void app_refresh(struct app *app)
{
	struct session *s = app->session;
	struct err err;
	app->stale = false;
	app->pic.lesson = s->lesson;
	app->pic.model = s->log ? session_model(s, &err) : NULL;
	if (!app->pic.model) {
		if (s->log)
			app_say_error(app, &err);
		return;
	}
	const struct model *m = app->pic.model;
	app->pic.variant = s->variant;
	if (app->ui.packet > m->n_packets)
		app->ui.packet = 0;
	if (app->ui.ends && app->ui.ends >= ends_count(m))
		app->ui.ends = 0;
	app->ui.replay = !s->run;
	app->ui.cable = s->run && session_at_end(s) && run_has_cable(s->run);
	app->ui.history = !session_at_end(s);
	if (!app->ui.history)
		app->ui.last_step = m->step;
	app->ui.target = app->ui.history && s->run ? -1 : target_of(app, m);
	if (app->said_waiting && app->ui.target >= 0)      /* somebody woke by himself */
		app->ui.message = NULL;
	fix_lane(&app->ui, m);
	read_past(app, m);
	act_auto_refresh(app);
	find_sources(s, m, &app->sources);
	explanation_release(&app->explain);
	explanation_init(&app->explain);
	if (app->ui.lane >= 0)
		explain_task(s->course, is_hopeless(app, m) ? NULL : s->lesson, m, app->ui.lane, &app->explain);
}

/* A timer of the kernel is on the screen, counting: each, where the sockets have the panes to themselves. */
static bool shows_clock(const struct app *app)
{
	const struct model *m = app->pic.model;
	const struct ui *ui = &app->ui;
	bool shown = m && app->session->run && ui->page == PAGE_RUN && ui->zoom != ZOOM_CARD && !ui->history && app->drawn.layout.panes;
	for (int i = 0; shown && i < m->n_socks; i++)
		if (ui->view == VIEW_SOCKETS ? !m->socks[i].gone && value_get(m->socks[i].info, "timer") : socket_repeats(&m->socks[i]))
			return true;
	return false;
}

void app_draw(struct app *app, struct surface *s)
{
	app->ui.since = app->ui.history ? 0 : session_since(app->session);
	app->ui.prompt = prompt_show();
	app->ui.busy = app->stepping;
	app->rows = s->rows, app->cols = s->cols, app->set = s->set;
	screen_draw(s, &app->pic, &app->drawn);
	struct ui *ui = &app->ui;
	ui->scroll_card = ui->scroll_card > app->drawn.card_max ? app->drawn.card_max : ui->scroll_card;
	ui->scroll_over = ui->scroll_over > app->drawn.over_max ? app->drawn.over_max : ui->scroll_over;
}

enum reaction app_after_pump(struct app *app)
{
	struct session *s = app->session;
	const struct err *trouble = run_trouble(s->run);
	if (trouble->id != ERR_NONE)
		app_say_error(app, trouble);
	if (!app->ui.history)
		session_to_end(s);
	if (app->stepping && (run_settled(s->run) || run_over(s->run))) {
		app->stepping = false;
		app->ui.scroll_card = app->ui.scroll_pane = app->ui.packet = 0;
		app->ui.lane = app->stay;
		app->stay = -1;
		app_refresh(app);
		act_save_place(app);
	}
	act_tell_loss(app);
	app->stale = true;
	return REACT_REDRAW;
}

static enum reaction overlay_key(struct app *app, enum command c)
{
	struct ui *ui = &app->ui;
	if (ui->overlay == OVERLAY_FAULTS)
		return act_fault_key(app, c);
	if (c == COMMAND_CANCEL || c == COMMAND_QUIT || (c == COMMAND_HELP && ui->overlay == OVERLAY_HELP) ||
	    (c == COMMAND_WORDS && ui->overlay == OVERLAY_WORDS)) {
		if (ui->overlay == OVERLAY_PACKET && ui->view != VIEW_WIRE)      /* no key would leave it there */
			ui->packet = 0;
		ui->overlay = ui->overlay == OVERLAY_TERM && ui->word >= 0 ? OVERLAY_WORDS : OVERLAY_NONE;
		ui->scroll_over = 0;
		return REACT_REDRAW;
	}
	if (ui->overlay == OVERLAY_PACKET && (c == COMMAND_BACK || c == COMMAND_FORWARD)) {
		int to = ui->packet + (c == COMMAND_BACK ? -1 : 1);
		return to >= 1 && to <= app->pic.model->n_packets ? act_open_packet(app, to) : REACT_NONE;
	}
	if (c == COMMAND_NEXT || c == COMMAND_CALL) {
		const struct term *t = ui->overlay == OVERLAY_WORDS ? words_at(&app->pic, ui->word) : NULL;
		if (t)
			ui->term = t, ui->overlay = OVERLAY_TERM;
		else
			ui->overlay = ui->overlay == OVERLAY_TERM && ui->word >= 0 ? OVERLAY_WORDS : OVERLAY_NONE;
		return REACT_REDRAW;
	}
	bool moves = c == COMMAND_UP || c == COMMAND_DOWN || c == COMMAND_PAGE_UP || c == COMMAND_PAGE_DOWN || c == COMMAND_LANG ||
		     c == COMMAND_REDRAW;
	return moves ? app_command(app, c, "") : REACT_NONE;
}

/* The underlined text at that place of the picture, by drawing it again. */
static void term_text(struct app *app, int y, int x, struct buf *out)
{
	struct surface s;
	surface_init(&s, app->rows, app->cols, app->set);
	app_draw(app, &s);
	const struct cell *row = y >= 0 && y < s.rows && x >= 0 && x < s.cols ? s.cell + y * s.cols : NULL;
	while (row && x > 0 && row[x].role == ROLE_TERM && row[x - 1].role == ROLE_TERM)
		x--;
	for (; row && x < s.cols && row[x].role == ROLE_TERM; x++)
		buf_adds(out, row[x].text);
	surface_release(&s);
}

static bool click_term(struct app *app, const struct key *key)
{
	struct buf text = BUF_INIT;
	if (app->ui.page == PAGE_RUN && app->ui.overlay == OVERLAY_NONE)
		term_text(app, key->y, key->x, &text);
	const struct term *t = words_find(&app->pic, text.data);
	buf_release(&text);
	if (!t)
		return false;
	app_open_term(app, t);
	return true;
}

/* A click opens the card of a term, chooses a packet or the program whose pane it hits, or closes what is open. */
static enum reaction click(struct app *app, const struct key *key)
{
	const struct layout *l = &app->drawn.layout;
	const struct model *m = app->pic.model;
	if (app->ui.overlay != OVERLAY_NONE)
		return app->ui.overlay == OVERLAY_WORDS ? REACT_NONE : overlay_key(app, COMMAND_CANCEL);
	if (click_term(app, key) || act_click_packet(app, key->y, key->x) != REACT_NONE)
		return REACT_REDRAW;
	for (int i = 0; m && app->ui.page == PAGE_RUN && i < l->panes; i++) {
		const struct model_task *t = l->first + i < m->n_actors ? picture_task(&app->pic, l->first + i) : NULL;
		char arg[16];
		if (!t || !rect_has(l->pane[i], key->y, key->x))
			continue;
		snprintf(arg, sizeof arg, "%d", t->lane + 1);
		return app_command(app, COMMAND_TASK, arg);
	}
	return REACT_NONE;
}

static enum reaction prompt_typed(struct app *app, int code)
{
	enum prompt_state st = prompt_key(code);
	if (st == PROMPT_DONE)
		act_typed(app, prompt_line());
	return app->ui.leaving ? REACT_QUIT : REACT_REDRAW;
}

static enum reaction digit(struct app *app, int n)
{
	char arg[16];
	snprintf(arg, sizeof arg, "%d", n);
	if (app->ui.page == PAGE_QUESTION)
		return act_answer(app, n - 1);
	if (app->ui.page == PAGE_MENU) {
		app->ui.pick = n - 1 < app->pic.n_menu ? n - 1 : app->ui.pick;
		return REACT_REDRAW;
	}
	return app_command(app, COMMAND_TASK, arg);
}

enum reaction app_key(struct app *app, const struct key *key)
{
	if (key->code == K_RESIZE)
		return REACT_RELAYOUT;
	bool had = app->ui.message || *app->until;
	app->ui.message = NULL;
	*app->until = '\0';
	if (prompt_show().label)
		return prompt_typed(app, key->code);
	if (act_auto_key(app, key))
		return REACT_REDRAW;
	if (key->code == K_MOUSE)
		return click(app, key);
	enum command c = command_of_key(key->code);
	if (app->ui.overlay != OVERLAY_NONE)
		return overlay_key(app, c);
	if (key->code >= '1' && key->code <= '9')
		return digit(app, key->code - '0');
	enum reaction r = c == COMMAND_NONE ? REACT_NONE : app_command(app, c, "");
	return r == REACT_NONE && had ? REACT_REDRAW : r;
}

static void show(struct app *app)
{
	struct surface s;
	int rows, cols;
	if (app->stale)
		app_refresh(app);
	term_size(app->term, &rows, &cols);
	surface_init(&s, rows, cols, term_charset(app->term));
	app_draw(app, &s);
	term_draw(app->term, &s, app->drawn.cursor_y, app->drawn.cursor_x);
	surface_release(&s);
}

/* All keys that are there. */
static enum reaction take_keys(struct app *app)
{
	struct key key;
	enum reaction all = REACT_NONE;
	while (all != REACT_QUIT && term_key(app->term, &key)) {
		enum reaction r = app_key(app, &key);
		all = r > all ? r : all;
		if (app->stale)
			app_refresh(app);
	}
	return all;
}

enum { CLOCK_MS = 1000 };

static enum reaction sleep_and_take(struct app *app)
{
	struct session *s = app->session;
	bool on = *app->until && !app->stepping;
	int ms = on ? 0 : act_auto_wait(app), clock = shows_clock(app) ? CLOCK_MS : -1;
	int woke = term_wait(app->term, s->run ? run_fd(s->run) : -1, clock < 0 ? ms : ms < 0 || clock < ms ? clock : ms);
	enum reaction r = clock >= 0 ? REACT_REDRAW : REACT_NONE;
	if (woke & TERM_GONE)
		return REACT_QUIT;
	if (woke & TERM_KEYS)
		r = take_keys(app);
	if (r != REACT_QUIT && woke & TERM_OTHER && app->session->run) {
		session_pump(app->session);
		enum reaction p = app_after_pump(app);
		r = p > r ? p : r;
	}
	if (r != REACT_QUIT) {
		enum reaction a = act_auto_step(app);
		r = a > r ? a : r;
	}
	if (r != REACT_QUIT && *app->until && !app->stepping) {
		act_run_on(app);
		r = r > REACT_REDRAW ? r : REACT_REDRAW;
	}
	return r;
}

bool app_run(struct session *session, const struct app_options *o, struct err *err)
{
	struct app app;
	struct terminal *term = term_open(&(struct term_options){ .theme = o->theme, .ascii = o->ascii, .mouse = o->mouse }, err);
	if (!term)
		return false;
	app_init(&app, session, o);
	app.term = term;
	app_begin(&app);
	enum reaction r = REACT_REDRAW;
	while (r != REACT_QUIT) {
		if (r != REACT_NONE)
			show(&app);
		r = sleep_and_take(&app);
	}
	act_save_place(&app);
	app_release(&app);
	term_close(term);
	return true;
}
