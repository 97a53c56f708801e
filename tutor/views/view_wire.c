/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ladder: one lifeline a program, one arrow a packet, the newest at the
 * bottom. Above it stand the programs and their TCP states, on its frame what
 * the cable does and how many packets are out of sight.
 */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/show/ends.h"
#include "tutor/show/show.h"
#include "tutor/show/show_packet.h"
#include "tutor/views/ladder.h"
#include "tutor/views/views.h"

enum { BESIDE_NAME = 28, FRAME_LEAST = 3 };

/* What stands above the lifelines. */
struct heads {
	bool names, status, states;               /* which rows there are */
	bool beside;                              /* no row of states: all have room for that beside the name */
	const char *state[LADDER_LINES];          /* of that program's end of the newest connection, by the kernel's word; NULL: it has none */
};

/* Centred over lifeline i, but inside the ladder and clear of its neighbours. */
static void draw_over_line(struct ladder *l, int y, int i, enum role role, const char *text)
{
	int w = ladder_cols(l, text), left = i ? (l->x[i - 1] + l->x[i]) / 2 + 1 : l->in.x;
	int right = i + 1 < l->n ? (l->x[i] + l->x[i + 1]) / 2 : l->in.x + l->in.w;
	int x = l->x[i] - w / 2;
	x = x + w > right ? right - w : x;
	x = x < left ? left : x;
	surface_cut(l->s, y, x, right - x, role, text);
}

static const struct model_task *task_at(const struct ladder *l, int i)
{
	return l->actor[i] >= 0 ? picture_task(l->pic, l->actor[i]) : NULL;
}

static const char *state_of(const struct ends_pair *pair, int actor)
{
	for (int side = 0; side < 2; side++) {
		const struct model_sock *k = pair->end[side].sock;
		if (k && k->actor == actor)
			return k->kernel;
	}
	return NULL;
}

static struct heads make_heads(const struct ladder *l)
{
	struct ends_pair pair;
	bool ends = ends_at(l->m, 0, &pair), any = false;
	struct heads h = { .names = l->in.h > 1, .status = l->in.h >= 6 && l->in.w >= 44, .beside = l->n && l->in.w / l->n >= BESIDE_NAME };
	for (int i = 0; i < l->n; i++) {
		h.state[i] = ends ? state_of(&pair, l->actor[i]) : NULL;
		any |= h.state[i] != NULL;
	}
	h.states = any && l->in.h >= 9 && !h.beside;
	return h;
}

/* What the heads leave is the rungs'. */
static struct rect below_heads(const struct heads *h, struct rect r)
{
	int rows = h->names + h->status + h->states;
	return (struct rect){ r.y + rows, r.x, r.h - rows, r.w };
}

static void draw_name(struct ladder *l, int y, int i, const char *state)
{
	char text[96];
	const struct model_task *t = task_at(l, i);
	snprintf(text, sizeof text, "%s%s%.40s%s%.20s", t ? show_sign(t) : "", t ? " " : "", show_end(l->m, l->actor[i]),
		 state ? " · " : "", state ? state : "");
	draw_over_line(l, y, i, t && t->lane == l->pic->ui->lane ? ROLE_TITLE_ON : ROLE_TITLE, text);
}

static void draw_status(struct ladder *l, int y, int i)
{
	const struct model_task *t = task_at(l, i);
	struct buf b = BUF_INIT;
	if (!t)
		return;
	show_status(&b, t, false);
	draw_over_line(l, y, i, t->status == TASK_ASLEEP ? ROLE_WAIT : ROLE_DIM, b.data);
	buf_release(&b);
}

static void draw_heads(struct ladder *l, const struct heads *h)
{
	for (int i = 0; i < l->n; i++) {
		int y = l->in.y;
		if (h->names)
			draw_name(l, y++, i, h->beside ? h->state[i] : NULL);
		if (h->status)
			draw_status(l, y++, i);
		if (h->states && h->state[i])
			draw_over_line(l, y, i, ROLE_TEXT, h->state[i]);
	}
}

/* What stands on the lower frame, from the right; returns the room that is left. */
static int draw_on_frame(struct surface *s, struct rect f, int room, enum role role, const char *format, int packets)
{
	char text[48];
	snprintf(text, sizeof text, format, packets);
	int w = text_cols(s->set, text, strlen(text));
	if (!packets || w + 2 > room)
		return room;
	surface_puts(s, f.y + f.h - 1, f.x + 1 + room - w, w, role, text);
	return room - w - 1;
}

