/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state diagram of TCP with both ends of one connection on it: the program
 * stands at its state, ✓ marks where it was, and below is why it is there.
 */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/show/ends.h"
#include "tutor/show/show.h"
#include "tutor/show/show_packet.h"
#include "tutor/views/views.h"

enum { GRID_ROWS = 7, GRID_COLS = 50, BELOW_LEAST = 1 };
enum place { LEFT_OF, RIGHT_OF, BELOW, ABOVE };

static const struct { unsigned char row, column; } spots[TCP_STATES] = {
#define STATE(id, row, column) [STATE_##id] = { row, column },
#include "tutor/show/tcp_states.def"
};

static const struct arrow { unsigned char from, to; const char *label, *sign; unsigned char at, place; } arrows[] = {
#define EDGE(from, to, label, sign, at, place) { STATE_##from, STATE_##to, label, sign, STATE_##at, place },
#include "tutor/show/tcp_states.def"
};

struct diagram {
	struct surface *s;
	const struct picture *pic;
	const struct ends_pair *pair;
	struct rect in;
	int stride;                       /* rows from one row of states to the next */
	int from[TCP_STATES], to[TCP_STATES];   /* columns that a state's text takes */
};

static int cols_of(const struct diagram *d, const char *text)
{
	return text_cols(d->s->set, text, strlen(text));
}

static const char *name_of(const struct diagram *d, int side)
{
	const struct end_path *e = &d->pair->end[side];
	return e->sock ? show_end(d->pic->model, e->sock->actor) : "";
}

static bool is_at(const struct diagram *d, int side, int state)
{
	return d->pair->end[side].sock && d->pair->end[side].state == state;
}

/* 2: the kernel showed it; 1: it must have been passed; 0: never. */
static int was_at(const struct diagram *d, int state)
{
	int most = 0;
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < d->pair->end[side].n; i++)
			if (d->pair->end[side].step[i].state == state && most < (d->pair->end[side].step[i].inferred ? 1 : 2))
				most = d->pair->end[side].step[i].inferred ? 1 : 2;
	return most;
}

static int centre(const struct diagram *d, int column)
{
	static const int twentieths[] = { 3, 9, 15 };
	return d->in.x + d->in.w * twentieths[column] / 20;
}

static int row_of(const struct diagram *d, int row)
{
	return d->in.y + row * d->stride;
}

static void draw_state(struct diagram *d, int state)
{
	char text[160];
	const char *name = tcp_state_name((enum tcp_state)state);
	bool left = is_at(d, 0, state), right = is_at(d, 1, state);
	int was = was_at(d, state), y = row_of(d, spots[state].row);
	int x = centre(d, spots[state].column) - cols_of(d, name) / 2;
	snprintf(text, sizeof text, "%.20s ▶ ", name_of(d, 0));
	const char *before = left ? text : was == 2 && !right ? "✓ " : was == 1 ? "~ " : "";
	int w = cols_of(d, before), end = d->in.x + d->in.w;
	d->from[state] = x - w < d->in.x ? d->in.x : x - w;
	x = d->from[state];
	x += surface_puts(d->s, y, x, end - x, left ? ROLE_NEXT : ROLE_OK, before);
	x += surface_puts(d->s, y, x, end - x, left || right ? ROLE_SELECT : was ? ROLE_CALL : ROLE_TEXT, name);
	if (right) {
		snprintf(text, sizeof text, " ◀ %.20s", name_of(d, 1));
		x += surface_cut(d->s, y, x, end - x, ROLE_NEXT, text);
	}
	d->to[state] = x;
}

/* With a space on both sides: two labels in one row are not read as one. */
static bool is_free(const struct diagram *d, int y, int x, int w)
{
	if (x < d->in.x || x + w > d->in.x + d->in.w || y >= d->in.y + d->in.h)
		return false;
	int from = x > d->in.x ? x - 1 : x, to = x + w < d->in.x + d->in.w ? x + w + 1 : x + w;
	for (int i = from; i < to; i++)
		if (strcmp(d->s->cell[y * d->s->cols + i].text, " ") || !d->s->cell[y * d->s->cols + i].cols)
			return false;
	return true;
}

static bool try_arrow(struct diagram *d, const struct arrow *a, const char *text, bool went)
{
	int w = cols_of(d, text), y = row_of(d, spots[a->at].row), x, under = d->stride > 1;
	int mid = centre(d, spots[a->at].column);
	switch ((enum place)a->place) {
	case LEFT_OF: x = d->from[a->at] - 1 - w; y += under; break;
	case RIGHT_OF: x = under && !strcmp(a->sign, "↓") ? mid : d->to[a->at] + 1; y += under && strcmp(a->sign, "→") != 0; break;
	case BELOW: x = mid - w / 2; y += d->stride; break;
	default: x = mid - w / 2; y -= d->stride; break;
	}
	if (!is_free(d, y, x, w))
		return false;
	surface_puts(d->s, y, x, w, went ? ROLE_OK : ROLE_DIM, text);
	return true;
}

