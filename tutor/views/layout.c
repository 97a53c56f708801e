/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tutor/views/layout.h"

enum {
	SIDE_COLS = 72,      /* two panes of 36: the least that shows a call's line */
	PANE_COLS = 52,      /* a third pane stands beside them only when all stay this wide */
	WIRE_BESIDE = 116,   /* from here the wire stands beside the card */
	WIRE_COLS = 40, WIRE_MOST = 64,
	STATES_PANE = 14,    /* the state diagram with its frame, and what is below it */
	CARD_LEAST = 8,      /* call, moments and both languages */
	WHOLE_PANE = 12,     /* inside height from which code, output and sockets all show */
};

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static int card_height(int body, int least_pane)
{
	int want = max(body * 2 / 5, 12);
	return max(min(min(want, 20), body - least_pane), 4);
}

/* want: rows that the panes would like; the card keeps its least. */
static void place_side(struct layout *l, struct rect body, int programs, int want)
{
	int least = body.h >= 20 ? max(9, min(want, body.h - 1 - CARD_LEAST)) : body.h >= 14 ? 6 : 3;
	int tabs = 1, card_h = card_height(body.h - 1, least);
	if (layout_pane_whole(body.h - card_h - 2) || body.h < 16)
		tabs = 0;
	int h = body.h - card_h - tabs;
	l->panes = max(1, min(min(programs, LAYOUT_PANES), max(2, body.w / PANE_COLS)));
	for (int i = 0, x = body.x; i < l->panes; i++) {
		int w = (body.w - (x - body.x)) / (l->panes - i);
		l->pane[i] = (struct rect){ body.y, x, h, w };
		x += w;
	}
	if (tabs)
		l->tabs = (struct rect){ body.y + h, body.x, 1, body.w };
	l->card = (struct rect){ body.y + h + tabs, body.x, card_h, body.w };
}

static void place_stacked(struct layout *l, struct rect body, int programs)
{
	l->panes = max(1, min(programs, 2));
	int card_h = max(min(body.h * 2 / 5, 16), 11), left = body.h - card_h;
	for (int i = 0, y = body.y; i < l->panes; i++) {
		int h = (body.y + left - y) / (l->panes - i);
		l->pane[i] = (struct rect){ y, body.x, h, body.w };
		y += h;
	}
	l->card = (struct rect){ body.y + left, body.x, card_h, body.w };
}

static void place_tabs(struct layout *l, struct rect body, int want)
{
	int least = body.h < 13 ? 2 : 3;      /* two rows: names and one line of source, without a frame */
	int card_h = min(max(min(body.h * 3 / 5, want ? body.h - want : body.h), 8), body.h - least);
	l->panes = 1;
	l->pane[0] = (struct rect){ body.y, body.x, body.h - card_h, body.w };
	l->card = (struct rect){ body.y + body.h - card_h, body.x, card_h, body.w };
}

static void place_zoomed(struct layout *l, struct rect body, enum zoom zoom)
{
	if (zoom == ZOOM_CARD) {
		l->card = body;
		return;
	}
	l->panes = 1;
	l->pane[0] = body;
}

static void choose_first(struct layout *l, int programs, int chosen)
{
	l->first = l->panes ? max(0, min(chosen - l->panes + 1, programs - l->panes)) : 0;
}

/* The wire takes a third of the card's width. */
static void place_wire(struct layout *l)
{
	int w = max(WIRE_COLS, min(l->card.w / 3, WIRE_MOST));
	if (l->card.w < WIRE_BESIDE || l->card.h < 5)
		return;
	l->card.w -= w;
	l->wire = (struct rect){ l->card.y, l->card.x + l->card.w, l->card.h, w };
}

/* One view in the place of all panes. */
static void join_panes(struct layout *l)
{
	struct rect first = l->pane[0], last = l->pane[l->panes - 1];
	l->big = (struct rect){ first.y, first.x, last.y + last.h - first.y, last.x + last.w - first.x };
	l->panes = 0;
}

struct layout layout_make(int rows, int cols, int programs, int chosen, enum zoom zoom, enum pane_view view)
{
	struct layout l = { .kind = LAYOUT_TOO_SMALL };
	if (rows < LAYOUT_MIN_ROWS || cols < LAYOUT_MIN_COLS)
		return l;
	struct rect body = { 1, 0, rows - 2, cols };
	l.header = (struct rect){ 0, 0, 1, cols };
	l.keys = (struct rect){ rows - 1, 0, 1, cols };
	l.kind = cols >= SIDE_COLS ? LAYOUT_SIDE : body.h >= 28 ? LAYOUT_STACKED : LAYOUT_TABS;
	if (zoom != ZOOM_NONE)
		place_zoomed(&l, body, zoom);
	else if (l.kind == LAYOUT_SIDE)
		place_side(&l, body, programs, view == VIEW_STATES ? STATES_PANE : 0);
	else if (l.kind == LAYOUT_STACKED)
		place_stacked(&l, body, programs);
	else
		place_tabs(&l, body, view == VIEW_STATES ? STATES_PANE : 0);
	if (view >= PANE_VIEWS && l.panes)
		join_panes(&l);
	if (zoom == ZOOM_NONE && view != VIEW_WIRE)
		place_wire(&l);
	choose_first(&l, programs, chosen);
	return l;
}

bool layout_pane_whole(int inside_h)
{
	return inside_h >= WHOLE_PANE;
}

static struct rect take(struct rect *from, int h)
{
	struct rect r = { from->y, from->x, h, from->w };
	from->y += h + 1;     /* and the rule below it */
	from->h -= h + 1;
	return r;
}

/* Programs without known source lines leave their room to the output. */
static struct pane_parts whole(struct rect in, struct pane_lines want)
{
	struct pane_parts p = { 0 };
	int rest = in.h - 2, sockets = min(max(want.sockets, 3), rest / 3);
	int output = min(max(want.output, 2), max(2, rest / 4));
	output = max(output, rest - sockets - max(want.code, 1));
	p.code = take(&in, rest - sockets - output);
	p.output = take(&in, output);
	p.sockets = in;
	return p;
}

struct pane_parts layout_pane(struct rect in, enum pane_view view, struct pane_lines want)
{
	struct pane_parts p = { 0 };
	if (layout_pane_whole(in.h) && view == VIEW_CODE)
		return whole(in, want);
	if (view == VIEW_SOCKETS || in.h < 1) {
		p.sockets = in;
		return p;
	}
	struct rect *main = view == VIEW_CODE ? &p.code : &p.output;
	if (in.h < 5) {
		*main = in;
		return p;
	}
	int sockets = in.h >= 7 ? min(max(want.sockets, 2), 3) : in.h >= 6 ? 2 : 1;
	*main = take(&in, in.h - 1 - sockets);
	p.sockets = in;
	return p;
}
