/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which moments of the log were on the card, and which results were gone past:
 * a task that goes on to its next call has a result that nobody looked at.
 */
#ifndef TUTOR_MODEL_PASSED_H
#define TUTOR_MODEL_PASSED_H

#include "tutor/views/picture.h"

struct passed {
	struct arena arena;
	struct past past;                /* for the card; values live in the arena */
	int64_t moment;                  /* event of the chosen task's moment; -1: none */
	unsigned char *seen;             /* one bit an event */
	size_t seen_bytes;
};

void passed_init(struct passed *p);
void passed_release(struct passed *p);
void passed_forget(struct passed *p);        /* another log begins */

/* Look at the log before `cursor` for the task `lane` of the model at it. */
void passed_read(struct passed *p, const struct log *log, const struct model *m, int lane);

/* The moment last read was on the card. */
void passed_mark(struct passed *p);

/* Was the moment that the lane is at ever on the card? */
bool passed_saw(const struct passed *p, const struct log *log, const struct model *m, int lane);

#endif
