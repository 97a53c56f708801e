/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What must hold at every size from 1x1 to 250x70: no row wider than the
 * terminal, no half character, frames closed and their sides in one column,
 * both languages there, and hostile text changes none of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/screen/fixture.h"
#include "tutor/fault_order.h"
#include "tutor/i18n.h"

static int passed, failed;
static char where[128];

static bool bad(const struct surface *s, const char *what, int y, int x)
{
	struct buf b = BUF_INIT;
	surface_dump(s, &b);
	if (failed < 3)
		printf("%s: %s at row %d, column %d\n%s", where, what, y, x, b.data);
	buf_release(&b);
	return false;
}

static const struct cell *cell(const struct surface *s, int y, int x)
{
	return &s->cell[y * s->cols + x];
}

static bool is(const struct surface *s, int y, int x, const char *text)
{
	return y < s->rows && x < s->cols && !strcmp(cell(s, y, x)->text, text);
}

static bool halves_match(const struct surface *s)
{
	for (int y = 0; y < s->rows; y++)
		for (int x = 0; x < s->cols; x++) {
			const struct cell *c = cell(s, y, x);
			bool right = x > 0 && cell(s, y, x - 1)->cols == 2;
			if ((c->cols == 0) != right || (c->cols == 2 && x + 1 == s->cols))
				return bad(s, "half a character", y, x);
			if (c->cols && text_cols(s->set, c->text, strlen(c->text)) != c->cols)
				return bad(s, "a cell of another width than it says", y, x);
		}
	return true;
}

static bool is_side(const struct surface *s, int y, int x)
{
	return is(s, y, x, "│") || is(s, y, x, "├") || is(s, y, x, "┤");
}

/* From a ┌: the ┐ on its row, then both sides down to └ and ┘ on one row. */
static bool frame_closed(const struct surface *s, int y, int x)
{
	int right = x + 1, down = y + 1;
	while (right < s->cols && !is(s, y, right, "┐") && !is(s, y, right, "┌"))
		right++;
	if (!is(s, y, right, "┐"))
		return bad(s, "a frame without its right corner", y, x);
	while (down < s->rows && is_side(s, down, x) && is_side(s, down, right))
		down++;
	if (!is(s, down, x, "└") || !is(s, down, right, "┘"))
		return bad(s, "a frame whose side breaks", down, x);
	return true;
}

static bool frames_closed(const struct surface *s)
{
	for (int y = 0; y < s->rows; y++)
		for (int x = 0; x < s->cols; x++)
			if (is(s, y, x, "┌") && !frame_closed(s, y, x))
				return false;
	return true;
}

static bool has(const struct surface *s, const char *text)
{
	struct buf b = BUF_INIT;
	surface_dump(s, &b);
	bool found = strstr(b.data, text) != NULL;
	buf_release(&b);
	return found;
}

static bool languages_there(const struct surface *s, const struct fixture *f)
{
	if (f->model.tasks[0].last_signal || f->ui.lang != UI_BOTH || f->ui.page != PAGE_RUN || f->ui.zoom == ZOOM_PANE)
		return true;
	return (has(s, "EN  ") && has(s, "中  ")) || bad(s, "a language is missing", 0, 0);
}

static bool draw_and_check(struct fixture *f, int rows, int cols)
{
	struct surface s;
	struct drawn d;
	surface_init(&s, rows, cols, CHARSET_FULL);
	screen_draw(&s, &f->pic, &d);
	bool ok = halves_match(&s);
	if (ok && d.layout.kind != LAYOUT_TOO_SMALL && f->ui.overlay == OVERLAY_NONE)
		ok = frames_closed(&s) && languages_there(&s, f);
	surface_release(&s);
	return ok;
}

/* All sizes of a grid; 1 is every one. */
static void all_sizes(struct fixture *f, const char *name, int least, int by)
{
	bool ok = true;
	for (int rows = least ? 12 : 1; rows <= 70 && ok; rows += by)
		for (int cols = least ? 40 : 1; cols <= 250 && ok; cols += by) {
			snprintf(where, sizeof where, "%s %dx%d", name, cols, rows);
			ok = draw_and_check(f, rows, cols);
		}
	passed += ok;
	failed += !ok;
}

/* The wire and the TCP states in the place of the panes, in every language. */
static void views(struct fixture *f)
{
	char name[64];
	fixture_set(f, MOMENT_ACCEPTED);
	for (int view = VIEW_WIRE; view < VIEWS; view++)
		for (int lang = 0; lang < UI_LANGS; lang++) {
			f->ui.view = (enum pane_view)view;
			f->ui.lang = (enum ui_lang)lang;
			i18n_use(lang == UI_ZH ? WORDS_ZH : WORDS_EN);
			snprintf(name, sizeof name, "view %d language %d", view, lang);
			all_sizes(f, name, 1, lang ? 7 : 3);
		}
	i18n_use(WORDS_EN);
	f->ui.view = VIEW_CODE;
	f->ui.lang = UI_BOTH;
}

