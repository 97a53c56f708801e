/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ladder: one lifeline a program, one arrow a packet, the newest at the
 * bottom. Packets of the step that is shown have a ● before their number. One
 * that is held ends half-way, one that was lost ends with ✗. Repeats of one
 * segment share a rung, with their number: ×3.
 */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/show/ends.h"
#include "tutor/show/rung.h"
#include "tutor/show/show.h"
#include "tutor/show/show_packet.h"
#include "tutor/views/views.h"

enum { LINES_MOST = 5, KERNEL = -1, NOTES_FROM = 68, NOTES_LEAST = 26, SPAN_MOST = 62, STEP_COLS = 10, BESIDE_NAME = 28,
       RUNGS_MOST = 128, FRAME_LEAST = 3 };

struct ladder {
	struct surface *s;
	const struct picture *pic;
	const struct model *m;
	struct rect in;              /* lifelines, numbers and notes */
	int actor[LINES_MOST], x[LINES_MOST], n;
	struct ends_pair pair;       /* the newest connection, if there is one */
	bool ends;
	int digits;
	bool many;                   /* packets of several talks: each has the letter of its own */
	int notes;                   /* where notes stand beside the arrows; 0: below them */
	int chosen;                  /* newest packet of the chosen rung; 0: none */
};

/* A rung in sight. */
struct placed {
	struct rung rung;
	int y, rows;
};

static int cols_of(const struct ladder *l, const char *text)
{
	return text_cols(l->s->set, text, strlen(text));
}

static unsigned langs_of(const struct ui *ui)
{
	return (ui_shows(ui, LANG_EN) ? 1u << LANG_EN : 0) | (ui_shows(ui, LANG_ZH) ? 1u << LANG_ZH : 0);
}

static bool has_line(const struct ladder *l, int actor)
{
	for (int i = 0; i < l->n; i++)
		if (l->actor[i] == actor)
			return true;
	return false;
}

static void add_line(struct ladder *l, int actor)
{
	if (l->n < LINES_MOST && !has_line(l, actor))
		l->actor[l->n++] = actor;
}

