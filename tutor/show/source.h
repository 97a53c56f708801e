/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The programs' source files as a learner sees them: lines, without the marks
 * (@name comments) that only lessons need, tabs made spaces.
 */
#ifndef TUTOR_SHOW_SOURCE_H
#define TUTOR_SHOW_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

enum { SOURCE_BYTES = 1 << 20, SOURCE_LINES = 20000 };  /* what is beyond is not shown */

struct source {
	char *name;           /* server.c, or its whole path */
	char *text;           /* lines, each NUL-ended */
	const char **line;    /* line[0] is line 1 */
	int n;
};

struct sources { struct source *v; int n; };

void sources_init(struct sources *s);
void sources_release(struct sources *s);

/* Read dir/name. False: it cannot be read. */
bool sources_load(struct sources *s, const char *dir, const char *name);
/* The same from memory. */
void sources_add(struct sources *s, const char *name, const char *text, size_t len);

/* By its whole path where both are known, else by its last part: server.c; NULL: none. */
const struct source *sources_find(const struct sources *s, const char *name);

#endif