/* With what happens and what is sent; where that does not fit, the arrow alone. */
static void draw_arrow(struct diagram *d, const struct arrow *a, bool went)
{
	char text[64];
	const char *mark = went ? "✓" : "";
	if (a->place == LEFT_OF)
		snprintf(text, sizeof text, "%s%s %s", mark, a->label, a->sign);
	else
		snprintf(text, sizeof text, "%s%s %s", a->sign, mark, a->label);
	if (try_arrow(d, a, text, went))
		return;
	snprintf(text, sizeof text, "%s%s", a->sign, mark);
	try_arrow(d, a, text, went);
}

static void draw_grid(struct diagram *d)
{
	for (int i = 0; i < TCP_STATES; i++)
		draw_state(d, i);
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < sizeof arrows / sizeof *arrows; i++) {
			enum tcp_state from = (enum tcp_state)arrows[i].from, to = (enum tcp_state)arrows[i].to;
			bool went = end_went(&d->pair->end[0], from, to) || end_went(&d->pair->end[1], from, to);
			if (went == !pass)
				draw_arrow(d, &arrows[i], went);
		}
}

static bool is_call(const char *why)
{
	return *why >= 'a' && *why <= 'z';
}

/* LISTEN → ~SYN_RECV → ESTABLISHED */
static void add_path(struct doc *d, const struct end_path *e)
{
	for (int i = 0; i < e->n; i++) {
		bool last = i + 1 == e->n;
		doc_adds(d, ROLE_DIM, i ? " → " : "");
		doc_adds(d, last ? ROLE_CALL : ROLE_TEXT, e->step[i].inferred ? "~" : "");
		doc_adds(d, last ? ROLE_CALL : ROLE_TEXT, tcp_state_name((enum tcp_state)e->step[i].state));
	}
	if (!e->n)
		doc_adds(d, ROLE_TEXT, show_state(e->sock));
}

static void add_why(struct doc *d, const char *why, bool full)
{
	if (!strcmp(why, "timer"))
		doc_adds(d, ROLE_VALUE, full ? _(" because a timer of the kernel ran out") : _("a timer"));
	else if (is_call(why))
		doc_addf(d, ROLE_VALUE, full ? _(" because of %s()") : "%s()", why);
	else
		doc_addf(d, ROLE_VALUE, full ? _(" because of the packet %s") : "%s", why);
}

static bool changed_now(const struct picture *pic, const struct end_path *e)
{
	const struct model_sock *k = e->sock;
	bool fresh = k->changed & SOCK_IS_NEW && e->n < 2;
	return k->changed_in == pic->model->step && k->changed & SOCK_STATE && !fresh;
}

/* A line: its way or its state, and why it is there. */
static void add_end(struct doc *d, const struct picture *pic, const struct end_path *e, bool path)
{
	if (!e->sock)
		return;
	doc_addf(d, ROLE_TITLE_ON, "%s  ", show_end(pic->model, e->sock->actor));
	if (path)
		add_path(d, e);
	else
		doc_adds(d, ROLE_CALL, show_state(e->sock));
	if (e->sock->why)
		doc_adds(d, ROLE_DIM, path ? "" : " · "), add_why(d, e->sock->why, path);
	if (changed_now(pic, e))
		doc_addf(d, ROLE_NEXT, " ● %s", _("in this step"));
	doc_end(d, 4);
}

/* Both on one line, below a diagram that shows the rest. */
static void add_reasons(struct doc *d, const struct picture *pic, const struct ends_pair *p)
{
	doc_adds(d, ROLE_DIM, _("because of"));
	for (int side = 0; side < 2; side++) {
		const struct model_sock *k = p->end[side].sock;
		if (!k || !k->why)
			continue;
		doc_addf(d, ROLE_TITLE_ON, " %s: ", show_end(pic->model, k->actor));
		add_why(d, k->why, false);
		doc_adds(d, ROLE_DIM, "  ");
	}
	doc_end(d, 2);
}