/* The first four programs; the kernel where a packet comes from no program or is for none. Only the newest packets are looked at. */
static void choose_lines(struct ladder *l)
{
	enum { LOOK_AT = 2000 };
	const struct model *m = l->m;
	for (int i = 0; i < m->n_actors && i < LINES_MOST - 1; i++)
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

static int line_of(const struct ladder *l, int actor)
{
	for (int i = 0; i < l->n; i++)
		if (l->actor[i] == actor)
			return i;
	return -1;
}

/* Centred over lifeline i, but inside the ladder and clear of its neighbours. */
static void draw_over_line(struct ladder *l, int y, int i, enum role role, const char *text)
{
	int w = cols_of(l, text), left = i ? (l->x[i - 1] + l->x[i]) / 2 + 1 : l->in.x;
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

/* The TCP state of this end of the newest connection, by the kernel's word; NULL: it has none. */
static const char *tcp_state(const struct ladder *l, int i)
{
	for (int side = 0; side < 2; side++) {
		const struct model_sock *k = l->ends ? l->pair.end[side].sock : NULL;
		if (k && k->actor == l->actor[i])
			return k->kernel;
	}
	return NULL;
}

/* with: the state beside the name. */
static void draw_names(struct ladder *l, int y, bool with)
{
	char text[96];
	for (int i = 0; i < l->n; i++) {
		const struct model_task *t = task_at(l, i);
		const char *state = with ? tcp_state(l, i) : NULL;
		snprintf(text, sizeof text, "%s%s%.40s%s%.20s", t ? show_sign(t) : "", t ? " " : "", show_end(l->m, l->actor[i]),
			 state ? " · " : "", state ? state : "");
		draw_over_line(l, y, i, t && t->lane == l->pic->ui->lane ? ROLE_TITLE_ON : ROLE_TITLE, text);
	}
}

/* A state beside its name, where all have room for that. */
static bool stands_beside(const struct ladder *l)
{
	return l->in.w / l->n >= BESIDE_NAME;
}

static bool has_row_of_ends(const struct ladder *l, struct rect r)
{
	bool any = false;
	for (int i = 0; i < l->n; i++)
		any |= tcp_state(l, i) != NULL;
	return any && r.h >= 9 && !stands_beside(l);
}

static void draw_ends(struct ladder *l, int y)
{
	for (int i = 0; i < l->n; i++)
		if (tcp_state(l, i))
			draw_over_line(l, y, i, ROLE_TEXT, tcp_state(l, i));
}

static void draw_states(struct ladder *l, int y)
{
	struct buf b = BUF_INIT;
	for (int i = 0; i < l->n; i++) {
		const struct model_task *t = task_at(l, i);
		if (!t)
			continue;
		buf_clear(&b);
		show_status(&b, t, false);
		draw_over_line(l, y, i, t->status == TASK_ASLEEP ? ROLE_WAIT : ROLE_DIM, b.data);
	}
	buf_release(&b);
}

static void draw_lifelines(struct ladder *l, int y)
{
	for (int i = 0; i < l->n; i++)
		surface_puts(l->s, y, l->x[i], 1, ROLE_BORDER, "│");
}

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
		if (cols_of(l, b->data) <= room)
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
	int room = right - left + 1, w = cols_of(l, text);
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
	surface_cut(l->s, y, x + cols_of(l, "↔") + 1, end - x - 1 - cols_of(l, "↔"), role_of(l, p), label.data);
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
	unsigned langs = langs_of(l->pic->ui);
	notes_in(l, r, langs, b);
	if (r->times > 1 && cols_of(l, b->data) > room)      /* its fate is drawn, and the first one's note has the word */
		drop_last_part(b);
	if (cols_of(l, b->data) <= room)
		return;
	if (langs == (1u << LANG_EN | 1u << LANG_ZH)) {
		notes_in(l, r, 1u << LANG_EN, b);
		if (cols_of(l, b->data) <= room)
			return;
		notes_in(l, r, langs, b);
	}
	while (b->len && cols_of(l, b->data) > room && drop_last_part(b))
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
	if (begins_step(l, p) && cols_of(l, b.data) + STEP_COLS <= end - x)
		x += surface_cutf(l->s, y, x, end - x, ROLE_DIM, _("step %d"), p->step) + 1;
	if (b.len && x < end)
		surface_cut(l->s, y, x, end - x, ROLE_WAIT, b.data);
	buf_release(&b);
}

static int rows_of(const struct ladder *l, const struct rung *r)
{
	struct buf b = BUF_INIT;
	if (l->notes)
		return 1;
	add_notes(l, r, &b, l->in.w);
	int rows = b.len ? 2 : 1;
	buf_release(&b);
	return rows;
}

static void draw_rung(struct ladder *l, const struct placed *at)
{
	const struct model_packet *p = &l->m->packets[at->rung.id - 1];
	int a = line_of(l, show_from(l->m, p)), b = line_of(l, show_to(l->m, p)), y = at->y;
	draw_lifelines(l, y);
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
		draw_lifelines(l, y + 1);
		surface_cut(l->s, y + 1, l->x[0] + 2, room, ROLE_WAIT, note.data);
		buf_release(&note);
	}
	if (p->id == l->chosen)
		surface_recolor(l->s, (struct rect){ y, l->in.x, 1, l->in.w }, ROLE_SELECT);
}