/* A segment sent again and again shares a rung; another is chosen, with newer ones below it. */
static void repeats(struct fixture *f)
{
	fixture_set(f, MOMENT_ACCEPTED);
	for (int i = 3; i + 1 < f->model.n_packets; i++) {
		struct model_packet p = f->packets[2];
		p.id = i + 1, p.again = 3, p.what = "retransmission", p.at += (int64_t)i * 1000000000;
		f->packets[i] = p;
	}
	f->ui.view = VIEW_WIRE;
	for (int chosen = 0; chosen <= f->model.n_packets; chosen += 2) {
		f->ui.packet = chosen;
		all_sizes(f, "repeats", 1, 5);
	}
	f->ui.packet = 0;
	f->ui.view = VIEW_CODE;
}

/* At a held call the last row offers F at 80 columns, whatever else it has to offer. */
static void what_if(struct fixture *f)
{
	static const char *const says[UI_LANGS] = { "F what if", "F what if", "F 假如" };
	for (int i = 0; i < 4 * UI_LANGS; i++) {
		struct surface s;
		struct drawn d;
		fixture_set(f, MOMENT_CONNECT);
		f->packets[0] = (struct model_packet){ .id = 1, .actor = 1, .kind = "TCP", .flags = "SYN" };
		f->fates[0] = (struct model_fate){ .id = 1, .before = -1, .what = "held" };
		f->model.packets = f->packets, f->model.fates = f->fates;
		f->model.n_packets = f->model.n_fates = i & 1;
		f->model.wire.holding = f->ui.cable = true;
		f->ui.view = i & 2 ? VIEW_WIRE : VIEW_CODE;
		f->ui.lang = (enum ui_lang)(i / 4);
		i18n_use(f->ui.lang == UI_ZH ? WORDS_ZH : WORDS_EN);
		surface_init(&s, 24, 80, CHARSET_FULL);
		screen_draw(&s, &f->pic, &d);
		bool ok = has(&s, says[f->ui.lang]) || bad(&s, "F is not in the last row", 23, 0);
		surface_release(&s);
		passed += ok;
		failed += !ok;
	}
	fixture_set(f, MOMENT_CONNECT);
	f->ui.view = VIEW_CODE;
	f->ui.lang = UI_BOTH;
	f->ui.cable = false;
	i18n_use(WORDS_EN);
}

static void moments(struct fixture *f)
{
	char name[64];
	for (int m = 0; m < MOMENTS_MADE; m++)
		for (int lang = 0; lang < UI_LANGS; lang++) {
			fixture_set(f, (enum moment_name)m);
			f->ui.lang = (enum ui_lang)lang;
			snprintf(name, sizeof name, "moment %d language %d", m, lang);
			all_sizes(f, name, 1, m == MOMENT_CONNECT && lang == UI_BOTH ? 1 : 9);
		}
	f->ui.lang = UI_BOTH;
}

static void pages(struct fixture *f)
{
	char name[64];
	fixture_set(f, MOMENT_RECEIVED);
	for (int page = 0; page <= PAGE_QUESTION; page++)
		for (int over = 0; over <= OVERLAY_PACKET; over++) {
			f->ui.packet = 3;
			f->ui.page = (enum page)page;
			f->ui.overlay = (enum overlay)over;
			f->ui.answer = 1;
			snprintf(name, sizeof name, "page %d overlay %d", page, over);
			all_sizes(f, name, 1, 11);
		}
	f->ui.page = PAGE_RUN;
	f->ui.overlay = OVERLAY_NONE;
	f->ui.packet = 0;
	for (int zoom = 0; zoom < ZOOMS; zoom++)
		for (int view = 0; view < VIEWS; view++) {
			f->ui.zoom = (enum zoom)zoom;
			f->ui.view = (enum pane_view)view;
			snprintf(name, sizeof name, "zoom %d view %d", zoom, view);
			all_sizes(f, name, 1, 11);
		}
	f->ui.zoom = ZOOM_NONE;
	f->ui.view = VIEW_CODE;
}