/* What the state means. */
static void add_meaning(struct doc *d, const struct picture *pic, int state)
{
	char name[48];
	struct text means = { { NULL } };
	snprintf(name, sizeof name, "TCP_%s", state == STATE_CLOSED ? "CLOSE" : tcp_state_name((enum tcp_state)state));
	if (!pic->course || !explain_constant(pic->course, name, NULL, &means))
		return;
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		if (!means.in[lang] || !ui_shows(pic->ui, (enum lang)lang))
			continue;
		doc_addf(d, ROLE_DIM, "%s%s", tcp_state_name((enum tcp_state)state), lang == LANG_ZH ? "：" : ": ");
		doc_adds(d, ROLE_TEXT, means.in[lang]);
		doc_end(d, 4);
	}
}

static bool has_inferred(const struct ends_pair *p)
{
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < p->end[side].n; i++)
			if (p->end[side].step[i].inferred)
				return true;
	return false;
}

void states_doc(struct doc *d, const struct picture *pic, const struct ends_pair *p, enum states_words words)
{
	if (words == STATES_WHY)
		add_reasons(d, pic, p);
	for (int side = 0; side < 2 && words != STATES_WHY; side++)
		add_end(d, pic, &p->end[side], words == STATES_PATH);
	for (int side = 0; side < 2; side++)
		if (p->end[side].state >= 0 && (!side || p->end[1].state != p->end[0].state))
			add_meaning(d, pic, p->end[side].state);
	if (has_inferred(p)) {
		doc_adds(d, ROLE_DIM, _("✓ seen. ~ passed too fast to be seen: it follows from the diagram."));
		doc_end(d, 2);
	}
}

static void make_title(struct buf *b, const struct picture *pic, int count)
{
	buf_adds(b, _("TCP states"));
	if (count > 1)
		buf_addf(b, _(" · connection %d of %d (↑↓)"), pic->ui->ends + 1, count);
}

static struct rect frame(struct surface *s, const struct picture *pic, struct rect r, int count)
{
	struct buf title = BUF_INIT;
	make_title(&title, pic, count);
	surface_box(s, r, ROLE_BORDER_ON, ROLE_TITLE_ON, title.data);
	buf_release(&title);
	r = rect_inside(r);
	r.x++, r.w -= 2;
	return r;
}

/* Here the arrows choose a connection: only where it is enlarged can the rest be seen. */
static void draw_cut(struct surface *s, struct rect f)
{
	const char *text = _("↓ more (z: enlarge)");
	int w = text_cols(s->set, text, strlen(text)), x = f.x + f.w - 3 - w;
	if (x < f.x + 2)
		return;
	surface_puts(s, f.y + f.h - 1, x - 1, 1, ROLE_NEXT, " ");
	surface_puts(s, f.y + f.h - 1, x, w, ROLE_NEXT, text);
	surface_puts(s, f.y + f.h - 1, x + w, 1, ROLE_NEXT, " ");
}

/* The words take what the diagram leaves, but two lines at least: without them nobody knows why. */
int view_states(struct surface *s, const struct picture *pic, struct rect r)
{
	struct ends_pair pair;
	struct doc d;
	int count = ends_count(pic->model);
	bool framed = r.h >= 3;
	struct rect outer = r;
	if (framed)
		r = frame(s, pic, r, count);
	if (r.h < 1)
		return 0;
	if (!ends_at(pic->model, pic->ui->ends, &pair)) {
		surface_cut(s, r.y, r.x, r.w, ROLE_DIM, _("no TCP socket yet"));
		return 0;
	}
	bool grid = r.w >= GRID_COLS && r.h >= GRID_ROWS + BELOW_LEAST;
	int stride = r.h >= 2 * GRID_ROWS - 1 + 4 ? 2 : 1, rows = grid ? (GRID_ROWS - 1) * stride + 1 : 0;
	if (grid) {
		struct diagram g = { .s = s, .pic = pic, .pair = &pair, .in = { r.y, r.x, rows, r.w }, .stride = stride };
		draw_grid(&g);
	}
	struct rect below = { r.y + rows, r.x, r.h - rows, r.w };
	doc_init(&d, s->set, r.w);
	states_doc(&d, pic, &pair, below.h >= 4 ? STATES_PATH : grid ? STATES_WHY : STATES_NOW);
	if (grid && d.n < below.h) {
		doc_adds(&d, ROLE_DIM, _("On an arrow: what came or was called, then what was sent."));
		doc_end(&d, 2);
	}
	int max = doc_scroll_max(&d, below.h), first = pic->ui->scroll_pane < 0 ? 0 : pic->ui->scroll_pane;
	doc_draw(&d, s, below, first < max ? first : max);
	if (framed && pic->ui->zoom == ZOOM_PANE)
		draw_more(s, outer, ROLE_NEXT, first < max ? first : max, max);
	else if (framed && max > 0)
		draw_cut(s, outer);
	doc_release(&d);
	return max;
}
