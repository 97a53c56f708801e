/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where things stand on the screen: a pure function of its size, the number
 * of programs and what is enlarged. Never refuses: side by side → one above the
 * other → one at a time → one line that says the screen is too small.
 */
#ifndef TUTOR_VIEWS_LAYOUT_H
#define TUTOR_VIEWS_LAYOUT_H

#include "tutor/draw/surface.h"

enum { LAYOUT_MIN_ROWS = 12, LAYOUT_MIN_COLS = 40, LAYOUT_PANES = 4 };

enum layout_kind {
	LAYOUT_TOO_SMALL,  /* below 40x12 */
	LAYOUT_TABS,       /* one program's pane at a time */
	LAYOUT_STACKED,    /* panes one above the other */
	LAYOUT_SIDE,       /* panes side by side */
};

enum zoom { ZOOM_NONE, ZOOM_PANE, ZOOM_CARD, ZOOMS };

struct layout {
	enum layout_kind kind;
	struct rect header, tabs, card, keys;     /* h 0: not there */
	struct rect wire;                         /* the wire, beside the card; h 0: not there */
	struct rect big;                          /* a view that takes the place of all panes; h 0: not there */
	struct rect pane[LAYOUT_PANES];
	int panes;                                /* in pane[] */
	int first;                                /* program shown in pane[0] */
};

/* PANE_VIEWS show a part of every program's pane; the views after them are of all programs together. */
enum pane_view { VIEW_CODE, VIEW_OUTPUT, VIEW_SOCKETS, PANE_VIEWS, VIEW_WIRE = PANE_VIEWS, VIEW_STATES, VIEWS };

/* programs: how many (0 for none); chosen: the one that must be visible. */
struct layout layout_make(int rows, int cols, int programs, int chosen, enum zoom zoom, enum pane_view view);

/* The parts of one pane's inside; h 0: not shown. A rule stands above every part but the first. */
struct pane_parts { struct rect code, output, sockets; };

/* How many lines each part could fill. */
struct pane_lines { int code, output, sockets; };

struct pane_parts layout_pane(struct rect inside, enum pane_view view, struct pane_lines want);

/* Whether a pane of that height shows all its parts at once. */
bool layout_pane_whole(int inside_h);

#endif
