/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tutor on a screen: keys become commands, commands move a session, the
 * picture is drawn once before sleeping. Wakes only for a key or for the run.
 */
#ifndef TUTOR_APP_APP_H
#define TUTOR_APP_APP_H

#include "engine/base/err.h"
#include "tutor/progress.h"
#include "tutor/session.h"
#include "tutor/views/picture.h"

struct app_options {
	enum ui_lang lang;
	enum variant variant;
	enum theme theme;
	bool ascii, mouse;
	bool automatic;           /* --auto: go on by itself, */
	double pause;             /* with so many seconds between steps */
	const char *log_path;     /* --log; NULL: no file */
	const char *progress;     /* file for the learner's places; NULL: nothing is kept */
	const char *notice;       /* first message; NULL: none */
};

/* Run until the learner leaves. The session may be empty (log NULL): then the menu opens. The caller releases it.
 * False: the terminal cannot be used (err: TERMINAL); nothing was shown, and plain mode is the way. */
bool app_run(struct session *session, const struct app_options *options, struct err *err);

#endif
