/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One rung of the ladder: number, arrow with its label, and what is special
 * about it, beside the arrow or below. Packets of the step that is shown have a
 * ● before their number. One that is held ends half-way, one that was lost ends
 * with ✗. Repeats have their number: ×3.
 */
#include "tutor/views/ladder.h"

#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/show/show_packet.h"

enum { STEP_COLS = 10 };

static enum role role_of(const struct ladder *l, const struct model_packet *p)
{
	bool now = p->step == l->m->step;
	if (show_packet_lost(l->m, p) || (p->flags && strstr(p->flags, "RST")) || p->broken || (p->about && !strcmp(p->kind, "ICMP")))
		return ROLE_ERROR;
	if (p->again || p->what || model_in_flight(l->m, p))
		return ROLE_WAIT;
	return now ? ROLE_CALL : ROLE_TEXT;
}

/* The longest words that fit. */
static void label_for(struct buf *b, const struct ladder *l, const struct model_packet *p, int times, int room)
{
	for (int level = 0; level <= PACKET_SHORTEST; level++) {
		buf_clear(b);
		show_packet(b, p, level);
		if (times > 1)
			buf_addf(b, " ×%d", times);
		if (ladder_cols(l, b->data) <= room)
			return;
	}
}

/* Between two lifelines, not on them: from `from` to `to`, where `to` has the head. */
static void draw_shaft(struct ladder *l, int y, int from, int to, enum role role, const char *head)
{
	int step = to > from ? 1 : -1;
	for (int x = from; x != to; x += step)
		surface_puts(l->s, y, x, 1, role, "─");
	surface_puts(l->s, y, to, 1, role, head);
}

static void draw_label(struct ladder *l, int y, int left, int right, enum role role, const char *text)
{
	int room = right - left + 1, w = ladder_cols(l, text);
	if (room < 3)
		return;
	w = w > room - 2 ? room - 2 : w;
	int x = left + (room - w) / 2;
	surface_puts(l->s, y, x - 1, 1, role, " ");
	int used = surface_cut(l->s, y, x, w, role, text);
	surface_puts(l->s, y, x + used, 1, role, " ");
}

static void draw_arrow(struct ladder *l, int y, const struct model_packet *p, int times, int a, int b)
{
	struct buf label = BUF_INIT;
	bool right = l->x[b] > l->x[a], held = model_in_flight(l->m, p), lost = show_packet_lost(l->m, p);
	int from = l->x[a] + (right ? 1 : -1), to = l->x[b] + (right ? -1 : 1), low = right ? from : to, high = right ? to : from;
	int middle = (from + to) / 2, quarter = to + (from - to) / 4;
	bool now = p->step == l->m->step;
	enum role role = role_of(l, p), shaft = role != ROLE_TEXT && role != ROLE_CALL ? role : now ? ROLE_NEXT : ROLE_DIM;
	draw_shaft(l, y, from, held ? middle : lost ? quarter : to, shaft, lost ? "✗" : right ? "▶" : "◀");
	if (held)
		low = right ? middle + 1 : low, high = right ? high : middle - 1;
	else if (lost)
		low = right ? low : quarter + 1, high = right ? quarter - 1 : high;
	else
		low += right ? 1 : 2, high -= right ? 2 : 1;
	label_for(&label, l, p, times, high - low - 1);
	draw_label(l, y, low, high, role, label.data);
	buf_release(&label);
}

/* Both its ends are one program: no arrow can be drawn. */
static void draw_loop(struct ladder *l, int y, const struct model_packet *p, int i)
{
	struct buf label = BUF_INIT;
	int x = l->x[i] + 2, end = i + 1 < l->n ? l->x[i + 1] : l->notes ? l->notes - 1 : l->in.x + l->in.w;
	if (i && end - x < 12) {
		end = l->x[i] - 1;
		x = l->x[i - 1] + 2;
	}
	label_for(&label, l, p, 1, end - x - 3);
	surface_puts(l->s, y, x, 2, ROLE_DIM, "↔");
	surface_cut(l->s, y, x + ladder_cols(l, "↔") + 1, end - x - 1 - ladder_cols(l, "↔"), role_of(l, p), label.data);
	buf_release(&label);
}

static const char *letter_of(const struct model_packet *p)
{
	return &"abcdefghijklmnopqrstuvwxyz"[(p->talk - 1) % 26];
}

static void draw_number(struct ladder *l, int y, const struct model_packet *p)
{
	bool now = p->step == l->m->step, chosen = p->id == l->chosen;
	char text[24];
	snprintf(text, sizeof text, "%*d", l->digits, p->id);
	surface_puts(l->s, y, l->in.x, 1, ROLE_NEXT, chosen ? "▶" : now ? "●" : " ");
	surface_puts(l->s, y, l->in.x + 1, l->digits, now ? ROLE_NEXT : ROLE_DIM, text);
	if (l->many && p->talk)
		surface_put(l->s, y, l->in.x + 1 + l->digits, 1, ROLE_VALUE, letter_of(p), 1);
}

