/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes on the tutor's standard input when that is no terminal: typed to
 * the first program of `watch`, piece by piece, each when it waits for its
 * terminal; then end of file. Lessons bring their own input.
 */
#ifndef TUTOR_PLAIN_FEED_H
#define TUTOR_PLAIN_FEED_H

#include "tutor/session.h"

struct feed {
	bool wanted;       /* there is such an input */
	bool ended;        /* its end was reached */
	int64_t at;        /* events in the log when something was typed last: until more come, nobody can have read it */
};

void feed_init(struct feed *f, const struct session *s);
int feed_fd(const struct feed *f, const struct session *s);          /* to poll with the run; -1: nothing may be typed now */
bool feed_may_come(const struct feed *f, const struct session *s);   /* the first program waits for it */

/* All programs wait: type the next piece if it is there. False: nothing was typed, or err is set. */
bool feed_type(struct feed *f, struct session *s, struct err *err);

#endif
