/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The time that the programs of a run see. It stands still while a learner
 * reads, and it is not the time that they are let go either, which differs from
 * run to run: it goes on by a little at each look at a clock, so that no two
 * looks give the same and a program that looks again and again until some time
 * has come gets there; by a little at each step, so that timers run out also
 * beside a program that never stops, and by more where a program asks again and
 * again for what is not there (vclock_in_vain); and to the end of a wait when its
 * timer is let run out.
 * So a run prints the same times each time it is made, and who waits for two
 * seconds sees that two seconds have passed. It never goes back.
 *
 * At full speed (vclock_let_go) it goes with the real time from there on.
 *
 * Times are nanoseconds since the run began. clock_gettime(2).
 */
#ifndef ENGINE_TRACE_VCLOCK_H
#define ENGINE_TRACE_VCLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { VCLOCKS = 12 };

struct vclock {
	int64_t base[VCLOCKS];   /* by clock id: what it showed when the run began */
	int64_t now;
	int looks;               /* in a row, since vclock_stir */
	int64_t real;            /* 0: stands still; else now + real time since then, on the monotonic clock */
};

void vclock_init(struct vclock *c);

/* A clock that goes on while a program does nothing, and so one of these. */
bool vclock_has(int id);
bool vclock_shows(const struct vclock *c, int id);   /* and this machine has it: the alarm clocks need one that goes on while it is off */

int64_t vclock_now(const struct vclock *c);
int64_t vclock_look(struct vclock *c, int id);              /* a program reads that clock: what it shows */
int64_t vclock_of(const struct vclock *c, int id, int64_t shown);   /* when that clock shows this */
int64_t vclock_about(int64_t ns);   /* how long it is to a moment, without the looks at the clock since somebody reckoned it */
void vclock_stir(struct vclock *c);                         /* a program did something else than to look at the time */
void vclock_step(struct vclock *c);                         /* a program makes a step */
void vclock_in_vain(struct vclock *c, int64_t *since);      /* …that gave nothing. since: its own, for how long it was so in a row; 0: at first */
void vclock_reach(struct vclock *c, int64_t when);          /* it is then, or later already */
void vclock_let_go(struct vclock *c);

#endif
