/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures to draw without running anything: the state of a first TCP lesson at
 * some of its moments, made by hand.
 */
#ifndef TESTS_SCREEN_FIXTURE_H
#define TESTS_SCREEN_FIXTURE_H

#include "tutor/views/picture.h"

enum moment_name {
	MOMENT_START,        /* server before socket() */
	MOMENT_CONNECT,      /* client before connect(), server asleep in accept() */
	MOMENT_ACCEPTED,     /* server after accept() */
	MOMENT_RECEIVED,     /* server after recv() */
	MOMENT_REFUSED,      /* client after connect() = -1 ECONNREFUSED */
	MOMENT_ENDED,        /* all over */
	MOMENTS_MADE
};

struct fixture {
	struct course *course;
	const struct lesson *lesson;
	struct arena arena;
	struct model model;
	struct explanation explain;
	struct sources sources;
	struct model_packet packets[16];
	struct model_fate fates[4];
	struct model_state states[16];
	struct menu_item menu[16];
	struct ui ui;
	struct picture pic;
};

/* lessons: folder for course_open. False: it cannot be opened, or has not that lesson. */
bool fixture_init(struct fixture *f, const char *lessons, const char *lesson);
void fixture_release(struct fixture *f);
void fixture_set(struct fixture *f, enum moment_name moment);

#endif
