/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ladder of the wire's view: a lifeline for each program and for the kernel,
 * and a rung for each packet (tutor/show/rung.h), the newest at the bottom. This
 * is between the files that draw it: ladder.c knows where all of it stands,
 * ladder_rung.c draws one rung, view_wire.c what is around them.
 */
#ifndef TUTOR_VIEWS_LADDER_H
#define TUTOR_VIEWS_LADDER_H

#include "tutor/show/rung.h"
#include "tutor/views/picture.h"

enum { LADDER_LINES = 5, LADDER_RUNGS = 128 };   /* the most there are in sight */

struct ladder {
	struct surface *s;
	const struct picture *pic;
	const struct model *m;
	struct rect in;              /* lifelines, numbers and notes */
	int actor[LADDER_LINES];     /* whose lifeline it is; -1: the kernel's */
	int x[LADDER_LINES], n;
	int digits;                  /* of packet numbers */
	bool many;                   /* packets of several talks: each has the letter of its own */
	int notes;                   /* where notes stand beside the arrows; 0: below them */
	int chosen;                  /* newest packet of the chosen rung; 0: none */
};

/* A rung in sight. */
struct ladder_rung {
	struct rung rung;
	int y, rows;
};

/* in: at least one row. Everything is borrowed. */
void ladder_init(struct ladder *l, struct surface *s, const struct picture *pic, struct rect in);

int ladder_cols(const struct ladder *l, const char *text);
int ladder_line(const struct ladder *l, int actor);   /* number of its lifeline; -1: it has none */
void ladder_draw_lines(struct ladder *l, int y);

/*
 * The rungs that are in sight in these rows, from top to bottom; returns how many. The newest are at the bottom; where a
 * chosen one stands above those, it is in sight with a few after it.
 */
int ladder_place(const struct ladder *l, struct rect r, struct ladder_rung out[LADDER_RUNGS]);

int ladder_rung_rows(const struct ladder *l, const struct rung *r);
void ladder_rung_draw(struct ladder *l, const struct ladder_rung *at);

#endif
