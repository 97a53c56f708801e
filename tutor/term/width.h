/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many cells a piece of UTF-8 takes on the screen. The only place that
 * decides it: everything that measures, wraps or draws text asks here, so that
 * what was measured is what is drawn. Needs a UTF-8 locale (wcwidth(3)).
 *
 * Text may be hostile: broken UTF-8 and control characters become one-cell
 * replacement marks, invisible direction controls are left out.
 */
#ifndef TUTOR_TERM_WIDTH_H
#define TUTOR_TERM_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum charset {
	CHARSET_FULL,    /* lines, arrows and “ are one cell wide here */
	CHARSET_WIDE,    /* this terminal gives “ two cells: 「」 for quotes, ASCII for lines and signs */
	CHARSET_ASCII,   /* --ascii: ASCII for lines, signs and quotes; Chinese text stays */
};

enum { GLYPH_BYTES = 16 };

/* What a reader sees as one character: a base with the marks that stand on it. */
struct glyph {
	char text[GLYPH_BYTES];  /* NUL-ended; several ASCII characters where a sign was replaced ("...") */
	int cols;                /* cells: 0 (nothing to draw), 1, 2, or more for replaced signs */
	uint32_t code;           /* code point of the base, after replacement */
};

/* The glyph at s (len bytes left, may be 0). Returns the bytes it takes, 0 at the end. */
size_t glyph_next(enum charset set, const char *s, size_t len, struct glyph *out);

int text_cols(enum charset set, const char *s, size_t len);

/* How many bytes of s fit in cols cells; *used (may be NULL) says how many cells they take. */
size_t text_fit(enum charset set, const char *s, size_t len, int cols, int *used);

#endif
