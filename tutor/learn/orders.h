/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The orders for the wire, and for faults, that a lesson gives at its marks, when a
 * task comes to the moment they are written for.
 */
#ifndef TUTOR_LEARN_ORDERS_H
#define TUTOR_LEARN_ORDERS_H

#include "tutor/course/course.h"
#include "tutor/model/model.h"
#include "tutor/wire_order.h"

/* One entry of a mark that fits a task now. The same entry, lane and nth are one moment. */
struct moment_orders {
	const struct mark_entry *entry;
	int lane, nth;
	const struct wire_words *wire;
	int n_wire;
	const char *fault;             /* NULL: none; see tutor/fault_words.h */
};

/* The entry of a mark that fits a task now, which is the one whose text is shown; NULL: none. */
const struct mark_entry *orders_entry(const struct lesson *lesson, const struct model *m, int lane);

/* The entries with orders that fit the model, by lane; at most `most` of them. How many. */
int orders_now(const struct lesson *lesson, const struct model *m, struct moment_orders *out, int most);

/* A task in a call has orders to come when that returns; so the run must stop there. lane -1: any task. */
bool orders_after(const struct lesson *lesson, const struct model *m, int lane);

#endif
