/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson's programs run again to a step, by the same commands and without a pause: because the learner says so, or
 * because the kernel's clock, which nobody can stop, has ended what the next step needs (docs/lessons.md, Kernel states).
 */
#ifndef TUTOR_AGAIN_H
#define TUTOR_AGAIN_H

#include "tutor/learn/needs.h"
#include "tutor/rerun.h"

/* What the call that a lane is held before needs and, by a new look at the kernel's sockets, is over; lane -1: whose turn it is.
 * NULL: nothing, or it is not known, or it did not come back when the programs had run again. Models that were handed out are not
 * good any more. */
const struct need *again_needed(struct session *s, int lane);

struct again {
	const struct need *need;   /* why; NULL: the learner wants it */
	int step;                  /* where to; then where the run is, or went another way */
	enum rerun how;
	struct log *old;           /* the run before, whole; the caller frees it */
	bool brought;              /* what is needed is there again */
};

/* Of a lesson that runs live; the session is at the newest event then. log_path as for session_lesson. False: it could
 * not be started (err). */
bool again_run(struct session *s, const char *log_path, struct again *a, struct err *err);

/* What has happened, in one or two sentences; they are all of *out then, and good as long as it. */
const char *again_words(const struct again *a, const struct session *s, struct buf *out);

#endif
