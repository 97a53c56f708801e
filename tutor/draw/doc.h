/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text in paragraphs, wrapped to a width, with a role for every byte. The card,
 * help, word list and questions are docs; a doc that does not fit scrolls.
 */
#ifndef TUTOR_DRAW_DOC_H
#define TUTOR_DRAW_DOC_H

#include "tutor/draw/surface.h"

struct doc_line {
	size_t start, len;    /* bytes of the text */
	int indent;
	int tag;              /* the caller's number of the paragraph (doc.tag when it was ended) */
};

struct doc {
	enum charset set;
	int cols;
	int tag;
	unsigned seen;            /* terms already underlined, by index */
	struct buf text, role;    /* one role byte for every text byte */
	struct doc_line *line; int n, room;
	size_t para;              /* where the paragraph being made begins */
};

void doc_init(struct doc *d, enum charset set, int cols);
void doc_release(struct doc *d);

/* Add text to the paragraph being made. A newline in it ends a line. */
void doc_add(struct doc *d, enum role role, const char *text, size_t len);
void doc_adds(struct doc *d, enum role role, const char *text);
void doc_addf(struct doc *d, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* End the paragraph: wrap it. Lines after the first are indented by `hang` cells. */
void doc_end(struct doc *d, int hang);
/* The same with a label ("EN") before the first line; all lines are indented by `indent`. */
void doc_end_label(struct doc *d, enum role role, const char *label, int indent);
void doc_blank(struct doc *d);

/* Draw lines from `first` on. */
void doc_draw(const struct doc *d, struct surface *s, struct rect r, int first);

/* The largest useful `first` for a space of h lines. */
int doc_scroll_max(const struct doc *d, int h);

/* First line of the paragraphs with that tag; -1: none. */
int doc_find_tag(const struct doc *d, int tag);

#endif
