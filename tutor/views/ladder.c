/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where lifelines and rungs stand, from the model and the room alone. */
#include "tutor/views/ladder.h"

#include <string.h>

#include "tutor/show/show_packet.h"

enum { KERNEL = -1, NOTES_FROM = 68, NOTES_LEAST = 26, SPAN_MOST = 62 };

int ladder_cols(const struct ladder *l, const char *text)
{
	return text_cols(l->s->set, text, strlen(text));
}

int ladder_line(const struct ladder *l, int actor)
{
	for (int i = 0; i < l->n; i++)
		if (l->actor[i] == actor)
			return i;
	return -1;
}

static void add_line(struct ladder *l, int actor)
{
	if (l->n < LADDER_LINES && ladder_line(l, actor) < 0)
		l->actor[l->n++] = actor;
}

/* The first four programs; the kernel where a packet comes from no program or is for none. Only the newest packets are looked at. */
static void choose_lines(struct ladder *l)
{
	enum { LOOK_AT = 2000 };
	const struct model *m = l->m;
	for (int i = 0; i < m->n_actors && i < LADDER_LINES - 1; i++)
		add_line(l, i);
	for (int i = m->n_packets > LOOK_AT ? m->n_packets - LOOK_AT : 0; i < m->n_packets; i++)
		if (show_from(m, &m->packets[i]) < 0 || show_to(m, &m->packets[i]) < 0)
			add_line(l, KERNEL);
	if (l->n == 1)
		add_line(l, KERNEL);
}

static bool has_many_talks(const struct model *m)
{
	enum { LOOK_AT = 200 };
	for (int i = m->n_packets - 1, one = 0; i >= 0 && i >= m->n_packets - LOOK_AT; i--) {
		int talk = m->packets[i].talk;
		if (talk && one && talk != one)
			return true;
		one = talk ? talk : one;
	}
	return false;
}

static void place_lines(struct ladder *l)
{
	int left = l->digits + l->many + 3, room = l->in.w - left - 1, span = room;
	if (room >= NOTES_FROM) {
		span = room - NOTES_LEAST < SPAN_MOST ? room - NOTES_LEAST : SPAN_MOST;
		l->notes = l->in.x + left + span + 2;
	}
	for (int i = 0; i < l->n; i++)
		l->x[i] = l->in.x + left + (l->n > 1 ? span * i / (l->n - 1) : span / 2);
}

void ladder_init(struct ladder *l, struct surface *s, const struct picture *pic, struct rect in)
{
	*l = (struct ladder){ .s = s, .pic = pic, .m = pic->model, .in = in };
	for (int n = l->m->n_packets; n > 0 || !l->digits; n /= 10)
		l->digits++;
	l->many = has_many_talks(l->m);
	choose_lines(l);
	place_lines(l);
	int chosen = pic->ui->packet;
	l->chosen = chosen >= 1 && chosen <= l->m->n_packets ? rung_of(l->m, chosen).id : 0;
}

void ladder_draw_lines(struct ladder *l, int y)
{
	for (int i = 0; i < l->n; i++)
		surface_puts(l->s, y, l->x[i], 1, ROLE_BORDER, "│");
}

/* From the bottom up, as many as fit. left: rows that stay empty. */
static int fill_up(const struct ladder *l, struct rect r, struct rung bottom, struct ladder_rung out[LADDER_RUNGS], int *left)
{
	int n = 0;
	*left = r.h;
	for (struct rung g = bottom; g.id && n < LADDER_RUNGS; g = rung_before(l->m, g.id)) {
		int rows = ladder_rung_rows(l, &g);
		if (rows > *left)
			break;
		out[n++] = (struct ladder_rung){ g, 0, rows };
		*left -= rows;
	}
	return n;
}

static struct rung below_chosen(const struct ladder *l, int n)
{
	struct rung r = rung_of(l->m, l->chosen);
	for (struct rung next; n > 0 && (next = rung_after(l->m, r.id)).id; n--)
		r = next;
	return r;
}

int ladder_place(const struct ladder *l, struct rect r, struct ladder_rung out[LADDER_RUNGS])
{
	int left, n = fill_up(l, r, rung_before(l->m, l->m->n_packets + 1), out, &left);
	if (l->chosen && n && out[n - 1].rung.id > l->chosen) {
		struct rung bottom = below_chosen(l, r.h / 3), next;
		n = fill_up(l, r, bottom, out, &left);
		while (n && !rung_before(l->m, out[n - 1].rung.id).id && (next = rung_after(l->m, bottom.id)).id &&
		       ladder_rung_rows(l, &next) <= left) {
			bottom = next;
			n = fill_up(l, r, bottom, out, &left);
		}
	}
	for (int i = 0; i < n / 2; i++) {
		struct ladder_rung other = out[i];
		out[i] = out[n - 1 - i], out[n - 1 - i] = other;
	}
	for (int i = 0, y = r.y; i < n; y += out[i++].rows)
		out[i].y = y;
	return n;
}
