/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is due in the programs' own time: waits that end (clock.c), SIGALRM
 * of alarm(2) and setitimer(2), and timerfds. The kernel is given none of them,
 * so that no time passes while a learner reads. For run.c, settle.c and the files around here.
 */
#ifndef ENGINE_CONDUCT_TIMERS_H
#define ENGINE_CONDUCT_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/trace/expiry.h"

struct run;
struct run_timer;
struct task;

/* A timerfd that was set. Descriptors name it by its number (fdtable.h). */
struct timerfd {
	int id;
	int clock;
	struct expiry expiry;
	int64_t fired;        /* when it last ran out: run->stops; 0: never */
};

struct timers {
	struct timerfd *fds;
	int n, room, ids;
};

void timers_release(struct timers *t);

/* The calls that set or read a timer: before and after. */
void timers_enter(struct run *run, struct task *task);
void timers_exit(struct run *run, struct task *task, int64_t *ret);

bool timers_next(const struct run *run, struct run_timer *out);   /* the earliest; false: none */
void timers_fire(struct run *run);      /* the earliest: it is then now, and what it gives comes */

#endif