/* From the bottom up, as many as fit. left: rows that stay empty. */
static int fill_up(const struct ladder *l, struct rect r, struct rung bottom, struct placed out[RUNGS_MOST], int *left)
{
	int n = 0;
	*left = r.h;
	for (struct rung g = bottom; g.id && n < RUNGS_MOST; g = rung_before(l->m, g.id)) {
		int rows = rows_of(l, &g);
		if (rows > *left)
			break;
		out[n++] = (struct placed){ g, 0, rows };
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

/* The newest are at the bottom; a chosen one that stands above them is in sight with a few after it. Returns how many there are. */
static int place_rungs(const struct ladder *l, struct rect r, struct placed out[RUNGS_MOST])
{
	int left, n = fill_up(l, r, rung_before(l->m, l->m->n_packets + 1), out, &left);
	if (l->chosen && n && out[n - 1].rung.id > l->chosen) {
		struct rung bottom = below_chosen(l, r.h / 3), next;
		n = fill_up(l, r, bottom, out, &left);
		while (n && !rung_before(l->m, out[n - 1].rung.id).id && (next = rung_after(l->m, bottom.id)).id &&
		       rows_of(l, &next) <= left) {
			bottom = next;
			n = fill_up(l, r, bottom, out, &left);
		}
	}
	for (int i = 0; i < n / 2; i++) {
		struct placed other = out[i];
		out[i] = out[n - 1 - i], out[n - 1 - i] = other;
	}
	for (int i = 0, y = r.y; i < n; y += out[i++].rows)
		out[i].y = y;
	return n;
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
	struct placed at[RUNGS_MOST];
	int n = place_rungs(l, r, at), y = r.y;
	for (int i = 0; i < n; i++) {
		draw_rung(l, &at[i]);
		y = at[i].y + at[i].rows;
	}
	for (; y < r.y + r.h; y++)
		draw_lifelines(l, y);
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
		draw_lifelines(l, y);
	if (r.h < 1)
		return;
	if (!why) {
		const char *none = l->pic->ui->replay && !l->m->n_packets && picture_over(l->pic) ? _("no packet") : _("no packet yet");
		int w = cols_of(l, none), middle = (l->x[0] + l->x[l->n - 1]) / 2;
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

/* Where everything stands. The rect that is left is the rungs'. */
static struct rect make_ladder(struct ladder *l, struct rect r)
{
	l->in = r;
	for (int n = l->m->n_packets; n > 0 || !l->digits; n /= 10)
		l->digits++;
	l->many = has_many_talks(l->m);
	choose_lines(l);
	place_lines(l);
	l->ends = ends_at(l->m, 0, &l->pair);
	int chosen = l->pic->ui->packet;
	l->chosen = chosen >= 1 && chosen <= l->m->n_packets ? rung_of(l->m, chosen).id : 0;
	int above = (r.h > 1) + (r.h >= 6 && r.w >= 44) + has_row_of_ends(l, r);
	return (struct rect){ r.y + above, r.x, r.h - above, r.w };
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
	struct ladder l = { .s = s, .pic = pic, .m = pic->model };
	if (r.h < 1)
		return 0;
	bool big = r.h >= FRAME_LEAST, on = pic->ui->view == VIEW_WIRE;
	if (big) {
		struct buf title = BUF_INIT;
		make_title(&title, l.m);
		surface_box(s, r, on ? ROLE_BORDER_ON : ROLE_BORDER, on ? ROLE_TITLE_ON : ROLE_TITLE, title.data);
		buf_release(&title);
	}
	struct rect in = inside(r), rest = make_ladder(&l, in);
	int y = in.y;
	if (in.h > 1)
		draw_names(&l, y++, stands_beside(&l));
	if (in.h >= 6 && in.w >= 44)
		draw_states(&l, y++);
	if (has_row_of_ends(&l, in))
		draw_ends(&l, y);
	if (l.m->n_packets)
		draw_rungs(&l, rest, big ? r : (struct rect){ 0 });
	else
		draw_nothing(&l, rest);
	return 0;
}

int view_wire_packet(struct surface *s, const struct picture *pic, struct rect r, int y)
{
	struct ladder l = { .s = s, .pic = pic, .m = pic->model };
	struct placed at[RUNGS_MOST];
	if (r.h < 1)
		return 0;
	struct rect rest = make_ladder(&l, inside(r));
	for (int i = place_rungs(&l, rest, at) - 1; i >= 0; i--)
		if (y >= at[i].y && y < at[i].y + at[i].rows)
			return at[i].rung.id;
	return 0;
}
