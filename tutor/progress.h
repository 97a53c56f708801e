/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the learner stands with each lesson: a small text file, one lesson a
 * line: "tcp-hello c 6 0 1 3" (the fields of struct place in order).
 * A file that is missing, broken or cannot be written costs nothing but the memory.
 */
#ifndef TUTOR_PROGRESS_H
#define TUTOR_PROGRESS_H

#include <stdbool.h>

#include "tutor/course/course.h"

enum { PROGRESS_NAME = 64, PROGRESS_LESSONS = 256 };

struct place {
	char lesson[PROGRESS_NAME];
	enum variant variant;
	int step;                   /* last step seen, of the run whose log is kept (rerun.h); 0: not begun */
	bool done;
	int lane;                   /* whose moment it was */
	unsigned solved;            /* questions that were answered right, one bit each */
};

struct progress {
	char *path;                 /* owned; NULL: nothing is kept */
	struct place *places;       /* owned */
	int n;
};

/* path NULL: nothing is kept. */
void progress_init(struct progress *p, const char *path);
void progress_release(struct progress *p);

/* The place in a lesson; NULL: not begun. */
const struct place *progress_find(const struct progress *p, const char *lesson);

/* Remember a place and write the file. What was done or solved stays so. False: it could not be written. */
bool progress_set(struct progress *p, const struct place *place);

#endif