/* How long after the first one the last repeat was sent; after the first part of the notes, for it is kept longest. */
static void add_last(const struct ladder *l, const struct rung *r, struct buf *b, size_t from)
{
	const struct model_packet *p = &l->m->packets[r->id - 1];
	struct buf rest = BUF_INIT;
	if (r->times < 2 || p->again < 1 || p->again >= p->id)
		return;
	char *second = strstr(b->data + from, " · ");
	buf_adds(&rest, second ? second : "");
	b->len -= rest.len;
	buf_addf(b, _(" · last after %lld s"), (long long)(p->at - l->m->packets[p->again - 1].at + 500000000) / 1000000000);
	buf_add(b, rest.data, rest.len);
	buf_release(&rest);
}

static void notes_in(const struct ladder *l, const struct rung *r, unsigned langs, struct buf *b)
{
	buf_clear(b);
	show_packet_notes(b, l->pic->course, langs, l->m, &l->m->packets[r->id - 1]);
	add_last(l, r, b, 0);
}

static bool drop_last_part(struct buf *b)
{
	char *last = b->len ? strstr(b->data, " · ") : NULL;
	for (char *next; last && (next = strstr(last + 1, " · "));)
		last = next;
	if (!last)
		return false;
	*last = '\0';
	b->len = (size_t)(last - b->data);
	return true;
}

/* What does not fit is said in one language, or without its last parts: no word is cut. */
static void add_notes(const struct ladder *l, const struct rung *r, struct buf *b, int room)
{
	unsigned langs = ui_langs(l->pic->ui);
	notes_in(l, r, langs, b);
	if (r->times > 1 && ladder_cols(l, b->data) > room)      /* its fate is drawn, and the first one's note has the word */
		drop_last_part(b);
	if (ladder_cols(l, b->data) <= room)
		return;
	if (langs == (1u << LANG_EN | 1u << LANG_ZH)) {
		notes_in(l, r, 1u << LANG_EN, b);
		if (ladder_cols(l, b->data) <= room)
			return;
		notes_in(l, r, langs, b);
	}
	while (b->len && ladder_cols(l, b->data) > room && drop_last_part(b))
		;
}

/* The first packet of a step says which. */
static bool begins_step(const struct ladder *l, const struct model_packet *p)
{
	return p->id == 1 || l->m->packets[p->id - 2].step != p->step;
}

static void draw_notes(struct ladder *l, int y, const struct rung *r)
{
	struct buf b = BUF_INIT;
	const struct model_packet *p = &l->m->packets[r->id - 1];
	int x = l->notes, end = l->in.x + l->in.w;
	add_notes(l, r, &b, end - x);
	if (begins_step(l, p) && ladder_cols(l, b.data) + STEP_COLS <= end - x)
		x += surface_cutf(l->s, y, x, end - x, ROLE_DIM, _("step %d"), p->step) + 1;
	if (b.len && x < end)
		surface_cut(l->s, y, x, end - x, ROLE_WAIT, b.data);
	buf_release(&b);
}

int ladder_rung_rows(const struct ladder *l, const struct rung *r)
{
	struct buf b = BUF_INIT;
	if (l->notes)
		return 1;
	add_notes(l, r, &b, l->in.w);
	int rows = b.len ? 2 : 1;
	buf_release(&b);
	return rows;
}

void ladder_rung_draw(struct ladder *l, const struct ladder_rung *at)
{
	const struct model_packet *p = &l->m->packets[at->rung.id - 1];
	int a = ladder_line(l, show_from(l->m, p)), b = ladder_line(l, show_to(l->m, p)), y = at->y;
	ladder_draw_lines(l, y);
	draw_number(l, y, p);
	if (a >= 0 && b >= 0 && a != b)
		draw_arrow(l, y, p, at->rung.times, a, b);
	else
		draw_loop(l, y, p, a >= 0 ? a : b >= 0 ? b : 0);
	if (l->notes) {
		draw_notes(l, y, &at->rung);
	} else if (at->rows > 1) {
		struct buf note = BUF_INIT;
		int room = l->in.x + l->in.w - l->x[0] - 2;
		add_notes(l, &at->rung, &note, room);
		ladder_draw_lines(l, y + 1);
		surface_cut(l->s, y + 1, l->x[0] + 2, room, ROLE_WAIT, note.data);
		buf_release(&note);
	}
	if (p->id == l->chosen)
		surface_recolor(l->s, (struct rect){ y, l->in.x, 1, l->in.w }, ROLE_SELECT);
}