static void draw_rungs(struct ladder *l, struct rect r, struct rect frame)
{
	struct ladder_rung at[LADDER_RUNGS];
	int n = ladder_place(l, r, at), y = r.y;
	for (int i = 0; i < n; i++) {
		ladder_rung_draw(l, &at[i]);
		y = at[i].y + at[i].rows;
	}
	for (; y < r.y + r.h; y++)
		ladder_draw_lines(l, y);
	if (!frame.h || !n)
		return;
	int room = draw_on_frame(l->s, frame, frame.w - 3, ROLE_NEXT, _(" %d newer ↓ "), rung_packets_below(l->m, at[n - 1].rung.id));
	draw_on_frame(l->s, frame, room, ROLE_DIM, _(" ↑ %d older "), rung_packets_above(l->m, at[0].rung.id));
}

static void draw_nothing(struct ladder *l, struct rect r)
{
	struct doc d;
	const char *why = show_no_packets(l->m);
	for (int y = r.y; y < r.y + r.h; y++)
		ladder_draw_lines(l, y);
	if (r.h < 1)
		return;
	if (!why) {
		const char *none = l->pic->ui->replay && !l->m->n_packets && picture_over(l->pic) ? _("no packet") : _("no packet yet");
		int w = ladder_cols(l, none), middle = l->n ? (l->x[0] + l->x[l->n - 1]) / 2 : r.x + r.w / 2;
		surface_cut(l->s, r.y + (r.h > 1), middle - w / 2, w, ROLE_DIM, none);
		return;
	}
	doc_init(&d, l->s->set, r.w);
	doc_adds(&d, ROLE_DIM, why);
	doc_end(&d, 0);
	surface_fill(l->s, (struct rect){ r.y, r.x, d.n < r.h ? d.n : r.h, r.w }, ROLE_TEXT);
	doc_draw(&d, l->s, r, 0);
	doc_release(&d);
}

/* In the words of the order. */
static void add_held(struct buf *b, const struct model *m)
{
	struct buf which = BUF_INIT;
	if (m->wire.host >= 0)
		buf_addf(&which, "%s", show_end(m, m->wire.host));
	if (m->wire.flags)
		buf_addf(&which, "%s%s", which.len ? " " : "", m->wire.flags);
	if (m->wire.port)
		buf_addf(&which, "%sport %d", which.len ? " " : "", m->wire.port);
	buf_addf(b, _(" · held: %s"), which.len ? which.data : _("all"));
	buf_release(&which);
}

/* At whose sockets packets arrive in vain. */
static void add_frozen(struct buf *b, const struct model *m)
{
	for (int a = 0; a < m->n_actors; a++)
		for (int i = 0; i < m->n_socks; i++)
			if (m->socks[i].frozen && m->socks[i].actor == a) {
				buf_addf(b, _(" · frozen: %s"), show_end(m, a));
				break;
			}
}

/* What the cable does with packets now. */
static void make_title(struct buf *b, const struct model *m)
{
	buf_adds(b, _("wire"));
	if (m->n_packets)
		buf_addf(b, ngettext(" · %d packet", " · %d packets", (unsigned long)m->n_packets), m->n_packets);
	if (m->wire.holding)
		add_held(b, m);
	if (m->wire.unplugged)
		buf_adds(b, _(" · unplugged"));
	add_frozen(b, m);
}

static struct rect inside(struct rect r)
{
	if (r.h < FRAME_LEAST)
		return r;
	r = rect_inside(r);
	r.x++, r.w -= 2;
	return r;
}

int view_wire(struct surface *s, const struct picture *pic, struct rect r)
{
	struct ladder l;
	if (r.h < 1)
		return 0;
	bool big = r.h >= FRAME_LEAST, on = pic->ui->view == VIEW_WIRE;
	if (big) {
		struct buf title = BUF_INIT;
		make_title(&title, pic->model);
		surface_box(s, r, on ? ROLE_BORDER_ON : ROLE_BORDER, on ? ROLE_TITLE_ON : ROLE_TITLE, title.data);
		buf_release(&title);
	}
	ladder_init(&l, s, pic, inside(r));
	struct heads heads = make_heads(&l);
	struct rect rest = below_heads(&heads, l.in);
	draw_heads(&l, &heads);
	if (l.m->n_packets)
		draw_rungs(&l, rest, big ? r : (struct rect){ 0 });
	else
		draw_nothing(&l, rest);
	return 0;
}

int view_wire_packet(struct surface *s, const struct picture *pic, struct rect r, int y)
{
	struct ladder l;
	struct ladder_rung at[LADDER_RUNGS];
	if (r.h < 1)
		return 0;
	ladder_init(&l, s, pic, inside(r));
	struct heads heads = make_heads(&l);
	for (int i = ladder_place(&l, below_heads(&heads, l.in), at) - 1; i >= 0; i--)
		if (y >= at[i].y && y < at[i].y + at[i].rows)
			return at[i].rung.id;
	return 0;
}