/* What can happen to a held call, and what is said of it afterwards. */
static void faults(struct fixture *f)
{
	static const struct text name = { { "no route to host", "无法到达主机" } };
	static const struct text says = { { "Packets no longer reach the peer's host. Check the network.", "数据包已无法到达对端主机。请检查网络。" } };
	struct fault_offer offers[] = {
		{ .order = { .kind = FAULT_ERRNO, .name = "EHOSTUNREACH", .whom = -1 }, .words = "EHOSTUNREACH", .title = &name, .says = &says },
		{ .order = { .kind = FAULT_SHORT, .n = 50, .whom = -1 }, .words = "short 50" },
		{ .order = { .kind = FAULT_SIGNAL, .name = "SIGCHLD", .whom = -1 }, .words = "signal SIGCHLD" },
		{ .order = { .kind = FAULT_KILL, .whom = 1 }, .words = "kill client" },
	};
	fixture_set(f, MOMENT_CONNECT);
	f->pic.faults = offers;
	f->pic.n_faults = sizeof offers / sizeof *offers;
	f->ui.overlay = OVERLAY_FAULTS;
	for (f->ui.fault = 0; f->ui.fault < f->pic.n_faults; f->ui.fault++)
		all_sizes(f, "what can happen", 1, 9);
	f->ui.overlay = OVERLAY_NONE;
	f->pic.faults = NULL;
	f->pic.n_faults = 0;
	for (int kind = FAULT_ERRNO; kind < FAULT_KINDS; kind++)
		for (int after = 0; after < 2; after++) {
			fixture_set(f, after ? MOMENT_RECEIVED : MOMENT_CONNECT);
			struct model_call *c = &f->model.tasks[f->ui.lane].call;
			c->fault = fault_name((enum fault_kind)kind);
			c->fault_name = "EHOSTUNREACH";
			c->injected = after ? c->fault : NULL;
			all_sizes(f, "a fault", 1, 9);
		}
}

/* A log that was cut off after its first line. */
static void no_program(struct fixture *f)
{
	char name[64];
	fixture_set(f, MOMENT_START);
	f->model.n_actors = f->model.n_tasks = f->model.n_socks = f->model.n_fds = f->model.n_packets = 0;
	f->ui.lane = f->ui.target = -1;
	f->ui.lang = UI_EN;
	const struct explanation *explain = f->pic.explain;
	f->pic.explain = NULL;
	for (int live = 0; live < 2; live++)
		for (int zoom = 0; zoom < ZOOMS; zoom++)
			for (int view = 0; view < VIEWS; view++) {
				f->ui.replay = !live;
				f->ui.zoom = (enum zoom)zoom;
				f->ui.view = (enum pane_view)view;
				snprintf(name, sizeof name, "no program, zoom %d view %d", zoom, view);
				all_sizes(f, name, 1, 13);
			}
	f->pic.explain = explain;
	f->ui.zoom = ZOOM_NONE;
	f->ui.view = VIEW_CODE;
	f->ui.lang = UI_BOTH;
}

/* Bytes of every kind where programs decide what is shown. */
static void hostile(struct fixture *f)
{
	static const char junk[] = "\033[2J\033]0;x\a\x80\xff\xe4\xb8 \xe2\x80\xae abc \xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"
		"\t\r\n\x7f\x01\xf0\x9f\x98\x80\xe4\xb8\xad\xe6\x96\x87\xef\xbc\x8c";
	fixture_set(f, MOMENT_RECEIVED);
	for (int i = 0; i < 200; i++)
		buf_add(&f->model.actors[0].output, junk, sizeof junk - 1);
	f->model.actors[0].name = junk;
	f->model.tasks[0].call.call = junk;
	f->model.tasks[0].call.err = junk;
	f->model.tasks[0].call.file = junk;
	f->model.socks[0].state = junk;
	f->model.tasks[0].last_signal = junk;
	for (int i = 0; i < f->model.n_packets; i++) {
		struct model_packet *p = &f->packets[i];
		p->flags = p->flags ? junk : NULL;
		p->about = p->about ? junk : NULL;
		p->what = p->broken = junk;
		p->actor = i - 3, p->to = 5 - i;
	}
	f->model.socks[1].why = junk;
	for (int view = 0; view < VIEWS; view++) {
		f->ui.view = (enum pane_view)view;
		all_sizes(f, "hostile text", 1, 9);
	}
	f->ui.view = VIEW_CODE;
}

int main(void)
{
	struct fixture f;
	if (!i18n_init("en")) {
		puts("no UTF-8 locale");
		return 77;
	}
	if (!fixture_init(&f, "lessons", "tcp-hello")) {
		puts("the lesson tcp-hello cannot be read");
		return 1;
	}
	moments(&f);
	views(&f);
	repeats(&f);
	what_if(&f);
	pages(&f);
	faults(&f);
	hostile(&f);
	no_program(&f);
	fixture_set(&f, MOMENT_CONNECT);
	all_sizes(&f, "from nothing", 0, 3);
	fixture_release(&f);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
