/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `socktutor check DIR`: everything that can be wrong with a course or a lesson,
 * found at once. DIR is the folder of a course (catalog/ and NN-name/) or one
 * lesson of it.
 */
#ifndef TUTOR_CHECK_CHECK_H
#define TUTOR_CHECK_CHECK_H

#include <stdio.h>

#include "tutor/course/course.h"

struct check_options {
	const char *dir;
	enum lang lang;      /* of the sentences */
	bool json;           /* one object a line: file, line, column, id, en, zh */
	bool stamp;          /* first write the `of` hashes: somebody has read both languages */
	bool record;         /* keep the run of each program as the lesson's recording */
	bool no_runs;        /* do not start programs */
	FILE *out;
};

/* How many mistakes were found (0: all is well), each written to out. -1: the folder cannot be checked at all (err).
 * Without no_runs the stagehand must have been started. */
int check_run(const struct check_options *options, struct err *err);

#endif
