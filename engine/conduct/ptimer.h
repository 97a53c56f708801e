/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timers of timer_create(2) in the programs' own time. The kernel makes them, and knows whom they tell, by which signal
 * (/proc/PID/timers, proc_pid_timers(5)); that they are set it does not learn. timer_settime(2), timer_gettime(2) and
 * timer_getoverrun(2) are answered here, without an event, like looks at a clock. For conduct.c, signal.c and timers.c.
 */
#ifndef ENGINE_CONDUCT_PTIMER_H
#define ENGINE_CONDUCT_PTIMER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/trace/expiry.h"

struct run;
struct stop;
struct task;

struct ptimer {
	pid_t pid;                     /* whose; it ends with the process, and when that runs another program */
	int id, clock;
	struct expiry expiry;
	int signo;                     /* 0: it tells nobody */
	pid_t tid;                     /* 0: any thread of the process */
	uint64_t value;
	int missed, overrun;           /* runs out while its signal waits: since then, before the last one that came */
};

struct ptimers {
	struct ptimer *all;
	int n;
};

void ptimers_release(struct ptimers *t);
void ptimers_forget(struct ptimers *t, pid_t pid);
bool ptimers_call(struct run *run, struct task *task, const struct stop *stop);   /* true: it was one of those calls, and goes on */
void ptimers_signal(struct run *run, struct task *task, const struct stop *stop); /* SI_TIMER is about to be delivered */
void ptimers_taken(struct run *run, struct task *task, uint64_t id_at, uint64_t overrun_at);   /* …was taken out of the queue, with these */
void ptimer_fire(struct ptimer *t);

#endif
