/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults in words: on the card, in the list of what can happen, and in plain text. */
#ifndef TUTOR_VIEWS_VIEW_FAULT_H
#define TUTOR_VIEWS_VIEW_FAULT_H

#include "tutor/fault_order.h"
#include "tutor/views/views.h"

/* What is to be said of the fault of the task's call: what was ordered, or what it met and whether the kernel made the call.
 * False: nothing. */
bool fault_says(const struct model *m, const struct model_task *t, enum lang lang, struct buf *out);

/* What an offer of the list would do: in few words, and in a sentence or two. */
void fault_offer_title(const struct model *m, const struct model_task *t, const struct fault_offer *o, enum lang lang,
		       struct buf *out);
void fault_offer_says(const struct course *course, const struct model *m, const struct model_task *t,
		      const struct fault_offer *o, enum lang lang, struct buf *out);

void doc_fault(struct doc *d, const struct picture *pic, const struct model_task *t);

/* The list over the screen: pic->faults, ui->fault is chosen. */
int view_faults(struct surface *s, const struct picture *pic, struct rect screen);

#endif
