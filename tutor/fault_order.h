/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can happen to a held call: as it is typed or written in a lesson (fault_words.h), and as the menu offers it. */
#ifndef TUTOR_FAULT_ORDER_H
#define TUTOR_FAULT_ORDER_H

#include "tutor/fault_words.h"
#include "tutor/session.h"

/* Read such words about the call that the lane is held before. False: *why says in the interface's language what is wrong.
 * What o points to lives as long as the program. */
bool fault_parse(const struct session *s, const struct model *m, int lane, const char *words, struct run_fault_order *o,
		 struct buf *why);

/* One thing that can happen, as the menu offers it. */
struct fault_offer {
	struct run_fault_order order;
	char words[FAULT_WORD];
	const struct text *title, *says;   /* of an errno: its name, and its meaning for this call; else NULL */
};

/* All that can happen to the call that the lane is held before. Returned array is the caller's to free; *n: how many. */
struct fault_offer *fault_offers(struct session *s, const struct model *m, int lane, int *n);

/* What an errno means for the call. NULL: the call does not give it. */
const struct texts *fault_errno_texts(const struct session *s, const struct model_call *call, const char *name);

#endif
