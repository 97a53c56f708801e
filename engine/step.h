/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The events of a step, kept until it is over and then written in one order,
 * whatever order they were seen in: first what the task that moved did, then
 * the packets as the kernel took them, what its sockets are now, the other tasks
 * by lane, then what the programs printed. So the same lesson
 * gives the same log on a busy machine.
 */
#ifndef ENGINE_STEP_H
#define ENGINE_STEP_H

#include "engine/log/log.h"

struct step_event;

struct step {
	struct step_event *events;
	int n, size;
	struct arena arena;
};

void step_init(struct step *s);
void step_release(struct step *s);
void step_add(struct step *s, const struct event *e);   /* copies it and all it points to */

/* So much is kept that it is better written than put in order: a program makes hidden calls without end. */
bool step_is_full(const struct step *s);

/* Append all to the log and forget them. mover: lane that was let go; -1: none. */
bool step_flush(struct step *s, struct log *log, int mover, struct err *err);

#endif
