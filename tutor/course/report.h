/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mistakes found in lesson files: where, which, and the sentence in both
 * languages ("what is wrong; what to do"). All mistakes of a file are collected;
 * after REPORT_MAX further ones are only counted.
 */
#ifndef TUTOR_COURSE_REPORT_H
#define TUTOR_COURSE_REPORT_H

#include "engine/base/arena.h"
#include "tutor/course/course.h"

enum mistake_id {
#define MISTAKE(id, key, en, zh) MISTAKE_##id,
#include "tutor/course/mistake.def"
#undef MISTAKE
	MISTAKES
};

enum { REPORT_MAX = 2000 };

struct mistake {
	enum mistake_id id;
	const char *file;                  /* as it was opened */
	int line, column;                  /* from 1; 0: the file as a whole */
	const char *text[LANG_COUNT];      /* "what; what to do" */
	const char *whole[LANG_COUNT];     /* "file:line:column: text" */
};

struct report {
	struct arena arena;
	struct mistake *list;
	int n, size;
	int dropped;                       /* mistakes past REPORT_MAX */
};

void report_init(struct report *r);
void report_release(struct report *r);

/* a0 and a1 replace %1 and %2; they may be NULL and may hold anything (made printable, cut at 80 characters). */
void report_add(struct report *r, const char *file, int line, int column, enum mistake_id id, const char *a0, const char *a1);

/* The same mistake in another report. */
void report_copy(struct report *r, const struct mistake *m);

/* By file, line, column. */
void report_sort(struct report *r);
const char *mistake_key(enum mistake_id id);

#endif
