/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ladder: one lifeline a program, one arrow a packet, the newest at the
 * bottom. Packets of the step that is shown have a ● before their number. One
 * that is held ends half-way, one that was lost ends with ✗.
 */
#include <stdio.h>
#include <string.h>

#include "tutor/i18n.h"
#include "tutor/views/ends.h"
#include "tutor/views/show.h"
#include "tutor/views/show_packet.h"
#include "tutor/views/views.h"

enum { LINES_MOST = 5, KERNEL = -1, NOTES_FROM = 68, NOTES_LEAST = 26, SPAN_MOST = 62, STEP_COLS = 10, BESIDE_NAME = 28 };

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

static bool draw_ends(struct ladder *l, int y)
{
	bool any = false;
	for (int i = 0; i < l->n; i++) {
		const char *state = tcp_state(l, i);
		if (state)
			draw_over_line(l, y, i, ROLE_TEXT, state);
		any |= state != NULL;
	}
	return any;
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
static void label_for(struct buf *b, const struct ladder *l, const struct model_packet *p, int room)
{
	for (int level = 0; level <= PACKET_SHORTEST; level++) {
		buf_clear(b);
		show_packet(b, p, level);
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

static void draw_arrow(struct ladder *l, int y, const struct model_packet *p, int a, int b)
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
	label_for(&label, l, p, high - low - 1);
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
	label_for(&label, l, p, end - x - 3);
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
	bool now = p->step == l->m->step, chosen = p->id == l->pic->ui->packet;
	char text[24];
	snprintf(text, sizeof text, "%*d", l->digits, p->id);
	surface_puts(l->s, y, l->in.x, 1, ROLE_NEXT, chosen ? "▶" : now ? "●" : " ");
	surface_puts(l->s, y, l->in.x + 1, l->digits, now ? ROLE_NEXT : ROLE_DIM, text);
	if (l->many && p->talk)
		surface_put(l->s, y, l->in.x + 1 + l->digits, 1, ROLE_VALUE, letter_of(p), 1);
}

/* What does not fit is said in one language, or without its last part: no word is cut. */
static void add_notes(const struct ladder *l, const struct model_packet *p, struct buf *b, int room)
{
	unsigned langs = langs_of(l->pic->ui);
	show_packet_notes(b, l->pic->course, langs, l->m, p);
	if (cols_of(l, b->data) > room && langs == (1u << LANG_EN | 1u << LANG_ZH)) {
		buf_clear(b);
		show_packet_notes(b, l->pic->course, 1u << LANG_EN, l->m, p);
		if (cols_of(l, b->data) <= room)
			return;
		buf_clear(b);
		show_packet_notes(b, l->pic->course, langs, l->m, p);
	}
	char *last = b->len && cols_of(l, b->data) > room ? strstr(b->data, " · ") : NULL;
	for (char *next; last && (next = strstr(last + 1, " · "));)
		last = next;
	if (last) {
		*last = '\0';
		b->len = (size_t)(last - b->data);
	}
}

/* The first packet of a step says which. */
static bool begins_step(const struct ladder *l, const struct model_packet *p)
{
	return p->id == 1 || l->m->packets[p->id - 2].step != p->step;
}

static void draw_notes(struct ladder *l, int y, const struct model_packet *p)
{
	struct buf b = BUF_INIT;
	int x = l->notes, end = l->in.x + l->in.w;
	add_notes(l, p, &b, end - x);
	if (begins_step(l, p) && cols_of(l, b.data) + STEP_COLS <= end - x)
		x += surface_cutf(l->s, y, x, end - x, ROLE_DIM, _("step %d"), p->step) + 1;
	if (b.len && x < end)
		surface_cut(l->s, y, x, end - x, ROLE_WAIT, b.data);
	buf_release(&b);
}

static int rows_of(const struct ladder *l, const struct model_packet *p)
{
	struct buf b = BUF_INIT;
	if (l->notes)
		return 1;
	add_notes(l, p, &b, l->in.w);
	int rows = b.len ? 2 : 1;
	buf_release(&b);
	return rows;
}

static void draw_packet(struct ladder *l, int y, const struct model_packet *p, int rows)
{
	int a = line_of(l, show_from(l->m, p)), b = line_of(l, show_to(l->m, p));
	draw_lifelines(l, y);
	draw_number(l, y, p);
	if (a >= 0 && b >= 0 && a != b)
		draw_arrow(l, y, p, a, b);
	else
		draw_loop(l, y, p, a >= 0 ? a : b >= 0 ? b : 0);
	if (l->notes) {
		draw_notes(l, y, p);
	} else if (rows > 1) {
		struct buf note = BUF_INIT;
		int room = l->in.x + l->in.w - l->x[0] - 2;
		add_notes(l, p, &note, room);
		draw_lifelines(l, y + 1);
		surface_cut(l->s, y + 1, l->x[0] + 2, room, ROLE_WAIT, note.data);
		buf_release(&note);
	}
	if (p->id == l->pic->ui->packet)
		surface_recolor(l->s, (struct rect){ y, l->in.x, 1, l->in.w }, ROLE_SELECT);
}

/* The newest are at the bottom; a chosen one is kept in sight with a few after it. */
static void draw_packets(struct ladder *l, struct rect r)
{
	const struct model *m = l->m;
	int chosen = l->pic->ui->packet, last = m->n_packets, first, rows = 0;
	if (chosen > 0 && chosen + r.h / 3 < last)
		last = chosen + r.h / 3;
	for (first = last; first > 0; first--) {
		int more = rows_of(l, &m->packets[first - 1]);
		if (rows + more > r.h)
			break;
		rows += more;
	}
	int y = r.y;
	for (int i = first; i < last; i++) {
		int n = rows_of(l, &m->packets[i]);
		draw_packet(l, y, &m->packets[i], n);
		y += n;
	}
	for (; y < r.y + r.h; y++)
		draw_lifelines(l, y);
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

int view_wire(struct surface *s, const struct picture *pic, struct rect r)
{
	struct ladder l = { .s = s, .pic = pic, .m = pic->model };
	if (r.h < 1)
		return 0;
	bool big = r.h >= 3, on = pic->ui->view == VIEW_WIRE;
	if (big) {
		struct buf title = BUF_INIT;
		make_title(&title, l.m);
		surface_box(s, r, on ? ROLE_BORDER_ON : ROLE_BORDER, on ? ROLE_TITLE_ON : ROLE_TITLE, title.data);
		buf_release(&title);
		r = rect_inside(r);
		r.x++, r.w -= 2;
	}
	l.in = r;
	for (int n = l.m->n_packets; n > 0 || !l.digits; n /= 10)
		l.digits++;
	l.many = has_many_talks(l.m);
	choose_lines(&l);
	place_lines(&l);
	l.ends = ends_at(l.m, 0, &l.pair);
	int y = r.y;
	bool beside = r.w / l.n >= BESIDE_NAME;
	if (r.h > 1)
		draw_names(&l, y++, beside);
	if (r.h >= 6 && r.w >= 44)
		draw_states(&l, y++);
	if (r.h >= 9 && !beside && draw_ends(&l, y))
		y++;
	struct rect rest = { y, r.x, r.y + r.h - y, r.w };
	if (l.m->n_packets)
		draw_packets(&l, rest);
	else
		draw_nothing(&l, rest);
	return 0;
}
