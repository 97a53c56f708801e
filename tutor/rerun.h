/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Back to a step of an earlier run: start afresh and give the recorded commands
 * again at the same steps. If the new run goes another way, that is found at the
 * first event that differs beyond ports, process ids and times.
 */
#ifndef TUTOR_RERUN_H
#define TUTOR_RERUN_H

#include "tutor/session.h"

enum rerun {
	RERUN_THERE,       /* the session stands at the step, and all before it was the same */
	RERUN_OTHER_WAY,   /* it went another way at *step; the session is where that was found */
	RERUN_NO_LOG,      /* the earlier run cannot be read; the session stands at its beginning */
};

/* The session was just started live. old: log of the earlier run. *step: where to go; set to where it is now. */
enum rerun session_rerun(struct session *s, const struct log *old, int *step);

/* The same by the file it lies in. */
enum rerun session_rerun_file(struct session *s, const char *old, int *step);

/* Where the log of the last run of a lesson is kept for this, in the learner's state folder. Appended to out, returns its text. */
const char *rerun_path(const struct lesson *lesson, enum variant variant, struct buf *out);

/* The log that lies there is not whole: remove it. */
void rerun_forget(const struct lesson *lesson, enum variant variant);

/* The same for a run that is about to start: a log that lies there gets ".old" behind its name first; if there
 * is none, an older one of that name goes. */
const char *rerun_keep(const struct lesson *lesson, enum variant variant, struct buf *out);

/* Where rerun_keep put the log before. */
const char *rerun_old_path(const struct lesson *lesson, enum variant variant, struct buf *out);

#endif
