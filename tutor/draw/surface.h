/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A grid of cells that views draw on and the terminal shows. No escape
 * sequences, no curses: a test dumps it as text.
 *
 * Invariants: nothing is drawn outside the grid; a two-cell character always
 * has both its cells (writing over one half blanks the other); no row is wider
 * than `cols`.
 */
#ifndef TUTOR_DRAW_SURFACE_H
#define TUTOR_DRAW_SURFACE_H

#include "engine/base/buf.h"
#include "tutor/draw/theme.h"
#include "tutor/term/width.h"

struct rect { int y, x, h, w; };

struct cell {
	char text[GLYPH_BYTES];  /* one character; "" in the right half of a wide one */
	unsigned char cols;      /* 1, 2; 0: right half */
	unsigned char role;      /* enum role */
};

struct surface {
	int rows, cols;
	enum charset set;
	struct cell *cell;       /* rows * cols */
};

void surface_init(struct surface *s, int rows, int cols, enum charset set);
void surface_release(struct surface *s);
void surface_clear(struct surface *s);

/* Draw text from (y, x), at most max cells; control characters and broken UTF-8 are made harmless. Returns the cells used. */
int surface_put(struct surface *s, int y, int x, int max, enum role role, const char *text, size_t len);
int surface_puts(struct surface *s, int y, int x, int max, enum role role, const char *text);

/* As surface_puts, but what does not fit ends with a mark (…). */
int surface_cut(struct surface *s, int y, int x, int max, enum role role, const char *text);
int surface_cutf(struct surface *s, int y, int x, int max, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

void surface_fill(struct surface *s, struct rect r, enum role role);   /* spaces */
void surface_recolor(struct surface *s, struct rect r, enum role role);

/* A frame with a title in its upper line ("" for none); the title is cut to fit. */
void surface_box(struct surface *s, struct rect r, enum role border, enum role title, const char *text);
/* A line across a frame, joined to its sides, with a title. */
void surface_rule(struct surface *s, struct rect r, int y, enum role border, enum role title, const char *text);

/* Rows as UTF-8 lines, without the spaces at their ends. Appended to out. */
void surface_dump(const struct surface *s, struct buf *out);

struct rect rect_inside(struct rect r);  /* without its frame */
bool rect_has(struct rect r, int y, int x);

#endif
