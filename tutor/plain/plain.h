/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tutor without a screen: lines out, lines in, no cursor movement. For
 * screen readers, pipes, editors and terminals that can do no more.
 */
#ifndef TUTOR_PLAIN_PLAIN_H
#define TUTOR_PLAIN_PLAIN_H

#include "tutor/course/course.h"
#include "tutor/session.h"

enum show_lang { SHOW_BOTH, SHOW_EN, SHOW_ZH };

struct plain_options {
	enum show_lang lang;
	double pause;          /* seconds between steps; < 0: wait for a line of the learner */
	bool json;             /* the log's lines instead of text */
	const char *log;       /* --log: where the run's log is written; NULL: nowhere */
	bool freely;           /* full speed: the programs are not held */
};

/* Show the session from its cursor to its end, or until the learner quits. Returns the exit code. */
int plain_run(struct session *s, const struct plain_options *options);

/* The lessons, one a line (list); json: one object a line. */
void plain_list(const struct course *course, const struct plain_options *options);

#endif
